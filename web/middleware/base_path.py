"""Where pages stand behind a proxy: under a path of a larger site, with a scheme that it alone knows."""

from typing import TYPE_CHECKING, Any

from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from web.middleware.security import HEADERS
from web.site.public_address import PublicAddress

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["mount"]


def mount(app: Flask, address: PublicAddress) -> None:
    """Make ``app`` answer under the path of its address, and link to itself there.

    The proxy passes paths on as they are. Elsewhere there is ``/healthz`` alone, for whatever watches the
    server from beside it.
    """
    inner: Any = app.wsgi_app
    if address.scheme:
        inner = _with_scheme(inner, address.scheme)
    if address.path:
        inner = DispatcherMiddleware(
            _elsewhere(address.path), {address.path: inner, "/healthz": _under(inner)}
        )
    app.wsgi_app = inner  # type: ignore[method-assign]  # as Flask's own documents have it


def _with_scheme(application: "WSGIApplication", scheme: str) -> "WSGIApplication":
    def answer(environ: "WSGIEnvironment", start: "StartResponse") -> Any:
        return application({**environ, "wsgi.url_scheme": scheme}, start)

    return answer


def _under(application: "WSGIApplication") -> "WSGIApplication":
    """The path that a dispatcher has taken away put back."""

    def answer(environ: "WSGIEnvironment", start: "StartResponse") -> Any:
        path = environ["SCRIPT_NAME"] + environ["PATH_INFO"]
        return application({**environ, "SCRIPT_NAME": "", "PATH_INFO": path}, start)

    return answer


def _elsewhere(path: str) -> "WSGIApplication":
    text = f"404 Not Found: the pages are at {path}/\n".encode()

    def answer(_environ: "WSGIEnvironment", start: "StartResponse") -> Any:
        kind = ("Content-Type", "text/plain; charset=utf-8")
        start("404 Not Found", [kind, ("Content-Length", str(len(text))), *HEADERS.items()])
        return [text]

    return answer
