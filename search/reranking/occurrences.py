"""Where the words of a query stand in a few documents, and how near to each other."""

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from search.retrieval.phrases import Places

__all__ = ["Occurrences"]

WORD_BITS = 6
"""Enough for ``words.MAX_WORDS``."""

FARTHEST = 1 << 31
"""Places that differ by more stand in different texts."""


class Occurrences:
    """The occurrences of some words in some documents.

    Args:
        places: of each word.
        rows: how many documents are looked at.
    """

    def __init__(self, places: Sequence[Places], rows: int) -> None:
        self.places = places
        self.rows = rows
        marked = [part << WORD_BITS | number for number, part in enumerate(places)]
        keys = np.concatenate(marked) if marked else np.empty(0, np.int64)
        keys.sort()
        self._where = keys >> WORD_BITS
        self._words = keys & ((1 << WORD_BITS) - 1)
        self._cells = (keys >> WORD_BITS + 33) * len(places) + self._words

    def _table(self, chosen: NDArray[np.bool_] | None = None) -> NDArray[np.bool_]:
        table = np.zeros(self.rows * len(self.places), np.bool_)
        table[self._cells if chosen is None else self._cells[chosen]] = True
        return table.reshape(self.rows, len(self.places))

    @cached_property
    def _in_body(self) -> NDArray[np.bool_]:
        return (self._where >> 32 & 1).astype(np.bool_)

    @cached_property
    def held(self) -> NDArray[np.bool_]:
        """Whether a document holds a word, shape (rows, words)."""
        return self._table()

    @cached_property
    def in_title(self) -> NDArray[np.bool_]:
        """Whether the title of a document holds a word, shape (rows, words)."""
        return self._table(~self._in_body)

    @cached_property
    def first(self) -> NDArray[np.float64]:
        """The first position of a word in the body, infinite where it is not there, shape (rows, words)."""
        first = np.full(self.rows * len(self.places), np.inf)
        body = self._in_body
        np.minimum.at(first, self._cells[body], (self._where[body] & 0xFFFFFFFF).astype(np.float64))
        return first.reshape(self.rows, len(self.places))

    @cached_property
    def distance(self) -> NDArray[np.float64]:
        """The least distance from one word to a later occurrence of another, shape (rows, words, words).

        In tokens, from any occurrence of the first word to the next one of the second in the same text;
        infinite where there is none.
        """
        count = len(self.places)
        table = np.full((self.rows * count, count), np.inf)
        if len(self._where):
            order = self._cells.argsort(kind="stable")
            cells = self._cells[order]
            starts = np.concatenate([[0], (cells[1:] != cells[:-1]).nonzero()[0] + 1])
            least = np.minimum.reduceat(self._gaps()[order], starts, axis=0)
            table[cells[starts]] = np.where(least < FARTHEST, least, np.inf)
        return table.reshape(self.rows, count, count)

    def _gaps(self) -> NDArray[np.int64]:
        """Tokens from each occurrence to the next one of each word, of its own word 0."""
        following = np.full((len(self._where), len(self.places)), np.iinfo(np.int64).max)
        following[np.arange(len(self._where)), self._words] = self._where
        backwards = following[::-1]
        np.minimum.accumulate(backwards, axis=0, out=backwards)
        gaps: NDArray[np.int64] = following - self._where[:, None]
        return gaps

    def only(self, words: Sequence[int]) -> "Occurrences":
        """Those of some of the words, given by their numbers in ascending order."""
        if len(words) == len(self.places):
            return self
        return Occurrences([self.places[number] for number in words], self.rows)

    def follows(self, first: Places, second: Places, tokens: int = 1) -> NDArray[np.bool_]:
        """In which documents one word stands just so many tokens after another, shape (rows,)."""
        found = np.zeros(self.rows, np.bool_)
        if len(first) and len(second):
            expected = first + tokens
            met = second.take(second.searchsorted(expected), mode="clip") == expected
            found[first[met] >> 33] = True
        return found
