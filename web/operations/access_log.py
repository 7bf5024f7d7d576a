"""The access log: a line of JSON a request, with nothing in it about who asked or what for.

Addresses, queries, ids of articles and the names of browsers are left out (GDPR, article 5 (1) (c): no more
than is needed); what is left tells how the server does. A proxy's log and this one meet in ``request_id``.
"""

import datetime as dt
import json
import logging
import logging.handlers
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from onneshon.web.operations.watching import Answered

__all__ = ["STDERR", "AccessLog", "line"]

STDERR: Final = "-"
"""Instead of a file: standard error."""


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class AccessLog:
    """Writes a line for each request that it is told of.

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
