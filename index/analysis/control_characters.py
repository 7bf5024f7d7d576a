"""Control characters that affect the display of a text: replaced in what people read, escaped in JSON.

The sets are those of Unicode: ``Cc`` (C0, DEL and C1, by which terminals are driven, ECMA-48), ``Zl`` and
``Zp``, and the controls of the bidirectional algorithm (UAX 9). Joiners (U+200C, U+200D) shape Bengali and
always stay. So does U+200E: it asks for the direction that Bengali has anyway.
"""

import json
import re
from typing import Any, Final

import msgspec

from onneshon.index.json_form import to_json

_C0_BUT_LINES = "\x00-\x08\x0b\x0c\x0e-\x1f"
_DEL_AND_C1 = "\x7f-\x9f"
_BIDI = "\u061c\u200f\u202a-\u202e\u2066-\u2069"
_SEPARATORS = "\u2028\u2029"
_SURROGATES = "\ud800-\udfff"

_FORBIDDEN: Final = re.compile(f"[{_C0_BUT_LINES}{_DEL_AND_C1}]")
_STEERING: Final = re.compile(f"[{_C0_BUT_LINES}\r{_DEL_AND_C1}{_BIDI}{_SEPARATORS}{_SURROGATES}]")
_NOT_IN_A_LINE: Final = re.compile(f"[\t\n{_STEERING.pattern[1:]}")
_ESCAPED_IN_JSON: Final = re.compile(f"[{_DEL_AND_C1}{_BIDI}{_SEPARATORS}{_SURROGATES}]")
"""JSON itself escapes C0."""

_ESCAPED_IN_BYTES: Final = tuple(
    (lead, re.compile(lead + following))
    for lead, following in (
        (b"\x7f", b""),
        (b"\xc2", rb"[\x80-\x9f]"),
        (b"\xd8", rb"\x9c"),
        (b"\xe2", rb"(?:\x80[\x8f\xa8-\xae]|\x81[\xa6-\xa9])"),
    )
)
"""The same in UTF-8, which has no surrogates, by first byte: most answers have one or none of these bytes."""


_NO_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""All but ``Char`` of XML 1.0, 2.2: C0 but white space, halves of surrogate pairs, U+FFFE and U+FFFF."""


def xml_text(text: str) -> str:
    """The text with characters that no XML may have, not even escaped, replaced one for one by U+FFFD.

    Args:
        text: any text, or a whole document, as no markup has such a character.
    """
    return _NO_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def visible(text: str, *, isolated: bool = False) -> str:
    """The text with control characters replaced one for one by U+FFFD; line breaks and tabs stay.

    Args:
        text: any text.
        isolated: whether to keep direction controls and carriage returns, for a page, whose elements are
            isolated from each other; a line of a terminal is not.
    """
    return (_FORBIDDEN if isolated else _STEERING).sub("\N{REPLACEMENT CHARACTER}", text)


def escaped(text: str) -> str:
    r"""The text on one line: what steers, line ends and tabs are written as ``\x1b`` and ``\n``."""
    return _NOT_IN_A_LINE.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def json_text(values: Any, **settings: Any) -> str:
    r"""JSON with letters as themselves, and with control characters as ``\u`` escapes: no text is altered.

    Args:
        values: what to write.
        settings: options of ``json.dumps``.

    Raises:
        TypeError: a value that JSON does not know.
    """
    return _ESCAPED_IN_JSON.sub(
        lambda found: f"\\u{ord(found[0]):04x}", json.dumps(values, **settings, ensure_ascii=False)
    )


def json_bytes(values: Any) -> bytes:
    r"""Compact JSON in UTF-8, with the same escapes as ``json_text``.

    Args:
        values: what to write; dataclasses too, as ``json_form.written`` leaves them.

    Raises:
        TypeError: a value that JSON does not know.
    """
    try:
        data = msgspec.json.encode(values)
    except UnicodeEncodeError:  # half of a surrogate pair
        return json_text(values, separators=(",", ":"), default=to_json).encode()
    for lead, sequence in _ESCAPED_IN_BYTES:
        if lead in data:
            data = sequence.sub(_escaped, data)
    return data


def _escaped(found: re.Match[bytes]) -> bytes:
    return b"\\u%04x" % ord(found[0].decode())
