"""Which of several processes that listen on one socket accepts a waiting connection."""

from hypothesis import given
from hypothesis import strategies as st

from onneshon.web.processes import (
    FRESH_SECONDS,
    PATIENCE_SECONDS,
    Balance,
    Turn,
)


class Clock:
    """A clock that tests set, in seconds."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        """The time."""
        return self.now


class Several:
    """Processes that share their counts, simulated in this one process.

    Args:
        count: the number of processes.
    """

    def __init__(self, count: int) -> None:
        self.clock = Clock()
        self.balance = Balance(count, clock=self.clock)
        self.turns = [Turn(self.balance, self.clock) for _ in range(count)]
        self.has = [0] * count

    def tells(self, number: int) -> None:
        """Let a process report its number of connections, as it does in each round."""
        self.balance.number = number
        self.balance.tell(self.has[number])

    def accepts(self, number: int, waiting: int = 1) -> int:
        """The number of waiting connections that a process takes in a round of its own."""
        self.tells(number)
        self.turns[number].begin()
        taken = self.turns[number].share(waiting)
        self.has[number] += taken
        self.tells(number)
        return taken


@given(st.lists(st.integers(0, 2), min_size=1, max_size=60))
def test_however_they_wake_none_gets_far_ahead(woken: list[int]) -> None:
    """The first to wake takes a connection only if no other process has fewer."""
    several = Several(3)
    for number in range(3):
        several.tells(number)
    for number in woken:
        several.accepts(number)
        assert max(several.has) - min(several.has) <= 1


@given(st.integers(1, 200), st.permutations(range(3)))
def test_the_first_process_takes_no_more_than_its_share(waiting: int, order: list[int]) -> None:
    """After two rounds none is left, and the numbers differ by at most one."""
    several = Several(3)
    for number in order:
        several.tells(number)
    left = waiting
    for number in order * 2:
        left -= several.accepts(number, left) if left else 0
        assert max(several.has) - waiting // 3 <= 1
    assert not left
    assert max(several.has) - min(several.has) <= 1


def test_a_process_that_has_fewer_takes_more_of_what_waits() -> None:
    """The process with fewer connections takes more until the numbers are equal."""
    several = Several(2)
    several.has = [5, 1]
    several.tells(1)
    assert several.accepts(0, 4) == 0
    assert several.accepts(1, 4) == 4
    assert several.accepts(0, 8) == 4


def test_a_process_that_is_alone_accepts_all() -> None:
    """There is no other process to leave a connection to."""
    assert [Several(1).accepts(0, waiting) for waiting in (1, 5, 64)] == [1, 5, 64]


def test_what_is_left_to_a_busy_process_does_not_wait_long() -> None:
    """The other process takes it after a while, along with what waits after it."""
    several = Several(2)
    several.tells(1)
    assert several.accepts(0)
    assert not several.accepts(0)
    several.clock.now += 2 * PATIENCE_SECONDS
    several.tells(1)
    assert several.accepts(0)
    assert several.accepts(0)


def test_patience_begins_anew_with_what_comes_later() -> None:
    """After a round with nothing waiting, the wait for another process starts again."""
    several = Several(2)
    several.tells(1)
    assert several.accepts(0)
    assert not several.accepts(0)
    several.turns[0].begin()  # a round in which nothing waits
    several.clock.now += 2 * PATIENCE_SECONDS
    several.tells(1)
    assert not several.accepts(0)


def test_nothing_is_left_to_a_process_that_is_silent_or_gone() -> None:
    """A stopped or dead process may have had few connections."""
    several = Several(2)
    several.tells(1)
    assert several.accepts(0)
    assert not several.accepts(0)
    several.clock.now += FRESH_SECONDS
    assert several.balance.share(1) == 1
    several.tells(1)
    several.balance.number = 0
    assert several.balance.share(1) == 0
    several.balance.forget(1)
    assert several.balance.share(1) == 1
