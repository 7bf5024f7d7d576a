"""Admission control: few costly queries run at a time, and awaited calls run in a bounded pool of threads.

A process has about one core for Python, however many its threads: with nine concurrent queries each takes
nine times as long. So only a few costly queries run at a time, and the others wait in a short queue; light
queries do not wait. Awaited calls run in threads of the engine, so that they do not block the event loop.
"""

import os
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from math import isinf
from threading import Lock, Semaphore
from typing import Final, TypeVar

from onneshon.index.analysis.analyzer import analyze
from onneshon.index.errors import BusyError
from onneshon.search.query.parser import MAX_CHARACTERS
from onneshon.search.retrieval.budget import TimeBudget

SLOW_LANE: Final = 20
"""The ``demand`` from which a query counts as costly; of 3,374 news headlines none has more than 14 words."""

LATIN: Final = 3
PREFIX: Final = 2
"""The cost of reading a Latin word, and of looking up a prefix, in words."""

QUEUE: Final = 16
"""The most costly queries that may wait; further ones are refused at once."""

PATIENCE: Final = 0.5
"""The share of its time limit that a query may wait, so that enough is left to answer it."""

RETRY_SECONDS: Final = 2

_PREFIX = re.compile(r"\S\*")
_SIGN = re.compile(r"(?<!\S)[+-](?=[\u0985-\u09b9])")
"""Operator signs; without them the text is analysed faster and has the same number of words."""
_LATIN = re.compile(r"[a-z]+")


def demand(text: str) -> int:
    """A rough estimate, before parsing, of the cost of a query, in words.

    Args:
        text: the query as typed.
    """
    tokens = analyze(_SIGN.sub(" ", text[:MAX_CHARACTERS]))
    latin = sum(token.exact.isascii() and _LATIN.fullmatch(token.exact) is not None for token in tokens)
    prefixes = len(_PREFIX.findall(text)) if "*" in text else 0
    return len(tokens) + (LATIN - 1) * latin + (PREFIX - 1) * prefixes


class AdmissionQueue:
    """Admits few costly queries at a time.

    Args:
        slots: the most costly queries that run at a time; None for no limit.
        queue: the number of further ones that may wait.

    Attributes:
        aside: makes the context in which each costly query waits and runs; see ``Searching.set_aside``.
    """

    def __init__(self, slots: int | None, queue: int = QUEUE) -> None:
        self.aside: Callable[[], AbstractContextManager[object]] = nullcontext
        self._slots = None if slots is None else Semaphore(slots)
        self._queue = queue
        self._waiting = 0
        self._counting = Lock()

    def cost(self, text: str) -> int:
        """The ``demand`` of a query; 0 without analysing it where there is no limit."""
        return 0 if self._slots is None else demand(text)

    @contextmanager
    def entered(self, cost: int, budget: TimeBudget) -> Iterator[None]:
        """The context in which a query runs; entering it may wait.

        Args:
            cost: the query's cost, from ``cost``.
            budget: the query's time budget, to which waiting counts.

        Raises:
            BusyError: too many queries wait, or this one waited for ``PATIENCE`` of its time.
        """
        if self._slots is None or cost < SLOW_LANE:
            yield
            return
        with self.aside():
            if not self._slots.acquire(blocking=False):
                self._wait(self._slots, budget)
            try:
                yield
            finally:
                self._slots.release()

    def _wait(self, slots: Semaphore, budget: TimeBudget) -> None:
        with self._counting:
            if self._waiting >= self._queue:
                raise BusyError(RETRY_SECONDS)
            self._waiting += 1
        try:
            seconds = budget.left * PATIENCE
            if not slots.acquire(timeout=None if isinf(seconds) else seconds):
                raise BusyError(RETRY_SECONDS)
        finally:
            with self._counting:
                self._waiting -= 1


THREADS: Final = min(32, (os.cpu_count() or 1) + 4)
"""The most calls of one engine that run at a time."""

MOST_CALLS: Final = 1_000
"""The most calls running and waiting; further ones are refused, as they would be answered too late."""

Answer = TypeVar("Answer")


class Threads:
    """Calls functions in a pool of threads, which is started with the first call.

    A forked process does not inherit the threads and starts its own.

    Args:
        most: the most calls running and waiting.
    """

    def __init__(self, most: int = MOST_CALLS) -> None:
        self._most = most
        self._begin()

    def _begin(self) -> None:
        self._calls = 0
        self._pool: ThreadPoolExecutor | None = None
        self._lock = Lock()
        self._process = os.getpid()

    async def call(self, function: Callable[[], Answer]) -> Answer:
        """Await the function's result.

        Raises:
            BusyError: too many calls wait.
        """
        from asyncio import wrap_future  # noqa: PLC0415  # loads TLS with it, which most programs do not need

        if self._process != os.getpid():
            self._begin()
        with self._lock:
            if self._calls >= self._most:
                raise BusyError(RETRY_SECONDS)
            self._pool = self._pool or ThreadPoolExecutor(THREADS, thread_name_prefix="onneshon")
            future = self._pool.submit(function)
            self._calls += 1
        future.add_done_callback(self._over)  # runs even if the caller stopped waiting
        return await wrap_future(future)

    def _over(self, _future: object) -> None:
        with self._lock:
            self._calls -= 1

    def end(self) -> None:
        """End the threads once the waiting calls are done; a further call starts new ones."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool:
            pool.shutdown(wait=False)
