"""Addresses of the web: which may be asked for, and in which form."""

import re
from typing import Final, NamedTuple
from urllib.parse import quote, urljoin, urlsplit

from onneshon.index.errors import CorpusError

_SCHEME: Final = re.compile(r"([a-z][a-z0-9+.-]+)://", re.IGNORECASE)
"""Of two letters at least: one is a drive of Windows."""
_PORTS: Final = {"http": 80, "https": 443}
_LONGEST: Final = 2048
"""Signs of an address, as sent; a sitemap allows as many."""
_SAFE: Final = "/%:=&?~+!$,;'@()*"


class Address(NamedTuple):
    """A checked address of a page.

    Attributes:
        scheme: ``http`` or ``https``.
        host: in small letters of ASCII.
        port: a number.
        target: path and query, percent-encoded.
    """

    scheme: str
    host: str
    port: int
    target: str

    @property
    def origin(self) -> str:
        """Scheme, host and, where it is not that of the scheme, port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + (f":{self.port}" if self.port != _PORTS[self.scheme] else "")

    @property
    def url(self) -> str:
        """As text."""
        return self.origin + self.target

    def leading(self, link: str) -> "Address":
        """The address that a link on the page leads to.

        Raises:
            CorpusError: it is none of a page.
        """
        return parse_address(urljoin(self.url, link.strip()))


def is_address(text: str) -> bool:
    """Whether a text is an address of whatever scheme, and no path."""
    return _SCHEME.match(text) is not None


def parse_address(text: str) -> Address:
    """An address in the form in which it is asked for, without a fragment.

    Raises:
        CorpusError: it is not of the web, or holds what it must not.
    """
    try:
        parts = urlsplit(text.strip())
        port = parts.port
        host = (parts.hostname or "").rstrip(".")
        host = host if host.isascii() else host.encode("idna").decode()
    except ValueError as error:
        raise _fault(text, f"no address of a page: {error}") from error
    if parts.scheme not in _PORTS:
        raise _fault(text, "only http:// and https:// are read: name a file by its path")
    if parts.username is not None or parts.password is not None:
        host = f"{parts.scheme}://{host}"
        raise _fault(host, "a name or a password stands in the address: leave it out, public pages are read")
    if not host or port == 0:
        raise _fault(text, "no address of a page: it names no host")
    target = quote(parts.path or "/", _SAFE) + (f"?{quote(parts.query, _SAFE)}" if parts.query else "")
    address = Address(parts.scheme, host.lower(), port or _PORTS[parts.scheme], target)
    if len(address.url) > _LONGEST:
        raise _fault(text[:100], f"an address of more than {_LONGEST:,} signs")
    return address


def _fault(where: str, reason: str) -> CorpusError:
    return CorpusError(where, "http", reason, ends_source=True)
