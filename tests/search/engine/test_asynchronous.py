"""Awaited searches do not block the event loop."""

import asyncio
import os
import threading
from threading import Barrier, Event

import pytest

from onneshon.index.errors import ArticleNotFoundError, BusyError, IndexStateError
from onneshon.search import Article, Engine, QueryError, SearchRequest
from onneshon.search.engine.admission import THREADS, Threads

ARTICLES = [Article("1", "পদ্মার চর", "চরে ধান"), Article("2", "মেঘনার ইলিশ", "নদীতে ইলিশ")]


def test_each_gives_what_its_namesake_gives() -> None:
    """Each asynchronous method returns what the synchronous method returns."""

    async def ask() -> None:
        with Engine.of(ARTICLES) as engine:
            page = await engine.asearch("ইলিশ", limit=1)
            assert [hit.id for hit in page] == [hit.id for hit in engine.search("ইলিশ", limit=1)] == ["2"]
            (several,) = await engine.amulti_search([SearchRequest("চর")])
            assert not isinstance(several, Exception)
            assert several.total == 1
            assert await engine.asuggest("ইলি") == engine.suggest("ইলি")
            assert await engine.asimilar("1") == engine.similar("1")
            assert await engine.aarticle("1") == engine.article("1")
            assert await engine.amarked("1", "ধান") == engine.marked("1", "ধান")

    asyncio.run(ask())


def test_errors_are_those_of_the_namesake() -> None:
    """The errors are the same too: of queries, of articles, and of a closed engine."""

    async def ask() -> None:
        with Engine.of(ARTICLES) as engine:
            with pytest.raises(QueryError):
                await engine.asearch("নদী", date="একদিন")
            with pytest.raises(ArticleNotFoundError):
                await engine.aarticle("নেই")
        with pytest.raises(IndexStateError):
            await engine.asearch("নদী")
        engine.close()

    asyncio.run(ask())


def test_the_loop_goes_on_and_calls_run_concurrently() -> None:
    """As many calls run at once as there are threads; the loop's own thread runs none."""

    async def call() -> None:
        threads = Threads()
        together = Barrier(THREADS, timeout=20)

        def work() -> int:
            together.wait()  # passes only if all calls are running
            return threading.get_ident()

        found = await asyncio.gather(*(threads.call(work) for _ in range(THREADS)))
        assert len(set(found)) == THREADS
        assert threading.get_ident() not in found
        threads.end()

    asyncio.run(call())


def test_too_many_calls_are_refused_at_once() -> None:
    """Beyond ``most`` calls a call is refused, and accepted again once others have ended."""

    async def call() -> None:
        threads, go_on = Threads(most=2), Event()
        waiting = [asyncio.ensure_future(threads.call(go_on.wait)) for _ in range(2)]
        await asyncio.sleep(0)  # the calls are handed over now
        with pytest.raises(BusyError):
            await threads.call(go_on.wait)
        go_on.set()
        assert await asyncio.gather(*waiting) == [True, True]
        assert await threads.call(lambda: "ধান") == "ধান"
        threads.end()

    asyncio.run(call())


def test_a_process_that_was_forked_starts_threads_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """A forked child has no threads of its parent; calls that wait for these are not counted in the child."""

    async def call() -> None:
        threads, go_on = Threads(most=1), Event()
        waiting = asyncio.ensure_future(threads.call(go_on.wait))
        await asyncio.sleep(0)
        number = os.getpid() + 1
        monkeypatch.setattr("os.getpid", lambda: number)
        try:
            assert await threads.call(lambda: "ধান") == "ধান"
        finally:
            go_on.set()
            threads.end()
        await waiting

    asyncio.run(call())


def test_who_gives_up_waiting_is_let_go() -> None:
    """A cancelled call returns at once; its thread ends by itself."""

    async def call() -> None:
        threads, go_on = Threads(), Event()
        given_up = asyncio.ensure_future(threads.call(go_on.wait))
        await asyncio.sleep(0)
        given_up.cancel()
        with pytest.raises(asyncio.CancelledError):
            await given_up
        go_on.set()
        threads.end()

    asyncio.run(call())
