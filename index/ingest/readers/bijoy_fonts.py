"""Texts whose font is known: those set in one of Bijoy are Unicode by its name, however short they are."""

import re
from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter
from typing import Final

from onneshon.index.encodings.bijoy import from_bijoy

__all__ = ["is_bijoy_font", "text_of_runs"]

_NAMED: Final = re.compile(r"[A-Za-z](?<![Oo])MJ(?=$|[^A-Za-z]|Bold|Italic|Oblique|Regular)")
"""SutonnyMJ, ArhialkhanMJ-Bold; the fonts of Unicode from the same house end in OMJ."""


def is_bijoy_font(name: str) -> bool:
    """Whether a font shows the codes of Bijoy, by its name: SutonnyMJ and its family."""
    return _NAMED.search(name) is not None


def text_of_runs(runs: Iterable[tuple[bool, str]]) -> str:
    """A text in Unicode.

    Args:
        runs: its parts, each with whether its font is one of Bijoy; those side by side are read as one, as
            a syllable may be in two.
    """
    return "".join(
        from_bijoy(text).text if is_bijoy else text
        for is_bijoy, text in (
            (is_bijoy, "".join(run[1] for run in parts)) for is_bijoy, parts in groupby(runs, itemgetter(0))
        )
    )
