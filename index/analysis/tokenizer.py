"""Cuts a text into words: ICU's segments, the segments that are words, and their repair.

Offsets are code points of the text as given, whatever had to be masked or taken out for ICU to see whole
words.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from onneshon.index.analysis.icu_text import word_boundaries
from onneshon.index.analysis.word_repair import Segment, is_ending, repair
from onneshon.index.encodings.residue import mended

_ZERO_WIDTH_SPACE = "\u200b"
_COLON_FOR_VISARGA = re.compile("(?<=[\u0985-\u09e1]):(?=[\u0985-\u09b9\u09dc-\u09e1])")
_CHUNK = re.compile(r"\S+")

_LETTERS = (
    "\u0985-\u098c\u098f\u0990\u0993-\u09a8\u09aa-\u09b0\u09b2\u09b6-\u09b9"
    "\u09bd\u09ce\u09dc\u09dd\u09df-\u09e1\u09f0\u09f1"
)
_MARKS = "\u0981-\u0983\u09bc\u09be-\u09c4\u09c7\u09c8\u09cb-\u09cd\u09d7\u09e2\u09e3"
_BENGALI_WORD = rf"[{_LETTERS}][{_LETTERS}{_MARKS}]*"
_BEFORE = r"[(\[“‘\"'«*#]"
_AFTER = r"[।॥৷,;:?!.…)\]”’\"'»*–—-]"
ENDS_SENTENCE = "[।॥৷!?;]"
_PLAIN = re.compile(rf"{_BEFORE}*({_BENGALI_WORD}|[০-৯]+|[0-9]+|[A-Za-z]+){_AFTER}*")
"""A word of one script and the punctuation around it: most of any text. ICU cuts there and nowhere else."""

_SERIES = re.compile(rf"{_BEFORE}*({_BENGALI_WORD}(?:(?:-|[।॥৷,;!?/…]+){_BENGALI_WORD})+){_AFTER}*")
"""Bengali words with nothing between that could join them, but that a hyphen may precede an ending."""

_IN_SERIES = re.compile(f"(-?)({_BENGALI_WORD})")


class RawToken(NamedTuple):
    """A word of a text.

    Attributes:
        start: code point where it starts.
        end: code point after it.
        word: what it says, after repair; ``text[start:end]`` may hold more, such as an ending after a hyphen.
    """

    start: int
    end: int
    word: str


def tokenize(text: str) -> list[RawToken]:
    """The words of a text, in order, none overlapping."""
    tokens: list[RawToken] = []
    for found in _CHUNK.finditer(text):
        first = found.start()
        in_chunk = tokenize_chunk(found[0])
        tokens += (
            [RawToken(first + start, first + end, word) for start, end, word in in_chunk]
            if first
            else in_chunk
        )
    return tokens


def plain_word(text: str) -> str:
    """The one word of a text that is a word of one script and punctuation around it; empty of others."""
    found = _PLAIN.fullmatch(text)
    return found[1] if found else ""


_CLASSES = (
    _BEFORE,
    _AFTER,
    f"[{_LETTERS}]",
    f"[{_LETTERS}{_MARKS}]",
    "[০-৯]",
    "[0-9]",
    "[A-Za-z]",
    ENDS_SENTENCE,
    "[.]",
    "[”’\"')]",
)
"""Of code points in what ``_PLAIN`` matches, in the order of ``index.kernel.words.WordTable``."""


@cache
def plain_classes() -> NDArray[np.uint16]:
    """The rule of ``plain_word`` as classes of code points, for the kernel."""
    classes = np.zeros(0x2028, np.uint16)
    for code in chain(range(0x100), range(0x0964, 0x0A00), range(0x2010, len(classes))):
        classes[code] = sum(1 << bit for bit, sort in enumerate(_CLASSES) if re.match(sort, chr(code)))
    return classes


def words_of(text: str) -> list[str]:
    """What the words of a text say, in order; where they stand is not looked at."""
    if word := plain_word(text):
        return [word]
    return [token.word for token in tokenize(text)]


def tokenize_chunk(chunk: str) -> list[RawToken]:
    """The words of a piece of text that holds no white space.

    No rule of UAX 29 that makes a word, and no repair, reaches across white space; so a text can be read
    chunk by chunk, and a chunk that comes again need not be read again.
    """
    if plain := _plain(chunk):
        return plain
    if _ZERO_WIDTH_SPACE in chunk:
        kept = [place for place, character in enumerate(chunk) if character != _ZERO_WIDTH_SPACE]
        return _at(kept, tokenize_chunk(chunk.replace(_ZERO_WIDTH_SPACE, "")))
    # Before ICU, to which most codes of Bijoy are punctuation that a word ends at.
    if unicode := mended(chunk):
        return _at(unicode.places, tokenize_chunk(unicode.text))
    masked = _COLON_FOR_VISARGA.sub("\u0983", chunk)
    return [RawToken(*token) for token in repair(_segments(masked))]


def _at(places: Sequence[int], tokens: Iterable[RawToken]) -> list[RawToken]:
    """Tokens as they stand where the characters of their chunk have these places."""
    return [RawToken(min(places[start:end]), max(places[start:end]) + 1, word) for start, end, word in tokens]


def _plain(chunk: str) -> list[RawToken]:
    """The words of a chunk that is plain; no words of any other."""
    if found := _PLAIN.fullmatch(chunk):
        return [RawToken(found.start(1), found.end(1), found[1])]
    series = _SERIES.fullmatch(chunk)
    words = list(_IN_SERIES.finditer(chunk, *series.span(1))) if series else []
    if any(word[1] and is_ending(word[2]) for word in words):
        return []
    return [RawToken(*word.span(2), word[2]) for word in words]


def _segments(text: str) -> list[Segment]:
    ends = word_boundaries(text)
    return [Segment(start, end, text[start:end]) for start, end in zip([0, *ends], ends, strict=False)]
