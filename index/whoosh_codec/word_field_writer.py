"""A field of words as Whoosh's own writer hands it over, posting by posting."""

from array import array
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onneshon.index.arrays import U4, ends_of
from onneshon.index.columnar.documents import DocumentsReader
from onneshon.index.columnar.impact_field import NO_STEM, STEM_OF
from onneshon.index.columnar.impact_writer import ImpactWriter
from onneshon.index.columnar.section_file import SectionWriter
from onneshon.index.columnar.term_block import TermBlock
from onneshon.index.columnar.term_dictionary import term_bytes, term_text
from onneshon.index.ranking import Basis, impacts, norms
from onneshon.index.whoosh_codec.impact_format import counts_of, impact_of

__all__ = ["WordFieldWriter", "write_stem_of"]

PENDING = 1 << 16
"""Postings collected before they are encoded."""


class WordFieldWriter:
    """Writes one field of words.

    Args:
        sections: of the file.
        name: of the field.
        format_: Whoosh's, with positions or of impacts.
        documents: of the segment, which are written already.
        basis: what impacts are made with.
    """

    def __init__(
        self, sections: SectionWriter, name: str, format_: Any, documents: DocumentsReader, basis: Basis
    ) -> None:
        self._has_positions: bool = format_.supports("positions")
        self._format = format_
        self._basis = basis
        self._writer = ImpactWriter(sections, name, positions=self._has_positions, beginnings=name == "stem")
        self._title_lengths = documents.lengths("title")
        self._title_norms = norms(basis, self._title_lengths, title=True)
        self._body_norms = norms(basis, documents.lengths("body"), title=False)
        self.terms: list[bytes] = []
        self._clear()

    def _clear(self) -> None:
        self._new: list[bytes] = []
        self._counts = array("q")
        self._docs = array("q")
        self._freqs = array("q")
        self._titles = array("q")
        self._positions = array("q")
        self._given = array("h")

    def start_term(self, term: bytes) -> None:
        """Begin a term, greater than the one before."""
        self._new.append(term)
        self._counts.append(0)

    def add(self, doc: int, value: bytes) -> None:
        """Add a posting to the term; documents come in ascending order."""
        self._counts[-1] += 1
        self._docs.append(doc)
        if self._has_positions:
            positions = self._format.decode_positions(value)
            self._positions.extend(positions)
            self._freqs.append(len(positions))
            return
        impact = impact_of(value)
        title, body = (0, 0) if impact is not None else counts_of(value)
        self._given.append(impact or 0)
        self._titles.append(title)
        self._freqs.append(title + body)

    def finish_term(self) -> None:
        """End the term."""
        if len(self._docs) >= PENDING:
            self._flush()

    def _flush(self) -> None:
        docs, freqs = np.array(self._docs, np.int64), np.array(self._freqs, np.int64)
        positions = np.array(self._positions, np.uint32) if self._has_positions else None
        block = TermBlock(
            self._new,
            np.array(self._counts, np.int64),
            docs,
            freqs if self._has_positions else None,
            positions,
            impacts=self._impacts(docs, freqs, positions),
        )
        self._writer.extend(block)
        self.terms += self._new
        self._clear()

    def _impacts(
        self, docs: NDArray[np.int64], freqs: NDArray[np.int64], positions: U4 | None
    ) -> NDArray[np.uint8]:
        titles = np.array(self._titles, np.int64)
        if positions is not None:
            ends = ends_of(freqs)
            in_title = positions < np.repeat(self._title_lengths[docs], freqs)
            totals = np.concatenate(([0], ends_of(in_title)))
            titles = totals[ends] - totals[ends - freqs]
        worth = titles * self._title_norms[docs]
        worth += (freqs - titles) * self._body_norms[docs]
        made = impacts(worth, self._basis.k1)
        given = np.array(self._given, np.uint8)
        return np.where(given > 0, given, made).astype(np.uint8) if len(given) else made

    def finish(self) -> None:
        """End the field."""
        self._flush()
        self._writer.finish()


def write_stem_of(sections: SectionWriter, exact: Sequence[bytes], stems: Sequence[bytes]) -> None:
    """Write which of the stems each exact term has; those have none whose texts others analysed."""
    from onneshon.index.analysis.stemmer import stem_key  # noqa: PLC0415  # its tables load only where text is analysed

    ordinals = {stem: ordinal for ordinal, stem in enumerate(stems)}
    found = (ordinals.get(term_bytes(stem_key(term_text(term))), NO_STEM) for term in exact)
    sections.section(STEM_OF, "<u4").extend(np.fromiter(found, np.int64, len(exact)))
