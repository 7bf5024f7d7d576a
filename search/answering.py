"""From a request to its page: which articles match, which of them to show, what to count among them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from onneshon.index import Article
from onneshon.search.interface import SearchRequest
from onneshon.search.query.conditions import Condition
from onneshon.search.query.parser import Parsed
from onneshon.search.query.tree import Query
from onneshon.search.reranking.explanation import explain_score
from onneshon.search.reranking.grouping import (
    Groups,
    end_of_complete,
    enough_for,
    grouped,
    leaders,
    looked_at,
)
from onneshon.search.reranking.ordering import Ordered
from onneshon.search.reranking.ranker import Outcome
from onneshon.search.results.page import ResultPageBuilder
from onneshon.search.results.values import ResultPage
from onneshon.search.retrieval.bitmaps import Bitmap, unpacked
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.retrieval.doc_lists import Docs
from onneshon.search.retrieval.facets import (
    Facet,
    FacetName,
    count_facet,
    count_ranges,
    field_of,
    range_facet,
)
from onneshon.search.searcher import Searcher
from onneshon.search.understanding.unknown_values import UnknownValue, unknown_values
from onneshon.search.understood_request import UnderstoodRequest

__all__ = ["Answering"]


class _Found(NamedTuple):
    """Articles of which a page shows some.

    Attributes:
        outcome: the articles.
        before: how many of them precede the page.
        alike: how many more are like each; None where each stands for itself.
        hidden: how many stand behind one that is alike.
        ranking: the articles from the first of all on, and the number of the group of each; None where
            ``complete`` is known.
        complete: how many hits there are up to the last that stands for an article with every word.
    """

    outcome: Outcome
    before: int
    alike: NDArray[np.int64] | None = None
    hidden: int = 0
    ranking: tuple[Docs, NDArray[np.intp]] | None = None
    complete: int | None = None


class Answering:
    """Answers one request from one open index.

    Args:
        state: the index and what is derived from it.
        request: what is asked.
        parsed: its text, understood.
        budget: where it runs out, the answer is what there is by then.

    Raises:
        QueryError: it filters, counts or sorts by a field that there is not, or by a value that is no date or
            number.
    """

    def __init__(self, state: Searcher, request: SearchRequest, parsed: Parsed, budget: TimeBudget) -> None:
        self._state = state
        self._request = request
        self._budget = budget
        self._asked = UnderstoodRequest(request, parsed, state.field_reading)

    def page(self) -> ResultPage:
        """The page that was asked for.

        Raises:
            QueryError: its cursor is of another generation or request.
        """
        request, state = self._request, self._state
        pages = ResultPageBuilder(
            state.reader.readings,
            state.executor,
            request.text,
            self._asked.parsed,
            self._budget,
            literal=request.literal,
        )
        offset = request.offset
        if request.cursor:
            offset += state.cursors.read(request.cursor, self._asked.identity)
        if self._asked.query is None:
            return replace(
                pages.nothing(request.limit, offset), sort=request.sort, freshness=request.freshness
            )
        found = (
            self._from_cursor(self._asked.query, offset) if request.cursor else self._first(self._asked.query)
        )
        shown = pages.page(
            self._asked.query,
            found.outcome,
            request.limit,
            found.before,
            alike=found.alike,
        )
        shown = replace(shown, offset=offset, grouped=found.hidden)
        if request.explain:
            shown = self._explained(shown, self._asked.query, found)
        complete = found.complete
        if found.ranking and any(hit.missing for hit in shown.hits):
            complete = self._complete(self._asked.query, *found.ranking, found.outcome.total_all)
        return self._completed(shown, self._asked.query, found.outcome.matched).divided(complete)

    def _explained(self, page: ResultPage, query: Query, found: _Found) -> ResultPage:
        docs = found.outcome.docs[found.before :].tolist()
        ranker, conditions = self._state.ranker, self._asked.conditions_but()
        hits = (
            replace(hit, explanation=explain_score(query, doc, ranker, self._budget, conditions))
            for hit, doc in zip(page.hits, docs, strict=False)
        )
        return replace(page, hits=tuple(hits))

    def _completed(self, page: ResultPage, query: Query, matched: Bitmap | None) -> ResultPage:
        facets = self._facets(query, matched)
        return replace(
            page,
            sort=self._request.sort,
            freshness=self._request.freshness,
            cursor=self._cursor(page),
            facets=facets,
            unknown=self._unknown(query),
            partial=page.partial or self._budget.exceeded,
        )

    def _cursor(self, page: ResultPage) -> str | None:
        behind = self._asked.behind(page)
        return None if behind is None else self._state.cursors.make(behind, self._asked.identity)

    def _first(self, query: Query) -> _Found:
        """The hits up to the end of the page, whose offset counts from the first one."""
        before = self._request.offset
        k = max(self._request.limit + before, 1)
        if not self._asked.grouping:
            ranked = self._ranked(query, k)
            return _Found(ranked, before, ranking=(ranked.docs, np.arange(len(ranked.docs))))
        groups, looked = self._grouped(query, looked_at(k))
        if len(groups.alike) < k and looked < (groups.outcome.total or 0) and not self._budget.spent():
            groups, _ = self._grouped(query, enough_for(k))
        hidden = int(groups.alike.sum())
        return _Found(groups.outcome, before, groups.alike, hidden, (groups.docs, groups.of))

    def _complete(
        self, query: Query, docs: Docs, groups: NDArray[np.intp], total: int | None = None
    ) -> int | None:
        """How many groups of a ranking there are up to the last with an article that has every word.

        Args:
            query: what was looked for.
            docs: the first articles of the ranking.
            groups: the group of each.
            total: how many articles of the whole ranking have every word; None where these are all.
        """
        if self._asked.order.by != "relevance" or (total is not None and total > len(docs)):
            return None
        complete = self._state.executor.hold_all(query, docs, self._budget)
        return end_of_complete(groups, complete) if total in {None, np.count_nonzero(complete)} else None

    def _grouped(self, query: Query, count: int) -> tuple[Groups, int]:
        """The first groups, and how many articles were looked at for them."""
        ranked = self._ranked(query, count)
        return grouped(ranked, self._state.executor.collection.fingerprints), len(ranked.docs)

    def _ranked(self, query: Query, count: int) -> Outcome:
        """The first articles, each for itself."""
        return self._state.orderer.first(
            query,
            count,
            self._budget,
            self._asked.conditions_but(),
            self._asked.order,
            matched=bool(self._request.facets),
        )

    def _from_cursor(self, query: Query, behind: int) -> _Found:
        """The hits of a page deep down, as if they were the first, and how many there are in all."""
        ordered = self._ordered(query)
        part = slice(behind, behind + self._request.limit)
        docs = ordered.docs[part]
        total = len(ordered.docs) + ordered.hidden
        executor = self._state.executor
        total_all = min(executor.count_all(query, self._budget, self._asked.conditions_but()), total)
        outcome = Outcome(docs, ordered.scores[part], executor.collection.ids(docs), total, total_all)
        alike = None if ordered.alike is None else ordered.alike[part]
        return _Found(outcome, 0, alike, ordered.hidden, complete=ordered.complete)

    def _ordered(self, query: Query) -> Ordered:
        """All that is shown, in order; kept for the pages to come, unless time ran out."""

        def compute() -> Ordered:
            every = self._state.orderer.all(
                query, self._budget, self._asked.conditions_but(), self._asked.order
            )
            if not self._asked.grouping:
                each = np.arange(len(every.docs))
                return replace(every, complete=self._complete(query, every.docs, each))
            first, alike, groups = leaders(every.docs, self._state.executor.collection.fingerprints)
            complete = self._complete(query, every.docs, groups)
            return Ordered(every.docs[first], every.scores[first], alike, complete)

        return self._state.orders.get(self._asked.identity, compute, keep=lambda: not self._budget.exceeded)

    def _facets(self, query: Query, matched: Bitmap | None) -> dict[FacetName, Facet]:
        """The counts asked for; a field's own filter does not narrow its own counts."""
        if not self._request.facets or self._budget.spent():
            return {}
        executor, limit = self._state.executor, self._request.facet_limit
        columns, size = executor.filters.columns, executor.collection.size
        found = {} if matched is None else {tuple(self._asked.conditions_but()): matched}
        facets: dict[FacetName, Facet] = {}
        for name in self._request.facets:
            field = field_of(name)
            conditions = tuple(self._asked.conditions_but(field))
            if conditions not in found:
                found[conditions] = self._matching(query, conditions)
            counted, kept = unpacked(found[conditions], size), self._asked.chosen_values(field)
            ranges = self._state.ranges(name)
            if ranges is None:
                facets[name] = count_facet(columns, name, counted, limit, kept)
            else:
                facets[name] = range_facet(name, ranges, count_ranges(columns, ranges, counted), limit, kept)
        return facets

    def _matching(self, query: Query, conditions: Sequence[Condition]) -> Bitmap:
        """All that a search under some conditions finds: what is enough of a query depends on them."""
        executor = self._state.executor
        found = executor.candidates(query, 1, self._budget, conditions=conditions, matched=True)
        return np.zeros(0, np.uint8) if found.matched is None else found.matched

    def _unknown(self, query: Query) -> tuple[UnknownValue, ...]:
        asked = self._asked.filters(query)
        return unknown_values(self._state.executor.filters, asked) if asked else ()

    def scan(self) -> Iterator[Article]:
        """Every article that matches, in order, read one at a time."""
        if self._asked.query is None:
            return
        for doc in self._ordered(self._asked.query).docs.tolist():
            yield self._state.executor.collection.article(doc)
