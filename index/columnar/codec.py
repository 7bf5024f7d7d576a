"""The codec as Whoosh plugs it in.

Postings, stored values and lengths are ours; sortable columns and vectors are Whoosh's.
"""

from typing import Any

from whoosh.codec.whoosh3 import W3Codec

from index.columnar.per_document import PerDocumentReader, PerDocumentWriter
from index.columnar.segment import INVERTED_EXT, ColumnarSegment, open_sections
from index.columnar.terms_reader import TermsReader
from index.columnar.whoosh_fields import FieldWriter

__all__ = ["ColumnarCodec"]


class ColumnarCodec(W3Codec):  # type: ignore[misc]  # Whoosh has no types
    """Pass it to Whoosh's writer, ``ix.writer(codec=ColumnarCodec())``; readers find it by the segments."""

    def per_document_writer(self, storage: Any, segment: ColumnarSegment) -> PerDocumentWriter:
        """Writes stored values, lengths, columns and vectors."""
        return PerDocumentWriter(self, storage, segment)

    def field_writer(self, storage: Any, segment: ColumnarSegment) -> FieldWriter:
        """Writes terms and postings."""
        return FieldWriter(storage, segment)

    def per_document_reader(self, storage: Any, segment: ColumnarSegment) -> PerDocumentReader:
        """Reads what ``per_document_writer`` wrote."""
        return PerDocumentReader(storage, segment)

    def terms_reader(self, storage: Any, segment: ColumnarSegment) -> TermsReader:
        """Reads what ``field_writer`` wrote."""
        file = open_sections(storage, segment.make_filename(INVERTED_EXT))
        return TermsReader(file, PerDocumentReader(storage, segment))

    def new_segment(self, _storage: Any, indexname: str) -> ColumnarSegment:
        """An empty segment with a random name."""
        return ColumnarSegment(indexname)
