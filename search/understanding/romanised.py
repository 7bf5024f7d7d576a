"""Words typed in Latin letters, read as Bengali words of the index.

A word that the index holds as it was typed is left alone: a reader who types *Facebook* and has articles that
write it so means those. Any other is read as the words of the index it may spell, the likely ones with more
weight.
"""

import math
import re
from collections.abc import Sequence
from typing import Final, Protocol

from index.vocabulary.vocabulary import Candidate, Vocabulary

__all__ = ["WordIndex", "held", "read", "usual_spelling"]

_READINGS: Final = 8
_GAP: Final = 3.0
"""A reading so much costlier than the best weighs a third of it: of real Latin sentences, this finds more of
their Bengali forms than the weights 1, .5, .3, .2, .15 by rank do."""
_LEAST_WEIGHT: Final = 0.15

_DISTANCE_PER_LETTER: Final = 2.0
"""Of readings that were right, one in two thousand is farther: what is farther is no Bengali word, but a name
or English."""

_SLIP_AT_MOST: Final = 2
_SLIP_RATIO: Final = 200
_USUAL_RATIO: Final = 20
_USUAL_DISTANCE_PER_LETTER: Final = 0.6
"""What is only offered may be somewhat farther (*corona*, *video*, *cricket*)."""
_SLIP_DISTANCE_PER_LETTER: Final = 0.4
_SLIP_LETTERS: Final = 4

_LATIN: Final = re.compile("[a-z]+")
_FIELDS: Final = ("title_exact", "body_exact")


class WordIndex(Protocol):
    """What reading words needs of an open index."""

    @property
    def vocabulary(self) -> Vocabulary | None:
        """Its Bengali words, if it was built with them."""

    @property
    def count(self) -> int:
        """How many articles it holds."""

    def document_frequency(self, field: str, term: str, /) -> int:
        """How many articles hold a term in a field."""


def held(word: str, reader: WordIndex) -> int:
    """How many articles hold a word as it is spelt, in the title or the body, whichever more do."""
    return max(reader.document_frequency(field, word) for field in _FIELDS)


def read(word: str, reader: WordIndex) -> list[tuple[str, float]]:
    """The Bengali words that a Latin one may be, best first, with weights up to 1.

    Args:
        word: one word in canonical spelling.
        reader: the index in which it is looked for.

    Returns:
        Nothing if it is to be taken as it is: the index holds it, no word of the index sounds like it, or it
        is not of Latin letters alone.
    """
    if reader.vocabulary is None or not _LATIN.fullmatch(word):
        return []
    candidates = reader.vocabulary.romanised(word, _READINGS)
    if not candidates or _per_letter(candidates[0], word) > _DISTANCE_PER_LETTER:
        return []
    articles = held(word, reader)
    if articles and not _is_slip(word, articles, candidates[0]):
        return []
    weights = _weights(candidates, reader.count)
    return [
        (c.word, weight) for c, weight in zip(candidates, weights, strict=True) if weight >= _LEAST_WEIGHT
    ]


def _weights(candidates: Sequence[Candidate], articles: int) -> list[float]:
    """By likelihood, and so that no reading counts for more because it is rarer than another.

    A match of a rare word scores high. But it is one word that was typed, and how telling it is does not
    depend on which misspelling of it an article has; so all readings are scored as if as common as the
    commonest.
    """
    telling = [math.log1p((articles + 1) / (candidate.frequency + 0.5)) for candidate in candidates]
    return [
        math.exp((candidates[0].score - candidate.score) / _GAP) * min(telling) / own
        for candidate, own in zip(candidates, telling, strict=True)
    ]


def usual_spelling(word: str, reader: WordIndex) -> str | None:
    """The Bengali word that most articles have for a Latin one which some have as it is; None without one.

    Args:
        word: one word in canonical spelling.
        reader: the index in which it is looked for.
    """
    if reader.vocabulary is None or not _LATIN.fullmatch(word):
        return None
    articles = held(word, reader)
    best = next(iter(reader.vocabulary.romanised(word, _READINGS)), None) if articles else None
    if best is None or not _is_rather(word, articles, best, _USUAL_RATIO, _USUAL_DISTANCE_PER_LETTER):
        return None
    return best.word


def _is_slip(word: str, articles: int, best: Candidate) -> bool:
    """Whether a Latin word got into an article or two by chance, its Bengali form into many.

    One article with a line of romanised verse must not hide all that is written about বাংলাদেশ from who types
    it in Latin letters.
    """
    return articles <= _SLIP_AT_MOST and _is_rather(
        word, articles, best, _SLIP_RATIO, _SLIP_DISTANCE_PER_LETTER
    )


def _is_rather(word: str, articles: int, best: Candidate, ratio: int, distance: float) -> bool:
    """Whether a Latin word is the spelling of a Bengali one so near and so many times as frequent.

    Short words never are: they are English too often (*are*, *man*).
    """
    return (
        len(word) >= _SLIP_LETTERS
        and best.frequency >= ratio * articles
        and _per_letter(best, word) <= distance
    )


def _per_letter(candidate: Candidate, word: str) -> float:
    return candidate.distance / (len(word) + 1)
