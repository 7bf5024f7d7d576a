"""A text as the chunks between white space: no word reaches across it, and most chunks come again."""

import re
from collections.abc import Iterator, Sequence
from typing import TypeVar

from onneshon.index.analysis import script
from onneshon.index.analysis.analyzer import analyze_afresh, word_keys
from onneshon.index.analysis.chunk_cache import ChunkCache
from onneshon.index.analysis.clusters import widen
from onneshon.search.retrieval.budget import TimeBudget

__all__ = [
    "CHUNK",
    "EXTENDING",
    "LONGEST_CHUNK",
    "MARKED",
    "keys_of",
    "looked_at",
    "places_of",
    "timely",
    "words_of",
]

MARKED = 350_000
"""Code points of a text that are looked at, the first: a megabyte of Bengali."""

LONGEST_CHUNK = 500
"""In what is longer without white space nothing is found: it is no text of words."""

AT_ONCE = 64
"""Chunks between two looks at the time: some two milliseconds where none has been met before."""

_KEYS_BYTES = 6 << 20
_WORDS_BYTES = 2 << 20
"""Keys and words of chunks are remembered, about 500 bytes each."""

Thing = TypeVar("Thing")

CHUNK = re.compile(r"\S+")
EXTENDING = script.EXTENDING | script.JOINERS
"""What extends the character before it, be that a space."""

_PUNCTUATION = frozenset("।॥,.;:!?()[]'\"‘’“”–—-/%…")


def places_of(text: str, chunk: str) -> Iterator[int]:
    """Where a stretch stands between white space."""
    at = text.find(chunk)
    while at >= 0:
        end = at + len(chunk)
        if (not at or text[at - 1].isspace()) and (end == len(text) or text[end].isspace()):
            yield at
            at = text.find(chunk, end)
        else:
            at = text.find(chunk, at + 1)


def looked_at(text: str) -> str:
    """The part of a text that is looked at, which ends with a whole word."""
    return text if len(text) <= MARKED else "".join(text[:MARKED].rsplit(None, 1)[:1])


def timely(things: Sequence[Thing], budget: TimeBudget) -> Iterator[Sequence[Thing]]:
    """Things, some at a time, until the budget runs out."""
    for start in range(0, len(things), AT_ONCE):
        if budget.spent():
            return
        yield things[start : start + AT_ONCE]


def _keys_afresh(chunk: str) -> tuple[str, ...]:
    """The keys of the words of a stretch without white space."""
    if len(chunk) > LONGEST_CHUNK:
        return ()
    return tuple({key: None for keys in word_keys(chunk) for key in keys})


def _words_afresh(chunk: str) -> tuple[tuple[int, int, str, str], ...]:
    """The words of a stretch without white space: range of whole clusters, and the two keys.

    No word reaches across white space, so that a text can be read chunk by chunk.
    """
    if len(chunk) > LONGEST_CHUNK:
        return ()
    return tuple(
        (*_whole(chunk, token.start, token.end), token.exact, token.stem) for token in analyze_afresh(chunk)
    )


keys_of = ChunkCache(_keys_afresh, _KEYS_BYTES, shared=True)
words_of = ChunkCache(_words_afresh, _WORDS_BYTES, shared=True)


def _whole(chunk: str, start: int, end: int) -> tuple[int, int]:
    """A range of whole clusters; where a word is alone or beside punctuation, no need to ask for borders."""
    alone = (start == 0 or chunk[start - 1] in _PUNCTUATION) and chunk[start] not in EXTENDING
    if alone and (end == len(chunk) or chunk[end] in _PUNCTUATION):
        return start, end
    return widen(chunk, start, end)
