"""Values that no article has, and the nearest that some have."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final, Protocol
from unicodedata import normalize

from search.query.conditions import Filter, Selection
from search.query.tree import All, Any, Boost, Not, Query

__all__ = ["KnownValues", "UnknownValue", "filters_of", "unknown_values"]

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


class KnownValues(Protocol):
    """The values that articles have."""

    def has_any(self, condition: Filter, /) -> bool:
        """Whether an article meets a condition on a keyword or an id."""

    def values(self, name: str, /) -> list[str]:
        """The values of a keyword, the most frequent first, equal ones in the order of their text."""


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


def unknown_values(known: KnownValues, asked: Iterable[Filter]) -> tuple[UnknownValue, ...]:
    """Those of some filters that no article meets, each with the nearest values that there are.

    Args:
        known: of the articles.
        asked: filters on keywords or ids.
    """
    unknown = [one for one in dict.fromkeys(asked) if not known.has_any(one)]
    return tuple(UnknownValue(one.name, one.value, _nearest(known, one)) for one in unknown[:_NAMED])


def _nearest(values: KnownValues, one: Filter) -> tuple[str, ...]:
    if one.name == "id":
        return ()
    # In both encodings of a letter and in either case it is the same to a reader.
    known: dict[str, str] = {}
    for value in values.values(one.name)[:COMPARED]:
        known.setdefault(normalize("NFC", value).lower(), value)
    wanted = normalize("NFC", one.value).lower()
    return tuple(known[near] for near in get_close_matches(wanted, known, NEAREST, LIKENESS))
