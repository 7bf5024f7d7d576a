"""The codec as Whoosh plugs it in, and the segment that names it.

Postings, stored values and lengths are ours; sortable columns and vectors are Whoosh's.
"""

from typing import Any

from whoosh.codec.whoosh3 import W3Codec, W3Segment

from onneshon.index.columnar.documents import DocumentsReader
from onneshon.index.columnar.section_file import INVERTED_EXT
from onneshon.index.ranking import Basis
from onneshon.index.schema import TEXT_FIELDS
from onneshon.index.whoosh_codec.field_writer import FieldWriter
from onneshon.index.whoosh_codec.files import open_sections
from onneshon.index.whoosh_codec.per_document import PerDocumentReader, PerDocumentWriter, field_lengths
from onneshon.index.whoosh_codec.terms_reader import TermsReader

__all__ = ["ColumnarCodec", "ColumnarSegment"]


class ColumnarCodec(W3Codec):  # type: ignore[misc]  # Whoosh has no types
    """Pass it to Whoosh's writer, ``ix.writer(codec=ColumnarCodec())``; readers find it by the segments.

    Args:
        basis: what impacts are made with; None for that of the segments already there.
    """

    def __init__(self, basis: Basis | None = None) -> None:
        super().__init__()
        self._basis = basis

    def per_document_writer(self, storage: Any, segment: W3Segment) -> PerDocumentWriter:
        """Writes stored values, lengths, columns and vectors."""
        return PerDocumentWriter(self, storage, segment)

    def field_writer(self, storage: Any, segment: W3Segment) -> FieldWriter:
        """Writes terms and postings."""
        return FieldWriter(storage, segment, self._basis)

    def per_document_reader(self, storage: Any, segment: W3Segment) -> PerDocumentReader:
        """Reads what ``per_document_writer`` wrote."""
        return PerDocumentReader(storage, segment)

    def terms_reader(self, storage: Any, segment: W3Segment) -> TermsReader:
        """Reads what ``field_writer`` wrote."""
        file = open_sections(storage, segment.make_filename(INVERTED_EXT))
        return TermsReader(file, PerDocumentReader(storage, segment))

    def new_segment(self, _storage: Any, indexname: str) -> "ColumnarSegment":
        """An empty segment with a random name."""
        return ColumnarSegment(indexname)


class ColumnarSegment(W3Segment):  # type: ignore[misc]  # Whoosh has no types
    """Whoosh pickles this into its list of segments; it holds nothing but plain values.

    Args:
        indexname: of the Whoosh index, ``MAIN``.
        doccount: documents, deleted ones included.
        segid: lower-case letters and digits; random where None.
    """

    def __init__(self, indexname: str, doccount: int = 0, segid: str | None = None) -> None:
        super().__init__(None, indexname, doccount, segid)
        self._fieldlengths: dict[str, int] = {}

    def note_lengths(self, documents: DocumentsReader) -> None:
        """Take over the total lengths of the fields, by which Whoosh's searchers weigh."""
        for field in TEXT_FIELDS:
            self._fieldlengths[field] = int(field_lengths(documents, field).sum(dtype="int64"))

    def codec(self, **_options: Any) -> Any:
        """The codec that reads this segment."""
        return ColumnarCodec()

    def should_assemble(self) -> bool:
        """False: the files are mapped one by one, a compound file would only be a second copy."""
        return False

    def delete_document(self, docnum: int, delete: bool = True) -> None:
        """Mark a document as deleted, or take the mark away."""
        if delete or self._deleted is None:
            super().delete_document(docnum, delete)
        else:
            self._deleted.discard(docnum)
