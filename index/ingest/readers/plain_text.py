"""Plain text: a file is one article, whose first sentence is its title."""

from collections.abc import Iterator
from typing import Final

from onneshon.index.analysis.clusters import cluster_boundaries
from onneshon.index.analysis.icu_text import sentence_boundaries, word_boundaries
from onneshon.index.errors import CorpusError
from onneshon.index.ingest.readers.opened import Opened
from onneshon.index.ingest.readers.record import Found, one_record
from onneshon.index.ingest.records import decoded


class PlainText:
    """All of a file is the body, and its first sentence the title."""

    name = "text"
    suffixes = (".txt",)
    extra = ""

    def begins(self, _head: bytes, /) -> bool:
        """Any file does; its name has to say that it is text."""
        return False

    def read(self, opened: Opened) -> Iterator[Found]:
        """One record."""
        context = f"text {opened.identity}"
        yield from one_record(opened, _fields, context)


def _fields(content: bytes, where: str) -> dict[str, str]:
    text = decoded(content, where)
    if "\0" in text:
        raise CorpusError(where, "nul", "a NUL character in the text: is it a text file, and UTF-8?")
    return {"title": first_sentence(text), "body": text}


MAX_TITLE: Final = 120
"""Longest title made from a text, in code points, the ellipsis included."""

_HEAD: Final = 2000
"""How far into the text the first sentence may start and end; what is longer is cut anyway."""


def first_sentence(text: str) -> str:
    """The first sentence or line of a text, without its danda; cut after a whole word and marked … when long.

    A single word longer than a title is cut after a whole grapheme cluster. Empty if the text is blank.
    """
    head = text.lstrip()[:_HEAD]
    if not head:
        return ""
    sentence = head[: sentence_boundaries(head)[0]].rstrip().rstrip("।॥").rstrip()
    # A text that starts with a lone danda has nothing better to offer.
    sentence = sentence or head.rstrip()
    if len(sentence) <= MAX_TITLE:
        return sentence
    return sentence[: _cut(sentence)].rstrip(" ,;:–—-") + "…"


def _cut(sentence: str) -> int:
    room = MAX_TITLE - 1
    for borders in (word_boundaries(sentence), cluster_boundaries(sentence)):
        fitting = [border for border in borders if 0 < border <= room]
        if fitting:
            return fitting[-1]
    return room
