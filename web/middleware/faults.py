"""Failures as pages for readers and as one JSON shape for programs."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, ClassVar, Final, Literal

from flask import Flask, Response, current_app, jsonify, render_template, request
from flask.globals import request_ctx
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from onneshon.index.errors import JournalError, ToldAs
from onneshon.search import (
    ArticleNotFoundError,
    BusyError,
    IndexMissingError,
    IndexStateError,
    OnneshonError,
    QueryError,
)
from onneshon.web.middleware.answers import for_programs, note_failure, request_id

RETRY_SECONDS: Final = 5
"""When a client should ask again for an index that is being built."""

_WITH_OWN_TEXT: Final = frozenset({400, 404, 405, 500, 503})


class LimitError(QueryError):
    """More asked for than is given.

    Args:
        kind: of the limit: ``long`` for characters of a text, ``page`` for pages of results.
        limit: the most allowed.
    """

    def __init__(self, kind: Literal["long", "page"], limit: int) -> None:
        thing = "characters of text" if kind == "long" else "pages of results"
        super().__init__(f"No more than {limit} {thing} can be asked for.", kind=kind, limit=limit)


class HostError(OnneshonError):
    """A request under a name that is not this server's.

    Args:
        host: what the Host header says.
    """

    def __init__(self, host: str) -> None:
        super().__init__(
            f"This server does not answer to the name {host[:100]!r}; "
            "if it should, start it with --public-name."
        )


class AccessError(OnneshonError):
    """A request that its key, or the want of one, does not allow.

    Args:
        status: of HTTP: 401 without a key that is known, 403 for one of another scope, 429 for too many
            requests.
        message: what is wrong and what to do.
        seconds: after which to ask again, where that may help.
        challenge: for the ``WWW-Authenticate`` header of status 401.
    """

    def __init__(
        self, status: Literal[401, 403, 429], message: str, *, seconds: int = 0, challenge: str = ""
    ) -> None:
        super().__init__(message)
        self.status = status
        self.seconds = seconds
        self.challenge = challenge


class ChangedError(OnneshonError):
    """A change on a condition that holds no more: somebody else changed the same thing meanwhile."""


class PositionError(OnneshonError):
    """A position of the queue that no request was given."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A failure as it is told to whoever asked.

    Attributes:
        status: of HTTP.
        name: which messages describe it to a reader, ``error.NAME.heading`` and its kin.
        message: for a program, in English.
        limit: a number that the reader's message names.
        position: the code point of the query where it goes wrong, from 0.
        retry: seconds after which to ask again, where the status is 429 or 503.
        challenge: what to send along with status 401.
        parameter: of the request that is at fault, if it is one.
    """

    status: int
    name: str
    message: str
    limit: int = 0
    position: int | None = None
    retry: int = RETRY_SECONDS
    parameter: str = ""
    challenge: str = ""

    language: ClassVar[str] = "en"
    """Of ``message``."""


def _of_family(error: OnneshonError) -> Fault:
    match error:
        case QueryError():
            status = 409 if error.kind == "cursor" else 400
            return Fault(
                status,
                error.kind,
                str(error),
                limit=error.limit,
                position=error.position,
                parameter=error.parameter or _asking(),
            )
        case AccessError() | HostError() | JournalError() | ChangedError():
            return _of_request(error)
        case ArticleNotFoundError() | PositionError():
            return Fault(404, "404", str(error))
        case BusyError():
            return Fault(503, "busy", str(error), retry=error.seconds)
        case IndexStateError():
            return _of_index(error)
        case _:
            return _unexpected(error)


def _asking() -> str:
    """The parameter that holds the query; empty where there is none."""
    return next((name for name in ("q", "query") if name in request.args), "")


def _of_request(error: AccessError | HostError | JournalError | ChangedError) -> Fault:
    if isinstance(error, ChangedError):
        return Fault(412, "400", str(error))
    if isinstance(error, AccessError):
        status = error.status
        return Fault(status, str(status), str(error), retry=error.seconds, challenge=error.challenge)
    if isinstance(error, HostError):
        return Fault(400, "host", str(error))
    current_app.logger.error("%s (request %s)", error, request_id())
    return Fault(503, "busy", "The queue takes nothing just now; nothing was queued.")


def _of_index(error: IndexStateError) -> Fault:
    if isinstance(error, IndexMissingError):
        return Fault(503, "503", "There is no index yet; build one with: onneshon index build")
    # The reason names files of the server, which are no reader's business but its keeper's.
    current_app.logger.warning("Cannot answer %r (request %s): %s", request.path, request_id(), error)
    return Fault(503, error.told_as, _TOLD[error.told_as])


_TOLD: Final[dict[ToldAs, str]] = {
    "unusable": "The index cannot be opened; see: onneshon index check",
    "late": "The index did not answer in time; ask again.",
    "crowded": "The index has too much to do; ask again.",
    "lacking": "A part of the index cannot be read now, and what was asked for may be in it; ask again.",
    "unreachable": "The index cannot be reached; the log of the server says why.",
}


def _unexpected(error: Exception) -> Fault:
    current_app.logger.error("Failed to answer %r (request %s)", request.path, request_id(), exc_info=error)
    return Fault(500, "500", "Internal error.")


def _of_http(error: HTTPException) -> Fault:
    status = error.code or 500
    known = (
        status if status in _WITH_OWN_TEXT else (400 if status < HTTPStatus.INTERNAL_SERVER_ERROR else 500)
    )
    return Fault(status, str(known), _detail(error) or HTTPStatus(status).phrase)


def _detail(error: HTTPException) -> str:
    """What is said beyond the name of the status."""
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        methods = sorted(set(error.valid_methods) - {"OPTIONS"})
        return f"{request.method} cannot be asked of this address; {' and '.join(methods)} can."
    if isinstance(error, NotFound) and for_programs(request.path):
        return "There is nothing at this address; /api/v1/ says what there is."
    return ""


def problem(status: int, message: str, **members: object) -> Response:
    """A failure as programs get it: problem details of RFC 9457.

    Args:
        status: of HTTP.
        message: what is wrong, in English.
        members: what else is known; None is left out.
    """
    answer = jsonify(_details(status, message, members))
    answer.mimetype = "application/problem+json"
    return answer


def _details(status: int, message: str, members: Mapping[str, object]) -> dict[str, Any]:
    known = {name: value for name, value in members.items() if value is not None}
    title = HTTPStatus(status).phrase
    told = {"error": message, "status": status, "type": "about:blank", "title": title, "detail": message}
    return {"ok": False} | told | known


def problem_of(error: OnneshonError) -> dict[str, Any]:
    """What is said about one of several searches that failed."""
    fault = _of_family(error)
    parameter = fault.parameter or ("q" if isinstance(error, QueryError) else None)
    return _details(fault.status, fault.message, {"parameter": parameter, "position": fault.position})


def _respond(fault: Fault, headers: dict[str, str]) -> ResponseReturnValue:
    if fault.challenge:
        headers |= {"WWW-Authenticate": fault.challenge}
    if fault.status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}:
        headers |= {"Retry-After": str(fault.retry)}
    headers |= {"Cache-Control": "no-store"}
    if for_programs(request.path):
        details = {"parameter": fault.parameter or None, "position": fault.position}
        return problem(fault.status, fault.message, **details), fault.status, headers
    if request_ctx.url_adapter is None:  # the Host header is no name: a page could not address its own files
        text = f"{fault.status} {HTTPStatus(fault.status).phrase}: {fault.message}\n"
        return Response(text, fault.status, headers, mimetype="text/plain")
    return render_template("error.html", fault=fault), fault.status, headers


def _on_http(error: HTTPException) -> ResponseReturnValue:
    if error.code is not None and error.code < HTTPStatus.BAD_REQUEST:
        return error  # a redirect
    allowed = {name: value for name, value in error.get_headers() if name == "Allow"}
    return _respond(_of_http(error), allowed)


def _on_family(error: OnneshonError) -> ResponseReturnValue:
    note_failure(error)
    return _respond(_of_family(error), {})


def handle_faults(app: Flask) -> None:
    """Answer every failure in ``app`` without a traceback."""
    app.register_error_handler(HTTPException, _on_http)
    app.register_error_handler(OnneshonError, _on_family)
    app.register_error_handler(Exception, lambda error: _respond(_unexpected(error), {}))
