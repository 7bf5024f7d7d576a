"""The certainty that one word is meant where another was typed, as log-odds.

It is a logistic regression over 508 misspellings from comments and 3,069 correct words, on distance, length,
frequencies, and the lead over the next candidate that is no form of the same word. The likeness of the
contexts of the two words is added to it.
"""

import math
from collections.abc import Sequence
from typing import Final, Protocol

from onneshon.index.analysis.script import CONSONANTS, HASANTA, VOWEL_SIGNS, aksharas

GAP_AT_MOST: Final = 5.0

DISTANCE_WEIGHT: Final = 0.64
"""Weight of the distance, which lowers the log-odds that another word is meant."""
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
"""Added for each kind of slip, by the clusters of the shorter word (0 to 5), where two words differ inside by
that slip alone and far more articles have the other word. A value is the greater, the fewer words of a list
of correct words differ so (``python -m benchmarks.reading.slips``)."""

_SUREST_SLIP: Final = tuple(map(max, zip(*_SLIPS.values(), strict=True)))
"""The greatest of the ``_SLIPS`` values, by clusters."""

_NASALS: Final = "\u0981\u0982\u0983"
"""Chandrabindu and anusvara; and visarga, which is omitted in the same way."""

_NEGATED: Final = "অন"
"""The beginning of a word that is the opposite of the same word without ন: অনভিজ্ঞতা, অভিজ্ঞতা."""

_LONGEST_SLIP: Final = 2
"""Greatest difference in length, in letters, between two words that differ by a slip of the hand alone."""

_NO_SYLLABLE: Final = 2
"""Least clusters of a word in a slip: a word of one cluster differs from most others in one letter."""

_LIKELY: Final = 2.0
"""Greatest certainty that a slip can raise a word to: the word is searched together with the typed one."""

FAR_MORE: Final = 10
"""Factor by which more articles must have the other word than the typed one."""

_NEAR_CERTAIN: Final = 0.2
_BY_ARTICLES: Final = 0.02
_AT_MOST: Final = 20
"""Log-odds from which a word of articles is searched in another spelling: ``_NEAR_CERTAIN``, plus
``_BY_ARTICLES`` for each of its articles, of which ``_AT_MOST`` count."""

HOPELESS: Final = -3.0
"""Log-odds up to which no context can save a candidate where articles have the word as typed."""


class Meant(Protocol):
    """A word of the index that may be meant."""

    @property
    def word(self) -> str:
        """The word in canonical spelling."""

    @property
    def frequency(self) -> int:
        """The number of articles that contain the word."""

    @property
    def distance(self) -> float:
        """The weighted distance of the typed spelling from the word."""


def alone(word: str, articles: int, other: Meant, lead: float) -> float:
    """The certainty that another word is meant, regardless of context."""
    certainty = _by_features(word, articles, other.distance, other.frequency, lead)
    if other.frequency >= FAR_MORE * max(articles, 1):
        return max(certainty, min(certainty + slip_of_hand(word, other.word), _LIKELY))
    return certainty


def slip_of_hand(typed: str, meant: str) -> float:
    """The bonus in log-odds if two words differ inside in one letter, or in two that changed places.

    Args:
        typed: a word in canonical spelling.
        meant: another one.

    Returns:
        The greater, the fewer correct words differ in this way; 0 for other pairs of words.
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
    """The number of letters that two words share at the beginning and at the end, and the slip between."""
    shared = _shared(typed, meant)
    behind = _shared(typed[shared:][::-1], meant[shared:][::-1])
    return shared, behind, _slip(typed[shared : len(typed) - behind], meant[shared : len(meant) - behind])


def _slip(more: str, less: str) -> str:
    """The kind of slip if ``more`` was typed for ``less``; empty if it is no slip of the hand."""
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
    """The number of letters that two texts share at the beginning."""
    shared = 0
    for left, right in zip(first, second, strict=False):
        if left != right:
            break
        shared += 1
    return shared


def at_most(word: str) -> float:
    """The greatest bonus that a slip can add to the certainty by features, for a word."""
    return _by_clusters(_SUREST_SLIP, word)


def farthest(word: str, articles: int, least: float) -> tuple[float, float]:
    """The distance at which the certainty of another word by its features falls to ``least``.

    Returns:
        The distance for a word with a document frequency of 1, and the distance that each unit of the
        logarithm of the document frequency adds.
    """
    nearest = (_by_features(word, articles, 0.0, 1, GAP_AT_MOST) - least) / DISTANCE_WEIGHT
    return nearest, _FREQUENCY_WEIGHT / DISTANCE_WEIGHT


def _by_features(word: str, articles: int, distance: float, frequency: int, lead: float) -> float:
    """The regression by the numeric features alone."""
    return (
        -DISTANCE_WEIGHT * distance
        + _LENGTH_WEIGHT * len(word)
        + by_frequency(articles, frequency)
        + _LEAD_WEIGHT * lead
        + _WRITTEN * bool(articles)
        + _BASE
    )


def needed(articles: int) -> float:
    """The certainty from which a word with a document frequency is searched in another spelling.

    Of 600 words of a word list in 3 to 20 articles, 16 were read otherwise where they stood alone, 12 of
    these in another spelling of the same word.
    """
    return _NEAR_CERTAIN + _BY_ARTICLES * min(articles, _AT_MOST)


def by_frequency(articles: int, frequency: int) -> float:
    """The log-odds by the document frequency of another word relative to that of the typed word."""
    return _FREQUENCY_WEIGHT * math.log(frequency / (articles + 1))


def worth(articles: int) -> float:
    """The distance that a document frequency makes up for."""
    return 0.55 * (math.log1p(articles) - 1 / articles)
