"""A segment as Whoosh keeps it in its list of segments, and where its files are."""

from pathlib import Path
from typing import Any, Final

from whoosh.codec.whoosh3 import W3Segment
from whoosh.filedb.filestore import FileStorage

from index.columnar.documents import DocumentsReader
from index.columnar.format import SectionFile

__all__ = ["DOCUMENTS_EXT", "INVERTED_EXT", "ColumnarSegment", "open_sections"]

INVERTED_EXT: Final = ".inv"
"""Terms and postings of all fields."""

DOCUMENTS_EXT: Final = ".doc"
"""Stored values and lengths."""


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
        for field in documents.fields:
            self._fieldlengths[field] = int(documents.lengths(field).sum(dtype="int64"))

    def codec(self, **_options: Any) -> Any:
        """The codec that reads this segment."""
        from index.columnar.codec import ColumnarCodec  # noqa: PLC0415  # the codec makes segments

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


def open_sections(storage: Any, filename: str) -> SectionFile:
    """Map a file of a Whoosh storage; where the storage is not a folder, read it.

    Raises:
        IndexCorruptError: the file is not there, or not whole.
    """
    if isinstance(storage, FileStorage):
        return SectionFile.open(Path(storage.folder) / filename)
    stream = storage.open_file(filename)
    try:
        return SectionFile(bytes(stream.get(0, storage.file_length(filename))), filename)
    finally:
        stream.close()
