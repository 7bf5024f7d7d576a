"""Words as two words of an index: what the kernel is given of letters and of words before it cuts any."""

from collections.abc import Iterable
from functools import cache
from typing import Final, TypeAlias

from onneshon.index.analysis.analyzer import is_plain
from onneshon.index.analysis.script import VOWELS
from onneshon.index.analysis.stemmer import function_words, stem_key
from onneshon.index.kernel.terms import HASANTA, LETTER, NASAL, SIGN, VOWEL, StemmedWords, WordCutter

SHORTEST_PART: Final = 2
"""Code points of a part."""

Cut: TypeAlias = tuple[int, str, int, str, int]
"""Where a word is cut, the stem of the first part and how many articles have it, and those of the second."""


def cutter_of(segments: Iterable[StemmedWords]) -> WordCutter:
    """What cuts words into two words of some segments that say something."""
    return WordCutter(segments, _classes(), function_words(), SHORTEST_PART, stem_key)


@cache
def _classes() -> bytes:
    """What each letter of the Bengali block is in a plain word."""
    return bytes(map(_class, map(chr, range(0x980, 0xA00))))


def _class(letter: str) -> int:
    if is_plain(letter):
        return LETTER | VOWEL * (letter in VOWELS)
    if not is_plain(f"ক{letter}"):
        return HASANTA * is_plain(f"ক{letter}ক")
    return SIGN if is_plain(f"ক{letter}ং") else NASAL
