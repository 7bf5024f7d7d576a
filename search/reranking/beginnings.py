"""Articles with words that begin like a word of the query: derivations, compounds, inflections of no rule.

What the stemmer leaves apart by design meets here: ইতিহাসবিদ beside ইতিহাস, বিশ্ববিদ্যালয়ভিত্তিক beside
বিশ্ববিদ্যালয়. All stems that begin so count as one word, whose frequency in the title is how many of them the
title has, and in the body how many others the body has.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index.analysis.script import is_bengali
from index.kernel.counting import among
from search.retrieval.bm25f import saturated
from search.retrieval.collection import Collection
from search.retrieval.doc_lists import Docs
from search.retrieval.term_scorer import EXPANSIONS, TermScorer

__all__ = ["begun_alike"]

FIELDS: Final = ("stem", "title_stem")
"""Of both texts, and of the title alone."""

LENGTH: Final = 4
"""Characters in which two stems must agree at the beginning; a stem of three must be the whole beginning."""

SHORTEST: Final = 3
"""Shorter stems begin words of every kind."""

COMMON: Final = 4
"""A beginning in more than one of so many articles is no evidence."""

FEW: Final = 1_000
"""A beginning in so few articles is evidence, however many there are in all."""


def begun_alike(term_scorer: TermScorer, stems: Sequence[str], docs: Docs) -> NDArray[np.float64]:
    """What words that begin like some stems are worth in some documents, unweighted; 0 where there are none.

    Args:
        term_scorer: of the collection.
        stems: of words of the query.
        docs: documents, ascending.
    """
    collection = term_scorer.collection
    telling = [(stem[:LENGTH], held) for stem in stems if (held := _telling(collection, stem))]
    if not telling:
        return np.zeros(len(docs))
    groups = [collection.ranges(name, start, EXPANSIONS) for name in FIELDS for start, _ in telling]
    counts = among(groups, docs, collection.size).astype(np.int64)
    anywhere, in_title = counts[: len(telling)], counts[len(telling) :]
    elsewhere = np.maximum(anywhere - in_title, 0)
    frequencies = elsewhere * collection.norms("body", docs) + in_title * collection.norms("title", docs)
    worths = saturated(frequencies, term_scorer.k1) + term_scorer.weights.presence
    rarities = np.array([term_scorer.rarity(held) for _, held in telling])
    total: NDArray[np.float64] = np.where(anywhere > 0, rarities[:, None] * worths, 0.0).sum(axis=0)
    return total


def _telling(collection: Collection, stem: str) -> int:
    """How many documents hold words that begin like a stem; 0 where that is no evidence."""
    if len(stem) < SHORTEST or not is_bengali(stem):
        return 0
    holding = collection.holding_beginning(stem[:LENGTH])
    return 0 if holding > FEW and holding * COMMON > collection.size else holding
