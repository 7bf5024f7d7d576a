"""What is read of a database: a table or a query, and of these what is new since the last time."""

import datetime as dt
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any, Final
from urllib.parse import quote, unquote

from onneshon.index.errors import CorpusError

__all__ = [
    "EVERYTHING",
    "Selection",
    "Since",
    "address_of",
    "database_path",
    "remember",
    "remembered",
    "shown_address",
]

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

_FILE: Final = "since.json"


def remembered(directory: Path, column: str) -> Since:
    """A column with the values that were reached the last time.

    Args:
        directory: of the index.
        column: its name.

    Raises:
        CorpusError: what was kept cannot be read.
    """
    file = directory / _FILE
    try:
        kept = json.loads(file.read_text("utf-8")) if file.exists() else {}
        after = {source: _value(value) for source, value in kept.get(column, {}).items()}
    except (OSError, ValueError, AttributeError, TypeError) as error:
        reason = f"cannot be read: {error}; remove it, and all rows are read again"
        raise CorpusError(str(file), "file", reason) from error
    return Since(column, after)


def remember(directory: Path, since: Since) -> None:
    """Keep the values that were reached, once all that was read is in the index.

    Args:
        directory: of the index.
        since: the column.
    """
    file = directory / _FILE
    kept = json.loads(file.read_text("utf-8")) if file.exists() else {}
    reached = {source: _json(value) for source, value in since.reached.items()}
    kept[since.column] = {**kept.get(since.column, {}), **reached}
    temporary = file.with_suffix(".new")
    temporary.write_text(json.dumps(kept, ensure_ascii=False, indent=1), encoding="utf-8")
    temporary.replace(file)


def _json(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return {"time": value.isoformat()}
    if isinstance(value, dt.date):
        return {"day": value.isoformat()}
    return value if isinstance(value, int | float | str) else str(value)


def _value(kept: Any) -> Any:
    if isinstance(kept, dict):
        return (
            dt.datetime.fromisoformat(kept["time"]) if "time" in kept else dt.date.fromisoformat(kept["day"])
        )
    return kept
