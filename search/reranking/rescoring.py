"""What decides among the best articles, and finds none: words near each other, and words of the same kin.

Both are dear to look for and say little by themselves, so that only the best articles by words are looked at.
They keep their places before all others, whatever the page: a bonus is never negative.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index.analysis.script import is_bengali
from search.query.tree import Any, Boost, OneOf, Query, Term, Writing
from search.reranking.proximity import Pair, Proximity
from search.retrieval.budget import TimeBudget
from search.retrieval.doc_lists import Docs, Scores
from search.retrieval.term_scorer import TermScorer

__all__ = ["WINDOW", "Clues", "Refinement"]

WINDOW = 100
"""Best articles whose order may change."""

SHORTEST_STEM = 3
"""Shorter stems begin words of every kind."""


@dataclass(frozen=True, slots=True)
class Clues:
    """What to look for in the best articles.

    Attributes:
        pairs: words that should be near each other, in this order.
        words: words whose kin counts.
    """

    pairs: Sequence[Pair] = ()
    words: Sequence[Term] = ()

    def __bool__(self) -> bool:
        return bool(self.pairs or self.words)


def _word(query: Query) -> Term | None:
    match query:
        case Term() as word:
            return word
        case Boost(child) | OneOf(_, (Writing(child), *_)):
            return _word(child)
        case _:
            return None


def _is_function_word(query: Query) -> bool:
    return isinstance(query, Term) and query.function


class Refinement:
    """Adds to the scores of the best articles.

    Args:
        term_scorer: where the words stand.
    """

    def __init__(self, term_scorer: TermScorer) -> None:
        self._term_scorer = term_scorer
        self._proximity = Proximity(term_scorer)

    def clues(self, query: Query) -> Clues:
        """What a query of nothing but words gives to go by; function words are passed over."""
        if not isinstance(query, Any):
            return Clues()
        words = [_word(child) for child in query.children if not _is_function_word(child)]
        return Clues(self._proximity.pairs(words), self._with_kin(words))

    def _with_kin(self, words: Sequence[Term | None]) -> list[Term]:
        if not self._term_scorer.weights.kin:
            return []
        return [word for word in words if word and len(word.stem) >= SHORTEST_STEM and is_bengali(word.stem)]

    def bonus(self, clues: Clues, docs: Docs, budget: TimeBudget) -> Scores:
        """What the clues add to the scores of some documents.

        Args:
            clues: what to look for.
            docs: documents, in any order.
            budget: where it runs out, the clues that remain add nothing.
        """
        order = np.argsort(docs)
        ascending = docs[order]
        sums = self._proximity.bonus(clues.pairs, ascending, budget)
        for word in clues.words:
            if budget.spent():
                break
            sums += self._term_scorer.kin(word).at(ascending)
        bonus = np.empty_like(sums)
        bonus[order] = sums
        return bonus
