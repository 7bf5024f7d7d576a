"""When each article of a segment was put in or changed: a column of the file of its digests."""

import time
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Self

import numpy as np
from numpy.typing import DTypeLike, NDArray

from onneshon.index.arrays import U4
from onneshon.index.columnar.section_file import SectionFile
from onneshon.index.errors import IndexCorruptError

DIGESTS_FILE: Final = "digests.bin"

CONTENTS: Final = "digests"
"""Section, u8: what each document is, as a number."""

CHANGED: Final = "changed"
"""Section, u4: seconds of Unix; 0 where an earlier version wrote none."""

_PUBLISHING: Final = 60
"""Seconds that writing an article down may precede its being found. Who asks what changed since the moment
before would else never hear of it."""


def changed_now() -> int:
    """The date of what is written now, in seconds of Unix."""
    return int(time.time()) + _PUBLISHING


class ChangeDates:
    """Reads what ``indexer.digests`` wrote of a segment.

    Args:
        file: of its digests; None where it has none.
        count: its documents.
    """

    def __init__(self, file: SectionFile | None, count: int) -> None:
        self._file = file
        self._count = count

    @classmethod
    def open(cls, folder: Path, count: int) -> Self:
        """Map the file in a folder of side tables; an unreadable one is as good as none."""
        try:
            return cls(SectionFile.open(folder / DIGESTS_FILE), count)
        except IndexCorruptError:
            return cls(None, count)

    def _column(self, name: str, kind: DTypeLike) -> NDArray[Any]:
        if self._file is not None and len(found := self._file.array(name)) == self._count:
            return found
        return np.zeros(self._count, kind)

    @cached_property
    def changed(self) -> U4:
        """When each document was written, in seconds of Unix; 0 where nobody knows. Shape (count,)."""
        return self._column(CHANGED, np.uint32)

    @cached_property
    def contents(self) -> NDArray[np.uint64]:
        """What each document is, as a number; shape (count,)."""
        return self._column(CONTENTS, np.uint64)
