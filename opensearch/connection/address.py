"""Addresses of clusters such as ``opensearch://host:9200,other:9200/news``, credentials, and tenants' slices.

``opensearch+https://`` is the same over TLS; ``/news?tenant=ittefaq`` is a tenant's slice of an index that
several share. Credentials are never part of an address, which is seen in lists of processes and in logs. They
are read from the environment,

    ONNESHON_OPENSEARCH_USER, ONNESHON_OPENSEARCH_PASSWORD    a user of the cluster
    ONNESHON_OPENSEARCH_KEY                                   a token, or a scheme and a token
    ONNESHON_OPENSEARCH_CA                                    file of certificates to trust, in PEM
    ONNESHON_OPENSEARCH_CREDENTIALS                           file in TOML with user, password, key, ca

and the environment takes precedence over that file.
"""

import os
import re
import tomllib
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

from onneshon.index.errors import ConfigurationError

SCHEMES: Final = {"opensearch": False, "opensearch+https": True}
"""The schemes of addresses, and whether each is TLS."""

PORT: Final = 9200

PREFIX: Final = "ONNESHON_OPENSEARCH_"

SHARED: Final = "-tenants"
"""The suffix, after the name of an index, of the indexes that its tenants share."""

_ADDRESS: Final = re.compile(
    r"(?P<scheme>[a-z+]+)://(?P<hosts>[^/]+)/(?P<index>[a-z0-9][a-z0-9_-]{0,99})/?"
    r"(?:\?tenant=(?P<tenant>[a-z0-9][a-z0-9_]{0,49}))?"
)
_HOST: Final = re.compile(r"(?P<name>[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::(?P<port>[0-9]{1,5}))?")


@dataclass(frozen=True, slots=True)
class Address:
    """The address of an index on a cluster.

    Attributes:
        hosts: the nodes to ask, each a name and a port.
        index: the name of the index.
        tls: whether connections are encrypted.
        tenant: the name of the tenant of a shared index; empty where the index is not shared.
    """

    hosts: tuple[tuple[str, int], ...]
    index: str
    tls: bool = False
    tenant: str = ""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an address.

        Raises:
            ConfigurationError: it is malformed; the message shows the form, and nothing of the text where it
                may contain a password.
        """
        if "@" in text:
            raise ConfigurationError(
                None,
                "",
                f"the address of a cluster holds no user and no password: give them as {PREFIX}USER and "
                f"{PREFIX}PASSWORD",
            )
        found = _ADDRESS.fullmatch(text)
        if found is None or found["scheme"] not in SCHEMES:
            raise ConfigurationError(
                None,
                "",
                f"{text!r} is no address of an index: opensearch://host:{PORT},other:{PORT}/news, or, where "
                "several share one, /news?tenant=name",
            )
        if found["index"].endswith(SHARED):
            raise ConfigurationError(
                None,
                "",
                f"{text!r}: what ends in {SHARED} is what tenants share; give the index another name",
            )
        hosts = tuple(_host(part) for part in found["hosts"].split(","))
        return cls(hosts, found["index"], SCHEMES[found["scheme"]], found["tenant"] or "")

    @property
    def alias(self) -> str:
        """The alias that readers search on the cluster."""
        return f"{self.index}.{self.tenant}" if self.tenant else self.index

    def __str__(self) -> str:
        scheme = next(name for name, tls in SCHEMES.items() if tls == self.tls)
        hosts = ",".join(f"{name}:{port}" for name, port in self.hosts)
        return f"{scheme}://{hosts}/{self.index}{f'?tenant={self.tenant}' if self.tenant else ''}"


def _host(text: str) -> tuple[str, int]:
    found = _HOST.fullmatch(text)
    port = int(found["port"] or PORT) if found else 0
    if found is None or not 0 < port < 1 << 16:
        raise ConfigurationError(None, "", f"{text!r} is no host of a cluster: a name or number, and a port")
    return found["name"], port


@dataclass(frozen=True, slots=True)
class Credentials:
    """Credentials of a client and the certificates it trusts; secrets are left out of ``repr``.

    Attributes:
        user: a user of the cluster; empty for none.
        password: the user's password.
        key: a token, in place of user and password.
        ca: a file of certificates, in PEM; None for those that the system trusts.
    """

    user: str = ""
    password: str = field(default="", repr=False)
    key: str = field(default="", repr=False)
    ca: Path | None = None

    @classmethod
    def read(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """Read the environment, and the file that it names.

        Raises:
            ConfigurationError: the file cannot be read or is malformed, or that of certificates is missing.
        """
        values = _file(environment.get(f"{PREFIX}CREDENTIALS", ""))
        for name in _NAMES:
            if given := environment.get(PREFIX + name.upper()):
                values[name] = given
        ca = Path(values["ca"]) if values.get("ca") else None
        if ca is not None and not ca.is_file():
            raise ConfigurationError(ca, "", "the file of certificates is not there")
        if values.get("key") and values.get("user"):
            raise ConfigurationError(None, f"{PREFIX}KEY", "stands for a user: give one of both")
        if not (values.get("key", "").isascii() and values.get("key", "").isprintable()):
            raise ConfigurationError(None, f"{PREFIX}KEY", "has signs that no key has")
        return cls(values.get("user", ""), values.get("password", ""), values.get("key", ""), ca)

    @property
    def header(self) -> str:
        """The header ``Authorization``; empty without credentials. A key with a scheme is sent as it is."""
        if self.user:
            return f"Basic {b64encode(f'{self.user}:{self.password}'.encode()).decode()}"
        return self.key if " " in self.key or not self.key else f"Bearer {self.key}"


_NAMES: Final = ("user", "password", "key", "ca")


def _file(name: str) -> dict[str, str]:
    if not name:
        return {}
    path = Path(name)
    try:
        table: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ConfigurationError(path, "", f"cannot be read: {error.strerror}") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        # Neither the text nor the library's message about it is shown: both may contain secrets.
        raise ConfigurationError(path, "", "is not TOML in UTF-8") from None
    for key, value in table.items():
        if key not in _NAMES or not isinstance(value, str):
            raise ConfigurationError(path, key, f"there are {', '.join(_NAMES)}, each a text")
    return table


DIGITS: Final = 6
"""Digits of the number of a generation, as in ``news-000007``."""

ROLLED_DIGITS: Final = 4
"""Digits of the number of an index after a roll-over, as in ``news-000007-0001``."""

_ROLLED: Final = re.compile(rf"(?P<generation>.+-\d{{{DIGITS}}})-\d{{{ROLLED_DIGITS}}}")


def generation_of(index: str) -> str:
    """The generation of an index of articles: the first index has its name, later ones begin with it."""
    found = _ROLLED.fullmatch(index)
    return found["generation"] if found else index


SLICE_FIELD: Final = "slice"
"""The field of a shared index with the name of each document's slice, which begins the document's id too.

``news.ittefaq-000003`` is an alias for the documents with ``ittefaq-000003`` in this field: every search,
count, scan and deletion by query that names the alias is limited to that slice, whatever its query is. Only
reads and writes by ``_id`` ignore the filter of an alias.
"""

_SLICED: Final = re.compile(r"[^.]+\.(?P<slice>.+-\d+?)(?:-files)?")
"""The aliases of a tenant's documents; no other index has a dot in its name."""


def slice_of(index: str) -> str:
    """The slice that an alias shows; empty where an index has no other tenants."""
    found = _SLICED.fullmatch(index)
    return found["slice"] if found else ""


def shown_by(index: str, live: str, about: Mapping[str, Any]) -> str:
    """The name of the generation that an alias shows: an index, or the alias of one slice of it.

    Args:
        index: the index that the alias stands for.
        live: the name of the alias.
        about: the cluster's answer about the aliases of the index.
    """
    if "." not in live:
        return index
    root, _ = live.split(".")
    return f"{root}.{about['aliases'][live]['filter']['term'][SLICE_FIELD]['value']}"


def only_slice(index: str) -> dict[str, Any]:
    """A filter for the documents of the slice of an alias."""
    return {"term": {SLICE_FIELD: {"value": slice_of(index)}}}


def id_in(index: str, name: str) -> str:
    """The ``_id`` of a document in an index."""
    return f"{found}/{name}" if (found := slice_of(index)) else name


def name_in(index: str, document_id: str) -> str:
    """The name of the document with an ``_id``, without its slice."""
    return document_id.removeprefix(id_in(index, ""))


def with_slice(index: str, document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The document as it is written to an index: with its slice, if the index is shared."""
    return {**document, SLICE_FIELD: found} if (found := slice_of(index)) else document
