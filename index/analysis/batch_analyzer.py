"""Analysis of many texts into arrays of term numbers: what an index build needs, several times faster.

White space is where no word crosses, so texts are taken apart at it and each distinct chunk (a word with
its punctuation) is analysed once. What remains per chunk is one look-up in a compiled table. The terms are
those of ``analyze``.
"""

import re
from array import array
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from onneshon.index.analysis.canonical import canonical
from onneshon.index.analysis.chunk_cache import LONGEST_KEPT
from onneshon.index.analysis.stemmer import stem_key
from onneshon.index.analysis.tokenizer import plain_word, tokenize, words_of
from onneshon.index.kernel.texts import ChunkTable

__all__ = ["Batch", "BatchAnalyzer", "KnownStem"]

_CHUNK_BYTES = 128 << 20
"""Chunks met lately, about 60 bytes each."""
_ENDS_SENTENCE: Final = re.compile("[।॥৷!?;]")
_FULL_STOP: Final = re.compile(r"\.[”’\"')]*\Z")
_ABBREVIATED: Final = 4
"""Code points of a word after which a full stop may be that of an abbreviation: মো. and Dr."""
_SENTENCE_END: Final = 1 << 31
_NO_WORD: Final = (1 << 32) - 1

KnownStem: TypeAlias = Callable[[str], str | None]


def _nobody_knows(_word: str) -> None:
    """No stem was made before."""


@dataclass(frozen=True, slots=True)
class Batch:
    """The tokens of the texts added since the last batch.

    Attributes:
        ids: shape (tokens,), places in ``BatchAnalyzer.exact_of`` and ``BatchAnalyzer.stem_of``.
        lengths: shape (texts,), number of tokens of each text added, in order.
        ends: shape (tokens,), 1 for the last token of a sentence, a line or a text.
    """

    ids: NDArray[np.uint32]
    lengths: NDArray[np.uint32]
    ends: NDArray[np.uint8]


class _Words(dict[str, int]):
    """Numbers exact keys in the order in which they are met, and knows the stem of each.

    An exact key is its own exact key, so that the table also answers for most words as they are written.
    """

    def __init__(self, known_stem: KnownStem) -> None:
        self._known_stem = known_stem
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
        stem = self._known_stem(exact) or stem_key(exact)
        if stem not in self._stems:
            self._stems[stem] = len(self.stem_terms)
            self.stem_terms.append(stem)
        self.stem_of.append(self._stems[stem])
        number = self[exact] = len(self.exact_terms)
        self.exact_terms.append(exact)
        return number


class BatchAnalyzer:
    """Analyses texts one after another and hands out their terms by number, a batch at a time.

    The numbering of terms goes on from batch to batch. Not thread-safe.

    Args:
        known_stem: gives the stem key of a word in canonical spelling, where it was made before by the same
            rules; to look it up is a fifth of making it.

    Attributes:
        exact_terms: the terms of the exact layer, by number.
        stem_terms: the terms of the stem layer, by number.
    """

    def __init__(self, known_stem: KnownStem = _nobody_knows) -> None:
        self._known_stem = known_stem
        self._words = _Words(known_stem)
        self._chunks = ChunkTable(self._numbers, _CHUNK_BYTES, LONGEST_KEPT)
        self._lengths = array("I")
        self.exact_terms = self._words.exact_terms
        self.stem_terms = self._words.stem_terms

    def _numbers(self, chunk: str) -> list[int]:
        """The words of a chunk, by number, those marked after which a sentence ends."""
        if not (_ENDS_SENTENCE.search(chunk) or _FULL_STOP.search(chunk)):
            return [number for word in words_of(chunk) if (number := self._words[word]) >= 0]
        if (word := plain_word(chunk)) and not _ENDS_SENTENCE.match(chunk):
            return [self._words[word] + _SENTENCE_END * _ends_sentence(word, chunk)]
        tokens = tokenize(chunk)
        first, *nexts = [*(token.start for token in tokens), len(chunk)]
        found = [] if tokens and not _ENDS_SENTENCE.search(chunk[:first]) else [_NO_WORD]
        for token, after in zip(tokens, nexts, strict=True):
            number = self._words[token.word]
            if number >= 0:
                ends = _ends_sentence(token.word, chunk[token.end : after])
                found.append(number + _SENTENCE_END * ends)
        return found

    @property
    def exact_of(self) -> NDArray[np.uint32]:
        """The place in ``exact_terms`` of each id: the same."""
        return np.arange(len(self.exact_terms), dtype=np.uint32)

    @property
    def stem_of(self) -> NDArray[np.uint32]:
        """The place in ``stem_terms`` of each id."""
        return np.array(self._words.stem_of, np.uint32)

    def anew(self) -> "BatchAnalyzer":
        """Another one that remembers nothing."""
        return BatchAnalyzer(self._known_stem)

    def add(self, text: str) -> int:
        """Analyses one text; returns the number of its tokens."""
        length = self._chunks.add(text)
        self._lengths.append(length)
        return length

    def take(self) -> Batch:
        """The tokens of all texts added since the last call."""
        ids, ends = self._chunks.take()
        batch = Batch(ids, np.array(self._lengths, np.uint32), ends)
        self._lengths = array("I")
        return batch


def _ends_sentence(word: str, between: str) -> bool:
    """Whether a sentence ends after a word, given what stands between it and the next one of its chunk."""
    if _ENDS_SENTENCE.search(between):
        return True
    return len(word) > _ABBREVIATED and _FULL_STOP.search(between) is not None
