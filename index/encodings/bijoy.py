"""Bijoy in Unicode: its codes, and the order in which a font draws made that of reading.

A font of Bijoy shows Latin characters as Bengali ones, so that a text is Bengali to who has the font and
``Avwg evsjv`` to everybody else. Vowel signs stand where they are drawn, ি ে ৈ before the conjunct that they
are read after; a reph stands behind the letter that it is read before; conjuncts are put together of a left
part and what is joined to it.
"""

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Final, Literal, NamedTuple, TypeAlias

from onneshon.index.tables import rows_of

CodeKind: TypeAlias = Literal[
    "letter", "vowel", "half", "below", "before", "after", "reph", "mark", "hasanta", "sign"
]
"""What a code is; the head of the table explains each."""

ANY: Final = "*"
"""In place of the codes after which a row holds: any letter or sign of a word."""

_NO_CODE: Final = "".join(map(chr, range(0x80, 0xA0)))
"""Control characters of Latin-1: what codes come as from a program that takes Windows-1252 for that."""


class Meaning(NamedTuple):
    """What a code stands for.

    Attributes:
        kind: what it is.
        text: in Unicode.
        after: the characters after which it is this; empty where it is so after all others.
    """

    kind: CodeKind
    text: str
    after: str


@cache
def bijoy_codes() -> dict[str, tuple[Meaning, ...]]:
    """By the character of Windows-1252: its meanings, those first that hold in some places only."""
    found: dict[str, tuple[Meaning, ...]] = {}
    table = files("onneshon.index.encodings").joinpath("data", "bijoy.tsv").read_text(encoding="utf-8")
    for code, kind, text, *after in rows_of(table):
        meaning = Meaning(kind, text, _characters(after[0]) if after else "")  # type: ignore[arg-type]  # as the test of the table sees to
        character = _character(code)
        found[character] = tuple(
            sorted((*found.get(character, ()), meaning), key=lambda each: not each.after)
        )
    return found


def _character(code: str) -> str:
    if code.startswith("U+"):
        return chr(int(code.replace("U+", "0x"), 0))
    return bytes.fromhex(code).decode("cp1252")


def _characters(codes: str) -> str:
    return codes if codes == ANY else "".join(map(_character, codes.split()))


def windows_text(text: str) -> str:
    """A text with the codes 80 to 9F as the characters of Windows-1252, also where they came as Latin-1."""
    return text.translate(_from_latin_1()) if any(code in text for code in _NO_CODE) else text


@cache
def _from_latin_1() -> dict[int, str]:
    read = {code: bytes([code]).decode("cp1252", "ignore") for code in map(ord, _NO_CODE)}
    return {code: character for code, character in read.items() if character}


_HASANTA: Final = "\u09cd"
_NON_JOINER: Final = "\u200c"
_JOINER: Final = "\u200d"
_TYPOGRAPHIC: Final = frozenset("‘’“”–—•…‚„")
"""Codes that are punctuation where nothing is there that they could belong to."""

_LETTERS: Final = {
    "letter": "L",
    "vowel": "I",
    "half": "H",
    "below": "S",
    "before": "B",
    "after": "V",
    "reph": "R",
    "mark": "M",
    "hasanta": "X",
    "sign": "P",
}
"""A letter for each kind of code, of which the shape of a text is made; O is no code at all."""

_AKSHARA: Final = re.compile("B?(?:(?:H*L|H+(?=S))S*|I)[SRVM]*X?")
"""The codes of a written syllable, by kind."""


class Conversion(NamedTuple):
    """A text in Unicode.

    Attributes:
        text: in the order in which it is read.
        unread: how many codes could not be part of any syllable.
    """

    text: str
    unread: int


class _Code(NamedTuple):
    character: str
    kind: str
    text: str


def from_bijoy(text: str) -> Conversion:
    """Read a text as one that was typed for a font of Bijoy; all of it, Latin words in it too.

    Args:
        text: with the codes as characters of Windows-1252 or of Latin-1.
    """
    codes = list(_codes(windows_text(text)))
    shape = "".join(code.kind for code in codes)
    pieces: list[str] = []
    unread, end = 0, 0
    for found in _AKSHARA.finditer(shape):
        unread += _left_as_is(codes[end : found.start()], pieces)
        used = _used(codes, found)
        pieces.append(
            _syllable(codes[found.start() : used], before_letter=shape[used : used + 1] in {*"LHIB"})
        )
        unread += _left_as_is(codes[used : found.end()], pieces)
        end = found.end()
    unread += _left_as_is(codes[end:], pieces)
    return Conversion("".join(pieces), unread)


def _codes(text: str) -> Iterator[_Code]:
    known = bijoy_codes()
    before = ""
    for character in text:
        meaning = _meaning(known.get(character, ()), before, known)
        yield _Code(
            character, _LETTERS[meaning.kind] if meaning else "O", meaning.text if meaning else character
        )
        before = character


def _meaning(
    meanings: tuple[Meaning, ...], before: str, known: dict[str, tuple[Meaning, ...]]
) -> Meaning | None:
    for meaning in meanings:
        if not meaning.after or (before and before in meaning.after):
            return meaning
        if meaning.after == ANY and before in known and known[before][-1].kind != "sign":
            return meaning
    return None


def _used(codes: list[_Code], found: re.Match[str]) -> int:
    """Where a syllable ends: what may be punctuation is no second sign of a syllable that has one."""
    signed = False
    for at_code in range(found.start(), found.end()):
        code = codes[at_code]
        if signed and code.character in _TYPOGRAPHIC:
            return at_code
        signed = signed or code.kind in {"V", "M"}
    return found.end()


def _syllable(codes: list[_Code], *, before_letter: bool) -> str:
    """A syllable in the order of Unicode: reph, consonants, vowel sign, other signs."""
    by_kind = {kind: "".join(code.text for code in codes if code.kind == kind) for kind in "BRVMX"}
    base = "".join(code.text for code in codes if code.kind in {*"HLSI"}).replace(_HASANTA * 2, _HASANTA)
    if base.startswith("র" + _HASANTA):
        base = "র" + _JOINER + base[1:]  # a ya-phala below র: without the joiner it would be a reph
    sign = _joined(by_kind["B"] + by_kind["V"])
    if base == "অ" and sign.startswith("া"):
        base, sign = "আ", sign[1:]
    # A hasanta that is seen stays seen: without the non-joiner it would make a conjunct with what follows.
    hasanta = by_kind["X"] and _HASANTA + _NON_JOINER * before_letter
    return ("র" + _HASANTA) * bool(by_kind["R"]) + base + sign + _marks(by_kind["M"]) + hasanta


def _joined(signs: str) -> str:
    return signs.replace("ে" + "া", "ো").replace("ে" + "ৗ", "ৌ")


def _marks(marks: str) -> str:
    """The nasal sign before the others."""
    return "".join(sorted(marks, key=lambda mark: mark != "ঁ"))


def _left_as_is(codes: list[_Code], pieces: list[str]) -> int:
    """Takes codes that belong to no syllable; how many of them should have."""
    unread = 0
    for code in codes:
        if code.kind in {*"PO"}:
            pieces.append(code.text)
        elif code.character in _TYPOGRAPHIC:
            pieces.append(code.character)
        elif code.character == "t":
            pieces.append(":")  # the visarga serves as a colon
        else:
            pieces.append(code.text)
            unread += 1
    return unread
