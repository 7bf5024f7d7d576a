"""Threads that make requests are reused, and no request is lost."""

import os
import threading
import time
from collections.abc import Callable
from queue import SimpleQueue

import pytest

from onneshon.opensearch.connection.tries import KeptThreads
from tests.serving import SECONDS


class Done:
    """Records which threads did work.

    Args:
        threads: the threads that do the work.
    """

    def __init__(self, threads: KeptThreads) -> None:
        self._threads = threads
        self._names: SimpleQueue[threading.Thread] = SimpleQueue()

    def by(self, before: Callable[[], object] = int) -> None:
        """Submit work, to be done after calling ``before``."""

        def work() -> None:
            before()
            self._names.put(threading.current_thread())

        self._threads.do(work)

    def thread(self) -> threading.Thread:
        """The thread that did the next piece of work."""
        return self._names.get(timeout=SECONDS)


def _until(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.001)


def test_a_thread_that_is_free_does_what_comes_next() -> None:
    """Free daemon threads are reused, as starting one takes longer."""
    threads = KeptThreads()
    done = Done(threads)
    found = []
    for _ in range(3):
        done.by()
        found.append(done.thread())
        _until(lambda: len(threads._free) == 1)
    assert found == found[:1] * 3
    assert found[0].daemon


def test_what_takes_long_keeps_nothing_waiting() -> None:
    """Work goes to another thread while hosts hang."""
    threads = KeptThreads()
    done, hanging = Done(threads), threading.Event()
    for _ in range(3):
        done.by(lambda: hanging.wait(SECONDS))
    done.by()
    free = done.thread()
    hanging.set()
    assert len({free, *(done.thread() for _ in range(3))}) == 4


def test_a_thread_without_work_ends() -> None:
    """After the idle time a thread ends, and a new one does later work."""
    threads = KeptThreads(idle=0.01)
    done = Done(threads)
    done.by()
    first = done.thread()
    first.join(SECONDS)
    assert not first.is_alive()
    done.by()
    assert done.thread() is not first


def test_nothing_is_lost_as_threads_end() -> None:
    """Work is not lost if it comes at the moment when a thread times out."""
    threads = KeptThreads(idle=0.0)
    done = Done(threads)
    for _ in range(2_000):
        done.by()
    for _ in range(2_000):
        done.thread()


def test_a_thread_that_is_given_work_as_it_ends_does_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thread that was taken off the list of free ones as it timed out waits for the work it will get."""
    threads = KeptThreads(idle=0.0)
    done = Done(threads)
    taken = threading.Event()

    class Taken(type(threads._free)):  # type: ignore[misc]  # a deque
        """A list of free threads from which this thread has just been taken."""

        def remove(self, tasks: SimpleQueue[Callable[[], None]]) -> None:
            super().remove(tasks)
            if not taken.is_set():
                taken.set()
                tasks.put(lambda: done._names.put(threading.current_thread()))
                raise ValueError

    monkeypatch.setattr(threads, "_free", Taken())
    done.by()
    assert done.thread() is done.thread()


def test_a_process_that_was_forked_has_none_of_the_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a fork the parent's threads do not exist, so new ones are started."""
    threads = KeptThreads()
    done = Done(threads)
    done.by()
    before = done.thread()
    _until(lambda: len(threads._free) == 1)
    number = os.getpid() + 1
    monkeypatch.setattr("os.getpid", lambda: number)
    done.by()
    assert done.thread() is not before
