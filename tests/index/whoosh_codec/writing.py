"""A codec with which Whoosh writes our files, so that Whoosh's own tests can be run on their readers.

Fields of any format become lists with positions or without; weights and encoded values, which lists do
not have, go into sections of their own. Stored values and lengths are ours; columns and vectors are Whoosh's.
"""

from array import array
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh import formats
from whoosh.codec import base
from whoosh.codec.whoosh3 import W3PerDocWriter, W3Segment
from whoosh.filedb.compound import CompoundWriter

from onneshon.index.columnar.documents import DocumentsWriter
from onneshon.index.columnar.impact_field import ImpactField, ImpactWriter
from onneshon.index.columnar.section_file import DOCUMENTS_EXT, INVERTED_EXT, SectionFile, SectionWriter
from onneshon.index.columnar.sections import U4, ends_of
from onneshon.index.columnar.stored import encode_values
from onneshon.index.columnar.term_dictionary import TermBlock
from onneshon.index.whoosh_codec.codec import ColumnarCodec, ColumnarSegment
from onneshon.index.whoosh_codec.postings import PerDocumentReader, WordField, open_sections
from onneshon.index.whoosh_codec.terms_reader import ColumnarMatcher, TermsReader

__all__ = ["WritingCodec", "WrittenSegment"]


class WrittenSegment(ColumnarSegment):
    """A segment that Whoosh wrote."""

    def codec(self, **_options: Any) -> "WritingCodec":
        """The codec that reads this segment."""
        return WritingCodec()

    def delete_document(self, docnum: int, delete: bool = True) -> None:
        """Mark a document as deleted, or take the mark away."""
        if delete or self._deleted is None:
            super().delete_document(docnum, delete)
        else:
            self._deleted.discard(docnum)


class WritingCodec(ColumnarCodec):
    """Pass it to Whoosh's writer, ``ix.writer(codec=WritingCodec())``; readers find it by the segments."""

    def per_document_writer(self, storage: Any, segment: W3Segment) -> "PerDocumentWriter":
        """Writes stored values, lengths, columns and vectors."""
        return PerDocumentWriter(self, storage, segment)

    def field_writer(self, storage: Any, segment: W3Segment) -> "FieldWriter":
        """Writes terms and postings."""
        return FieldWriter(storage, segment)

    def terms_reader(self, storage: Any, segment: W3Segment) -> "WrittenTermsReader":
        """Reads what ``field_writer`` wrote."""
        file = open_sections(storage, segment.make_filename(INVERTED_EXT))
        has_documents = storage.file_exists(segment.make_filename(DOCUMENTS_EXT))
        return WrittenTermsReader(file, self.per_document_reader(storage, segment) if has_documents else None)

    def new_segment(self, _storage: Any, indexname: str) -> WrittenSegment:
        """An empty segment with a random name."""
        return WrittenSegment(indexname)


class FieldWriter(base.FieldWriter):  # type: ignore[misc]  # Whoosh has no types
    """Writes the segment's inverted file when closed."""

    def __init__(self, storage: Any, segment: W3Segment) -> None:
        self._storage = storage
        self._filename = segment.make_filename(INVERTED_EXT)
        self._sections = SectionWriter()
        self.is_closed = False

    def start_field(self, fieldname: str, fieldobj: Any) -> None:
        """Begin a field; fields come in any order, each once."""
        self._name, self._format = fieldname, fieldobj.format
        self._has_positions = type(self._format) is formats.Positions
        self._terms: list[bytes] = []
        self._counts, self._docs, self._freqs, self._positions = (array("q") for _ in range(4))
        self._weights = array("d")
        self._values: list[bytes] = []

    def start_term(self, btext: bytes) -> None:
        """Begin a term, greater than the one before."""
        self._terms.append(btext)
        self._counts.append(0)

    def add(self, docnum: int, weight: float, vbytes: bytes, _length: int) -> None:
        """Add a posting to the term; documents come in ascending order, with several equal values twice."""
        if self._counts[-1] and docnum == self._docs[-1]:
            self._weights[-1] += weight
            return
        self._counts[-1] += 1
        self._docs.append(docnum)
        self._weights.append(weight)
        self._values.append(vbytes or b"")
        if self._has_positions:
            positions = self._format.decode_positions(vbytes)
            self._positions.extend(positions)
            self._freqs.append(len(positions))

    def finish_term(self) -> None:
        """End the term."""

    def finish_field(self) -> None:
        """End the field."""
        writer = ImpactWriter(self._sections, self._name, positions=self._has_positions)
        docs = np.array(self._docs, np.int64)
        block = TermBlock(
            self._terms,
            np.array(self._counts, np.int64),
            docs,
            np.array(self._freqs, np.int64) if self._has_positions else None,
            np.array(self._positions, np.int64) if self._has_positions else None,
            np.ones(len(docs), np.uint8),
        )
        if self._terms:
            writer.extend(block)
        writer.finish()
        self._section("counts", "<u4").extend(block.counts)
        self._sections.facts["documents"] = max(self._sections.facts.get("documents", 0), *self._docs, -1) + 1
        self._section("weights", "<f8").extend(np.array(self._weights, np.float64))
        if type(self._format) not in (formats.Existence, formats.Positions):
            data = b"".join(self._values)
            self._section("values", "<u1").write(data, len(data))
            lengths = np.fromiter(map(len, self._values), np.int64, len(self._values))
            self._section("value_ends", "<u4").extend(ends_of(lengths))

    def _section(self, part: str, dtype: str) -> Any:
        return self._sections.section(f"{self._name}/{part}", dtype)

    def close(self) -> None:
        """Write the file."""
        stream = self._storage.create_file(self._filename)
        self._sections.write_to(stream, self._filename)
        stream.close()
        self.is_closed = True


class WrittenField(WordField):
    """A field of any format, with the weights and values of its postings."""

    def __init__(self, file: SectionFile, name: str, lengths: U4) -> None:
        super().__init__(ImpactField(file, name, len(lengths)), lengths)
        counts = file.array(f"{name}/counts")
        self._starts = np.concatenate(([0], ends_of(counts))).tolist()
        self._weights = file.array(f"{name}/weights")
        self._values = file.array(f"{name}/values").tobytes()
        self._value_ends = file.array(f"{name}/value_ends").tolist() if f"{name}/value_ends" in file else None

    def weights(self, ordinal: int) -> NDArray[np.float64]:
        """The weights of a term's postings, as given."""
        return self._weights[self._starts[ordinal] : self._starts[ordinal + 1]]

    def values(self, ordinal: int) -> list[bytes] | None:
        """The values of a term's postings as Whoosh encoded them, None where the lists say it all."""
        if self._value_ends is None:
            return None
        ends = [0, *self._value_ends]
        places = range(self._starts[ordinal], self._starts[ordinal + 1])
        return [self._values[ends[place] : ends[place + 1]] for place in places]


class WrittenMatcher(ColumnarMatcher):
    """A matcher with the values of all formats."""

    @cached_property
    def _values(self) -> list[bytes] | None:
        assert isinstance(self._field, WrittenField)
        return self._field.values(self._ordinal)

    def value(self) -> bytes | None:
        """The value of the current posting."""
        return super().value() if self._values is None else self._values[self._i]


class WrittenTermsReader(TermsReader):
    """Reads what ``FieldWriter`` wrote."""

    def __init__(self, file: SectionFile, documents: PerDocumentReader | None) -> None:
        none = np.zeros(file.facts.get("documents", 0), np.uint32)
        self._fields = {
            name: WrittenField(file, name, documents.lengths(name) if documents else none)
            for name in file.facts.get("fields", {})
        }

    def matcher(self, fieldname: str, tbytes: bytes, format_: Any, scorer: Any = None) -> WrittenMatcher:
        """A matcher for the postings of a term; raises TermNotFound."""
        return WrittenMatcher(*self._find(fieldname, tbytes), format_, (fieldname, tbytes), scorer)


class PerDocumentWriter(W3PerDocWriter):  # type: ignore[misc]  # Whoosh has no types
    """Whoosh calls it for each document with each field's stored value, length, column value and vector."""

    def __init__(self, codec: Any, storage: Any, segment: W3Segment) -> None:  # the base's would make files
        self._codec = codec
        self._storage = storage
        self._segment = segment
        self._cols: Any = None
        self._colwriters: dict[str, Any] = {}
        self._fieldlengths: dict[str, int] = {}
        self._columns: dict[str, list[int]] = {}
        self._vpostfile: Any = None
        self._doccount = 0
        self._docnum: int | None = None
        self.is_closed = False
        self._sections = SectionWriter()
        self._documents = DocumentsWriter(self._sections)
        self._forget()

    def _create_column(self, fieldname: str, column: Any) -> None:
        if self._cols is None:
            self._cols = CompoundWriter(self._storage.temp_storage(f"{self._segment.indexname}.tmp"))
        super()._create_column(fieldname, column)

    def add_field(self, fieldname: str, _field: Any, value: Any, length: int) -> None:
        """Note one field of the current document."""
        if value is not None:
            self._storedfields[fieldname] = value
        if length:
            self._lengths[fieldname] = length

    def finish_doc(self) -> None:
        """Write the current document."""
        for field, length in self._lengths.items():
            self._fieldlengths[field] = self._fieldlengths.get(field, 0) + length
            column = self._columns.setdefault(field, [])
            column += [*[0] * (self._documents.count - len(column)), length]
        self._documents.add("", encode_values(self._storedfields))
        self._forget()

    def cancel_doc(self) -> None:
        """Cancel the current document."""
        self._doccount -= 1
        self._forget()

    def _forget(self) -> None:
        self._storedfields: dict[str, Any] = {}
        self._lengths: dict[str, int] = {}
        self._indoc = False

    def close(self) -> None:
        """Write the segment's documents; called once, with no document open."""
        self._segment._fieldlengths = self._fieldlengths  # as Whoosh's own writer does
        for field, column in self._columns.items():
            self._documents.set_lengths(field, np.array(column, np.int64))
        self._documents.finish()
        filename = self._segment.make_filename(DOCUMENTS_EXT)
        stream = self._storage.create_file(filename)
        self._sections.write_to(stream, filename)
        stream.close()
        for writer in self._colwriters.values():
            writer.finish(self._doccount)
        if self._cols is not None:
            self._cols.save_as_files(self._storage, self._column_filename)
        if self._vpostfile:
            self._vpostfile.close()
        self.is_closed = True
