"""The host names and the path that this server answers to.

Headers that a proxy adds are not trusted, as anybody can send them; the public address is set at the start.

A page of another site can point its own host name to 127.0.0.1 and then read what a server there answers
("DNS rebinding"; OWASP ASVS 5, V4). Such requests carry that site's name, which is refused here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from flask import Flask, request

from onneshon.search import ascii_host
from onneshon.web.middleware.answers import PROBES
from onneshon.web.middleware.faults import HostError
from onneshon.web.site.settings import PublicAddress

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_LATELY: Final = 256
"""Number of Host headers for which the decision is cached."""

_OUTSIDE: Final = "/.outside"
"""A prefix that no route has."""


def mount(app: Flask, address: PublicAddress) -> None:
    """Make ``app`` answer below the path of its address, and link to itself there with its scheme.

    The proxy passes paths on unchanged; a path outside that of the address is not found.
    """
    if address == PublicAddress():
        return
    application = app.wsgi_app

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        environ["SCRIPT_NAME"] = address.path  # for links, also on the page of a path that is not found
        if path == address.path or path.startswith(f"{address.path}/"):
            environ["PATH_INFO"] = path[len(address.path) :] or "/"
        elif path not in PROBES:
            environ["PATH_INFO"] = f"{_OUTSIDE}{path}"
        if address.scheme and environ.get("HTTP_HOST", "").lower() == address.host:
            environ["wsgi.url_scheme"] = address.scheme
        return application(environ, start_response)

    app.wsgi_app = answer  # type: ignore[method-assign]  # as Flask says


def _name(host: str) -> str:
    """The host name in a Host header as browsers send it, without the port; empty where it is invalid."""
    try:
        parts = urlsplit(f"//{host.lower()}")
        _ = parts.port  # raises where it is no number
    except ValueError:
        return ""
    if parts.netloc != host.lower() or "@" in host:
        return ""
    return (ascii_host(parts.hostname or "") or "").removesuffix(".")


def parse_name(text: str) -> str:
    """A host name by which others reach a server, in lower case, in ASCII and without a port.

    Raises:
        ValueError: the text is no host name, but for example a whole address.
    """
    if name := _name(text):
        return name
    raise ValueError(f"{text!r} is no host name such as search.example.org")


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _is_loopback(name: str) -> bool:
    return name == "localhost" or (_is_address(name) and ip_address(name).is_loopback)


def _is_everywhere(name: str) -> bool:
    """Whether a server that listens on ``name`` listens on every address of the machine."""
    return not name or (_is_address(name) and ip_address(name).is_unspecified)


@dataclass(frozen=True, slots=True)
class Hosts:
    """The Host headers that are accepted.

    These are the names of the loopback, the address listened on, and public names. Where the server listens
    on every address of the machine, any IP address is accepted: another site's pages send that site's name.

    Attributes:
        listening: the host listened on.
        names: further names, in lower case and in ASCII.
        anybody: whether to accept all names, because the caller of the application has checked them already.
    """

    listening: str = "127.0.0.1"
    names: frozenset[str] = frozenset()
    anybody: bool = False

    @classmethod
    def of(cls, listening: str, names: Iterable[str]) -> "Hosts":
        """The hosts for an address to listen on and public names, in any case and with or without a port.

        Raises:
            ValueError: one of the names is no host name.
        """
        listening = ascii_host(listening) or listening
        return cls(listening.lower(), frozenset(parse_name(name) for name in names if name))

    def allow(self, host: str) -> bool:
        """Whether a Host header names this server."""
        name = _name(host)
        if self.anybody:
            return True
        if _is_loopback(name) or name in self.names:
            return True
        if _is_everywhere(self.listening):
            return _is_address(name)
        return bool(name) and name == self.listening

    def guard(self, app: Flask) -> None:
        """Refuse every request to ``app`` with another host name."""
        allow = lru_cache(_LATELY)(self.allow)

        @app.before_request
        def refuse_others() -> None:
            sent = request.environ.get("HTTP_HOST", "localhost")
            host = sent.encode("latin-1").decode("utf-8", "replace")  # WSGI passes bytes as Latin-1
            if not allow(host):
                raise HostError(host)
