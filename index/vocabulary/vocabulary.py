"""The words of an index, found by their sound: for queries in Latin letters and misspelt ones.

Candidates are the words of one consonant skeleton, adjacent in the file, and for misspellings also words that
differ in two letters or so; they are ranked by a noisy channel (``index.vocabulary.channels``) and by
frequency. ``index.vocabulary.file`` maps the file into memory.
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
"""The number of words of one skeleton that are measured, the most frequent ones."""
_SECOND_READING: Final = 0.7
"""The cost of reading Latin letters otherwise than the likeliest way."""
_FREQUENCY_WEIGHT: Final = 0.55
_LETTERS_APART: Final = 4
"""The most bits in which signatures may differ: two substituted letters differ in four."""
_LENGTHS_APART: Final = 2
_SIMILAR_AT_MOST: Final = 3000
ANY_SCORE: Final = 1e6
"""A score above that of any word, but finite: words not measured to their ends have infinite ones."""
CANDIDATES: Final = 16
"""The number of corrections of a misspelt word that are offered to the reading of a query."""
_LONGEST_QUERY: Final = 30
_FINAL_K: Final = "que"
"""The spelling of a final ক in English and French words, and in names after them."""
Wanted: TypeAlias = Callable[[str], bool]
"""Returns whether a word is wanted; called before it counts."""
REMEMBERED: Final = 4_096
_LATELY: Final = 4
"""The number of recent results of a look-up's first step that are cached for its later steps."""


class Candidate(NamedTuple):
    """A word of the index that may be meant.

    Attributes:
        word: the word in canonical spelling.
        frequency: the word's document frequency.
        distance: the cost of the typed spelling of the word, as a natural logarithm; 0 is the usual spelling.
        score: the distance less the worth of the word's frequency; the lowest is the best.
    """

    word: str
    frequency: int
    distance: float
    score: float


class Vocabulary:
    """All Bengali words of an index with their frequencies. Threads may share it.

    Looking a word up raises IndexCorruptError where the file is not as it was built.

    Args:
        file: the file with the words.
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
        """Open the vocabulary of an index; None if it has none.

        Args:
            directory: the directory of the index.
            sha256: the expected digest of the file, for ``verify``; empty where none is known.

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
        """Read all of the file; raises IndexCorruptError if it is not as it was built."""
        self._file.verify()

    def __len__(self) -> int:
        return len(self._frequencies)

    def frequency(self, word: str) -> int:
        """The document frequency of a word in canonical spelling; 0 for an unknown word."""
        self._file.ensure_sound()
        with SENSIBLE:
            index = self._sounding.find(word)
        return 0 if index < 0 else int(self._frequencies[index])

    def romanised(self, latin: str, limit: int = 5) -> list[Candidate]:
        """The words that a Latin spelling may stand for, best first.

        Args:
            latin: one word; letters other than a to z are left out.
            limit: the largest number of words.
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
            word: a word in canonical spelling.
            limit: the largest number of words.
            most: the largest score.
            least: the ``least`` of an earlier call of ``within`` for the word, if there was one.
        """
        return list(self._known_similar(word, limit, most, least))

    def _similar(self, word: str, limit: int, most: float, least: int) -> tuple[Candidate, ...]:
        chosen = self._near(word[:_LONGEST_QUERY], least)
        found = self._nearest(word, chosen, most, _FREQUENCY_WEIGHT, best=limit + 1)
        ranked = self._ranked(*found, limit + 1, most)
        return tuple([candidate for candidate in ranked if candidate.word != word][:limit])

    def within(self, word: str, least: int, most: float, weight: float) -> Sequence[Candidate]:
        """The words near enough that a Bengali word may be misspelt for; frequent ones may be farther.

        Mostly there are none, which is determined sooner than the best words are.

        Args:
            word: a word in canonical spelling.
            least: the least document frequency.
            most: the largest distance, less the worth of the frequency.
            weight: the worth of the logarithm of the frequency.
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
        """The chosen words that are near enough, and their distances; see ``index.kernel.spelling``."""
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
        """The indexes of words that may be meant: they sound alike, or differ in two letters or so.

        Args:
            typed: the typed word in canonical spelling.
            least: the ``least`` of an earlier search for frequent ones.
        """
        frequent = self._known_near(typed, least)
        rarer = range(classes_from(least).stop, EVERY.stop)
        if not rarer or len(frequent) >= _SIMILAR_AT_MOST:
            return frequent
        return np.concatenate((frequent, self._letters_apart(typed, rarer, _SIMILAR_AT_MOST - len(frequent))))

    def _near_and_frequent(self, typed: str, least: int) -> NDArray[np.int64]:
        """The indexes of words that sound alike, and of frequent words that differ in few letters."""
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
        """Words that sound like one, by their consonants alone; frequent first.

        Args:
            word: a word in canonical spelling; it may be among them.
            limit: the largest number of words; the most frequent are kept.
        """
        self._file.ensure_sound()
        indexes = range(*self._sounding.range(word[:_LONGEST_QUERY]))[:limit]
        return [*map(self._word, indexes)]

    def of_one_fold(self, word: str, least: int) -> Sequence[str]:
        """Other words with the same fold, in enough articles; frequent first.

        Args:
            word: a word in canonical spelling.
            least: the least document frequency.
        """
        found = self._equal(
            self._sounding, word, least, lambda other: other != word and fold(other) == fold(word)
        )
        return [other for other, _ in found]

    def of_one_sound(self, word: str, least: int, wanted: Wanted) -> Sequence[tuple[str, int]]:
        """Words with the same consonants and vowel signs, া aside, in enough articles; frequent first.

        Args:
            word: a word in canonical spelling; it may be among them.
            least: the least document frequency.
            wanted: which of the words to return.

        Returns:
            The words with their document frequencies.
        """
        return [*self._equal(self._signs, word, least, wanted)]

    def _equal(self, letters: Sounding, word: str, least: int, wanted: Wanted) -> Iterator[tuple[str, int]]:
        """The words of one skeleton whose simplified letters are equal."""
        self._file.ensure_sound()
        with SENSIBLE:
            indexes = letters.equal(word, _LONGEST_QUERY, least)
        return self._wanted(indexes, least, wanted)

    def _wanted(self, indexes: Iterable[int], least: int, wanted: Wanted) -> Iterator[tuple[str, int]]:
        """Words with their frequencies, in descending order, up to the first in too few articles."""
        for index in indexes:
            articles = int(self._frequencies[index])
            if articles < least:
                return
            word = self._word(index)
            if wanted(word):
                yield word, articles

    def _letters_apart(self, word: str, classes: range, enough: int) -> NDArray[np.int64]:
        """Indexes of words that may be two letters or so away, judged by letter sets and lengths alone.

        Words that sound alike are left out; frequent classes come first, and the last may be cut off.
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
        best = np.lexsort((indexes, scores))[: 2 * limit]  # two readings may have found the same word
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
"""``pack_skeleton`` with a cache, shared by the vocabularies of all segments."""


def _latin_letters(text: str) -> str:
    """The letters from a to z that are looked up."""
    letters = "".join(letter for letter in text.casefold() if "a" <= letter <= "z")[:_LONGEST_QUERY]
    # haque, siddique, boutique
    return f"{letters.removesuffix(_FINAL_K)}k" if letters.endswith(_FINAL_K) else letters


def worth(frequencies: NDArray[np.integer]) -> NDArray[np.float64]:
    """The worth of frequencies, as distances."""
    return worths(frequencies.astype(np.uint32, copy=False), _FREQUENCY_WEIGHT)
