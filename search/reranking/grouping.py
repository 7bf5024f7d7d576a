"""Articles that say nearly the same are shown as one, the best of them; others are on the same subject.

Going down the ranking, an article joins the first group whose best article it nearly equals, or begins one.
What is further up decides, so that pages follow one another whatever their size.

For articles on the same subject the words of an article are weighed by their frequency in it and their rarity
(tf-idf), and the weightiest are searched for as a query, each with what its frequency is worth. Neither
positions nor texts of others are read.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from onneshon.index import Article
from onneshon.index.analysis.analyzer import Token, analyze
from onneshon.index.analysis.stemmer import is_function_word
from onneshon.index.kernel.keys import near_groups
from onneshon.index.ranking import inverse_frequency
from onneshon.search.query.tree import Any, Boost, Query, Term
from onneshon.search.reranking.ranker import Outcome
from onneshon.search.retrieval.collection import Docs, Mask

NEAR_DUPLICATE_BITS: Final = 8
"""Bits in which fingerprints of near-duplicates may differ. Of 17,757 articles of a newspaper each pair
within 8 bits shared a fifth of its runs of three words or more, half of them three quarters; from 11 bits on
some shared none."""

AT_LEAST: Final = 100
MOST: Final = 1_000
"""Ranks in which articles are grouped: twice as many as are asked for, between these. What is beyond stands
alone."""


class Leaders(NamedTuple):
    """Which articles of a ranking are shown.

    Attributes:
        first: their ranks, from 0.
        near_duplicates: how many further articles are in the group of each.
        groups: of every article of the ranking, the number of its group, counted from 0.
    """

    first: NDArray[np.intp]
    near_duplicates: NDArray[np.int64]
    groups: NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Groups:
    """A ranking with one article of each group.

    Attributes:
        outcome: the best of each.
        near_duplicates: how many further articles are in the group of each, as far as was ranked.
        docs: the whole ranking.
        of: the number of the group of each of these.
    """

    outcome: Outcome
    near_duplicates: NDArray[np.int64]
    docs: Docs
    of: NDArray[np.intp]


def ranked_for(k: int) -> int:
    """How many articles are ranked for groups among which the first ``k`` are shown."""
    return max(k, min(max(2 * k, AT_LEAST), MOST))


def enough_for(k: int) -> int:
    """How many articles, ranked, have ``k`` to show despite near-duplicates, unless no more match."""
    return k + MOST


def grouped(found: Outcome, fingerprints: NDArray[np.uint64]) -> Groups:
    """The best of each group of articles that are near-duplicates.

    Args:
        found: a ranking.
        fingerprints: of all documents of the collection; 0 for one that is like no other.
    """
    first, near_duplicates, groups = leaders(found.docs, fingerprints)
    ids = [found.ids[row] for row in first.tolist()] if found.ids else []
    shown = found._replace(docs=found.docs[first], scores=found.scores[first], ids=ids)
    return Groups(shown, near_duplicates, found.docs, groups)


def end_of_complete(groups: NDArray[np.intp], complete: Mask) -> int:
    """How many groups there are up to the last in which an article has everything that was asked for.

    Args:
        groups: the group of each article of a ranking.
        complete: which of these have everything.
    """
    return int(groups[complete].max(initial=-1)) + 1


def leaders(docs: Docs, fingerprints: NDArray[np.uint64]) -> Leaders:
    """Which articles of a ranking are shown, and behind which of these the others stand.

    Args:
        docs: a ranking.
        fingerprints: as of ``grouped``.
    """
    return Leaders(*near_groups(fingerprints[docs[:MOST]], len(docs), NEAR_DUPLICATE_BITS))


MOST_SIMILAR: Final = 50
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
    weighed.sort(key=lambda row: (-row[0], row[1]))
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
        limit: how many at most, up to ``MOST_SIMILAR``.
        best: ranks what a query finds by its words, given how many articles are needed.
    """
    weighed, limit = _weightiest(article, words), min(limit, MOST_SIMILAR)
    if not weighed or limit < 1:
        return []
    query = Any(tuple(Boost(term, share) for term, share in weighed))
    return _others(article.id, *best(query, ranked_for(limit + 1)))[:limit]


def _others(article_id: str, found: Outcome, fingerprints: NDArray[np.uint64]) -> list[tuple[str, float]]:
    """Of a ranking what is neither an article nor says nearly the same as it, or as one before."""
    shown = grouped(_after_itself(article_id, found), fingerprints).outcome
    pairs = zip(shown.ids, shown.scores.tolist(), strict=True)
    return [(name, score) for name, score in pairs if name != article_id]


def _after_itself(article_id: str, found: Outcome) -> Outcome:
    """The article first, so that those that are like it stand behind it."""
    order = sorted(range(len(found.ids)), key=lambda row: found.ids[row] != article_id)
    rows = np.array(order, np.intp)
    return Outcome(found.docs[rows], found.scores[rows], [found.ids[row] for row in order])
