"""Failures, as pages for readers and in one JSON format for programs."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, ClassVar, Final, Literal

from flask import Flask, Response, current_app, jsonify, render_template, request
from flask.globals import request_ctx
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from onneshon.index.errors import JournalError, ReportedAs
from onneshon.search import (
    ArticleNotFoundError,
    BusyError,
    IndexMissingError,
    IndexStateError,
    OnneshonError,
    QueryError,
)
from onneshon.web.middleware.answers import expect_read, for_programs, note_failure, request_id

RETRY_SECONDS: Final = 5
"""Seconds after which a client should retry while the index is being built."""

_WITH_OWN_TEXT: Final = frozenset({400, 404, 405, 413, 500, 503})


class LimitError(QueryError):
    """A request for more than a limit allows.

    Args:
        kind: the kind of limit: ``long`` for characters of a text, ``page`` for pages of results.
        limit: the maximum.
    """

    def __init__(self, kind: Literal["long", "page"], limit: int) -> None:
        thing = "characters of text" if kind == "long" else "pages of results"
        super().__init__(f"No more than {limit} {thing} can be asked for.", kind=kind, limit=limit)


class HostError(OnneshonError):
    """A request under a name that is not this server's.

    Args:
        host: the value of the Host header.
    """

    def __init__(self, host: str) -> None:
        super().__init__(
            f"This server does not answer to the name {host[:100]!r}; "
            "if it should, start it with --public-name."
        )


class AccessError(OnneshonError):
    """A request that its key, or the lack of one, does not allow.

    Args:
        status: the HTTP status: 401 without a known key, 403 for a key of another scope, 429 for too many
            requests.
        message: what is wrong and what to do.
        seconds: the time after which to retry, where that may help.
        challenge: the value of the ``WWW-Authenticate`` header for status 401.
    """

    def __init__(
        self, status: Literal[401, 403, 429], message: str, *, seconds: int = 0, challenge: str = ""
    ) -> None:
        super().__init__(message)
        self.status = status
        self.seconds = seconds
        self.challenge = challenge


class ChangedError(OnneshonError):
    """A conditional change whose condition no longer holds: somebody else made a change meanwhile."""


class PositionError(OnneshonError):
    """A position of the queue that was never given to a request."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A failure as reported to the client.

    Attributes:
        status: the HTTP status.
        name: the name in the keys of the reader's messages, such as ``error.NAME.heading``.
        message: the message for programs, in English.
        limit: a number that the reader's message mentions.
        position: the code point of the query where the error is, from 0.
        retry: seconds after which to retry, where the status is 429 or 503.
        challenge: the value of ``WWW-Authenticate`` for status 401.
        parameter: the parameter of the request that is at fault, if any.
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
    """The language of ``message``."""


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
    """The name of the parameter with the query; empty where there is none."""
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
    return Fault(503, "busy", "The queue takes nothing just now; nothing was queued: send it again later.")


def _of_index(error: IndexStateError) -> Fault:
    if isinstance(error, IndexMissingError):
        return Fault(503, "503", "There is no index yet; build one with: onneshon index build")
    # The reason names files of the server, which concern its operator and no reader.
    current_app.logger.warning("Cannot answer %r (request %s): %s", request.path, request_id(), error)
    return Fault(503, error.reported_as, _REPORTED[error.reported_as])


_REPORTED: Final[dict[ReportedAs, str]] = {
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
    """A message that says more than the name of the status; empty if there is none."""
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        methods = sorted(set(error.valid_methods) - {"OPTIONS"})
        return f"{request.method} cannot be asked of this address; {' and '.join(methods)} can."
    if isinstance(error, NotFound) and for_programs(request.path):
        return "There is nothing at this address; /api/v1/ says what there is."
    return ""


def problem(status: int, message: str, **members: object) -> Response:
    """A failure as programs get it: problem details of RFC 9457.

    Args:
        status: the HTTP status.
        message: what is wrong, in English.
        members: further members; those that are None are left out.
    """
    answer = jsonify(_details(status, message, members))
    answer.mimetype = "application/problem+json"
    return answer


def _details(status: int, message: str, members: Mapping[str, object]) -> dict[str, Any]:
    known = {name: value for name, value in members.items() if value is not None}
    title = HTTPStatus(status).phrase
    fault = {"error": message, "status": status, "type": "about:blank", "title": title, "detail": message}
    return {"ok": False} | fault | known


def problem_of(error: OnneshonError) -> dict[str, Any]:
    """The problem details of one failed search among several of a request."""
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
    if request_ctx.url_adapter is None:  # the Host header is invalid: a page could not link to its own files
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
    app.before_request(expect_read)
    app.register_error_handler(HTTPException, _on_http)
    app.register_error_handler(OnneshonError, _on_family)
    app.register_error_handler(Exception, lambda error: _respond(_unexpected(error), {}))
