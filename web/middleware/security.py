"""Headers that tell a browser to trust nothing but this server's own files."""

from flask import Flask, Response

__all__ = ["HEADERS", "protect"]

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
