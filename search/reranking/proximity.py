"""A bonus for articles in which words that follow one another in the query stand close together."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from search.query.tree import Phrase, Term
from search.retrieval.budget import TimeBudget
from search.retrieval.doc_lists import Docs, Scores
from search.retrieval.term_scorer import TermScorer

__all__ = ["Pair", "Proximity"]

GAP = 2
"""Other words that may stand between two words that are near."""

Pair = tuple[Term, Term]


class Proximity:
    """Finds words that stand near each other.

    Args:
        term_scorer: where the words stand.
    """

    def __init__(self, term_scorer: TermScorer) -> None:
        self._term_scorer = term_scorer

    def pairs(self, words: Sequence[Term | None]) -> list[Pair]:
        """Words that follow one another.

        Args:
            words: the words of a query in order; None where something else stands.
        """
        if not self._term_scorer.weights.proximity:
            return []
        return [(a, b) for a, b in pairwise(words) if a and b and a.stem != b.stem]

    def bonus(self, pairs: Sequence[Pair], docs: Docs, budget: TimeBudget) -> Scores:
        """What nearness adds to the scores of some documents.

        Args:
            pairs: words that should be near each other, in this order.
            docs: documents, ascending.
            budget: where it runs out, the pairs that remain add nothing.
        """
        sums = np.zeros(len(docs), np.float32)
        for a, b in pairs:
            if budget.spent():
                break
            near = self._term_scorer.near(Phrase((a, b), GAP), docs)
            sums[np.searchsorted(docs, near.docs)] += near.scores
        return sums
