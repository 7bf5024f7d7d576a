"""Whether a file was written since somebody looked, told without reading it."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, Self


class FileStamp(NamedTuple):
    """What tells whether a file was written since."""

    modified_ns: int
    size: int
    inode: int

    @classmethod
    def from_stat(cls, found: os.stat_result) -> Self:
        """The state that the system reports of a file."""
        return cls(found.st_mtime_ns, found.st_size, found.st_ino)

    @classmethod
    def of(cls, path: Path, stat: Callable[[Path], os.stat_result] = os.stat) -> Self | None:
        """The state of a file now; None where there is none, or it cannot be asked for."""
        try:
            return cls.from_stat(stat(path))
        except OSError:
            return None
