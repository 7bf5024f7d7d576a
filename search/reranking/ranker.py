"""The two stages of a search: the best articles by their words, then a closer look at the first hundred."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from onneshon.search.query.conditions import Condition
from onneshon.search.query.tree import Query
from onneshon.search.reranking.query_words import QueryWord
from onneshon.search.reranking.rescoring import WINDOW, Rescorer
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.retrieval.collection import Bitmap, Docs, Scores, select
from onneshon.search.retrieval.executor import EVERYTHING, Candidates, Executor

MOST_RESCORED = 10 * WINDOW
"""Where more articles than these are among the best because of ties, those that tie with the last are not."""


class Outcome(NamedTuple):
    """The best articles of a query.

    Attributes:
        docs: documents of the collection, best first.
        scores: the score of each.
        ids: the id of each; none where they were not asked for.
        total: how many articles match in all; None where that was not asked for.
        total_all: how many of these hold everything that the query asks for; None likewise.
        matched: all that match, where that was asked for.
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

    def run(
        self,
        query: Query,
        k: int,
        budget: TimeBudget,
        *,
        conditions: Sequence[Condition] = (),
        count: bool = False,
        matched: bool = False,
        ids: bool = True,
    ) -> Outcome:
        """The ``k`` best articles, ties in the order of their ids.

        Args:
            query: what to look for.
            k: how many, at least 1.
            budget: where it runs out, what was found by then is returned.
            conditions: what every article must meet besides.
            count: whether to count all that match.
            matched: whether to say which articles match.
            ids: whether their ids are wanted.
        """
        found = self.scored(query, k, budget, conditions=conditions, count=count, matched=matched)
        collection = self.executor.collection
        docs, scores = select(collection, found.docs, found.scores, k)
        names = collection.ids(docs) if ids else []
        return Outcome(docs, scores, names, found.total, found.total_all, found.matched)

    def scored(
        self,
        query: Query,
        k: int,
        budget: TimeBudget,
        *,
        conditions: Sequence[Condition] = (),
        count: bool = False,
        matched: bool = False,
    ) -> Candidates:
        """As ``run``, before the best are put in order: the ``k`` best and maybe others, in any order."""
        words = self.rescorer.words(query)
        wanted = max(k, WINDOW) if words and k != EVERYTHING else k
        found = self.executor.candidates(
            query, wanted, budget, conditions=conditions, count=count, matched=matched
        )
        return self._rescored(found, wanted, words, budget) if words else found

    def _rescored(
        self, found: Candidates, wanted: int, words: Sequence[QueryWord], budget: TimeBudget
    ) -> Candidates:
        """What was found, with what the features add to the best; those beyond the window stay behind."""
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

    def words_of_window(
        self, query: Query, doc: int, budget: TimeBudget, conditions: Sequence[Condition]
    ) -> Sequence[QueryWord]:
        """The words by which a document was rescored; none where it was not.

        Args:
            query: what was looked for.
            doc: the document.
            budget: of the search.
            conditions: what every article had to meet besides.
        """
        words = self.rescorer.words(query)
        if not words:
            return []
        found = self.executor.candidates(query, WINDOW, budget, conditions=conditions)
        return words if doc in found.docs[window_of(found.scores)] else []


def window_of(scores: Scores) -> NDArray[np.bool_]:
    """Which of the best articles are rescored."""
    if len(scores) <= WINDOW:
        return np.ones(len(scores), np.bool_)
    least = np.partition(scores, len(scores) - WINDOW)[len(scores) - WINDOW]
    window: NDArray[np.bool_] = scores >= least
    return scores > least if np.count_nonzero(window) > MOST_RESCORED else window
