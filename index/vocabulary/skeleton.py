"""The consonants of a word alone, with everything merged that writers confuse.

Merged are aspirates, dentals and retroflexes, the sibilants and চ ছ, ব and ভ, জ and য, র and ড়. Words of one
skeleton are the candidates among which sound units decide (``index.vocabulary.sound_units``); a Latin
spelling has skeletons in the same code (``index.vocabulary.latin_skeletons``).
"""

import re
from collections.abc import Callable
from typing import Final

from onneshon.index.analysis.script import HASANTA
from onneshon.index.kernel.spelling import (
    BLOCK,
    CONSONANT,
    GLIDE,
    LETTERS,
    SILENCES_BA,
    SILENCES_MA,
    SPOKEN,
    Skeletons,
)
from onneshon.index.vocabulary.sound_units import (
    BREATHED,
    CLUSTERS,
    CODES,
    CONSONANTS,
    GLIDES,
    OPENING_VOWELS,
    SILENT_BA_AFTER,
    SILENT_MA_AFTER,
)

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

_WRITTEN_ONCE: Final = re.compile(r"n[ng]+|(.)\1+")


def _row(value_of: Callable[[str], int]) -> bytes:
    """A number for each letter of the Bengali block."""
    return bytes(value_of(chr(BLOCK + index)) for index in range(LETTERS))


def _number(symbol: str) -> int:
    """The number of a symbol in the kernel; 0 for none, 255 for two."""
    return 255 if symbol == _V_AND_R else SKELETON_SYMBOLS.index(symbol) + 1 if symbol else 0


def _kind(letter: str) -> int:
    """What a letter is, as bits."""
    return (
        (SPOKEN if letter in CODES and letter != HASANTA else 0)
        | (GLIDE if letter in GLIDES else 0)
        | (CONSONANT if letter in CONSONANTS else 0)
        | (SILENCES_BA if letter in SILENT_BA_AFTER else 0)
        | (SILENCES_MA if letter in SILENT_MA_AFTER else 0)
    )


def _made() -> Skeletons:
    breathed = {pair[0]: pair[1] for pair in BREATHED}
    return Skeletons(
        SKELETON_SYMBOLS.encode(),
        _row(lambda letter: _number(_SYMBOL_AT_START.get(letter, ""))),
        _row(lambda letter: _number(_SYMBOL_OF.get(letter, ""))),
        _row(_kind),
        _row(lambda letter: ord(breathed.get(letter, chr(BLOCK))) - BLOCK),
        [
            (ord(cluster[0]) - BLOCK, ord(cluster[2]) - BLOCK, _number(_SYMBOL_OF[cluster]))
            for cluster in CLUSTERS
        ],
    )


SKELETONS: Final = _made()
"""Makes skeletons of words, in the kernel."""


def skeleton(word: str) -> str:
    """The consonant skeleton of a word in canonical spelling; empty without a consonant or first vowel."""
    return SKELETONS.of(word)


def squeeze(symbols: str) -> str:
    """Drops a symbol after itself, since people double or not, and g after n, since ng is ং or ঙ্গ."""
    return _WRITTEN_ONCE.sub(lambda match: match[0][0], symbols)
