"""A bonus for articles in which words that follow one another in the query stand close together."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from search.budget import TimeBudget
from search.documents import Docs, Scores
from search.lexicon import Lexicon
from search.query import Phrase, Term

__all__ = ["Pair", "Proximity"]

GAP = 2
"""Other words that may stand between two words that are near."""

Pair = tuple[Term, Term]


class Proximity:
    """Finds words that stand near each other.

    Args:
        lexicon: where the words stand.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon

    def pairs(self, words: Sequence[Term | None]) -> list[Pair]:
        """Words that follow one another.

        Args:
            words: the words of a query in order; None where something else stands.
        """
        if not self._lexicon.weights.proximity:
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
            near = self._lexicon.near(Phrase((a, b), GAP), docs)
            sums[np.searchsorted(docs, near.docs)] += near.scores
        return sums
