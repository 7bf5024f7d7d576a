"""Reads the tables of ``search/understanding/data``: UTF-8, tab-separated, ``#`` opens a comment line.

They concern queries only; no index depends on them.
"""

from functools import cache
from importlib.resources import files

__all__ = ["read_rows", "table_text"]

_TABLES = files("search.understanding") / "data"


def table_text(name: str) -> str:
    """The whole of one table as it is written."""
    return (_TABLES / name).read_text(encoding="utf-8")


@cache
def read_rows(name: str) -> tuple[tuple[str, ...], ...]:
    """The fields of each line of a table, comment lines and empty lines left out."""
    lines = table_text(name).splitlines()
    return tuple(tuple(line.split("\t")) for line in lines if line and not line.startswith("#"))
