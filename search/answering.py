"""From a request to its page: which articles match, which of them to show, what to count among them."""

from collections.abc import Iterator
from dataclasses import replace

from index import Article
from search.interface import SearchRequest
from search.query.conditions import Condition, Filter, FilterField, Selection
from search.query.parser import Parsed
from search.query.tree import MatchAll, Query
from search.reranking.ordering import Order, Ordered
from search.reranking.ranker import Outcome
from search.results.page import ResultPageBuilder
from search.results.values import ResultPage
from search.retrieval.budget import TimeBudget
from search.retrieval.doc_lists import Docs
from search.retrieval.facets import Facet, count_facet, field_of
from search.searcher import Searcher
from search.understanding.unknown_values import UnknownValue, filters_of, unknown_values

__all__ = ["Answering"]


class Answering:
    """Answers one request from one open index.

    Args:
        state: the index and what is derived from it.
        request: what is asked.
        parsed: its text, understood.
        budget: where it runs out, the answer is what there is by then.
    """

    def __init__(self, state: Searcher, request: SearchRequest, parsed: Parsed, budget: TimeBudget) -> None:
        self._state = state
        self._request = request
        self._parsed = parsed
        self._budget = budget
        self._conditions = [(one.field, one.selection()) for one in request.filters]
        everything = request.text.strip() == "*" or (request.filters and not request.text.strip())
        self._query = parsed.query or (MatchAll() if everything else None)
        self._order = Order(request.sort, request.freshness)
        self._identity = repr(request.identity())

    def page(self) -> ResultPage:
        """The page that was asked for.

        Raises:
            QueryError: its cursor is of another generation or request.
        """
        request, state = self._request, self._state
        pages = ResultPageBuilder(
            state.index, state.executor, request.text, self._parsed, self._budget, literal=request.literal
        )
        offset = request.offset
        if request.cursor:
            offset += state.cursors.read(request.cursor, self._identity)
        if self._query is None:
            return replace(pages.nothing(request.limit, offset), sort=request.sort)
        found = self._from_cursor(self._query, offset) if request.cursor else self._first(self._query)
        before = 0 if request.cursor else offset
        shown = replace(pages.page(self._query, found, request.limit, before), offset=offset)
        return self._completed(shown, self._query)

    def _completed(self, page: ResultPage, query: Query) -> ResultPage:
        facets = self._facets(query)
        return replace(
            page,
            sort=self._request.sort,
            cursor=self._cursor(page),
            facets=facets,
            unknown=self._unknown(query),
            partial=page.partial or self._budget.exceeded,
        )

    def _cursor(self, page: ResultPage) -> str | None:
        behind = page.offset + len(page.hits)
        if not page.hits or behind >= page.total:
            return None
        return self._state.cursors.make(behind, self._identity)

    def _chosen(self, but: FilterField | None = None) -> list[Condition]:
        """The conditions of the filters, without those on one field."""
        return [condition for field, condition in self._conditions if field != but]

    def _first(self, query: Query) -> Outcome:
        k = max(self._request.limit + self._request.offset, 1)
        return self._state.orderer.first(query, k, self._budget, self._chosen(), self._order)

    def _from_cursor(self, query: Query, behind: int) -> Outcome:
        """The hits of a page deep down, as if they were the first, and how many there are in all."""
        ordered = self._ordered(query)
        part = slice(behind, behind + self._request.limit)
        docs = ordered.docs[part]
        return Outcome(
            docs, ordered.scores[part], self._state.executor.collection.ids(docs), len(ordered.docs)
        )

    def _ordered(self, query: Query) -> Ordered:
        """All that matches, in order; kept for the pages to come, unless time ran out."""

        def compute() -> Ordered:
            return self._state.orderer.all(query, self._budget, self._chosen(), self._order)

        return self._state.orders.get(self._identity, compute, keep=lambda: not self._budget.exceeded)

    def _facets(self, query: Query) -> dict[str, Facet]:
        """The counts asked for; a field's own filter does not narrow its own counts."""
        if not self._request.facets or self._budget.spent():
            return {}
        executor, limit = self._state.executor, self._request.facet_limit
        matching = executor.candidates(query, max(executor.collection.size, 1), self._budget).docs
        return {
            name: count_facet(
                executor.filters.columns,
                name,
                self._narrowed(matching, field_of(name)),
                limit,
                self._chosen_values(field_of(name)),
            )
            for name in self._request.facets
        }

    def _chosen_values(self, field: FilterField) -> list[str]:
        return [value for one in self._request.filters if one.field == field for value in one.values]

    def _narrowed(self, docs: Docs, but: FilterField) -> Docs:
        mask = self._state.executor.filters.all_of(self._chosen(but))
        return docs if mask is None else docs[mask[docs]]

    def _unknown(self, query: Query) -> tuple[UnknownValue, ...]:
        asked = filters_of(query)
        for _, selection in self._conditions:
            asked += _keywords(selection)
        return unknown_values(self._state.executor.filters, asked) if asked else ()

    def scan(self) -> Iterator[Article]:
        """Every article that matches, in order, read one at a time."""
        if self._query is None:
            return
        for doc in self._ordered(self._query).docs.tolist():
            yield self._state.executor.collection.article(doc)


def _keywords(selection: Selection) -> list[Filter]:
    return [choice for choice in selection.choices if isinstance(choice, Filter)]
