"""Cuts a text into words: ICU's segments, the segments that are words, and their repair.

ICU keeps মো.রহিম, SCOতে and ১৯৭১এর as one word each, and takes ২০২৪-এর apart. Here

- a segment is cut at ``.``, ``_``, ``:`` and wherever Bengali, another script and digits meet;
- a dotted series of letter names or single aksharas is one word (বি.বি.সি is বিবিসি, U.S.A is USA);
- an ending written onto a number or a Latin word, with or without hyphen or apostrophe, belongs to it, and so
  does one written with hyphen or apostrophe onto a Bengali word (২০২৪-এর, SCOতে, বাংলাদেশ'র, ‘আলো’-র);
- any other apostrophe inside a Bengali word marks a sound left out (ক'রে is করে);
- the commas that group digits are taken out (১,২৩,৪৫৬ is 123456).

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

from onneshon.index.analysis.canonical import canonical
from onneshon.index.analysis.icu_text import word_boundaries
from onneshon.index.analysis.script import EXTENDING, aksharas
from onneshon.index.encodings.residue import mended
from onneshon.index.tables import read_rows, read_words


class Segment(NamedTuple):
    """A span of a text with its offsets in code points; ``word`` is what it says."""

    start: int
    end: int
    word: str


_BENGALI = "\u0980-\u09e3\u09f0\u09f1\u09fc-\u09fe"
_INSIDE = "\u00ad\u200c-\u200f\u2060\ufeff"
_PIECE = re.compile(
    rf"[{_BENGALI}][{_BENGALI}{_INSIDE}]*"
    r"|\d+(?:[.,]\d+)*"
    rf"|[^\d._:{_BENGALI}][^._:{_BENGALI}]*",
)
_ONLY_BENGALI = re.compile(f"[{_BENGALI}]+")
_HAS_BENGALI = re.compile(f"[{_BENGALI}]")
_SIGNS = "".join(EXTENDING)
_APOSTROPHE = re.compile("['\u2018\u2019\u02bc]")
_LINK = re.compile("[\u2019\u201d'\"»)]?[-\u2010\u2011\u2013]|['\u2019\u201d]|\u2019\u2019")
"""Characters between a word and its ending: a closing quote, a hyphen, or both."""

_endings = {
    kind: frozenset(canonical(word) for word in words.split())
    for kind, words in read_rows("attached_endings.tsv")
}
_AFTER_NUMBER = _endings["number"] | _endings["word"]
_AFTER_WORD = _endings["word"]
_LETTER_NAMES = read_words("letter_names.txt")


def repair(segments: Iterable[Segment]) -> list[Segment]:
    """Turn the segments of ICU, all of them and in order, into words."""
    words: list[Segment] = []
    link = ""
    for segment in segments:
        if not _is_word(segment.word):
            link += segment.word
            continue
        if words and link and _LINK.fullmatch(link) and _takes_ending(words[-1].word, segment.word):
            words[-1] = words[-1]._replace(end=segment.end)
        else:
            words.extend(_split(segment))
        link = ""
    return words


def _is_word(piece: str) -> bool:
    """Letters and digits make a word; signs of currency, which Unicode counts as numbers, do not."""
    for character in piece:  # noqa: SIM110  # a generator takes three times as long
        if character.isalpha() or character.isdecimal():
            return True
    return False


def _is_number(word: str) -> bool:
    return word[0].isdecimal()


def is_ending(piece: str) -> bool:
    """Whether a piece after a hyphen may be an ending of the Bengali word before it."""
    return canonical(piece) in _AFTER_WORD


def _takes_ending(word: str, ending: str) -> bool:
    """Whether ``ending``, linked to ``word`` by a hyphen or an apostrophe, is its ending and no word."""
    ending = canonical(ending)
    if _is_number(word):
        return ending in _AFTER_NUMBER
    if ending not in _AFTER_WORD:
        return False
    return not _HAS_BENGALI.match(word) or ending.startswith("এর") or aksharas(canonical(word)) > 1


def _split(segment: Segment) -> list[Segment]:
    if _ONLY_BENGALI.fullmatch(segment.word):
        return [segment]
    if _APOSTROPHE.search(segment.word) and _HAS_BENGALI.search(segment.word):
        return _split_at_apostrophe(segment)
    return _glue(_pieces(segment))


def _split_at_apostrophe(segment: Segment) -> list[Segment]:
    parts = _APOSTROPHE.split(segment.word)
    whole = "".join(parts)
    if len(parts) == 2 and all(parts) and _takes_ending(*parts):  # noqa: PLR2004 (a word and its ending)
        whole = parts[0]
    words = _glue(_pieces(Segment(0, len(whole), whole)))
    if len(words) == 1:
        return [segment._replace(word=words[0].word)]
    return _glue(_pieces(segment._replace(word=_APOSTROPHE.sub(".", segment.word))))


def _pieces(segment: Segment) -> list[Segment]:
    found = [
        Segment(segment.start + match.start(), segment.start + match.end(), match[0])
        for match in _PIECE.finditer(segment.word)
        if _is_word(match[0])
    ]
    if len(found) > 1 and _is_series([piece.word for piece in found]):
        return [Segment(found[0].start, found[-1].end, "".join(piece.word for piece in found))]
    return [part for piece in found for part in _number_parts(piece)]


def _is_series(words: list[str]) -> bool:
    """বি.বি.সি, এম.এ and U.S.A, but not মো.রহিম."""
    if all(word.isascii() for word in words):
        return all(len(word) == 1 and word.isalpha() for word in words)
    return all(
        _HAS_BENGALI.match(word) and (word in _LETTER_NAMES or aksharas(canonical(word)) == 1)
        for word in words
    )


def _number_parts(piece: Segment) -> list[Segment]:
    """One point makes a decimal fraction; more make a date or a version of several numbers."""
    if not _is_number(piece.word):
        return [piece]
    if piece.word.count(".") <= 1:
        return [Segment(piece.start, piece.end, piece.word.replace(",", ""))]
    return [
        Segment(piece.start + part.start(), piece.start + part.end(), part[0].replace(",", ""))
        for part in re.finditer(r"[^.]+", piece.word)
    ]


def _glue(pieces: list[Segment]) -> list[Segment]:
    """Join the endings written onto numbers and Latin words to them."""
    words: list[Segment] = []
    for piece in pieces:
        before = words[-1] if words else None
        if (
            before
            and before.end == piece.start
            and not _HAS_BENGALI.match(before.word)
            and _takes_ending(before.word, piece.word)
        ):
            words[-1] = before._replace(end=piece.end)
        else:
            words.append(_without_loose_signs(piece))
    return words


def _without_loose_signs(piece: Segment) -> Segment:
    """Strip signs after a digit or a Latin letter from the word that follows: ৫াকা leaves কা."""
    word = piece.word.lstrip(_SIGNS)
    if len(word) == len(piece.word):
        return piece
    return Segment(piece.start + len(piece.word) - len(word), piece.end, word)


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
"""A word of one script and the punctuation around it, as most of any text; ICU cuts only between these."""

_SERIES = re.compile(rf"{_BEFORE}*({_BENGALI_WORD}(?:(?:-|[।॥৷,;!?/…]+){_BENGALI_WORD})+){_AFTER}*")
"""Bengali words with separators that cannot join them, except a hyphen, which may precede an ending."""

_IN_SERIES = re.compile(f"(-?)({_BENGALI_WORD})")


class RawToken(NamedTuple):
    """A word of a text.

    Attributes:
        start: the offset of its first code point.
        end: the offset after its last code point.
        word: the word after repair; ``text[start:end]`` may contain more, such as an ending after a hyphen.
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
    """The word of a text that is one word of one script with punctuation around it; else empty."""
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
"""The classes of code points in ``_PLAIN``, in the order of ``index.kernel.words.WordTable``."""


@cache
def plain_classes() -> NDArray[np.uint16]:
    """The rule of ``plain_word`` as classes of code points, for the kernel."""
    classes = np.zeros(0x2028, np.uint16)
    for code in chain(range(0x100), range(0x0964, 0x0A00), range(0x2010, len(classes))):
        classes[code] = sum(1 << bit for bit, sort in enumerate(_CLASSES) if re.match(sort, chr(code)))
    return classes


def words_of(text: str) -> list[str]:
    """The words of a text in order, without offsets."""
    if word := plain_word(text):
        return [word]
    return [token.word for token in tokenize(text)]


def tokenize_chunk(chunk: str) -> list[RawToken]:
    """The words of a chunk, a piece of text without white space.

    No rule of UAX 29 that makes a word, and no repair, reaches across white space; so a text can be
    tokenized chunk by chunk, and a repeated chunk need not be tokenized again.
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
    """The tokens with offsets mapped through ``places``, the offset of each character of their chunk."""
    return [RawToken(min(places[start:end]), max(places[start:end]) + 1, word) for start, end, word in tokens]


def _plain(chunk: str) -> list[RawToken]:
    """The words of a plain chunk; none of any other chunk."""
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
