"""Cuts a text into words: ICU's segments, the segments that are words, and their repair.

Offsets are code points of the text as given, whatever had to be masked or taken out for ICU to see whole words.
"""

import re
from typing import NamedTuple

from index.icu_text import word_boundaries
from index.repair import Segment, repair

__all__ = ["RawToken", "tokenize", "tokenize_chunk"]

ZERO_WIDTH_SPACE = "\u200b"
_COLON_FOR_VISARGA = re.compile("(?<=[\u0985-\u09e1]):(?=[\u0985-\u09b9\u09dc-\u09e1])")
_CHUNK = re.compile("[^ \n]+")


class RawToken(NamedTuple):
    """A word of a text.

    Attributes:
        start: code point where it starts.
        end: code point after it.
        word: what it says, after repair; ``text[start:end]`` may hold more, such as a case ending after a hyphen.
    """

    start: int
    end: int
    word: str


def tokenize(text: str) -> list[RawToken]:
    """The words of a text, in order, none overlapping."""
    return [
        RawToken(found.start() + token.start, found.start() + token.end, token.word)
        for found in _CHUNK.finditer(text)
        for token in tokenize_chunk(found[0])
    ]


def tokenize_chunk(chunk: str) -> list[RawToken]:
    """The words of a piece of text that holds no plain space and no line feed.

    No rule of UAX 29 that makes a word, and no repair, reaches across a space; so a text can be read piece by
    piece, and pieces that come again need not be read again.
    """
    masked = _COLON_FOR_VISARGA.sub("\u0983", chunk)
    if ZERO_WIDTH_SPACE not in chunk:
        return [RawToken(*token) for token in repair(_segments(masked))]
    kept = [i for i, character in enumerate(masked) if character != ZERO_WIDTH_SPACE]
    visible = masked.replace(ZERO_WIDTH_SPACE, "")
    return [RawToken(kept[start], kept[end - 1] + 1, word) for start, end, word in repair(_segments(visible))]


def _segments(text: str) -> list[Segment]:
    ends = word_boundaries(text)
    return [Segment(start, end, text[start:end]) for start, end in zip([0, *ends], ends, strict=False)]
