"""Words asked for with a tilde: whatever articles have that differs from them in a cluster or two.

Candidates come from the vocabulary, by the costs of misspellings (``index.vocabulary``). Those remain that
are near in clusters, which are what a reader sees as letters: ক্ত for ত্ত is one mistake, not two.
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
"""Without it in its text, a query has no fuzzy word."""
EXPANSIONS: Final = 128
"""Words that one stands for at most."""
SHORT: Final = 3
"""Clusters up to which none may differ that is heard, if the query says nothing; else too many are near."""
LONG: Final = 6
"""Clusters from which on two may differ."""
FAMILY: Final = 20
"""A rare form of a word that is not near, and left out, where articles(stem) > FAMILY * articles(word)."""
CONFUSED: Final = 0.5
"""What it costs that a cluster is another with the same consonants as they are heard (সি for শি, ন for ণ)."""


def expanded(query: Query, index: WordIndex, budget: TimeBudget) -> Query:
    """A query with its fuzzy words replaced by what they stand for.

    Args:
        query: a tree.
        index: whose words they stand for.
        budget: where it runs out, words that remain are just themselves.
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
    """Those of some words that are near enough; what one counts falls with its distance."""
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
    """How many clusters must be put in, left out or changed; a change that is not heard counts half.

    The distance of Levenshtein, row by row.

    Args:
        word: its clusters.
        other: those of another.
        heard: what is heard of each cluster; equal where they are confused.
    """
    row = [float(position) for position in range(len(other) + 1)]
    for position, cluster in enumerate(word):
        above, row = row, [position + 1.0]
        for across, second in enumerate(other):
            change = 0.0 if cluster == second else CONFUSED if heard[cluster] == heard[second] else 1.0
            row.append(min(above[across] + change, above[across + 1] + 1, row[across] + 1))
    return row[-1]


def _heard(clusters: Iterable[str]) -> dict[str, str]:
    """The consonants of clusters, with everything merged that writers confuse."""
    return {cluster: skeleton(cluster) for cluster in clusters}
