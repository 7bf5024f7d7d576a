"""Reports each answered request to observers, such as the access log: one line of JSON per request.

Addresses, queries, ids of articles and the names of browsers are left out (GDPR, article 5 (1) (c): no more
than is needed); the rest shows how the server performs. ``request_id`` links this log with a proxy's.
"""

import contextlib
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

from onneshon.index.storage.durable import explain
from onneshon.web.middleware.answers import Outcome, outcome, request_id

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answered:
    """An answered request, without anything that shows who asked or what for.

    Attributes:
        request_id: the id of the request.
        method: the HTTP method.
        route: the pattern of the address, without its variable parts; empty where no route matches.
        status: the HTTP status.
        seconds: time from the arrival in the application to the finished response.
        size: bytes of the body; None where it is not known beforehand.
        outcome: the outcome of a search; None for other requests.
        client: the name of the key sent with the request; empty without one.
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
    """Report every request to ``app`` to observers; call this before any other hooks are added.

    Args:
        app: the application.
        observers: functions called in the thread of the request.
        clock: a clock in seconds, for tests.
    """

    @app.before_request
    def begin() -> None:
        g.begun = clock()

    @app.after_request  # hooks added first run last
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
"""Stands for standard error in place of a file."""


class _File(logging.handlers.WatchedFileHandler):
    """The file; of lines that the disk refuses, one after another, the server's log tells the first."""

    _refused = _refuses = False

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line, if the disk takes it; each line tries again."""
        self._refused = False
        try:
            super().emit(record)
        except OSError:  # the file could not be opened again
            self.handleError(record)
        self._refuses = self._refused

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: ARG002, N802  # as logging has it
        """Tell of it once; logging would print a traceback for each request."""
        self._refused, error = True, sys.exc_info()[1]
        if self._refuses:
            return
        path = Path(self.baseFilename)
        reason = explain(error, path) if isinstance(error, OSError) else error
        log.warning("Requests are missing in the access log: %s", reason)


class AccessLog:
    """Writes a line for each request that it is given.

    Args:
        where: a file, which is reopened when another file takes its name, as logrotate needs; ``-`` for
            standard error.
        now: returns the time, for tests.

    Raises:
        OSError: the file cannot be written.
    """

    def __init__(self, where: str, now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)) -> None:
        self._now = now
        self._handler = (
            logging.StreamHandler(sys.stderr) if where == STDERR else _File(Path(where), encoding="utf-8")
        )

    def __call__(self, answered: Answered) -> None:
        """Write the line of a request."""
        # The handler without a logger: these lines are no messages, so no log level may hide them.
        text = line(answered, self._now())
        self._handler.handle(logging.LogRecord("access", logging.INFO, "", 0, text, None, None))

    def close(self) -> None:
        """Close the file, even where the disk does not take what is left."""
        with contextlib.suppress(OSError):
            self._handler.close()


def line(answered: Answered, when: dt.datetime) -> str:
    """A request as JSON on one line; unknown values are left out."""
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
