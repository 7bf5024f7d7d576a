"""What decides among the best articles, and finds none: where the words stand, and words that begin alike.

Positions are costly to read and are weak evidence, so that only the ``WINDOW`` best articles get these
features. They keep their places before all others, whatever the page: every feature is 0 or more.
The form is that of a linear model over features that are sums of inverse document frequencies (Metzler and
Croft, "Linear feature-based models for information retrieval", Information Retrieval 10, 2007).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from search.query.tree import OneOf, Phrase, Query
from search.reranking.beginnings import begun_alike
from search.reranking.neighbours import rows_of_three
from search.reranking.occurrences import Occurrences
from search.reranking.query_words import QueryWord, query_words
from search.retrieval.bm25f import FeatureWeights
from search.retrieval.budget import TimeBudget
from search.retrieval.doc_lists import Docs
from search.retrieval.evidence import WordEvidence, WordStatistics
from search.retrieval.phrases import Places

__all__ = ["WINDOW", "Features", "Rescorer", "compared_words"]

Worths: TypeAlias = NDArray[np.float64]
"""What a feature, or its sum, is in each of some documents."""

WINDOW = 100
"""Best articles whose order may change."""

HALF = 4
"""Distance in tokens at which two words count half for ``near``."""

PAIRED = 16
"""Words of a query, the rarest, that are paired for ``near``: pairs grow with the square of their number."""

LEAD = 60
"""Tokens at the beginning of a body in which a word counts for ``lead``."""

FUNCTION_WORD = 0.3
"""What a function word counts in ``row``, as a multiple of its inverse document frequency."""


@dataclass(frozen=True, slots=True)
class Features:
    """What speaks for each document of the window, unweighted; every array of shape (documents,).

    Attributes:
        near: for each two words, how near the first comes to a later occurrence of the second.
        row: for each three neighbours of the query, whether both pairs of them stand side by side.
        lead: how early each word stands in the body.
        title: which words stand in the title.
        all_words: whether every word is there.
        stem_prefix: words whose stems begin like that of a word of the query.
    """

    near: Worths
    row: Worths
    lead: Worths
    title: Worths
    all_words: Worths
    stem_prefix: Worths

    def parts(self, weights: FeatureWeights) -> Mapping[str, Worths]:
        """What each feature adds to the scores, by its name."""
        return {part.name: getattr(self, part.name) * getattr(weights, part.name) for part in fields(self)}

    def total(self, weights: FeatureWeights) -> Worths:
        """What all features add to the scores."""
        return sum(self.parts(weights).values(), np.zeros_like(self.near))


def near(found: Occurrences, idf: Worths) -> Worths:
    """The sum of ``(idf x + idf y) / (1 + d / HALF) / (n - 1)`` for x before y among n words of the query."""
    if len(idf) > PAIRED:
        rarest = np.sort(np.argsort(-idf, kind="stable")[:PAIRED])
        found, idf = found.only(rarest.tolist()), idf[rarest]
    pairs = (idf[:, None] + idf) * _upper(len(idf))
    closeness: Worths = np.reciprocal(1 + found.distance / HALF)
    sums: Worths = closeness.reshape(found.rows, -1).dot(pairs.ravel())
    return sums


@cache
def _upper(count: int) -> Worths:
    """A share of each pair of words of which the first comes before the second, 0 for the others."""
    return np.triu(np.full((count, count), 1 / max(count - 1, 1)), 1)


def row(idf: Mapping[QueryWord, float], found: Occurrences, places: Callable[[QueryWord], Places]) -> Worths:
    """The sum of ``idf`` of each three neighbours of the query of which both pairs stand side by side.

    Args:
        idf: of each word of the query, in order.
        found: where the words of content stand.
        places: reads where a function word stands.
    """
    worth = [value * (FUNCTION_WORD if word.function else 1) for word, value in idf.items()]
    sums = np.zeros(found.rows)
    for at, rows in rows_of_three([*idf], found, places):
        sums += rows * sum(worth[at : at + 3])
    return sums


def lead(found: Occurrences, idf: Worths) -> Worths:
    """The sum of ``idf * (1 - p / LEAD)`` for words that first stand at ``p < LEAD`` in the body."""
    sums: Worths = np.maximum(1 - found.first / LEAD, 0).dot(idf)
    return sums


def title(found: Occurrences, idf: Worths) -> Worths:
    """The sum of ``idf`` of the words in the title."""
    sums: Worths = found.in_title.dot(idf)
    return sums


def all_words(found: Occurrences, idf: Worths) -> Worths:
    """The sum of ``idf`` where every word is held."""
    sums: Worths = found.held.all(axis=1) * idf.sum()
    return sums


def compared_words(query: Query, statistics: WordStatistics) -> list[QueryWord]:
    """The words of a query to compare articles by; none where they would decide little.

    One word is near nothing, and the words of a phrase stand together wherever it is found.
    """
    weights = statistics.weights.features
    counts = any(getattr(weights, part.name) for part in fields(weights))
    words = query_words(query) if counts and not isinstance(query, Phrase) else []
    content = [word for word in words if not word.function]
    held = sum(_holding(word, statistics) > 0 for word in content)
    return words if len(content) > 1 and held > 1 else []


def _holding(word: QueryWord, statistics: WordStatistics) -> int:
    """How many articles hold a word."""
    if isinstance(word.query, OneOf):
        return statistics.holding(word.query)
    return max(statistics.holding(term) for term, _ in word.terms)


class Rescorer:
    """Adds to the scores of the best articles.

    Args:
        evidence: where the words stand.
    """

    def __init__(self, evidence: WordEvidence) -> None:
        self._evidence = evidence
        self.weights = evidence.weights.features

    def words(self, query: Query) -> list[QueryWord]:
        """The words of a query to compare articles by, see ``compared_words``."""
        return compared_words(query, self._evidence)

    def bonus(self, words: Sequence[QueryWord], docs: Docs, budget: TimeBudget) -> Worths:
        """What the features add to the scores of some documents.

        Args:
            words: of the query, in order.
            docs: documents, in any order.
            budget: where it runs out, the words that remain add nothing.
        """
        order = np.argsort(docs)
        bonus = np.empty(len(docs))
        bonus[order] = self.features(words, docs[order], budget).total(self.weights)
        return bonus

    def features(self, words: Sequence[QueryWord], docs: Docs, budget: TimeBudget) -> Features:
        """Each feature of some documents.

        Args:
            words: of the query, in order.
            docs: documents, ascending and live.
            budget: where it runs out, the words that remain add nothing.
        """
        content = [word for word in words if not word.function]
        rarity = {word: self._idf(word) for word in words}
        idf = np.array([rarity[word] for word in content])
        found = Occurrences([self._places(word, docs, budget) for word in content], len(docs))
        return Features(
            near(found, idf),
            row(rarity, found, lambda word: self._places(word, docs, budget)),
            lead(found, idf),
            title(found, idf),
            all_words(found, idf),
            self._stem_prefix(content, docs, budget),
        )

    def _idf(self, word: QueryWord) -> float:
        return self._evidence.rarity(_holding(word, self._evidence))

    def _places(self, word: QueryWord, docs: Docs, budget: TimeBudget) -> Places:
        """Where a word stands in some documents."""
        parts = []
        for term, _ in word.terms:
            if not budget.spent():
                parts.append(self._evidence.places(term, docs))
        if len(parts) == 1:
            return parts[0]
        return np.unique(np.concatenate(parts)) if parts else np.empty(0, np.int64)

    def _stem_prefix(self, words: Sequence[QueryWord], docs: Docs, budget: TimeBudget) -> Worths:
        sums = np.zeros(len(docs))
        for word in words:
            term, _ = word.terms[0]
            if budget.spent():
                break
            if isinstance(term, Phrase) or (len(word.terms) > 1 and not isinstance(word.query, OneOf)):
                continue
            sums += begun_alike(self._evidence, term.stem, docs)
        return sums
