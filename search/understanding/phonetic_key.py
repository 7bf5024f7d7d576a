"""How a Bengali word is said, as far as its spelling leaves no choice: a key that homophones share.

The commonest errors do not change how a word is said: a phala that is not heard is left out or added (ধংস,
উজ্জল, অধ্যক্ষ্য), a doubled consonant is written as heard (বিদ্দুৎ). How conjuncts are said follows Bangla
Academy, *Adhunik Bangla Abhidhan* (2016), as in ``index.vocabulary.sound_units``. In 17,757 articles of news
447 words are taken for one that is said alike (``usual_spellings``); a list of right words has nine of these,
of which two are other words (একশেষ, সাক্ষর).
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from onneshon.index.analysis.script import HASANTA
from onneshon.index.analysis.stemmer import fold
from onneshon.index.vocabulary.sound_units import BREATHED, SILENT_BA_AFTER, SILENT_MA_AFTER
from onneshon.index.vocabulary.vocabulary import Vocabulary

REMEMBERED: Final = 16_384
"""Words whose keys are kept: what is typed sounds like frequent words, over and over the same."""

_H: Final = HASANTA
_C: Final = "[\u0995-\u09b9\u09dc\u09dd\u09df]"
_LONG: Final = ":"
"""Stands for the second half of a doubled consonant."""
_PHALA: Final = f"(?:{_H}য|(?<=[{SILENT_BA_AFTER}]){_H}ব|(?<=[{SILENT_MA_AFTER}]){_H}ম)"

_STEPS: Final = tuple(
    (re.compile(pattern), said)
    for pattern, said in (
        (f"(?<=.)হ{_H}([নমল])", rf"\1{_H}\1"),  # চিহ্ন, ব্রাহ্মণ, আহ্লাদ
        (f"(?<=.)হ{_H}য", f"জ{_H}জ"),  # সহ্য
        (f"ক{_H}ষ(?:{_H}[নম])?", f"খ{_H}খ"),  # তীক্ষ্ণ, লক্ষ্মী
        (f"জ{_H}ঞ", f"গ{_H}গ"),
        (f"(?<={_H}[^রল]){_H}[যবম]", ""),  # সন্ধ্যা, সান্ত্বনা, ঊর্ধ্ব; ট্র্যাক is no ট্রাক
        (f"\u09df{_H}যা", "\u09dfা"),  # সফটওয়্যার
        (f"\\A({_C}){_H}য(?=[ি-ৌ])", r"\1"),  # জ্যোতি
        (f"\\A({_C}){_H}য(?!া)", rf"\1{_H}যা"),  # ব্যক্তি
        (f"\\A({_C}){_H}\\1", r"\1"),  # ক্ষতি, জ্ঞান
        (f"(?<=\\A[{SILENT_BA_AFTER}]){_H}ব", ""),  # ধ্বংস
        (f"(?<=.)(?<!{_H})({_C}){_PHALA}", rf"\1{_H}\1"),  # বিদ্যুৎ, বিশ্ব, পদ্মা
        *((f"{plain}{_H}{breathed}", f"{breathed}{_H}{breathed}") for plain, breathed in BREATHED),
        (f"({_C}){_H}\\1", rf"\1{_LONG}"),
        (f"(?<={_H}{_C}){_LONG}", ""),
        (f"(?<=ং{_C}){_LONG}", ""),  # আকাঙ্ক্ষা
        (f"(?:[নঞ]{_H}|ং{_H}?)(?=[চছজঝ])", "ন"),  # ইঞ্জিন
        ("ংগ", "ং"),  # বাঙ্গালি
        (f"(?<!\\A.)(?<!র){_H}(?=(?![রল]){_C}[া-ৌ])", ""),  # আব্দুল; জনম is not জন্ম, শরম not শ্রম
    )
)


@lru_cache(REMEMBERED)
def phonetic_key(word: str) -> str:
    """What homophones have in common; it need not be a word.

    Args:
        word: in canonical spelling.
    """
    key = fold(word)
    if HASANTA in key or "ং" in key:  # no step is about others
        for pattern, said in _STEPS:
            key = pattern.sub(said, key)
    return key


def homophones(word: str, vocabulary: Vocabulary, least: int) -> Sequence[tuple[str, int]]:
    """The words that are said like one and that ``fold`` tells from it, in enough articles; frequent first.

    A phala that is not heard at the beginning may have been left out, but nobody adds one (জ্বেলে is no জেলে).

    Args:
        word: in canonical spelling.
        vocabulary: of the index.
        least: articles.

    Returns:
        Words and how many articles hold each.
    """

    def alike(other: str) -> bool:
        return (
            phonetic_key(other) == phonetic_key(word)
            and fold(other) != fold(word)
            and (_begins_joined(other) or not _begins_joined(word))
        )

    return vocabulary.of_one_sound(word, least, alike)


def _begins_joined(word: str) -> bool:
    return word[1:2] == HASANTA
