"""Groups near-duplicate articles, of which only the best is shown, and finds articles on the same subject.

Going down the ranking, an article joins the first group whose best article it nearly equals, or starts a new
one. Only articles further up decide, so that consecutive pages fit together whatever their size.

For articles on the same subject the words of an article are weighed by their frequency in it and their rarity
(tf-idf), and those with the greatest weight are searched for as a query, each boosted by its saturated
frequency. Neither positions nor texts of other articles are read.
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
within 8 bits shared at least a fifth of its three-word sequences, half of them three quarters; from 11 bits
on some shared none."""

AT_LEAST: Final = 100
MOST: Final = 1_000
"""Bounds of how many ranks are grouped: twice the number asked for, within these. Articles beyond are not
grouped."""


class Leaders(NamedTuple):
    """The articles of a ranking that are shown.

    Attributes:
        first: their ranks, from 0.
        near_duplicates: the number of further articles in the group of each.
        groups: for every article of the ranking, the number of its group, counted from 0.
    """

    first: NDArray[np.intp]
    near_duplicates: NDArray[np.int64]
    groups: NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Groups:
    """A ranking with one article of each group.

    Attributes:
        outcome: the best article of each group.
        near_duplicates: the number of further articles in the group of each, as far as was ranked.
        docs: the whole ranking.
        of: the group number of each of ``docs``.
    """

    outcome: Outcome
    near_duplicates: NDArray[np.int64]
    docs: Docs
    of: NDArray[np.intp]


def ranked_for(k: int) -> int:
    """The number of articles to rank so that the first ``k`` groups can be shown, as a first attempt."""
    return max(k, min(max(2 * k, AT_LEAST), MOST))


def enough_for(k: int) -> int:
    """The number of ranked articles that always give ``k`` groups, unless no more match."""
    return k + MOST


def grouped(found: Outcome, fingerprints: NDArray[np.uint64]) -> Groups:
    """Group the near-duplicates of a ranking; only the best article of each group remains.

    Args:
        found: a ranking.
        fingerprints: the fingerprints of all documents of the collection; 0 for a document like no other.
    """
    first, near_duplicates, groups = leaders(found.docs, fingerprints)
    ids = [found.ids[row] for row in first.tolist()] if found.ids else []
    shown = found._replace(docs=found.docs[first], scores=found.scores[first], ids=ids)
    return Groups(shown, near_duplicates, found.docs, groups)


def end_of_complete(groups: NDArray[np.intp], complete: Mask) -> int:
    """The number of groups up to the last that has an article with every concept of the query.

    Args:
        groups: the group of each article of a ranking.
        complete: a mask of the articles that have every concept.
    """
    return int(groups[complete].max(initial=-1)) + 1


def leaders(docs: Docs, fingerprints: NDArray[np.uint64]) -> Leaders:
    """The articles of a ranking that are shown, and the group of every article.

    Args:
        docs: a ranking.
        fingerprints: the fingerprints of all documents, as for ``grouped``.
    """
    return Leaders(*near_groups(fingerprints[docs[:MOST]], len(docs), NEAR_DUPLICATE_BITS))


MOST_SIMILAR: Final = 50
"""The most similar articles that can be asked for."""
WORDS: Final = 25
READ: Final = 20_000
"""The number of characters of a body that are analysed; the rest mostly repeats the same words."""
TITLE: Final = 3
"""The number of occurrences in the body that one in the title counts as."""
COMMON: Final = 0.2
FEW: Final = 10
"""A word in a larger share than ``COMMON`` of all articles, and in more than ``FEW``, says nothing about the
subject."""
SATURATION: Final = 2.0
"""The frequency at which a word has half of its maximal weight."""


Ranking: TypeAlias = tuple[Outcome, NDArray[np.uint64]]
"""A ranking, and the fingerprint of each document."""


class Words(Protocol):
    """The statistics of an index from which the words of an article are weighed."""

    @property
    def count(self) -> int:
        """The number of articles in the index."""

    def document_frequency(self, field: str, term: str, /) -> int:
        """The number of articles that contain a term in a field."""


def _weightiest(article: Article, index: Words) -> list[tuple[Term, float]]:
    """The most characteristic words of an article, best first, each with its saturated frequency."""
    counts: Counter[str] = Counter()
    first: dict[str, Token] = {}
    for text, worth in ((article.title, TITLE), (article.body[:READ], 1)):
        for token in analyze(text):
            if not is_function_word(token.exact):
                counts[token.stem] += worth
                first.setdefault(token.stem, token)
    weighed = []
    for stem, count in counts.items():
        df = index.document_frequency("stem", stem)
        if 1 < df <= max(COMMON * index.count, FEW):
            share = count / (count + SATURATION)
            weighed.append((share * inverse_frequency(df, index.count), stem, share))
    weighed.sort(key=lambda row: (-row[0], row[1]))
    return [(Term.of(first[stem]), share) for _, stem, share in weighed[:WORDS]]


def similar_articles(
    article: Article, words: Words, limit: int, best: Callable[[Query, int], Ranking]
) -> list[tuple[str, float]]:
    """The ids of the most similar articles and their scores, without near-duplicates of earlier ones.

    Args:
        article: the article to compare with.
        words: the statistics of the index.
        limit: the most articles to return, up to ``MOST_SIMILAR``.
        best: ranks the articles of a query by words alone, given the number needed.
    """
    weighed, limit = _weightiest(article, words), min(limit, MOST_SIMILAR)
    if not weighed or limit < 1:
        return []
    query = Any(tuple(Boost(term, share) for term, share in weighed))
    return _others(article.id, *best(query, ranked_for(limit + 1)))[:limit]


def _others(article_id: str, found: Outcome, fingerprints: NDArray[np.uint64]) -> list[tuple[str, float]]:
    """The articles of a ranking without the article itself, its near-duplicates and those of earlier ones."""
    shown = grouped(_after_itself(article_id, found), fingerprints).outcome
    pairs = zip(shown.ids, shown.scores.tolist(), strict=True)
    return [(name, score) for name, score in pairs if name != article_id]


def _after_itself(article_id: str, found: Outcome) -> Outcome:
    """The ranking with the article first, so that its near-duplicates join its group."""
    order = sorted(range(len(found.ids)), key=lambda row: found.ids[row] != article_id)
    rows = np.array(order, np.intp)
    return Outcome(found.docs[rows], found.scores[rows], [found.ids[row] for row in order])
