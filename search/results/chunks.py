"""A text as it is shown: the words of its chunks, words at known positions, and lengths in clusters.

No word reaches across white space, and most chunks between it come again. A position counts words from the
beginning of a text: where each stands in the text is worked out roughly, and the chunk there is analysed; as
many words of the stems as the index says, in their order, are all there are. Lengths are counted for a whole
text at once: ICU needs milliseconds for a long article, and a bound that no reader sees exceeded is enough.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias, TypeVar

from onneshon.index.analysis import script
from onneshon.index.analysis.analyzer import ChunkCache, analyze_afresh, size_of_rows, word_keys
from onneshon.index.analysis.icu_text import widen
from onneshon.index.analysis.script import HASANTA, JOINERS, JOINING
from onneshon.index.kernel.texts import Clusters
from onneshon.search.retrieval.budget import TimeBudget

MARKED = 350_000
"""Code points of a text that are looked at, the first: a megabyte of Bengali."""

LONGEST_CHUNK = 500
"""In what is longer without white space nothing is found: it is no text of words."""

AT_ONCE = 64
"""Chunks between two looks at the time: some two milliseconds where none has been met before."""

_KEYS_BYTES = 6 << 20
_WORDS_BYTES = 32 << 20
"""Keys and words of chunks are remembered, about 500 bytes each."""

Item = TypeVar("Item")

CHUNK = re.compile(r"\S+")
EXTENDING = script.EXTENDING | script.JOINERS
"""What extends the character before it, be that a space."""


def offsets_of(text: str, chunk: str) -> Iterator[int]:
    """Where a chunk stands between white space."""
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


def timely(items: Sequence[Item], budget: TimeBudget) -> Iterator[Sequence[Item]]:
    """Items, some at a time, until the budget runs out."""
    for start in range(0, len(items), AT_ONCE):
        if budget.spent():
            return
        yield items[start : start + AT_ONCE]


def _keys_afresh(chunk: str) -> tuple[str, ...]:
    """The keys of the words of a chunk."""
    if len(chunk) > LONGEST_CHUNK:
        return ()
    return tuple({key: None for keys in word_keys(chunk) for key in keys})


def _words_afresh(chunk: str) -> tuple[tuple[int, int, str, str], ...]:
    """The words of a chunk: range of whole clusters, and the two keys.

    No word reaches across white space, so that a text can be read chunk by chunk.
    """
    if len(chunk) > LONGEST_CHUNK:
        return ()
    return tuple(
        (*widen(chunk, token.start, token.end), token.exact, token.stem) for token in analyze_afresh(chunk)
    )


keys_of = ChunkCache(_keys_afresh, _KEYS_BYTES, shared=True)
words_of = ChunkCache(_words_afresh, _WORDS_BYTES, size=size_of_rows, shared=True)


SPACE, IN_WORD, GOES_ON, BEFORE_LETTER, BEFORE_DIGIT, LETTER, DIGIT = (1 << bit for bit in range(7))
"""What a code point is to a word, see ``Chunks``."""

LAST: Final = 0x2100
"""Code points from here on are looked up one by one."""


def _class(character: str) -> int:
    kind = (
        SPACE * character.isspace()
        | IN_WORD * character.isalnum()
        | LETTER * character.isalpha()
        | DIGIT * character.isdigit()
    )
    goes_on = character in EXTENDING or character == "\u200b"
    return (
        kind | GOES_ON * goes_on | BEFORE_LETTER * (character in "’':") | BEFORE_DIGIT * (character in ".,")
    )


CHUNK_CLASSES: Final = bytes(_class(chr(code)) for code in range(LAST))


StemPosition: TypeAlias = tuple[int, str]
"""Where a text has a word: how many words are before it, and its stem."""

SIGN, CONSONANT, JOINER = 1, 2, 4
"""What may belong to the cluster before it: a sign after anything Bengali, a consonant after a hasanta, that
with a joiner between them too."""

AFTER: Final = 4
"""Bits by which what a code point takes into its cluster is moved, beside what it is itself."""


def _cluster_classes() -> bytes:
    """By code point; the last class is that of all beyond, which take nothing and belong to nothing."""
    table = bytearray(ord(max(EXTENDING)) + 1)
    table[0x980:0xA00] = bytes([SIGN << AFTER]) * 0x80
    for character in EXTENDING:
        table[ord(character)] = SIGN | SIGN << AFTER
    for character in JOINERS:
        table[ord(character)] |= JOINER
    for character in JOINING:
        table[ord(character)] |= CONSONANT
    table[ord(HASANTA)] |= CONSONANT << AFTER
    return bytes([*table, 0])


CLUSTER_CLASSES: Final = _cluster_classes()


class ClusterLengths(Clusters):
    """How many clusters lie between two offsets of a text, counted as Bengali is: never fewer than there are.

    Args:
        text: any; offsets are code points.
    """

    def __init__(self, text: str) -> None:
        super().__init__(text, CLUSTER_CLASSES)
