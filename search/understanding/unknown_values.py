"""Finds filter values that no article has, and the nearest values that articles have."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice
from typing import Final, NamedTuple, Protocol, assert_never
from unicodedata import normalize

from onneshon.search.query.conditions import Choice, Filter, Period, Selection
from onneshon.search.query.tree import Composite, Fuzzy, Hint, Leaf, MatchAll, Not, Query, parts

NEAREST: Final = 3
"""Most values that are suggested for an unknown value."""

COMPARED: Final = 2_000
"""Number of values that are compared, the most frequent: 100,000 authors would take seconds."""

LIKENESS: Final = 0.5
"""Least likeness of a near value: twice the letters in common, divided by the letters of both."""

_NAMED: Final = 8
"""Most unknown values that are reported."""


class Asked(NamedTuple):
    """A value of a filter.

    Attributes:
        condition: the condition that an article must meet.
        value: the value as requested.
    """

    condition: Choice
    value: str

    @property
    def field(self) -> str:
        """The field that is compared."""
        return self.condition.name


@dataclass(frozen=True, slots=True)
class UnknownValue:
    """A value of a filter that no article has.

    Attributes:
        field: the field of the filter.
        value: the value as requested; dates within a query in figures.
        nearest: values that articles have, the nearest first; empty if none is near. For dates, the last
            before and the first after: days, or months or years if these were requested.
    """

    field: str
    value: str
    nearest: tuple[str, ...] = ()


class KnownValues(Protocol):
    """The values that articles have."""

    def has_any(self, condition: Choice, /) -> bool:
        """Whether an article meets a condition on a keyword, an id or a day."""

    def counted(self, name: str, /) -> Mapping[str, int]:
        """The document frequency of each value of a keyword, the most frequent first, then by their text."""

    def days_beside(self, period: Period, /) -> tuple[dt.date | None, dt.date | None]:
        """The last day of an article before a period, and the first after it; None where there is none."""


def filters_of(query: Query | None) -> list[Asked]:
    """The filters on keywords and days within a query's text, in the order typed."""
    match query:
        case _ if isinstance(query, Choice):
            return [Asked(query, query.text)]
        case Selection(choices):
            return [wanted for choice in choices for wanted in filters_of(choice)]
        case Not(child):
            return filters_of(child)
        case _ if isinstance(query, Composite):
            return [wanted for child in parts(query) for wanted in filters_of(child)]
        case _ if query is None or isinstance(query, Leaf | Fuzzy | Hint | MatchAll):
            return []
        case _:
            assert_never(query)


def unknown_values(known: KnownValues, asked: Iterable[Asked]) -> tuple[UnknownValue, ...]:
    """The filter values that no article meets, each with the nearest values of articles.

    Args:
        known: the values of the articles.
        asked: filters on keywords, ids or days; a period within another one is ignored.
    """
    every = [*dict.fromkeys(asked)]
    wide = [wanted.condition for wanted in every if isinstance(wanted.condition, Period)]
    informative = (
        wanted for wanted in every if not any(_is_within(wanted.condition, other) for other in wide)
    )
    unknown = [wanted for wanted in informative if not known.has_any(wanted.condition)]
    return tuple(
        UnknownValue(wanted.field, wanted.value, _nearest(known, wanted)) for wanted in unknown[:_NAMED]
    )


def _is_within(wanted: Choice, other: Period) -> bool:
    """Whether a period is a part of another."""
    if not isinstance(wanted, Period) or wanted == other:
        return False
    since, until = wanted.since or dt.date.min, wanted.until or dt.date.max
    return (other.since or dt.date.min) <= since and until <= (other.until or dt.date.max)


def _nearest(known: KnownValues, wanted: Asked) -> tuple[str, ...]:
    match wanted.condition:
        case Period():
            return _dates_beside(known, wanted.condition)
        case Filter(name) if name != "id":
            return _nearest_values([*islice(known.counted(name), COMPARED)], wanted.value)
        case _:
            return ()


def _nearest_values(values: Iterable[str], value: str) -> tuple[str, ...]:
    # To a reader, a value is the same in either encoding of a letter and in either case.
    known: dict[str, str] = {}
    for known_value in values:
        known.setdefault(normalize("NFC", known_value).lower(), known_value)
    wanted = normalize("NFC", value).lower()
    return tuple(known[near] for near in get_close_matches(wanted, known, NEAREST, LIKENESS))


def _dates_beside(known: KnownValues, period: Period) -> tuple[str, ...]:
    """The days before and after a period, the nearer first, as precise as the period."""
    before, after = known.days_beside(period)
    found = []
    if before and period.since:
        found.append((period.since - before, before))
    if after and period.until:
        found.append((after - period.until, after))
    return tuple(dict.fromkeys(period.label(day) for _, day in sorted(found)))
