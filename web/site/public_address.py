"""Under which address readers reach the pages, where a proxy stands before them."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from index import ConfigurationError
from search import ascii_host

__all__ = ["PublicAddress", "read_address"]

_PATH: Final = re.compile(r"(?:/[A-Za-z0-9._~-]+)*")


@dataclass(frozen=True, slots=True)
class PublicAddress:
    """An address in parts, each empty where it was not said.

    Attributes:
        scheme: http or https.
        host: with a port if there is one.
        path: what the path of every page begins with; no slash at its end.
    """

    scheme: str = ""
    host: str = ""
    path: str = ""


def read_address(path: Path | None, text: str) -> PublicAddress:
    """The address that a configuration names: ``https://example.org/search``, or a path alone, ``/search``.

    Raises:
        ConfigurationError: it is neither.
    """
    reason = "must be as https://example.org/search, or a path as /search, of letters a-z, digits and -._~"
    try:
        parts = urlsplit(text)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        raise ConfigurationError(path, "site.address", reason) from None
    base = parts.path.rstrip("/")
    name = ascii_host(parts.hostname) if parts.hostname else None
    whole = parts.scheme in {"http", "https"} and name and "@" not in parts.netloc
    alone = not parts.scheme and not parts.netloc and text.startswith("/")
    plain = _PATH.fullmatch(base) and not {".", ".."} & set(base.split("/"))
    if parts.query or parts.fragment or not plain or not (whole or alone):
        raise ConfigurationError(path, "site.address", reason)
    return PublicAddress(parts.scheme, f"{name}{port}" if name else "", base)
