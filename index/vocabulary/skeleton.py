"""The consonants of a word alone, with everything merged that writers confuse.

Merged are aspirates, dentals and retroflexes, the sibilants and চ ছ, ব and ভ, জ and য, র and ড়. Words of one
skeleton are the candidates among which sound units decide (``index.vocabulary.sound_units``); a Latin
spelling has skeletons in the same code (``index.vocabulary.latin_skeletons``).
"""

import re
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index.vocabulary.sound_units import CODES, GLIDES, NO_WORD, OPENING_VOWELS, UNITS, code_of_letter, merged

__all__ = ["CLASSES", "SKELETON_SYMBOLS", "skeleton", "skeletons", "squeeze"]

CLASSES: Final = {
    "k": "ক খ ক্ষ",
    "g": "গ ঘ জ্ঞ",
    "n": "ন ণ ঙ ঞ ং ঙ্গ",
    "s": "চ ছ শ ষ স",
    "j": "জ ঝ য",
    "t": "ত থ ট ঠ ৎ",
    "d": "দ ধ ড ঢ",
    "p": "প ফ",
    "b": "ব ভ",
    "m": "ম",
    "r": "র র\u09cd \u09dc \u09dd ৃ ৃ.",
    "l": "ল",
}
"""The consonants that one skeleton symbol stands for. হ and য় are heard or not: they count only at the
start."""
_SYMBOL_OF: Final = {unit: symbol for symbol, members in CLASSES.items() for unit in members.split()}
_V_AND_R: Final = "R"
"""One letter for the two symbols of ঋ at the start of a word."""
_SYMBOL_AT_START: Final = dict.fromkeys(OPENING_VOWELS, "V") | {"হ": "h", "ঋ": _V_AND_R} | _SYMBOL_OF

SKELETON_SYMBOLS: Final = "V" + "".join(CLASSES) + "h"
"""Everything a skeleton is made of; V is any vowel at the start of a word."""

_AT_START: Final = 128
"""Added to the code of the first unit of a word while its symbol is looked up."""
_NO_SYMBOL: Final = "-"
_SYMBOL_OF_CODE: Final = (
    {NO_WORD: " "}
    | {CODES[unit]: symbol for unit, symbol in _SYMBOL_OF.items()}
    | {CODES[unit] + _AT_START: symbol for unit, symbol in _SYMBOL_AT_START.items()}
)
_SYMBOLS: Final = "".join(_SYMBOL_OF_CODE.get(code, _NO_SYMBOL) for code in range(256)).encode()
_WRITTEN_ONCE: Final = re.compile(r"n[ng]+|([^ ])\1+")


def skeletons(codes: NDArray[np.uint8]) -> list[str]:
    """The consonant skeletons of words, from what ``unit_codes`` makes of them.

    The skeleton of a word without a consonant or first vowel is empty.
    """
    first = (np.roll(codes, 1) == NO_WORD) & (codes != NO_WORD)  # the last code is a 0
    symbols = (codes + first * np.uint8(_AT_START)).tobytes().translate(_SYMBOLS).decode("ascii")
    return squeeze(symbols.replace(_NO_SYMBOL, "").replace(_V_AND_R, "Vr")).split(" ")[:-1]


class _Symbols(dict[int, str]):
    """The symbol of each character of what ``merged`` makes, none where it has none; made when it is met.

    Args:
        added: to the code of the character's unit while its symbol is looked up.
    """

    def __init__(self, added: int) -> None:
        super().__init__()
        self._added = added

    def __missing__(self, point: int) -> str:
        code = code_of_letter(chr(point))
        symbol = _SYMBOL_OF_CODE.get(code + self._added, "") if code <= len(UNITS) else ""
        self[point] = symbol = symbol.strip().replace(_V_AND_R, "Vr")
        return symbol


_FIRST_SYMBOLS: Final = _Symbols(_AT_START)
_INNER_SYMBOLS: Final = _Symbols(0)


def skeleton(word: str) -> str:
    """The consonant skeleton of one word in canonical spelling; what ``skeletons`` makes of many."""
    letters = merged(word)
    for place, letter in enumerate(letters):
        if 0 < code_of_letter(letter) <= len(UNITS):
            first = "" if place and letter in GLIDES else letter.translate(_FIRST_SYMBOLS)
            return squeeze(first + letters[place + 1 :].translate(_INNER_SYMBOLS))
    return ""


def squeeze(symbols: str) -> str:
    """Drops a symbol after itself, since people double or not, and g after n, since ng is ং or ঙ্গ.

    Skeletons may be squeezed together, with spaces between them.
    """
    return _WRITTEN_ONCE.sub(lambda match: match[0][0], symbols)
