"""Terms and postings as Whoosh's own writer hands them over: one posting at a time, in order."""

from array import array
from functools import cached_property
from typing import Any

import numpy as np
from whoosh import formats
from whoosh.codec import base
from whoosh.codec.whoosh3 import W3Segment

from onneshon.index.columnar.documents import DocumentsReader
from onneshon.index.columnar.impact_writer import BASIS
from onneshon.index.columnar.postings import PostingsWriter
from onneshon.index.columnar.section_file import DOCUMENTS_EXT, INVERTED_EXT, SectionWriter
from onneshon.index.columnar.term_block import OpaqueValues, TermBlock
from onneshon.index.ranking import Basis
from onneshon.index.whoosh_codec.bases import basis_in, basis_of
from onneshon.index.whoosh_codec.files import open_sections
from onneshon.index.whoosh_codec.word_field import WordField
from onneshon.index.whoosh_codec.word_field_writer import WordFieldWriter, write_stem_of

__all__ = ["FieldWriter", "modelled"]

PENDING = 1 << 16
"""Postings collected before they are encoded."""


def modelled(format_: Any) -> bool:
    """Whether the columns hold all that a format says of a posting; others' values are kept as they are."""
    return type(format_) in (formats.Existence, formats.Frequency, formats.Positions)


class FieldWriter(base.FieldWriter):  # type: ignore[misc]  # Whoosh has no types
    """Collects terms and writes the segment's inverted file when closed.

    Args:
        storage: Whoosh's.
        segment: whose documents are written already, by which impacts are made.
        basis: what they are made with; None for that of the segments already there, or of these documents.
    """

    def __init__(self, storage: Any, segment: W3Segment, basis: Basis | None = None) -> None:
        self._storage = storage
        self._segment = segment
        self._given_basis = basis
        self._sections = SectionWriter()
        self._words: dict[str, WordFieldWriter] = {}
        self._open: WordFieldWriter | None = None
        self._writer: PostingsWriter | None = None
        self._format: Any = None
        self.is_closed = False
        self._clear()

    def _clear(self) -> None:
        self._terms: list[bytes] = []
        self._counts = array("q")
        self._docs = array("q")
        self._freqs = array("q")
        self._weights = array("d")
        self._positions = array("q")
        self._values: list[bytes] = []

    def start_field(self, fieldname: str, fieldobj: Any) -> None:
        """Begin a field; fields come in any order, each once."""
        self._format = fieldobj.format
        if isinstance(fieldobj, WordField):
            self._open = self._words[fieldname] = WordFieldWriter(
                self._sections, fieldname, self._format, self._documents, self._basis
            )
            return
        self._has_positions = type(self._format) is formats.Positions
        frequencies = type(self._format) is not formats.Existence
        self._writer = PostingsWriter(
            self._sections, fieldname, frequencies=frequencies, positions=self._has_positions
        )

    @cached_property
    def _documents(self) -> DocumentsReader:
        return DocumentsReader(open_sections(self._storage, self._segment.make_filename(DOCUMENTS_EXT)))

    @cached_property
    def _basis(self) -> Basis:
        basis = self._given_basis or basis_in(self._storage) or basis_of(self._documents)
        self._sections.facts[BASIS] = basis.to_dict()
        return basis

    def start_term(self, btext: bytes) -> None:
        """Begin a term, greater than the one before."""
        if self._open is not None:
            self._open.start_term(btext)
            return
        self._terms.append(btext)
        self._counts.append(0)

    def add(self, docnum: int, weight: float, vbytes: bytes, _length: int) -> None:
        """Add a posting to the term; documents come in ascending order."""
        if self._open is not None:
            self._open.add(docnum, vbytes)
            return
        self._counts[-1] += 1
        self._docs.append(docnum)
        self._weights.append(weight)
        if self._has_positions:
            positions = self._format.decode_positions(vbytes)
            self._positions.extend(positions)
            self._freqs.append(len(positions))
        else:
            self._freqs.append(self._format.decode_frequency(vbytes))
            self._values.append(vbytes)

    def finish_term(self) -> None:
        """End the term."""
        if self._open is not None:
            self._open.finish_term()
        elif len(self._docs) >= PENDING:
            self._flush()

    def _flush(self) -> None:
        if self._writer is not None and self._terms:
            self._writer.extend(self._block())
        self._clear()

    def _block(self) -> TermBlock:
        freqs = np.array(self._freqs, np.int64)
        weights = np.array(self._weights, np.float64)
        values = None
        if not modelled(self._format):
            lengths = np.fromiter(map(len, self._values), np.int64, len(self._values))
            values = OpaqueValues(b"".join(self._values), lengths)
        return TermBlock(
            self._terms,
            np.array(self._counts, np.int64),
            np.array(self._docs, np.int64),
            freqs,
            np.array(self._positions, np.int64) if self._has_positions else None,
            weights,
            values,
        )

    def finish_field(self) -> None:
        """End the field."""
        if self._open is not None:
            self._open.finish()
            self._open = None
            return
        self._flush()
        if self._writer is not None:
            self._writer.finish()
        self._writer = None

    def close(self) -> None:
        """Write the file."""
        if self._words.keys() >= {"exact", "stem"}:
            write_stem_of(self._sections, self._words["exact"].terms, self._words["stem"].terms)
        filename = self._segment.make_filename(INVERTED_EXT)
        stream = self._storage.create_file(filename)
        self._sections.write_to(stream, filename)
        stream.close()
        self.is_closed = True
