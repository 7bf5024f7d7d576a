"""For one of several servers of an index: its lag, and answers from a generation that a client demands.

A client that puts an article in gets the generation in which the article is visible. If it sends that
generation as `HEADER` with a request to any server of the index, the answer is from it or a later one.
"""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from http import HTTPStatus
from pathlib import Path
from threading import BoundedSemaphore
from typing import Final

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from onneshon.index.errors import OnneshonError
from onneshon.index.replication.following import ReplicaState, read_state
from onneshon.index.storage.generations import Generations
from onneshon.web.live import LiveEngine
from onneshon.web.middleware.faults import problem

HEADER: Final = "Onneshon-Generation"

WAIT_SECONDS: Final = 5.0
"""How long a request waits for its generation; a publication takes a second or two to arrive."""

WAITING: Final = 8
"""Requests that wait at a time: each occupies a thread. Further ones are told at once to retry."""

_POLL_SECONDS: Final = 0.05
_NAME: Final = re.compile(r"[0-9]{6,18}")


def reached(directory: Path) -> tuple[str, str]:
    """The newest generation that was ever live, and the generation that is live here.

    A generation undone by a rollback does not come back: a request for it waits until a later one is live.

    Returns:
        The name of the newest among all servers, and the name of the live one here; empty for none.
    """
    state = read_state(directory)
    if state is not None:
        return state.newest, state.local
    generations = Generations(directory)
    try:
        live = generations.agreed().name
    except OnneshonError:
        return "", ""
    return generations.all()[-1].name, live


def reads_own_writes(
    directory: Path,
    live: LiveEngine,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], object] = time.sleep,
    *,
    aside: Callable[[], AbstractContextManager[object]] = nullcontext,
) -> Blueprint:
    """A hook that makes a request wait for the generation that it names.

    Args:
        directory: the directory of the index.
        live: the ``LiveEngine``.
        clock: a monotonic clock, in seconds.
        sleep: waits for the given seconds.
        aside: makes a context for a wait, in which another thread may answer requests.
    """
    routes = Blueprint("generations", __name__)
    waiting = BoundedSemaphore(WAITING)

    def await_generation(asked: int) -> tuple[str, str]:
        end = clock() + WAIT_SECONDS
        found = reached(directory)
        if int(found[0] or 0) >= asked or not waiting.acquire(blocking=False):
            return found
        try:
            with aside():
                while int(found[0] or 0) < asked and clock() < end:
                    sleep(_POLL_SECONDS)
                    found = reached(directory)
        finally:
            waiting.release()
        return found

    @routes.before_app_request
    def be_as_new() -> ResponseReturnValue | None:
        asked = request.headers.get(HEADER)
        if asked is None:
            return None
        if not _NAME.fullmatch(asked):
            return problem(
                HTTPStatus.BAD_REQUEST, f"{HEADER} must be the name of a generation, of digits"
            ), 400
        name, local = await_generation(int(asked))
        if int(name or 0) < int(asked):
            message = f"Generation {asked} is not here yet, {name or 'none'} is; ask again in 1 s."
            headers = {"Retry-After": "1", "Cache-Control": "no-store"}
            return problem(HTTPStatus.SERVICE_UNAVAILABLE, message), 503, headers
        live.expect(local)
        return None

    return routes


class ReplicaCollector(Collector):
    """Metrics of how far a server lags behind the store that it follows, read at each scrape.

    Args:
        state: returns the state of replication; None where the directory follows no store.
        now: the clock, in seconds like ``time.time``.
    """

    def __init__(
        self, state: Callable[[], ReplicaState | None], now: Callable[[], float] = time.time
    ) -> None:
        self._state = state
        self._now = now

    def collect(self) -> Iterator[Metric]:
        """Yield the store's live generation, the lag behind it, and the time since the store answered."""
        state = self._state()
        if state is None:
            return
        now = self._now()
        if state.wanted:
            yield GaugeMetricFamily(
                "onneshon_replica_generation", "Generation that is live in the store.", int(state.wanted)
            )
        yield GaugeMetricFamily(
            "onneshon_replica_lag_seconds",
            "Time for which what is live in the store has not been live here.",
            state.lag(now),
        )
        yield GaugeMetricFamily(
            "onneshon_replica_checked_seconds",
            "Time since the store answered last.",
            max(now - state.checked, 0.0) if state.checked else float("inf"),
        )
