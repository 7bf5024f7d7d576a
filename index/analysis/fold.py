"""The orthographic fold: spellings that sound alike in Bengali and are mixed up become one key.

Folds only what the ear cannot tell: never ড় to র, never a ya-phala or a hasanta away, never ক্ষ (heard as খ)
to ক্স, for these make other words. It comes after stemming, so that an ending is known by its right spelling,
and so that আসা (come; a verb) and আশা (hope) have parted before শ and স become one. Words that only their
spelling tells from another common word (বিষ, বিশ) stand in a table and keep it.
"""

import re
from functools import cache

from index.analysis.tables import read_rows

__all__ = ["fold"]

_DOUBLED_AFTER_REPH = re.compile("(র\u09cd)([ক-হ])\u09cd\\2")
_KHANDA_TA_BEFORE_CONSONANT = re.compile("\u09ce(?=[ক-হ])")
_VELAR_NASAL_CONJUNCT = "ঙ\u09cd"
_YA_PHALA, _YA_PHALA_ASIDE = "\u09cdয", "\ue000"
_KSHA, _KSHA_ASIDE = "ক\u09cdষ", "\ue001"
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
_ALIKE = str.maketrans(_SOUND_ALIKE | {_YA_PHALA_ASIDE: _YA_PHALA, _KSHA_ASIDE: _KSHA})
_LETTER_AS_SIGN = re.compile("(?<=[ক-হ\u09dc\u09dd\u09df])[অআ](?=.)|(?<=\u09be)[অআ](?=.)")
"""কোরআন is কোরান, জামাআত is জামাত, বিধবাআশ্রম is বিধবাশ্রম (grammar: স্বরসন্ধি)."""
_TO_FOLD = re.compile(f"[{''.join(_SOUND_ALIKE)}]|র\u09cd(.)\u09cd\\1|(?<=[ক-হ\u09dc\u09dd\u09df\u09be])[অআ]")
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
    if distinct := _homophones().get(stem):
        return distinct
    # পূর্ব্ব is how পূর্ব was written until 1936.
    key = _DOUBLED_AFTER_REPH.sub("\\1\\2", stem) if "র\u09cd" in stem else stem
    if "ৎ" in key:
        key = _KHANDA_TA_BEFORE_CONSONANT.sub("ত\u09cd", key)
    key = key.replace(_VELAR_NASAL_CONJUNCT, "ং")
    if key.find("আ", 1) > 0 or key.find("অ", 1) > 0:
        key = _LETTER_AS_SIGN.sub("\u09be", key).replace("\u09be\u09be", "\u09be")
    # The য of a ya-phala is no জ and the ষ of ক্ষ no স: they are kept out of the way of the table.
    key = key.replace(_YA_PHALA, _YA_PHALA_ASIDE).replace(_KSHA, _KSHA_ASIDE).translate(_ALIKE)
    return key or stem


@cache
def _homophones() -> dict[str, str]:
    """Spellings of the words that are told from another by their spelling, to the right one."""
    rows = read_rows("homophones.tsv")
    return {spelling: word for word, spellings in rows for spelling in (word, *spellings.split())}
