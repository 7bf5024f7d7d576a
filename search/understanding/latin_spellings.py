"""Which of the words that Latin letters may be are one word in several spellings: ভাঙন and ভাঙ্গন.

Who types *vangon* says nothing of how it is spelt in Bengali, so that all its spellings are one reading. This
merges more than ``index.analysis.fold`` can, which keeps apart what only some words have in common: words of
one Latin spelling sound alike already, so that less is needed to know them for one.

General reference: Bangla Academy, প্রমিত বাংলা বানানের নিয়ম (2012): ঙ for ঙ্গ, অ্যা for এ্যা.
"""

import re
from typing import Final

from onneshon.index.vocabulary.sound_units import is_loan

__all__ = ["spelling_key"]

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


def spelling_key(stem: str, *, loan: bool = False) -> str:
    """What the spellings of one word have in common that one Latin spelling may stand for.

    Args:
        stem: a stem key; those of homophones (বিষ, বিশ) stay apart.
        loan: whether the word is known to come from English; else its letters tell.
    """
    key = _STOP_AFTER_NASAL.sub("", stem)
    key = _VOWEL_AFTER_I.sub(lambda match: _AFTER_GLIDE[match[0]], key)
    key = _OPENING.sub("অ\u09cdয\u09be", key)
    return _DIPHTHONG.sub("", _CONJUNCT.sub("", key)) if loan or is_loan(stem) else key
