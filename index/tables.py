"""Reads the linguistic tables of the rooms of ``index``: UTF-8, tab-separated, ``#`` opens a comment line.

All facts of the language, as opposed to the program, are in those files; the header of each explains it.
"""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

_FOLDERS = tuple(files("onneshon.index") / room / "data" for room in ("analysis", "vocabulary"))


def _entries() -> Iterator[Traversable]:
    for folder in _FOLDERS:
        yield from (entry for entry in folder.iterdir() if entry.name.endswith((".tsv", ".txt")))


def table_names() -> list[str]:
    """Names of all tables, sorted."""
    return sorted(entry.name for entry in _entries())


def table_text(name: str) -> str:
    """The whole text of a table."""
    found = next((entry for entry in _entries() if entry.name == name), None)
    if found is None:
        raise FileNotFoundError(name)
    return found.read_text(encoding="utf-8")


def rows_of(text: str) -> tuple[tuple[str, ...], ...]:
    """The fields of each line of the text of a table, comment lines and empty lines left out."""
    return tuple(tuple(line.split("\t")) for line in text.splitlines() if line and not line.startswith("#"))


@cache
def read_rows(name: str) -> tuple[tuple[str, ...], ...]:
    """The fields of each line of a table, as ``rows_of`` gives them."""
    return rows_of(table_text(name))


@cache
def read_words(name: str) -> frozenset[str]:
    """The words of a table that is a plain list: any number on a line, separated by spaces."""
    return frozenset(word for row in read_rows(name) for field in row for word in field.split())
