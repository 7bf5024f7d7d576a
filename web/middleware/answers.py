"""What every answer is sent with: its request's name, headers that protect, permissions, compression."""

import gzip
import re
import secrets
from collections.abc import Collection
from http import HTTPStatus
from typing import Final

from flask import Flask, Response, g, has_request_context, request

__all__ = [
    "HEADERS",
    "REQUEST_ID",
    "allow_origins",
    "compress",
    "for_programs",
    "name_requests",
    "protect",
    "request_id",
]

REQUEST_ID: Final = "X-Request-Id"

_KNOWN: Final = re.compile(r"[A-Za-z0-9_-]{8,64}")
"""What is taken from a proxy: its own ids and UUIDs, and nothing that could forge a line of a log."""


def request_id() -> str:
    """The name of the request that is being answered; empty outside of one."""
    if not has_request_context():
        return ""
    if "request_id" not in g:
        sent = request.headers.get(REQUEST_ID, "")
        g.request_id = sent if _KNOWN.fullmatch(sent) else secrets.token_hex(8)
    name: str = g.request_id
    return name


def name_requests(app: Flask) -> None:
    """Send each answer of ``app`` with the name of its request: the client's or a proxy's, or a new one."""

    @app.after_request
    def send(response: Response) -> Response:
        response.headers[REQUEST_ID] = request_id()
        return response


HEADERS = {
    # Nothing inline and nothing from elsewhere: text that slipped through escaping could still not run.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    # What was searched for is nobody else's business: other sites see neither path nor query.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
"""Sent with every response."""


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-cache"
    return response


def protect(app: Flask) -> None:
    """Send the headers with every response of ``app``, errors and static files included."""
    app.after_request(_add_headers)


_WATCHED: Final = frozenset({"/healthz", "/readyz", "/metrics"})


def for_programs(path: str) -> bool:
    """Whether what lies at this path is asked for by programs."""
    return path.startswith("/api/") or path in _WATCHED


_PREFLIGHT_SECONDS: Final = 3600


def allow_origins(app: Flask, origins: Collection[str]) -> None:
    """Let browsers hand answers of the API to pages of some origins (Fetch standard, CORS protocol).

    Args:
        app: the application; only its API and its state of health are shared.
        origins: such as ``https://example.org``; ``*`` for every one.
    """
    allowed = frozenset(origins)

    @app.after_request
    def share(response: Response) -> Response:
        if not allowed or not for_programs(request.path):
            return response
        response.vary.add("Origin")
        origin = request.headers.get("Origin")
        if origin is not None and (origin in allowed or "*" in allowed):
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Access-Control-Expose-Headers"] = "ETag, Retry-After"
            response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
            if request.method == "OPTIONS":
                response.headers["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
                response.headers["Access-Control-Allow-Headers"] = "If-None-Match"
                response.headers["Access-Control-Max-Age"] = str(_PREFLIGHT_SECONDS)
        return response


LEAST: Final = 1000
"""Bytes under which compression gains nothing: they go in one packet anyway."""

_TEXTS: Final = frozenset(
    {
        "application/atom+xml",
        "application/json",
        "application/opensearchdescription+xml",
        "application/problem+json",
        "image/svg+xml",
        "text/css",
        "text/html",
        "text/javascript",
        "text/plain",
    }
)


def _pack(response: Response) -> Response:
    if response.mimetype not in _TEXTS or response.status_code == HTTPStatus.NOT_MODIFIED:
        return response
    response.vary.add("Accept-Encoding")
    if response.status_code != HTTPStatus.OK or (response.is_streamed and not response.direct_passthrough):
        return response
    response.direct_passthrough = False  # what is compressed has to be read first
    body = response.get_data()
    if not for_programs(request.path):  # the API tells by the generation whether a client's copy is good
        response.add_etag(weak=True)
    if len(body) >= LEAST and request.accept_encodings["gzip"]:
        # No answer holds a secret beside what its reader typed, which compression could give away (BREACH).
        response.set_data(gzip.compress(body, compresslevel=6, mtime=0))
        response.content_encoding = "gzip"
        if (tag := response.get_etag()[0]) is not None:
            response.set_etag(tag, weak=True)  # the same text in other bytes
    response.make_conditional(request)
    return response


def compress(app: Flask) -> None:
    """Compress texts that ``app`` answers with for clients that take gzip, and give them an entity tag."""
    app.after_request(_pack)
