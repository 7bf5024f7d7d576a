"""A section of a file as it is read: each block is compared with its sum before anything of it is believed.

A query reads a little here and there of files that may have gigabytes, so that neither opening nor the first
query can wait until all was summed up. A block is small enough for its sum to cost less than what reading it
from the disk did.
"""

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from index.errors import REPAIR, IndexCorruptError
from index.kernel.checksum import checksum

__all__ = ["BLOCK", "BlockSums", "Section"]

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

    Attributes:
        unchecked: the array as it is, for what carries sums of its own.
        block: bytes in a block.
        unread: a byte for each block, 1 until it was compared with its sum.
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
        self._bytes = array.view(np.uint8).data
        self._values = array.data  # an element of it is a number of Python, in a third of the time
        self._per_block = max(1, block // array.itemsize)
        self._sums = sums
        self.block = block
        self._where = where
        self._summing = summing
        self.unread = bytearray(b"\1" * len(sums))
        self._sound = not len(sums)

    def __len__(self) -> int:
        return len(self.unchecked)

    @property
    def sums(self) -> NDArray[np.uint32] | None:
        """The sum of each block as the kernel makes it; None where they were made otherwise."""
        return self._sums if self._summing is checksum else None

    def at(self, place: int) -> int:
        """One element, a whole number.

        Raises:
            IndexCorruptError: the block where it stands is not as it was written.
        """
        if not self._sound and self.unread[place // self._per_block]:
            self._check(place, place + 1)
        value: int = self._values[place]
        return value

    def check(self, start: int, stop: int) -> None:
        """Compare the elements from ``start`` to ``stop`` with their sums; raises as ``at`` does."""
        if not self._sound:
            self._check(start, stop)

    def part(self, start: int, stop: int) -> NDArray[Any]:
        """The elements from ``start`` to ``stop``, which may lie beyond the end; raises as ``at`` does."""
        if not self._sound:
            self._check(start, stop)
        return self.unchecked[start:stop]

    def whole(self) -> NDArray[Any]:
        """All elements; raises as ``at`` does."""
        return self.part(0, len(self))

    def verify(self) -> None:
        """Read everything, what was compared before as well; raises as ``at`` does."""
        for block in range(len(self._sums)):
            self._check_block(block)
        self._sound = True

    def _check(self, start: int, stop: int) -> None:
        size = self.unchecked.itemsize
        end = -(-stop * size // self.block)
        block = self.unread.find(1, start * size // self.block, end)
        while block >= 0:
            self._check_block(block)
            block = self.unread.find(1, block + 1, end)
        self._sound = 1 not in self.unread

    def _check_block(self, block: int) -> None:
        begin = block * self.block
        if self._summing(self._bytes[begin : begin + self.block]) != self._sums[block]:
            raise IndexCorruptError(f"{self._where}: {REPAIR}")
        self.unread[block] = 0
