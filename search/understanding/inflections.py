"""What an English word may be an inflection of, by the rules in the header of the table of English words."""

from collections.abc import Iterator
from typing import Final

__all__ = ["uninflected"]

_SHORTEST: Final = 3
"""Letters that must be left."""


def uninflected(phrase: str) -> Iterator[str]:
    """The words that the last of some English words may come from, the likeliest first.

    Args:
        phrase: in small letters.
    """
    for stem in _stems(phrase):
        if len(stem) >= _SHORTEST:
            yield stem


def _stems(phrase: str) -> Iterator[str]:
    if phrase.endswith("'s"):
        yield phrase[:-2]
    elif phrase.endswith(("s'", "s")) and not phrase.endswith("ss"):
        plural = phrase.removesuffix("'")
        yield plural[:-1]
        if plural.endswith("ies"):
            yield plural[:-3] + "y"
        if plural.endswith("es"):
            yield plural[:-2]
    for ending in ("ed", "ing"):
        if phrase.endswith(ending):
            stem = phrase.removesuffix(ending)
            yield stem
            yield stem + "e"
            if stem[-2:-1] == stem[-1:]:
                yield stem[:-1]
