"""Names as readers write them: of fields before a colon, and of languages, with their codes."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final
from unicodedata import normalize

from onneshon.index.analysis.icu_text import shortest_code

__all__ = ["field_name", "field_pattern", "language_code"]

_TWO_WAYS: Final = {
    normalize("NFC", letter): f"(?:{letter}|{normalize('NFD', letter)})"
    for letter in ("\u09df", "\u09dc", "\u09dd", "\u09cb", "\u09cc")
}
_ONE_OF_THEM: Final = re.compile("|".join(_TWO_WAYS))


def field_name(typed: str) -> str:
    """The one form of a name in which it is looked up."""
    return normalize("NFC", typed)


@lru_cache(64)
def field_pattern(names: Sequence[str]) -> re.Pattern[str]:
    """Any of some names, in either encoding, with a colon after it.

    Args:
        names: each as ``field_name`` gives it.
    """
    escaped = "|".join(map(re.escape, names))
    return re.compile("(" + _ONE_OF_THEM.sub(lambda found: _TWO_WAYS[found[0]], escaped) + "):")


_CODES: Final = {"বাংলা": "bn", "bangla": "bn", "bengali": "bn", "ইংরেজি": "en", "english": "en"}
_CODE: Final = re.compile(r"([a-z]{2,3})(?:-[a-z0-9]{2,8})*", re.IGNORECASE)


def language_code(name: str) -> str | None:
    """The code of a language, such as ``bn``; None for a word that is neither a code (BCP 47) nor a name.

    Of a code such as ``bn-BD`` it is the first part, as articles have it.
    """
    known = _CODES.get(normalize("NFC", name).lower())
    code = None if known else _CODE.fullmatch(name)
    return known or (shortest_code(code[1]) or name if code else None)
