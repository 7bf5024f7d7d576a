"""An engine that is awaited: its methods called in threads of its own, so that no event loop stands still."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Final, TypeVar, Unpack

from onneshon.index import Article
from onneshon.index.errors import BusyError
from onneshon.search.errors import QueryError
from onneshon.search.request import SearchOptions, SearchRequest
from onneshon.search.results.values import MarkedArticle, ResultPage, SimilarArticle
from onneshon.search.retrieval.budget import RETRY_SECONDS
from onneshon.search.understanding.suggestion import Suggestion

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
