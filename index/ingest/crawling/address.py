"""A site: its addresses, which hosts are of the internet, how it is asked, and where its pages are kept."""

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
"""The scheme of an address has two letters at least: one letter is a drive of Windows."""
_PORTS: Final = {"http": 80, "https": 443}
_LONGEST: Final = 2048
"""Signs of an address, as sent; a sitemap allows as many."""
_SAFE: Final = "/%:=&?~+!$,;'@()*"

Resolver: TypeAlias = Callable[[str, int], Sequence[str]]
"""Gives the IP addresses of a host; raises OSError where it has none."""

_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
_TOLD_APART: Final = frozenset({ipaddress.ip_address("168.63.129.16")})
"""Global by its number, and the inside of a cloud."""


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


def resolve(host: str, port: int) -> Sequence[str]:
    """The IP addresses of a host, as the system knows them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]).partition("%")[0] for entry in found))


def is_public(text: str) -> bool:
    """Whether an IP address is one of the internet: not of a machine, a home or a cloud alone."""
    address = ipaddress.ip_address(text)
    if isinstance(address, ipaddress.IPv6Address) and (inner := _within(address)):
        return is_public(str(inner))
    special = address.is_multicast or address.is_reserved or address in _TOLD_APART
    return address.is_global and not special


def _within(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The address of IPv4 that packets to one of IPv6 go on to."""
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None)


@dataclass(frozen=True, slots=True)
class SiteOptions:
    """How a site is asked.

    Attributes:
        delay: seconds between two requests to a host; where robots.txt asks for more, that counts.
        hosts: that may be asked besides the one that is named.
        pages: most pages that are kept.
        allow_private: whether it may be on this machine or in a private network.
        entries: whether entries of feeds that have whole texts are articles, whose pages are not asked for.
        fresh_seconds: for so long a page is not asked for again of whose changes the site says nothing.
        most_asked: most pages that are asked for now; None for all.
    """

    delay: float = 1.0
    hosts: tuple[str, ...] = ()
    pages: int = 100_000
    allow_private: bool = False
    entries: bool = False
    fresh_seconds: float = 0.0
    most_asked: int | None = None


def site_file(directory: Path, start: Address) -> Path:
    """The file of a site's pages, beside its index.

    Args:
        directory: of the index.
        start: the address that the site was named by.
    """
    digest = hashlib.sha256(start.url.encode()).hexdigest()[:12]
    return directory / "sites" / f"{start.host.replace(':', '_')}-{digest}.sqlite"
