"""Detects whether a file was written since an earlier check, without reading it."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, Self


class FileStamp(NamedTuple):
    """The modification time, size and inode of a file, which change when it is written."""

    modified_ns: int
    size: int
    inode: int

    @classmethod
    def from_stat(cls, found: os.stat_result) -> Self:
        """The stamp from the system's report about a file."""
        return cls(found.st_mtime_ns, found.st_size, found.st_ino)

    @classmethod
    def of(cls, path: Path, stat: Callable[[Path], os.stat_result] = os.stat) -> Self | None:
        """The current stamp of a file; None if it does not exist or cannot be examined."""
        try:
            return cls.from_stat(stat(path))
        except OSError:
            return None
