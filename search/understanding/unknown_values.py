"""Values that no article has, and the nearest that some have."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final
from unicodedata import normalize

from search.query.conditions import Filter, Selection
from search.query.tree import All, Any, Boost, Not, Query
from search.retrieval.columns import Columns
from search.retrieval.filters import Filters

__all__ = ["UnknownValue", "filters_of", "unknown_values", "values_by_frequency"]

NEAREST: Final = 3
"""Most values that are named in place of one."""

COMPARED: Final = 2_000
"""Values that are compared, the most frequent: 100,000 authors would take seconds."""

LIKENESS: Final = 0.5
"""Twice the letters in common by all letters of both, at least."""

_NAMED: Final = 8
"""Unknown values that are looked at."""


@dataclass(frozen=True, slots=True)
class UnknownValue:
    """A value of a filter that no article has.

    Attributes:
        field: of the filter.
        value: as asked for.
        nearest: values that articles have, the nearest first; none where none is near.
    """

    field: str
    value: str
    nearest: tuple[str, ...] = ()


def values_by_frequency(columns: Columns, name: str) -> list[str]:
    """The values of a keyword, the most frequent first, equal ones in the order of their text."""
    column = columns.keyword(name)
    counts = column.counts(columns.collection.alive).tolist()
    known = [(-count, value) for count, value in zip(counts, column.values, strict=True) if value and count]
    return [value for _, value in sorted(known)]


def filters_of(query: Query | None) -> list[Filter]:
    """The filters on keywords within a query's text, in the order typed."""
    match query:
        case Filter():
            return [query]
        case Selection(choices):
            return [choice for choice in choices if isinstance(choice, Filter)]
        case Boost(child) | Not(child):
            return filters_of(child)
        case Any(children):
            return [one for child in children for one in filters_of(child)]
        case All(children, optional):
            return [one for child in (*children, *optional) for one in filters_of(child)]
        case _:
            return []


def unknown_values(filters: Filters, asked: Iterable[Filter]) -> tuple[UnknownValue, ...]:
    """Those of some filters that no article meets, each with the nearest values that there are.

    Args:
        filters: of the collection.
        asked: filters on keywords or ids.
    """
    unknown = [one for one in dict.fromkeys(asked) if not _is_known(filters, one)]
    return tuple(
        UnknownValue(one.name, one.value, _nearest(filters.columns, one)) for one in unknown[:_NAMED]
    )


def _is_known(filters: Filters, one: Filter) -> bool:
    return bool(filters.mask(one).any()) if one.name == "id" else filters.has_any(one)


def _nearest(columns: Columns, one: Filter) -> tuple[str, ...]:
    if one.name == "id":
        return ()
    # In both encodings of a letter and in either case it is the same to a reader.
    known: dict[str, str] = {}
    for value in values_by_frequency(columns, one.name)[:COMPARED]:
        known.setdefault(normalize("NFC", value).lower(), value)
    wanted = normalize("NFC", one.value).lower()
    return tuple(known[near] for near in get_close_matches(wanted, known, NEAREST, LIKENESS))
