"""Stored values and lengths of documents for Whoosh's readers."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import W3PerDocReader, W3Segment
from whoosh.filedb.filestore import FileStorage
from whoosh.util.numeric import byte_to_length

from onneshon.index.article import TEXT_FIELDS
from onneshon.index.columnar.documents import DocumentsReader
from onneshon.index.columnar.section_file import DOCUMENTS_EXT, SectionFile

__all__ = ["PerDocumentReader", "field_lengths", "open_sections", "round_lengths"]


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


STEPS = np.array([byte_to_length(step) for step in range(256)], np.int64)
"""The lengths that Whoosh tells apart."""


def round_lengths(lengths: NDArray[np.integer]) -> NDArray[np.int64]:
    """Lengths as Whoosh weighs them, rounded to its 256 steps."""
    return STEPS[np.minimum(np.searchsorted(STEPS, lengths, "left"), len(STEPS) - 1)]


def field_lengths(documents: DocumentsReader, field: str) -> NDArray[np.uint32]:
    """Tokens of a field in each document, shape (documents,); those of fields of words are of their texts."""
    if field in documents.fields or field not in TEXT_FIELDS:
        return documents.lengths(field)
    titles = documents.lengths("title")
    return titles if field.startswith("title_") else titles + documents.lengths("body")


class PerDocumentReader(W3PerDocReader):  # type: ignore[misc]  # Whoosh has no types
    """Answers Whoosh's questions about documents; lengths are rounded as Whoosh's scores expect.

    Attributes:
        documents: what it reads.
    """

    def __init__(self, storage: Any, segment: W3Segment) -> None:
        super().__init__(storage, segment)
        self.documents = DocumentsReader(open_sections(storage, segment.make_filename(DOCUMENTS_EXT)))

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        """The stored values of a document."""
        return self.documents.stored[docnum]

    def lengths(self, fieldname: str) -> NDArray[np.uint32]:
        """The exact lengths of a field."""
        return field_lengths(self.documents, fieldname)

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        """Tokens of a field in a document, as Whoosh rounds it; ``default`` where it has none."""
        length = self.lengths(fieldname)[docnum]
        return int(round_lengths(length)) if length else default

    def min_field_length(self, fieldname: str) -> int:
        """The least length of a field, as Whoosh rounds it."""
        return self._extreme(fieldname, np.min)

    def max_field_length(self, fieldname: str) -> int:
        """The greatest length of a field, as Whoosh rounds it."""
        return self._extreme(fieldname, np.max)

    def _extreme(self, fieldname: str, choose: Any) -> int:
        lengths = self.lengths(fieldname)
        return int(round_lengths(choose(lengths, keepdims=True))[0]) if len(lengths) else 0
