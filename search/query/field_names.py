"""How the names of fields are written before a colon: য়, ড়, ঢ়, ো and ৌ are encoded in two ways each."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final
from unicodedata import normalize

__all__ = ["field_name", "field_pattern"]

_TWO_WAYS: Final = {
    normalize("NFC", one): f"(?:{one}|{normalize('NFD', one)})"
    for one in ("\u09df", "\u09dc", "\u09dd", "\u09cb", "\u09cc")
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
