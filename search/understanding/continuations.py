"""What goes on from words that are typed: what stands in articles after the last whole one."""

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import starmap
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from onneshon.index.analysis.analyzer import word_keys
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
from onneshon.index.vocabulary.vocabulary import Candidate, Vocabulary
from onneshon.search.understanding.latin_entries import entry_of
from onneshon.search.understanding.romanised import per_letter

_MEASURED: Final = 1_024
_COMPARED: Final = 16
"""Best words of which those are looked for that are others, misspelt."""
_OUTWEIGHED: Final = 20
"""How many times as often a word stands there that a slip is a slip of."""
_LETTERS_APART: Final = 2


class Follower(NamedTuple):
    """A word that stands after another.

    Attributes:
        word: in canonical spelling.
        times: how often it stands there.
        distance: how unusual a way of writing its beginning was typed; 0 for the beginning itself.
    """

    word: str
    times: int
    distance: float = 0.0

    @property
    def score(self) -> float:
        """The lowest is the best."""
        return self.distance - WORTH * math.log1p(self.times)


class Followers:
    """Looks up what follows words.

    Args:
        pairs: how often words stand side by side.
        measured: words after one that are compared with what was typed, the commonest.
    """

    def __init__(self, pairs: WordPairs, measured: int = _MEASURED) -> None:
        self._pairs = pairs
        self._measured = measured

    def beginning(self, first: str, typed: TypedWord) -> list[Follower]:
        """The words after one that begin so, commonest first; all, where nothing is typed yet."""
        return list(_content(self._pairs.followers(first, typed.start)))

    def sounding(self, first: str, latin: str) -> list[Follower]:
        """The words after one whose beginning sounds like some Latin letters, best first."""
        found = self._bengali(first)
        if not found:
            return []
        distances = latin_from_words(latin, [follower.word for follower in found], beginnings=True)
        return _nearest(found, distances, farthest_from_latin(latin, distances))

    def misspelt(self, first: str, typed: TypedWord, least: int = 1) -> list[Follower]:
        """The words after one whose beginning may have been misspelt so, best first; that often, at least."""
        found = self._bengali(first, least)
        if not found or not is_bengali(typed.key):
            return []
        return _nearest(
            found, misspelt_beginnings(typed.key, [follower.word for follower in found]), MISTAKES
        )

    def _bengali(self, first: str, least: int = 1) -> list[Follower]:
        found = _content(self._pairs.followers(first, least=least)[: self._measured])
        return [follower for follower in found if is_bengali(follower.word)]


def one_a_lemma(found: Iterable[Follower]) -> list[Follower]:
    """One form of each word, with how often all of its forms stand there, best first.

    The word itself where it stands there often enough, else the commonest form: সড়ক দুর্ঘটনা, করোনায় আক্রান্ত.
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
    """The same, those farther off that are hardly more than another of them misspelt: দুঘটনা."""
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


def _content(found: Iterable[tuple[str, int]]) -> Iterator[Follower]:
    """Words that somebody looks for: no function words, and no numbers."""
    return (
        Follower(word, count)
        for word, count in found
        if (is_bengali(word) or "a" <= word[0] <= "z") and not is_function_word(word)
    )


def _nearest(found: Sequence[Follower], distances: NDArray[np.float32], farthest: float) -> list[Follower]:
    near = [
        follower._replace(distance=distance)
        for follower, distance in zip(found, distances.tolist(), strict=True)
        if distance <= farthest
    ]
    return sorted(near, key=lambda follower: follower.score)


FEW: Final = 3
"""Where fewer words go on so, what is typed of the last one may be misspelt."""
TYPO_CLUSTERS: Final = 2
"""What is shorter has no spelling yet that could be wrong."""
FIRSTS: Final = 4
"""Words that a Latin one before the last may sound like, beside what a search reads."""
NOT_READ: Final = 2.0
"""What it costs that such a word is not the one that a search reads, in distance."""

_MISSPELT: Final = 1.35
"""A word that no article has may be another where distance(other, typed) <= _MISSPELT * letters(typed)."""

_OF_ENGLISH: Final = 1.1
"""How far by letter such a word may be from one that a table has as English: *service* is সার্ভিস too, *price*
no পড়েছে."""

LATIN: Final = re.compile("[A-Za-z]+")


class Continuation(NamedTuple):
    """Words that stand side by side, the last of which is completed.

    Attributes:
        text: those before as typed or read, and the last.
        score: the lowest is the best.
    """

    text: str
    score: float


class _Before(NamedTuple):
    """What may stand before the last word.

    Attributes:
        text: all of it, with a space.
        word: the last of it, in canonical spelling.
        cost: how unusual it is to be typed so.
    """

    text: str
    word: str
    cost: float = 0.0


def canonical_words(text: str) -> list[str]:
    """The words of a text in canonical spelling."""
    return [exact for exact, _ in word_keys(text)]


class Continuations:
    """Looks up what goes on.

    Args:
        completion: how words are written.
        pairs: how often words stand side by side.
        vocabulary: what Latin words may stand for.
        read: what a search takes a text for.
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
        """Whether each word of a text stands beside the next one somewhere."""
        return self._pairs.in_a_row(canonical_words(text))

    def times(self, text: str) -> int:
        """How often the last two words of a text stand side by side."""
        words = canonical_words(text)[-2:]
        return self._pairs.count(*words) if len(words) > 1 else 0

    def after(self, before: str, last: str) -> list[Continuation]:
        """What goes on, best first, one row a word however it is inflected.

        Args:
            before: whole words, and a space.
            last: of the last word as much as is typed; may be empty.
        """
        found = [
            Continuation(start.text + self._completion.written(follower.word), follower.score + start.cost)
            for start in self._starts(before)
            for follower in slips_behind(one_a_lemma(self._going_on(start.word, last)))
        ]
        return sorted(found, key=lambda continuation: continuation.score)

    def _going_on(self, first: str, last: str) -> list[Follower]:
        typed = TypedWord.of(last)
        if last and not typed.key:
            return []
        found = self._followers.beginning(first, typed)
        if LATIN.fullmatch(last):
            return [*found, *self._followers.sounding(first, last.casefold())]
        if len(found) < FEW and not typed.half and aksharas(typed.key) >= TYPO_CLUSTERS:
            known = {follower.word for follower in found}
            found += [
                follower for follower in self._followers.misspelt(first, typed) if follower.word not in known
            ]
        return found

    def _starts(self, before: str) -> Sequence[_Before]:
        """What may stand before: as typed, or read where that is Latin or nothing goes on from it."""
        words = canonical_words(before)
        if not words:
            return []
        if not LATIN.search(before):
            as_typed = _Before(before, words[-1])
            if self._pairs.occurrences(words[-1]):
                return [as_typed]
            return [as_typed, *self._as_meant(before, words[-1])]
        return [*self._as_read(before), *self._as_heard(before)]

    def _as_read(self, before: str) -> Iterator[_Before]:
        text = self._read(before.strip())
        if words := canonical_words(text):
            yield _Before(f"{text} ", words[-1])

    def _as_meant(self, before: str, last: str) -> Iterator[_Before]:
        """As it is read, or, where nothing is read into its last word, with what that may be misspelt for.

        A search is not sure of any of these; of what stands behind it is seen which is meant.
        """
        read = [*self._as_read(before)]
        if any(start.word != last for start in read):
            yield from read
            return
        *others, typed = before.split()
        if canonical_words(typed) != [last] or not is_bengali(last):
            return
        farthest = _MISSPELT * len(last)
        near = (word for word in self._vocabulary.similar(last, FIRSTS) if word.distance <= farthest)
        yield from self._behind(others, near)

    def _as_heard(self, before: str) -> Iterator[_Before]:
        """With further words that the last one, in Latin letters, sounds like.

        One of English must sound nearly so: it means something else already.
        """
        *others, last = before.split()
        if not LATIN.fullmatch(last):
            return
        farthest = _OF_ENGLISH if _is_english(last.casefold()) else math.inf
        heard = (
            word for word in self._vocabulary.romanised(last, FIRSTS) if per_letter(word, last) <= farthest
        )
        yield from self._behind(others, heard)

    def _behind(self, others: Sequence[str], meant: Iterable[Candidate]) -> Iterator[_Before]:
        """Each word that may be meant by the last one, behind what a search reads before it."""
        read = self._read(" ".join(others)) + " " if others else ""
        for word in meant:
            written = self._completion.written(word.word)
            yield _Before(f"{read}{written} ", word.word, NOT_READ + word.distance)


def _is_english(word: str) -> bool:
    """Whether a table has a word as one of English that means something else than it sounds like."""
    listed = entry_of(word)
    return listed is not None and listed[0].kind == "meaning" and not listed[0].ambiguous
