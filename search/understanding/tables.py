"""Reads the tables of ``search/understanding/data``: UTF-8, tab-separated, ``#`` opens a comment line.

They concern queries only; no index depends on them.
"""

from functools import cache
from importlib.resources import files

from index.analysis.analyzer import know_stems

__all__ = ["STEMS", "read_rows", "table_text"]

_TABLES = files("search.understanding") / "data"

STEMS = "stems.tsv"
"""The stems of the words in the other tables: to work them out takes most of the time of opening an index."""


def table_text(name: str) -> str:
    """The whole of one table as it is written; its words are known to the analysis from then on."""
    _know_stems()
    return _text(name)


@cache
def read_rows(name: str) -> tuple[tuple[str, ...], ...]:
    """The fields of each line of a table, comment lines and empty lines left out."""
    return _rows(table_text(name))


def _text(name: str) -> str:
    return (_TABLES / name).read_text(encoding="utf-8")


def _rows(text: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(line.split("\t")) for line in text.splitlines() if line and not line.startswith("#"))


@cache
def _know_stems() -> None:
    know_stems(dict(_rows(_text(STEMS))))  # type: ignore[arg-type]  # two columns, as a test sees to
