"""What became of each search, in a word, for counts that hold nothing of what was asked."""

from http import HTTPStatus
from typing import Final, Literal, TypeAlias

from flask import Response, g, request

from onneshon.search import BusyError, ResultPage

__all__ = ["OUTCOMES", "Outcome", "note_failure", "noted", "outcome"]

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
