"""Few costly queries run at a time; light queries pass them, and a query that waits too long is refused."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import count
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onneshon.index.analysis.analyzer import analyze
from onneshon.search import BusyError, Engine
from onneshon.search.engine.admission import SLOW_LANE, AdmissionQueue, demand
from onneshon.search.retrieval.budget import TimeBudget
from tests.fakes import article, reader_of
from tests.strategies import bengali_words


@pytest.mark.parametrize(
    ("text", "costly"),
    [
        ("বাংলাদেশের মুক্তিযুদ্ধের ইতিহাস ও ভাষা আন্দোলন নিয়ে জাতীয় জাদুঘরে নতুন প্রদর্শনী শুরু", False),
        ("bangladesher muktijuddher itihas", False),
        ("মুক্তি* ভাষা", False),
        ("নদী " * 40, True),
        ("bari nodi pani gari hari sari dari", True),
        ("নদ* " * 12, True),
    ],
)
def test_demand_tells_long_queries_from_those_that_readers_ask(text: str, *, costly: bool) -> None:
    """A headline, some Latin words and a prefix are light; dozens of any of them are not."""
    assert (demand(text) >= SLOW_LANE) is costly


@pytest.fixture
def taken() -> Iterator[AdmissionQueue]:
    """A queue with one slot, which is taken, and no room for waiting."""
    queue = AdmissionQueue(1, queue=0)
    with queue.entered(SLOW_LANE, TimeBudget()):
        yield queue


def test_light_queries_pass_a_lane_that_is_taken(taken: AdmissionQueue) -> None:
    """Only costly queries wait, and without a limit on costly queries these do not wait either."""
    with taken.entered(SLOW_LANE - 1, TimeBudget(0)):
        pass
    with ExitStack() as stack:
        for _ in range(50):
            stack.enter_context(AdmissionQueue(None).entered(SLOW_LANE, TimeBudget(0)))


def test_where_nobody_waits_no_cost_is_worked_out(taken: AdmissionQueue) -> None:
    """The cost of a query is computed only if costly queries are limited."""
    text = "নদী ভাষা " * 12
    assert taken.cost(text) == demand(text) >= SLOW_LANE
    assert AdmissionQueue(None).cost(text) == 0


def test_a_queue_that_is_full_refuses_at_once(taken: AdmissionQueue) -> None:
    """A query that has no room to wait is refused with the number of seconds after which to retry."""
    with (
        pytest.raises(BusyError, match="ask again in 2 s") as refused,
        taken.entered(SLOW_LANE, TimeBudget()),
    ):
        pytest.fail("let in")
    assert refused.value.seconds == 2


def test_who_has_no_time_left_to_wait_leaves_the_queue(taken: AdmissionQueue) -> None:
    """A query that has no time left to wait is refused, and leaves its place in the queue to others."""
    taken._queue = 1
    for _ in range(3):
        clock = count().__next__
        with pytest.raises(BusyError), taken.entered(SLOW_LANE, TimeBudget(0, clock)):
            pytest.fail("let in")
        assert clock() > 1, "it was refused before it could wait"


def test_a_query_waits_for_half_of_its_time_at_the_most(taken: AdmissionQueue) -> None:
    """The other half is for the answer; a query without a timeout waits as long as it takes."""
    taken._queue = 1
    waited: list[float | None] = []

    def acquire(*, blocking: bool = True, timeout: float | None = None) -> bool:
        if blocking:
            waited.append(timeout)
        return blocking and timeout is None

    taken._slots = SimpleNamespace(acquire=acquire, release=lambda: None)  # type: ignore[assignment]
    for seconds in (8, 3):
        with pytest.raises(BusyError), taken.entered(SLOW_LANE, TimeBudget(seconds, lambda: 0.0)):
            pytest.fail("let in")
    with taken.entered(SLOW_LANE, TimeBudget(None, lambda: 0.0)):
        pass
    assert waited == [4, 1.5, None]


def test_no_more_wait_than_there_is_room_for(taken: AdmissionQueue) -> None:
    """A query is refused at once while the queue is full, and may wait after another has left it."""
    taken._queue = 2
    waiting: list[int] = []

    def acquire(*, blocking: bool = True, timeout: float | None = None) -> bool:
        assert timeout is None
        if blocking:  # while this query waits, another arrives
            waiting.append(len(waiting))
            with pytest.raises(BusyError), taken.entered(SLOW_LANE, TimeBudget()):
                pytest.fail("let in")
        return False

    taken._slots = SimpleNamespace(acquire=acquire, release=lambda: None)  # type: ignore[assignment]
    for _ in range(2):
        with pytest.raises(BusyError), taken.entered(SLOW_LANE, TimeBudget()):
            pytest.fail("let in")
    assert waiting == [0, 1, 2, 3]


def test_a_caller_that_fails_leaves_the_lane() -> None:
    """A slot is released also when its query fails."""
    queue = AdmissionQueue(1, queue=0)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), queue.entered(SLOW_LANE, TimeBudget()):
            raise ZeroDivisionError


def test_costly_queries_of_an_engine_share_its_slots() -> None:
    """Search, rank and marks of a costly query need the same slot; a light query is answered meanwhile."""
    costly = "নদী ভাষা " * 12
    with Engine(reader_of([article("a", "নদী")]), costly=1, time_limit=0) as engine:
        engine._admission._queue = 0
        with engine._admission.entered(SLOW_LANE, TimeBudget()):
            for ask in (engine.search, engine.rank, lambda text: engine.marked("a", text)):
                with pytest.raises(BusyError):
                    ask(costly)
            assert engine.search("নদী").query == "নদী"
        assert engine.search(costly).query == costly


@given(
    st.lists(st.sampled_from("+- ") | bengali_words | st.sampled_from(["dhaka", "নদী*"]), max_size=9).map(
        "".join
    )
)
def test_a_query_costs_as_much_with_signs_as_without(text: str) -> None:
    """A query costs as much with the signs of its words as without them."""
    words = analyze(text)
    latin = sum(word.exact.isascii() and word.exact.isalpha() for word in words)
    assert demand(text) == len(words) + 2 * latin + len(re.findall(r"\S\*", text))
