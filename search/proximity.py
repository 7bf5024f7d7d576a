"""A bonus for articles in which words that follow one another in the query stand close together.

Only the best articles are looked at: nearness decides among articles that hold the words, it finds none.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from search.budget import TimeBudget
from search.collection import Docs
from search.lexicon import Lexicon
from search.query import Any, Boost, Phrase, Query, Term
from search.scored import Scores

__all__ = ["WINDOW", "Pair", "Proximity"]

WINDOW = 100
"""Best articles whose order nearness may change."""

GAP = 2
"""Other words that may stand between two words that are near."""

Pair = tuple[Term, Term]


def _word(query: Query) -> Term | None:
    match query:
        case Term(function=False):
            return query
        case Boost(Term(function=False) as word):
            return word
        case _:
            return None


def _is_function_word(query: Query) -> bool:
    return isinstance(query, Term) and query.function


class Proximity:
    """Finds words that stand near each other.

    Args:
        lexicon: where the words stand.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon

    def pairs(self, query: Query) -> list[Pair]:
        """Words that follow one another in a query of nothing but words, function words passed over."""
        if not isinstance(query, Any) or not self._lexicon.weights.proximity:
            return []
        words = [_word(child) for child in query.children if not _is_function_word(child)]
        return [(a, b) for a, b in pairwise(words) if a and b and a.stem != b.stem]

    def bonus(self, pairs: Sequence[Pair], docs: Docs, budget: TimeBudget) -> Scores:
        """What nearness adds to the scores of some documents.

        Args:
            pairs: words that should be near each other, in this order.
            docs: documents, in any order.
            budget: where it runs out, the pairs that remain add nothing.
        """
        order = np.argsort(docs)
        ascending = docs[order]
        sums = np.zeros(len(docs), np.float32)
        for a, b in pairs:
            if budget.spent():
                break
            near = self._lexicon.near(Phrase((a, b), GAP), ascending)
            sums[order[np.searchsorted(ascending, near.docs)]] += near.scores
        return sums
