"""Texts for display: the words of their chunks, the words at known positions, and lengths in clusters.

No word spans white space, and most chunks between white space recur. A position counts words from the
beginning of a text: its place in the text is estimated, and the chunk there is analysed. Once the words of
the stems that the index reports are found, in order, the text has no others. Lengths are counted for a whole
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
"""The number of leading code points of a text that are searched for matches: a megabyte of Bengali."""

LONGEST_CHUNK = 500
"""The most code points of a chunk; nothing is found in longer ones, which are no text of words."""

AT_ONCE = 64
"""The number of chunks between two checks of the time: some two milliseconds where none is cached."""

_KEYS_BYTES = 6 << 20
_WORDS_BYTES = 32 << 20
"""The sizes of the caches of keys and words of chunks, about 500 bytes for each chunk."""

Item = TypeVar("Item")

CHUNK = re.compile(r"\S+")
EXTENDING = script.EXTENDING | script.JOINERS
"""The characters that extend the one before them, even a space."""


def offsets_of(text: str, chunk: str) -> Iterator[int]:
    """The offsets at which a chunk is between white space."""
    at = text.find(chunk)
    while at >= 0:
        end = at + len(chunk)
        if (not at or text[at - 1].isspace()) and (end == len(text) or text[end].isspace()):
            yield at
            at = text.find(chunk, end)
        else:
            at = text.find(chunk, at + 1)


def looked_at(text: str) -> str:
    """The part of a text that is searched for matches, cut after a whole word."""
    return text if len(text) <= MARKED else "".join(text[:MARKED].rsplit(None, 1)[:1])


def timely(items: Sequence[Item], budget: TimeBudget) -> Iterator[Sequence[Item]]:
    """Yield the items in batches until the budget runs out."""
    for start in range(0, len(items), AT_ONCE):
        if budget.spent():
            return
        yield items[start : start + AT_ONCE]


def _keys_afresh(chunk: str) -> tuple[str, ...]:
    """Compute the keys of the words of a chunk."""
    if len(chunk) > LONGEST_CHUNK:
        return ()
    return tuple({key: None for keys in word_keys(chunk) for key in keys})


def _words_afresh(chunk: str) -> tuple[tuple[int, int, str, str], ...]:
    """Compute the words of a chunk: range in whole clusters, exact key and stem key.

    No word spans white space, so that a text can be read chunk by chunk.
    """
    if len(chunk) > LONGEST_CHUNK:
        return ()
    return tuple(
        (*widen(chunk, token.start, token.end), token.exact, token.stem) for token in analyze_afresh(chunk)
    )


keys_of = ChunkCache(_keys_afresh, _KEYS_BYTES, shared=True)
words_of = ChunkCache(_words_afresh, _WORDS_BYTES, size=size_of_rows, shared=True)


SPACE, IN_WORD, GOES_ON, BEFORE_LETTER, BEFORE_DIGIT, LETTER, DIGIT = (1 << bit for bit in range(7))
"""Bits for the role of a code point in a word, see ``Chunks``."""

LAST: Final = 0x2100
"""The first code point beyond the table, from which on each is looked up singly."""


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
"""A word of a text: its position, the number of words before it, and its stem."""

SIGN, CONSONANT, JOINER = 1, 2, 4
"""Classes of code points that may join the cluster before them: a sign after anything Bengali, a consonant
after a hasanta, also with a joiner between them."""

AFTER: Final = 4
"""The shift of the bits for the classes that may follow a code point in its cluster, above its own class."""


def _cluster_classes() -> bytes:
    """The class of each code point; the last is that of all beyond, which form no cluster with others."""
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
    """Counts the clusters between two offsets of a text by the rules of Bengali; never too few.

    Args:
        text: any text; offsets are code points.
    """

    def __init__(self, text: str) -> None:
        super().__init__(text, CLUSTER_CLASSES)
