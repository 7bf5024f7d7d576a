"""Phrases: words that stand in a row in one text, found by merging keys of document and position."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from index.arrays import gather_ranges
from search.retrieval.doc_lists import NOTHING, Docs

__all__ = ["PositionList", "occurrences", "phrase_places"]

Keys = NDArray[np.int64]
"""Document number times 2**32 plus position, ascending."""


@dataclass(frozen=True, slots=True)
class PositionList:
    """Where a word stands.

    Attributes:
        docs: documents that hold it, ascending.
        starts: where the positions of each document begin in ``places``; one more entry than ``docs``.
        places: its positions, grouped by document, ascending within each.
    """

    docs: Docs
    starts: NDArray[np.uint32]
    places: NDArray[np.uint32]

    @classmethod
    def of(cls, docs: Docs, frequencies: NDArray[np.uint32], places: NDArray[np.uint32]) -> "PositionList":
        """From documents, the frequency in each, and the positions in all."""
        starts = np.zeros(len(docs) + 1, np.uint32)
        np.cumsum(frequencies, out=starts[1:])
        return cls(docs, starts, places)

    @property
    def nbytes(self) -> int:
        """Bytes of memory without the documents, which are those of the word's postings.

        Where these are let go first, some 8 % of what a cache of words holds goes uncounted.
        """
        return self.starts.nbytes + self.places.nbytes + 300

    def keys(self, docs: Docs, shift: int) -> Keys:
        """The occurrences in some of its documents, each moved ``shift`` words back."""
        rows = np.searchsorted(self.docs, docs)
        begins = self.starts[rows].astype(np.int64)
        counts = self.starts[rows + 1] - begins
        flat = gather_ranges(begins, counts)
        keys: Keys = np.repeat(docs << 32, counts)
        keys += self.places[flat]
        keys -= shift
        return keys

    def among(self, docs: Docs) -> tuple[NDArray[np.intp], NDArray[np.uint32]]:
        """The occurrences in some documents: the place of each one's document in ``docs``, and its position.

        Args:
            docs: documents, ascending, that need not hold the word.
        """
        if not len(self.docs):
            return NOTHING, np.empty(0, np.uint32)
        spots = self.docs.searchsorted(docs)
        rows = (self.docs.take(spots, mode="clip") == docs).nonzero()[0]
        if not len(rows):
            return rows, np.empty(0, np.uint32)
        spots = spots[rows]
        begins = self.starts[spots].astype(np.intp)
        counts = self.starts[spots + 1] - begins
        flat = gather_ranges(begins.astype(np.int64), counts)
        return rows.repeat(counts), self.places[flat]

    def within(self, docs: Docs) -> "PositionList":
        """The occurrences in some documents only, of which each holds it."""
        shared = _common(self.docs, docs)
        if not len(shared):
            return PositionList(NOTHING, np.zeros(1, np.uint32), np.empty(0, np.uint32))
        return _of_keys(self.keys(shared, 0))


def _of_keys(keys: Keys) -> PositionList:
    docs, counts = np.unique(keys >> 32, return_counts=True)
    return PositionList.of(
        docs.astype(np.intp, copy=False), counts.astype(np.uint32), (keys & 0xFFFFFFFF).astype(np.uint32)
    )


def _common(a: Docs, b: Docs) -> Docs:
    if len(a) > len(b):
        a, b = b, a
    if not len(b):
        return b
    common: Docs = a[b.take(np.searchsorted(b, a), mode="clip") == a]
    return common


def _kept(keys: Keys, others: Keys) -> Keys:
    kept: Keys = keys[others.take(np.searchsorted(others, keys), mode="clip") == keys]
    return kept


def _within(keys: Keys, later: Sequence[Keys], slop: int) -> Keys:
    """Starts from which the later words follow in order with at most ``slop`` words in between.

    Taking the nearest next occurrence each time gives the narrowest stretch from a given start.
    """
    ends = keys
    alive = np.ones(len(keys), np.bool_)
    for others in later:
        places = np.searchsorted(others, ends, side="right")
        alive &= places < len(others)
        ends = others.take(places, mode="clip")
    found: Keys = keys[alive & (ends - keys <= slop + len(later)) & (ends >> 32 == keys >> 32)]
    return found


def _starts(words: Sequence[PositionList], slop: int) -> Keys:
    """The first words of all occurrences of a phrase."""
    docs = reduce(_common, sorted((word.docs for word in words), key=len))
    if not len(docs):
        return np.empty(0, np.int64)
    if slop:
        first, *later = (word.keys(docs, 0) for word in words)
        return _within(first, later, slop)
    rows = sorted((word.keys(docs, place) for place, word in enumerate(words)), key=len)
    return reduce(_kept, rows)


def phrase_places(words: Sequence[PositionList], slop: int) -> PositionList:
    """Where the words of a phrase stand as parts of it; with ``slop`` only where each first one does."""
    starts = _starts(words, slop)
    length = 1 if slop else len(words)
    return _of_keys(np.unique(starts[:, None] + np.arange(length)))


def occurrences(words: Sequence[PositionList], slop: int) -> tuple[Docs, NDArray[np.float32]]:
    """Documents that hold a phrase, and how often.

    Args:
        words: the words in order, at least one.
        slop: how many other words may stand among them in all.
    """
    found, counts = np.unique(_starts(words, slop) >> 32, return_counts=True)
    return found.astype(np.intp, copy=False), counts.astype(np.float32)
