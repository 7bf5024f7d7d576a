"""The time one query may take."""

from time import perf_counter

__all__ = ["TimeBudget"]


class TimeBudget:
    """Counts from its creation; asked in the loops, so that a costly query ends with what it has.

    Args:
        seconds: how long; None for as long as it takes.
    """

    __slots__ = ("_end", "exceeded")

    def __init__(self, seconds: float | None = None) -> None:
        self._end = float("inf") if seconds is None else perf_counter() + seconds
        self.exceeded = False

    def spent(self) -> bool:
        """Whether the time is over; remembered in ``exceeded``."""
        if perf_counter() > self._end:
            self.exceeded = True
        return self.exceeded
