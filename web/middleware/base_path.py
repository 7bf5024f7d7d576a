"""Where pages stand behind a proxy: under a path of a larger site, with a scheme that it alone knows.

What a proxy says in headers of its own is not believed, as anybody can say it; it is told at the start.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from flask import Flask

from onneshon.web.site.public_address import PublicAddress

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["mount"]

_PROBES: Final = frozenset({"/healthz", "/readyz", "/metrics"})
"""Answered without the path too: whatever watches the server asks it directly."""

_OUTSIDE: Final = "/.outside"
"""No route begins so."""


def mount(app: Flask, address: PublicAddress) -> None:
    """Make ``app`` answer under the path of its address, and link to itself there with its scheme.

    The proxy passes paths on as they are; what does not begin with the path is not there.
    """
    if address != PublicAddress():
        app.wsgi_app = _at(address, app.wsgi_app)  # type: ignore[assignment, method-assign]  # as Flask says


def _at(address: PublicAddress, application: "WSGIApplication") -> "WSGIApplication":
    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        environ["SCRIPT_NAME"] = address.path  # of links, also those of a page that is not there
        if path == address.path or path.startswith(f"{address.path}/"):
            environ["PATH_INFO"] = path[len(address.path) :] or "/"
        elif path not in _PROBES:
            environ["PATH_INFO"] = f"{_OUTSIDE}{path}"
        if address.scheme and environ.get("HTTP_HOST", "").lower() == address.host:
            environ["wsgi.url_scheme"] = address.scheme
        return application(environ, start_response)

    return answer
