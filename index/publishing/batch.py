"""From lines of the journal to whole requests: what is published at once, and what is lost."""

from dataclasses import dataclass
from io import BytesIO
from typing import Final

from onneshon.index.publishing.operation import Operation, read_line

__all__ = ["BATCH_BYTES", "BATCH_OPERATIONS", "Batch", "Reading", "end_of_requests"]

BATCH_OPERATIONS: Final = 1000
BATCH_BYTES: Final = 32 << 20
"""Most that is read, and then published, at once."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Whole requests that follow each other.

    Attributes:
        operations: in the order in which they were appended.
        position: up to which they reach.
        damaged: lines among them that could not be read.
        lost: the requests that these were part of, as ranges of positions: behind the first number, up to the
            second.
    """

    operations: tuple[Operation, ...]
    position: int
    damaged: int = 0
    lost: tuple[tuple[int, int], ...] = ()


class Reading:
    """Puts lines together to a batch of whole requests.

    Args:
        position: behind which they begin.
    """

    def __init__(self, position: int) -> None:
        self._operations: list[Operation] = []
        self._unread: list[tuple[int, int]] = []
        self._lost: set[tuple[int, int]] = set()
        self._damaged = self._taken = 0
        self._position = self._request_end = position

    def take(self, line: bytes, at: int) -> None:
        """The next line, which ends at a position."""
        before, self._position, self._taken = self._position, at, self._taken + len(line)
        found = read_line(line)
        if found is None:
            self._damaged += 1
            self._unread.append((before, at))
            return
        self._operations.append(found.operation)
        self._settle(begins=at - len(line) - found.before, ends=at + found.after)
        self._request_end = at + found.after

    def _settle(self, begins: int, ends: int) -> None:
        """Know of which requests the lines were part that could not be read, from those around them."""
        for before, at in self._unread:
            self._lost.add((ends - 1, ends) if at > begins else (before, at))
        self._unread.clear()

    @property
    def is_enough(self) -> bool:
        """Whether it is as much as is published at once, and no part of a request."""
        large = len(self._operations) >= BATCH_OPERATIONS or self._taken >= BATCH_BYTES
        return large and self._position >= self._request_end and not self._unread

    def batch(self) -> Batch:
        """All that was taken."""
        self._settle(self._position, self._position)
        return Batch(tuple(self._operations), self._position, self._damaged, tuple(sorted(self._lost)))


def end_of_requests(content: bytes, position: int, *, every_line: bool) -> int:
    """Where the last whole request ends, if nothing but torn ones follow.

    Args:
        content: from the end of a request on.
        position: where that is.
        every_line: whether a request is whole only if all its lines can be read; else its last one is enough.
    """
    end, at, sound_from = 0, position, position
    for line in BytesIO(content):
        at += len(line)
        found = read_line(line)
        # A power cut may leave zeros, or anything, where a line was about to be: that is no line either.
        if found is None:
            sound_from = at
        elif not found.after and not (every_line and sound_from > at - len(line) - found.before):
            end = at - position
    return end
