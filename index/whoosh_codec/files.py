"""Files of columns in a Whoosh storage."""

from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage

from onneshon.index.columnar.section_file import SectionFile

__all__ = ["open_sections"]


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
