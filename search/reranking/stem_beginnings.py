"""Words whose stems begin like that of a word of the query: ইতিহাসবিদ and ইতিহাস.

What the stemmer leaves apart by design meets here. All stems that begin so count as one word, whose frequency
in the title is how many of them the title has, and in the body how many others the body has.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from onneshon.index.analysis.script import is_bengali
from onneshon.index.kernel.positions import worths_of_counts
from onneshon.search.query.tree import OneOf, Term
from onneshon.search.reranking.query_words import QueryWord
from onneshon.search.retrieval.collection import Docs
from onneshon.search.retrieval.evidence import WordEvidence

LENGTH: Final = 4
"""Characters in which two stems must agree at the beginning; a stem of three must be the whole beginning."""

SHORTEST: Final = 3
"""Shorter stems begin words of every kind."""

COMMON: Final = 4
"""A beginning is no evidence where articles(beginning) > articles / COMMON."""

FEW: Final = 1_000
"""A beginning in this many articles or fewer is evidence, however many there are in all."""


def shared_beginning(stem: str) -> str:
    """How words begin that begin like a stem; empty where that would be any."""
    return stem[:LENGTH] if len(stem) >= SHORTEST and is_bengali(stem) else ""


def usual_stems(words: Sequence[QueryWord]) -> list[str]:
    """The stems of what words are usually searched as, if only beside several words: হাইকোর্ট of হাই কোর্ট."""
    found = (_usual_term(word) for word in words if len(word.terms) == 1 or isinstance(word.query, OneOf))
    return [term.stem for term in found if term is not None]


def _usual_term(word: QueryWord) -> Term | None:
    most = word.terms[0][1]
    return next((term for term, times in word.terms if isinstance(term, Term) and times == most), None)


def beginning_worths(evidence: WordEvidence, stems: Sequence[str], docs: Docs) -> NDArray[np.float64]:
    """What words that begin like some stems are worth in some documents, unweighted; 0 where there are none.

    Args:
        evidence: of the words.
        stems: of words of the query.
        docs: documents, ascending.
    """
    starts = []
    rarities = []
    for stem in stems:
        start = shared_beginning(stem)
        if start and (holding := _document_frequency(evidence, start)):
            starts.append(start)
            rarities.append(evidence.rarity(holding))
    if not starts:
        return np.zeros(len(docs))
    counts = evidence.beginnings(starts, docs)
    body, title = evidence.norms["body"].of_lengths, evidence.norms["title"].of_lengths
    return worths_of_counts(*counts, rarities, docs, body, title, evidence.k1, evidence.weights.presence)


def _document_frequency(evidence: WordEvidence, start: str) -> int:
    """How many documents hold words that begin so; 0 where that is no evidence."""
    holding = evidence.holding_beginning(start)
    return 0 if holding > FEW and holding * COMMON > evidence.articles else holding
