"""Languages as readers name them, and their codes as articles have them."""

import re
from typing import Final
from unicodedata import normalize

from onneshon.index.analysis.icu_text import shortest_code

__all__ = ["language_code"]

_CODES: Final = {"বাংলা": "bn", "bangla": "bn", "bengali": "bn", "ইংরেজি": "en", "english": "en"}
_CODE: Final = re.compile(r"([a-z]{2,3})(?:-[a-z0-9]{2,8})*", re.IGNORECASE)


def language_code(name: str) -> str | None:
    """The code of a language, such as ``bn``; None for a word that is neither a code (BCP 47) nor a name.

    Of a code such as ``bn-BD`` it is the first part, as articles have it.
    """
    known = _CODES.get(normalize("NFC", name).lower())
    code = None if known else _CODE.fullmatch(name)
    return known or (shortest_code(code[1]) or name if code else None)
