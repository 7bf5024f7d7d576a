"""Analysis of many texts into arrays of term numbers: what an index build needs, several times faster.

No word crosses white space, so texts are split at it and each distinct chunk (a word with its
punctuation) is analysed once. What remains per chunk is one look-up in a compiled table. The terms are
those of ``analyze``.
"""

import re
from array import array
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from onneshon.index.analysis.analyzer import LONGEST_KEPT
from onneshon.index.analysis.canonical import canonical
from onneshon.index.analysis.stemmer import stem_key
from onneshon.index.analysis.tokenizer import ENDS_SENTENCE, plain_classes, tokenize
from onneshon.index.kernel.words import ChunkTable, WordTable

_CHUNK_BYTES = 128 << 20
"""The budget of the cache of recent chunks, about 60 bytes each."""
_ENDS_SENTENCE: Final = re.compile(ENDS_SENTENCE)
_FULL_STOP: Final = re.compile(r"\.[”’\"')]*\Z")
_ABBREVIATED: Final = 4
"""The most code points of a word after which a full stop may mark an abbreviation: মো. and Dr."""
_SENTENCE_END: Final = 1 << 31
_NO_WORD: Final = (1 << 32) - 1

KnownStem: TypeAlias = Callable[[str], str | None]


def _nobody_knows(_word: str) -> None:
    """Return None: no stem is known beforehand."""


@dataclass(frozen=True, slots=True)
class Batch:
    """The tokens of the texts added since the last batch.

    Attributes:
        ids: shape (tokens,), indexes in ``BatchAnalyzer.exact_of`` and ``BatchAnalyzer.stem_of``.
        lengths: shape (texts,), number of tokens of each text added, in order.
        ends: shape (tokens,), 1 for the last token of a sentence, a line or a text.
    """

    ids: NDArray[np.uint32]
    lengths: NDArray[np.uint32]
    ends: NDArray[np.uint8]


class BatchAnalyzer:
    """Analyses texts one after another and hands out their terms by number, a batch at a time.

    The numbering of terms continues from batch to batch. Not thread-safe.

    Args:
        known_stem: returns the stem key of a word in canonical spelling, if it is known from the same rules;
            a look-up costs a fifth of the computation.

    Attributes:
        exact_terms: the terms of the exact layer, by number.
        stem_terms: the terms of the stem layer, by number.
    """

    def __init__(self, known_stem: KnownStem = _nobody_knows) -> None:
        self._known_stem = known_stem
        self._words = WordTable(canonical, self._stem_key, plain_classes())
        self._chunks = ChunkTable(self._numbers, _CHUNK_BYTES, LONGEST_KEPT, self._words)
        self._lengths = array("I")
        self.exact_terms = self._words.exact_terms
        self.stem_terms = self._words.stem_terms

    def _stem_key(self, exact: str) -> str:
        return self._known_stem(exact) or stem_key(exact)

    def _numbers(self, chunk: str) -> list[int]:
        """The term numbers of a chunk that is not one plain word; the last of a sentence is marked."""
        if not (_ENDS_SENTENCE.search(chunk) or _FULL_STOP.search(chunk)):
            return [number for token in tokenize(chunk) if (number := self._words.number(token.word)) >= 0]
        tokens = tokenize(chunk)
        first, *nexts = [*(token.start for token in tokens), len(chunk)]
        found = [] if tokens and not _ENDS_SENTENCE.search(chunk[:first]) else [_NO_WORD]
        for token, after in zip(tokens, nexts, strict=True):
            number = self._words.number(token.word)
            if number >= 0:
                ends = _ends_sentence(token.word, chunk[token.end : after])
                found.append(number + _SENTENCE_END * ends)
        return found

    @property
    def exact_of(self) -> NDArray[np.uint32]:
        """The index in ``exact_terms`` of each id: the id itself."""
        return np.arange(len(self.exact_terms), dtype=np.uint32)

    @property
    def stem_of(self) -> NDArray[np.uint32]:
        """The index in ``stem_terms`` of each id."""
        return self._words.stem_of

    def anew(self) -> "BatchAnalyzer":
        """A new analyser with empty tables."""
        return BatchAnalyzer(self._known_stem)

    def add(self, text: str) -> int:
        """Analyse one text; returns the number of its tokens."""
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
    """Whether a sentence ends after a word, given the text between it and the next word of its chunk."""
    if _ENDS_SENTENCE.search(between):
        return True
    return len(word) > _ABBREVIATED and _FULL_STOP.search(between) is not None
