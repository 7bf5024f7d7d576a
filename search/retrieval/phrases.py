"""Where the words of a phrase stand in a few documents, worked out from where each of them does."""

from collections.abc import Sequence
from functools import reduce
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Places", "phrase_places"]

Places: TypeAlias = NDArray[np.int64]
"""``row << 33 | body << 32 | position`` of each occurrence of a word, ascending; a row is a document's place
among those looked at, ``body`` is 0 in the title and 1 in the body."""


def phrase_places(words: Sequence[Places], slop: int) -> Places:
    """Where the words of a phrase stand as parts of it; with ``slop`` only where each first one does.

    Args:
        words: where each stands, in the order of the phrase.
        slop: how many other words may stand among them in all.
    """
    if slop:
        first, *later = words
        return _within(first, later, slop)
    rows = sorted((places - shift for shift, places in enumerate(words)), key=len)
    return np.unique(reduce(_common, rows)[:, None] + np.arange(len(words)))


def _common(places: Places, others: Places) -> Places:
    if not len(others):
        return others
    common: Places = places[others.take(np.searchsorted(others, places), mode="clip") == places]
    return common


def _within(first: Places, later: Sequence[Places], slop: int) -> Places:
    """Starts from which the later words follow in order with at most ``slop`` words in between.

    Taking the nearest next occurrence each time gives the narrowest stretch from a given start.
    """
    ends = first
    alive = np.ones(len(first), np.bool_)
    for others in later:
        if not len(others):
            return others
        spots = np.searchsorted(others, ends, side="right")
        alive &= spots < len(others)
        ends = others.take(spots, mode="clip")
    found: Places = first[alive & (ends - first <= slop + len(later)) & (ends >> 32 == first >> 32)]
    return found
