"""The address under which a proxy shows this server: scheme and path of links.

What a proxy says in headers of its own is not believed, as anybody can say it; it is told at the start.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["PublicUrl"]

_PROBES: Final = frozenset({"/healthz", "/readyz", "/metrics"})
"""Answered without the path too: whatever watches the server asks it directly."""

_OUTSIDE: Final = "/.outside"
"""No route begins so."""


@dataclass(frozen=True, slots=True)
class PublicUrl:
    """Where others find this server.

    Attributes:
        scheme: ``http`` or ``https``.
        host: name and, if it is not that of the scheme, port.
        path: before every other path, such as ``/search``; empty for none.
    """

    scheme: str
    host: str
    path: str = ""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an address such as ``https://example.org/search``.

        Raises:
            ValueError: it is none.
        """
        parts = urlsplit(text)
        path = parts.path.rstrip("/")
        odd = parts.query or parts.fragment or "@" in parts.netloc or not parts.hostname
        segments = path.split("/")[1:]
        if odd or parts.scheme not in {"http", "https"} or "" in segments or not path.isascii():
            raise ValueError(f"{text!r} is no address such as https://example.org/search")
        _ = parts.port  # raises ValueError where it is no number
        return cls(parts.scheme, parts.netloc.lower(), path)

    def wrap(self, application: "WSGIApplication") -> "WSGIApplication":
        """The application at that address: what does not begin with the path is not there."""

        def at_address(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
            path = environ.get("PATH_INFO", "")
            environ["SCRIPT_NAME"] = self.path  # of links, also those of a page that is not there
            if path == self.path or path.startswith(f"{self.path}/"):
                environ["PATH_INFO"] = path[len(self.path) :] or "/"
            elif path not in _PROBES:
                environ["PATH_INFO"] = f"{_OUTSIDE}{path}"
            if environ.get("HTTP_HOST", "").lower() == self.host:
                environ["wsgi.url_scheme"] = self.scheme
            return application(environ, start_response)

        return at_address

    def inner(self, path: str) -> str:
        """A path of a request without the part that is before all."""
        return path.removeprefix(self.path) if path.startswith(f"{self.path}/") else path
