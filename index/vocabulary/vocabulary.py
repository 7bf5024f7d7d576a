"""The words of an index, found by how they sound: for Latin queries and for misspelt ones.

Candidates are the words of one consonant skeleton, neighbours in the file, and for misspellings also words
that differ in two letters or so; a noisy channel ranks them (``index.vocabulary.channels``), together with
how frequent they are. ``index.vocabulary.file`` maps the file into memory.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from onneshon.index.analysis.stemmer import fold
from onneshon.index.kernel.spelling import Sounding, nearest, worths
from onneshon.index.vocabulary.channels import (
    SAME_LETTERS,
    SAME_SIGNS,
    latin_distances,
    misspelt,
)
from onneshon.index.vocabulary.file import SENSIBLE, VocabularyFile, decoded, nonsense, padded
from onneshon.index.vocabulary.skeleton import SKELETONS, pack_skeleton, readings
from onneshon.index.vocabulary.spellings import EVERY, Spellings, classes_from, signature

_SLICE: Final = 400
"""Words of one skeleton that are measured, the most frequent."""
_SECOND_READING: Final = 0.7
"""What it costs that a letter is read otherwise than it mostly is."""
_FREQUENCY_WEIGHT: Final = 0.55
_LETTERS_APART: Final = 4
"""Bits in which signatures may differ: two substituted letters differ in four."""
_LENGTHS_APART: Final = 2
_SIMILAR_AT_MOST: Final = 3000
ANY_SCORE: Final = 1e6
"""Farther than any word, but not infinitely, as words are that were not measured to their ends."""
CANDIDATES: Final = 16
"""How many corrections of a misspelt word are offered to whoever reads the query."""
_LONGEST_QUERY: Final = 30
_FINAL_K: Final = "que"
"""How English and French, and names after them, spell a ক at the end of a word."""
Wanted: TypeAlias = Callable[[str], bool]
"""Whether a word is one of those that are looked for; asked before it is counted."""
REMEMBERED: Final = 4_096
_LATELY: Final = 4
"""How many recent results of the first step of a look-up are kept for those that continue from it."""


class Candidate(NamedTuple):
    """A word of the index that may be meant.

    Attributes:
        word: in canonical spelling.
        frequency: number of articles that hold it.
        distance: how unusual a way of writing it was typed, as a natural logarithm; 0 is the usual way.
        score: distance less what the word's frequency is worth; the lowest is the best.
    """

    word: str
    frequency: int
    distance: float
    score: float


class Vocabulary:
    """All Bengali words of an index with their frequencies. Threads may share it.

    Looking a word up raises IndexCorruptError where the file is not as it was built.

    Args:
        file: where they are.
    """

    def __init__(self, file: VocabularyFile) -> None:
        self._file = file
        columns = file.columns
        self._skeletons = columns[
            "skeletons"
        ].data  # an element of it is a number of Python, at half the cost
        self._frequencies = columns["frequencies"]
        self._unit_starts = columns["unit_starts"]
        self._letter_starts = columns["letter_starts"]
        self._loans = columns["loans"]
        # Queries come again, and so do their words: a look-up takes a millisecond, and its answer is small.
        self._known_romanised = lru_cache(REMEMBERED)(self._romanised)
        self._known_similar = lru_cache(REMEMBERED)(self._similar)
        self._known_near = lru_cache(_LATELY)(self._near_and_frequent)
        self._units = columns["units"]
        self._letters = columns["letters"]
        self._letter_bytes = columns["letters"].data
        words = (columns["skeletons"], self._frequencies, self._letter_starts, self._letters)
        self._sounding = Sounding(SKELETONS, SAME_LETTERS, *words)
        self._signs = Sounding(SKELETONS, SAME_SIGNS, *words)

    @classmethod
    def open(cls, directory: Path, sha256: str = "") -> Self | None:
        """Opens the vocabulary of an index; None if it has none.

        Args:
            directory: of the index.
            sha256: what the digest of the file must be, which is seen to when a word is looked up first;
                empty where none is known.

        Raises:
            IndexCorruptError: the file is cut short, altered in its head, or of another version.
        """
        file = VocabularyFile.open(directory, sha256)
        return None if file is None else cls(file)

    @cached_property
    def _spellings(self) -> Spellings:
        """The words by their letters."""
        columns = self._file.columns
        with SENSIBLE:
            return Spellings(columns["in_runs"], columns["runs"], columns["signatures"])

    def verify(self) -> None:
        """Read all of the file; raises IndexCorruptError where it is not as it was built."""
        self._file.verify()

    def __len__(self) -> int:
        return len(self._frequencies)

    def frequency(self, word: str) -> int:
        """How many articles hold a word in canonical spelling; 0 for a word that is not here."""
        self._file.ensure_sound()
        with SENSIBLE:
            index = self._sounding.find(word)
        return 0 if index < 0 else int(self._frequencies[index])

    def romanised(self, latin: str, limit: int = 5) -> list[Candidate]:
        """The words that a Latin spelling may stand for, best first.

        Args:
            latin: one word; letters other than a to z are left out.
            limit: how many at most.
        """
        return list(self._known_romanised(_latin_letters(latin), limit))

    def _romanised(self, typed: str, limit: int) -> tuple[Candidate, ...]:
        chosen, departures = self._heard(typed)
        if not len(chosen):
            return ()
        units = padded(self._units, self._unit_starts, chosen)
        distances = latin_distances(typed, units, self._loans[chosen]) + departures
        return tuple(self._ranked(chosen, distances, limit))

    def _heard(self, typed: str) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The indexes of words that Latin letters may stand for, and what each costs beside its distance."""
        self._file.ensure_sound()
        indexes: list[NDArray[np.int64]] = [np.empty(0, np.int64)]
        departures: list[NDArray[np.float32]] = [np.empty(0, np.float32)]
        for turn, reading in enumerate(readings(typed)):
            found = self._range(reading)[:_SLICE]
            indexes.append(np.arange(found.start, found.stop))
            departures.append(np.full(len(found), _SECOND_READING if turn else 0, np.float32))
        return np.concatenate(indexes), np.concatenate(departures)

    def similar(self, word: str, limit: int = 5, most: float = ANY_SCORE, least: int = 1) -> list[Candidate]:
        """The words that a Bengali word may be misspelt for, best first; the word itself is none of them.

        Args:
            word: in canonical spelling.
            limit: how many at most.
            most: their scores at most.
            least: articles of the words that ``within`` was asked for before, if it was.
        """
        return list(self._known_similar(word, limit, most, least))

    def _similar(self, word: str, limit: int, most: float, least: int) -> tuple[Candidate, ...]:
        chosen = self._near(word[:_LONGEST_QUERY], least)
        found = self._nearest(word, chosen, most, _FREQUENCY_WEIGHT, best=limit + 1)
        ranked = self._ranked(*found, limit + 1, most)
        return tuple([candidate for candidate in ranked if candidate.word != word][:limit])

    def within(self, word: str, least: int, most: float, weight: float) -> Sequence[Candidate]:
        """The words that a Bengali word may be misspelt for and that are near enough, frequent ones farther.

        Mostly there are none, which is told sooner than which words are the best.

        Args:
            word: in canonical spelling.
            least: articles that hold them.
            most: distance at most, less what their frequency is worth.
            weight: what the logarithm of the frequency is worth.
        """
        chosen = self._known_near(word[:_LONGEST_QUERY], least)
        chosen, distances = self._nearest(word, chosen, most, least=least, weight_of_logarithm=weight)
        if not len(chosen):  # as of most words
            return ()
        found = distances <= most + weight * np.log(self._frequencies[chosen])
        return self._ranked(chosen[found], distances[found], len(chosen))

    def _nearest(
        self, word: str, chosen: NDArray[np.int64], most: float, weight: float = 0, **wanted: Any
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Those of some words that are near enough, and their distances; see ``index.kernel.spelling``."""
        with SENSIBLE:
            return nearest(
                misspelt().costs(word[:_LONGEST_QUERY]),
                self._letters,
                self._letter_starts,
                self._frequencies,
                chosen,
                most=most,
                weight=weight,
                **wanted,
            )

    def _near(self, typed: str, least: int) -> NDArray[np.int64]:
        """The indexes of words that may be misspelt so: they sound alike, or differ in two letters or so.

        Args:
            typed: in canonical spelling.
            least: articles of those that were looked for before.
        """
        frequent = self._known_near(typed, least)
        rarer = range(classes_from(least).stop, EVERY.stop)
        if not rarer or len(frequent) >= _SIMILAR_AT_MOST:
            return frequent
        return np.concatenate((frequent, self._letters_apart(typed, rarer, _SIMILAR_AT_MOST - len(frequent))))

    def _near_and_frequent(self, typed: str, least: int) -> NDArray[np.int64]:
        """Those that sound alike, and those of frequent classes that differ in letters."""
        self._file.ensure_sound()
        sounding = range(*self._sounding.range(typed))[:_SLICE]
        near = self._letters_apart(typed, classes_from(least), _SIMILAR_AT_MOST)
        return np.concatenate((np.arange(sounding.start, sounding.stop), near))

    def _range(self, symbols: str) -> range:
        """The indexes of the words of one skeleton, the frequent first."""
        packed = _packed(symbols)
        if not packed:
            return range(0)
        start = bisect_left(self._skeletons, packed)
        return range(start, bisect_right(self._skeletons, packed, start))

    def sounding(self, word: str, limit: int) -> Sequence[str]:
        """Words that sound like one, as far as consonants tell; frequent first.

        Args:
            word: in canonical spelling; it may be among them.
            limit: how many are found, the most frequent.
        """
        self._file.ensure_sound()
        indexes = range(*self._sounding.range(word[:_LONGEST_QUERY]))[:limit]
        return [*map(self._word, indexes)]

    def of_one_fold(self, word: str, least: int) -> Sequence[str]:
        """Other words that a reader does not tell from one, in enough articles; frequent first.

        Args:
            word: in canonical spelling.
            least: articles.
        """
        found = self._equal(
            self._sounding, word, least, lambda other: other != word and fold(other) == fold(word)
        )
        return [other for other, _ in found]

    def of_one_sound(self, word: str, least: int, wanted: Wanted) -> Sequence[tuple[str, int]]:
        """Words of the consonants and vowel signs of one, but for া, in enough articles; frequent first.

        Args:
            word: in canonical spelling; it may be among them.
            least: articles.
            wanted: which of them are named.

        Returns:
            Words and how many articles hold each.
        """
        return [*self._equal(self._signs, word, least, wanted)]

    def _equal(self, letters: Sounding, word: str, least: int, wanted: Wanted) -> Iterator[tuple[str, int]]:
        """The words of one skeleton that have the same letters, much simplified."""
        self._file.ensure_sound()
        with SENSIBLE:
            indexes = letters.equal(word, _LONGEST_QUERY, least)
        return self._wanted(indexes, least, wanted)

    def _wanted(self, indexes: Iterable[int], least: int, wanted: Wanted) -> Iterator[tuple[str, int]]:
        """Words and their frequencies, which are less and less, up to the first in too few articles."""
        for index in indexes:
            articles = int(self._frequencies[index])
            if articles < least:
                return
            word = self._word(index)
            if wanted(word):
                yield word, articles

    def _letters_apart(self, word: str, classes: range, enough: int) -> NDArray[np.int64]:
        """Indexes of words that may be two letters or so away, judged by letter sets and lengths alone.

        They do not sound alike; the frequent first, and of those in the last class that counts not all.
        """
        near = self._spellings.near(
            signature(word), len(word), _LENGTHS_APART, bits=_LETTERS_APART, enough=enough, classes=classes
        )[:enough]
        sounding = range(*self._sounding.range(word))[:_SLICE]
        return near[(near < sounding.start) | (near >= sounding.stop)]

    def _ranked(
        self,
        indexes: NDArray[np.int64],
        distances: NDArray[np.float32],
        limit: int,
        most: float = ANY_SCORE,
    ) -> list[Candidate]:
        frequencies = self._frequencies[indexes]
        if not frequencies.all():
            raise nonsense("a word that no article holds")
        scores = distances - worth(frequencies)
        best = np.lexsort((indexes, scores))[: 2 * limit]  # a word may be there by two readings
        columns = (column[best].tolist() for column in (indexes, frequencies, distances, scores))
        found: dict[int, Candidate] = {}
        for index, *values in zip(*columns, strict=True):
            if len(found) == limit or values[-1] > most:
                break
            if index not in found:
                found[index] = Candidate(self._word(index), *values)
        return [*found.values()]

    def _word(self, index: int) -> str:
        start, stop = self._letter_starts[index], self._letter_starts[index + 1]
        return decoded(self._letter_bytes[start:stop])


_packed: Final = lru_cache(REMEMBERED)(pack_skeleton)
"""The same as it is kept, for the vocabulary of each segment."""


def _latin_letters(text: str) -> str:
    """The letters from a to z that are looked up."""
    letters = "".join(letter for letter in text.casefold() if "a" <= letter <= "z")[:_LONGEST_QUERY]
    # haque, siddique, boutique
    return f"{letters.removesuffix(_FINAL_K)}k" if letters.endswith(_FINAL_K) else letters


def worth(frequencies: NDArray[np.integer]) -> NDArray[np.float64]:
    """What frequencies are worth in distance."""
    return worths(frequencies.astype(np.uint32, copy=False), _FREQUENCY_WEIGHT)
