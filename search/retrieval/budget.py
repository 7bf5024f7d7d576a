"""What a search may cost: the time that one query takes, the bytes in which values are kept."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from math import isinf
from operator import attrgetter
from threading import Lock, local
from time import perf_counter
from typing import Any, Literal, TypeAlias, TypeVar

GRACE = 0.02
"""The share of the time that may go, after it is over, into reading the texts of what was found."""

PartialReason: TypeAlias = Literal["time", "part"]
"""What kept an answer from being whole: the time allowed ran out, or a part of the index did not answer."""

Clock = Callable[[], float]
"""Seconds from some moment on, never fewer than before."""


class TimeBudget:
    """Counts from its creation; asked in the loops, so that a costly query ends with what it has.

    Args:
        seconds: how long; None for as long as it takes.
        clock: tells the time.

    Attributes:
        exceeded: whether something was left out as the time was over.
        lacking: whether something was left out as a part of the index did not answer; the search goes on.
    """

    __slots__ = ("_began", "_clock", "_end", "_last", "exceeded", "lacking")

    def __init__(self, seconds: float | None = None, clock: Clock = perf_counter) -> None:
        self._clock = clock
        self._began = clock()
        self._end = float("inf") if seconds is None else self._began + seconds
        self._last = self._end + GRACE * max(seconds or 0.0, 0.0)
        self.exceeded = False
        self.lacking = False

    @property
    def whole(self) -> bool:
        """Whether all was looked at so far: there was time, and no part of the index was missing."""
        return not (self.exceeded or self.lacking)

    @property
    def partial_reason(self) -> PartialReason | None:
        """Why not all was looked at; None where all was."""
        return "part" if self.lacking else "time" if self.exceeded else None

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

    def rest(self) -> "TimeBudget":
        """A budget of what is left, counted from now."""
        return TimeBudget(None if isinf(self._end) else self.left, self._clock)

    @property
    def left(self) -> float:
        """Seconds until it runs out, 0 if it has; infinity where there is no limit."""
        return max(self._end - self._clock(), 0.0)


_turn = local()
"""``budget``: of the page that this thread answers."""


@contextmanager
def in_turn(budget: TimeBudget) -> Iterator[None]:
    """Have a budget be that of all that this thread reads in the block."""
    before = budget_now()
    _turn.budget = budget
    try:
        yield
    finally:
        _turn.budget = before


def take_turn(budget: TimeBudget) -> None:
    """Have a budget be that of all that this thread reads in what is left of a block of ``in_turn``."""
    _turn.budget = budget


def budget_now() -> TimeBudget:
    """The budget of the page that this thread answers; of nothing, one without limit.

    What is counted for a page is asked for in places that know of words alone, and shares its time.
    """
    return getattr(_turn, "budget", None) or TimeBudget()


def lacking_now() -> None:
    """Note that the page which this thread answers lacks a part of the index."""
    budget_now().lacking = True


def whole_now() -> bool:
    """Whether the page which this thread answers lacks nothing so far: what was learned may be kept."""
    return budget_now().whole


Value = TypeVar("Value")


def by_number(_value: object) -> int:
    """The size of each value where as many are kept as the budget says."""
    return 1


class BoundedCache:
    """Least recently used values, of a size of at most ``budget`` in all. Safe to share among threads.

    Values of several kinds share one budget; a key stands for values of one kind only.

    Values are measured when they are put in; a value larger than the whole budget is computed and not kept.

    Args:
        budget: bytes, or what else sizes are.
        size_of: the size of a value: its ``nbytes``, unless told.
    """

    def __init__(self, budget: int, size_of: Callable[[Any], int] = attrgetter("nbytes")) -> None:
        self.budget = budget
        self._size_of = size_of
        self._size = 0
        self._values: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._lock = Lock()

    @property
    def size(self) -> int:
        """The size of the values kept now."""
        return self._size

    def __len__(self) -> int:
        return len(self._values)

    def __contains__(self, key: Hashable) -> bool:
        return key in self._values

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
        known: Value | None = self.kept(key)
        if known is not None:
            return known
        value = compute()
        return self.keep(key, value) if keep is None or keep() else value

    def kept(self, key: Hashable) -> Any:
        """The value of a key; None where it is not there."""
        with self._lock:
            known = self._values.pop(key, None)
            if known is None:
                return None
            self._values[key] = known  # the last now; moving it would compare keys, trees of queries, again
            return known[0]

    def keep(self, key: Hashable, value: Value) -> Value:
        """Keep a value, which is not None, unless there is one of that key; the one that is kept."""
        size = self._size_of(value)
        with self._lock:
            known = self._values.get(key)
            if known is not None:
                first: Value = known[0]
                return first
            if size <= self.budget:
                self._values[key] = (value, size)
                self._size += size
            while self._size > self.budget:
                _, (_, freed) = self._values.popitem(last=False)
                self._size -= freed
        return value


def remembered(count: int, function: Callable[..., Value]) -> Callable[..., Value]:
    """A function whose latest values are kept, but for what a page lacks a part of.

    Args:
        count: how many.
        function: makes a value, which may be None, of arguments that can be hashed.
    """
    values = BoundedCache(count, by_number)

    def known(*args: Hashable) -> Value:
        kept: tuple[Value] = values.get(args, lambda: (function(*args),), keep=whole_now)
        return kept[0]

    return known
