"""Finds the pins that hold for a query, and their effect on its hits."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias, assert_never

from onneshon.search.curation.pins import MOST_ARTICLES, Pin
from onneshon.search.query.tree import (
    Any,
    Boost,
    Conjunction,
    Fuzzy,
    Hint,
    Leaf,
    OneOf,
    Phrase,
    Prefix,
    Query,
    Term,
    VariantKind,
    content,
    leaves,
    parts,
)

Concept: TypeAlias = frozenset[str]
"""The variants of a word, or of words for one concept, by their stems."""

_SAME: Final[frozenset[VariantKind]] = frozenset({"typed", "joined", "unit"})
"""Kinds of variants that are the same word; others are synonyms, or possible readings.

A pin for a word must not hold for its synonyms, which editors may not have meant.
"""


@dataclass(frozen=True, slots=True)
class UnderstoodQuery:
    """The concepts of a query, in the form that is compared with pins.

    Attributes:
        concepts: the concepts in the order typed, without function words among other words.
        plain: whether it is plain words only, with nothing required or excluded.
    """

    concepts: tuple[Concept, ...]
    plain: bool

    def has(self, other: "UnderstoodQuery") -> bool:
        """Whether the query has all concepts of another one, and perhaps more."""
        return bool(other.concepts) and all(
            any(ours & theirs for ours in self.concepts) for theirs in other.concepts
        )

    def equals(self, other: "UnderstoodQuery") -> bool:
        """Whether both queries have the same concepts, in any order, and both or neither are plain."""
        return self.plain == other.plain and self.has(other) and other.has(self)

    @property
    def label(self) -> str:
        """The sorted stems of its words, the same text for the same words."""
        return " ".join(sorted({min(concept) for concept in self.concepts}))


def understood_query(query: Query) -> UnderstoodQuery:
    """The concepts of a query tree."""
    return UnderstoodQuery(tuple(_concept(concept) for concept in content(query)), not _demands(query))


def _concept(concept: Leaf | Any) -> Concept:
    match concept:
        case OneOf(_, variants):
            own = [variant.query for variant in variants if variant.kind in _SAME]
            return frozenset(_key(query) for query in (variants[0].query, *own))
        case Any():
            return frozenset(_key(leaf) for leaf in [*leaves(concept)][:1])
        case Term() | Phrase() | Prefix():
            return frozenset({_key(concept)})
        case _:
            assert_never(concept)


def _key(leaf: Term | Phrase | Prefix) -> str:
    where = f"{leaf.field}:" if leaf.field else ""
    match leaf:
        case Term(_, _, stem):
            return where + stem
        case Phrase(words):
            return where + "".join(word.stem for word in words)
        case Prefix(_, start):
            return f"{where}{start}*"
        case _:
            assert_never(leaf)


def _demands(query: Query) -> bool:
    """Whether a query requires or excludes anything."""
    match query:
        case _ if isinstance(query, Leaf | Fuzzy):
            return False
        case _ if isinstance(query, Conjunction):
            return True
        case Hint(child):
            return _demands(child)
        case Boost() | Any():
            return any(map(_demands, parts(query)))
        case _:
            assert_never(query)


@dataclass(frozen=True, slots=True)
class Effect:
    """The effect of pins on the hits of a query.

    Attributes:
        first: ids of articles that come before all others, in this order.
        never: ids of articles that are not shown.
        pins: names of the pins that hold.
    """

    first: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    pins: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.first or self.never)


class PinMatcher:
    """Finds the pins that hold for a query, by an index of their first concepts.

    Args:
        pins: the pins of the index.
        understood: returns the concepts of a pin's query; None where it has no word.
    """

    def __init__(self, pins: Sequence[Pin], understood: Callable[[str], UnderstoodQuery | None]) -> None:
        self._pins = [
            (pin, [query for text in pin.queries if (query := understood(text)) is not None]) for pin in pins
        ]
        self._by_key: dict[str, set[int]] = {}
        for number, (_, queries) in enumerate(self._pins):
            for query in queries:
                for key in query.concepts[0] if query.concepts else ():
                    self._by_key.setdefault(key, set()).add(number)

    def effect(self, query: UnderstoodQuery, day: dt.date) -> Effect:
        """The effect on a query's hits of the pins that hold on a day; hidden articles are not put first."""
        numbers = {
            number for concept in query.concepts for key in concept for number in self._by_key.get(key, ())
        }
        in_effect = [
            pin
            for pin, queries in (self._pins[number] for number in sorted(numbers))
            if pin.holds_on(day) and any(_holds(pin, asked, query) for asked in queries)
        ]
        in_effect.sort(key=lambda pin: pin.match != "exact")  # pins for exactly this query count first
        never = _unique(article for pin in in_effect for article in pin.never)
        first = _unique(article for pin in in_effect for article in pin.first if article not in never)
        return Effect(first[:MOST_ARTICLES], never, tuple(pin.name for pin in in_effect))


def _holds(pin: Pin, asked: UnderstoodQuery, query: UnderstoodQuery) -> bool:
    return query.equals(asked) if pin.match == "exact" else query.has(asked)


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
