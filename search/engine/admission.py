"""Whom an engine lets in: few costly queries at a time, and as many awaited calls as it has threads for.

A process has about one core for Python, however many its threads: of nine queries that it answers at a time
each takes nine times as long. So few costly ones are answered at a time, and the others wait for their turn
in a short queue; a light query passes them by. What is awaited is called in threads of the engine's own, so
that no event loop stands still.
"""

import os
import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from math import isinf
from threading import Lock, Semaphore
from typing import TYPE_CHECKING, Final, TypeVar, Unpack

from onneshon.index import Article
from onneshon.index.analysis.analyzer import analyze
from onneshon.index.errors import BusyError
from onneshon.search.errors import QueryError
from onneshon.search.query.parser import MAX_CHARACTERS
from onneshon.search.request import SearchOptions, SearchRequest
from onneshon.search.results.values import MarkedArticle, ResultPage, SimilarArticle
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.understanding.suggestion import Suggestion

SLOW_LANE: Final = 20
"""Demand from which a query takes the slow lane; of 3,374 news headlines none has more than 14 words."""

LATIN: Final = 3
PREFIX: Final = 2
"""What reading a Latin word or looking up a prefix costs, in words."""

QUEUE: Final = 16
"""Costly queries that may wait; further ones are refused at once."""

PATIENCE: Final = 0.5
"""The share of its time that a query may wait, so that enough is left to answer it."""

RETRY_SECONDS: Final = 2

_PREFIX = re.compile(r"\S\*")
_SIGN = re.compile(r"(?<!\S)[+-](?=[\u0985-\u09b9])")
"""Signs of operators, without which words are more quickly analysed, and as many."""
_LATIN = re.compile(r"[a-z]+")


def demand(text: str) -> int:
    """What a query will cost before it is read, in words, roughly.

    Args:
        text: the query as typed.
    """
    tokens = analyze(_SIGN.sub(" ", text[:MAX_CHARACTERS]))
    latin = sum(token.exact.isascii() and _LATIN.fullmatch(token.exact) is not None for token in tokens)
    prefixes = len(_PREFIX.findall(text)) if "*" in text else 0
    return len(tokens) + (LATIN - 1) * latin + (PREFIX - 1) * prefixes


class AdmissionQueue:
    """Lets in few costly queries at a time.

    Args:
        slots: how many; None for as many as come.
        queue: how many more may wait.

    Attributes:
        aside: makes a context in which each of them waits and is answered, for whoever must know of it.
    """

    def __init__(self, slots: int | None, queue: int = QUEUE) -> None:
        self.aside: Callable[[], AbstractContextManager[object]] = nullcontext
        self._slots = None if slots is None else Semaphore(slots)
        self._queue = queue
        self._waiting = 0
        self._counting = Lock()

    def cost(self, text: str) -> int:
        """The ``demand`` of a query; 0, and nothing is read, where no query waits for others."""
        return 0 if self._slots is None else demand(text)

    @contextmanager
    def entered(self, cost: int, budget: TimeBudget) -> Iterator[None]:
        """The context in which a query is answered.

        Args:
            cost: of the query, by ``cost``.
            budget: waiting counts.

        Raises:
            BusyError: too many wait, or it would have waited for most of its time.
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
"""Calls of one engine that are under way at a time."""

MOST_CALLS: Final = 1_000
"""Calls under way and waiting; further ones are refused, as they would be answered too late."""

Answer = TypeVar("Answer")


class Threads:
    """Calls functions in threads, which are started with the first call.

    A process that was forked has none of them, and starts its own.

    Args:
        most: calls under way and waiting.
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
        """What the function gives.

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
        future.add_done_callback(self._over)  # whoever waits may have gone by then
        return await wrap_future(future)

    def _over(self, _future: object) -> None:
        with self._lock:
            self._calls -= 1

    def end(self) -> None:
        """Let go of the threads once what waits is done; a further call starts new ones."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool:
            pool.shutdown(wait=False)


class _Namesakes:
    """What an engine has, for those who check types."""

    if TYPE_CHECKING:  # what an engine has

        def search(self, text: str | SearchRequest, /, **options: Unpack[SearchOptions]) -> ResultPage: ...
        def multi_search(
            self, requests: Sequence[str | SearchRequest], /
        ) -> list[ResultPage | QueryError | BusyError]: ...
        def suggest(self, text: str, *, limit: int = 8) -> list[Suggestion]: ...
        def similar(self, article_id: str, *, limit: int = 5) -> list[SimilarArticle]: ...
        def article(self, article_id: str) -> Article: ...
        def marked(self, article_id: str, text: str, *, literal: bool = False) -> MarkedArticle: ...


class AsyncMethods(_Namesakes):
    """Methods that programs with an event loop await; each does, gives and raises what its namesake does.

    Besides, each raises BusyError where too many calls wait for a thread. Who gives up waiting is let go at
    once; what is under way ends by itself, within the time limit of the engine.
    """

    _threads: Threads

    async def asearch(self, text: str | SearchRequest, /, **options: Unpack[SearchOptions]) -> ResultPage:
        """As ``search``."""
        return await self._threads.call(partial(self.search, text, **options))

    async def amulti_search(
        self, requests: Sequence[str | SearchRequest], /
    ) -> list[ResultPage | QueryError | BusyError]:
        """As ``multi_search``."""
        return await self._threads.call(partial(self.multi_search, requests))

    async def asuggest(self, text: str, *, limit: int = 8) -> list[Suggestion]:
        """As ``suggest``."""
        return await self._threads.call(partial(self.suggest, text, limit=limit))

    async def asimilar(self, article_id: str, *, limit: int = 5) -> list[SimilarArticle]:
        """As ``similar``."""
        return await self._threads.call(partial(self.similar, article_id, limit=limit))

    async def aarticle(self, article_id: str) -> Article:
        """As ``article``."""
        return await self._threads.call(partial(self.article, article_id))

    async def amarked(self, article_id: str, text: str, *, literal: bool = False) -> MarkedArticle:
        """As ``marked``."""
        return await self._threads.call(partial(self.marked, article_id, text, literal=literal))
