"""Expands fuzzy words, typed with a tilde, to the words of articles that differ in a cluster or two.

Candidates come from the vocabulary, by the costs of misspellings (``index.vocabulary``). Those that are near
in clusters remain, which a reader sees as letters: ক্ত for ত্ত is one mistake, not two.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final, assert_never

from onneshon.index.analysis.icu_text import cluster_boundaries
from onneshon.index.analysis.stemmer import stem_key
from onneshon.index.vocabulary.skeleton import skeleton
from onneshon.index.vocabulary.vocabulary import Candidate
from onneshon.search.query.conditions import Condition
from onneshon.search.query.tree import (
    All,
    Any,
    Boost,
    Fuzzy,
    Hint,
    Leaf,
    MatchAll,
    Not,
    OneOf,
    Query,
    Term,
    Variant,
)
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.retrieval.index_protocols import WordIndex

FUZZY: Final = "~"
"""The sign of a fuzzy word; a query without it in its text has none."""
EXPANSIONS: Final = 128
"""Most words that a fuzzy word expands to."""
SHORT: Final = 3
"""Clusters up to which no audible difference is allowed, unless the query gives a number of edits; else too
many words are near."""
LONG: Final = 6
"""Clusters from which two may differ."""
FAMILY: Final = 20
"""A word is left out, as a rare form of a distant word, where articles(stem) > FAMILY * articles(word)."""
CONFUSED: Final = 0.5
"""Cost of a cluster in place of another with the same consonants as heard (সি for শি, ন for ণ)."""


def expanded(query: Query, index: WordIndex, budget: TimeBudget) -> Query:
    """A query with its fuzzy words replaced by their expansions.

    Args:
        query: the query tree.
        index: the index whose words are the expansions.
        budget: the time budget; once it is spent, the remaining fuzzy words stand for themselves only.
    """
    match query:
        case Fuzzy():
            return _written(query, index, budget)
        case Any(children):
            return replace(query, children=tuple(expanded(child, index, budget) for child in children))
        case All(children, optional):
            return All(
                tuple(expanded(child, index, budget) for child in children),
                tuple(expanded(child, index, budget) for child in optional),
            )
        case Not(child):
            return Not(expanded(child, index, budget))
        case Boost(child, factor):
            return Boost(expanded(child, index, budget), factor)
        case _ if isinstance(query, Leaf | Hint | Condition | MatchAll):
            return query
        case _:
            assert_never(query)


def _written(fuzzy: Fuzzy, index: WordIndex, budget: TimeBudget) -> Query:
    typed = Term(fuzzy.text, fuzzy.exact, stem_key(fuzzy.exact), fuzzy.field)
    if budget.spent():
        return typed
    near = list(_near(fuzzy, index.vocabulary.similar(fuzzy.exact, EXPANSIONS - 1), index))
    return OneOf(fuzzy.text, (Variant(typed), *near)) if near else typed


def _near(fuzzy: Fuzzy, candidates: Sequence[Candidate], index: WordIndex) -> Iterator[Variant]:
    """The candidates that are near enough, as variants whose weight falls with their distance."""
    typed, *others = map(_clusters, (fuzzy.exact, *(near.word for near in candidates)))
    heard = _heard({cluster for word in (typed, *others) for cluster in word})
    most = fuzzy.edits or (CONFUSED if len(typed) <= SHORT else 1 if len(typed) < LONG else 2)
    for near, clusters in zip(candidates, others, strict=True):
        distance = cluster_distance(typed, clusters, heard)
        stem = stem_key(near.word) if distance <= most else ""
        if stem and index.document_frequency("stem", stem) <= FAMILY * near.frequency:
            term = Term(fuzzy.text, near.word, stem, fuzzy.field, sound=True)
            yield Variant(term, 1 / (1 + distance), "fuzzy")


def _clusters(word: str) -> list[str]:
    return [word[start:end] for start, end in pairwise(cluster_boundaries(word))]


def cluster_distance(word: Sequence[str], other: Sequence[str], heard: Mapping[str, str]) -> float:
    """The number of clusters to insert, delete or change; an inaudible change counts half.

    The Levenshtein distance, row by row.

    Args:
        word: the clusters of a word.
        other: the clusters of another word.
        heard: the consonants heard of each cluster; equal for clusters that are confused.
    """
    row = [float(position) for position in range(len(other) + 1)]
    for position, cluster in enumerate(word):
        above, row = row, [position + 1.0]
        for across, second in enumerate(other):
            change = 0.0 if cluster == second else CONFUSED if heard[cluster] == heard[second] else 1.0
            row.append(min(above[across] + change, above[across + 1] + 1, row[across] + 1))
    return row[-1]


def _heard(clusters: Iterable[str]) -> dict[str, str]:
    """The consonants of clusters, with those merged that writers confuse."""
    return {cluster: skeleton(cluster) for cluster in clusters}
