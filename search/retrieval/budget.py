"""The time one query may take."""

from collections.abc import Callable
from time import perf_counter

__all__ = ["Clock", "TimeBudget"]

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
