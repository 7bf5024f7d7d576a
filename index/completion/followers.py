"""What may follow a word that is typed: the words that stand after it in the text, by their beginnings."""

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import starmap
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

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

    def misspelt(self, first: str, typed: TypedWord) -> list[Follower]:
        """The words after one whose beginning may have been misspelt so, best first."""
        found = self._bengali(first)
        if not found or not is_bengali(typed.key):
            return []
        return _nearest(
            found, misspelt_beginnings(typed.key, [follower.word for follower in found]), MISTAKES
        )

    def _bengali(self, first: str) -> list[Follower]:
        found = _content(self._pairs.followers(first)[: self._measured])
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
