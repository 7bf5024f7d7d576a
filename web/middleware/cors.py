"""Which pages of other sites may read the API: those that are named, and none unless told."""

from collections.abc import Collection
from typing import Final

from flask import Flask, Response, request

from onneshon.web.middleware.http_requests import for_programs

__all__ = ["allow_origins"]

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
