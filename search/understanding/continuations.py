"""Finds continuations of typed words: the words that follow the last whole word, as typed or as read."""

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from onneshon.index.analysis.analyzer import word_keys
from onneshon.index.analysis.canonical import canonical
from onneshon.index.analysis.script import aksharas, is_bengali
from onneshon.index.completion.completion import Completion, TypedWord
from onneshon.index.vocabulary.pairs import WordPairs
from onneshon.index.vocabulary.vocabulary import Vocabulary
from onneshon.search.understanding.followers import Follower, Followers, one_a_lemma, slips_behind
from onneshon.search.understanding.latin_entries import (
    LONGEST_ABBREVIATION,
    LatinEntry,
    entry_of,
    names_of,
)
from onneshon.search.understanding.romanised import per_letter

_FEW: Final = 3
"""If fewer words continue the text, the beginning of the last word may be misspelt."""
TYPO_CLUSTERS: Final = 2
"""Least clusters of a beginning that may be misspelt."""
_FIRSTS: Final = 4
"""Number of words tried for the word before the last by sound or spelling, besides the one a search reads."""
_NOT_READ: Final = 2.0
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
        if len(found) < _FEW and not typed.half and aksharas(typed.key) >= TYPO_CLUSTERS:
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
        similar = self._vocabulary.similar(last, _FIRSTS)
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
        heard = [(per_letter(word, last), word) for word in self._vocabulary.romanised(last, _FIRSTS)]
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
            yield _Before(f"{text} ", word, _NOT_READ + distance)


def _single_words(listed: tuple[LatinEntry, bool] | None) -> Iterator[tuple[str, float]]:
    """The single words of a row of a table, each at no distance."""
    texts = map(canonical_words, listed[0].bengali if listed else ())
    return ((words[0], 0.0) for words in texts if len(words) == 1)
