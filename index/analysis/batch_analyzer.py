"""Analysis of many texts into arrays of term numbers: what an index build needs, several times faster.

White space is where no word crosses, so texts are taken apart at it and each distinct chunk (a word with
its punctuation) is analysed once. What remains per chunk is one dictionary look-up; NumPy turns chunks into
terms, a whole batch at a time. The terms are those of ``analyze``.
"""

from array import array
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.analysis.canonical import canonical
from index.analysis.chunk_cache import ChunkCache
from index.analysis.stemmer import stem_key
from index.analysis.tokenizer import words_of
from index.arrays import gather_ranges, starts_of

__all__ = ["Batch", "BatchAnalyzer"]

_CHUNK_BYTES = 128 << 20
"""Chunks met lately, about 250 bytes each."""
_LONGEST_SERIES = 1 << 21
"""Words of all chunks of several words that are kept from batch to batch, four bytes each."""


@dataclass(frozen=True, slots=True)
class Batch:
    """The tokens of the texts added since the last batch.

    Attributes:
        ids: shape (tokens,), places in ``BatchAnalyzer.exact_of`` and ``BatchAnalyzer.stem_of``.
        lengths: shape (texts,), number of tokens of each text added, in order.
    """

    ids: NDArray[np.uint32]
    lengths: NDArray[np.uint32]


class _Words(dict[str, int]):
    """Numbers exact keys in the order in which they are met, and knows the stem of each.

    An exact key is its own exact key, so that the table also answers for most words as they are written.
    """

    def __init__(self) -> None:
        self.exact_terms: list[str] = []
        self.stem_terms: list[str] = []
        self.stem_of = array("I")
        self._stems: dict[str, int] = {}

    def __missing__(self, word: str) -> int:
        """The number of a word met for the first time in this spelling, -1 where nothing of it is visible."""
        exact = canonical(word)
        if not exact:
            return -1
        known = self.get(exact)
        return self._learn(exact) if known is None else known

    def _learn(self, exact: str) -> int:
        stem = stem_key(exact)
        if stem not in self._stems:
            self._stems[stem] = len(self.stem_terms)
            self.stem_terms.append(stem)
        self.stem_of.append(self._stems[stem])
        number = self[exact] = len(self.exact_terms)
        self.exact_terms.append(exact)
        return number


class _Numbers:
    """What stands between two spaces, as a number: its word's, or below 0 unless it is one word.

    A number below 0 is ``~place``, a place in the table of series of words.
    """

    def __init__(self, words: _Words) -> None:
        self._words = words
        self.series = array("I")
        self.counts = array("I")

    def number(self, chunk: str) -> int:
        """The number of a chunk; one below 0 is another one each time, for the same words."""
        numbers = [number for word in words_of(chunk) if (number := self._words[word]) >= 0]
        if len(numbers) == 1:
            return numbers[0]
        self.series.extend(numbers)
        self.counts.append(len(numbers))
        return ~(len(self.counts) - 1)

    def length(self, numbers: list[int]) -> int:
        """How many words some chunks have."""
        counts = self.counts
        return len(numbers) + sum([counts[~number] - 1 for number in numbers if number < 0])

    def words(self, numbers: NDArray[np.int64]) -> NDArray[np.uint32]:
        """The words of chunks, in order."""
        lengths = np.ones(len(numbers), np.int64)
        several = np.flatnonzero(numbers < 0)
        places = ~numbers[several]
        counts = np.array(self.counts, np.int64)
        lengths[several] = counts[places]
        words = np.repeat(numbers, lengths)
        words[words < 0] = np.array(self.series, np.int64)[
            gather_ranges(starts_of(counts)[places], counts[places])
        ]
        return words.astype(np.uint32)


class BatchAnalyzer:
    """Analyses texts one after another and hands out their terms by number, a batch at a time.

    The numbering of terms goes on from batch to batch. Not thread-safe.

    Attributes:
        exact_terms: the terms of the exact layer, by number.
        stem_terms: the terms of the stem layer, by number.
    """

    def __init__(self) -> None:
        self._words = _Words()
        self._begin()
        self._pending = array("i")
        self._lengths = array("I")
        self.exact_terms = self._words.exact_terms
        self.stem_terms = self._words.stem_terms

    def _begin(self) -> None:
        self._numbers = _Numbers(self._words)
        self._chunks = ChunkCache(self._numbers.number, _CHUNK_BYTES)

    @property
    def exact_of(self) -> NDArray[np.uint32]:
        """The place in ``exact_terms`` of each id: the same."""
        return np.arange(len(self.exact_terms), dtype=np.uint32)

    @property
    def stem_of(self) -> NDArray[np.uint32]:
        """The place in ``stem_terms`` of each id."""
        return np.array(self._words.stem_of, np.uint32)

    def add(self, text: str) -> int:
        """Analyses one text; returns the number of its tokens."""
        # Splitting at one character is twice as fast as at all white space; the rest is left to the analysis.
        numbers = list(map(self._chunks.__getitem__, text.replace("\n", " ").split(" ")))
        self._pending.fromlist(numbers)
        length = self._numbers.length(numbers)
        self._lengths.append(length)
        return length

    def take(self) -> Batch:
        """The tokens of all texts added since the last call."""
        ids = self._numbers.words(np.array(self._pending, np.int64))
        batch = Batch(ids, np.array(self._lengths, np.uint32))
        self._pending = array("i")
        self._lengths = array("I")
        if len(self._numbers.series) > _LONGEST_SERIES:
            self._begin()
        return batch
