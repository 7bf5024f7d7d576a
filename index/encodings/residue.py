"""Codes of Bijoy that are left in a text in Unicode: রতœা is রত্না, প্রতিদ্ব›িদ্বতা is প্রতিদ্বন্দ্বিতা.

Converters that know a part of the codes leave the others as they are, and put a vowel sign behind the letter
that they know instead of behind the conjunct. A code is read only where a syllable needs what it stands for;
elsewhere it is the letter or the sign of Windows-1252 that it seems to be.
"""

import re
from collections.abc import Sequence
from functools import cache
from typing import Final, NamedTuple

from onneshon.index.encodings.bijoy import ANY, CodeKind, Meaning, bijoy_codes

_HASANTA: Final = "\u09cd"
_LETTER: Final = "[\u0985-\u09b9\u09ce\u09dc\u09dd\u09df]"
_CONSONANT: Final = "[\u0995-\u09a8\u09aa-\u09b0\u09b2\u09b6-\u09b9\u09dc\u09dd\u09df]\u09bc?"
_SIGN: Final = "[\u09be-\u09c4\u09c7\u09c8\u09cb\u09cc\u09d7]"
_UNICODE_SIGNS: Final = frozenset("\u00ad\u00b4°±·×÷«»©®™¶‘’“”–—•…")
"""Codes that stand between Bengali letters as what they are in Unicode, mostly punctuation."""

_QUOTES: Final = frozenset("‹›")
"""Codes that stand for an apostrophe as well, after a vowel: দু›দেশের."""

_KINDS: Final = frozenset({"letter", "half", "below", "after"})
_ENDS_IN_CONSONANT: Final = re.compile(f"{_CONSONANT}$")
_LAST_CONSONANT: Final = re.compile(f"({_CONSONANT}){_HASANTA}?{_SIGN}*$")
_JOINED: Final = f"(?:{_HASANTA}{_CONSONANT})"
_LATE_SIGNS: Final = (
    re.compile(f"(?<!{_SIGN})({_SIGN}+)({_HASANTA}?{_JOINED}+)"),
    re.compile(f"(?<={_HASANTA})({_SIGN}+)({_CONSONANT}{_JOINED}*)"),
)
"""Vowel signs inside of the conjunct that they are read after, and the rest of that."""

_DOUBLED_HASANTA: Final = re.compile(_HASANTA * 2)
_SPLIT_O: Final = re.compile("\u09be\u09c7|\u09c7\u09be")
_O: Final = "\u09cb"

_NEAR: Final = 12
"""Characters before and after a code that say what it is: no syllable has more."""


class Mended(NamedTuple):
    """A text without codes of Bijoy.

    Attributes:
        text: all of it in Unicode.
        places: for each of its characters, where it stands in the text as given.
    """

    text: str
    places: Sequence[int]


def mended(text: str) -> Mended | None:
    """A text with what is left of Bijoy in it as Unicode; None where there is nothing of it.

    Args:
        text: Bengali in Unicode; without white space, which no syllable holds.
    """
    if not _coded().search(text):
        return None
    read: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        before = "".join(read[-_NEAR:]) if character in _residues() else ""
        meant = _read(character, before, text[place + 1 : place + 1 + _NEAR])
        read += meant
        places += [place] * len(meant)
    found = "".join(read)
    return _in_order(Mended(found, places)) if found != text else None


@cache
def _coded() -> re.Pattern[str]:
    """A code beside Bengali."""
    codes = "".join(map(re.escape, _residues()))
    return re.compile(f"[\u0980-\u09ff][{codes}]|[{codes}][\u0980-\u09ff]")


@cache
def _needed() -> dict[CodeKind, tuple[re.Pattern[str], re.Pattern[str]]]:
    """By the kind of a code: how the text before it must end, and the text after it begin."""
    below = "".join(
        code for code, meanings in _residues().items() if any(meaning.kind == "below" for meaning in meanings)
    )
    any_text = re.compile("")
    return {
        "letter": (re.compile(f"(?:{_LETTER}|{_SIGN})$"), any_text),
        "half": (any_text, re.compile(f"{_SIGN}*(?:{_HASANTA}?{_CONSONANT}|[{below}])")),
        "below": (re.compile(f"{_CONSONANT}{_HASANTA}?{_SIGN}*$"), any_text),
        "after": (_ENDS_IN_CONSONANT, re.compile(f"(?!{_SIGN})")),
    }


@cache
def _residues() -> dict[str, tuple[Meaning, ...]]:
    """The meanings of the codes that no text in Unicode has between Bengali letters."""
    found = {
        code: tuple(meaning for meaning in meanings if meaning.kind in _KINDS)
        for code, meanings in bijoy_codes().items()
        if not code.isascii() and code not in _UNICODE_SIGNS
    }
    return {code: meanings for code, meanings in found.items() if meanings}


def _read(character: str, before: str, after: str) -> str:
    """What a character stands for between what was read before it and what comes after it."""
    if character in _QUOTES and not _ENDS_IN_CONSONANT.search(before):
        return character
    for meaning in _residues().get(character, ()):
        ends, begins = _needed()[meaning.kind]
        if _holds_after(meaning, before) and ends.search(before) and begins.match(after):
            return meaning.text
    return character


def _holds_after(meaning: Meaning, before: str) -> bool:
    """Whether a meaning is that of its code after some text."""
    if meaning.after in {"", ANY}:
        return True
    consonant = _LAST_CONSONANT.search(before)
    return consonant is not None and consonant[1] in _ends(meaning.after)


@cache
def _ends(codes: str) -> frozenset[str]:
    """The last consonants of what some codes stand for."""
    texts = (meaning.text for code in codes for meaning in bijoy_codes()[code])
    return frozenset(text.rstrip(_HASANTA)[-1:] for text in texts)


def _in_order(made: Mended) -> Mended:
    """Each vowel sign after its conjunct, one hasanta where two came together, and ো as one sign."""
    for pattern in _LATE_SIGNS:
        order: list[int] = []
        for found in pattern.finditer(made.text):
            order += [*range(len(order), found.start()), *range(*found.span(2)), *range(*found.span(1))]
        order += range(len(order), len(made.text))
        made = Mended("".join([made.text[at] for at in order]), [made.places[at] for at in order])
    return _joined(_joined(made, _DOUBLED_HASANTA, _HASANTA), _SPLIT_O, _O)


def _joined(made: Mended, pairs: re.Pattern[str], joined: str) -> Mended:
    """Pairs of characters as one, which stands where the later of the two does."""
    places: list[int] = []
    end = 0
    for found in pairs.finditer(made.text):
        places += [*made.places[end : found.start()], max(made.places[found.start() : found.end()])]
        end = found.end()
    return Mended(pairs.sub(joined, made.text), [*places, *made.places[end:]])
