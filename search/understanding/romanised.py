"""The Bengali words of an index that a word in Latin letters may spell by its sound."""

import math
import re
from typing import Final

from onneshon.index.vocabulary.vocabulary import Candidate, Vocabulary

__all__ = ["is_plausible", "per_letter", "sounding", "surface"]

_READINGS: Final = 8

_NEAR: Final = 0.5
_NEAR_BY_FREQUENCY: Final = 0.14
"""Of the words that are read right, 94 % are as near as these two allow; of 1,000 strings typed at random on
a keyboard 1.3 %."""

_COMPANY: Final = 2.0
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


def sounding(latin: str, vocabulary: Vocabulary) -> list[Candidate]:
    """The words that a Latin one may be, best first; none that is farther than any Bengali word.

    Args:
        latin: a word in small letters.
        vocabulary: the words of an index.
    """
    if _is_drummed(latin):
        return []
    return [heard for heard in vocabulary.romanised(latin, _READINGS) if per_letter(heard, latin) <= _COMPANY]


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
