"""What is noted of a request: an id, by which logs are compared, and what became of a search."""

import re
import secrets
from http import HTTPStatus
from typing import Final, Literal, TypeAlias

from flask import Flask, Response, g, has_request_context, request

from onneshon.search import BusyError, ResultPage

__all__ = ["HEADER", "OUTCOMES", "Outcome", "name_requests", "note_failure", "noted", "outcome", "request_id"]

HEADER: Final = "X-Request-Id"

_KNOWN: Final = re.compile(r"[A-Za-z0-9_-]{8,64}")
"""What is taken from a proxy: its own ids and UUIDs, and nothing that could forge a line of a log."""


def request_id() -> str:
    """The name of the request that is being answered; empty outside of one."""
    if not has_request_context():
        return ""
    if "request_id" not in g:
        sent = request.headers.get(HEADER, "")
        g.request_id = sent if _KNOWN.fullmatch(sent) else secrets.token_hex(8)
    name: str = g.request_id
    return name


def name_requests(app: Flask) -> None:
    """Send each answer of ``app`` with the name of its request: the client's or a proxy's, or a new one."""

    @app.after_request
    def send(response: Response) -> Response:
        response.headers[HEADER] = request_id()
        return response


Outcome: TypeAlias = Literal["found", "nothing", "partial", "unchanged", "refused", "busy", "failed"]

OUTCOMES: Final[tuple[Outcome, ...]] = (
    "found",
    "nothing",
    "partial",
    "unchanged",
    "refused",
    "busy",
    "failed",
)
"""Articles or none; not all in the time allowed; the client has the answer already; no query that can be run;
too many costly ones; or none for a fault of the server or for want of an index."""

_SEARCHES: Final = frozenset({"api.find", "pages.results"})


def noted(found: ResultPage) -> ResultPage:
    """The page itself, whose outcome the request that is being answered has now."""
    g.outcome = "partial" if found.partial else "found" if found.total else "nothing"
    return found


def note_failure(error: Exception) -> None:
    """Remember what a request failed by, where its status does not tell."""
    if isinstance(error, BusyError):
        g.outcome = "busy"


def outcome(response: Response) -> Outcome | None:
    """What became of the search that was asked for; None where the request was for something else."""
    if request.endpoint not in _SEARCHES:
        return None
    known: Outcome | None = g.get("outcome")
    return known or _by_status(response.status_code)


def _by_status(status: int) -> Outcome | None:
    if status == HTTPStatus.NOT_MODIFIED:
        return "unchanged"
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return "failed"
    return "refused" if status >= HTTPStatus.BAD_REQUEST else None
