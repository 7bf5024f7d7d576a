"""The codes of Bijoy, read from `data/bijoy.tsv`: what each one is, by what stands before it."""

from functools import cache
from importlib.resources import files
from typing import Final, Literal, NamedTuple, TypeAlias

__all__ = ["ANY", "CodeKind", "Meaning", "bijoy_codes", "windows_text"]

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
    for line in table.splitlines():
        if line and not line.startswith("#"):
            code, kind, text, *after = line.split("\t")
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
