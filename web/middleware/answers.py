"""What is added to answers: compression, validators, and which pages of other sites may read them."""

import gzip
from collections.abc import Collection
from http import HTTPStatus
from typing import Final

from flask import Flask, Response, request

from onneshon.web.middleware.http_requests import for_programs

__all__ = ["allow_origins", "compress"]

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
