"""Numbers as people and programs write them in fields of articles: in the digits of either script."""

import re
from math import isfinite
from typing import Final

from onneshon.index.analysis.script import ASCII_DIGITS

__all__ = ["number_of", "number_text"]

_NUMBER: Final = re.compile(
    r"[+-]?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{2,3})+)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?", re.ASCII
)
"""Also with commas between thousands, or between lakhs: 12,34,567."""

_EXACT: Final = 1e15
"""Below, a whole number is written without an exponent."""


def number_of(text: str) -> float | None:
    """The number that a text is; None for any other text.

    Args:
        text: such as ``1200``, ``১,২০০``, ``-2.5``, ``1e+16``.
    """
    plain = text.strip().translate(ASCII_DIGITS)
    if not _NUMBER.fullmatch(plain):
        return None
    number = float(plain.replace(",", ""))
    return number + 0.0 if isfinite(number) else None  # no negative zero


def number_text(number: float) -> str:
    """A number in figures, as ``number_of`` reads it."""
    number = float(number)
    return f"{number:.0f}" if number.is_integer() and abs(number) < _EXACT else repr(number)
