"""Applies the pins that hold for a query: some articles come first, some are never shown.

The engine searches without these articles. Those that come first are searched separately, so that they are
highlighted and explained like others, and take the first places of the first pages.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from threading import Lock
from typing import Any, Final, Generic, TypeAlias
from weakref import WeakKeyDictionary

from onneshon.index import Article
from onneshon.search.curation.matching import Effect, PinMatcher, UnderstoodQuery, understood_query
from onneshon.search.curation.pins import Pin, PinFile
from onneshon.search.engine.answering import Answering, behind_page
from onneshon.search.engine.generation import Cursors, OpenT
from onneshon.search.errors import QueryError
from onneshon.search.query.conditions import Filter, Selection
from onneshon.search.query.parser import Parsed
from onneshon.search.query.tree import All, Query
from onneshon.search.query.tree import Any as AnyOf
from onneshon.search.request import SearchRequest
from onneshon.search.reranking.score_part import ScorePart
from onneshon.search.results.values import Hit, ResultPage
from onneshon.search.understanding.synonyms import Synonyms

READ_AGAIN: Final = 20
"""The number of pins' queries parsed again with each generation, in turn; others stay as parsed before."""

Reads: TypeAlias = Callable[[str], Query | None]
"""Parses a text as a query of a generation; raises QueryError where it cannot."""


class PinEffects(Generic[OpenT]):
    """Finds the effects of pins on queries; safe to share among threads.

    Args:
        file: the site's file of pins; None where there can be none.
        today: returns the current day, which decides what pins hold.
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
        """All pins of the site, whether or not they hold today."""
        return self.file.current() if self.file else ()

    def in_effect(self) -> list[Pin]:
        """The pins that hold today."""
        return [pin for pin in self.current() if pin.holds_on(self.today())]

    def effect(self, query: Query, state: OpenT, synonyms: Synonyms, reads: Reads) -> Effect:
        """The effect of the site's pins on the hits of a query.

        Args:
            query: the query tree.
            state: the generation that is searched.
            synonyms: the synonyms with which the query was parsed.
            reads: parses the queries of pins.
        """
        pins = self.current()
        known = self._matchers.get(state)
        if known is None or known[0] is not pins or known[1] is not synonyms:
            known = (pins, synonyms, self._matcher(pins, reads))
            self._matchers[state] = known
        return known[2].effect(understood_query(query), self.today())

    def effect_if(self, pins: Sequence[Pin], query: Query, reads: Reads) -> Effect:
        """The effect that other pins would have on the hits of a query.

        Args:
            pins: the pins to use instead of the site's.
            query: the query tree.
            reads: parses the queries of pins.
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


_PINNED_CURSOR: Final = b"pinned"
"""The data in the cursor of a page that ends among the articles that come first, or right after them."""


@dataclass(frozen=True, slots=True)
class Curated:
    """Answers one request with pins applied.

    Attributes:
        answering: makes the object with which the engine answers a request.
        request: the request.
        parsed: its parsed text.
        asked: the query in the form that is compared with pins.
        effect: the effect of the pins.
        cursors: the cursors of the generation.
    """

    answering: Callable[[SearchRequest, Parsed], Answering[Any, Any]]
    request: SearchRequest
    parsed: Parsed
    asked: UnderstoodQuery
    effect: Effect
    cursors: Cursors

    def page(self) -> ResultPage:
        """The page for the request.

        Raises:
            QueryError: as for any search.
        """
        hits, behind = self._first(), self._offset()
        if behind is None:  # a cursor that leads past the pinned articles
            page = self._others(self.request).page()
            return self._whole(replace(page, offset=page.offset + len(hits)), hits, ())
        shown = hits[behind : behind + self.request.limit]
        others = replace(
            self.request,
            cursor="",
            offset=max(behind - len(hits), 0),
            limit=self.request.limit - len(shown),
        )
        page = self._whole(self._others(others).page(), hits, shown)
        page = replace(page, offset=behind, limit=self.request.limit)
        return page if page.cursor or others.limit else replace(page, cursor=self._cursor(page))

    def scan(self) -> Iterator[Article]:
        """Every article that is shown, in order."""
        return chain((hit.article for hit in self._first()), self._others(self.request).scan())

    def _first(self) -> tuple[Hit, ...]:
        """The hits that come first; filters exclude some pinned articles, and others may be deleted."""
        if not self._may_be_first:
            return ()
        request = replace(
            self.request, limit=len(self.effect.first), offset=0, cursor="", facets=(), group=False
        )
        found = self.answering(request, replace(self.parsed, query=self._pinned_query())).page()
        by_id = {hit.id: hit for hit in found.hits}
        hits = (by_id[name] for name in self.effect.first if name in by_id)
        return tuple(self._pinned(hit) for hit in hits)

    @property
    def _may_be_first(self) -> bool:
        return bool(self.effect.first) and self.request.sort == "relevance"

    def _pinned_query(self) -> Query:
        """The query for pinned articles, with or without its words, unless it requires or excludes some."""
        query = self.parsed.query
        named = Selection(tuple(Filter("id", name, whole=True) for name in self.effect.first))
        if query is None:
            return named
        return All((named,), (query,)) if self.asked.plain else All((named, query))

    def _pinned(self, hit: Hit) -> Hit:
        part = hit.explanation and explained_pin(hit.explanation, hit.id, self.effect)
        return replace(hit, pinned=True, explanation=part)

    def _others(self, request: SearchRequest) -> Answering[Any, Any]:
        """The object that answers with the other articles."""
        first = self.effect.first if self._may_be_first else ()
        return self.answering(request, replace(self.parsed, withheld=(*first, *self.effect.never)))

    def _offset(self) -> int | None:
        """The number of hits before the page; None where the cursor is that of the other articles."""
        if not self.request.cursor:
            return self.request.offset
        try:
            behind, noted = self.cursors.position(self.request.cursor, self._identity)
        except QueryError:
            return None
        return behind + self.request.offset if noted == _PINNED_CURSOR else None

    @property
    def _identity(self) -> str:
        return repr((self.request.identity(), self.effect))

    def _cursor(self, page: ResultPage) -> str | None:
        """The cursor of a page that ends among the pinned articles, or right after them."""
        behind = behind_page(page)
        return None if behind is None else self.cursors.make(behind, self._identity, _PINNED_CURSOR)

    def _whole(self, others: ResultPage, first: tuple[Hit, ...], shown: tuple[Hit, ...]) -> ResultPage:
        """The page of the other articles, with the pinned ones before them and in its counts."""
        lacking = others.lacking_from
        return replace(
            others,
            query=self.request.text,
            hits=(*shown, *others.hits),
            total=others.total + len(first),
            total_all=others.total_all + sum(not hit.missing for hit in first),
            lacking_from=None if lacking is None else lacking + len(shown),
            facets=self._facets() if self._may_be_first and self.request.facets else others.facets,
        )

    def _facets(self) -> Any:
        """The facets over all that is shown, pinned articles included.

        A filter does not narrow the facet of its own field, which counts articles that it excludes too.
        """
        query, pinned = self.parsed.query, self._pinned_query()
        both = AnyOf((query, pinned)) if query is not None else pinned
        request = replace(self.request, limit=0, offset=0, cursor="")
        parsed = replace(self.parsed, query=both, withheld=self.effect.never)
        return self.answering(request, parsed).page().facets


def explained_pin(score: ScorePart, article_id: str, effect: Effect) -> ScorePart:
    """Add to the explanation of an article's score the pin that puts it first or hides it."""
    if article_id in effect.first:
        part = ScorePart("pinned", ", ".join(effect.pins), 0.0, {"place": effect.first.index(article_id) + 1})
    elif article_id in effect.never:
        part = ScorePart("hidden", ", ".join(effect.pins), 0.0)
    else:
        return score
    return replace(score, parts=(*score.parts, part))
