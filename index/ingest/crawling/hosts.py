"""Hosts and their IP addresses: which of these are of the internet."""

import ipaddress
import socket
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

Resolver: TypeAlias = Callable[[str, int], Sequence[str]]
"""Gives the IP addresses of a host; raises OSError where it has none."""

_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
_TOLD_APART: Final = frozenset({ipaddress.ip_address("168.63.129.16")})
"""Global by its number, and the inside of a cloud."""


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
