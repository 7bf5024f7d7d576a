import threading
from collections.abc import Callable, Iterator

import pytest

from onneshon.web.threads import MOST_THREADS, WorkerThreads
from tests.serving import SECONDS


class Request:
    """A request that is answered by a call."""

    def __init__(self, answer: Callable[[], object] = int) -> None:
        self._answer = answer
        self.answered = threading.Event()
        self.cancelled = False

    def service(self) -> None:
        """Call the answer."""
        self._answer()
        self.answered.set()

    def cancel(self) -> None:
        """Record that it is not answered."""
        self.cancelled = True


class Running:
    """Threads that answer requests.

    Args:
        threads: the worker threads to run.
    """

    def __init__(self, threads: WorkerThreads) -> None:
        self.threads = threads
        self._asked: list[Request] = []
        self._awake = threading.Event()
        self.looks = threading.Semaphore(0)
        self.glances = 0
        self.fault: BaseException | None = None
        self.raised: BaseException | None = None
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def ask(self, *requests: Request) -> None:
        """Send requests, which the leading thread sees together."""
        self._asked += requests
        self._awake.set()

    def end(self) -> None:
        """Shut the threads down."""
        self.threads.shutdown()
        self.thread.join(SECONDS)
        assert not self.thread.is_alive()

    def fail(self, fault: BaseException) -> None:
        """Make the next check of connections fail."""
        self.fault = fault
        self._awake.set()

    def _run(self) -> None:
        try:
            self.threads.run(self._look, self._awake.set, lambda: False)
        except BaseException as error:  # noqa: BLE001  # to be looked at
            self.raised = error

    def _look(self, seconds: float) -> None:
        if seconds:
            self.looks.release()
        else:
            self.glances += 1
        self._awake.wait(seconds)
        self._awake.clear()
        if self.fault:
            raise self.fault
        while self._asked:
            self.threads.add_task(self._asked.pop(0))


@pytest.fixture
def running() -> Iterator[Running]:
    """Running worker threads."""
    running = Running(WorkerThreads())
    yield running
    running.end()


class Waiting:
    """Answers that wait for something else.

    Args:
        threads: the threads that are told of the waiting; None where they are not told.
    """

    def __init__(self, threads: WorkerThreads | None) -> None:
        self._threads = threads
        self.begun = threading.Semaphore(0)
        self.go_on = threading.Event()

    def __call__(self) -> None:
        """Wait, and so answer."""
        if self._threads is None:
            self._wait()
            return
        with self._threads.aside(), self._threads.aside():  # nested calls are allowed
            self._wait()

    def _wait(self) -> None:
        self.begun.release()
        assert self.go_on.wait(SECONDS)


def test_beside_a_request_that_waits_others_are_answered(running: Running) -> None:
    """Requests that came with a waiting one and later ones are answered."""
    answer = Waiting(running.threads)
    waits, came_with_it, later = Request(answer), Request(), Request()
    running.ask(waits, came_with_it)
    assert came_with_it.answered.wait(SECONDS)
    running.ask(later)
    assert later.answered.wait(SECONDS)
    assert not waits.answered.is_set()
    answer.go_on.set()
    assert waits.answered.wait(SECONDS)


def test_requests_that_need_the_processor_are_answered_one_by_one_in_one_thread(running: Running) -> None:
    """In Python several threads would only wait for each other."""
    threads: set[int] = set()
    requests = [Request(lambda: threads.add(threading.get_ident())) for _ in range(20)]
    running.ask(*requests)
    assert all(request.answered.wait(SECONDS) for request in requests)
    assert len(threads) == 1


def test_where_every_request_waits_they_wait_together() -> None:
    """Requests to a cluster are such."""
    running = Running(WorkerThreads(waiting=True))
    answer = Waiting(None)
    requests = [Request(answer) for _ in range(5)]
    running.ask(*requests)
    assert all(answer.begun.acquire(timeout=SECONDS) for _ in requests)
    answer.go_on.set()
    assert all(request.answered.wait(SECONDS) for request in requests)
    running.end()


def test_no_more_wait_at_a_time_than_may(running: Running) -> None:
    """A further request is answered once another has been."""
    answer = Waiting(running.threads)
    requests = [Request(answer) for _ in range(MOST_THREADS + 1)]
    running.ask(*requests)
    assert all(answer.begun.acquire(timeout=SECONDS) for _ in range(MOST_THREADS))
    assert all(running.looks.acquire(timeout=SECONDS) for _ in range(2))  # before they came, and after
    assert running.threads.has_tasks
    assert sum(thread.name == "answers" for thread in threading.enumerate()) <= MOST_THREADS + 1
    answer.go_on.set()
    assert all(request.answered.wait(SECONDS) for request in requests)


class Clock:
    """A clock that tests move."""

    now = 0.0

    def monotonic(self) -> float:
        """The seconds that were set."""
        return self.now

    def go_on(self, seconds: float) -> None:
        """Let some seconds pass."""
        self.now += seconds


@pytest.mark.parametrize(("takes", "glances"), [(1.0, 2), (0.0, 0)], ids=["long", "short"])
def test_however_much_there_is_to_answer_others_are_looked_for(
    running: Running, monkeypatch: pytest.MonkeyPatch, takes: float, glances: int
) -> None:
    """The check comes between answers, when it is due, without waiting."""
    monkeypatch.setattr("onneshon.web.threads.time", clock := Clock())
    running.ask(first := Request())  # the check that found it began before
    assert first.answered.wait(SECONDS)
    before = running.glances
    requests = [Request(lambda: clock.go_on(takes)) for _ in range(3)]
    running.ask(*requests)
    assert all(request.answered.wait(SECONDS) for request in requests)
    assert running.glances - before == glances


def test_where_no_thread_is_to_be_had_requests_are_answered_in_turn(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A request that would wait aside delays the others, and does not fail."""

    def refuse(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    running.ask(first := Request())
    assert first.answered.wait(SECONDS)
    monkeypatch.setattr(threading.Thread, "start", refuse)
    answer = Waiting(running.threads)
    answer.go_on.set()
    waits, later = Request(answer), Request()
    running.ask(waits, later)
    assert waits.answered.wait(SECONDS)
    assert later.answered.wait(SECONDS)


def test_a_request_that_fails_stops_no_other(running: Running, caplog: pytest.LogCaptureFixture) -> None:
    """The failure is logged."""

    def fail() -> None:
        raise SystemExit("পড়া গেল না")

    sound = Request()
    running.ask(Request(fail), sound)
    assert sound.answered.wait(SECONDS)
    assert "a request was not answered" in caplog.text


def test_a_look_at_connections_that_fails_ends_the_server() -> None:
    """The error is raised to the caller."""
    running = Running(WorkerThreads())
    fault = OSError("poll")
    running.fail(fault)
    running.thread.join(SECONDS)
    assert running.raised is fault
    running.end()


def test_at_the_end_what_is_under_way_is_answered_and_nothing_is_begun() -> None:
    """The shutdown waits no longer than its limit."""
    running = Running(WorkerThreads())
    answer = Waiting(None)
    under_way, following = Request(answer), Request()
    running.ask(under_way, following)
    assert answer.begun.acquire(timeout=SECONDS)
    running.threads.shutdown(0)
    assert following.cancelled
    answer.go_on.set()
    running.end()
    assert under_way.answered.is_set()
    assert not following.answered.is_set()
