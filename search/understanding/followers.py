"""Finds the words that follow a word in articles: those that begin so, sound so, or are misspelt so."""

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import starmap
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from onneshon.index.analysis.canonical import canonical
from onneshon.index.analysis.script import is_bengali
from onneshon.index.analysis.stemmer import is_function_word, stem_key
from onneshon.index.completion.completion import WORTH, TypedWord
from onneshon.index.completion.writer import shown_form
from onneshon.index.vocabulary.channels import (
    MISTAKES,
    farthest_from_latin,
    latin_from_words,
    misspelt_beginnings,
)
from onneshon.index.vocabulary.pairs import WordPairs
from onneshon.search.understanding.latin_entries import letter_names
from onneshon.search.understanding.respelling import respellings

_MEASURED: Final = 1_024
_COMPARED: Final = 16
"""Number of the best words among which slips for one another are sought."""
_OUTWEIGHED: Final = 20
"""Factor by which a word must stand there more often than a slip for it."""
_LETTERS_APART: Final = 2
_EVERY_OTHER: Final = 2
_TENTH: Final = 10
"""A function word is part of a name behind a word that it follows 1 / ``_EVERY_OTHER`` of the time, if it
stands there 1 / ``_TENTH`` of the time (কাছ থেকে is no name)."""


class Follower(NamedTuple):
    """A word that follows another.

    Attributes:
        word: the word in canonical spelling.
        times: how often it stands there.
        distance: the weighted distance of the typed text from its beginning; 0 if they are equal.
    """

    word: str
    times: int
    distance: float = 0.0

    @property
    def score(self) -> float:
        """The score of the word; the lowest is the best."""
        return self.distance - WORTH * math.log1p(self.times)


class Followers:
    """Looks up the followers of words.

    Args:
        pairs: the counts of adjacent words.
        measured: the number of followers that are compared with the typed text, the commonest.
    """

    def __init__(self, pairs: WordPairs, measured: int = _MEASURED) -> None:
        self._pairs = pairs
        self._measured = measured

    def beginning(self, first: str, typed: TypedWord) -> list[Follower]:
        """The followers of ``first`` that begin with the typed text, commonest first; all if it is empty."""
        return list(self._content(first, self._pairs.followers(first, typed.start)))

    def sounding(self, first: str, latin: str) -> list[Follower]:
        """The followers of ``first`` whose beginning sounds like Latin letters, best first."""
        found = self._bengali(first)
        if not found:
            return []
        distances = latin_from_words(latin, [follower.word for follower in found], beginnings=True)
        return _nearest(found, distances, farthest_from_latin(latin, distances))

    def named(self, first: str, letter: str) -> list[Follower]:
        """The followers of ``first`` that are the name of a Latin letter: *s m* is এস এম."""
        names = map(canonical, letter_names().get(letter, ()))
        return [Follower(name, count) for name in names if (count := self._pairs.count(first, name))]

    def misspelt(self, first: str, typed: TypedWord, least: int = 1) -> list[Follower]:
        """The followers of ``first``, ``least`` times or more, with a beginning misspelt so, best first."""
        found = self._bengali(first, least)
        if not found or not is_bengali(typed.key):
            return []
        words = [follower.word for follower in found]
        distances = misspelt_beginnings(typed.key, words)
        for spelt, distance in respellings(typed.key).items():  # কেম begins ক্যাম্প
            begun = [word.startswith(spelt) for word in words]
            distances = np.where(begun, np.minimum(distances, distance), distances)
        return _nearest(found, distances, MISTAKES)

    def _bengali(self, first: str, least: int = 1) -> list[Follower]:
        found = self._content(first, self._pairs.followers(first, least=least)[: self._measured])
        return [follower for follower in found if is_bengali(follower.word)]

    def _content(self, first: str, found: Iterable[tuple[str, int]]) -> Iterator[Follower]:
        """The words that people search for: no function words, and no numbers."""
        return (
            Follower(word, count)
            for word, count in found
            if (is_bengali(word) or "a" <= word[0] <= "z")
            and (not is_function_word(word) or self._is_name(first, word, count))
        )

    def _is_name(self, first: str, word: str, count: int) -> bool:
        """Whether a function word behind another is part of a name: ওবায়দুল কাদের (কাদের is a form of কে)."""
        occurrences = self._pairs.occurrences
        return count * _EVERY_OTHER >= occurrences(first) and count * _TENTH >= occurrences(word)


def one_a_lemma(found: Iterable[Follower]) -> list[Follower]:
    """One form of each word, with the count of all its forms, best first.

    The word itself if frequent enough there, else the commonest form: সড়ক দুর্ঘটনা, করোনায় আক্রান্ত.
    """
    forms: dict[str, list[Follower]] = {}
    for follower in found:
        forms.setdefault(stem_key(follower.word), []).append(follower)
    return sorted(starmap(_together, forms.items()), key=lambda follower: follower.score)


def _together(stem: str, forms: Sequence[Follower]) -> Follower:
    weights = [math.exp(-form.score / WORTH) for form in forms]
    shown = shown_form(stem, [form.word for form in forms], weights)
    return forms[shown]._replace(times=sum(form.times for form in forms))


def slips_behind(found: Sequence[Follower]) -> list[Follower]:
    """The same followers, with slips for another of them ranked lower: দুঘটনা."""
    best = [follower for follower in found[:_COMPARED] if is_bengali(follower.word)]
    slips = {follower.word for follower in best if _is_slip(follower, best)}
    moved = (
        follower._replace(distance=follower.distance + MISTAKES) if follower.word in slips else follower
        for follower in found
    )
    return sorted(moved, key=lambda follower: follower.score)


def _is_slip(follower: Follower, others: Sequence[Follower]) -> bool:
    stem = stem_key(follower.word)
    usual = [
        other
        for other in (stem_key(other.word) for other in others if other.times >= _OUTWEIGHED * follower.times)
        if abs(len(other) - len(stem)) <= _LETTERS_APART and not other.startswith(stem)
    ]
    return bool(usual) and float(misspelt_beginnings(stem, usual).min()) <= MISTAKES


def _nearest(found: Sequence[Follower], distances: NDArray[np.float32], farthest: float) -> list[Follower]:
    near = [
        follower._replace(distance=distance)
        for follower, distance in zip(found, distances.tolist(), strict=True)
        if distance <= farthest
    ]
    return sorted(near, key=lambda follower: follower.score)
