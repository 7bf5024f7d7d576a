"""Requests go to whichever host answers; a hanging host costs readers little, and nothing runs twice."""

import threading
from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest
from opensearchpy import ConnectionTimeout, OpenSearch, TransportError

from onneshon.opensearch.connection.faults import IncompleteError
from onneshon.opensearch.connection.rotation import (
    ALLOWANCE,
    EARNED,
    FEWEST,
    LATEST,
    READING,
    REMEMBERED,
    SOONEST,
    UNKNOWN,
    WRITING,
    Host,
    Pace,
    Patience,
    Rollcall,
    Rotation,
)
from onneshon.opensearch.connection.tries import Request
from tests.opensearch.fake_cluster import lost, refused
from tests.serving import SECONDS

Work = Callable[[], Any]


class Hurried(Pace):
    """A pace at which answers are late at once."""

    def late(self, left: float) -> float:
        """No time, as every answer is late at once."""
        return 0.0 * left


class FirstHurried(Hurried):
    """A pace at which the first answer is late at once, and no other."""

    def __init__(self) -> None:
        super().__init__()
        self._times = 0

    def late(self, left: float) -> float:
        """No time for the first answer, all that is left for others."""
        self._times += 1
        return super().late(left) if self._times == 1 else left


class Calm(Pace):
    """A pace at which no answer is ever late."""

    def late(self, left: float) -> float:
        """All the time that is left."""
        return left


@pytest.fixture
def hanging() -> Iterator[Work]:
    """Work that does not finish before the test does."""
    done = threading.Event()

    def hang() -> None:
        done.wait(SECONDS)
        raise lost()

    yield hang
    done.set()


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let retries happen without a pause."""
    monkeypatch.setattr(Patience, "pause_before", lambda _patience, _times: 0.0)


def hosts_of(*work: Work) -> list[Host[OpenSearch]]:
    """Hosts that do the given work, one each."""
    return [Host(f"host-{number}", cast("OpenSearch", each)) for number, each in enumerate(work)]


def absent(_client: object) -> Rollcall | None:
    """No host is present."""
    return None


def ask(
    hosts: list[Host[OpenSearch]],
    *,
    patience: Patience = READING,
    pace: Pace | None = None,
    seconds: float = SECONDS,
    rotation: Rotation[OpenSearch] | None = None,
    report: Callable[[TransportError | None], None] = lambda _error: None,
) -> Any:
    """Make a request; the first host that answers counts."""
    if rotation is None:
        rotation = Rotation(hosts, absent)
        rotation.close()  # no watch looks for hosts
    request = Request(
        lambda client: cast("Work", client)(),
        rotation,
        pace or Calm(),
        patience,
        seconds=seconds,
        check=lambda _reply: None,
        report=report,
    )
    return request.answer()


def raising(error: Exception) -> Work:
    """Work that raises the error."""

    def fail() -> None:
        raise error

    return fail


def test_a_host_that_hangs_is_skipped(hanging: Work) -> None:
    """The first other host to answer counts, and the late host is left out of the rotation."""
    hosts = hosts_of(hanging, lambda: "খবর")
    assert ask(hosts, pace=FirstHurried()) == "খবর"
    assert hosts[0].out_since is not None
    assert hosts[1].out_since is None


def test_a_single_host_that_hangs_is_asked_once_more(hanging: Work) -> None:
    """A single host is tried again, as one name may stand for many nodes."""
    times: Iterator[Work] = iter([hanging, lambda: "খবর"])

    def work() -> object:
        return next(times)()

    assert ask(hosts_of(work), pace=FirstHurried()) == "খবর"


def test_where_all_hang_a_reader_is_told_in_time(hanging: Work) -> None:
    """The reader gets an error in time, and only a few tries are in flight."""
    running = threading.Semaphore(0)

    def hang() -> None:
        running.release()
        hanging()

    with pytest.raises(ConnectionTimeout):
        ask(hosts_of(hang, hang), pace=Hurried(), seconds=0.2)
    assert sum(running.acquire(blocking=False) for _ in range(10)) <= 4


def test_a_try_is_kept_until_it_is_known_who_hangs(hanging: Work) -> None:
    """A try is saved until preferred nodes are known, as healthy hosts wait for a hanging node until then."""
    late = threading.Semaphore(0)

    class Learning(Hurried):
        """A pace that reports each question."""

        def late(self, left: float) -> float:
            late.release()
            return super().late(left)

    def call(_client: object) -> Rollcall:
        for _ in range(10):  # so long that all tries could have been made
            assert late.acquire(timeout=SECONDS)
        return Rollcall(("a",), 1)

    def work() -> object:
        return "খবর" if rotation.preferred else hanging()

    hosts = hosts_of(work, work)
    rotation: Rotation[OpenSearch] = Rotation(hosts, call, pause=SECONDS)
    assert ask(hosts, pace=Learning(), rotation=rotation) == "খবর"
    rotation.close()


def test_what_is_late_is_not_tried_again_by_a_writer(hanging: Work) -> None:
    """A writer does not retry a late request: it might be carried out twice."""
    asked: list[int] = []

    def other() -> None:
        asked.append(1)

    reported: list[object] = []
    with pytest.raises(ConnectionTimeout):
        ask(hosts_of(hanging, other), patience=WRITING, pace=Hurried(), seconds=0.05, report=reported.append)
    assert not asked
    assert reported[0] is None  # the watcher is informed that no answer has come


def test_a_refusal_counts_though_another_try_is_under_way(hanging: Work) -> None:
    """A refusal ends the request, as other hosts would refuse it too."""
    with pytest.raises(TransportError, match="parsing_exception"):
        ask(hosts_of(hanging, raising(refused(400, "parsing_exception"))), pace=Hurried())


def test_what_is_lost_is_made_again() -> None:
    """A write is sent to the next host where one was lost."""
    assert ask(hosts_of(raising(lost()), lambda: "খবর"), patience=WRITING) == "খবর"


@pytest.mark.parametrize(
    ("error", "times"),
    [
        (lost(), READING.losses),
        (refused(429), READING.waits),
        (IncompleteError("N/A", "", {}), READING.gaps),
        (refused(403), 0),
    ],
    ids=["lost", "crowded", "not whole", "refused"],
)
def test_a_request_is_made_again_so_often(error: TransportError, times: int) -> None:
    """The number of retries depends on the kind of fault; the last error is raised."""
    asked: list[int] = []

    def fail() -> None:
        asked.append(1)
        raise error

    with pytest.raises(TransportError) as raised:
        ask(hosts_of(fail))
    assert raised.value is error
    assert len(asked) == times + 1


def test_a_fault_of_our_own_is_raised_to_who_asked() -> None:
    """A bug of our own is not taken for a fault of the cluster."""
    with pytest.raises(KeyError, match="docs"):
        ask(hosts_of(raising(KeyError("docs"))))


def test_a_host_is_left_out_until_it_answers() -> None:
    """A host that is left out comes last in the order, and healthy hosts take turns."""
    back = threading.Event()
    seen = threading.Event()

    def call(client: str) -> Rollcall | None:
        there = client != "খ" or back.is_set()
        seen.set()
        return Rollcall() if there else None

    hosts = [Host(name, name) for name in ("ক", "খ", "গ")]
    rotation = Rotation(hosts, call, pause=0.001)
    rotation.leave_out(hosts[1])
    assert seen.wait(SECONDS)
    assert [rotation.order()[-1].name for _ in range(3)] == ["খ"] * 3
    assert len({rotation.order()[0].name for _ in range(3)}) == 2
    back.set()
    assert _comes(lambda: hosts[1].out_since is None)
    assert len({rotation.order()[0].name for _ in range(3)}) == 3
    rotation.close()


def test_copies_on_nodes_that_answer_are_preferred_while_others_do_not() -> None:
    """Searches prefer nodes that answer, since any healthy host would wait for the others."""
    calls = iter([Rollcall(("a", "b"), 1), *[Rollcall(("a", "b"), 1)] * 3, *[Rollcall(("a", "b", "c"))] * 99])
    wait = threading.Semaphore(1)

    def call(_client: str) -> Rollcall:
        assert wait.acquire(timeout=SECONDS)
        return next(calls)

    rotation = Rotation([Host("ক", "ক")], call, pause=0.001)
    assert rotation.preferred == ""
    rotation.look()
    assert _comes(lambda: rotation.preferred == "_prefer_nodes:a,b")
    wait.release(90)
    assert _comes(lambda: not rotation.preferred)
    rotation.close()


def test_what_was_known_of_a_host_is_forgotten_at_last() -> None:
    """A forked process has no watch thread, so a host returns to the rotation after a while."""
    now = [0.0]
    hosts = [Host("ক", "ক"), Host("খ", "খ")]
    rotation = Rotation(hosts, absent, clock=lambda: now[0], pause=SECONDS)
    rotation.close()  # ends the watch
    rotation.leave_out(hosts[0])
    assert {rotation.order()[0].name for _ in range(2)} == {"খ"}
    now[0] = 31.0
    assert {rotation.order()[0].name for _ in range(2)} == {"ক", "খ"}


def test_a_host_left_out_as_the_watch_ends_comes_back() -> None:
    """A host that is left out while the watch ends is seen by that watch or by a new one."""

    class Left(Host[str]):
        """A host that another thread leaves out while the watch first looks at it."""

        @property
        def out_since(self) -> float | None:
            since: float | None = self.__dict__["since"]
            if threading.current_thread().name == "who is there" and not leaving:
                leaving.append(threading.Thread(target=rotation.leave_out, args=(self,)))
                leaving[0].start()
                leaving[0].join(0.1)  # it may have to wait for the watch
            return since

        @out_since.setter
        def out_since(self, since: float | None) -> None:
            self.__dict__["since"] = since
            if since is not None:
                is_out.set()

    leaving: list[threading.Thread] = []
    is_out = threading.Event()
    host = Left("ক", "ক")
    rotation = Rotation([host], lambda _client: Rollcall(), pause=0.001)
    rotation.look()
    assert is_out.wait(SECONDS)
    assert _comes(lambda: host.out_since is None)
    rotation.close()


def test_late_is_what_takes_longer_than_nearly_all() -> None:
    """The threshold is within bounds, and leaves time for two other tries."""
    pace = Pace()
    assert pace.late(60.0) == UNKNOWN
    for number in range(100):
        pace.note(0.1 if number % 20 else 0.9)
    assert pace.late(60.0) == 0.1
    assert pace.late(0.15) == pytest.approx(0.05)
    for usual, bound in ((0.0, SOONEST), (9.0, LATEST)):
        pace = Pace()
        for _ in range(FEWEST):
            pace.note(usual)
        assert pace.late(60.0) == bound


def test_what_answers_took_long_ago_counts_no_more() -> None:
    """Only the latest answers count, so that a change of the cluster's speed is noticed."""
    pace = Pace()
    for seconds in [0.3] * REMEMBERED + [0.1, 0.7] * (REMEMBERED // 2):
        pace.note(seconds)
    assert pace.late(60.0) == 0.7
    for _ in range(REMEMBERED - 5):
        pace.note(0.2)
    assert pace.late(60.0) == 0.2


def test_a_cluster_that_is_late_with_everything_is_not_asked_twice_as_much() -> None:
    """Extra tries would slow a slow cluster further: each answer earns a tenth of one."""
    pace = Pace()
    assert sum(pace.may_try() for _ in range(100)) == ALLOWANCE
    for _ in range(round(1 / EARNED) + 1):
        pace.note(1.0)
    assert [pace.may_try(), pace.may_try()] == [True, False]


def _comes(condition: Callable[[], bool]) -> bool:
    """Whether a condition becomes true within the time that tests wait."""
    waiting = threading.Event()
    for _ in range(int(SECONDS / 0.005)):
        if condition():
            return True
        waiting.wait(0.005)
    return False
