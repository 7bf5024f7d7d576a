"""When the documents of a segment were written, and which articles were removed from a generation."""

import time
from collections.abc import Iterable, Mapping
from contextlib import closing
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Self

import msgspec
import numpy as np
from numpy.typing import DTypeLike, NDArray

from onneshon.index.columnar.section_file import SectionFile, SectionWriter, write_file
from onneshon.index.columnar.sections import U4
from onneshon.index.columnar.segment_list import INDEX_NAME
from onneshon.index.errors import IndexCorruptError

DIGESTS_FILE: Final = "digests.bin"

CONTENTS: Final = "digests"
"""Section, u8: the content digest of each document."""

CHANGED: Final = "changed"
"""Section, u4: when each document was written, in Unix seconds; 0 where an earlier version wrote no date."""

PUBLISHING: Final = 60
"""Seconds that dates are ahead, as an article may be found that long after it is written. Otherwise a client
that asks for changes since its last request, in between, would never see the article."""

GONE_FILE: Final = f"{INDEX_NAME}.gone"

KEPT_GONE: Final = 10_000
"""Most ids of removed articles that are kept, the most recent ones; a few hundred kilobytes."""

_SECTION: Final = "gone"


def changed_now(last: int) -> int:
    """The date of a change that is written now, in Unix seconds.

    Args:
        last: the date of the last change to the same index; the result is not earlier. A clock may be set
            back: a client that asks for changes since that date would never see one with an earlier date.
    """
    return max(int(time.time()) + PUBLISHING, last)


def last_date(changed: Iterable[U4], gone: Mapping[str, int]) -> int:
    """The last date of a change in a generation; 0 if it has none.

    Args:
        changed: the dates of each segment, as ``ChangeDates.changed``, dead documents included.
        gone: the removed articles, as ``read_gone`` returns them.
    """
    return max(int(dates.max(initial=0)) for dates in (*changed, np.array([*gone.values()], np.uint32)))


class ChangeDates:
    """Reads the digests and dates that ``indexer.digests`` wrote for a segment.

    Args:
        file: the file of the segment's digests; None if it has none.
        count: the number of its documents.
    """

    def __init__(self, file: SectionFile | None, count: int) -> None:
        self._file = file
        self._count = count

    @classmethod
    def open(cls, folder: Path, count: int) -> Self:
        """Map the file in a folder of side tables; an unreadable file counts as missing."""
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
        """When each document was written, in Unix seconds; 0 where it is not known. Shape (count,)."""
        return self._column(CHANGED, np.uint32)

    @cached_property
    def contents(self) -> NDArray[np.uint64]:
        """The content digest of each document, shape (count,)."""
        return self._column(CONTENTS, np.uint64)


def write_gone(folder: Path, gone: Mapping[str, int]) -> None:
    """Write which articles were removed from a generation; only the last ``KEPT_GONE`` of them.

    Args:
        folder: the folder of the generation.
        gone: ids of removed articles, each with the time of its removal in Unix seconds.
    """
    if gone:
        last = dict(sorted(gone.items(), key=lambda each: (-each[1], each[0]))[:KEPT_GONE])
        content = msgspec.json.encode(last)
        with closing(SectionWriter(folder)) as sections:
            sections.section(_SECTION, "<u1").write(content, len(content))
            write_file(sections, folder / GONE_FILE)


def read_gone(folder: Path) -> dict[str, int]:
    """The ids of removed articles, each with the time of its removal; empty if the file cannot be read."""
    try:
        content = SectionFile.open(folder / GONE_FILE).array(_SECTION).tobytes()
        return msgspec.json.decode(content, type=dict[str, int])
    except (IndexCorruptError, msgspec.DecodeError):
        return {}
