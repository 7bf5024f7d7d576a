"""Which pins hold for a query of now; what each of them asks for is read once, and anew in turn."""

import datetime as dt
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Final, Generic, TypeAlias
from weakref import WeakKeyDictionary

from onneshon.search.curation.matching import Effect, PinMatcher, UnderstoodQuery, understood_query
from onneshon.search.curation.pins import Pin, PinFile
from onneshon.search.engine.generation import OpenT
from onneshon.search.errors import QueryError
from onneshon.search.query.tree import Query
from onneshon.search.understanding.synonyms import Synonyms

READ_AGAIN: Final = 20
"""Queries of pins that are read anew with each generation, in turn; others stay understood as they were."""

Reads: TypeAlias = Callable[[str], Query | None]
"""Reads a text as a query of a generation; raises QueryError where it cannot."""


class PinEffects(Generic[OpenT]):
    """What editors say of queries; safe to share among threads.

    Args:
        file: the site's pins; None where there can be none.
        today: tells the day, by which pins hold or not.
    """

    def __init__(self, file: PinFile | None, today: Callable[[], dt.date]) -> None:
        self.file = file
        self.today = today
        self._matchers: WeakKeyDictionary[OpenT, tuple[tuple[Pin, ...], Synonyms, PinMatcher]] = (
            WeakKeyDictionary()
        )
        self._queries: dict[str, UnderstoodQuery | None] = {}
        self._reading = Lock()

    def current(self) -> tuple[Pin, ...]:
        """The pins of the site, on whatever days they hold."""
        return self.file.current() if self.file else ()

    def holding(self) -> list[Pin]:
        """The pins that hold today."""
        return [pin for pin in self.current() if pin.holds_on(self.today())]

    def effect(self, query: Query, state: OpenT, synonyms: Synonyms, reads: Reads) -> Effect:
        """What the site's pins make of the hits of a query.

        Args:
            query: as understood.
            state: the generation that is asked.
            synonyms: by which it is understood.
            reads: reads what pins ask for.
        """
        pins = self.current()
        known = self._matchers.get(state)
        if known is None or known[0] is not pins or known[1] is not synonyms:
            known = (pins, synonyms, self._matcher(pins, reads))
            self._matchers[state] = known
        return known[2].effect(understood_query(query), self.today())

    def effect_if(self, pins: Sequence[Pin], query: Query, reads: Reads) -> Effect:
        """What other pins would make of them.

        Args:
            pins: instead of the site's.
            query: as understood.
            reads: reads what pins ask for.
        """
        return self._matcher(pins, reads).effect(understood_query(query), self.today())

    def _matcher(self, pins: Sequence[Pin], reads: Reads) -> PinMatcher:
        def understood(text: str) -> UnderstoodQuery | None:
            if text not in self._queries:
                self._queries[text] = _understood(text, reads)
            return self._queries[text]

        with self._reading:
            for text in [*self._queries][:READ_AGAIN]:
                del self._queries[text]
            return PinMatcher(pins, understood)


def _understood(text: str, reads: Reads) -> UnderstoodQuery | None:
    try:
        query = reads(text)
    except QueryError:
        return None
    return None if query is None else understood_query(query)
