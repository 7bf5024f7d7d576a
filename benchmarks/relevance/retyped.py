"""Queries as others might have typed them: in another encoding, with joiners, in another spelling.

The variants are made by rules, and the rules of spelling resemble those by which the analysis folds words:
that row flatters any analysis that folds. The attested errors of ``spelling/`` do not.
"""

import random
from collections.abc import Callable, Mapping

__all__ = ["RETYPINGS", "Retyping", "attested"]

Retyping = Callable[[str, random.Random], str]

_TWO_PARTS = {
    "\u09dc": "\u09a1\u09bc",  # ড় as ড and nukta
    "\u09dd": "\u09a2\u09bc",
    "\u09df": "\u09af\u09bc",
    "\u09cb": "\u09c7\u09be",  # ো as its left and its right half
    "\u09cc": "\u09c7\u09d7",
}
_TO_PARTS = str.maketrans(_TWO_PARTS)
_ASCII_DIGITS = str.maketrans("০১২৩৪৫৬৭৮৯", "0123456789")
_ALIKE = (("ি", "ী"), ("ু", "ূ"), ("ন", "ণ"), ("শ", "স"), ("ষ", "শ"), ("ষ", "স"), ("জ", "য"), ("ঙ\u09cd", "ং"))
"""Letters that sound alike and are written for each other."""


def other_encoding(text: str, _: random.Random) -> str:
    """The text with letters that have two encodings in the one that it does not use."""
    if (parted := text.translate(_TO_PARTS)) != text:
        return parted
    for whole, parts in _TWO_PARTS.items():
        text = text.replace(parts, whole)
    return text


def zwnj_after_hasanta(text: str, _: random.Random) -> str:
    """The text with conjuncts broken open by ZERO WIDTH NON-JOINER, as some keyboards write them."""
    return text.replace("\u09cd", "\u09cd\u200c")


def ascii_digits(text: str, _: random.Random) -> str:
    """The text with ASCII digits: 1971 for ১৯৭১."""
    return text.translate(_ASCII_DIGITS)


def spelling_variants(text: str, chance: random.Random) -> str:
    """The text with one letter replaced by one that sounds alike, in half of the words."""
    return " ".join(_respell(word, chance) if chance.random() < 0.5 else word for word in text.split(" "))


def _respell(word: str, chance: random.Random) -> str:
    pairs = (*_ALIKE, *((other, first) for first, other in _ALIKE))
    places = [
        (at, first, other)
        for first, other in pairs
        for at in range(len(word))
        if word.startswith(first, at) and not _is_other_letter(word, at)
    ]
    if not places:
        return word
    at, first, other = chance.choice(places)
    return word[:at] + other + word[at + len(first) :]


def _is_other_letter(word: str, at: int) -> bool:
    """Whether the code point is only part of a letter: য of য় or of a ya-phala, ষ of ক্ষ."""
    before, after = word[max(at - 1, 0) : at], word[at + 1 : at + 2]
    return after == "\u09bc" or (before == "\u09cd" and word[at] in "যষ")


def attested(errors: Mapping[str, str]) -> Retyping:
    """A retyping that replaces words by a wrong spelling that people were seen to type.

    Args:
        errors: the wrong spelling of each right word.
    """
    return lambda text, _: " ".join(errors.get(word, word) for word in text.split(" "))


RETYPINGS: dict[str, Retyping] = {
    "other encoding": other_encoding,
    "ASCII digits": ascii_digits,
    "ZWNJ after hasanta": zwnj_after_hasanta,
    "spelling variants": spelling_variants,
}
