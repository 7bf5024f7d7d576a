"""Sections of a file as they are read, each block verified by its checksum before use; and array helpers.

A query reads small parts of files that may have gigabytes, so that neither opening nor the first query can
wait until the whole file is verified. A block is so small that its checksum costs less than reading the block
from the disk.
"""

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec, Protocol, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from onneshon.index.errors import REPAIR, IndexCorruptError
from onneshon.index.kernel import DamageError
from onneshon.index.kernel.postings import CheckedBlocks, checksum

U1: TypeAlias = NDArray[np.uint8]
U4: TypeAlias = NDArray[np.uint32]
I8: TypeAlias = NDArray[np.int64]


_Number = TypeVar("_Number", bound=np.integer[Any])


def firsts(ordered: NDArray[np.integer[Any]]) -> NDArray[np.bool_]:
    """A mask of the first of each run of equal numbers."""
    first = np.ones(len(ordered), np.bool_)
    first[1:] = ordered[1:] != ordered[:-1]
    return first


def distinct(numbers: NDArray[_Number]) -> NDArray[_Number]:
    """The distinct numbers, ascending.

    ``np.unique`` is five times slower on hundreds, and its first call imports ``numpy.ma``: that takes 30 ms,
    and is a RecursionError in a thread that calls it when another has just finished the import.
    """
    ordered = np.sort(numbers)
    return ordered[firsts(ordered)]


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
    """Ranges of consecutive pieces whose lengths add up to ``most`` at most, or of one longer piece."""
    ends = ends_of(lengths)
    low = 0
    while low < len(lengths):
        before = int(ends[low - 1]) if low else 0
        high = max(low + 1, int(np.searchsorted(ends, before + most, "right")))
        yield low, high
        low = high


BLOCK: Final = 1 << 14
"""Bytes of a block; its checksum of 4 bytes adds 0.024 %."""


class BlockSums:
    """Computes the checksum of each block of a section while the section is written."""

    def __init__(self) -> None:
        self._blocks: list[int] = []
        self._open = bytearray()

    def add(self, data: memoryview) -> None:
        """Add further bytes of the section."""
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
        """The checksums of all blocks, the last of which may be shorter."""
        return [*self._blocks, checksum(self._open)] if self._open else self._blocks


class Section:
    """An array in a mapped file. Safe to share between threads: at worst, two verify the same block.

    Args:
        array: the array in the file.
        sums: the checksum of each block.
        block: the bytes of a block; the last may have fewer.
        where: which section of which file, for messages.
        summing: the checksum function.
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
        """The array, not verified, for content that has checksums of its own."""
        self.sums = sums
        """The checksum of each block as it was written."""
        self._values = array.data  # indexing it yields a Python int, in a third of the time
        self._size = array.itemsize
        self.blocks = CheckedBlocks(
            array.view(np.uint8).data,
            sums,
            max(1, block),
            lambda: IndexCorruptError(f"{where}: {REPAIR}"),
            None if summing is checksum else summing,
        )
        """The section's bytes in blocks, for compiled code that reads them."""

    def __len__(self) -> int:
        return len(self.unchecked)

    def at(self, index: int) -> int:
        """One element, a whole number.

        Raises:
            IndexCorruptError: the block of the element is not as it was written.
        """
        self.check(index, index + 1)
        value: int = self._values[index]
        return value

    def span(self, index: int) -> tuple[int, int]:
        """The start and end of the ``index``-th part, if the elements are the ends of consecutive parts.

        Raises:
            IndexCorruptError: as of ``at``.
        """
        self.check(max(index - 1, 0), index + 1)
        return self._values[index - 1] if index else 0, self._values[index]

    def check(self, start: int, stop: int) -> None:
        """Verify the blocks of the elements from ``start`` to ``stop``; raises as ``at`` does."""
        if not self.blocks.sound:
            self.blocks.check(start * self._size, stop * self._size)

    def part(self, start: int, stop: int) -> NDArray[Any]:
        """The elements from ``start`` to ``stop``, which may be after the end; raises as ``at`` does."""
        self.check(start, stop)
        return self.unchecked[start:stop]

    def whole(self) -> NDArray[Any]:
        """All elements; raises as ``at`` does."""
        return self.part(0, len(self))

    def is_same(self, other: "Section") -> bool:
        """Whether both were written with the same bytes, by their checksums, even if damaged since."""
        return len(self) == len(other) and np.array_equal(self.sums, other.sums)

    def verify(self) -> None:
        """Verify all blocks, those verified before included; raises as ``at`` does."""
        self.blocks.check_all()


class _Explains(Protocol):
    def _damaged(self, error: DamageError, /) -> IndexCorruptError: ...


_Reader = TypeVar("_Reader", bound=_Explains)
_Given = ParamSpec("_Given")
_Read = TypeVar("_Read")


def explaining_damage(
    method: Callable[Concatenate[_Reader, _Given], _Read],
) -> Callable[Concatenate[_Reader, _Given], _Read]:
    """Make a method that asks the kernel raise what its object's ``_damaged`` makes of a ``DamageError``."""

    @wraps(method)
    def explained(reader: _Reader, /, *arguments: _Given.args, **options: _Given.kwargs) -> _Read:
        try:
            return method(reader, *arguments, **options)
        except DamageError as error:
            raise reader._damaged(error) from error  # noqa: SLF001 - it is a method of that class in effect

    return explained
