"""A query that was typed for a font of Bijoy, in Unicode: `Avwg evsjv` is আমি বাংলা."""

import re
from typing import Final

from index.analysis.analyzer import analyze
from index.encodings.bijoy_evidence import verdict
from index.encodings.legacy import without_latin_words
from search.query.parser import MAX_CHARACTERS
from search.understanding.word_index import WordIndex, held

__all__ = ["from_bijoy_query"]

_OPERATORS: Final = re.compile(r"\b(AND|OR|NOT)\b", re.ASCII)
_KNOWN: Final = 0.5
"""Least share of the words read that articles must have: Latin words read so are words of no article."""


def from_bijoy_query(text: str, index: WordIndex) -> str | None:
    """The query in Unicode, its operators as they are; None where it was not typed for Bijoy.

    Two things must agree: the letters are those of Bijoy and not those of Latin words, and what is read is
    words that articles have, which do not have what was typed.

    Args:
        text: as typed.
        index: its words.
    """
    if verdict(text) != "bijoy":
        return None
    typed = {token.exact for token in analyze(text) if len(token.exact) > 1}
    if typed and all(held(word, index) for word in typed):
        return None
    read = "".join(
        part if _OPERATORS.fullmatch(part) else without_latin_words(part) for part in _OPERATORS.split(text)
    )
    words = [token.exact for token in analyze(read)]
    known = sum(bool(held(word, index)) for word in words)
    if not words or known < _KNOWN * len(words) or len(read) > MAX_CHARACTERS:
        return None
    return read
