"""What Latin letters sound like, the likeliest first, and the words of the tables that are typed with a slip.

The noisy channel knows how Bengali is typed in Latin letters, and not how English is spelt, so that
*goverment* and *jessor* sound like words that nobody means. After Damerau, "A technique for computer
detection and correction of spelling errors", CACM 1964: four errors in five are one of these.
"""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import lru_cache
from string import ascii_lowercase
from typing import Final

from onneshon.index.analysis.analyzer import analyze
from onneshon.index.analysis.canonical import canonical
from onneshon.index.vocabulary.channels import latin_from_words
from onneshon.index.vocabulary.vocabulary import Vocabulary
from onneshon.search.query.reading import ReadingKind
from onneshon.search.understanding.latin_entries import (
    SMALL_LETTERS,
    LatinEntry,
    common_english_words,
    english_words,
    exonyms,
)
from onneshon.search.understanding.romanised import is_plausible, per_letter, sounding, surface, written_verb

FREQUENCY_WEIGHT: Final = 0.55
"""What the logarithm of a frequency is worth, as in ``index.vocabulary``."""

SLIP: Final = 20
"""A spelling is a slip for a similar one where articles(similar) >= SLIP * articles(spelling)."""

FEW_SLIPS: Final = 30
"""A word in more articles is no slip."""

SLIP_LEAD: Final = 3.0
"""By how much the score of a slip may be better than that of the usual spelling."""

_APART: Final = 0.5
"""By how much farther by letter that may be than one which sounds so: of *hati* হাতি is no slip for হাত."""

BEHIND: Final = 1.5

_NEAR: Final = 0.5
"""The distance by letter up to which what sounds so is meant, whatever else might be."""

_NEARLY: Final = 0.6
"""The share of letters that a slip of the pen has in common with the spelling that it stands for."""

_TIED: Final = 100
_TIE: Final = 0.5
"""Another word comes first that is in so many times the articles, and as likely but for this: বন্যা, not বানা,
of *banna*."""

_LONG_I: Final = re.compile("(?<=[^aeiouy])y(?=[^aeiouy])")
_AI: Final = "াই"
"""What English may say for *y* between consonants: *python* is পাইথন."""

_LONG_A: Final = "aa"
_A: Final = "আ"
"""What that is at the beginning of a word: *aam*, of which no letter is এ."""

BY_LETTERS: Final = ("sound", "letters")
"""Kinds of reading that no table vouches for."""

_ASKING: Final = frozenset(map(canonical, ("কবে", "কেন", "কোথায়", "কখন", "কত", "কেমন", "কে", "কোন")))
_ASKED: Final = 0.75
"""By how much words that ask are likelier in queries than in articles; an encyclopaedia has কবি oftener."""

_APOSTROPHE: Final = re.compile("['\u2019](?:s$)?")
"""Inside a name (insha'allah), or before an English ending."""

_LEAST_LETTERS: Final = 6
"""Letters of a word that is looked for: a shorter one is a letter off from too many."""

_REMEMBERED: Final = 4_096
"""Words whose rows are kept; most have none."""


_HEARD: Final = 5.0
"""How much farther a word is from letters without one of its consonants, at the least: as a natural logarithm
1.6 to 4.0 of vowels, 5.7 and more of consonants."""


@dataclass(frozen=True, slots=True)
class LatinCandidate:
    """A candidate for what Latin letters may be.

    Attributes:
        text: the Bengali word, or several.
        kind: what speaks for it.
        score: the higher the likelier; see the module.
        articles: how many hold it, several words side by side.
        sure: whether a table leaves no doubt about it.
        plausible: whether it may be meant with nothing beside it that speaks for it.
        per_letter: how far it is from what was typed, by letter, where it sounds so.
        spellings: the same word as others spell it, where that has another stem key or is not seldom.
    """

    text: str
    kind: ReadingKind
    score: float
    articles: int
    sure: bool = False
    plausible: bool = True
    per_letter: float = 0.0
    spellings: tuple[str, ...] = ()


def is_near(candidate: LatinCandidate) -> bool:
    """Whether a table has a word, or it sounds nearly so."""
    return candidate.plausible and candidate.per_letter <= _NEAR


def by_sound(phrase: str, vocabulary: Vocabulary) -> list[LatinCandidate]:
    """The words that sound so; a slip of the pen comes behind the usual spelling that it stands for.

    Args:
        phrase: a word in small letters; of anything else there is none.
        vocabulary: of the words.
    """
    letters = _APOSTROPHE.sub("", phrase)
    if not SMALL_LETTERS.fullmatch(letters):
        return []
    found = _heard(letters, vocabulary)
    if not any(way.plausible for way in found):
        if (said := _LONG_I.sub("ai", letters)) != letters:
            found = [way for way in _heard(said, vocabulary) if way.plausible and _AI in way.text] or found
        if (said := letters.replace("q", "k")) != letters:  # as names from Arabic say it: *rafiq*
            found = _heard(said, vocabulary) or found
    if (written := written_verb(letters)) != letters:
        known = (way for way in found if way.plausible and way.articles > FEW_SLIPS)
        nearest = min((way.per_letter for way in known), default=math.inf)
        ways = [way for way in _heard(written, vocabulary) if way.plausible and way.per_letter <= nearest]
        found = ways or found
    if letters.startswith(_LONG_A):
        found = [way for way in found if way.text.startswith(_A)] or found
    return _usual_first(found)


def _heard(letters: str, vocabulary: Vocabulary) -> list[LatinCandidate]:
    words = len(vocabulary)
    return [
        LatinCandidate(
            surface(candidate.word),
            "sound",
            -candidate.score + _ASKED * (candidate.word in _ASKING),
            candidate.frequency,
            plausible=is_plausible(candidate, letters, words),
            per_letter=per_letter(candidate, letters),
        )
        for candidate in sounding(letters, vocabulary)
    ]


def _usual_first(found: Sequence[LatinCandidate]) -> list[LatinCandidate]:
    """Slips of the pen behind the usual spelling, which may be meant wherever a slip for it may be."""
    usual = {candidate.text: other for candidate in found if (other := _usual_for(candidate, found))}
    meant = {
        other.text for candidate in found if candidate.plausible and (other := usual.get(candidate.text))
    }
    return [
        replace(candidate, score=usual[candidate.text].score - BEHIND)
        if candidate.text in usual
        else replace(candidate, plausible=candidate.plausible or candidate.text in meant)
        for candidate in found
    ]


def _usual_for(candidate: LatinCandidate, found: Iterable[LatinCandidate]) -> LatinCandidate | None:
    """The usual spelling for which a word is a slip; with an ending (আমিও) it is none for that without."""
    if canonical(candidate.text) in _ASKING:
        return None
    usual = (
        other
        for other in found
        if other.articles >= SLIP * candidate.articles
        and candidate.articles <= FEW_SLIPS
        and candidate.score - SLIP_LEAD <= other.score < candidate.score
        and not (is_near(candidate) and other.per_letter > candidate.per_letter + _APART)
        and not _is_longer_form(candidate.text, other.text)
        and not _is_longer_form(other.text, candidate.text)
        and (
            SequenceMatcher(None, candidate.text, other.text).ratio() >= _NEARLY
            or (other.articles >= _TIED * candidate.articles and other.score >= candidate.score - _TIE)
        )
    )
    return max(usual, key=lambda other: other.score, default=None)


def _is_longer_form(word: str, other: str) -> bool:
    return word.startswith(other) and analyze(word)[0].stem == analyze(other)[0].stem


def slip_of(latin: str, spoken: str) -> LatinEntry | None:
    """The row of a word one letter off; none where the letter that is too many or another is heard in a word.

    Who types *albert* and *walter* means অ্যালবার্ট and ওয়াল্টার, if articles have them, and not *alert* or *water*.

    Args:
        latin: of small letters.
        spoken: what it sounds like, in canonical spelling; empty where that is nothing.
    """
    slip = one_letter_off(latin)
    if slip is None or not spoken:
        return slip and slip[1]
    other, row = slip
    lost = float(latin_from_words(other, [spoken])[0]) - float(latin_from_words(latin, [spoken])[0])
    return None if len(latin) >= len(other) and lost > _HEARD else row


@lru_cache(_REMEMBERED)
def one_letter_off(word: str) -> tuple[str, LatinEntry] | None:
    """The word that is one letter off behind the first, and its row; None where there is none, or several.

    No person is meant by such a slip: one name is a letter off another (*tariqul*, *tariqur*).

    Args:
        word: of small Latin letters.
    """
    if len(word) < _LEAST_LETTERS or word in common_english_words():
        return None
    rows = {
        row: other
        for other in _one_letter_off(word)
        if (row := english_words().get(other) or exonyms().get(other)) and row.kind != "person"
    }
    return next(((other, row) for row, other in rows.items()), None) if len(rows) == 1 else None


def _one_letter_off(word: str) -> Iterator[str]:
    for at in range(1, len(word) + 1):
        before, after = word[:at], word[at:]
        yield before + after[1:]
        yield before + after[1:2] + after[:1] + after[2:]
        for letter in ascii_lowercase:
            yield before + letter + after
            yield before + letter + after[1:]
