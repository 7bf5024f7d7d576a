"""A store of computed values that forgets the least recently used when they grow beyond a budget of bytes."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, Protocol, TypeVar

__all__ = ["ByteBudgetCache", "Sized"]


class Sized(Protocol):
    """A value that knows how much memory it holds."""

    @property
    def nbytes(self) -> int:
        """Bytes of memory."""


Value = TypeVar("Value", bound=Sized)


class ByteBudgetCache:
    """Least recently used values, at most ``budget`` bytes of them. Safe to share among threads.

    Values of several kinds share one budget; a key stands for values of one kind only.

    Values are measured when they are put in; a value larger than the whole budget is computed and not kept.

    Args:
        budget: bytes.
    """

    def __init__(self, budget: int) -> None:
        self.budget = budget
        self._held = 0
        self._values: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._lock = Lock()

    @property
    def held(self) -> int:
        """Bytes of the values kept now."""
        return self._held

    def __len__(self) -> int:
        return len(self._values)

    def get(
        self, key: Hashable, compute: Callable[[], Value], *, keep: Callable[[], bool] | None = None
    ) -> Value:
        """The value of a key, computed when it is not there.

        Two threads may compute the same value at the same time; both get the one that was kept first.

        Args:
            key: of the value.
            compute: makes it.
            keep: says, once it is made, whether it is worth keeping; None for always.
        """
        with self._lock:
            known = self._values.get(key)
            if known is not None:
                self._values.move_to_end(key)
                kept: Value = known[0]
                return kept
        value = compute()
        return self._keep(key, value) if keep is None or keep() else value

    def _keep(self, key: Hashable, value: Value) -> Value:
        size = value.nbytes
        with self._lock:
            known = self._values.get(key)
            if known is not None:
                first: Value = known[0]
                return first
            if size <= self.budget:
                self._values[key] = (value, size)
                self._held += size
            while self._held > self.budget:
                _, (_, freed) = self._values.popitem(last=False)
                self._held -= freed
        return value
