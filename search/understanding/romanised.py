"""The Bengali words of an index that a Latin word may spell by its sound, and which of them are one.

Who types *vangon* says nothing of how it is spelt in Bengali, so that all its spellings are one reading:
ভাঙন and ভাঙ্গন. This merges more than ``index.analysis.stemmer`` can, which keeps apart what only some words
have in common: words of one Latin spelling sound alike already, so that less is needed to know them for one.

General reference: Bangla Academy, প্রমিত বাংলা বানানের নিয়ম (2012): ঙ for ঙ্গ, অ্যা for এ্যা.
"""

import math
import re
from typing import Final

from onneshon.index.vocabulary.sound_units import is_loan
from onneshon.index.vocabulary.vocabulary import Candidate, Vocabulary

_STOP_AFTER_NASAL: Final = re.compile("(?<=ং)গ(?!\u09cd|$)")
"""Inside a word it is heard or not (ভাঙ্গা, বাঙ্গালি); রঙ্গ is not রঙ, and সংগ্রাম has it always."""

_VOWEL_AFTER_I: Final = re.compile("(?<=ি)[আওএ]")
_AFTER_GLIDE: Final = {"আ": "\u09df\u09be", "ও": "\u09dfো", "এ": "\u09dfে"}
"""The same vowel with the glide that is written before it or not: ডালিয়া, ডালিআ."""

_OPENING: Final = re.compile("^[এঅ]\u09cdয\u09be?")
"""How a loan begins: অ্যাপ, এ্যাপ."""

_CONJUNCT: Final = re.compile("(?<=স)\u09cd(?=ট)|(?<=ন)\u09cd(?=স)")
"""What loans have with a hasanta or without: ইনস্টল, ইন্সটল."""

_DIPHTHONG: Final = re.compile("(?<=ে)ই(?=[ক-হ])")
"""What loans have with the second vowel or without: ফেইসবুক, ফেসবুক."""


def spelling_key(stem: str, *, loan: bool) -> str:
    """What the spellings of one word have in common that one Latin spelling may stand for.

    Args:
        stem: a stem key; those of homophones (বিষ, বিশ) stay apart.
        loan: whether the word is known to come from English; else its letters tell.
    """
    key = _STOP_AFTER_NASAL.sub("", stem)
    key = _VOWEL_AFTER_I.sub(lambda match: _AFTER_GLIDE[match[0]], key)
    key = _OPENING.sub("অ\u09cdয\u09be", key)
    return _DIPHTHONG.sub("", _CONJUNCT.sub("", key)) if loan or is_loan(stem) else key


_READINGS: Final = 8

_NEAR: Final = 0.5
_NEAR_BY_FREQUENCY: Final = 0.14
"""Of the words that are read right, 94 % are as near as these two allow; of 1,000 strings typed at random on
a keyboard 1.3 %."""

_FARTHEST: Final = 2.0
"""Of readings that were right, one in two thousand is farther by letter: what is farther is no Bengali word,
whatever stands beside it."""

_WORDS: Final = 151_850
"""Words of the corpus from which these were measured."""

_FEW_LETTERS: Final = 3
_LONG: Final = 4
"""A longer word than this of fewer different letters is no word (*kkkkkk*, *zzzzqqq*), nor is one without a
vowel in which each letter comes twice."""

_KEYS: Final = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_RUN: Final = 4
"""Letters in a row of the keyboard, from left to right or back, of which no word consists."""

_LONGEST_LETTER: Final = 2
"""Latin letters that one Bengali letter, as a word, may be written with."""

_YA_PHALA: Final = re.compile("^র্য")

_SPOKEN: Final = re.compile("([aeou]?)(i?)t[ae](?:s|c?ch?)(?=(?:e|i|o|en|il(?:o|am|e))$)")
"""How a verb goes on as it is spoken, behind a vowel or a consonant."""

_DONE: Final = re.compile("^(?:([dn])(i)|(p|kh|ch|g)(a)i|(h|r|b)(o)i)(?:s|ch)(?=(?:e|i|o|en|il(?:o|am|e))$)")
_OF_DONE: Final = {"i": "iye", "a": "eye", "o": "oye"}
"""The perfect of roots that end in a vowel as it is spoken (*paise*), and how that is written (পেয়েছে)."""


def sounding(latin: str, vocabulary: Vocabulary) -> list[Candidate]:
    """The words that a Latin one may be, best first; none that is farther than any Bengali word.

    Args:
        latin: a word in small letters.
        vocabulary: the words of an index.
    """
    if _is_drummed(latin):
        return []
    found = vocabulary.romanised(latin, _READINGS)
    return [heard for heard in found if per_letter(heard, latin) <= _FARTHEST]


def _is_drummed(latin: str) -> bool:
    if len(latin) >= _RUN and any(latin in row or latin[::-1] in row for row in _KEYS):
        return True
    letters = set(latin)
    without_vowel = letters.isdisjoint("aeiouy")
    if len(letters) == 1:  # nobody spells a word *zz* or *aaa*
        return len(latin) > (1 if without_vowel else 2)
    few = len(letters) < _FEW_LETTERS or (without_vowel and 2 * len(letters) <= len(latin))
    return len(latin) > _LONG and few


def is_plausible(candidate: Candidate, latin: str, words: int) -> bool:
    """Whether a word is near enough for its frequency to be the meaning of a Latin one that stands alone.

    Args:
        candidate: the word.
        latin: as typed.
        words: how many words there are to choose from: among more of them one is near by chance.
    """
    allowed = _NEAR + _NEAR_BY_FREQUENCY * math.log(candidate.frequency * _WORDS / max(words, 1))
    if len(candidate.word) == 1 and len(latin) > _LONGEST_LETTER:
        return False
    return per_letter(candidate, latin) <= allowed


def per_letter(candidate: Candidate, latin: str) -> float:
    """The distance of a word by letter of what was typed."""
    return candidate.distance / (len(latin) + 1)


def surface(word: str) -> str:
    """A canonical word as newspapers write it.

    The canonical form has no joiner; but no word begins with a repha, so that র্য there is র‍্য (র‍্যাব).
    """
    return _YA_PHALA.sub("র\u200d্য", word)


def written_verb(latin: str) -> str:
    """A verb as it is spoken in the letters of standard Bengali: *boltese* is bolche, *khaitasi* khacchi.

    Args:
        latin: in small letters; any other word is given back.
    """
    if done := _DONE.match(latin):
        root, vowel = [part for part in done.groups() if part]
        return f"{root}{_OF_DONE[vowel]}ch{latin[done.end() :]}"
    return _SPOKEN.sub(lambda spoken: spoken[1] + ("cch" if spoken[1] or spoken[2] else "ch"), latin)
