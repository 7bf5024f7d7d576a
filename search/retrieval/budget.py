"""Time budgets of searches, and caches of bounded size."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from math import isinf
from operator import attrgetter
from threading import Lock, local
from time import perf_counter
from typing import Any, Literal, TypeAlias, TypeVar

GRACE = 0.02
"""The extra share of the time limit that reading the texts of hits may take after the limit."""

PartialReason: TypeAlias = Literal["time", "part"]
"""Why an answer is partial: the time limit was reached, or a part of the index did not answer."""

Clock = Callable[[], float]
"""A monotonic clock in seconds."""


class TimeBudget:
    """A time limit from its creation on; loops check it, so that a costly query ends with a partial result.

    Args:
        seconds: the time limit; None for no limit.
        clock: the clock to read.

    Attributes:
        exceeded: whether something was left out because the time was over.
        lacking: whether something was left out because a part of the index did not answer; the search
            continues.
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
        """Whether nothing has been left out so far, for lack of time or of a part of the index."""
        return not (self.exceeded or self.lacking)

    @property
    def partial_reason(self) -> PartialReason | None:
        """Why something was left out; None where nothing was."""
        return "part" if self.lacking else "time" if self.exceeded else None

    def spent(self) -> bool:
        """Whether the time is over; stored in ``exceeded``."""
        if self._clock() > self._end:
            self.exceeded = True
        return self.exceeded

    def overdue(self) -> bool:
        """Whether even the extra time for a page's texts is over, see ``GRACE``."""
        late = self._clock() > self._last
        self.exceeded |= late
        return late

    @property
    def elapsed(self) -> float:
        """Seconds since its creation."""
        return self._clock() - self._began

    def rest(self) -> "TimeBudget":
        """A new budget of the time that is left."""
        return TimeBudget(None if isinf(self._end) else self.left, self._clock)

    @property
    def left(self) -> float:
        """Seconds until the budget runs out, 0 if it has; infinity where there is no limit."""
        return max(self._end - self._clock(), 0.0)


_turn = local()
"""``budget``: the budget of the page that this thread is answering."""


@contextmanager
def in_turn(budget: TimeBudget) -> Iterator[None]:
    """Make a budget the current one of this thread within the block."""
    before = budget_now()
    _turn.budget = budget
    try:
        yield
    finally:
        _turn.budget = before


def take_turn(budget: TimeBudget) -> None:
    """Make a budget the current one of this thread for the rest of a block of ``in_turn``."""
    _turn.budget = budget


def budget_now() -> TimeBudget:
    """The budget of the page that this thread is answering; a budget without limit where there is none.

    Code that counts words for a page has no request at hand, but shares the page's time.
    """
    return getattr(_turn, "budget", None) or TimeBudget()


def lacking_now() -> None:
    """Note in the current budget that a part of the index is missing."""
    budget_now().lacking = True


def whole_now() -> bool:
    """Whether the page that this thread is answering is complete so far, so that results may be cached."""
    return budget_now().whole


Value = TypeVar("Value")


def by_number(_value: object) -> int:
    """The size 1 for each value, so that the budget of a cache is a number of values."""
    return 1


class BoundedCache:
    """A cache of least recently used values with a total size of at most ``budget``. Thread-safe.

    Values of several kinds share one budget; a key belongs to values of one kind only.

    Values are measured when they are added; a value larger than the whole budget is computed and not kept.

    Args:
        budget: the largest total size, in the unit of ``size_of``.
        size_of: returns the size of a value; by default its ``nbytes``.
    """

    def __init__(self, budget: int, size_of: Callable[[Any], int] = attrgetter("nbytes")) -> None:
        self.budget = budget
        self._size_of = size_of
        self._size = 0
        self._values: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._lock = Lock()

    @property
    def size(self) -> int:
        """The total size of the values in the cache."""
        return self._size

    def __len__(self) -> int:
        return len(self._values)

    def __contains__(self, key: Hashable) -> bool:
        return key in self._values

    def get(
        self, key: Hashable, compute: Callable[[], Value], *, keep: Callable[[], bool] | None = None
    ) -> Value:
        """The value of a key, computed where it is not in the cache.

        Two threads may compute the same value at the same time; both get the one that was stored first.

        Args:
            key: the key of the value.
            compute: computes the value.
            keep: returns, once the value is computed, whether to store it; None for always.
        """
        known: Value | None = self.kept(key)
        if known is not None:
            return known
        value = compute()
        return self.keep(key, value) if keep is None or keep() else value

    def kept(self, key: Hashable) -> Any:
        """The value of a key; None where it is not in the cache."""
        with self._lock:
            known = self._values.pop(key, None)
            if known is None:
                return None
            self._values[key] = known  # the last now; moving it would compare keys, which are trees, again
            return known[0]

    def keep(self, key: Hashable, value: Value) -> Value:
        """Store a value, not None, unless the key has one; return the stored value."""
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
    """Wrap a function so that its recent values are cached, except those computed for a partial page.

    Args:
        count: the number of values to keep.
        function: takes hashable arguments; its value may be None.
    """
    values = BoundedCache(count, by_number)

    def known(*args: Hashable) -> Value:
        kept: tuple[Value] = values.get(args, lambda: (function(*args),), keep=whole_now)
        return kept[0]

    return known
