"""The skeleton of a word, its consonants with confusable ones merged; for Latin letters, all possible ones.

Merged are aspirates, dentals and retroflexes, the sibilants and চ ছ, ব and ভ, জ and য, র and ড়. Words of
one skeleton are the candidates among which sound units decide (``index.vocabulary.sound_units``). Bengali
has no single romanisation in daily use: most Latin letters leave no doubt about their class of consonant;
the others are listed here with what else they may be, so that *second* reaches সেকেন্ড and *chemistry*
কেমিস্ট্রি.
"""

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

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
"""All symbols of skeletons; V is any vowel at the start of a word."""
_SYMBOLS_PACKED: Final = 16
_DIGITS: Final = {ord(symbol): f"{code:x}" for code, symbol in enumerate(SKELETON_SYMBOLS, 1)}

_WRITTEN_ONCE: Final = re.compile(r"n[ng]+|(.)\1+")


def _row(value_of: Callable[[str], int]) -> bytes:
    """A number for each letter of the Bengali block."""
    return bytes(value_of(chr(BLOCK + index)) for index in range(LETTERS))


def _number(symbol: str) -> int:
    """The number of a symbol in the kernel; 0 for none, 255 for two."""
    return 255 if symbol == _V_AND_R else SKELETON_SYMBOLS.index(symbol) + 1 if symbol else 0


def _kind(letter: str) -> int:
    """The properties of a letter, as bits."""
    return (
        (SPOKEN if letter in CODES and letter != HASANTA else 0)
        | (GLIDE if letter in GLIDES else 0)
        | (CONSONANT if letter in CONSONANTS else 0)
        | (SILENCES_BA if letter in SILENT_BA_AFTER else 0)
        | (SILENCES_MA if letter in SILENT_MA_AFTER else 0)
    )


def _made() -> Skeletons:
    return Skeletons(
        SKELETON_SYMBOLS.encode(),
        _row(lambda letter: _number(_SYMBOL_AT_START.get(letter, ""))),
        _row(lambda letter: _number(_SYMBOL_OF.get(letter, ""))),
        _row(_kind),
        _row(lambda letter: ord(BREATHED.get(letter, chr(BLOCK))) - BLOCK),
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


READINGS_AT_MOST: Final = 10
_COMBINATIONS: Final = 64
_DEPARTURES: Final = 3
"""The most letters read in their second way at once: more are not worth the candidates they bring."""

_LETTERS: Final = re.compile("chh|ksh|ks|sch|tch|ch|sh|kh|gh|jh|th|dh|ph|bh|ng|rh|wh|[a-z]")
_VOWELS: Final = tuple("aeiou")
_FRONT: Final = ("e", "i", "y")
_BEFORE_SILENT_M: Final = frozenset(("k", "ksh", "kh", "t", "d", "s", "sh", "h"))
"""ম below ক ক্ষ ত দ শ ষ স is often written in Latin letters, by its spelling: lakshmi, atma, padma."""

_BEFORE_SILENT_V: Final = frozenset(("k", "j", "t", "th", "d", "dh", "n", "s", "sh", "h"))
"""Who writes letter by letter has *v* for the ব below these, which is not heard."""

_SURE: Final = dict(zip("kqjtdpfbvmnrlsg", "kkjtdppbbmnrlsg", strict=True)) | {
    **dict.fromkeys(("chh", "sh", "tch"), "s"),
    "kh": "k",
    "jh": "j",
    "dh": "d",
    "ph": "p",
    "bh": "b",
    "rh": "r",
    "ng": "n",
}
_AT_START: Final = {
    **dict.fromkeys(_VOWELS, ("V",)),
    "y": ("V", "j"),  # year ইয়ার, yug যুগ
    "w": ("V", "b"),
    "wh": ("h", "V"),
    "h": ("h", "V"),  # hour আওয়ার
    "x": ("j", "Vks"),  # Xavier; x alone is এক্স
}
_INSIDE: Final = {
    **dict.fromkeys((*_VOWELS, "y", "w", "wh", "h"), ("",)),
    "x": ("ks", "s"),
    "gh": ("g", ""),  # night
}
_DOUBTFUL: Final = {
    "z": ("j", "s"),
    "ch": ("s", "k"),
    "th": ("t", "d"),
    "gh": ("g",),
    "sch": ("s", "sk"),
    "ks": ("ks", "k"),  # taksim তাকসিম, siksa শিক্ষা
    "ksh": ("k", "ks"),  # shiksha শিক্ষা, nokshi নকশি
}

_LETTER_NAMES: Final = dict.fromkeys("aeiouy", "V") | {
    "f": "Vp",
    "h": "Vs",
    "l": "Vl",
    "m": "Vm",
    "n": "Vn",
    "r": "Vr",
    "s": "Vs",
    "x": "Vks",
    "b": "b",
    "c": "s",
    "d": "d",
    "g": "j",
    "j": "j",
    "k": "k",
    "p": "p",
    "q": "k",
    "t": "t",
    "v": "b",
    "w": "dbl",
    "z": "jd",
}
"""How the skeleton of each English letter's name begins and goes on: এ বি সি ডি …, for *gb* জিবি and *sms*
এসএমএস."""
_ABBREVIATION_AT_MOST: Final = 5


def pack_skeleton(symbols: str) -> int:
    """A skeleton as a 64-bit number, four bits a symbol: numbers sort as skeletons do; 16 symbols count."""
    return int(symbols[:_SYMBOLS_PACKED].translate(_DIGITS).ljust(_SYMBOLS_PACKED, "0"), 16)


def pack_skeletons(words: Sequence[str]) -> NDArray[np.uint64]:
    """The packed skeletons of words in canonical spelling; 0 for one that has none."""
    return np.array([pack_skeleton(skeleton(word)) for word in words], np.uint64)


def readings(latin: str) -> list[str]:
    """The skeletons a Latin word may have, the likeliest first, at most ``READINGS_AT_MOST``.

    Args:
        latin: lower-case letters a to z; anything else is ignored.
    """
    found = [(departures, squeeze("".join(reading))) for departures, reading in _combined(latin)]
    found.sort(key=lambda entry: entry[0])
    skeletons = [reading for _, reading in found]
    if _may_be_abbreviation(latin):
        skeletons.insert(1, _spelt_out(latin))
    return [reading for reading in dict.fromkeys(skeletons) if reading][:READINGS_AT_MOST]


def _combined(latin: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    letters = _LETTERS.findall(latin)
    options = [_options(letters, position) for position in range(len(letters))]
    for reading in itertools.islice(itertools.product(*options), _COMBINATIONS):
        departures = sum(taken != choice[0] for taken, choice in zip(reading, options, strict=True))
        if departures <= _DEPARTURES:
            yield departures, reading


def _options(letters: list[str], position: int) -> tuple[str, ...]:
    """The symbols one letter may stand for, the likeliest first, given the letters around it."""
    letter = letters[position]
    before = letters[position - 1] if position else ""
    after, rest = (
        (letters[position + 1], "".join(letters[position + 1 :])) if position + 1 < len(letters) else ("", "")
    )
    special = _by_neighbours(letter, before, after, rest)
    if special:
        return special
    placed = _INSIDE if position else _AT_START
    return placed.get(letter) or _DOUBTFUL.get(letter) or (_SURE[letter],)


def _by_neighbours(letter: str, before: str, after: str, rest: str) -> tuple[str, ...] | None:  # noqa: C901, PLR0911, PLR0912 - a table with conditions
    match letter:
        case "c":
            return ("s", "k") if after in _FRONT else ("k", "s")
        case "g" if after in _FRONT:
            return ("g", "j")  # page
        case "g" if after == "g":
            return ("g", "n")  # soggroho সংগ্রহ
        case "ng" if after in _FRONT:
            return ("n", "nj")  # messenger মেসেঞ্জার
        case "m" if before in _BEFORE_SILENT_M:
            return ("m", "")  # padma পদ্মা and smriti স্মৃতি have a silent m, smart স্মার্ট has not
        case "t" if before and (rest.startswith(("io", "ia")) or after == "u"):
            return ("t", "s")  # station স্টেশন, picture পিকচার
        case "s" if before in (*_VOWELS, "w", "y") and (rest in {"", "e", "es"} or after in (*_VOWELS, "y")):
            return ("s", "j")  # series সিরিজ
        case "n" if before in _VOWELS and after and after not in (*_VOWELS, "y", "n"):
            return ("n", "")  # chand চাঁদ, panch পাঁচ
        case "d" if after == "g":
            return ("d", "")  # bridge ব্রিজ
        case "k" if after == "n" and not before:
            return ("k", "")  # knock নক
        case "j" if after == "n":
            return ("j", "g")  # bijnan বিজ্ঞান
        case "n" if before == "j":
            return ("n", "")
        case "y" if before == "r":
            return ("", "j")  # charyapad চর্যাপদ
        case "m" if after in ("s", "sh", "h"):
            return ("m", "n")  # samsad সংসদ
        case "v" if before in _BEFORE_SILENT_V:
            return ("b", "")  # tattva তত্ত্ব
        case _:
            return None


def _may_be_abbreviation(latin: str) -> bool:
    vowelless = not set(latin) & {*_VOWELS, "y"}
    return len(latin) <= (_ABBREVIATION_AT_MOST if vowelless else 3)


def _spelt_out(latin: str) -> str:
    names = "".join(_LETTER_NAMES.get(letter, "") for letter in latin)
    return squeeze(names[:1] + names[1:].replace("V", ""))
