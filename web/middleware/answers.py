"""What is added to every answer: headers, a request id, compression, CORS; and the outcome of a search."""

import re
import secrets
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from flask import Flask, Response, g, has_request_context, request
from werkzeug.exceptions import RequestEntityTooLarge

from onneshon.search import BusyError, ResultPage
from onneshon.web.site.settings import parse_address

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PROBES: Final = ("/healthz", "/readyz", "/metrics")
"""Paths that monitors request, directly and without the path prefix of a proxy."""

UNREAD: Final = "onneshon.unread"
"""Key in the environment of a request whose body was too large to be read."""


def expect_read() -> None:
    """Refuse the current request if its body was not read."""
    if UNREAD in request.environ:
        raise RequestEntityTooLarge


def for_programs(path: str) -> bool:
    """Whether a path is one that programs request."""
    return path.startswith("/api/") or path in PROBES


HEADERS = {
    # Nothing inline, nothing from other hosts: text that slipped through escaping could still not run.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    # A search is nobody else's business: other sites see neither path nor query.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
"""Sent with every response."""


def protect(app: Flask, pictures: Iterable[str] = ()) -> None:
    """Send the headers with every response of ``app``, errors and static files included.

    Args:
        app: the application whose responses get the headers.
        pictures: hosts from which its pages may load pictures.
    """
    name = "Content-Security-Policy"
    policy = HEADERS[name].replace("img-src 'self'", " ".join(["img-src 'self'", *sorted(pictures)]))
    headers = HEADERS | {name: policy, "Cache-Control": "no-cache"}
    app.wsgi_app = _with_headers(headers, app.wsgi_app)  # type: ignore[assignment, method-assign]  # so Flask says


def _with_headers(headers: Mapping[str, str], application: "WSGIApplication") -> "WSGIApplication":
    """The application with some headers added to its answers, each unless one of that name is there."""
    added = [(name.lower(), (name, value)) for name, value in headers.items()]

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        def start(status: str, sent: list[tuple[str, str]], *error: Any) -> Any:
            present = {name.lower() for name, _ in sent}
            return start_response(status, sent + [row for name, row in added if name not in present], *error)

        return application(environ, start)

    return answer


HEADER: Final = "X-Request-Id"

_KNOWN: Final = re.compile(r"[A-Za-z0-9_-]{8,64}")
"""Ids accepted from a proxy: its own forms and UUIDs, and nothing that could forge a line of a log."""


def request_id() -> str:
    """The id of the current request; empty outside of one."""
    if not has_request_context():
        return ""
    if "request_id" not in g:
        g.request_id = id_given(request.headers.get(HEADER, ""))
    name: str = g.request_id
    return name


def id_given(sent: str) -> str:
    """The id that a client or a proxy sent; a new one where it sent none, or anything else."""
    return sent if _KNOWN.fullmatch(sent) else secrets.token_hex(8)


def name_requests(app: Flask) -> None:
    """Send each answer of ``app`` with the id of its request: the client's or a proxy's, or a new one."""

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
"""Outcomes in order: articles; no articles; not all of them within the time limit; the client has the answer
already; an invalid query; too many costly queries; a fault of the server, or no index."""

_SEARCHES: Final = frozenset({"api.find", "api.multi_search", "pages.results"})


def noted(found: ResultPage) -> ResultPage:
    """Remember a page of results and its outcome as those of the current request; return the page."""
    g.found = found
    g.outcome = "partial" if found.partial else "found" if found.total else "nothing"
    return found


def note_failure(error: Exception) -> None:
    """Remember the outcome of a failed request where its status does not show it."""
    if isinstance(error, BusyError):
        g.outcome = "busy"


def outcome(response: Response) -> Outcome | None:
    """The outcome of the request's search; None where the request was for something else."""
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


try:
    from isal.igzip import compress as gzip
except ImportError:  # an extra, ``fast``
    from gzip import compress as gzip  # type: ignore[assignment]  # which takes more kinds of bytes

LEVEL: Final = 4 if gzip.__module__ == "gzip" else 2
"""Level of gzip: a page of 49,592 bytes becomes 9,480 in 0.29 ms by zlib, 10,498 in 0.04 ms by ISA-L."""

_CONDITIONS: Final = frozenset(
    {"HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE"}
    | {"HTTP_IF_RANGE", "HTTP_RANGE"}
)
"""Request headers, by their WSGI names, that can make the answer partial or empty."""

LEAST: Final = 1000
"""Bytes below which compression gains nothing: such an answer fits one packet anyway."""

_TEXTS: Final = frozenset(
    {
        "application/atom+xml",
        "application/json",
        "application/opensearchdescription+xml",
        "application/problem+json",
        "application/xml",
        "image/svg+xml",
        "text/css",
        "text/html",
        "text/javascript",
        "text/plain",
        "text/xml",
    }
)


def compressed(response: Response) -> Response:
    """A text answer compressed for clients that accept gzip, with an entity tag."""
    if response.mimetype not in _TEXTS or response.status_code == HTTPStatus.NOT_MODIFIED:
        return response
    vary = response.headers.get("Vary")
    response.headers["Vary"] = f"{vary}, Accept-Encoding" if vary else "Accept-Encoding"
    if response.status_code != HTTPStatus.OK or (response.is_streamed and not response.direct_passthrough):
        return response
    response.direct_passthrough = False  # a body has to be read to be compressed
    body = response.get_data()
    if not for_programs(request.path):  # the API validates a client's copy by the generation
        response.add_etag(weak=True)
    if len(body) >= LEAST and "HTTP_ACCEPT_ENCODING" in request.environ and request.accept_encodings["gzip"]:
        # No answer has a secret next to what its reader typed, which compression could reveal (BREACH).
        response.set_data(gzip(body, compresslevel=LEVEL, mtime=0))
        response.content_encoding = "gzip"
        if (tag := response.get_etag()[0]) is not None:
            response.set_etag(tag, weak=True)  # the same text in other bytes
    if not _CONDITIONS.isdisjoint(request.environ):
        response.make_conditional(request)
    return response


_PREFLIGHT_SECONDS: Final = 3600


_ORIGIN: Final = re.compile(r"[a-z][a-z0-9+.-]*://[a-z0-9._-]+(?::[0-9]+)?")
"""An origin that is no web site, such as that of a phone app."""


def parse_origin(text: str) -> str:
    """An origin as browsers write it (RFC 6454): ``https://example.org``; or ``*``, for every origin.

    Raises:
        ValueError: the text is no origin, but for example a name alone, or the address of a page.
    """
    origin = text.lower().removesuffix("/")
    if origin.startswith(("http://", "https://")):
        with suppress(ValueError):
            address = parse_address(origin)
            if not address.path:
                return f"{address.scheme}://{address.host}"
    elif origin == "*" or _ORIGIN.fullmatch(origin):
        return origin
    raise ValueError(f"{text!r} is no origin such as https://example.org, nor *")


def allow_origins(app: Flask, origins: Collection[str]) -> None:
    """Let browsers pass answers of the API to pages of some origins (Fetch standard, CORS protocol).

    Args:
        app: the application; only its API and its probes are shared.
        origins: texts for ``parse_origin``.

    Raises:
        ValueError: one of the texts is no origin.
    """
    allowed = frozenset(parse_origin(origin) for origin in origins)

    @app.after_request
    def share(response: Response) -> Response:
        if not allowed or not for_programs(request.path):
            return response
        response.vary.add("Origin")
        origin = request.headers.get("Origin")
        if origin is not None and (origin in allowed or "*" in allowed):
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Access-Control-Expose-Headers"] = "ETag, Retry-After, X-Request-Id"
            response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
            if request.method == "OPTIONS":
                asks = "POST" if request.endpoint == "api.multi_search" else "GET, HEAD"
                response.headers["Access-Control-Allow-Methods"] = f"{asks}, OPTIONS"
                heads = "Authorization, Content-Type, If-None-Match"
                response.headers["Access-Control-Allow-Headers"] = heads
                response.headers["Access-Control-Max-Age"] = str(_PREFLIGHT_SECONDS)
        return response
