"""From a text to its tokens, each with the keys of the two layers."""

import hashlib
from functools import lru_cache
from typing import NamedTuple

from index.canonical import STEPS, canonical
from index.icu_text import versions
from index.stemmer import stem_key
from index.tables import table_names, table_text
from index.tokenizer import tokenize

__all__ = ["ANALYZER_VERSION", "Token", "analyze", "analyze_afresh", "fingerprint"]

ANALYZER_VERSION = "1"
"""Raised whenever code, not a table, changes what a text analyses to."""

_MOST_KNOWN = 1 << 17
"""Chunks remembered, about half a kilobyte each; when there are more, all are forgotten and learnt again."""
_LONGEST_KNOWN = 48
"""Longer chunks (addresses, texts without spaces) hardly come again."""


class Token(NamedTuple):
    """A word of a text, where it stands, and how it is looked up.

    Attributes:
        text: the surface, ``text[start:end]`` of what was analysed.
        start: code point where it starts.
        end: code point after it.
        exact: its canonical form; equal keys are the same spelling.
        stem: inflection and spelling variants taken away; equal keys are the same word, as far as rules see.
    """

    text: str
    start: int
    end: int
    exact: str
    stem: str


class _Chunks(dict[str, tuple[Token, ...]]):
    """What stands between two spaces, with its tokens: most of any text has been met before."""

    def __missing__(self, chunk: str) -> tuple[Token, ...]:
        tokens = analyze_afresh(chunk)
        if len(chunk) <= _LONGEST_KNOWN:
            if len(self) >= _MOST_KNOWN:
                self.clear()
            self[chunk] = tokens
        return tokens


_chunks = _Chunks()


@lru_cache(maxsize=_MOST_KNOWN)
def _keys(word: str) -> tuple[str, str]:
    exact = canonical(word)
    return exact, stem_key(exact) if exact else ""


def analyze_afresh(text: str) -> tuple[Token, ...]:
    """What ``analyze`` gives, without remembering it: for callers that remember chunks themselves."""
    return tuple(
        Token(text[start:end], start, end, *keys)
        for start, end, word in tokenize(text)
        if (keys := _keys(word))[0]
    )


def analyze(text: str) -> list[Token]:
    """The tokens of a text, in order, none overlapping; each takes one position.

    Args:
        text: any text; offsets in the result are its code points.
    """
    tokens: list[Token] = []
    # A named tuple's own constructor takes three times as long, and this is the innermost loop.
    append, new = tokens.append, tuple.__new__
    position = 0
    # A word never crosses a space (see index.tokenizer); a line feed is one here, and as long.
    for chunk in text.replace("\n", " ").split(" "):
        for surface, start, end, exact, stem in _chunks[chunk]:
            append(new(Token, (surface, position + start, position + end, exact, stem)))
        position += len(chunk) + 1
    return tokens


@lru_cache(maxsize=1)
def fingerprint() -> str:
    """A digest of all that decides an analysis; an index built under another one must be built again."""
    digest = hashlib.sha256(ANALYZER_VERSION.encode())
    digest.update(" ".join(name for name, _ in STEPS).encode())
    # Segmentation follows the Unicode version, which ICU's carries.
    digest.update(versions()["unicode"].encode())
    for name in table_names():
        digest.update(table_text(name).encode())
    return digest.hexdigest()[:16]
