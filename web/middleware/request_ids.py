"""A name for each request, by which its line in the log, its answer and a proxy's log are found together."""

import re
import secrets
from typing import Final

from flask import Flask, Response, g, has_request_context, request

__all__ = ["HEADER", "name_requests", "request_id"]

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
