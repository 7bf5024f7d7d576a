"""An open index in a directory, and the answers to requests from it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from onneshon.index import Article
from onneshon.index.configuration import Configuration
from onneshon.index.storage.checking import HealthState
from onneshon.search.engine.answering import Answering, Found
from onneshon.search.engine.generation import OpenGeneration
from onneshon.search.query.conditions import Condition
from onneshon.search.query.tree import Query
from onneshon.search.reranking.explanation import explain_score
from onneshon.search.reranking.grouping import (
    Groups,
    end_of_complete,
    enough_for,
    grouped,
    leaders,
    ranked_for,
)
from onneshon.search.reranking.ranker import Ordered, Orderer, Outcome, Ranker
from onneshon.search.reranking.score_part import ScorePart
from onneshon.search.results.values import ResultPage
from onneshon.search.retrieval.authors import NOBODY, Authors
from onneshon.search.retrieval.bm25f import Weights, site_weights
from onneshon.search.retrieval.budget import BoundedCache, TimeBudget, lacking_now
from onneshon.search.retrieval.changes import Changes
from onneshon.search.retrieval.collection import Bitmap, Collection, Docs
from onneshon.search.retrieval.executor import Collector, Executor
from onneshon.search.retrieval.facets import (
    Facet,
    FacetName,
    count_facet,
    count_ranges,
    field_of,
    range_facet,
)
from onneshon.search.retrieval.index_protocols import Index
from onneshon.search.understanding.reading_queries import QueryReader
from onneshon.search.understanding.unknown_values import KnownValues

ORDERS_BYTES = 16 << 20
"""The cache's size for complete orders of hits, for paging by cursor; one takes 12 bytes for each hit."""


class LocalGeneration(OpenGeneration):
    """An open index in a directory with all that is derived from it.

    Args:
        index: the index to search.
        weights: the constants of the ranking; None for those of the configuration.
        configuration: the site's settings; None for the defaults.
        authors: the table of names of each author.

    Raises:
        ConfigurationError: the site's settings do not fit this index.
    """

    def __init__(
        self,
        index: Index,
        weights: Weights | None = None,
        configuration: Configuration | None = None,
        authors: Authors = NOBODY,
    ) -> None:
        configuration = configuration or Configuration()
        weights = site_weights(configuration) if weights is None else weights
        self.index = index
        if index.is_lossy:
            index.leave_out_damage(lacking_now)
        self.executor = Executor(
            Collection(index.segments, index.basis, lossy=index.is_lossy), weights, authors
        )
        declared = self.executor.filters.columns.declared
        super().__init__(index, self.executor.term_scorer, declared, configuration, index.fingerprint)
        self.authors = authors
        self.settings += authors.fingerprint
        self.ranker = Ranker(self.executor)
        self.orderer = Orderer(self.ranker)
        self.orders = BoundedCache(ORDERS_BYTES)
        self.health = HealthState()

    @property
    def known_as(self) -> tuple[str, str]:
        """The generation's name, and the index's warning."""
        return self.index.generation, self.index.warning

    @property
    def reader(self) -> QueryReader:
        """The query reader; with damage a new one each time, so that each query notes the missing parts."""
        return self._new_reader() if self.index.is_lossy else super().reader

    @property
    def known(self) -> KnownValues:
        """The values of the fields of its articles."""
        return self.executor.filters

    def article(self, article_id: str, budget: TimeBudget) -> Article:  # noqa: ARG002  # files are read at once
        """An article by its id; raises ArticleNotFoundError."""
        return self.index.article(article_id)

    def articles(self, ids: Sequence[str], budget: TimeBudget) -> dict[str, Article]:
        """Some articles by their ids."""
        return {name: self.article(name, budget) for name in ids}

    @cached_property
    def changes(self) -> Changes:
        """The changes of its articles in their order."""
        return Changes(self.executor.collection, self.executor.filters, self.index.dates, self.index.gone)

    def extent(self, name: FacetName) -> tuple[float, float] | None:
        """The least and the greatest number of a field in live articles; None where there is none."""
        return self.executor.filters.columns.extent(name)

    def close(self) -> None:
        """Close the index."""
        self.index.close()


@dataclass(frozen=True, slots=True)
class _Found(Found):
    """The articles found, of which a page shows some.

    Attributes:
        ranking: the ranked articles from the first on, and the group number of each; None where ``complete``
            is known.
        complete: the number of hits up to the last whose group has an article with every word.
    """

    ranking: tuple[Docs, NDArray[np.intp]] | None = None
    complete: int | None = None


class LocalAnswering(Answering[LocalGeneration, _Found]):
    """Answers one request from an index in a directory; arguments and errors as for ``Answering``."""

    def _found(self, query: Query, offset: int, noted: bytes) -> _Found:  # noqa: ARG002  # orders are kept
        return self._from_cursor(query, offset) if self._request.cursor else self._first(query)

    def _explanations(self, query: Query, page: ResultPage, found: _Found) -> Iterator[ScorePart]:  # noqa: ARG002  # documents say all
        ranker, conditions = self._state.ranker, self._asked.conditions_but()
        for doc in found.outcome.docs[found.before :].tolist():
            yield explain_score(query, doc, ranker, self._budget, conditions)

    def _end_of_complete(self, query: Query, page: ResultPage, found: _Found) -> int | None:
        if found.ranking and any(hit.missing for hit in page.hits):
            return self._complete(query, *found.ranking, found.outcome.total_all)
        return found.complete

    def _first(self, query: Query) -> _Found:
        """The hits up to the end of the page, whose offset counts from the first one."""
        before = self._request.offset
        k = max(self._request.limit + before, 1)
        if not self._asked.grouping:
            ranked = self._ranked(query, k)
            ranking = ranked.docs, np.arange(len(ranked.docs))
            return _Found(ranked, self._state.executor, before, ranking=ranking)
        groups, count = self._grouped(query, ranked_for(k))
        if (
            len(groups.near_duplicates) < k
            and count < (groups.outcome.total or 0)
            and not self._budget.spent()
        ):
            groups, _ = self._grouped(query, enough_for(k))
        hidden = int(groups.near_duplicates.sum())
        return _Found(
            groups.outcome,
            self._state.executor,
            before,
            groups.near_duplicates,
            hidden,
            ranking=(groups.docs, groups.of),
        )

    def _complete(
        self, query: Query, docs: Docs, groups: NDArray[np.intp], total: int | None = None
    ) -> int | None:
        """The number of groups of a ranking up to the last with an article that has every word.

        Args:
            query: the query that was run.
            docs: the first articles of the ranking.
            groups: the group number of each.
            total: the number of articles in the whole ranking with every word; None where ``docs`` are all.
        """
        if self._asked.order.by != "relevance" or (total is not None and total > len(docs)):
            return None
        if total == 0:
            return 0
        complete = self._state.executor.hold_all(query, docs, self._budget)
        return end_of_complete(groups, complete) if total in {None, np.count_nonzero(complete)} else None

    def _grouped(self, query: Query, count: int) -> tuple[Groups, int]:
        """The first groups, and the number of articles ranked for them."""
        ranked = self._ranked(query, count)
        return grouped(ranked, self._state.executor.collection.fingerprints), len(ranked.docs)

    def _ranked(self, query: Query, count: int) -> Outcome:
        """The first articles, without grouping."""
        collector = Collector(count, self._asked.conditions_but(), matched=bool(self._request.facets))
        return self._state.orderer.first(query, collector, self._budget, self._asked.order)

    def _from_cursor(self, query: Query, behind: int) -> _Found:
        """The hits of a page reached by cursor, and the totals."""
        ordered = self._ordered(query)
        part = slice(behind, behind + self._request.limit)
        docs = ordered.docs[part]
        total = len(ordered.docs) + ordered.hidden
        executor = self._state.executor
        total_all = min(executor.count_all(query, self._budget, self._asked.conditions_but()), total)
        outcome = Outcome(docs, ordered.scores[part], [], total, total_all)
        near_duplicates = None if ordered.near_duplicates is None else ordered.near_duplicates[part]
        return _Found(outcome, executor, 0, near_duplicates, ordered.hidden, complete=ordered.complete)

    def _ordered(self, query: Query) -> Ordered:
        """All hits in order; cached for the following pages, unless something was left out."""

        def compute() -> Ordered:
            every = self._state.orderer.all(
                query, self._budget, self._asked.conditions_but(), self._asked.order
            )
            if not self._asked.grouping:
                each = np.arange(len(every.docs))
                return replace(every, complete=self._complete(query, every.docs, each))
            first, near_duplicates, groups = leaders(every.docs, self._state.executor.collection.fingerprints)
            complete = self._complete(query, every.docs, groups)
            return Ordered(every.docs[first], every.scores[first], near_duplicates, complete)

        return self._state.orders.get(self._asked.identity, compute, keep=lambda: self._budget.whole)

    def _facets(self, query: Query, found: _Found) -> dict[FacetName, Facet]:
        if not self._request.facets or self._budget.spent():
            return {}
        executor, limit = self._state.executor, self._request.facet_limit
        columns = executor.filters.columns
        matched = found.outcome.matched
        known = {} if matched is None else {tuple(self._asked.conditions_but()): matched}
        facets: dict[FacetName, Facet] = {}
        for name in self._request.facets:
            field = field_of(name)
            conditions = tuple(self._asked.conditions_but(field))
            if conditions not in known:
                known[conditions] = self._matching(query, conditions)
            counted, kept = known[conditions], self._asked.chosen_values(field)
            ranges = self._state.ranges(name)
            if ranges is None:
                facets[name] = count_facet(columns, name, counted, limit, kept)
            else:
                facets[name] = range_facet(name, ranges, count_ranges(columns, ranges, counted), limit, kept)
        return facets

    def _matching(self, query: Query, conditions: Sequence[Condition]) -> Bitmap:
        """The set of all articles that a search under some conditions finds."""
        executor = self._state.executor
        found = executor.candidates(query, Collector(1, conditions, matched=True), self._budget)
        return np.zeros(0, np.uint8) if found.matched is None else found.matched

    def _every(self, query: Query) -> Iterator[Article]:
        for doc in self._ordered(query).docs.tolist():
            yield self._state.executor.collection.article(doc)
