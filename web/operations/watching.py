"""Each request once it is answered, told to whoever asked to know: the access log, a line of JSON each.

Addresses, queries, ids of articles and the names of browsers are left out (GDPR, article 5 (1) (c): no more
than is needed); what is left tells how the server does. A proxy's log and this one meet in ``request_id``.
"""

import datetime as dt
import json
import logging
import logging.handlers
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from flask import Flask, Response, g, request

from onneshon.web.middleware.answers import Outcome, outcome, request_id


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


STDERR: Final = "-"
"""Instead of a file: standard error."""


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class AccessLog:
    """Writes a line for each request that it is given.

    Args:
        where: a file, which is opened anew when another takes its name, as logrotate wants it; ``-`` for
            standard error.
        now: the time, for tests.

    Raises:
        OSError: the file cannot be written.
    """

    def __init__(self, where: str, now: Callable[[], dt.datetime] = _now) -> None:
        self._now = now
        self._handler = (
            logging.StreamHandler(sys.stderr)
            if where == STDERR
            else logging.handlers.WatchedFileHandler(Path(where), encoding="utf-8")
        )

    def __call__(self, answered: Answered) -> None:
        """Write a line."""
        # The handler without a logger: lines of requests are no messages, and have no level to be hidden by.
        text = line(answered, self._now())
        self._handler.handle(logging.LogRecord("access", logging.INFO, "", 0, text, None, None))

    def close(self) -> None:
        """Let go of the file."""
        self._handler.close()


def line(answered: Answered, when: dt.datetime) -> str:
    """A request as JSON on one line; what is not known is left out."""
    fields = {
        "time": when.isoformat(timespec="milliseconds"),
        "request_id": answered.request_id,
        "method": answered.method,
        "route": answered.route or None,
        "status": answered.status,
        "ms": round(answered.seconds * 1000, 1),
        "bytes": answered.size,
        "outcome": answered.outcome,
        "client": answered.client or None,
    }
    return json.dumps({name: value for name, value in fields.items() if value is not None})
