"""The counts of adjacent pairs of words in all text of an index, and of the words.

The file is one of sections (``index.columnar.section_file``):

    words/...        the words in the order of code points (``index.columnar.term_dictionary``)
    occurrences      a column of counts [words]
    starts           uint32[words + 1]  where the pairs with each first word begin
    seconds          uint32[pairs]      the second word of each, ascending for each first
    counts           a column of counts [pairs]

A column of counts has a byte for each count, 255 for larger ones too, and two sections of 32-bit numbers:
``/places``, the ascending indexes of those from 255 on, and ``/counts``, their values.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import closing
from functools import cached_property, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from onneshon.index.columnar.section_file import SectionFile, SectionWriter, write_file
from onneshon.index.columnar.sections import U4, ends_of, explaining_damage
from onneshon.index.columnar.term_dictionary import TermDictionary, TermDictionaryWriter, term_text
from onneshon.index.errors import REPAIR, IndexCorruptError
from onneshon.index.kernel import DamageError
from onneshon.index.kernel.terms import APART, TermPairs
from onneshon.index.vocabulary.pair_counts import PairCounts, joined

PAIRS_EXT: Final = ".pairs"
"""The suffix of a segment's file."""
FILE_NAME: Final = "pairs.bin"
"""Name of the file of an index on a cluster."""
LATELY: Final = 256
"""The number of prefixes whose ranges of words are cached: a query asks for one at many words."""
LAST: Final = "\U0010ffff"
"""A character that sorts after every letter."""

TOTAL: Final = "total"


def write_pairs(path: Path, found: PairCounts) -> None:
    """Write counts to a new file."""
    firsts = (found.pairs >> np.uint64(32)).astype(np.int64)
    sizes = np.bincount(firsts, minlength=len(found.words))
    with closing(SectionWriter(path.parent)) as sections:
        sections.facts[TOTAL] = found.total
        TermDictionaryWriter(sections, "words").extend(found.words)
        _write_counts(sections, "occurrences", found.occurrences)
        sections.section("starts", "<u4").extend(np.concatenate(([0], ends_of(sizes))))
        sections.section("seconds", "<u4").extend(found.pairs & np.uint64(0xFFFFFFFF))
        _write_counts(sections, "counts", found.counts)
        write_file(sections, path)


def _write_counts(sections: SectionWriter, name: str, counts: NDArray[np.int64]) -> None:
    many = np.flatnonzero(counts >= APART)
    sections.section(name, "|u1").extend(np.minimum(counts, APART))
    sections.section(f"{name}/places", "<u4").extend(many)
    sections.section(f"{name}/counts", "<u4").extend(counts[many])


class _Counts:
    """Reads a column of counts."""

    def __init__(self, file: SectionFile, name: str) -> None:
        self._name = file.name
        self.low, self.places, self.large = map(file.array, (name, f"{name}/places", f"{name}/counts"))
        self._values = self.low.data  # an element of it is a number of Python, at half the cost

    def __getitem__(self, index: int) -> int:
        count: int = self._values[index]
        return count if count < APART else self._large(index)

    def _large(self, index: int) -> int:
        """A count from 255 on, which is stored apart."""
        at = bisect_left(self.places.data, index)
        if at == len(self.places) or self.places[at] != index:
            raise self._damage()
        return int(self.large[at])

    def _damage(self) -> IndexCorruptError:
        return IndexCorruptError(f"{self._name} is damaged: it has pairs without counts; {REPAIR}")

    def often(self, start: int, stop: int, least: int) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
        """The indexes of the counts of a range that are at least ``least``, highest first, and the counts."""
        found = start + np.flatnonzero(self.low[start:stop] >= min(least, APART))
        counts = self.low[found].astype(np.int64)
        for at in np.flatnonzero(counts == APART).tolist():
            counts[at] = self._large(int(found[at]))
        order = np.argsort(-counts, kind="stable")[: np.count_nonzero(counts >= least)]
        return found[order], counts[order]

    def all(self) -> NDArray[np.int64]:
        """All counts."""
        counts = self.low.astype(np.int64)
        if not np.array_equal(self.places, np.flatnonzero(counts == APART)):
            raise self._damage()
        counts[self.places] = self.large
        return counts


class WordPairs:
    """The counts of an index. Threads may share it.

    Looking something up raises IndexCorruptError where the file is not as it was built.

    Args:
        file: what ``write_pairs`` wrote.
    """

    def __init__(self, file: SectionFile) -> None:
        self._file = file
        self._words = TermDictionary(file, "words")
        self._beginning = lru_cache(LATELY)(self._found_beginning)

    @classmethod
    def open(cls, path: Path) -> Self | None:
        """Map a file; None where there is none.

        Raises:
            IndexCorruptError: the file is cut short, altered in its head, or of another version.
        """
        return cls(SectionFile.open(path)) if path.exists() else None

    def verify(self) -> None:
        """Read all of the file; raises IndexCorruptError where it is not as it was built."""
        self._file.verify()

    @cached_property
    def _occurrences(self) -> _Counts:
        return _Counts(self._file, "occurrences")

    @cached_property
    def _seconds(self) -> U4:
        return self._file.array("seconds")

    @cached_property
    def _counts(self) -> _Counts:
        return _Counts(self._file, "counts")

    @cached_property
    def _kernel(self) -> TermPairs:
        counts = self._counts
        columns = (self._file.array("starts"), self._seconds, counts.low, counts.places, counts.large)
        return TermPairs(self._words.kernel, *columns)

    def _damaged(self, error: DamageError) -> IndexCorruptError:
        return IndexCorruptError(f"{self._file.name} is damaged: {error}; {REPAIR}")

    @property
    def total(self) -> int:
        """Words of all text, each as often as it occurs."""
        return int(self._file.facts[TOTAL])

    def __len__(self) -> int:
        """How many pairs there are."""
        return len(self._file.section("seconds"))

    def occurrences(self, word: str) -> int:
        """The number of occurrences of a word in canonical spelling; 0 if it was too rare to be kept."""
        number = self._words.ordinal(word)
        return 0 if number < 0 else self._occurrences[number]

    @explaining_damage
    def count(self, first: str, second: str) -> int:
        """The number of times a word directly precedes another in a sentence; 0 if too rare to be kept."""
        return self._kernel.count(first, second)

    @explaining_damage
    def counts_beside(self, before: str, words: Sequence[str], after: str) -> Sequence[tuple[int, int]]:
        """For each of some words, how often it directly follows one word, and precedes another.

        Args:
            before: the word before, in canonical spelling; empty for none.
            words: the words between, in canonical spelling.
            after: the word after, in canonical spelling; empty for none.
        """
        return self._kernel.beside(before, words, after)

    def in_a_row(self, words: Sequence[str]) -> bool:
        """Whether each word directly precedes the next one somewhere."""
        return all(self.count(*pair) for pair in pairwise(words))

    def followers(self, first: str, beginning: str = "", least: int = 1) -> Sequence[tuple[str, int]]:
        """The words that directly follow one, with their counts, commonest first, then by spelling.

        Args:
            first: the first word, in canonical spelling.
            beginning: the prefix of the following words.
            least: the least count.
        """
        places, counts = self._counts.often(*self._followers(first, beginning), least)
        words = (term_text(self._words[number]) for number in self._seconds[places].tolist())
        return list(zip(words, counts.tolist(), strict=True))

    def beginning(self, beginning: str) -> Sequence[tuple[str, int]]:
        """The words that begin so, and how often each occurs, by spelling."""
        numbers = range(*self._beginning(beginning))
        return [(term_text(self._words[number]), self._occurrences[number]) for number in numbers]

    def _found_beginning(self, beginning: str) -> tuple[int, int]:
        """The range of the words with a prefix."""
        low, high = (self._words.find(term.encode())[0] for term in (beginning, beginning + LAST))
        return low, high

    @explaining_damage
    def _followers(self, first: str, beginning: str) -> tuple[int, int]:
        """The range of the pairs with a first word whose second words have a prefix."""
        start, stop = self._kernel.range(first)
        if not beginning or start == stop:
            return start, stop
        low, high = self._beginning(beginning)
        start = bisect_left(self._seconds.data, low, start, stop)
        return start, bisect_left(self._seconds.data, high, start, stop)

    def counts(self) -> PairCounts:
        """All of it, to be added to others."""
        starts = self._file.array("starts").astype(np.int64)
        firsts = np.repeat(np.arange(len(self._words), dtype=np.uint64), np.diff(starts))
        pairs = firsts << np.uint64(32) | self._seconds.astype(np.uint64)
        words = list(self._words.from_ordinal())
        return PairCounts(words, self._occurrences.all(), pairs, self._counts.all(), self.total)


class SeveralWordPairs(WordPairs):
    """The counts of several segments as one. Threads may share it.

    Articles that were deleted since count until their segment is merged.

    Args:
        parts: of each segment that has them.
    """

    def __init__(self, parts: Sequence[WordPairs]) -> None:
        self._parts = tuple(parts)

    def verify(self) -> None:
        """Read all of the files; raises IndexCorruptError where one is not as it was built."""
        for part in self._parts:
            part.verify()

    @property
    def total(self) -> int:
        """Words of all text, each as often as it occurs."""
        return sum(part.total for part in self._parts)

    def __len__(self) -> int:
        """The number of pairs of the largest part, which the others mostly have as well."""
        return max(map(len, self._parts), default=0)

    def occurrences(self, word: str) -> int:
        """How often a word in canonical spelling occurs."""
        return sum(part.occurrences(word) for part in self._parts)

    def count(self, first: str, second: str) -> int:
        """How often a word stands before another in one sentence."""
        return sum(part.count(first, second) for part in self._parts)

    def counts_beside(self, before: str, words: Sequence[str], after: str) -> Sequence[tuple[int, int]]:
        """How often each of some words stands behind one word, and how often before another."""
        parts = [part.counts_beside(before, words, after) for part in self._parts]
        return [
            (sum(counts[at][0] for counts in parts), sum(counts[at][1] for counts in parts))
            for at in range(len(words))
        ]

    def followers(self, first: str, beginning: str = "", least: int = 1) -> Sequence[tuple[str, int]]:
        """The words that stand after one, and how often, commonest first."""
        found: Counter[str] = Counter()
        for part in self._parts:
            found.update(dict(part.followers(first, beginning)))
        often = (entry for entry in found.items() if entry[1] >= least)
        return sorted(often, key=lambda entry: (-entry[1], entry[0]))

    def beginning(self, beginning: str) -> Sequence[tuple[str, int]]:
        """The words that begin so, and how often each occurs, by spelling."""
        found: Counter[str] = Counter()
        for part in self._parts:
            found.update(dict(part.beginning(beginning)))
        return sorted(found.items())

    def counts(self) -> PairCounts:
        """All of it, to be added to others."""
        return joined([part.counts() for part in self._parts])


def read_pairs(paths: Iterable[Path]) -> WordPairs:
    """The counts of some segments; those of an earlier version have no such file, and count nothing.

    Raises:
        IndexCorruptError: as for ``WordPairs.open``.
    """
    found = [part for part in map(WordPairs.open, paths) if part is not None]
    return found[0] if len(found) == 1 else SeveralWordPairs(found)
