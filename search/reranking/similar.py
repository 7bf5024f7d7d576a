"""Articles on the same subject as one of them, by its weightiest words.

The words of an article are weighed by their frequency in it and their rarity (tf-idf), and the weightiest are
searched for as a query, each with what its frequency is worth. Neither positions nor texts of others are
read.
"""

from collections import Counter
from collections.abc import Callable
from typing import Final, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from onneshon.index import Article
from onneshon.index.analysis.analyzer import Token, analyze
from onneshon.index.analysis.function_words import is_function_word
from onneshon.index.ranking import inverse_frequency
from onneshon.search.query.tree import Any, Boost, Query, Term
from onneshon.search.reranking.grouping import grouped, looked_at
from onneshon.search.reranking.ranker import Outcome

__all__ = ["similar_articles"]

MOST: Final = 50
"""Articles that can be asked for."""
WORDS: Final = 25
READ: Final = 20_000
"""Characters of a body that are analysed; what comes later says the same again."""
TITLE: Final = 3
"""What a word of the title counts, in words of the body."""
COMMON: Final = 0.2
FEW: Final = 10
"""A word in a larger share of all articles, and in more than a few, tells nothing of a subject."""
SATURATION: Final = 2.0
"""Frequency at which a word is worth half of the most it can be."""


Ranking: TypeAlias = tuple[Outcome, NDArray[np.uint64]]
"""A ranking, and the fingerprint of each document."""


class Words(Protocol):
    """What weighing the words of an article asks of an index."""

    @property
    def count(self) -> int:
        """How many articles it holds."""

    def document_frequency(self, field: str, term: str, /) -> int:
        """How many articles hold a term in a field."""


def _weightiest(article: Article, index: Words) -> list[tuple[Term, float]]:
    """The words that tell most of an article, the weightiest first, each with what its frequency is worth."""
    counts: Counter[str] = Counter()
    first: dict[str, Token] = {}
    for text, worth in ((article.title, TITLE), (article.body[:READ], 1)):
        for token in analyze(text):
            if not is_function_word(token.exact):
                counts[token.stem] += worth
                first.setdefault(token.stem, token)
    weighed = []
    for stem, count in counts.items():
        holding = index.document_frequency("stem", stem)
        if 1 < holding <= max(COMMON * index.count, FEW):
            share = count / (count + SATURATION)
            weighed.append((share * inverse_frequency(holding, index.count), stem, share))
    weighed.sort(key=lambda one: (-one[0], one[1]))
    return [(_term(first[stem]), share) for _, stem, share in weighed[:WORDS]]


def _term(token: Token) -> Term:
    return Term(token.text, token.exact, token.stem)


def similar_articles(
    article: Article, words: Words, limit: int, best: Callable[[Query, int], Ranking]
) -> list[tuple[str, float]]:
    """The ids of the most similar articles and their scores; none that says nearly the same as one before.

    Args:
        article: which they are to be like.
        words: of the index.
        limit: how many at most, up to ``MOST``.
        best: ranks what a query finds by its words, so many at the least.
    """
    weighed, limit = _weightiest(article, words), min(limit, MOST)
    if not weighed or limit < 1:
        return []
    query = Any(tuple(Boost(term, share) for term, share in weighed))
    return _others(article.id, *best(query, looked_at(limit + 1)))[:limit]


def _others(article_id: str, found: Outcome, fingerprints: NDArray[np.uint64]) -> list[tuple[str, float]]:
    """Of a ranking what is neither an article nor says nearly the same as it, or as one before."""
    shown = grouped(_after_itself(article_id, found), fingerprints).outcome
    pairs = zip(shown.ids, shown.scores.tolist(), strict=True)
    return [(name, score) for name, score in pairs if name != article_id]


def _after_itself(article_id: str, found: Outcome) -> Outcome:
    """The article first, so that those that are like it stand behind it."""
    order = sorted(range(len(found.ids)), key=lambda place: found.ids[place] != article_id)
    places = np.array(order, np.intp)
    return Outcome(found.docs[places], found.scores[places], [found.ids[place] for place in order])
