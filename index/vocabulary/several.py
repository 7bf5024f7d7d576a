"""The vocabulary of an index of several segments, from those of the segments, with added frequencies.

Whether a word is a candidate, and its distance, depend on the word alone: the best of all parts together are
among the best of some part.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, islice
from operator import attrgetter
from pathlib import Path
from typing import Final

import numpy as np

from onneshon.index.vocabulary.vocabulary import REMEMBERED, Candidate, Vocabulary, Wanted, worth

_OF_EACH: Final = 20
"""Candidates of each part, the best: a word that is as good in all parts together is one of these in some."""
_GROWTH: Final = 0.57
"""A text n times as long has n ** _GROWTH times as many different words (Heaps' law)."""
_KEY: Final = 3
"""The number of first columns by which rows of learned tables are equal."""


class SeveralVocabularies(Vocabulary):
    """Several vocabularies as one. Threads may share it.

    Args:
        parts: the vocabulary of each segment that has one.
        living: returns a word's document frequency without deleted articles; called for rare words.
        suspect: the number of deleted articles; a word with a higher frequency is in some that are left.
        remembered: the number of words whose candidates are cached.
    """

    def __init__(
        self,
        parts: Sequence[Vocabulary],
        living: Callable[[str], int],
        suspect: int = 0,
        *,
        remembered: int = REMEMBERED,
    ) -> None:
        self._parts = tuple(parts)
        self._living = living
        self._suspect = suspect
        self._known_romanised = lru_cache(remembered)(self._romanised)
        self._known_similar = lru_cache(remembered)(self._similar)

    def verify(self) -> None:
        """Read all of the files; raises IndexCorruptError where one is not as it was built."""
        for part in self._parts:
            part.verify()

    def __len__(self) -> int:
        """An estimate of the number of distinct words: to count those that parts share, all would be read."""
        text = sum(math.pow(len(part), 1 / _GROWTH) for part in self._parts)
        return round(math.pow(text, _GROWTH))

    def frequency(self, word: str) -> int:
        """The document frequency of a word in canonical spelling."""
        return self._counted(word, self._frequency(word))

    def _frequency(self, word: str) -> int:
        """The same, deleted articles included."""
        return sum(part.frequency(word) for part in self._parts)

    def _counted(self, word: str, frequency: int) -> int:
        return self._living(word) if 0 < frequency <= self._suspect else frequency

    def _romanised(self, typed: str, limit: int) -> tuple[Candidate, ...]:
        of_each = [part.romanised(typed, max(limit, _OF_EACH)) for part in self._parts]
        return tuple(islice(self._best(of_each), limit))

    def _similar(self, word: str, limit: int, most: float, least: int) -> tuple[Candidate, ...]:  # noqa: ARG002 - each part has some of the articles
        of_each = [part.similar(word, max(limit, _OF_EACH)) for part in self._parts]
        best = islice(self._best(of_each), limit)
        return tuple([candidate for candidate in best if candidate.score <= most])

    def within(self, word: str, least: int, most: float, weight: float) -> Sequence[Candidate]:
        """The words that a Bengali word may be misspelt for and that are near enough, frequent ones farther.

        Some part has 1 / parts of the articles of each or more, so that it may be as much farther there as
        that is worth.
        """
        share, further = self._share(least), weight * math.log(max(len(self._parts), 1))
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

    def _best(self, of_each: Iterable[Sequence[Candidate]]) -> Iterator[Candidate]:
        """The distinct candidates, the best first, without words whose articles are all deleted."""
        distances = {candidate.word: candidate.distance for candidate in chain.from_iterable(of_each)}
        if not distances:
            return
        frequencies = np.array([*map(self._frequency, distances)], np.uint32)
        scores = np.array([*distances.values()], np.float32) - worth(frequencies)
        words = [*distances]
        for best in np.argsort(scores, kind="stable").tolist():
            word = words[best]
            if counted := self._counted(word, int(frequencies[best])):
                yield Candidate(word, counted, distances[word], float(scores[best]))

    def sounding(self, word: str, limit: int) -> Sequence[str]:
        """Words that sound like one, by their consonants alone: the most frequent of each part."""
        return [*dict.fromkeys(other for part in self._parts for other in part.sounding(word, limit))]

    def _share(self, least: int) -> int:
        """A word in ``least`` articles of all parts is in least / parts of them in some part."""
        return max(1, least // max(len(self._parts), 1))

    def _together(self, found: Iterable[Iterable[tuple[str, int]]], least: int) -> Sequence[tuple[str, int]]:
        """The words that parts found, with frequencies over all parts."""
        return self._frequent({other for part in found for other, _ in part}, least)

    def _frequent(self, words: Iterable[str], least: int) -> Sequence[tuple[str, int]]:
        """The words that are in enough articles, with frequencies, frequent first."""
        counted = ((other, self.frequency(other)) for other in words)
        return sorted((pair for pair in counted if pair[1] >= least), key=lambda pair: (-pair[1], pair[0]))

    def of_one_fold(self, word: str, least: int) -> Sequence[str]:
        """Other words with the same fold, in enough articles; frequent first."""
        share = self._share(least)
        words = {other for part in self._parts for other in part.of_one_fold(word, share)}
        return [other for other, _ in self._frequent(words, least)] if words else ()

    def of_one_sound(self, word: str, least: int, wanted: Wanted) -> Sequence[tuple[str, int]]:
        """Words with the same consonants and vowel signs, া aside, in enough articles; frequent first."""
        share = self._share(least)
        return self._together((part.of_one_sound(word, share, wanted) for part in self._parts), least)


def read_learned(paths: Iterable[Path]) -> str:
    """Join the tables of some segments; those of updates and of earlier versions have none."""
    rows = [row for path in paths if path.exists() for row in path.read_text("utf-8").splitlines()]
    each = {tuple(row.split("\t")[:_KEY]): row for row in reversed(rows)}
    return "".join(f"{row}\n" for row in reversed(each.values()))


def join_learned(paths: Iterable[Path], target: Path) -> None:
    """Write the joined tables of some segments as that of a merged one."""
    if table := read_learned(paths):
        target.write_text(table, "utf-8")
