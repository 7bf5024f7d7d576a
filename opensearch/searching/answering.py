"""From a request to its page on a cluster, as ``search.answering`` does it with an index of ours."""

import json
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from onneshon.index import Article
from onneshon.index.schema import article_from_stored
from onneshon.opensearch.connection.scanning import scan
from onneshon.opensearch.searching.conditions import condition_dsl
from onneshon.opensearch.searching.dsl import Dsl
from onneshon.opensearch.searching.explanation import explained
from onneshon.opensearch.searching.facets import facet_query, facet_read, faceted
from onneshon.opensearch.searching.hits import ShownArticles, complete_of
from onneshon.opensearch.searching.ranking import ClusterRanker, Filters, Ranked, Row, rounded
from onneshon.opensearch.searching.searcher import ClusterSearcher
from onneshon.search.interface import SearchRequest
from onneshon.search.query.conditions import FilterField
from onneshon.search.query.parser import Parsed
from onneshon.search.query.tree import Query
from onneshon.search.reranking.grouping import MOST, end_of_complete, enough_for, leaders, looked_at
from onneshon.search.reranking.ranker import Outcome
from onneshon.search.results.page import ResultPageBuilder
from onneshon.search.results.values import ResultPage
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.retrieval.facets import Facet, FacetName, field_of
from onneshon.search.understanding.unknown_values import UnknownValue, unknown_values
from onneshon.search.understood_request import UnderstoodRequest

__all__ = ["ClusterAnswering"]

FARTHEST: Final = 10_000
"""Hits that OpenSearch counts its way to; beyond, it goes on from the last one."""

ALL: Final = "all words"
"""Under this it is counted how many articles hold everything that is asked for."""

NOBODY: Final = np.zeros(0, np.intp)
"""The groups of no articles."""


class _Found(NamedTuple):
    """The hits of a page, and what is behind them.

    Attributes:
        rows: on the page.
        alike: how many more are like each; None where each stands for itself.
        hidden: how many stand behind one that is alike, as far as was looked.
        total: how many articles match.
        total_all: how many of these hold everything that is asked for.
        counts: what was counted, by names.
        last: where the cluster goes on after this page; None where it is not that far yet.
        looked: the ranking from its beginning; empty where the page is far down.
        groups: the number of the group of each of these.
    """

    rows: Sequence[Row]
    alike: NDArray[np.int64] | None
    hidden: int
    total: int
    total_all: int
    counts: dict[str, Any]
    last: "_Last | None" = None
    looked: Sequence[Row] = ()
    groups: NDArray[np.intp] = NOBODY


class _Groups(NamedTuple):
    """The best article of each group, how many further ones are in it, and the group of each article."""

    rows: Sequence[Row]
    alike: NDArray[np.int64]
    looked: Sequence[Row]
    of: NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class _Last:
    """The last hit of a page far down, as a cursor has it.

    Attributes:
        after: what the cluster sorted it by.
        hidden: articles behind others, all further up.
    """

    after: tuple[Any, ...]
    hidden: int

    def packed(self) -> bytes:
        """For a cursor."""
        return json.dumps([self.hidden, *self.after], ensure_ascii=False).encode()

    @classmethod
    def unpacked(cls, noted: bytes) -> "_Last | None":
        """Of what a cursor says; it was signed."""
        if not noted:
            return None
        hidden, *after = json.loads(noted)
        return cls(tuple(after), hidden)


class ClusterAnswering:
    """Answers one request from one open generation.

    Args:
        state: the generation.
        request: what is asked.
        parsed: its text, understood.
        budget: where it runs out, the answer is what there is by then.

    Raises:
        QueryError: it filters, counts or sorts by a field that there is not, or by a value that is no date or
            number.
    """

    def __init__(
        self, state: ClusterSearcher, request: SearchRequest, parsed: Parsed, budget: TimeBudget
    ) -> None:
        self._state = state
        self._request = request
        self._budget = budget
        self._asked = UnderstoodRequest(request, parsed, state.field_reading)

    def page(self) -> ResultPage:
        """The page that was asked for.

        Raises:
            QueryError: its cursor is of another generation or request.
            ClusterError: the cluster does not answer.
        """
        request, state = self._request, self._state
        offset, noted = request.offset, b""
        if request.cursor:
            behind, noted = state.cursors.place(request.cursor, self._asked.identity)
            offset += behind
        if self._asked.query is None:
            nobody = ShownArticles(state, [], [], self._budget)
            nothing = self._builder(nobody).nothing(request.limit, offset)
            return replace(nothing, sort=request.sort, freshness=request.freshness)
        ranker = ClusterRanker(state, self._asked.query, self._budget)
        found = self._found(ranker, offset, _Last.unpacked(noted))
        return self._shown(self._asked.query, ranker, found, offset)

    def _builder(self, shown: ShownArticles) -> ResultPageBuilder:
        request = self._request
        return ResultPageBuilder(
            self._state.reader.readings,
            shown,
            request.text,
            self._asked.parsed,
            self._budget,
            literal=request.literal,
        )

    def _shown(self, query: Query, ranker: ClusterRanker, found: _Found, offset: int) -> ResultPage:
        request = self._request
        things = ranker.compiler.things(query)
        shown = ShownArticles(self._state, [row.id for row in found.rows], things, self._budget)
        rows = [row for row in found.rows if row.id in shown.ids]
        outcome = Outcome(
            np.arange(len(rows), dtype=np.uint32),
            np.array([row.score for row in rows], np.float64),
            [row.id for row in rows],
            found.total,
            min(found.total_all, found.total),
        )
        page = self._builder(shown).page(query, outcome, request.limit, 0, alike=found.alike)
        if request.explain:
            parts = explained(self._state, query, outcome.ids, self._filters(), self._budget)
            page = replace(page, hits=tuple(replace(hit, explanation=parts.get(hit.id)) for hit in page.hits))
        page = replace(page, offset=offset, grouped=found.hidden)
        complete = self._complete(page, things, found)
        page = replace(
            page,
            sort=request.sort,
            freshness=request.freshness,
            cursor=self._cursor(page, found.last),
            facets=self._facets(found.counts),
            unknown=self._unknown(query),
            partial=page.partial or self._budget.exceeded,
        )
        return page.divided(complete)

    def _complete(self, page: ResultPage, things: Sequence[Dsl], found: _Found) -> int | None:
        """How many groups there are up to the last with an article that has every word; None if not known."""
        if self._request.sort != "relevance" or page.total_all > len(found.looked):
            return None
        if not (page.total_all and any(hit.missing for hit in page.hits)):
            return 0 if things and not page.total_all else None
        ids = [row.id for row in found.looked]
        complete = complete_of(self._state, ids, things, self._budget)
        have = np.array([name in complete for name in ids], np.bool_)
        return end_of_complete(found.groups, have) if len(complete) == page.total_all else None

    def _found(self, ranker: ClusterRanker, offset: int, last: _Last | None) -> _Found:
        """The hits of a page; ``last`` is known where the one before was far down."""
        filters = self._filters(ranker)
        if last is not None:
            return self._far(ranker, filters, last)
        limit = self._request.limit
        if not self._asked.grouping:
            ranked = ranker.first(min(max(offset + limit, 1), FARTHEST), self._asked.order, filters)
            rows = ranked.rows[offset : offset + limit]
            found = self._of(rows, None, 0, ranked.reply, self._last(rows, offset, 0))
            return found._replace(looked=ranked.rows, groups=np.arange(len(ranked.rows)))
        k = max(offset + limit, 1)
        deep = min(enough_for(max(k, MOST)), FARTHEST)
        wanted = deep if self._request.cursor else looked_at(k)
        ranked, groups = self._grouped(ranker, wanted, filters)
        if len(groups.rows) < k and wanted < min(ranked.reply.total, deep) and not self._budget.spent():
            ranked, groups = self._grouped(ranker, deep, filters)
        part = slice(offset, offset + limit)
        rows, hidden = groups.rows[part], int(groups.alike.sum())
        found = self._of(rows, groups.alike[part], hidden, ranked.reply, self._last(rows, offset, hidden))
        return found._replace(looked=groups.looked, groups=groups.of)

    def _grouped(self, ranker: ClusterRanker, count: int, filters: Filters) -> tuple[Ranked, _Groups]:
        """The first articles of the order, and the best of each group of them."""
        ranked = ranker.first(count, self._asked.order, filters)
        looked = ranked.rows[:count]
        prints = np.array([row.fingerprint for row in looked], np.uint64)
        first, alike, groups = leaders(np.arange(len(looked), dtype=np.uint32), prints)
        return ranked, _Groups([looked[place] for place in first.tolist()], alike, looked, groups)

    def _of(
        self,
        rows: Sequence[Row],
        alike: NDArray[np.int64] | None,
        hidden: int,
        reply: Any,
        last: _Last | None,
    ) -> _Found:
        counts = dict(reply.counts)
        total_all = int(counts.pop(ALL)["doc_count"]) if ALL in counts else 0
        return _Found(rows, alike, hidden, reply.total, total_all, counts, last)

    def _last(self, rows: Sequence[Row], offset: int, hidden: int) -> _Last | None:
        """Where to go on by the last hit, once counting would lead too far."""
        behind = offset + len(rows) + hidden
        return _Last(rows[-1].after, hidden) if rows and behind + 2 * MOST > FARTHEST else None

    def _far(self, ranker: ClusterRanker, filters: Filters, last: _Last) -> _Found:
        skipped, limit = self._request.offset, self._request.limit
        ranked = ranker.beyond(last.after, max(skipped + limit, 1), self._asked.order, filters)
        rows = ranked.rows[skipped : skipped + limit]
        alike = np.zeros(len(rows), np.int64) if self._asked.grouping else None
        further = _Last(rows[-1].after, last.hidden) if rows else None
        return self._of(rows, alike, last.hidden, ranked.reply, further)

    def _filters(self, ranker: ClusterRanker | None = None) -> Filters:
        """The conditions of the request; those of fields that are counted come after counting."""
        fields = faceted(self._request.facets)
        common = tuple(condition_dsl(one) for field, one in self._asked.conditions if field not in fields)
        after = {
            field: [condition_dsl(one) for name, one in self._asked.conditions if name == field]
            for field in fields
        }
        every = tuple(query for queries in after.values() for query in queries)
        if ranker is None:
            return Filters((*common, *every))
        counted = {name: self._facet(name, after) for name in self._request.facets}
        things = ranker.compiler.things(self._asked.query) if self._asked.query is not None else []
        if things:
            counted[ALL] = {"filter": {"bool": {"filter": [*things, *every]}}}
        return Filters(common, every, counted)

    def _facet(self, name: FacetName, after: dict[FilterField, list[Dsl]]) -> Dsl:
        own = field_of(name)
        others = [query for field, queries in after.items() if field != own for query in queries]
        kept = self._asked.chosen_values(own)
        return facet_query(name, self._request.facet_limit, kept, others, self._state.ranges(name))

    def _facets(self, counts: dict[str, Any]) -> dict[FacetName, Facet]:
        limit = self._request.facet_limit
        return {
            name: facet_read(
                name, counts[name], limit, self._asked.chosen_values(field_of(name)), self._state.ranges(name)
            )
            for name in self._request.facets
            if name in counts
        }

    def _cursor(self, page: ResultPage, last: _Last | None) -> str | None:
        behind = self._asked.behind(page)
        if behind is None:
            return None
        return self._state.cursors.make(behind, self._asked.identity, last.packed() if last else b"")

    def _unknown(self, query: Query) -> tuple[UnknownValue, ...]:
        asked = self._asked.filters(query)
        return unknown_values(self._state, asked) if asked else ()

    def scan(self) -> Iterator[Article]:
        """Every article that matches, in order, read one at a time."""
        if self._asked.query is None:
            return
        ranker = ClusterRanker(self._state, self._asked.query, self._budget)
        filters = self._filters()
        moved = ranker.moved(self._asked.order, filters)
        texts = self._state.articles([row.id for row in moved], self._budget)
        waiting = deque(row for row in moved if row.id in texts)
        query, sort = ranker.ordered(self._asked.order, filters)
        asker = self._state.asker
        for hit in scan(asker.cluster, asker.index, query, sort, source=["article"], scored=True):
            if hit["_id"] in texts:
                continue
            while waiting and waiting[0].place < (-rounded(hit["sort"][0]), hit["_id"]):
                yield texts[waiting.popleft().id]
            yield article_from_stored(hit["_source"]["article"])
        yield from (texts[row.id] for row in waiting)
