"""Articles with words that begin like a word of the query: derivations, compounds, inflections of no rule.

What the stemmer leaves apart by design meets here: ইতিহাসবিদ beside ইতিহাস, বিশ্ববিদ্যালয়ভিত্তিক beside
বিশ্ববিদ্যালয়. All stems that begin so count as one word, whose frequency in the title is how many of them the
title has, and in the body how many others the body has.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from onneshon.index.analysis.script import is_bengali
from onneshon.search.retrieval.doc_lists import Docs
from onneshon.search.retrieval.evidence import WordEvidence

__all__ = ["begins_alike", "begun_alike"]

LENGTH: Final = 4
"""Characters in which two stems must agree at the beginning; a stem of three must be the whole beginning."""

SHORTEST: Final = 3
"""Shorter stems begin words of every kind."""

COMMON: Final = 4
"""A beginning in more than one of so many articles is no evidence."""

FEW: Final = 1_000
"""A beginning in so few articles is evidence, however many there are in all."""


def begins_alike(stem: str) -> str:
    """How words begin that begin like a stem; empty where that would be any."""
    return stem[:LENGTH] if len(stem) >= SHORTEST and is_bengali(stem) else ""


def begun_alike(evidence: WordEvidence, stems: Sequence[str], docs: Docs) -> NDArray[np.float64]:
    """What words that begin like some stems are worth in some documents, unweighted; 0 where there are none.

    Args:
        evidence: of the words.
        stems: of words of the query.
        docs: documents, ascending.
    """
    starts = []
    rarities = []
    for stem in stems:
        start = begins_alike(stem)
        if start and (holding := _telling(evidence, start)):
            starts.append(start)
            rarities.append(evidence.rarity(holding))
    if not starts:
        return np.zeros(len(docs))
    anywhere, in_title = evidence.beginnings(starts, docs)
    elsewhere = np.maximum(anywhere.astype(np.int64) - in_title, 0)
    frequencies = elsewhere * evidence.norms["body"].of(docs) + in_title * evidence.norms["title"].of(docs)
    worths = frequencies * (evidence.k1 + 1) / (frequencies + evidence.k1) + evidence.weights.presence
    rows = np.where(anywhere, np.array(rarities)[:, None] * worths, 0.0)
    return sum(rows, start=np.zeros(len(docs)))  # in one order, however many documents there are


def _telling(evidence: WordEvidence, start: str) -> int:
    """How many documents hold words that begin so; 0 where that is no evidence."""
    holding = evidence.holding_beginning(start)
    return 0 if holding > FEW and holding * COMMON > evidence.articles else holding
