"""Pages on which editors have a say: some articles first, some never, by the pins that hold for a query.

What an engine finds is asked for without these articles. Those that come first are asked for by themselves,
so that they are marked and explained like others, and take the first places of the first pages.
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


_PINNED_CURSOR: Final = b"pinned"
"""What the cursor of a page notes that ends among the articles that come first."""


@dataclass(frozen=True, slots=True)
class Curated:
    """Answers one request as pins have it.

    Attributes:
        answering: what an engine answers a request with.
        request: what is asked.
        parsed: its text, understood.
        asked: the same, as pins are compared with it.
        effect: of the pins.
        cursors: of the generation.
    """

    answering: Callable[[SearchRequest, Parsed], Answering[Any, Any]]
    request: SearchRequest
    parsed: Parsed
    asked: UnderstoodQuery
    effect: Effect
    cursors: Cursors

    def page(self) -> ResultPage:
        """The page that was asked for.

        Raises:
            QueryError: as for any search.
        """
        hits, behind = self._first(), self._offset()
        if behind is None:  # a cursor that leads past them
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
        """The articles that come first, of which filters leave some out, and some may be gone."""
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
        """Finds what comes first with or without its words, unless the query demands some."""
        query = self.parsed.query
        named = Selection(tuple(Filter("id", name, whole=True) for name in self.effect.first))
        if query is None:
            return named
        return All((named,), (query,)) if self.asked.plain else All((named, query))

    def _pinned(self, hit: Hit) -> Hit:
        part = hit.explanation and explained_pin(hit.explanation, hit.id, self.effect)
        return replace(hit, pinned=True, explanation=part)

    def _others(self, request: SearchRequest) -> Answering[Any, Any]:
        """What finds the rest."""
        first = self.effect.first if self._may_be_first else ()
        return self.answering(request, replace(self.parsed, withheld=(*first, *self.effect.never)))

    def _offset(self) -> int | None:
        """How many hits are behind; None where that is for the others' cursor to say."""
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
        """Leads on from a page that ends among those that come first, or right behind them."""
        behind = behind_page(page)
        return None if behind is None else self.cursors.make(behind, self._identity, _PINNED_CURSOR)

    def _whole(self, others: ResultPage, first: tuple[Hit, ...], shown: tuple[Hit, ...]) -> ResultPage:
        """The page of the others, with those that come first before them and in its counts."""
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
        """The counts over all that is shown, those that come first among them.

        A filter does not narrow the counts of its own field: they are of what it leaves out, too.
        """
        query, pinned = self.parsed.query, self._pinned_query()
        both = AnyOf((query, pinned)) if query is not None else pinned
        request = replace(self.request, limit=0, offset=0, cursor="")
        parsed = replace(self.parsed, query=both, withheld=self.effect.never)
        return self.answering(request, parsed).page().facets


def explained_pin(score: ScorePart, article_id: str, effect: Effect) -> ScorePart:
    """Why an article has its score, and that an editor's word counts before it."""
    if article_id in effect.first:
        part = ScorePart("pinned", ", ".join(effect.pins), 0.0, {"place": effect.first.index(article_id) + 1})
    elif article_id in effect.never:
        part = ScorePart("hidden", ", ".join(effect.pins), 0.0)
    else:
        return score
    return replace(score, parts=(*score.parts, part))
