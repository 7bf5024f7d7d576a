"""The words of a text whose positions are known from the index: only what stands near them is analysed.

A position counts words from the beginning of a text. Where each stands in the text is worked out roughly, and
the chunk there is analysed; as many words of the stems as the index says, in their order, are all there are.
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple, TypeAlias

from onneshon.index.analysis.script import EXTENDING, JOINERS
from onneshon.index.kernel.texts import Chunks
from onneshon.search.results.chunks import words_of

__all__ = ["Place", "Word", "words_at"]

SPACE, IN_WORD, GOES_ON, BEFORE_LETTER, BEFORE_DIGIT, LETTER, DIGIT = (1 << bit for bit in range(7))
"""What a code point is to a word, see ``Chunks``."""

LAST: Final = 0x2100
"""Code points from here on are looked up one by one."""


def _class(one: str) -> int:
    kind = SPACE * one.isspace() | IN_WORD * one.isalnum() | LETTER * one.isalpha() | DIGIT * one.isdigit()
    goes_on = one in EXTENDING or one in JOINERS or one == "\u200b"
    return kind | GOES_ON * goes_on | BEFORE_LETTER * (one in "’':") | BEFORE_DIGIT * (one in ".,")


_CLASSES: Final = bytes(_class(chr(code)) for code in range(LAST))

FARTHEST: Final = 12
"""Chunks by which a word may stand elsewhere than it is thought to."""


class Place(NamedTuple):
    """Where a text has a word.

    Attributes:
        position: words before it.
        stem: its key.
    """

    position: int
    stem: str


Word: TypeAlias = tuple[int, int, str, str]
"""A word of a text: its range of whole clusters, and the two keys."""


def words_at(text: str, places: Sequence[Place]) -> list[Word] | None:
    """The words at some positions, in their order; None where they cannot be told so.

    Args:
        text: as stored, all of it.
        places: all words of the text that have one of some stems, ascending.
    """
    chunks = Chunks(text, _CLASSES)
    if not len(chunks):
        return None
    stems = {place.stem for place in places}
    found: list[Word] = []
    shift, taken = 0, -1
    while len(found) < len(places):
        position, stem = places[len(found)]
        thought = number = chunks.holding(position + shift)
        words = _words_in(text, chunks[number], stems) if number > taken else []
        if not words or words[0][3] != stem:
            for number in _outwards(thought, taken + 1, len(chunks)):
                words = _words_in(text, chunks[number], stems)
                if words and words[0][3] == stem:
                    break
            else:
                return None
            shift += chunks.before(number) - chunks.before(thought)
        found += words
        taken = number
    return found if [word[3] for word in found] == [place.stem for place in places] else None


def _words_in(text: str, chunk: tuple[int, int], stems: set[str]) -> list[Word]:
    """The words of a chunk that have one of some stems."""
    at, end = chunk
    return [
        (at + start, at + stop, exact, stem)
        for start, stop, exact, stem in words_of[text[at:end]]
        if stem in stems
    ]


def _outwards(middle: int, first: int, stop: int) -> Iterator[int]:
    """Numbers from ``first`` up to ``stop`` around one, the nearest first, none far from it."""
    for distance in range(1, FARTHEST + 1):
        for number in (middle - distance, middle + distance):
            if first <= number < stop:
                yield number
