"""Ranks articles by their words, rescores the first hundred, and sorts hits in other orders."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from onneshon.search.query.conditions import Condition, number_order
from onneshon.search.query.tree import Query
from onneshon.search.reranking.query_words import QueryWord
from onneshon.search.reranking.rescoring import WINDOW, Features, Rescorer
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.retrieval.collection import Bitmap, Docs, Scores, select
from onneshon.search.retrieval.executor import EVERYTHING, Candidates, Collector, Executor

MOST_RESCORED = 10 * WINDOW
"""The most articles that are rescored: where ties exceed it, those tied with the last are left out."""


class Outcome(NamedTuple):
    """The best articles of a query.

    Attributes:
        docs: documents of the collection, best first.
        scores: the score of each document.
        ids: the id of each document; empty where they were not asked for.
        total: the number of articles that match; None where counting was not asked for.
        total_all: the number of these that contain every concept of the query; None likewise.
        matched: the set of all that match; None where it was not asked for.
    """

    docs: Docs
    scores: Scores
    ids: list[str]
    total: int | None = None
    total_all: int | None = None
    matched: Bitmap | None = None


class Ranker:
    """Ranks the articles of one collection. Safe to share among threads.

    Args:
        executor: finds articles by their words.
    """

    def __init__(self, executor: Executor) -> None:
        self.executor = executor
        self.rescorer = Rescorer(executor.term_scorer)

    def run(self, query: Query, collector: Collector, budget: TimeBudget, *, ids: bool = True) -> Outcome:
        """The best articles, ties in the order of their ids.

        Args:
            query: the query to run.
            collector: what to collect; its ``k`` is at least 1.
            budget: the time budget; where it runs out, the articles found so far are returned.
            ids: whether to return their ids.
        """
        found = self.scored(query, collector, budget)
        collection = self.executor.collection
        docs, scores = select(collection, found.docs, found.scores, collector.k)
        names = collection.ids(docs) if ids else []
        return Outcome(docs, scores, names, found.total, found.total_all, found.matched)

    def scored(self, query: Query, collector: Collector, budget: TimeBudget) -> Candidates:
        """The candidates of ``run`` before sorting: the best and perhaps others, in any order."""
        words = self.rescorer.words(query)
        if not words:
            return self.executor.candidates(query, collector, budget)
        if collector.k != EVERYTHING:
            collector = replace(collector, k=max(collector.k, WINDOW))
        found = self.executor.candidates(query, collector, budget)
        return self._rescored(found, collector.k, words, budget)

    def _rescored(
        self, found: Candidates, wanted: int, words: Sequence[QueryWord], budget: TimeBudget
    ) -> Candidates:
        """The candidates with the features' scores added to the best; those beyond the window stay behind."""
        docs, scores = found.docs, found.scores
        if not len(docs):
            return found
        if len(docs) <= (MOST_RESCORED if wanted == WINDOW else WINDOW):  # all of them are in the window
            rescored = scores + self.rescorer.bonus(words, docs, budget)
        else:
            window = window_of(scores)
            rescored = scores.copy()
            if window.any():
                rescored[window] += self.rescorer.bonus(words, docs[window], budget)
        return Candidates(docs, rescored, *found[2:])

    def features_in_window(
        self, query: Query, doc: int, budget: TimeBudget, conditions: Sequence[Condition]
    ) -> Features | None:
        """The features of a document, computed along with the rest of its window; None where it is not in it.

        Args:
            query: the query that was run.
            doc: the document.
            budget: the time budget of the search.
            conditions: the filters of the search.
        """
        words = self.rescorer.words(query)
        if not words:
            return None
        found = self.executor.candidates(query, Collector(WINDOW, conditions), budget)
        window = found.docs[window_of(found.scores)]
        row = int(window.searchsorted(doc))
        if row == len(window) or window[row] != doc:
            return None
        return self.rescorer.features(words, window, budget).at(row)


def window_of(scores: Scores) -> NDArray[np.bool_]:
    """A mask of the articles that are rescored."""
    if len(scores) <= WINDOW:
        return np.ones(len(scores), np.bool_)
    least = np.partition(scores, len(scores) - WINDOW)[len(scores) - WINDOW]
    window: NDArray[np.bool_] = scores >= least
    return scores > least if np.count_nonzero(window) > MOST_RESCORED else window


Sort: TypeAlias = str
"""One of ``SORTS``, or a field of numbers of the site with ``:desc`` (greatest first) or ``:asc`` after it,
such as ``views:desc``. Ties are in the order of their ids; in orders by day or number, articles without one
come last."""

SORTS: Final = ("relevance", "newest", "oldest")
"""Best first, latest day first, earliest day first."""

MANY: Final = 2_000
"""Above this number of articles, ties are broken by a table of the ranks of all ids."""

OLDEST_SHARE: Final = 2.0**-20
"""The least share of a score that age leaves, so that the oldest articles keep their order."""


def age_shares(ages: NDArray[np.float64], half_life: float) -> NDArray[np.float64]:
    """The share of a score that an age in days leaves: ``max(2 ** (-age / half_life), OLDEST_SHARE)``."""
    shares: NDArray[np.float64] = np.maximum(np.exp2(-ages / half_life), OLDEST_SHARE)
    return shares


@dataclass(frozen=True, slots=True)
class Order:
    """An order of hits.

    Attributes:
        by: the sort key: score, the day of publication from the latest or the earliest on, or a number, see
            ``number_order``; unknown days and numbers come last.
        half_life: days in which a score is halved; None where age does not count.
    """

    by: Sort = "relevance"
    half_life: float | None = None

    @property
    def decay(self) -> float | None:
        """The half-life of scores; None where the order ignores scores or age."""
        return self.half_life if self.by == "relevance" else None

    @property
    def is_plain(self) -> bool:
        """Whether the score alone decides the order."""
        return self.by == "relevance" and self.half_life is None


@dataclass(frozen=True, slots=True)
class Ordered:
    """Every article that matches, or one of each group of near-duplicates.

    Attributes:
        docs: documents of the collection, in order.
        scores: the score of each document.
        near_duplicates: the number of further articles in the group of each; None without grouping.
        complete: the number of entries up to the last whose group has an article with every concept of the
            query; None in orders by day.
    """

    docs: Docs
    scores: Scores
    near_duplicates: NDArray[np.int64] | None = None
    complete: int | None = None

    @property
    def hidden(self) -> int:
        """The number of articles that are hidden as near-duplicates."""
        return 0 if self.near_duplicates is None else int(self.near_duplicates.sum())

    @property
    def nbytes(self) -> int:
        """The size in bytes of memory."""
        near_duplicates = 0 if self.near_duplicates is None else self.near_duplicates.nbytes
        return self.docs.nbytes + self.scores.nbytes + near_duplicates + 300


class Orderer:
    """Sorts the articles that a ranker finds. Safe to share among threads.

    Args:
        ranker: finds and scores the articles.
    """

    def __init__(self, ranker: Ranker) -> None:
        self._ranker = ranker
        self._collection = ranker.executor.collection

    def first(self, query: Query, collector: Collector, budget: TimeBudget, order: Order) -> Outcome:
        """The first articles of an order, without ids, and the total; all that match if collected."""
        collector = replace(collector, count=True)
        if order.is_plain:
            return self._ranker.run(query, collector, budget, ids=False)
        found, keys = self._keyed(query, collector, budget, order)
        chosen, _ = select(self._collection, found.docs, keys, collector.k)
        scores = found.scores[found.docs.searchsorted(chosen)]
        return Outcome(chosen, scores, [], found.total, found.total_all, found.matched)

    def all(self, query: Query, budget: TimeBudget, conditions: Sequence[Condition], order: Order) -> Ordered:
        """Every article that matches, in order; takes a second or so for a million."""
        found, keys = self._keyed(query, Collector(EVERYTHING, conditions, count=True), budget, order)
        docs = found.docs
        ranks = self._collection.id_ranks[docs] if len(docs) > MANY else self._ranks(docs)
        ranking = np.lexsort((ranks, -keys))
        return Ordered(docs[ranking], found.scores[ranking])

    def _ranks(self, docs: Docs) -> NDArray[np.intp]:
        """The ranks of a few documents in the order of their ids."""
        names = self._collection.ids(docs)
        ranks = np.empty(len(docs), np.intp)
        ranks[sorted(range(len(names)), key=names.__getitem__)] = np.arange(len(docs))
        return ranks

    def _keyed(
        self, query: Query, collector: Collector, budget: TimeBudget, order: Order
    ) -> tuple[Candidates, Scores]:
        """All that match, whatever the collector's ``k``, and the sort key of each, the highest first."""
        found = self._ranker.scored(query, replace(collector, k=EVERYTHING), budget)
        if order.by == "relevance":
            if order.decay is None:
                return found, found.scores
            return found, found.scores * self._shares(found.docs, order.decay)
        if number := number_order(order.by):
            return found, self._number_keys(found.docs, *number)
        days = self._collection.dates[found.docs]
        keys = days if order.by == "newest" else np.where(days > 0, -days, np.iinfo(np.int32).min)
        return found, keys.astype(np.float64)

    def _number_keys(self, docs: Docs, field: str, descending: bool) -> Scores:  # of an order
        """The sort keys by a field of numbers, negated for ascending order; no number comes last."""
        numbers = self._ranker.executor.filters.columns.numbers_of(field, docs)
        return np.where(np.isnan(numbers), -np.inf, numbers if descending else -numbers)

    def _shares(self, docs: Docs, half_life: float) -> Scores:
        """The shares that age leaves of documents' scores; an unknown day is as old as the oldest."""
        days = self._collection.dates
        oldest = days.min(where=days > 0, initial=days.max(initial=0))
        ages = (days.max(initial=0) - np.maximum(days[docs], oldest)).astype(np.float64)
        return age_shares(ages, half_life)
