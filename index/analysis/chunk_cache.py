"""Results for short spans of text, kept within a number of bytes.

Most of what stands between two spaces has been met before. What is kept are two tables: when the newer one
is full it becomes the older one, so that of a full cache only what has not come again is forgotten.
"""

from collections.abc import Callable
from sys import getsizeof
from threading import Lock
from typing import Any, Final, TypeVar

LONGEST_KEPT: Final = 48
"""Code points; longer chunks (addresses, texts without spaces) hardly come again."""

ENTRY_BYTES: Final = 130
"""Of the table for one entry, half of the places of a table being free, at most."""

Value = TypeVar("Value")

_budgets: list[int] = []


def size_of(value: Any) -> int:
    """Bytes of a number, a string, or a tuple of them at any depth; what is shared counts each time."""
    size = getsizeof(value)
    if isinstance(value, tuple):
        for part in value:
            size += size_of(part) if isinstance(part, tuple) else getsizeof(part)
    return size


def size_of_row(value: tuple[Any, ...]) -> int:
    """The same of a tuple of numbers and strings, in a third of the time."""
    return getsizeof(value) + sum(map(getsizeof, value))


def analysis_bytes() -> int:
    """The most that all caches of this process made as ``shared`` hold together."""
    return sum(_budgets)


class ChunkCache(dict[str, Value]):
    """``cache[chunk]`` is the value of a chunk, computed where it is not kept. Safe to share among threads.

    Args:
        compute: gives the value of a chunk, the same each time.
        budget: bytes, at most, of all that is kept.
        size: bytes of a value.
        shared: counted in ``analysis_bytes``: of a module, for as long as the process lives.
    """

    def __init__(
        self,
        compute: Callable[[str], Value],
        budget: int,
        *,
        size: Callable[[Value], int] = size_of,
        shared: bool = False,
    ) -> None:
        super().__init__()
        self._compute = compute
        self._size = size
        self._half = budget // 2
        self._older: dict[str, Value] = {}
        self._older_bytes = 0
        self._bytes = 0
        self._filling = Lock()
        if shared:
            _budgets.append(budget)

    @property
    def bytes_kept(self) -> int:
        """Bytes of all that is kept now."""
        return self._bytes + self._older_bytes

    def __missing__(self, chunk: str) -> Value:
        older = self._older
        value = older[chunk] if chunk in older else self._compute(chunk)
        if len(chunk) <= LONGEST_KEPT:
            self._keep(chunk, value, ENTRY_BYTES + getsizeof(chunk) + self._size(value))
        return value

    def _keep(self, chunk: str, value: Value, size: int) -> None:
        with self._filling:
            if chunk in self or size > self._half:
                return
            if self._bytes + size > self._half:
                self._older, self._older_bytes = dict(self), self._bytes
                self.clear()
                self._bytes = 0
            self[chunk] = value
            self._bytes += size
