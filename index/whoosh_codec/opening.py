"""A folder of our files as a Whoosh index that is only read: a file of Whoosh's is one too many there."""

from pathlib import Path
from typing import Any, NoReturn

from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex

from onneshon.index.columnar.segment_list import INDEX_NAME
from onneshon.index.errors import IndexStateError

__all__ = ["open_folder"]


class _ReadOnlyStorage(FileStorage):  # type: ignore[misc]  # Whoosh has no types
    def lock(self, _name: str) -> NoReturn:
        """What a writer asks for first."""
        raise IndexStateError(
            "Whoosh reads an index of Onneshon and cannot write it: run `onneshon index update`"
        )


def open_folder(folder: Path) -> Any:
    """The Whoosh index in a folder."""
    return FileIndex(_ReadOnlyStorage(str(folder), readonly=True), indexname=INDEX_NAME)
