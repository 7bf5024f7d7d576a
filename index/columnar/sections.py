"""A section of a file as it is read, a block compared with its sum before use; and what is done with arrays.

A query reads a little here and there of files that may have gigabytes, so that neither opening nor the first
query can wait until all was summed up. A block is small enough for its sum to cost less than what reading it
from the disk did.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from onneshon.index.errors import REPAIR, IndexCorruptError
from onneshon.index.kernel.postings import CheckedBlocks, checksum

U1: TypeAlias = NDArray[np.uint8]
U4: TypeAlias = NDArray[np.uint32]
I8: TypeAlias = NDArray[np.int64]


def ends_of(lengths: NDArray[Any]) -> I8:
    """Where each of consecutive pieces ends, given their lengths."""
    ends: I8 = np.cumsum(lengths, dtype=np.int64)
    return ends


def starts_of(lengths: NDArray[Any]) -> I8:
    """Where each of consecutive pieces starts, given their lengths."""
    starts: I8 = ends_of(lengths) - lengths
    return starts


def gather_ranges(starts: NDArray[Any], lengths: NDArray[Any]) -> I8:
    """The indexes of the pieces that begin at ``starts``, one piece after another."""
    total = int(lengths.sum())
    shift = np.repeat(starts - starts_of(lengths), lengths)
    return shift + np.arange(total, dtype=np.int64)


def ranges_within(lengths: NDArray[Any], most: int) -> Iterator[tuple[int, int]]:
    """Ranges of consecutive pieces that have at most so much together, or of one piece that has more."""
    ends = ends_of(lengths)
    low = 0
    while low < len(lengths):
        before = int(ends[low - 1]) if low else 0
        high = max(low + 1, int(np.searchsorted(ends, before + most, "right")))
        yield low, high
        low = high


BLOCK: Final = 1 << 14
"""Bytes; a sum of 4 bytes each adds 0.024 %."""


class BlockSums:
    """The sum of each block of a section while it is being written."""

    def __init__(self) -> None:
        self._blocks: list[int] = []
        self._open = bytearray()

    def add(self, data: memoryview) -> None:
        """Take further bytes into account."""
        if self._open:
            taken = BLOCK - len(self._open)
            self._open += data[:taken]
            data = data[taken:]
            if len(self._open) < BLOCK:
                return
            self._blocks.append(checksum(self._open))
        whole = len(data) // BLOCK * BLOCK
        self._blocks.extend(checksum(data[at : at + BLOCK]) for at in range(0, whole, BLOCK))
        self._open = bytearray(data[whole:])

    @property
    def blocks(self) -> list[int]:
        """The sums, the last of a block that may be shorter."""
        return [*self._blocks, checksum(self._open)] if self._open else self._blocks


class Section:
    """An array in a mapped file. Safe to share between threads: the worst is that two sum up the same block.

    Args:
        array: what is in the file.
        sums: of each block.
        block: bytes in a block; the last may have fewer.
        where: which section of which file, for messages.
        summing: what the sums were made by.
    """

    def __init__(
        self,
        array: NDArray[Any],
        sums: NDArray[np.uint32],
        block: int,
        where: str,
        summing: Callable[[memoryview], int] = checksum,
    ) -> None:
        array.flags.writeable = False
        self.unchecked = array
        """The array as it is, for what carries sums of its own."""
        self.sums = sums
        """Of each block, as it was written."""
        self._values = array.data  # an element of it is a number of Python, in a third of the time
        self._size = array.itemsize
        self.blocks = CheckedBlocks(
            array.view(np.uint8).data,
            sums,
            max(1, block),
            lambda: IndexCorruptError(f"{where}: {REPAIR}"),
            None if summing is checksum else summing,
        )
        """Its bytes in blocks, for what reads them in compiled code."""

    def __len__(self) -> int:
        return len(self.unchecked)

    def at(self, index: int) -> int:
        """One element, a whole number.

        Raises:
            IndexCorruptError: the block where it stands is not as it was written.
        """
        self.check(index, index + 1)
        value: int = self._values[index]
        return value

    def span(self, index: int) -> tuple[int, int]:
        """From where to where the ``index``-th of some parts reaches, of elements that say where each ends.

        Raises:
            IndexCorruptError: as of ``at``.
        """
        self.check(max(index - 1, 0), index + 1)
        return self._values[index - 1] if index else 0, self._values[index]

    def check(self, start: int, stop: int) -> None:
        """Compare the elements from ``start`` to ``stop`` with their sums; raises as ``at`` does."""
        if not self.blocks.sound:
            self.blocks.check(start * self._size, stop * self._size)

    def part(self, start: int, stop: int) -> NDArray[Any]:
        """The elements from ``start`` to ``stop``, which may lie beyond the end; raises as ``at`` does."""
        self.check(start, stop)
        return self.unchecked[start:stop]

    def whole(self) -> NDArray[Any]:
        """All elements; raises as ``at`` does."""
        return self.part(0, len(self))

    def is_same(self, other: "Section") -> bool:
        """Whether both were written of the same bytes, as their sums say, whatever is damaged since."""
        return len(self) == len(other) and np.array_equal(self.sums, other.sums)

    def verify(self) -> None:
        """Read everything, what was compared before as well; raises as ``at`` does."""
        self.blocks.check_all()
