"""Finds the articles of a query tree from arrays: a list is a vector, no article is looked at singly."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from search.query.conditions import Condition
from search.query.tree import (
    All,
    Any,
    Boost,
    Filter,
    MatchAll,
    Not,
    OneOf,
    Period,
    Phrase,
    Prefix,
    Query,
    Selection,
    Term,
)
from search.retrieval.bm25f import DEFAULT_WEIGHTS, Weights
from search.retrieval.budget import TimeBudget
from search.retrieval.collection import Collection
from search.retrieval.doc_lists import NOTHING, Docs, Scores
from search.retrieval.filters import Filters
from search.retrieval.score_list import ScoreList
from search.retrieval.term_scorer import TermScorer
from search.retrieval.top_k import Accumulator, best_of

__all__ = ["Candidates", "Executor"]

Mask = NDArray[np.bool_]

Part = TypeVar("Part", bound=Query)

NEUTRAL = 1e-3
"""The score of matching everything: too little to change an order, and above 0, which would mean no match."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """The best articles of a query, before any second look.

    Attributes:
        docs: at least as many documents as were asked for, if there are; in no order.
        scores: the score of each.
        lists: how many lists of articles they come from.
        total: how many articles match in all; None where that was not asked for.
    """

    docs: Docs
    scores: Scores
    lists: int
    total: int | None = None


class Executor:
    """Runs queries over one collection. Safe to share among threads.

    Args:
        collection: the articles.
        weights: constants of the ranking.
        cache_bytes: memory for lists that may be needed again; None for what is suitable.
    """

    def __init__(
        self, collection: Collection, weights: Weights = DEFAULT_WEIGHTS, cache_bytes: int | None = None
    ) -> None:
        self.collection = collection
        self.term_scorer = TermScorer(collection, weights, cache_bytes)
        self.filters = Filters(collection)
        self._sums = Accumulator(collection.size)

    def candidates(
        self,
        query: Query,
        k: int,
        budget: TimeBudget,
        *,
        conditions: Iterable[Condition] = (),
        count: bool = False,
    ) -> Candidates:
        """The ``k`` best articles and all that score as the last of them.

        Args:
            query: what to look for.
            k: how many, at least 1.
            budget: where it runs out, what was found by then is returned.
            conditions: what every article must meet besides.
            count: whether to count all that match.
        """
        mask = self.filters.all_of(conditions)
        lists = self._lists(query, 1.0, budget)
        if mask is not None:
            lists = [part.where(mask[part.docs]) for part in lists]
        lists = [part for part in lists if len(part)]
        if len(lists) == 1:
            docs, scores = best_of(lists[0], k)
        else:
            docs, scores = self._sums.best(lists, k, budget)
        return Candidates(docs, scores, len(lists), _count(lists) if count else None)

    def _lists(self, query: Query, factor: float, budget: TimeBudget) -> list[ScoreList]:
        """The lists whose sum answers a query: nested disjunctions are one."""
        match query:
            case Term() | Phrase() | Prefix() | OneOf():
                return [self.term_scorer.list(query, factor)]
            case Any(children):
                lists = []
                for child in _timely(children, budget):
                    lists += self._lists(child, factor, budget)
                return lists
            case Boost(child, times):
                return self._lists(child, factor * times, budget)
            case _:
                return [self._evaluate(query, budget).times(factor)]

    def _evaluate(self, query: Query, budget: TimeBudget) -> ScoreList:
        match query:
            case All(children, optional):
                return self._conjunction(children, optional, budget)
            case MatchAll() | Not() | Filter() | Period() | Selection():
                return self._conjunction((query,), (), budget)
            case _:
                return self._sum(self._lists(query, 1.0, budget))

    def _sum(self, lists: Sequence[ScoreList]) -> ScoreList:
        """A disjunction as one list."""
        if len(lists) == 1:
            return lists[0]
        size = self.collection.size
        if not lists:
            return ScoreList(NOTHING, np.empty(0, np.float32), size)
        docs, scores = self._sums.gather(lists, 0.0)
        order = np.argsort(docs, kind="stable")
        return ScoreList(docs[order], scores[order], size)

    def _conjunction(
        self, children: Sequence[Query], optional: Sequence[Query], budget: TimeBudget
    ) -> ScoreList:
        """Articles of every child, from the rarest on; those of filters among them; none of negations."""
        mask = self.filters.all_of(child for child in children if isinstance(child, Condition))
        scoring = [child for child in children if not isinstance(child, Condition | Not | MatchAll)]
        lists = sorted((self._evaluate(child, budget) for child in _timely(scoring, budget)), key=len)
        found = self._everything(mask) if not lists else _intersection(lists, budget)
        if mask is not None and lists:
            found = found.where(mask[found.docs])
        for child in _timely([child for child in children if isinstance(child, Not)], budget):
            found = found.where(~self._evaluate(child.child, budget).holds(found.docs))
        if budget.exceeded:  # not every condition was looked at, and no hit may break one
            return ScoreList(NOTHING, np.empty(0, np.float32), found.size)
        return self._with_optional(found, optional, budget)

    def _with_optional(self, found: ScoreList, optional: Sequence[Query], budget: TimeBudget) -> ScoreList:
        scores = found.scores
        for part in _timely(optional, budget):
            for addition in self._lists(part, 1.0, budget):
                scores = scores + addition.at(found.docs)
        return ScoreList(found.docs, scores, found.size) if optional else found

    def _everything(self, mask: Mask | None) -> ScoreList:
        docs = self.collection.all_live
        if mask is not None:
            docs = docs[mask[docs]]
        return ScoreList(docs, np.full(len(docs), NEUTRAL, np.float32), self.collection.size)


def _timely(queries: Iterable[Part], budget: TimeBudget) -> Iterator[Part]:
    """Queries one after another, until the budget runs out."""
    for query in queries:
        if budget.spent():
            return
        yield query


def _intersection(lists: Sequence[ScoreList], budget: TimeBudget) -> ScoreList:
    first, *others = lists
    docs, scores = first.docs, first.scores
    for part in others:
        if budget.spent() or not len(docs):
            break
        more = part.at(docs)
        kept = more > 0
        docs, scores = docs[kept], scores[kept] + more[kept]
    return ScoreList(docs, scores, first.size)


def _count(lists: Sequence[ScoreList]) -> int:
    """How many articles are in any of the lists."""
    if len(lists) < 2:  # noqa: PLR2004 - one list counts itself
        return len(lists[0]) if lists else 0
    present = np.zeros(lists[0].size, np.bool_)
    for part in lists:
        if part.is_dense:
            present |= part.present
        else:
            present[part.docs] = True
    return int(np.count_nonzero(present))
