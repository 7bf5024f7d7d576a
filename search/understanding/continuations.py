"""Finds continuations of typed words: the words that follow the last whole word in articles."""

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import starmap
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from onneshon.index.analysis.analyzer import word_keys
from onneshon.index.analysis.canonical import canonical
from onneshon.index.analysis.script import aksharas, is_bengali
from onneshon.index.analysis.stemmer import is_function_word, stem_key
from onneshon.index.completion.completion import WORTH, Completion, TypedWord
from onneshon.index.completion.writer import shown_form
from onneshon.index.vocabulary.channels import (
    MISTAKES,
    farthest_from_latin,
    latin_from_words,
    misspelt_beginnings,
)
from onneshon.index.vocabulary.pairs import WordPairs
from onneshon.index.vocabulary.vocabulary import Vocabulary
from onneshon.search.understanding.latin_entries import (
    LONGEST_ABBREVIATION,
    LatinEntry,
    entry_of,
    letter_names,
    names_of,
)
from onneshon.search.understanding.respelling import respellings
from onneshon.search.understanding.romanised import per_letter

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


FEW: Final = 3
"""If fewer words continue the text, the beginning of the last word may be misspelt."""
TYPO_CLUSTERS: Final = 2
"""Least clusters of a beginning that may be misspelt."""
FIRSTS: Final = 4
"""Number of words tried for the word before the last by sound or spelling, besides the one a search reads."""
NOT_READ: Final = 2.0
"""Cost, in distance, of a word before the last that is not the one a search reads."""

_MISSPELT: Final = 1.35
"""A word in no article may mean another where distance(other, typed) <= _MISSPELT * letters(typed)."""

_SPELLINGS: Final = 4
"""Number of spellings of the names of letters that are looked up."""

_OF_TABLE: Final = 1.1
"""Greatest distance by letter of a word by sound from a word that a table has: *service* is সার্ভিস too,
*price* no পড়েছে, and *zia* no যা."""

_APART: Final = 0.5
"""Greatest excess in distance by letter over the nearest word by sound, unless nothing goes on from nearer
ones: *podda* is পদ্মা and no পদ."""

LATIN: Final = re.compile("[A-Za-z]+")


class Continuation(NamedTuple):
    """Adjacent words, the last of which is completed.

    Attributes:
        text: the words before, as typed or read, and the last word.
        score: the score of the continuation; the lowest is the best.
    """

    text: str
    score: float


class _Before(NamedTuple):
    """A reading of the words before the last one.

    Attributes:
        text: all these words, with a space.
        word: the last of them, in canonical spelling.
        cost: the cost of the reading, in distance.
    """

    text: str
    word: str
    cost: float = 0.0


def canonical_words(text: str) -> list[str]:
    """The words of a text in canonical spelling."""
    return [exact for exact, _ in word_keys(text)]


class Continuations:
    """Looks up continuations.

    Args:
        completion: the written forms of words.
        pairs: the counts of adjacent words.
        vocabulary: the words that Latin or misspelt words may stand for.
        read: returns a text as a search reads it, empty if it is none.
    """

    def __init__(
        self,
        completion: Completion,
        pairs: WordPairs,
        vocabulary: Vocabulary,
        read: Callable[[str], str],
    ) -> None:
        self._completion = completion
        self._pairs = pairs
        self._followers = Followers(pairs)
        self._vocabulary = vocabulary
        self._read = read

    def are_said(self, text: str) -> bool:
        """Whether each word of a text is somewhere directly followed by the next."""
        return self._pairs.in_a_row(canonical_words(text))

    def times(self, text: str) -> int:
        """How often the last two words of a text are adjacent."""
        words = canonical_words(text)[-2:]
        return self._pairs.count(*words) if len(words) > 1 else 0

    def after(self, before: str, last: str) -> list[Continuation]:
        """The continuations of a text, best first, one for all forms of a word.

        Args:
            before: whole words, and a space.
            last: the typed part of the last word; may be empty.
        """
        found = [*self._behind_each(self._starts(before), last)]
        if not found and LATIN.search(before):
            found = [*self._behind_each(self._as_heard(before, math.inf), last)]
        return sorted(found, key=lambda continuation: continuation.score)

    def _behind_each(self, starts: Iterable[_Before], last: str) -> Iterator[Continuation]:
        for start in starts:
            for follower in slips_behind(one_a_lemma(self._going_on(start.word, last))):
                text = start.text + self._completion.written(follower.word)
                yield Continuation(text, follower.score + start.cost)

    def _going_on(self, first: str, last: str) -> list[Follower]:
        typed = TypedWord.of(last)
        if last and not typed.key:
            return []
        found = self._followers.beginning(first, typed)
        if LATIN.fullmatch(last):
            named = self._followers.named(first, last.casefold())
            return [*found, *named, *self._followers.sounding(first, last.casefold())]
        if len(found) < FEW and not typed.half and aksharas(typed.key) >= TYPO_CLUSTERS:
            known = {follower.word for follower in found}
            found += [
                follower for follower in self._followers.misspelt(first, typed) if follower.word not in known
            ]
        return found

    def _starts(self, before: str) -> Sequence[_Before]:
        """The readings of the words before: as typed, or as read if Latin or without followers."""
        words = canonical_words(before)
        if not words:
            return []
        if not LATIN.search(before):
            as_typed = _Before(before, words[-1])
            if self._pairs.occurrences(words[-1]):
                return [as_typed]
            return [as_typed, *self._as_meant(before, words[-1])]
        read = [*self._as_read(before)]
        known = {start.word for start in read}
        return [*read, *(start for start in self._as_heard(before) if start.word not in known)]

    def _as_read(self, before: str) -> Iterator[_Before]:
        text = self._read(before.strip())
        if words := canonical_words(text):
            yield _Before(f"{text} ", words[-1])

    def _as_meant(self, before: str, last: str) -> Iterator[_Before]:
        """The text as read or, if its last word is not read otherwise, with the corrections of that word.

        A search is not sure of any of these; the word behind decides which is meant.
        """
        read = [*self._as_read(before)]
        if any(start.word != last for start in read):
            yield from read
            return
        *others, typed = before.split()
        if canonical_words(typed) != [last] or not is_bengali(last):
            return
        farthest = _MISSPELT * len(last)
        similar = self._vocabulary.similar(last, FIRSTS)
        near = ((word.word, word.distance) for word in similar if word.distance <= farthest)
        yield from self._behind(others, near)

    def _as_heard(self, before: str, apart: float = _APART) -> Iterator[_Before]:
        """The text with other words for the last one, in Latin letters: of a table, its letters, or by sound.

        *md* is এমডি, and মো before a name; *us bangla* an airline. A word that a table has must sound nearly
        the same to be another.
        Articles must have all of them behind the word before: nobody means খালেদা যা.
        """
        *others, last = before.split()
        if not LATIN.fullmatch(last):
            return
        heard = [(per_letter(word, last), word) for word in self._vocabulary.romanised(last, FIRSTS)]
        farthest = min((distance for distance, _ in heard), default=0.0) + apart
        listed = entry_of(last.casefold())
        if listed and not listed[0].ambiguous:
            farthest = min(farthest, _OF_TABLE)
        near = [(word.word, word.distance) for distance, word in heard if distance <= farthest]
        for start in self._behind(others, [*_single_words(listed), *self._spelt_out(last.casefold()), *near]):
            if not others or self.times(start.text):
                yield start

    def _spelt_out(self, letters: str) -> Iterator[tuple[str, float]]:
        """The names of letters as one word of articles, at no distance."""
        if len(letters) <= LONGEST_ABBREVIATION:
            names = map(canonical, names_of(letters, _SPELLINGS))
            yield from ((name, 0.0) for name in names if self._pairs.occurrences(name))

    def _behind(self, others: Sequence[str], meant: Iterable[tuple[str, float]]) -> Iterator[_Before]:
        """Each candidate for the last word, with its distance, behind the others as a search reads them."""
        read = [self._read(" ".join(others))] if others else []
        if "" in read:
            return
        for word, distance in meant:
            text = " ".join([*read, self._completion.written(word)])
            yield _Before(f"{text} ", word, NOT_READ + distance)


def _single_words(listed: tuple[LatinEntry, bool] | None) -> Iterator[tuple[str, float]]:
    """The single words of a row of a table, each at no distance."""
    texts = map(canonical_words, listed[0].bengali if listed else ())
    return ((words[0], 0.0) for words in texts if len(words) == 1)
