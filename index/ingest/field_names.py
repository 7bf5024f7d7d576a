"""What people call the fields of articles, in Bengali and in English: one table for whatever is read."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.resources import files

_BETWEEN = re.compile(r"[\s_:：\-–.*]+")


def plain_field_name(name: str) -> str:
    """A name as the table is asked for it: without case, and without what stands between its words."""
    return _BETWEEN.sub("", unicodedata.normalize("NFC", name)).casefold()


@cache
def field_names() -> dict[str, tuple[str, ...]]:
    """By the field of an article: its own name, and what else it is called, the surest first."""
    table = files("onneshon.index.ingest").joinpath("data", "field_names.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if line and not line.startswith("#"))
    return {row[0]: tuple(row) for row in rows}


@cache
def _ranks() -> dict[str, tuple[str, int]]:
    return {
        plain_field_name(name): (field, rank)
        for field, names in field_names().items()
        for rank, name in enumerate(names)
    }


@lru_cache(maxsize=4096)
def field_of(name: str) -> tuple[str, int] | None:
    """The field that a name is commonly given to, with its rank there, 0 the surest; or None."""
    return _ranks().get(plain_field_name(name))


def recognised(names: Iterable[str]) -> dict[str, str]:
    """By fields of articles, which of some names is the surest for it."""
    found: dict[str, tuple[int, str]] = {}
    for name in names:
        field = field_of(name)
        if field and (field[0] not in found or field[1] < found[field[0]][0]):
            found[field[0]] = field[1], name
    return {field: name for field, (_rank, name) in found.items()}
