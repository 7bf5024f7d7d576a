"""The orders of hits: best first, also where age counts, latest or earliest day first, by a number.

Every order is total: what is equal stands in the order of its ids.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from onneshon.search.query.conditions import Condition, number_order
from onneshon.search.query.tree import Query
from onneshon.search.reranking.ranker import Outcome, Ranker
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.retrieval.collection import Docs, Scores, select
from onneshon.search.retrieval.executor import EVERYTHING, Candidates

Sort: TypeAlias = str
"""One of ``SORTS``, or a field of the site that has numbers with ``:desc`` (greatest first) or ``:asc`` after
it, such as ``views:desc``. Equal ones stand in the order of their ids; in orders by day or number, articles
without one come last."""

SORTS: Final = ("relevance", "newest", "oldest")
"""Best first, latest day first, earliest day first."""

MANY: Final = 2_000
"""Of more articles the order is taken from a table of all ids."""

OLDEST_SHARE: Final = 2.0**-20
"""The least that is left of a score by age, so that the oldest articles keep their order among themselves."""


def age_shares(ages: NDArray[np.float64], half_life: float) -> NDArray[np.float64]:
    """What ages in days leave of scores: ``2 ** (-age / half_life)``, and ``OLDEST_SHARE`` at the least."""
    shares: NDArray[np.float64] = np.maximum(np.exp2(-ages / half_life), OLDEST_SHARE)
    return shares


@dataclass(frozen=True, slots=True)
class Order:
    """An order of hits.

    Attributes:
        by: score, the day of publication from the latest or the earliest on, or a number, see
            ``number_order``; unknown days and numbers come last.
        half_life: days in which a score loses half of its worth; None where age does not count.
    """

    by: Sort = "relevance"
    half_life: float | None = None

    @property
    def is_plain(self) -> bool:
        """Whether score alone decides."""
        return self.by == "relevance" and self.half_life is None


@dataclass(frozen=True, slots=True)
class Ordered:
    """Every article that matches, or one of each group of near-duplicates.

    Attributes:
        docs: documents of the collection, in their order.
        scores: the score of each.
        near_duplicates: how many more articles are in the group of each; None where each stands for itself.
        complete: how many there are up to the last that stands for an article with all that was asked for;
            None in orders by day.
    """

    docs: Docs
    scores: Scores
    near_duplicates: NDArray[np.int64] | None = None
    complete: int | None = None

    @property
    def hidden(self) -> int:
        """How many articles are not shown, as near-duplicates of one that is."""
        return 0 if self.near_duplicates is None else int(self.near_duplicates.sum())

    @property
    def nbytes(self) -> int:
        """Bytes of memory."""
        near_duplicates = 0 if self.near_duplicates is None else self.near_duplicates.nbytes
        return self.docs.nbytes + self.scores.nbytes + near_duplicates + 300


class Orderer:
    """Puts what a ranker finds in order. Safe to share among threads.

    Args:
        ranker: finds it.
    """

    def __init__(self, ranker: Ranker) -> None:
        self._ranker = ranker
        self._collection = ranker.executor.collection

    def first(
        self,
        query: Query,
        k: int,
        budget: TimeBudget,
        conditions: Sequence[Condition],
        order: Order,
        *,
        matched: bool = False,
    ) -> Outcome:
        """The first ``k`` articles of an order without ids, how many match, and which if that is asked."""
        if order.is_plain:
            return self._ranker.run(
                query, k, budget, conditions=conditions, count=True, matched=matched, ids=False
            )
        found, keys = self._keyed(query, budget, conditions, order, matched=matched)
        chosen, _ = select(self._collection, found.docs, keys, k)
        scores = found.scores[found.docs.searchsorted(chosen)]
        return Outcome(chosen, scores, [], found.total, found.total_all, found.matched)

    def all(self, query: Query, budget: TimeBudget, conditions: Sequence[Condition], order: Order) -> Ordered:
        """Every article that matches, in order; takes a second or so for a million."""
        found, keys = self._keyed(query, budget, conditions, order)
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
        self,
        query: Query,
        budget: TimeBudget,
        conditions: Sequence[Condition],
        order: Order,
        *,
        matched: bool = False,
    ) -> tuple[Candidates, Scores]:
        """All that match, and that by which each is placed, the highest first."""
        found = self._ranker.scored(
            query, EVERYTHING, budget, conditions=conditions, count=True, matched=matched
        )
        if order.by == "relevance":
            if order.half_life is None:
                return found, found.scores
            return found, found.scores * self._shares(found.docs, order.half_life)
        if number := number_order(order.by):
            return found, self._number_keys(found.docs, *number)
        days = self._collection.dates[found.docs]
        keys = days if order.by == "newest" else np.where(days > 0, -days, np.iinfo(np.int32).min)
        return found, keys.astype(np.float64)

    def _number_keys(self, docs: Docs, field: str, descending: bool) -> Scores:  # of an order
        """The numbers of some documents, turned round where the least comes first; no number comes last."""
        numbers = self._ranker.executor.filters.columns.numbers_of(field, docs)
        return np.where(np.isnan(numbers), -np.inf, numbers if descending else -numbers)

    def _shares(self, docs: Docs, half_life: float) -> Scores:
        """What age leaves of the scores of some documents; an unknown day is as old as the oldest."""
        days = self._collection.dates
        oldest = days.min(where=days > 0, initial=days.max(initial=0))
        ages = (days.max(initial=0) - np.maximum(days[docs], oldest)).astype(np.float64)
        return age_shares(ages, half_life)
