"""Finds the Bengali words that Latin letters sound like, and words of the tables typed with a slip.

The noisy channel models how Bengali is typed in Latin letters, and not how English is spelt, so that
*goverment* and *jessor* sound like words that nobody means. Slips of one letter follow Damerau, "A technique
for computer detection and correction of spelling errors", CACM 1964: four errors in five are one of these.
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
"""Weight of the logarithm of a frequency, as in ``index.vocabulary``."""

SLIP: Final = 20
"""A spelling is a slip for a similar one where articles(similar) >= SLIP * articles(spelling)."""

FEW_SLIPS: Final = 30
"""A word in more articles than this is no slip."""

SLIP_LEAD: Final = 3.0
"""Greatest lead in score of a slip over its usual spelling."""

_APART: Final = 0.5
"""Greatest excess in distance by letter of a usual spelling over a near word: for *hati* হাতি is no slip for
হাত."""

BEHIND: Final = 1.5

_NEAR: Final = 0.5
"""Distance by letter up to which a word by sound is meant, regardless of others."""

_NEARLY: Final = 0.6
"""Least share of letters that a slip of the pen has in common with its usual spelling."""

_TIED: Final = 100
_TIE: Final = 0.5
"""A word in ``_TIED`` times as many articles ranks first if its score is at most ``_TIE`` lower: বন্যা, not
বানা, of *banna*."""

_LONG_I: Final = re.compile("(?<=[^aeiouy])y(?=[^aeiouy])")
_AI: Final = "াই"
"""A possible sound of an English *y* between consonants: *python* is পাইথন."""

_LONG_A: Final = "aa"
_A: Final = "আ"
"""The letter for *aa* at the beginning of a word: *aam*, of which no letter is এ."""

BY_LETTERS: Final = ("sound", "letters")
"""Kinds of reading that come from no table."""

_ASKING: Final = frozenset(map(canonical, ("কবে", "কেন", "কোথায়", "কখন", "কত", "কেমন", "কে", "কোন")))
_ASKED: Final = 0.75
"""Score added to question words, likelier in queries than in articles; an encyclopaedia has more কবি."""

_APOSTROPHE: Final = re.compile("['\u2019](?:s$)?")
"""An apostrophe inside a name (insha'allah), or before an English ending."""

_LEAST_LETTERS: Final = 6
"""Least letters of a word corrected by one letter: a shorter one is a letter away from too many words."""

_REMEMBERED: Final = 4_096
"""Number of words whose rows are cached; most have none."""


_HEARD: Final = 5.0
"""Least increase in distance, a natural logarithm, when letters lose a consonant of a word: it is 1.6 to 4.0
for vowels, 5.7 and more for consonants."""


@dataclass(frozen=True, slots=True)
class LatinCandidate:
    """A Bengali candidate for Latin letters.

    Attributes:
        text: the Bengali word, or several.
        kind: the kind of evidence for the candidate.
        score: the score; the higher, the likelier; see ``latin_candidates``.
        articles: its document frequency; of several words, adjacent ones.
        sure: whether it comes from a table and is unambiguous.
        plausible: whether it may be meant without support by its context.
        per_letter: the distance from the letters as typed, by letter; 0 if it is not by sound.
        spellings: other spellings of the word that have another stem key or are not rare.
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
    """Whether a candidate is from a table, or sounds nearly as typed."""
    return candidate.plausible and candidate.per_letter <= _NEAR


def by_sound(phrase: str, vocabulary: Vocabulary) -> list[LatinCandidate]:
    """The words that sound like a Latin word; a slip of the pen ranks behind its usual spelling.

    Args:
        phrase: a word in small letters; anything else has no candidates.
        vocabulary: the vocabulary of the index.
    """
    letters = _APOSTROPHE.sub("", phrase)
    if not SMALL_LETTERS.fullmatch(letters):
        return []
    found = _heard(letters, vocabulary)
    if not any(way.plausible for way in found):
        if (said := _LONG_I.sub("ai", letters)) != letters:
            found = [way for way in _heard(said, vocabulary) if way.plausible and _AI in way.text] or found
        if (said := letters.replace("q", "k")) != letters:  # as in names from Arabic: *rafiq*
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
    """Rank slips of the pen behind their usual spelling, which is plausible if a slip for it is."""
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
    """The usual spelling for which a word is a slip; a form with an ending (আমিও) is no slip for the word."""
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
    """The row of a word one letter away; None if the extra or other letter is heard in ``spoken``.

    *albert* and *walter* mean অ্যালবার্ট and ওয়াল্টার, if articles have them, and not *alert* or *water*.

    Args:
        latin: a word of small Latin letters.
        spoken: the word that it sounds like, in canonical spelling; empty if there is none.
    """
    slip = one_letter_off(latin)
    if slip is None or not spoken:
        return slip and slip[1]
    other, row = slip
    lost = float(latin_from_words(other, [spoken])[0]) - float(latin_from_words(latin, [spoken])[0])
    return None if len(latin) >= len(other) and lost > _HEARD else row


@lru_cache(_REMEMBERED)
def one_letter_off(word: str) -> tuple[str, LatinEntry] | None:
    """The only word one letter away, with the same first letter, and its row; None if none or several.

    No person is meant by such a slip: one name is a letter away from another (*tariqul*, *tariqur*).

    Args:
        word: a word of small Latin letters.
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
