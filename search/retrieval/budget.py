"""The budgets of a search: the time that one query may take, and the bytes in which values are kept."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from time import perf_counter
from typing import Any, Protocol, TypeVar

__all__ = ["ByteBudgetCache", "Clock", "Sized", "TimeBudget"]

GRACE = 0.02
"""The share of the time that may go, after it is over, into reading the texts of what was found."""

Clock = Callable[[], float]
"""Seconds from some moment on, never fewer than before."""


class TimeBudget:
    """Counts from its creation; asked in the loops, so that a costly query ends with what it has.

    Args:
        seconds: how long; None for as long as it takes.
        clock: tells the time.
    """

    __slots__ = ("_began", "_clock", "_end", "_last", "exceeded")

    def __init__(self, seconds: float | None = None, clock: Clock = perf_counter) -> None:
        self._clock = clock
        self._began = clock()
        self._end = float("inf") if seconds is None else self._began + seconds
        self._last = self._end + GRACE * max(seconds or 0.0, 0.0)
        self.exceeded = False

    def spent(self) -> bool:
        """Whether the time is over; remembered in ``exceeded``."""
        if self._clock() > self._end:
            self.exceeded = True
        return self.exceeded

    def overdue(self) -> bool:
        """Whether even what a page cannot do without must be left out now."""
        late = self._clock() > self._last
        self.exceeded |= late
        return late

    @property
    def elapsed(self) -> float:
        """Seconds since its creation."""
        return self._clock() - self._began

    @property
    def left(self) -> float:
        """Seconds until it runs out, 0 if it has; infinity where there is no limit."""
        return max(self._end - self._clock(), 0.0)


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
