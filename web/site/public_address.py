"""Under which address readers reach the pages, where a proxy stands before them."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from onneshon.index import ConfigurationError
from onneshon.search import ascii_host

__all__ = ["PublicAddress", "parse_address", "read_address"]

_PATH: Final = re.compile(r"(?:/[A-Za-z0-9._~-]+)*")
_FORMS: Final = "https://example.org/search, or a path as /search, of letters a-z, digits and -._~"


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

    def inner(self, path: str) -> str:
        """A path of a request without the part that is before all."""
        return path.removeprefix(self.path) if path.startswith(f"{self.path}/") else path


def parse_address(text: str) -> PublicAddress:
    """Read an address: ``https://example.org/search``, or a path alone, ``/search``.

    Raises:
        ValueError: it is neither.
    """
    parts = urlsplit(text)
    port = f":{parts.port}" if parts.port else ""  # ValueError where it is no number
    base = parts.path.rstrip("/")
    name = ascii_host(parts.hostname) if parts.hostname else None
    whole = parts.scheme in {"http", "https"} and name and "@" not in parts.netloc
    alone = not parts.scheme and not parts.netloc and text.startswith("/")
    plain = _PATH.fullmatch(base) and not {".", ".."} & set(base.split("/"))
    if parts.query or parts.fragment or not plain or not (whole or alone):
        raise ValueError(f"{text!r} is no address such as {_FORMS}")
    return PublicAddress(parts.scheme, f"{name}{port}" if name else "", base)


def read_address(path: Path | None, text: str) -> PublicAddress:
    """The address that a configuration names; see ``parse_address``.

    Raises:
        ConfigurationError: it is none.
    """
    try:
        return parse_address(text)
    except ValueError:
        raise ConfigurationError(path, "site.address", f"must be as {_FORMS}") from None
