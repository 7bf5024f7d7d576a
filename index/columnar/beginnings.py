"""In how many articles a word begins so, counted when an index is written: for three letters, and for four.

A query finds other words of the same stem by how they begin; how rare such a beginning is decides what that
is worth. To count it then would be to read the lists of all these words.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import Final

import numpy as np

from onneshon.index.analysis.script import is_bengali
from onneshon.index.arrays import U4
from onneshon.index.columnar.section_file import SectionFile, SectionWriter
from onneshon.index.columnar.term_dictionary import (
    TermBlock,
    TermDictionary,
    TermDictionaryWriter,
    term_bytes,
    term_text,
)
from onneshon.index.kernel.encoding import count_unions

LENGTHS: Final = (3, 4)
"""Code points."""

NONE: Final = 2**32 - 1
"""The number of a term that has no beginning of a length."""


class _Counter:
    """Counts the articles of each beginning of one length; words of one beginning come together."""

    def __init__(self, length: int) -> None:
        self._length = length
        self.found: list[str] = []
        self._counts = np.zeros(0, np.uint32)
        self._seen = np.zeros(0, np.uint32)

    @property
    def counts(self) -> list[int]:
        """The articles of each beginning found."""
        counts: list[int] = self._counts[: len(self.found)].tolist()
        return counts

    def extend(self, words: Sequence[str], counts: U4, docs: U4) -> None:
        """Count the postings of words, which are in order."""
        numbers = np.fromiter(map(self._number, words), np.uint32, len(words))
        self._counts = _at_least(self._counts, len(self.found))
        self._seen = _at_least(self._seen, int(docs.max(initial=0)) + 1)
        count_unions(numbers, counts, docs, self._seen, self._counts)

    def _number(self, word: str) -> int:
        beginning = word[: self._length]
        if len(beginning) < self._length or not is_bengali(beginning):
            return NONE
        if not self.found or self.found[-1] != beginning:
            self.found.append(beginning)
        return len(self.found) - 1


def _at_least(numbers: U4, size: int) -> U4:
    """The numbers, and zeros after them, twice as many where they were too few."""
    if len(numbers) >= size:
        return numbers
    return np.concatenate([numbers, np.zeros(max(size, 2 * len(numbers)) - len(numbers), np.uint32)])


class BeginningsWriter:
    """Counts while a field is written; writes ``name/begin/...`` and ``name/begin/df`` at its end."""

    def __init__(self, writer: SectionWriter, name: str) -> None:
        self._writer = writer
        self._name = f"{name}/begin"
        self._counters = [_Counter(length) for length in LENGTHS]

    def extend(self, block: TermBlock) -> None:
        """Count the postings of a block."""
        words = [term_text(term) for term in block.terms]
        counts, docs = block.counts.astype(np.uint32), block.docs.astype(np.uint32)
        for counter in self._counters:
            counter.extend(words, counts, docs)

    def finish(self) -> None:
        """Write the sections."""
        counts = {
            term_bytes(beginning): count
            for counter in self._counters
            for beginning, count in zip(counter.found, counter.counts, strict=True)
        }
        beginnings = sorted(counts)
        TermDictionaryWriter(self._writer, self._name).extend(beginnings)
        column = np.fromiter(map(counts.__getitem__, beginnings), np.uint32, len(beginnings))
        self._writer.section(f"{self._name}/df", "<u4").extend(column)


class Beginnings:
    """The beginnings of the words of a field of one segment. Safe to share between threads.

    Args:
        file: the segment's inverted file.
        name: of the field.
    """

    def __init__(self, file: SectionFile, name: str) -> None:
        self._dictionary = TermDictionary(file, f"{name}/begin")
        self._section = file.section(f"{name}/begin/df")

    @cached_property
    def _counts(self) -> memoryview:
        return self._section.whole().data  # an element of it is a number of Python, at half the cost

    def df(self, beginning: str) -> int:
        """How many articles, deleted ones included, hold a word that begins so: 3 or 4 letters; else 0."""
        ordinal, found = self._dictionary.find(term_bytes(beginning))
        return self._counts[ordinal] if found else 0
