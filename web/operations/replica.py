"""A server among several of one index: how far it is behind, and answers from a generation at least as new.

Who has put an article in is told the generation in which it is visible. Sent as `HEADER` with a request to
any server of the index, it has the answer come from that generation or a later one.
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
"""Requests that wait at a time: each holds a thread. Further ones are told at once to come again."""

_POLL_SECONDS: Final = 0.05
_NAME: Final = re.compile(r"[0-9]{6,18}")


def reached(directory: Path) -> tuple[str, str]:
    """The newest generation that was ever live here, and the one that is; empty for none.

    What a rollback left behind does not come again: who waits for that waits until others have passed it.

    Returns:
        The name of the first among all servers, and of the second here.
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
    """What has a request wait for the generation that it names.

    Args:
        directory: of the index.
        live: keeper of the engine.
        clock: seconds that only go forward.
        sleep: waits.
        aside: around a wait, in which the thread does nothing.
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
    """How far a server is behind the store that it follows, read when it is asked.

    Args:
        state: of the directory.
        now: seconds of ``time.time``.
    """

    def __init__(
        self, state: Callable[[], ReplicaState | None], now: Callable[[], float] = time.time
    ) -> None:
        self._state = state
        self._now = now

    def collect(self) -> Iterator[Metric]:
        """What the store has, how long it has not been here, and when the store answered last."""
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
