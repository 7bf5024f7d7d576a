"""Conversion of Bijoy to Unicode: of its codes, and of their visual order to logical order.

A font of Bijoy shows Latin characters as Bengali ones, so that a text is Bengali to people who have the font
and ``Avwg evsjv`` to everybody else. Vowel signs are where they are drawn, ি ে ৈ before the conjunct that
they are read after; a reph is after the letter that it is read before; a conjunct is composed of a left part
and the parts that are joined to it.
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
"""The kinds of codes; the head of the table explains each."""

ANY: Final = "*"
"""Wildcard for the codes after which a row applies: any letter or sign of a word."""

_NO_CODE: Final = "".join(map(chr, range(0x80, 0xA0)))
"""Control characters of Latin-1: codes become these in programs that take Windows-1252 for Latin-1."""


class Meaning(NamedTuple):
    """One meaning of a code.

    Attributes:
        kind: the kind of the code.
        text: the text that it stands for, in Unicode.
        after: the characters after which the code has this meaning; empty for the default.
    """

    kind: CodeKind
    text: str
    after: str


@cache
def bijoy_codes() -> dict[str, tuple[Meaning, ...]]:
    """The meanings of each character of Windows-1252, those that depend on the character before it first."""
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
    """A text in which the codes 80 to 9F are Windows-1252, also where they were read as Latin-1."""
    return text.translate(_from_latin_1()) if any(code in text for code in _NO_CODE) else text


@cache
def _from_latin_1() -> dict[int, str]:
    read = {code: bytes([code]).decode("cp1252", "ignore") for code in map(ord, _NO_CODE)}
    return {code: character for code, character in read.items() if character}


_HASANTA: Final = "\u09cd"
_NON_JOINER: Final = "\u200c"
_JOINER: Final = "\u200d"
_TYPOGRAPHIC: Final = frozenset("‘’“”–—•…‚„")
"""Codes that are punctuation where there is no syllable that they could belong to."""

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
"""A letter for each kind of code; the shape of a text is a string of them, with O for what is no code."""

_AKSHARA: Final = re.compile("B?(?:(?:H*L|H+(?=S))S*|I)[SRVM]*X?")
"""The kinds of the codes of a written syllable."""


class Conversion(NamedTuple):
    """A text in Unicode.

    Attributes:
        text: the text in logical order.
        unread: the number of codes that could not be part of any syllable.
    """

    text: str
    unread: int


class _Code(NamedTuple):
    character: str
    kind: str
    text: str


def from_bijoy(text: str) -> Conversion:
    """Convert a text as one that was typed for a font of Bijoy, including any Latin words in it.

    Args:
        text: the codes as characters of Windows-1252 or of Latin-1.
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
    """The end of a syllable: a code that may be punctuation is not taken for a second sign of a syllable."""
    signed = False
    for at_code in range(found.start(), found.end()):
        code = codes[at_code]
        if signed and code.character in _TYPOGRAPHIC:
            return at_code
        signed = signed or code.kind in {"V", "M"}
    return found.end()


def _syllable(codes: list[_Code], *, before_letter: bool) -> str:
    """A syllable in Unicode order: reph, consonants, vowel sign, other signs."""
    by_kind = {kind: "".join(code.text for code in codes if code.kind == kind) for kind in "BRVMX"}
    base = "".join(code.text for code in codes if code.kind in {*"HLSI"}).replace(_HASANTA * 2, _HASANTA)
    if base.startswith("র" + _HASANTA):
        base = "র" + _JOINER + base[1:]  # a ya-phala below র: without the joiner it would be a reph
    sign = _joined(by_kind["B"] + by_kind["V"])
    if base == "অ" and sign.startswith("া"):
        base, sign = "আ", sign[1:]
    # A visible hasanta stays visible: without the non-joiner it would form a conjunct with the next letter.
    hasanta = by_kind["X"] and _HASANTA + _NON_JOINER * before_letter
    return ("র" + _HASANTA) * bool(by_kind["R"]) + base + sign + _marks(by_kind["M"]) + hasanta


def _joined(signs: str) -> str:
    return signs.replace("ে" + "া", "ো").replace("ে" + "ৗ", "ৌ")


def _marks(marks: str) -> str:
    """Sort the nasal sign before the other marks."""
    return "".join(sorted(marks, key=lambda mark: mark != "ঁ"))


def _left_as_is(codes: list[_Code], pieces: list[str]) -> int:
    """Append codes that belong to no syllable, and return the number of those that should have."""
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
