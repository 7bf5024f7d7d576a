"""What a word typed in Latin letters may stand for: its skeletons, in the code of ``skeleton``.

Bengali has no single romanisation in daily use. Most letters leave no doubt about their class of consonant;
the others are listed here with what else they may be, so that *second* reaches সেকেন্ড and *chemistry*
কেমিস্ট্রি.
"""

import itertools
import re
from collections.abc import Iterator
from typing import Final

from onneshon.index.vocabulary.skeleton import squeeze

READINGS_AT_MOST: Final = 10
_COMBINATIONS: Final = 64
_DEPARTURES: Final = 3
"""More letters than this read in their second way at once are not worth the candidates they bring."""

_LETTERS: Final = re.compile("chh|ksh|ks|sch|tch|ch|sh|kh|gh|jh|th|dh|ph|bh|ng|rh|wh|[a-z]")
_VOWELS: Final = tuple("aeiou")
_FRONT: Final = ("e", "i", "y")
_BEFORE_SILENT_M: Final = frozenset(("k", "ksh", "kh", "t", "d", "s", "sh", "h"))
"""ম below ক ক্ষ ত দ শ ষ স is as often as not written in Latin letters as it is spelt: lakshmi, atma, padma."""

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


def readings(latin: str) -> list[str]:
    """The skeletons a Latin word may have, the likeliest first, at most ``READINGS_AT_MOST``.

    Args:
        latin: lower-case letters a to z; anything else is passed over.
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


def _by_neighbours(letter: str, before: str, after: str, rest: str) -> tuple[str, ...] | None:  # noqa: C901, PLR0911 - a table with conditions
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
        case _:
            return None


def _may_be_abbreviation(latin: str) -> bool:
    vowelless = not set(latin) & {*_VOWELS, "y"}
    return len(latin) <= (_ABBREVIATION_AT_MOST if vowelless else 3)


def _spelt_out(latin: str) -> str:
    names = "".join(_LETTER_NAMES.get(letter, "") for letter in latin)
    return squeeze(names[:1] + names[1:].replace("V", ""))
