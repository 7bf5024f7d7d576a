"""Stored values and lengths of documents for Whoosh's own writers and readers."""

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import W3PerDocReader, W3PerDocWriter, W3Segment
from whoosh.filedb.compound import CompoundWriter
from whoosh.util.numeric import byte_to_length, length_to_byte

from onneshon.index.columnar.documents import DocumentsReader, DocumentsWriter
from onneshon.index.columnar.section_file import DOCUMENTS_EXT, SectionWriter
from onneshon.index.columnar.stored import encode_values
from onneshon.index.schema import ID_FIELD, TEXT_FIELDS
from onneshon.index.whoosh_codec.files import open_sections
from onneshon.index.whoosh_codec.word_field import WordField

__all__ = ["PerDocumentReader", "PerDocumentWriter", "RoundedLength", "field_lengths", "round_lengths"]

STEPS = np.array([byte_to_length(step) for step in range(256)], np.int64)
"""The lengths that Whoosh tells apart."""


class RoundedLength(int):
    """A length as Whoosh weighs it, rounded to one of its 256 steps; it remembers the exact one.

    Whoosh merges by reading lengths and writing them again, and would write the rounded ones.
    """

    exact: int

    def __new__(cls, exact: int) -> Self:
        """Round a number of tokens."""
        rounded = super().__new__(cls, byte_to_length(length_to_byte(exact)))
        rounded.exact = exact
        return rounded


def round_lengths(lengths: NDArray[np.integer]) -> NDArray[np.int64]:
    """``RoundedLength`` of an array, as plain numbers."""
    return STEPS[np.minimum(np.searchsorted(STEPS, lengths, "left"), len(STEPS) - 1)]


def field_lengths(documents: DocumentsReader, field: str) -> NDArray[np.uint32]:
    """Tokens of a field in each document, shape (documents,); those of fields of words are of their texts."""
    if field in documents.fields or field not in TEXT_FIELDS:
        return documents.lengths(field)
    titles = documents.lengths("title")
    return titles if field.startswith("title_") else titles + documents.lengths("body")


class PerDocumentWriter(W3PerDocWriter):  # type: ignore[misc]  # Whoosh has no types
    """Whoosh calls it for each document with each field's stored value, length, column value and vector."""

    def __init__(self, codec: Any, storage: Any, segment: W3Segment) -> None:  # the base's would make files
        self._codec = codec
        self._storage = storage
        self._segment = segment
        self._cols: Any = None
        self._colwriters: dict[str, Any] = {}
        self._fieldlengths: dict[str, int] = {}
        self._vpostfile: Any = None
        self._doccount = 0
        self._docnum: int | None = None
        self._storedfields: dict[str, Any] = {}
        self._lengths: dict[str, int] = {}
        self._words: set[str] = set()
        self._indoc = False
        self.is_closed = False
        self._sections = SectionWriter()
        self._documents = DocumentsWriter(self._sections)

    def _create_column(self, fieldname: str, column: Any) -> None:
        if self._cols is None:
            self._cols = CompoundWriter(self._storage.temp_storage(f"{self._segment.indexname}.tmp"))
        super()._create_column(fieldname, column)

    def add_field(self, fieldname: str, field: Any, value: Any, length: int) -> None:
        """Note one field of the current document."""
        if value is not None:
            self._storedfields[fieldname] = value
        if length:
            self._lengths[fieldname] = length
            if isinstance(field, WordField):
                self._words.add(fieldname)

    def finish_doc(self) -> None:
        """Write the current document."""
        for field, length in self._lengths.items():
            self._fieldlengths[field] = self._fieldlengths.get(field, 0) + int(length)
        key = self._storedfields.get(ID_FIELD, "")
        self._documents.add(str(key), encode_values(self._storedfields), self._exact_lengths())
        self._forget()

    def _exact_lengths(self) -> dict[str, int]:
        """The lengths of the fields; those of words are kept as the lengths of title and body."""
        exact = {field: int(getattr(length, "exact", length)) for field, length in self._lengths.items()}
        words = {field: exact.pop(field) for field in self._words & exact.keys()}
        if words:
            exact["title"] = words.get("title_stem", 0)
            exact["body"] = words.get("stem", 0) - exact["title"]
        return exact

    def cancel_doc(self) -> None:
        """Take the current document back."""
        self._doccount -= 1
        self._forget()

    def _forget(self) -> None:
        self._storedfields = {}
        self._lengths = {}
        self._indoc = False

    def close(self) -> None:
        """Write the segment's documents; called once, with no document open."""
        self._segment._fieldlengths = self._fieldlengths  # noqa: SLF001  # as Whoosh's own writer does
        self._documents.finish()
        filename = self._segment.make_filename(DOCUMENTS_EXT)
        stream = self._storage.create_file(filename)
        self._sections.write_to(stream, filename)
        stream.close()
        self._close_columns()
        if self._vpostfile:
            self._vpostfile.close()
        self.is_closed = True

    def _close_columns(self) -> None:
        for writer in self._colwriters.values():
            writer.finish(self._doccount)
        if self._cols is not None:
            self._cols.save_as_files(self._storage, self._column_filename)


class PerDocumentReader(W3PerDocReader):  # type: ignore[misc]  # Whoosh has no types
    """Answers Whoosh's questions about documents; lengths are rounded as Whoosh's scores expect."""

    def __init__(self, storage: Any, segment: W3Segment) -> None:
        super().__init__(storage, segment)
        self._documents = DocumentsReader(open_sections(storage, segment.make_filename(DOCUMENTS_EXT)))

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        """The stored values of a document."""
        return self._documents.stored[docnum]

    def lengths(self, fieldname: str) -> NDArray[np.uint32]:
        """The exact lengths of a field."""
        return field_lengths(self._documents, fieldname)

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        """Tokens of a field in a document; ``default`` where it has none."""
        length = int(self.lengths(fieldname)[docnum])
        return RoundedLength(length) if length else default

    def min_field_length(self, fieldname: str) -> int:
        """The least length of a field, as Whoosh rounds it."""
        return self._extreme(fieldname, np.min)

    def max_field_length(self, fieldname: str) -> int:
        """The greatest length of a field, as Whoosh rounds it."""
        return self._extreme(fieldname, np.max)

    def _extreme(self, fieldname: str, choose: Any) -> int:
        lengths = self.lengths(fieldname)
        return int(round_lengths(choose(lengths, keepdims=True))[0]) if len(lengths) else 0
