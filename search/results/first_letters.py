"""Which stretches of a text may hold a word, by the first letters: a guess that saves analysing the others.

Analysis leaves the first letters of nearly every word as they are, but for a few that sound alike. Where that
is wrong a word is missed; who uses this knows how often the words occur and looks at everything if some are.
"""

from collections.abc import Iterable
from typing import Final

from index.analysis.script import CONSONANTS, EXTENDING, JOINERS, VOWELS

__all__ = ["FirstLetters"]

LETTERS: Final = 2
"""Letters compared, signs left out."""

_ALIKE: Final = {"জ": "যয\u09df", "স": "শষ", "ন": "ণ", "ড": "ঢ\u09dc\u09dd", "র": "ঋৃৰ", "ব": "ৱ", "ত": "ৎ"}
"""Letters that canonical forms, stemming or the fold make of one another, or that differ by a nukta alone."""

_JOINED: Final = "-–—/.,'’‘\u200b…"
"""What may stand between two words without white space."""

_PUNCTUATION: Final = "“”\"'‘’()[]{}<>«»*#,.;:!?।॥-–—…/\\|"


def _table() -> dict[int, str]:
    table = {ord(one): "" for one in (*EXTENDING, *JOINERS, *_PUNCTUATION, "\u0981", "\u0983", "ঙ")}
    table |= {ord(one): "অ" for one in VOWELS}
    table |= {ord(one): letter for letter, others in _ALIKE.items() for one in others}
    return table | {0x9E6 + digit: str(digit) for digit in range(10)}


_TABLE: Final = _table()


def _letters(word: str) -> str:
    return word.translate(_TABLE)[:LETTERS].casefold()


class FirstLetters:
    """The first letters of some words.

    Args:
        words: keys of either layer.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._starts = tuple({_letters(word) for word in words})
        classes = {start[:1] for start in self._starts}
        letters = (*CONSONANTS, *VOWELS, *map(chr, range(0x9E6, 0x9F0)), *map(chr, range(0x30, 0x7B)))
        # What begins with something else, a bracket or a sign, is looked at more closely.
        self._others = frozenset(one for one in letters if _letters(one) not in classes)

    def may_hold(self, chunks: Iterable[str]) -> list[str]:
        """Those of some stretches without white space that may hold one of the words.

        Args:
            chunks: none of them empty.
        """
        others, starts = self._others, self._starts
        near = [chunk for chunk in chunks if chunk[0] not in others or "-" in chunk or "–" in chunk]
        return [
            chunk
            for chunk in near
            if chunk.translate(_TABLE)[:LETTERS].casefold().startswith(starts) or _has_several(chunk)
        ]


def _has_several(chunk: str) -> bool:
    """Whether words may stand side by side in a stretch."""
    inner = chunk[1:-1]
    return any(one in inner for one in _JOINED)
