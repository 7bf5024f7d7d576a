"""Which pins hold for a query, and what they make of its hits."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from onneshon.search.curation.pins import MOST_ARTICLES, Pin
from onneshon.search.curation.understood_query import UnderstoodQuery

__all__ = ["NO_EFFECT", "Effect", "PinMatcher"]


@dataclass(frozen=True, slots=True)
class Effect:
    """What pins make of the hits of a query.

    Attributes:
        first: ids of articles that come before all others, in this order.
        never: ids of those that are not shown.
        pins: names of the pins that say so.
    """

    first: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    pins: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.first or self.never)


NO_EFFECT: Final = Effect()


class PinMatcher:
    """Finds the pins that hold for a query, however many there are.

    Args:
        pins: of the index.
        understood: how each of their queries is understood; None where it asks for no word.
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
        """What the pins of a day make of the hits of a query; what is never shown is not put first either."""
        numbers = {
            number for concept in query.concepts for key in concept for number in self._by_key.get(key, ())
        }
        holding = [
            pin
            for pin, queries in (self._pins[number] for number in sorted(numbers))
            if pin.holds_on(day) and any(_holds(pin, asked, query) for asked in queries)
        ]
        holding.sort(key=lambda pin: pin.match != "exact")  # what is said of this very query counts first
        never = _unique(article for pin in holding for article in pin.never)
        first = _unique(article for pin in holding for article in pin.first if article not in never)
        return Effect(first[:MOST_ARTICLES], never, tuple(pin.name for pin in holding))


def _holds(pin: Pin, asked: UnderstoodQuery, query: UnderstoodQuery) -> bool:
    return query.equals(asked) if pin.match == "exact" else query.has(asked)


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
