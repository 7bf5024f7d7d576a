"""Canonical words and the fold by patterns and replacements, as a reference for the kernel."""

import re
from typing import Final

from onneshon.index.analysis.stemmer import SOUND_ALIKE, homophones

__all__ = ["canonical_form", "fold", "is_canonical"]

CANONICAL: Final = re.compile(
    "(?:(?:[\u0986-\u098b\u098f\u0990\u0993-\u09a8\u09aa-\u09b0\u09b2\u09b6-\u09b9\u09ce\u09dc\u09dd\u09df]"
    "|\u0985(?!\u09be))"
    "(?:\u09cd|[\u09be-\u09c4\u09c7\u09c8\u09cb\u09cc]?[\u0981-\u0983]?))+(?<!\u09cd)"
)
DOUBLED_AFTER_REPH: Final = re.compile(
    "(র\u09cd)(?:([ক-হ])\u09cd(?=\\2)|"
    + "|".join(f"{plain}\u09cd(?={breath})" for plain, breath in zip("কগচজটডতদপব", "খঘছঝঠঢথধফভ", strict=True))
    + ")"
)
LETTER_AS_SIGN: Final = re.compile("(?<=[ক-হ\u09dc\u09dd\u09df])[অআ](?=.)|(?<=\u09be)[অআ](?=.)")
TO_FOLD: Final = re.compile(
    f"^এ\u09cdযা|[{''.join(SOUND_ALIKE)}]|র\u09cd(.)\u09cd\\1|(?<=[ক-হ\u09dc\u09dd\u09df\u09be])[অআ]"
)
YA_PHALA, KSHA = "\u09cdয", "ক\u09cdষ"
ALIKE: Final = str.maketrans(SOUND_ALIKE | {"\ue000": YA_PHALA, "\ue001": KSHA})


def is_canonical(word: str) -> bool:
    """Whether a word has current letters only, with at most one sign and one mark each."""
    return CANONICAL.fullmatch(word) is not None


def canonical_form(word: str) -> str | None:
    """The word with each letter and its dot as one code point, if that is canonical."""
    for letter, joined in zip("ডঢযব", "\u09dc\u09dd\u09dfর", strict=True):
        word = word.replace(f"{letter}\u09bc", joined)
    return word if is_canonical(word) else None


def fold(stem: str) -> str:
    """The key that all spelling variants of a stem share."""
    if not TO_FOLD.search(stem):
        return stem
    if stem in homophones():
        return homophones()[stem]
    key = DOUBLED_AFTER_REPH.sub("\\1", re.sub("^এ(?=\u09cdযা)", "অ", stem))
    key = re.sub("ৎ(?=[ক-হ])", "ত\u09cd", key).replace("ঙ\u09cd", "ং")
    if re.search("[অআ]", key[1:]):
        key = LETTER_AS_SIGN.sub("\u09be", key).replace("\u09be\u09be", "\u09be")
    key = key.replace(YA_PHALA, "\ue000").replace(KSHA, "\ue001").translate(ALIKE)
    return key or stem
