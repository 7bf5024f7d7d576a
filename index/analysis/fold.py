"""The orthographic fold: spellings that sound alike in Bengali and are mixed up become one key.

Folds only what the ear cannot tell: never ড় to র, never a ya-phala or a hasanta away, for these make other
words. It comes after stemming, so that an ending is known by its right spelling, and so that আসা (come; a
verb) and আশা (hope) have parted before শ and স become one.
"""

import re

__all__ = ["fold"]

_DOUBLED_AFTER_REPH = re.compile("(র\u09cd)([ক-হ])\u09cd\\2")
_KHANDA_TA_BEFORE_CONSONANT = re.compile("\u09ce(?=[ক-হ])")
_VELAR_NASAL_CONJUNCT = "ঙ\u09cd"
_YA_PHALA = "\u09cdয"
_SOUND_ALIKE = {
    "ী": "ি",
    "ূ": "ু",
    "ঈ": "ই",
    "ঊ": "উ",
    "ঋ": "রি",
    "ৃ": "\u09cdরি",
    "ণ": "ন",
    "শ": "স",
    "ষ": "স",
    "য": "জ",
    "ঙ": "ং",
    "ৎ": "ত",
    "\u09dd": "\u09dc",
    "\u0981": "",
    "\u0983": "",
    "\u09bd": "",
}
_ALIKE = str.maketrans(_SOUND_ALIKE)
_TO_FOLD = re.compile(f"[{''.join(_SOUND_ALIKE)}]|র\u09cd(.)\u09cd\\1")
"""What a stem holds if any rule applies to it; most hold nothing of the kind."""


def fold(stem: str) -> str:
    """The key under which the spelling variants of a stem meet.

    Args:
        stem: Bengali, canonical.

    General reference: Bangla Academy, প্রমিত বাংলা বানানের নিয়ম (2012), on what may be written either way; which
    letters are mixed up in practice goes beyond what it allows.
    """
    if not _TO_FOLD.search(stem):
        return stem
    # পূর্ব্ব is how পূর্ব was written until 1936.
    key = _DOUBLED_AFTER_REPH.sub("\\1\\2", stem)
    key = _KHANDA_TA_BEFORE_CONSONANT.sub("ত\u09cd", key)
    key = key.replace(_VELAR_NASAL_CONJUNCT, "ং")
    # The য of a ya-phala is no জ: it is kept out of the way of the table.
    key = _YA_PHALA.join([part.translate(_ALIKE) for part in key.split(_YA_PHALA)])
    return key or stem
