"""What is read of a database: a table or a query, and of these what is new since the last time."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any, Final
from urllib.parse import quote, unquote

_ADDRESS: Final = re.compile(
    r"(?:postgres(?:ql)?|mysql|mariadb|oracle|mssql|sqlite)(?:\+[a-z0-9_]+)?://.*", re.DOTALL
)
_PATH: Final = re.compile(r"database:(.+)")
_PASSWORD: Final = re.compile(r"(//[^:/@]*):.*@")


def database_path(address: str) -> Path | None:
    """The address of a database as a path, as sources are; None where it is no such address.

    Of a path, two slashes are one: so these and the other signs of it are written otherwise.
    """
    return Path(f"database:{quote(address, safe='')}") if _ADDRESS.fullmatch(address) else None


def address_of(path: PurePath) -> str | None:
    """The address of a database that a path stands for; None where it is of a file."""
    found = _PATH.fullmatch(str(path))
    return unquote(found[1]) if found and _ADDRESS.fullmatch(unquote(found[1])) else None


def shown_address(address: str) -> str:
    """An address without its password."""
    return _PASSWORD.sub(r"\1:***@", address)


@dataclass(slots=True, eq=False)
class Since:
    """A column by which rows are told that were not there, or were otherwise, the last time.

    Attributes:
        column: whose values grow with time, such as that of the last change.
        after: for sources the highest value that was read; rows that have it are read once more.
        reached: the same, of sources that were read to their end.
    """

    column: str
    after: Mapping[str, Any] = field(default_factory=dict)
    reached: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Selection:
    """What is read of databases.

    Attributes:
        table: a table, perhaps with its schema before a dot.
        query: or a query.
        since: or of either what is new.
    """

    table: str | None = None
    query: str | None = None
    since: Since | None = None


EVERYTHING: Final = Selection()
