"""Codes of Bijoy that are left in a text in Unicode: রতœা is রত্না, প্রতিদ্ব›িদ্বতা is প্রতিদ্বন্দ্বিতা.

Converters that know only a part of the codes leave the others as they are, and put a vowel sign after the
letter that they know instead of after the conjunct. A code is converted only where a syllable needs the text
that it stands for; elsewhere it stays the Windows-1252 letter or sign that it seems to be.
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
"""Codes that are common between Bengali letters with their Unicode meaning, mostly punctuation."""

_QUOTES: Final = frozenset("‹›")
"""Codes that also stand for an apostrophe, after a vowel: দু›দেশের."""

_KINDS: Final = frozenset({"letter", "half", "below", "after"})
_ENDS_IN_CONSONANT: Final = re.compile(f"{_CONSONANT}$")
_LAST_CONSONANT: Final = re.compile(f"({_CONSONANT}){_HASANTA}?{_SIGN}*$")
_JOINED: Final = f"(?:{_HASANTA}{_CONSONANT})"
_LATE_SIGNS: Final = (
    re.compile(f"(?<!{_SIGN})({_SIGN}+)({_HASANTA}?{_JOINED}+)"),
    re.compile(f"(?<={_HASANTA})({_SIGN}+)({_CONSONANT}{_JOINED}*)"),
)
"""Vowel signs inside the conjunct that they belong after, followed by the rest of the conjunct."""

_DOUBLED_HASANTA: Final = re.compile(_HASANTA * 2)
_SPLIT_O: Final = re.compile("\u09be\u09c7|\u09c7\u09be")
_O: Final = "\u09cb"

_NEAR: Final = 12
"""Characters before and after a code that decide its meaning: no syllable has more."""


class Mended(NamedTuple):
    """A text without codes of Bijoy.

    Attributes:
        text: the text, all of it in Unicode.
        places: for each character of ``text``, its offset in the text as given.
    """

    text: str
    places: Sequence[int]


def mended(text: str) -> Mended | None:
    """Convert the codes of Bijoy that are left in a text; None where there are none.

    Args:
        text: Bengali in Unicode, without white space, which no syllable contains.
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
    """The pattern of a code next to a Bengali character."""
    codes = "".join(map(re.escape, _residues()))
    return re.compile(f"[\u0980-\u09ff][{codes}]|[{codes}][\u0980-\u09ff]")


@cache
def _needed() -> dict[CodeKind, tuple[re.Pattern[str], re.Pattern[str]]]:
    """By the kind of a code: patterns for the end of the text before it and for the text after it."""
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
    """The meanings of those codes that do not occur between Bengali letters in proper Unicode text."""
    found = {
        code: tuple(meaning for meaning in meanings if meaning.kind in _KINDS)
        for code, meanings in bijoy_codes().items()
        if not code.isascii() and code not in _UNICODE_SIGNS
    }
    return {code: meanings for code, meanings in found.items() if meanings}


def _read(character: str, before: str, after: str) -> str:
    """The text that a character stands for, given the converted text before it and the text after it."""
    if character in _QUOTES and not _ENDS_IN_CONSONANT.search(before):
        return character
    for meaning in _residues().get(character, ()):
        ends, begins = _needed()[meaning.kind]
        if _holds_after(meaning, before) and ends.search(before) and begins.match(after):
            return meaning.text
    return character


def _holds_after(meaning: Meaning, before: str) -> bool:
    """Whether a meaning of a code applies after the text before it."""
    if meaning.after in {"", ANY}:
        return True
    consonant = _LAST_CONSONANT.search(before)
    return consonant is not None and consonant[1] in _ends(meaning.after)


@cache
def _ends(codes: str) -> frozenset[str]:
    """The last consonants of the texts that some codes stand for."""
    texts = (meaning.text for code in codes for meaning in bijoy_codes()[code])
    return frozenset(text.rstrip(_HASANTA)[-1:] for text in texts)


def _in_order(made: Mended) -> Mended:
    """Move vowel signs after their conjuncts; make one hasanta of two, and one sign of a split ো."""
    for pattern in _LATE_SIGNS:
        order: list[int] = []
        for found in pattern.finditer(made.text):
            order += [*range(len(order), found.start()), *range(*found.span(2)), *range(*found.span(1))]
        order += range(len(order), len(made.text))
        made = Mended("".join([made.text[at] for at in order]), [made.places[at] for at in order])
    return _joined(_joined(made, _DOUBLED_HASANTA, _HASANTA), _SPLIT_O, _O)


def _joined(made: Mended, pairs: re.Pattern[str], joined: str) -> Mended:
    """Replace pairs of characters by one, whose place is that of the later of the two."""
    places: list[int] = []
    end = 0
    for found in pairs.finditer(made.text):
        places += [*made.places[end : found.start()], max(made.places[found.start() : found.end()])]
        end = found.end()
    return Mended(pairs.sub(joined, made.text), [*places, *made.places[end:]])
