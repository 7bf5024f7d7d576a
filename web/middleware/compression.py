"""Answers in fewer bytes for clients that take gzip."""

import gzip
from typing import Final

from flask import Flask, Response, request

__all__ = ["compress"]

SMALLEST: Final = 1_000
"""Bytes below which an answer fits a packet anyway."""

LEVEL: Final = 5

_KINDS: Final = (
    "text/",
    "application/json",
    "application/problem+json",
    "application/opensearchdescription+xml",
)


def _compressed(response: Response) -> Response:
    if response.direct_passthrough or not (response.mimetype or "").startswith(_KINDS):
        return response
    response.vary.add("Accept-Encoding")
    wanted = request.accept_encodings.best_match(["gzip", "identity"], default="identity") == "gzip"
    if wanted and "Content-Encoding" not in response.headers and len(response.get_data()) >= SMALLEST:
        response.set_data(gzip.compress(response.get_data(), LEVEL, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response


def compress(app: Flask) -> None:
    """Compress what ``app`` answers, but for files, which it passes on as they are."""
    app.after_request(_compressed)
