"""The two stages of a search: the best articles by their words, then a closer look at the first hundred."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from search.query.conditions import Condition
from search.query.tree import Query
from search.reranking.rescoring import WINDOW, Clues, Refinement
from search.retrieval.budget import TimeBudget
from search.retrieval.doc_lists import Docs, Scores
from search.retrieval.executor import Executor
from search.retrieval.score_list import kth_best
from search.retrieval.top_k import select

__all__ = ["Outcome", "Ranker"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The best articles of a query.

    Attributes:
        docs: documents of the collection, best first.
        scores: the score of each.
        ids: the id of each.
        total: how many articles match in all; None where that was not asked for.
    """

    docs: Docs
    scores: Scores
    ids: list[str]
    total: int | None = None


class Ranker:
    """Ranks the articles of one collection. Safe to share among threads.

    Args:
        executor: finds articles by their words.
    """

    def __init__(self, executor: Executor) -> None:
        self.executor = executor
        self._refinement = Refinement(executor.term_scorer)

    def run(
        self,
        query: Query,
        k: int,
        budget: TimeBudget,
        *,
        conditions: Iterable[Condition] = (),
        count: bool = False,
    ) -> Outcome:
        """The ``k`` best articles, ties in the order of their ids.

        Args:
            query: what to look for.
            k: how many, at least 1.
            budget: where it runs out, what was found by then is returned.
            conditions: what every article must meet besides.
            count: whether to count all that match.
        """
        docs, scores, total = self.scored(query, k, budget, conditions=conditions, count=count)
        return Outcome(*select(self.executor.collection, docs, scores, k), total)

    def scored(
        self,
        query: Query,
        k: int,
        budget: TimeBudget,
        *,
        conditions: Iterable[Condition] = (),
        count: bool = False,
    ) -> tuple[Docs, Scores, int | None]:
        """As ``run``, before the best are put in order: the ``k`` best and maybe others, in any order."""
        clues = self._refinement.clues(query)
        wanted = max(k, WINDOW) if clues else k
        found = self.executor.candidates(query, wanted, budget, conditions=conditions, count=count)
        docs, scores = found.docs, found.scores
        if clues and found.lists > 1:
            docs, scores = self._refined(docs, scores, clues, k, budget)
        return docs, scores, found.total

    def _refined(
        self, docs: Docs, scores: Scores, clues: Clues, k: int, budget: TimeBudget
    ) -> tuple[Docs, Scores]:
        """The best documents with what the clues add; those beyond the window stay behind them."""
        least = kth_best(scores, min(WINDOW, len(scores)))
        window = scores >= least
        best, ahead = docs[window], scores[window]
        ahead = ahead + self._refinement.bonus(clues, best, budget)
        if k <= WINDOW:
            return best, ahead
        return np.concatenate([best, docs[~window]]), np.concatenate([ahead, scores[~window]])
