"""Runs: what fits into memory of a corpus, inverted and written as a small segment of its own."""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from index.columnar.documents import DocumentsWriter
from index.columnar.postings import PostingsWriter
from index.columnar.section_file import DOCUMENTS_EXT, INVERTED_EXT, SectionWriter, write_file
from index.indexer.fingerprints import fingerprints
from index.indexer.inversion import Vocabulary, invert, invert_keywords
from index.schema import ID_FIELD, KEYWORD_FIELDS, KEYWORDS, LAYERS

__all__ = ["BYTES_PER_TOKEN", "Run", "RunBuilder", "TokenBatch", "Tokens", "write_inverted"]

TEXTS: Final = ("title", "body")
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
        self._declared: dict[str, dict[str, array[int]]] = {}

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
        self._add_declared(values.get(KEYWORDS, {}), doc)
        self._documents.add(values.get(ID_FIELD, ""), encoded, {})

    def _add_declared(self, keywords: Mapping[str, Sequence[str]], doc: int) -> None:
        for name, several in keywords.items():
            docs_of = self._declared.setdefault(name, {})
            for value in dict.fromkeys(several):
                docs_of.setdefault(value, array("I")).append(doc)

    def write(self, tokens: Tokens) -> Run:
        """Invert the tokens, two texts (title, body) for each document, and write both files."""
        batch = tokens.take()
        lengths = batch.lengths.reshape(-1, len(TEXTS))
        of_title = np.repeat(np.tile([True, False], len(lengths)), batch.lengths)
        inverted = SectionWriter(self._stem.parent)
        try:
            for layer, ids, terms in zip(
                LAYERS,
                (batch.exact_ids, batch.stem_ids),
                (tokens.exact_terms, tokens.stem_terms),
                strict=True,
            ):
                vocabulary = Vocabulary(terms, ids)
                if layer == "exact":
                    self._write_fingerprints(terms, ids[~of_title], lengths[:, 1])
                for text, chosen, size in zip(TEXTS, (of_title, ~of_title), lengths.T, strict=True):
                    self._write_layer(inverted, f"{text}_{layer}", ids[chosen], size, vocabulary)
            self._write_keywords(inverted)
            write_file(inverted, Path(f"{self._stem}{INVERTED_EXT}"))
            self._documents.finish()
            write_file(self._sections, Path(f"{self._stem}{DOCUMENTS_EXT}"))
        finally:
            inverted.close()
            self._sections.close()
        return Run(str(self._stem), self._documents.count)

    def _write_fingerprints(
        self, terms: Sequence[str], numbers: NDArray[np.uint32], lengths: NDArray[np.uint32]
    ) -> None:
        self._documents.set_fingerprints(fingerprints(terms, numbers, lengths))

    def _write_layer(
        self,
        inverted: SectionWriter,
        field: str,
        ids: NDArray[np.uint32],
        lengths: NDArray[np.uint32],
        vocabulary: Vocabulary,
    ) -> None:
        if not len(ids):
            return
        self._documents.set_lengths(field, lengths)
        positions = field.endswith("_stem")
        write_inverted(
            inverted, field, [invert(ids, lengths, vocabulary, positions=positions)], positions=positions
        )

    def _write_keywords(self, inverted: SectionWriter) -> None:
        for name, docs_of in (self._keywords | self._declared).items():
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
