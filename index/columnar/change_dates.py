"""When the documents of a segment were written, and which articles are gone from a generation."""

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
"""Section, u8: what each document is, as a number."""

CHANGED: Final = "changed"
"""Section, u4: seconds of Unix; 0 where an earlier version wrote none."""

PUBLISHING: Final = 60
"""Seconds that writing an article down may precede its being found. Who asks what changed since the moment
before would else never hear of it."""

GONE_FILE: Final = f"{INDEX_NAME}.gone"

KEPT_GONE: Final = 10_000
"""Most ids of gone articles that are kept, those that went last; a few hundred kilobytes."""

_SECTION: Final = "gone"


def changed_now(last: int) -> int:
    """The date of what is written now, in seconds of Unix.

    Args:
        last: the date of what was last written to the same index. A clock may be set back; whoever heard of
            that change, and asks what came after it, would never hear of this one if it had an earlier date.
    """
    return max(int(time.time()) + PUBLISHING, last)


def last_date(changed: Iterable[U4], gone: Mapping[str, int]) -> int:
    """The last date that a generation has; 0 where it has none.

    Args:
        changed: of its segments, as ``ChangeDates.changed``; of dead documents too.
        gone: its gone articles, as ``read_gone`` gives them.
    """
    return max(int(dates.max(initial=0)) for dates in (*changed, np.array([*gone.values()], np.uint32)))


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


def write_gone(folder: Path, gone: Mapping[str, int]) -> None:
    """Write down which articles are gone from a generation; of too many the last.

    Args:
        folder: of the generation.
        gone: ids, and since when, in seconds of Unix.
    """
    if gone:
        last = dict(sorted(gone.items(), key=lambda each: (-each[1], each[0]))[:KEPT_GONE])
        content = msgspec.json.encode(last)
        with closing(SectionWriter(folder)) as sections:
            sections.section(_SECTION, "<u1").write(content, len(content))
            write_file(sections, folder / GONE_FILE)


def read_gone(folder: Path) -> dict[str, int]:
    """The ids of articles that are gone, and since when; none where nobody can tell."""
    try:
        content = SectionFile.open(folder / GONE_FILE).array(_SECTION).tobytes()
        return msgspec.json.decode(content, type=dict[str, int])
    except (IndexCorruptError, msgspec.DecodeError):
        return {}
