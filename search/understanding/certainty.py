"""How sure it is that one word is meant where another was typed: a number, the log-odds.

It is a logistic regression over 508 misspellings of comments and 3,069 words that are right, on distance,
length, frequencies, and the lead over the next candidate that is no form of the same word; to which the
likeness of the contexts of the two words is added.
"""

import math
from collections.abc import Sequence
from typing import Final, Protocol

from onneshon.index.analysis.script import CONSONANTS, HASANTA, VOWEL_SIGNS, aksharas

GAP_AT_MOST: Final = 5.0

DISTANCE_WEIGHT: Final = 0.64
"""What distance takes from the log-odds that another word is meant."""
_FREQUENCY_WEIGHT: Final = 0.39
_LEAD_WEIGHT: Final = 0.30
LIKENESS_WEIGHT: Final = 2.8
_LENGTH_WEIGHT: Final = 0.28
_WRITTEN: Final = -0.63
_BASE: Final = -1.36
_SLIPS: Final = {
    "half a conjunct": (0.0, 0.0, 0.0, 1.5, 3.5, 3.5),
    "a nasal": (0.0, 0.0, 0.0, 2.5, 3.5, 3.5),
    "left out": (0.0, 0.0, 0.0, 0.0, 2.5, 3.5),
    "too much": (0.0, 0.0, 0.0, 0.0, 1.5, 3.5),
    "order": (0.0, 0.0, 0.0, 0.0, 2.5, 3.5),
    "another sign": (0.0, 0.0, 0.0, 0.0, 1.5, 2.5),
    "another letter": (0.0, 0.0, 0.0, 0.0, 0.0, 2.5),
}
"""Added, by the clusters of the shorter word, up to five, where two differ inside in no more than that, if
far more articles have the other: the more, the fewer of such words are in a list of right ones (``python -m
benchmarks.reading.slips``)."""

_SUREST_SLIP: Final = tuple(map(max, zip(*_SLIPS.values(), strict=True)))
"""The most of these, by clusters."""

_NASALS: Final = "\u0981\u0982\u0983"
"""Chandrabindu and anusvara; with visarga, which is left out as they are."""

_NEGATED: Final = "অন"
"""How a word begins that says the contrary of the same one without ন: অনভিজ্ঞতা, অভিজ্ঞতা."""

_LONGEST_SLIP: Final = 2
"""Letters, at most, by which two words differ in length that differ in no more than a slip of the hand."""

_NO_SYLLABLE: Final = 2
"""Clusters of a word from which it is no syllable, of which most others differ in one letter."""

_LIKELY: Final = 2.0
"""What that makes of it at the most: the other is searched, and what was typed as well."""

FAR_MORE: Final = 10
"""Times as many articles that have the other."""

_NEAR_CERTAIN: Final = 0.2
_BY_ARTICLES: Final = 0.02
_AT_MOST: Final = 20
"""Log-odds from which a word of articles is searched in another spelling; what each of so many adds."""

HOPELESS: Final = -3.0
"""Log-odds up to which no context makes up for it where articles have the word as typed."""


class Meant(Protocol):
    """A word of the index that may be meant."""

    @property
    def word(self) -> str:
        """In canonical spelling."""

    @property
    def frequency(self) -> int:
        """Articles that hold it."""

    @property
    def distance(self) -> float:
        """How unusual a way of writing it was typed."""


def alone(word: str, articles: int, other: Meant, lead: float) -> float:
    """The certainty that another word is meant, whatever stands beside it."""
    certainty = _by_features(word, articles, other.distance, other.frequency, lead)
    if other.frequency >= FAR_MORE * max(articles, 1):
        return max(certainty, min(certainty + slip_of_hand(word, other.word), _LIKELY))
    return certainty


def slip_of_hand(typed: str, meant: str) -> float:
    """What it is worth that two words differ inside in one letter, or in two that changed places.

    Args:
        typed: a word in canonical spelling.
        meant: another one.

    Returns:
        The more the rarer right words differ so; 0 for other words.
    """
    shared, behind, slip = _difference(typed, meant)
    if not (shared and behind and slip) or _NEGATED in (typed[: shared + 1], meant[: shared + 1]):
        return 0.0
    return _by_clusters(_SLIPS[slip], typed, meant)


def is_slip(typed: str, meant: str) -> bool:
    """Whether two words of two clusters or more begin alike and differ in no more than a slip of the hand."""
    if abs(len(typed) - len(meant)) > _LONGEST_SLIP:
        return False
    shared, _, slip = _difference(typed, meant)
    return bool(shared and slip) and min(aksharas(typed), aksharas(meant)) >= _NO_SYLLABLE


def _difference(typed: str, meant: str) -> tuple[int, int, str]:
    """How many letters two words share at the beginning and at the end, and what slip the others are."""
    shared = _shared(typed, meant)
    behind = _shared(typed[shared:][::-1], meant[shared:][::-1])
    return shared, behind, _slip(typed[shared : len(typed) - behind], meant[shared : len(meant) - behind])


def _slip(more: str, less: str) -> str:
    """What it is to type letters for others; empty where it is no slip of the hand."""
    letters = more + less
    if len(more) == len(less) == 1:
        return "another sign" if VOWEL_SIGNS.issuperset(letters) else "another letter"
    if len(more) == len(less) == 2 and more == less[::-1]:  # noqa: PLR2004  # two letters
        return "order"
    if more and less:
        return ""
    if len(letters) == 1:
        return "a nasal" if letters in _NASALS else "left out" if less else "too much"
    half = len(letters) == 2 and HASANTA in letters and not CONSONANTS.isdisjoint(letters)  # noqa: PLR2004
    return "half a conjunct" if half else ""


def _by_clusters(values: Sequence[float], *words: str) -> float:
    return values[min(len(values) - 1, *map(aksharas, words))]


def _shared(first: str, second: str) -> int:
    """How many letters two texts have in common at the beginning."""
    shared = 0
    for left, right in zip(first, second, strict=False):
        if left != right:
            break
        shared += 1
    return shared


def at_most(word: str) -> float:
    """The most that is added to what the features say of a word."""
    return _by_clusters(_SUREST_SLIP, word)


def farthest(word: str, articles: int, least: float) -> tuple[float, float]:
    """How far other words may be whose certainty by their features is ``least``.

    Returns:
        The distance of one that is in one article, and what each unit of the logarithm of a document
        frequency adds to that.
    """
    nearest = (_by_features(word, articles, 0.0, 1, GAP_AT_MOST) - least) / DISTANCE_WEIGHT
    return nearest, _FREQUENCY_WEIGHT / DISTANCE_WEIGHT


def _by_features(word: str, articles: int, distance: float, frequency: int, lead: float) -> float:
    """The regression, whatever the two words are."""
    return (
        -DISTANCE_WEIGHT * distance
        + _LENGTH_WEIGHT * len(word)
        + by_frequency(articles, frequency)
        + _LEAD_WEIGHT * lead
        + _WRITTEN * bool(articles)
        + _BASE
    )


def needed(articles: int) -> float:
    """The certainty from which a word that so many articles have is searched in another spelling.

    Of 600 words of a word list in 3 to 20 articles, 16 were read otherwise where nothing stood beside them,
    12 of these in another spelling of the same word.
    """
    return _NEAR_CERTAIN + _BY_ARTICLES * min(articles, _AT_MOST)


def by_frequency(articles: int, frequency: int) -> float:
    """What it is worth that so many articles have another word, and so few the word that was typed."""
    return _FREQUENCY_WEIGHT * math.log(frequency / (articles + 1))


def worth(articles: int) -> float:
    """What a document frequency is worth in distance."""
    return 0.55 * (math.log1p(articles) - 1 / articles)
