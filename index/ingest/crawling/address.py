"""Addresses of a site, the check that a host is public, options of a crawl, and the file of the pages."""

import hashlib
import ipaddress
import re
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias
from urllib.parse import quote, urljoin, urlsplit

from onneshon.index.errors import CorpusError

_SCHEME: Final = re.compile(r"([a-z][a-z0-9+.-]+)://", re.IGNORECASE)
"""The scheme of an address, of at least two letters, as a single letter is a drive of Windows."""
_PORTS: Final = {"http": 80, "https": 443}
_LONGEST: Final = 2048
"""Most characters of an address, percent-encoded; sitemaps allow as many."""
_SAFE: Final = "/%:=&?~+!$,;'@()*"

Resolver: TypeAlias = Callable[[str, int], Sequence[str]]
"""Returns the IP addresses of a host and port; raises OSError if the host has none."""

_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
_SPECIAL: Final = frozenset({ipaddress.ip_address("168.63.129.16")})
"""An address that is global by its number but internal to a cloud."""


class Address(NamedTuple):
    """A checked address of a page.

    Attributes:
        scheme: ``http`` or ``https``.
        host: the host in lower-case ASCII.
        port: the port number.
        target: path and query, percent-encoded.
    """

    scheme: str
    host: str
    port: int
    target: str

    @property
    def origin(self) -> str:
        """Scheme and host, with the port if it is not the default of the scheme."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + (f":{self.port}" if self.port != _PORTS[self.scheme] else "")

    @property
    def url(self) -> str:
        """The address as text."""
        return self.origin + self.target

    def leading(self, link: str) -> "Address":
        """The address that a link on the page leads to.

        Raises:
            CorpusError: it is not the address of a page.
        """
        return parse_address(urljoin(self.url, link.strip()))


def is_address(text: str) -> bool:
    """Whether a text is an address, of any scheme, and not a path."""
    return _SCHEME.match(text) is not None


def parse_address(text: str) -> Address:
    """Parse an address into the form in which it is requested, without a fragment.

    Raises:
        CorpusError: it is not http or https, contains a user name or password, or is too long or malformed.
    """
    try:
        parts = urlsplit(text.strip())
        port = parts.port
        host = (parts.hostname or "").rstrip(".")
        host = host if host.isascii() else host.encode("idna").decode()
    except ValueError as error:
        raise site_fault(text, f"no address of a page: {error}") from error
    if parts.scheme not in _PORTS:
        raise site_fault(text, "only http:// and https:// are read: name a file by its path")
    if parts.username is not None or parts.password is not None:
        host = f"{parts.scheme}://{host}"
        raise site_fault(
            host, "a name or a password stands in the address: leave it out, public pages are read"
        )
    if not host or port == 0:
        raise site_fault(text, "no address of a page: it names no host")
    target = quote(parts.path or "/", _SAFE) + (f"?{quote(parts.query, _SAFE)}" if parts.query else "")
    address = Address(parts.scheme, host.lower(), port or _PORTS[parts.scheme], target)
    if len(address.url) > _LONGEST:
        raise site_fault(text[:100], f"an address of more than {_LONGEST:,} signs")
    return address


def site_fault(where: str, reason: str) -> CorpusError:
    """A fault that ends the reading of a site."""
    return CorpusError(where, "http", reason, ends_source=True)


def resolve(host: str, port: int) -> Sequence[str]:
    """The IP addresses of a host, by the resolver of the system."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]).partition("%")[0] for entry in found))


def is_public(text: str) -> bool:
    """Whether an IP address is public, not internal to a machine, a home or a cloud."""
    address = ipaddress.ip_address(text)
    if isinstance(address, ipaddress.IPv6Address) and (inner := _within(address)):
        return is_public(str(inner))
    special = address.is_multicast or address.is_reserved or address in _SPECIAL
    return address.is_global and not special


def _within(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that packets to an IPv6 address are forwarded to; None if there is none."""
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None)


@dataclass(frozen=True, slots=True)
class SiteOptions:
    """How a site is crawled.

    Attributes:
        delay: seconds between two requests to a host; a longer delay in robots.txt takes precedence.
        hosts: hosts that may be asked in addition to the host of the start address.
        pages: most pages that are kept.
        allow_private: whether the site may be on this machine or in a private network.
        entries: whether feed entries with whole texts are articles; their pages are then not requested.
        fresh_seconds: seconds in which a page is not requested again if the site gives no date of its change.
        most_asked: most pages that are requested in this crawl; None for all.
    """

    delay: float = 1.0
    hosts: tuple[str, ...] = ()
    pages: int = 100_000
    allow_private: bool = False
    entries: bool = False
    fresh_seconds: float = 0.0
    most_asked: int | None = None


def site_file(directory: Path, start: Address) -> Path:
    """The file of a site's pages, in the directory of its index.

    Args:
        directory: the directory of the index.
        start: the address that the site is named by.
    """
    digest = hashlib.sha256(start.url.encode()).hexdigest()[:12]
    return directory / "sites" / f"{start.host.replace(':', '_')}-{digest}.sqlite"
