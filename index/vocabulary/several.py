"""The words of an index of several segments, each of which has its own: found in all, counted together.

Whether a word is a candidate depends on the word alone, so that every part that has it names it; candidates
of all parts are measured in one go, as those of one part are.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import islice
from operator import attrgetter
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from onneshon.index.vocabulary.vocabulary import (
    ANY_SCORE,
    LONGEST_QUERY,
    Candidate,
    Vocabulary,
    Wanted,
    latin_distances,
    latin_letters,
    spelt,
    worth,
)

_REMEMBERED: Final = 4_096
"""Look-ups whose answers are kept."""


class _Words(NamedTuple):
    """The candidates of all parts, each word once.

    Attributes:
        letters: of each, filled up with 0, shape (words, letters).
        frequencies: articles of all parts that hold each, shape (words,).
        first: where each first is among the candidates of all parts, ascending.
        inverse: the word of each candidate.
    """

    letters: NDArray[np.uint8]
    frequencies: NDArray[np.int64]
    first: NDArray[np.intp]
    inverse: NDArray[np.intp]


class SeveralVocabularies(Vocabulary):
    """Several vocabularies as one. Threads may share it.

    Args:
        parts: of each segment that has one; at least one.
        living: how many articles hold a word that are not deleted, for words of which few articles are left.
        suspect: as many articles are deleted; a word that more hold is in some that are not.
    """

    def __init__(self, parts: Sequence[Vocabulary], living: Callable[[str], int], suspect: int = 0) -> None:
        self._parts = tuple(parts)
        self._living = living
        self._suspect = suspect
        self._known_romanised = lru_cache(_REMEMBERED)(self._romanised)
        self._known_similar_to = lru_cache(_REMEMBERED)(self._similar_to)

    def verify(self) -> None:
        """Read all of the files; raises IndexCorruptError where one is not as it was built."""
        for part in self._parts:
            part.verify()

    def __len__(self) -> int:
        """Of the largest part, whose words the others mostly have as well."""
        return max(map(len, self._parts))

    def frequency(self, word: str) -> int:
        """How many articles hold a word in canonical spelling."""
        return self._counted(word, sum(part.frequency(word) for part in self._parts))

    def _counted(self, word: str, frequency: int) -> int:
        return self._living(word) if 0 < frequency <= self._suspect else frequency

    def _romanised(self, typed: str, limit: int) -> tuple[Candidate, ...]:
        heard = [part.heard(typed) for part in self._parts]
        indexes = [found for found, _ in heard]
        if not sum(map(len, indexes)):
            return ()
        units = _side_by_side(
            [part.units_of(numbers) for part, numbers in zip(self._parts, indexes, strict=True)]
        )
        loans = np.concatenate(
            [part.loans_of(numbers) for part, numbers in zip(self._parts, indexes, strict=True)]
        )
        words = self._words(indexes)
        distances = np.full(len(words.first), np.inf, np.float32)
        of_each = latin_distances(typed, units, loans) + np.concatenate([cost for _, cost in heard])
        np.minimum.at(distances, words.inverse, of_each)
        return tuple(islice(self._ranked_together(words, distances), limit))

    def _similar_to(self, word: str, limit: int) -> tuple[Candidate, ...]:
        typed = word[:LONGEST_QUERY]
        indexes = [np.sort(part.near(typed)) for part in self._parts]
        if not sum(map(len, indexes)):
            return ()
        words = self._words(indexes)
        ranked = self._ranked_together(words, self._misspelt_once(typed, indexes, words.first))
        return tuple(islice((candidate for candidate in ranked if candidate.word != word), limit))

    def within(self, word: str, least: int, most: float, weight: float) -> Sequence[Candidate]:
        """The words that a Bengali word may be misspelt for and that are near enough, frequent ones farther.

        Some part has 1 / parts of the articles of each or more, so that it may be as much farther there as
        that is worth.
        """
        share, further = self._share(least), weight * math.log(len(self._parts))
        near = {
            candidate.word: candidate.distance
            for part in self._parts
            for candidate in part.within(word, share, most + further, weight)
        }
        counted = self._frequent(near, least)
        scores = worth(np.array([frequency for _, frequency in counted], np.uint32))
        found = [
            Candidate(other, frequency, near[other], near[other] - score)
            for (other, frequency), score in zip(counted, scores.tolist(), strict=True)
            if near[other] <= most + weight * math.log(frequency)
        ]
        return sorted(found, key=attrgetter("score"))

    def _misspelt_once(
        self, typed: str, indexes: Sequence[NDArray[np.int64]], first: NDArray[np.intp]
    ) -> NDArray[np.float32]:
        """How far each word is, measured in the first part that has it."""
        ends = np.cumsum([len(numbers) for numbers in indexes])
        chosen = np.split(first, np.searchsorted(first, ends[:-1]))
        return np.concatenate(
            [
                part.misspelt_distances(typed, numbers[mine - (end - len(numbers))])
                for part, numbers, mine, end in zip(self._parts, indexes, chosen, ends.tolist(), strict=True)
            ]
        )

    def sounding(self, word: str, least: int, limit: int, wanted: Wanted) -> Sequence[tuple[str, int]]:
        """Words that sound like one, as far as consonants tell, in enough articles; frequent first.

        Those are looked at that come first in some part.
        """
        share = self._share(least)
        return self._together((part.sounding(word, share, limit, wanted) for part in self._parts), least)

    def _share(self, least: int) -> int:
        """A word in ``least`` articles of all parts is in least / parts of them in some part."""
        return max(1, least // max(len(self._parts), 1))

    def _together(self, found: Iterable[Iterable[tuple[str, int]]], least: int) -> Sequence[tuple[str, int]]:
        """What parts found, counted in all of them."""
        return self._frequent({other for part in found for other, _ in part}, least)

    def _frequent(self, words: Iterable[str], least: int) -> Sequence[tuple[str, int]]:
        """Those of some words that are in enough articles, frequent first."""
        counted = ((other, self.frequency(other)) for other in words)
        return sorted((pair for pair in counted if pair[1] >= least), key=lambda pair: (-pair[1], pair[0]))

    def of_one_fold(self, word: str, least: int) -> Sequence[str]:
        """Other words that a reader does not tell from one, in enough articles; frequent first."""
        share = self._share(least)
        words = {other for part in self._parts for other in part.of_one_fold(word, share)}
        return [other for other, _ in self._frequent(words, least)] if words else ()

    def of_one_sound(self, word: str, least: int, wanted: Wanted) -> Sequence[tuple[str, int]]:
        """Words of the consonants and vowel signs of one, but for া, in enough articles; frequent first."""
        share = self._share(least)
        return self._together((part.of_one_sound(word, share, wanted) for part in self._parts), least)

    def romanised(self, latin: str, limit: int = 5) -> list[Candidate]:
        """The words that a Latin spelling may stand for, best first."""
        return list(self._known_romanised(latin_letters(latin), limit))

    def similar(
        self,
        word: str,
        limit: int = 5,
        most: float = ANY_SCORE,
        least: int = 1,  # noqa: ARG002 - each part has some of the articles
    ) -> list[Candidate]:
        """The words that a Bengali word may be misspelt for, best first."""
        return [candidate for candidate in self._known_similar_to(word, limit) if candidate.score <= most]

    def _words(self, indexes: Sequence[NDArray[np.int64]]) -> _Words:
        """The words at some indexes of each part."""
        pairs = list(zip(self._parts, indexes, strict=True))
        columns = _side_by_side([part.letters_of(numbers) for part, numbers in pairs])
        letters = np.ascontiguousarray(columns.T)
        first, inverse = _each_once(letters)
        frequencies = np.concatenate([part.frequencies_of(numbers) for part, numbers in pairs])
        sums = np.bincount(inverse, frequencies, len(first)).astype(np.int64)
        return _Words(letters[first], sums, first, inverse)

    def _ranked_together(self, words: _Words, distances: NDArray[np.float32]) -> Iterator[Candidate]:
        """The best first; words all of whose articles are deleted are left out."""
        scores = distances - worth(words.frequencies)
        for best in np.argsort(scores, kind="stable").tolist():
            word = spelt(words.letters[best])
            counted = self._counted(word, int(words.frequencies[best]))
            if counted:
                yield Candidate(word, counted, float(distances[best]), float(scores[best]))


def _each_once(words: NDArray[np.uint8]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The first index of each distinct word, ascending, and which of these each word is.

    Numbers made of the letters are sorted faster than letters; should two words have the same number, letters
    are sorted.

    Args:
        words: the letters of each, shape (words, letters).
    """
    numbers = words.astype(np.uint64) @ _multipliers(words.shape[1])
    _, first, inverse = np.unique(numbers, return_index=True, return_inverse=True)
    if not np.array_equal(words[first[inverse]], words):
        keys = np.ascontiguousarray(words).view(f"V{words.shape[1]}").ravel()
        _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    order = np.argsort(first)
    return first[order], np.argsort(order)[inverse]


@cache
def _multipliers(letters: int) -> NDArray[np.uint64]:
    """Numbers without a pattern, of which a sum that overflows tells words apart."""
    return np.random.default_rng(letters).integers(2**64 - 1, size=letters, dtype=np.uint64)


def _side_by_side(columns: Sequence[NDArray[np.uint8]]) -> NDArray[np.uint8]:
    """Columns of several heights beside one another, filled up with 0."""
    joined = np.zeros((max(map(len, columns)), sum(column.shape[1] for column in columns)), np.uint8)
    start = 0
    for column in columns:
        joined[: len(column), start : start + column.shape[1]] = column
        start += column.shape[1]
    return joined
