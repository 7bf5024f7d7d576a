"""Runs: what fits into memory of a corpus, inverted and written as a small segment of its own."""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from index.columnar.documents import DocumentsWriter
from index.columnar.impact_field import STEM_OF
from index.columnar.impact_writer import BASIS, ImpactWriter
from index.columnar.postings import PostingsWriter
from index.columnar.section_file import DOCUMENTS_EXT, INVERTED_EXT, SectionWriter, write_file
from index.indexer.fingerprints import fingerprints
from index.indexer.inversion import Texts, Vocabulary, invert, invert_keywords
from index.ranking import Basis
from index.schema import ID_FIELD, KEYWORD_FIELDS, TEXTS

__all__ = ["BYTES_PER_TOKEN", "Run", "RunBuilder", "TokenBatch", "Tokens", "write_inverted"]

BYTES_PER_TOKEN: Final = 64
"""Memory that a token takes until its run is written, the sorting of both layers included."""

PIECE: Final = 1 << 19
"""Postings encoded at a time."""


class TokenBatch(Protocol):
    """The tokens of several texts, see ``index.analysis.batch_analyzer.Batch``."""

    @property
    def exact_ids(self) -> NDArray[np.uint32]: ...  # noqa: D102
    @property
    def stem_ids(self) -> NDArray[np.uint32]: ...  # noqa: D102
    @property
    def lengths(self) -> NDArray[np.uint32]: ...  # noqa: D102


class Tokens(Protocol):
    """Where a run's tokens come from, see ``index.analysis.batch_analyzer.BatchAnalyzer``."""

    @property
    def exact_terms(self) -> list[str]: ...  # noqa: D102
    @property
    def stem_terms(self) -> list[str]: ...  # noqa: D102
    def take(self) -> TokenBatch: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Run:
    """A written run.

    Attributes:
        stem: its two files, without their endings.
        documents: how many it has.
    """

    stem: str
    documents: int

    @property
    def inverted(self) -> Path:
        """The file of its postings."""
        return Path(self.stem + INVERTED_EXT)

    @property
    def documents_file(self) -> Path:
        """The file of its documents."""
        return Path(self.stem + DOCUMENTS_EXT)


class RunBuilder:
    """Collects documents and writes them as one run.

    Args:
        stem: path of the run's files, without their endings.
        dictionary: for the stored values.
    """

    def __init__(self, stem: Path, dictionary: bytes) -> None:
        self._stem = stem
        self._sections = SectionWriter(stem.parent)
        self._documents = DocumentsWriter(self._sections, dictionary)
        self._keywords: dict[str, dict[str, array[int]]] = {name: {} for name in (ID_FIELD, *KEYWORD_FIELDS)}

    @property
    def count(self) -> int:
        """Documents so far."""
        return self._documents.count

    def add(self, encoded: bytes, values: Mapping[str, Any]) -> None:
        """Add a document: its stored values, encoded and as they are; its tokens stay with their source."""
        doc = self._documents.count
        for name, docs_of in self._keywords.items():
            if value := values.get(name):
                docs_of.setdefault(value, array("I")).append(doc)
        self._documents.add(values.get(ID_FIELD, ""), encoded, {})

    def write(self, tokens: Tokens, basis: Basis) -> Run:
        """Invert the tokens, two texts (title, body) for each document, and write both files."""
        batch = tokens.take()
        lengths = batch.lengths.reshape(-1, len(TEXTS))
        texts = Texts(lengths, basis)
        inverted = SectionWriter(self._stem.parent)
        try:
            exact = Vocabulary(tokens.exact_terms, batch.exact_ids)
            stems = Vocabulary(tokens.stem_terms, batch.stem_ids)
            self._documents.set_fingerprints(
                fingerprints(tokens.exact_terms, batch.exact_ids[texts.in_body()], lengths[:, 1])
            )
            self._write_layer(inverted, "exact", batch.exact_ids, texts, exact)
            self._write_layer(inverted, "stem", batch.stem_ids, texts, stems)
            stem_of = np.zeros(len(exact.terms), np.uint32)
            stem_of[exact.ranks[batch.exact_ids]] = stems.ranks[batch.stem_ids]
            inverted.section(STEM_OF, "<u4").extend(stem_of)
            for text, column in zip(TEXTS, lengths.T, strict=True):
                self._documents.set_lengths(text, column)
            self._write_keywords(inverted)
            inverted.facts[BASIS] = basis.to_dict()
            write_file(inverted, Path(f"{self._stem}{INVERTED_EXT}"))
            self._documents.finish()
            write_file(self._sections, Path(f"{self._stem}{DOCUMENTS_EXT}"))
        finally:
            inverted.close()
            self._sections.close()
        return Run(str(self._stem), self._documents.count)

    def _write_layer(
        self,
        inverted: SectionWriter,
        layer: str,
        ids: NDArray[np.uint32],
        texts: Texts,
        vocabulary: Vocabulary,
    ) -> None:
        positions = layer == "stem"
        blocks = invert(ids, texts, vocabulary, positions=positions)
        for field, block in zip((layer, f"title_{layer}"), blocks, strict=True):
            writer = ImpactWriter(inverted, field, positions=positions, beginnings=field == "stem")
            for piece in block.pieces(PIECE):
                writer.extend(piece)
            writer.finish()

    def _write_keywords(self, inverted: SectionWriter) -> None:
        for name, docs_of in self._keywords.items():
            if docs_of:
                write_inverted(inverted, name, [invert_keywords(docs_of)], frequencies=False)

    def close(self) -> None:
        """Give up what was collected."""
        self._sections.close()


def write_inverted(
    file: SectionWriter,
    field: str,
    blocks: Sequence[Any],
    *,
    frequencies: bool = True,
    positions: bool = False,
) -> None:
    """Write a field's blocks, encoding a bounded number of postings at a time."""
    writer = PostingsWriter(file, field, frequencies=frequencies, positions=positions)
    for block in blocks:
        for piece in block.pieces(PIECE):
            writer.extend(piece)
    writer.finish()
