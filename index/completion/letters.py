"""Texts of one byte a letter: Bengali and ASCII, in the order of code points, and other letters spelt out.

Half of an index of suggestions is text, and UTF-8 takes three bytes for each letter of Bengali.
"""

import codecs
import re
from typing import Final

_BENGALI: Final = 0x980
_PUNCTUATION: Final = "\u200c\u200d।॥‘’“”–—…•₹€£"
"""Common in Bengali titles; they take the codes from 1 on, which no text needs."""
_ESCAPE: Final = "\x1f"
_UNDEFINED: Final = "\ufffe"
"""What ``codecs`` takes for no letter."""


def _letters() -> str:
    table = [_UNDEFINED] * 256
    table[1 : 1 + len(_PUNCTUATION)] = _PUNCTUATION
    table[ord(_ESCAPE)] = _ESCAPE
    table[0x20:0x7F] = map(chr, range(0x20, 0x7F))
    table[0x80:] = map(chr, range(_BENGALI, _BENGALI + 0x80))
    return "".join(table)


_LETTERS: Final = _letters()
_CODES: Final = codecs.charmap_build(_LETTERS)
_ESCAPED: Final = re.compile(f"{_ESCAPE}([0-9a-f]+);")
_ERRORS: Final = "onneshon.spell_out"


def _spell_out(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    rest = error.object[error.start : error.end]
    return "".join(f"{_ESCAPE}{ord(letter):x};" for letter in rest), error.end


codecs.register_error(_ERRORS, _spell_out)


def pack(text: str) -> bytes:
    """A text as bytes, none of them 0; the control character that marks what is spelt out becomes a space."""
    return codecs.charmap_encode(text.replace(_ESCAPE, " "), _ERRORS, _CODES)[0]


def unpack(data: bytes) -> str:
    """The text that was packed."""
    text = codecs.charmap_decode(data, "replace", _LETTERS)[0]
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if _ESCAPE in text else text
