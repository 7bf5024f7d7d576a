"""Finds the articles of a query tree from arrays: a list is a vector, no article is looked at singly."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from search.query.conditions import Condition, Filter, Period, Selection
from search.query.tree import (
    All,
    Any,
    Boost,
    Hint,
    MatchAll,
    Not,
    OneOf,
    Phrase,
    Prefix,
    Query,
    Term,
    content,
)
from search.retrieval.bm25f import DEFAULT_WEIGHTS, Weights
from search.retrieval.budget import TimeBudget
from search.retrieval.collection import Collection
from search.retrieval.coverage import covering, held_by_all
from search.retrieval.doc_lists import NOTHING, Docs, Scores
from search.retrieval.filters import Filters
from search.retrieval.score_list import ScoreList
from search.retrieval.term_scorer import TermScorer
from search.retrieval.top_k import Accumulator, best_of

__all__ = ["Candidates", "Executor"]

Mask = NDArray[np.bool_]

Part = TypeVar("Part", bound=Query)

FEWEST = 20
"""Where fewer articles than these hold enough of a query, the best others follow them."""

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


class _Lists(NamedTuple):
    """The lists whose sum answers a query.

    Attributes:
        finding: of what articles are found by.
        adding: of what adds to the scores of articles that are found, and finds none.
    """

    finding: list[ScoreList]
    adding: list[ScoreList]

    def extend(self, others: "_Lists") -> None:
        self.finding.extend(others.finding)
        self.adding.extend(others.adding)

    def settled(self) -> "_Lists":
        """The same; but what stands alone finds articles, whatever it is."""
        return self if self.finding else _Lists(self.adding, [])

    def where(self, kept: Mask) -> "_Lists":
        """Without documents that are not kept, and without lists that are empty then."""
        finding, adding = ([part.where(kept[part.docs]) for part in parts] for parts in self)
        return _Lists(finding, adding)


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
        lists = self._lists(query, 1.0, budget).settled()
        enough = self._enough(query, budget)
        if mask is not None:
            lists = lists.where(mask)
        if enough is not None:
            docs = np.flatnonzero(enough if mask is None else enough & mask)
            return _summed(self._filled(docs, lists, budget), lists)
        return self._of_any(lists, k, budget, count=count)

    def _filled(self, docs: Docs, lists: _Lists, budget: TimeBudget) -> Docs:
        """Documents that hold enough of a query; where they are few, with the best of the others."""
        if len(docs) >= FEWEST:
            return docs
        others = self._of_any(lists, FEWEST, budget, count=False)
        best = np.lexsort((others.docs, -others.scores))[:FEWEST]
        filled: Docs = np.union1d(docs, others.docs[best])
        return filled

    def _of_any(self, lists: _Lists, k: int, budget: TimeBudget, *, count: bool) -> Candidates:
        """The best documents of any of the lists."""
        finding, adding = ([part for part in parts if len(part)] for parts in lists)
        if len(finding) == 1 and not adding:
            docs, scores = best_of(finding[0], k)
        else:
            docs, scores = self._sums.best(finding, adding, k, budget)
        total = _count(finding) if count else None
        return Candidates(docs, scores, len(finding) + len(adding), total)

    def content(self, query: Query, budget: TimeBudget) -> list[ScoreList]:
        """The articles of each thing that a query asks for; see ``tree.content``."""
        return [self._evaluate(thing, budget) for thing in _timely([*content(query)], budget)]

    def count_all(self, query: Query, budget: TimeBudget, conditions: Iterable[Condition] = ()) -> int:
        """How many articles hold everything that a query asks for."""
        docs = held_by_all(self.content(query, budget))
        if docs is None:
            return 0
        mask = self.filters.all_of(conditions)
        return len(docs) if mask is None else int(np.count_nonzero(mask[docs]))

    def _enough(self, query: Query, budget: TimeBudget) -> Mask | None:
        """Which documents hold enough of the words of a query; None where each that holds one does."""
        if not isinstance(query, Any) or not query.words:
            return None
        if [*content(query)] == [query]:  # one Latin word in all its readings, typed again and again
            return None
        return covering(self.content(query, budget), self.collection.count, self.collection.size)

    def _lists(self, query: Query, factor: float, budget: TimeBudget) -> _Lists:
        """The lists whose sum answers a query: nested disjunctions are one."""
        match query:
            case Term(function=True):
                return _Lists([], [self.term_scorer.list(query, factor)])
            case Term() | Phrase() | Prefix() | OneOf():
                return _Lists([self.term_scorer.list(query, factor)], [])
            case Any(children):
                lists = _Lists([], [])
                for child in _timely(children, budget):
                    lists.extend(self._lists(child, factor, budget))
                return lists
            case Boost(child, times):
                return self._lists(child, factor * times, budget)
            case Hint(child):
                found = self._lists(child, factor, budget)
                return _Lists([], [*found.finding, *found.adding])
            case _:
                return _Lists([self._evaluate(query, budget).times(factor)], [])

    def _evaluate(self, query: Query, budget: TimeBudget) -> ScoreList:
        match query:
            case All(children, optional):
                return self._conjunction(children, optional, budget)
            case MatchAll() | Not() | Filter() | Period() | Selection():
                return self._conjunction((query,), (), budget)
            case _:
                found = self._sum(self._lists(query, 1.0, budget).settled())
                enough = self._enough(query, budget)
                return found if enough is None else _with_enough(found, enough)

    def _sum(self, lists: _Lists) -> ScoreList:
        """A disjunction as one list."""
        finding, adding = lists
        if len(finding) == 1 and not adding:
            return finding[0]
        size = self.collection.size
        if not finding:
            return ScoreList(NOTHING, np.empty(0, np.float32), size)
        docs, scores = self._sums.gather(finding, 0.0)
        order = np.argsort(docs, kind="stable")
        docs, scores = docs[order], scores[order]
        return ScoreList(docs, scores + sum(part.at(docs) for part in adding), size)

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
            for addition in chain(*self._lists(part, 1.0, budget)):
                scores = scores + addition.at(found.docs)
        return ScoreList(found.docs, scores, found.size) if optional else found

    def _everything(self, mask: Mask | None) -> ScoreList:
        docs = self.collection.all_live
        if mask is not None:
            docs = docs[mask[docs]]
        return ScoreList(docs, np.full(len(docs), NEUTRAL, np.float32), self.collection.size)


def _summed(docs: Docs, lists: _Lists) -> Candidates:
    """All of some documents, with the sums of their scores."""
    parts = [part for part in chain(*lists) if len(part)]
    scores = sum((part.at(docs) for part in parts), np.zeros(len(docs), np.float32))
    return Candidates(docs, scores, len(parts), len(docs))


def _with_enough(found: ScoreList, enough: Mask) -> ScoreList:
    """The documents that hold enough of a query; where they are few, with the best of the others."""
    kept = enough[found.docs]
    if np.count_nonzero(kept) < FEWEST:
        kept[np.lexsort((found.docs, -found.scores))[:FEWEST]] = True
    return found.where(kept)


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
    return int(np.count_nonzero(_present(lists)))


def _present(lists: Sequence[ScoreList]) -> Mask:
    """Which documents are in any of the lists."""
    present = np.zeros(lists[0].size, np.bool_)
    for part in lists:
        if part.is_dense:
            present |= part.present
        else:
            present[part.docs] = True
    return present
