"""The orthographic fold: spellings that sound alike in Bengali and are mixed up become one key.

Folds only what the ear cannot tell: never ড় to র, never a ya-phala or a hasanta away, never ক্ষ (heard as খ)
to ক্স, for these make other words. It comes after stemming, so that an ending is known by its right spelling,
and so that আসা (come; a verb) and আশা (hope) have parted before শ and স become one. Words that only their
spelling tells from another common word (বিষ, বিশ) stand in a table and keep it.
"""

from functools import cache

from onneshon.index.analysis.tables import read_rows
from onneshon.index.kernel.stems import Folding

SOUND_ALIKE = {
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
"""What letters become, but for the য of a ya-phala and the ষ of ক্ষ.

Before that, a consonant doubled after a reph is single (পূর্ব্ব and অর্দ্ধ are how পূর্ব and অর্ধ were written
until 1936), ৎ before a consonant is ত with a hasanta, ঙ of a conjunct is ং, অ or আ after a consonant or া is
that sign (কোরআন is কোরান, জামাআত is জামাত, বিধবাআশ্রম is বিধবাশ্রম; grammar: স্বরসন্ধি), and এ্যা that begins a
word is অ্যা (এ্যালবাম).
"""


def fold(stem: str) -> str:
    """The key under which the spelling variants of a stem meet.

    Args:
        stem: Bengali, canonical.

    General reference: Bangla Academy, প্রমিত বাংলা বানানের নিয়ম (2012), on what may be written either way; which
    letters are mixed up in practice goes beyond what it allows.
    """
    return folding().key(stem)


@cache
def folding() -> Folding:
    """The rules with their tables, for the kernel."""
    return Folding(SOUND_ALIKE, homophones())


@cache
def homophones() -> dict[str, str]:
    """Spellings of the words that are told from another by their spelling, to the right one."""
    rows = read_rows("homophones.tsv")
    return {spelling: word for word, spellings in rows for spelling in (word, *spellings.split())}
