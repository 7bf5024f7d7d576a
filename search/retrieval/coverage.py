"""Which articles hold enough of a query: the share of its weight that each one has.

A headline of ten words has one or another of them in common with two articles of three. They are no answers;
an article is one that holds a share of the weight of the words, by inverse document frequency. The share is
taken of what the best article has, so that a query which no article answers well is answered all the same.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from search.retrieval.bm25f import inverse_frequency
from search.retrieval.doc_lists import Docs
from search.retrieval.score_list import ScoreList

__all__ = ["LEAST_SHARE", "covering", "held_by_all"]

LEAST_SHARE = 0.4
"""Of the weight of the words that the best article holds, what an article must hold to be found."""

SLACK = 1e-5
"""Sums in single precision may be this share too small."""


def covering(words: Sequence[ScoreList], articles: int, size: int) -> NDArray[np.bool_] | None:
    """Which documents hold enough of some words; None where any one word is enough.

    Args:
        words: the articles of each word.
        articles: articles in all.
        size: documents in the collection, deleted ones included.
    """
    weights = [inverse_frequency(len(word), articles) for word in words if len(word)]
    if not weights or min(weights) >= LEAST_SHARE * sum(weights):
        return None
    held = np.zeros(size, np.float32)
    for word, weight in zip((word for word in words if len(word)), weights, strict=True):
        if word.is_dense:
            held += word.present * np.float32(weight)
        else:
            held[word.docs] += np.float32(weight)
    enough: NDArray[np.bool_] = held >= held.max() * np.float32(LEAST_SHARE * (1 - SLACK))
    return enough


def held_by_all(words: Sequence[ScoreList]) -> Docs | None:
    """The documents that hold every one of some words; None of no words."""
    if not words:
        return None
    first, *others = sorted(words, key=len)
    docs = first.docs
    for word in others:
        docs = docs[word.holds(docs)]
    return docs
