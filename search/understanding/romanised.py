"""Finds the Bengali words that a Latin word may spell by its sound, and decides which of them are one word.

A person who types *vangon* does not choose a Bengali spelling, so that all spellings are one reading:
ভাঙন and ভাঙ্গন. This merges more than ``index.analysis.stemmer`` can, which keeps spellings apart that only
some words share: words of one Latin spelling sound alike already, so that less evidence makes them one.

General reference: Bangla Academy, প্রমিত বাংলা বানানের নিয়ম (2012): ঙ for ঙ্গ, অ্যা for এ্যা.
"""

import math
import re
from typing import Final

from onneshon.index.vocabulary.sound_units import is_loan
from onneshon.index.vocabulary.vocabulary import Candidate, Vocabulary

_STOP_AFTER_NASAL: Final = re.compile("(?<=ং)গ(?!\u09cd|$)")
"""A stop that inside a word may be silent (ভাঙ্গা, বাঙ্গালি); রঙ্গ is not রঙ, and সংগ্রাম always has it."""

_VOWEL_AFTER_I: Final = re.compile("(?<=ি)[আওএ]")
_AFTER_GLIDE: Final = {"আ": "\u09df\u09be", "ও": "\u09dfো", "এ": "\u09dfে"}
"""The same vowel with a glide before it, which may be written or not: ডালিয়া, ডালিআ."""

_OPENING: Final = re.compile("^[এঅ]\u09cdয\u09be?")
"""The beginnings of loans with one vowel: অ্যাপ, এ্যাপ."""

_CONJUNCT: Final = re.compile("(?<=স)\u09cd(?=ট)|(?<=ন)\u09cd(?=স)")
"""Conjuncts that loans have with or without a hasanta: ইনস্টল, ইন্সটল."""

_DIPHTHONG: Final = re.compile("(?<=ে)ই(?=[ক-হ])")
"""The second vowel of a diphthong, which loans have or not: ফেইসবুক, ফেসবুক."""


def spelling_key(stem: str, *, loan: bool) -> str:
    """The key shared by the spellings of one word that one Latin spelling may stand for.

    Args:
        stem: a stem key; those of homophones (বিষ, বিশ) stay apart.
        loan: whether the word is known to come from English; otherwise its letters decide.
    """
    key = _STOP_AFTER_NASAL.sub("", stem)
    key = _VOWEL_AFTER_I.sub(lambda match: _AFTER_GLIDE[match[0]], key)
    key = _OPENING.sub("অ\u09cdয\u09be", key)
    return _DIPHTHONG.sub("", _CONJUNCT.sub("", key)) if loan or is_loan(stem) else key


_READINGS: Final = 8

_NEAR: Final = 0.5
_NEAR_BY_FREQUENCY: Final = 0.14
"""Greatest distance by letter of a plausible word: ``_NEAR``, plus ``_NEAR_BY_FREQUENCY`` times the logarithm
of its frequency. Of the words read right 94 % are as near, of 1,000 random keyboard strings 1.3 %."""

_FARTHEST: Final = 2.0
"""Greatest distance by letter in any context: of readings that were right, one in two thousand is farther."""

_WORDS: Final = 151_850
"""Number of words of the corpus on which these were measured."""

_FEW_LETTERS: Final = 3
_LONG: Final = 4
"""A string of more than ``_LONG`` letters is no word if it has fewer than ``_FEW_LETTERS`` different ones
(*kkkkkk*, *zzzzqqq*), or no vowel and each letter twice."""

_KEYS: Final = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_RUN: Final = 4
"""Least length of a run of keys, from left to right or back, that is no word."""

_LONGEST_LETTER: Final = 2
"""Most Latin letters for a word of one Bengali letter."""

_YA_PHALA: Final = re.compile("^র্য")

_SPOKEN: Final = re.compile("([aeou]?)(i?)t[ae](?:s|c?ch?)(?=(?:e|i|o|en|il(?:o|am|e))$)")
"""The endings of a spoken verb form, after a vowel or a consonant."""

_DONE: Final = re.compile("^(?:([dn])(i)|(p|kh|ch|g)(a)i|(h|r|b)(o)i)(?:s|ch)(?=(?:e|i|o|en|il(?:o|am|e))$)")
_OF_DONE: Final = {"i": "iye", "a": "eye", "o": "oye"}
"""The spoken perfect of roots that end in a vowel (*paise*), and its written form (পেয়েছে)."""


def sounding(latin: str, vocabulary: Vocabulary) -> list[Candidate]:
    """The words that a Latin word may spell, best first; none is farther than ``_FARTHEST`` by letter.

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
    """Whether a word is near enough for its frequency to be the reading of a Latin word that stands alone.

    Args:
        candidate: the word.
        latin: the Latin word as typed.
        words: the size of the vocabulary: in a larger one, more words are near by chance.
    """
    allowed = _NEAR + _NEAR_BY_FREQUENCY * math.log(candidate.frequency * _WORDS / max(words, 1))
    if len(candidate.word) == 1 and len(latin) > _LONGEST_LETTER:
        return False
    return per_letter(candidate, latin) <= allowed


def per_letter(candidate: Candidate, latin: str) -> float:
    """The distance of a word, divided by the letters that were typed, plus one."""
    return candidate.distance / (len(latin) + 1)


def surface(word: str) -> str:
    """A canonical word as newspapers write it.

    The canonical form has no joiner; but no word begins with a reph, so that an initial র্য is র‍্য (র‍্যাব).
    """
    return _YA_PHALA.sub("র\u200d্য", word)


def written_verb(latin: str) -> str:
    """The standard form of a spoken verb, in Latin letters: *boltese* is bolche, *khaitasi* khacchi.

    Args:
        latin: a word in small letters; any other word is returned unchanged.
    """
    if done := _DONE.match(latin):
        root, vowel = [part for part in done.groups() if part]
        return f"{root}{_OF_DONE[vowel]}ch{latin[done.end() :]}"
    return _SPOKEN.sub(lambda spoken: spoken[1] + ("cch" if spoken[1] or spoken[2] else "ch"), latin)
