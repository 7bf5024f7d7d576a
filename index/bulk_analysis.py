"""Analysis of many texts into arrays of term numbers: what an index build needs, several times faster.

White space is where no word crosses, so texts are taken apart at it and each distinct chunk (a word with its
punctuation) is analysed once. What remains per chunk is one dictionary look-up; NumPy turns the numbers of
chunks into those of their terms, a whole batch at a time. The terms are those of ``index.analyzer.analyze``.
"""

from array import array
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.analyzer import analyze_afresh

__all__ = ["Batch", "BatchAnalyzer"]

_LARGEST_TABLE = 1 << 18
"""Distinct chunks kept, about 250 bytes each; when there are more, all are forgotten and learnt again."""
_LONGEST_KEPT = 48
"""Longer chunks (addresses, texts without spaces) hardly come again."""


@dataclass(frozen=True, slots=True)
class Batch:
    """The tokens of the texts added since the last batch.

    Attributes:
        exact_ids: shape (tokens,), places in ``BatchAnalyzer.exact_terms``.
        stem_ids: shape (tokens,), places in ``BatchAnalyzer.stem_terms``.
        lengths: shape (texts,), number of tokens of each text added, in order.
    """

    exact_ids: NDArray[np.uint32]
    stem_ids: NDArray[np.uint32]
    lengths: NDArray[np.uint32]


class _Numbering(dict[str, int]):
    """Numbers terms in the order in which they are first asked for."""

    def __init__(self) -> None:
        self.terms: list[str] = []

    def __missing__(self, term: str) -> int:
        number = self[term] = len(self.terms)
        self.terms.append(term)
        return number


class _Chunks(dict[str, int]):
    """Numbers chunks, and remembers the terms of each: one chunk's stand together in the flat arrays."""

    def __init__(self, exact: _Numbering, stem: _Numbering) -> None:
        self._exact = exact
        self._stem = stem
        self.counts: list[int] = []
        self.exact_ids = array("I")
        self.stem_ids = array("I")

    def __missing__(self, chunk: str) -> int:
        number = len(self.counts)
        tokens = analyze_afresh(chunk)
        self.counts.append(len(tokens))
        self.exact_ids.extend([self._exact[token.exact] for token in tokens])
        self.stem_ids.extend([self._stem[token.stem] for token in tokens])
        if len(chunk) <= _LONGEST_KEPT:
            self[chunk] = number
        return number


class BatchAnalyzer:
    """Analyses texts one after another and hands out their terms by number, a batch at a time.

    The numbering of terms goes on from batch to batch. Not thread-safe.

    Attributes:
        exact_terms: the terms of the exact layer, by number.
        stem_terms: the terms of the stem layer, by number.
    """

    def __init__(self) -> None:
        self._exact = _Numbering()
        self._stem = _Numbering()
        self._chunks = _Chunks(self._exact, self._stem)
        self._pending = array("I")
        self._lengths = array("I")
        self._parts: list[tuple[NDArray[np.uint32], NDArray[np.uint32]]] = []
        self.exact_terms = self._exact.terms
        self.stem_terms = self._stem.terms

    def add(self, text: str) -> int:
        """Analyses one text; returns the number of its tokens."""
        if len(self._chunks.counts) > _LARGEST_TABLE:
            self._expand()
            self._chunks = _Chunks(self._exact, self._stem)
        # Splitting at one character is twice as fast as at all white space; the rest is left to the analysis.
        numbers = list(map(self._chunks.__getitem__, text.replace("\n", " ").split(" ")))
        self._pending.fromlist(numbers)
        length = sum(map(self._chunks.counts.__getitem__, numbers))
        self._lengths.append(length)
        return length

    def take(self) -> Batch:
        """The tokens of all texts added since the last call."""
        self._expand()
        exact, stem = ([part[layer] for part in self._parts] for layer in (0, 1))
        batch = Batch(np.concatenate(exact), np.concatenate(stem), np.array(self._lengths, np.uint32))
        self._parts.clear()
        self._lengths = array("I")
        return batch

    def _expand(self) -> None:
        """Turns the numbers of the pending chunks into those of their terms."""
        chunks = np.array(self._pending, np.uint32)
        counts = np.array(self._chunks.counts, np.uint32)
        firsts = np.cumsum(counts, dtype=np.int64) - counts
        lengths = counts[chunks]
        # Place of each token in the flat arrays: its chunk's first place plus its rank within the chunk.
        before = np.cumsum(lengths, dtype=np.int64) - lengths
        places = np.arange(int(lengths.sum())) + np.repeat(firsts[chunks] - before, lengths)
        exact_ids = np.array(self._chunks.exact_ids, np.uint32)
        stem_ids = np.array(self._chunks.stem_ids, np.uint32)
        self._parts.append((exact_ids[places], stem_ids[places]))
        self._pending = array("I")
