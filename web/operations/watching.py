"""Each request once it is answered: how long it took and what came of it, told to whoever asked to know."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from flask import Flask, Response, g, request

from onneshon.web.middleware.answers import request_id
from onneshon.web.middleware.outcomes import Outcome, outcome

__all__ = ["Answered", "Observer", "watch"]


@dataclass(frozen=True, slots=True)
class Answered:
    """A request that was answered, without anything that tells of who asked or what for.

    Attributes:
        request_id: its name.
        method: of HTTP.
        route: the pattern of the address, without what varies in it; empty where there is no such address.
        status: of HTTP.
        seconds: from its arrival in the application to the last byte made.
        size: bytes of the body; None where it is not known beforehand.
        outcome: of a search; None for others.
        client: name of the key that it came with; empty without one.
    """

    request_id: str
    method: str
    route: str
    status: int
    seconds: float
    size: int | None
    outcome: Outcome | None
    client: str = ""


Observer: TypeAlias = Callable[[Answered], object]


def watch(app: Flask, observers: Sequence[Observer], clock: Callable[[], float] = time.perf_counter) -> None:
    """Tell observers of every request to ``app``; to be called before others add their own steps.

    Args:
        app: the application.
        observers: called in the thread of the request.
        clock: seconds, for tests.
    """

    @app.before_request
    def begin() -> None:
        g.begun = clock()

    @app.after_request  # steps that were added first come last
    def end(response: Response) -> Response:
        answered = _answered(response, clock() - g.get("begun", clock()))
        for observer in observers:
            observer(answered)
        return response


def _answered(response: Response, seconds: float) -> Answered:
    return Answered(
        request_id=request_id(),
        method=request.method,
        route=request.url_rule.rule if request.url_rule else "",
        status=response.status_code,
        seconds=seconds,
        size=response.calculate_content_length(),
        outcome=outcome(response),
        client=g.get("client", ""),
    )
