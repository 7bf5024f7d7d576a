"""Cuts the text of a query into words, phrases and signs; linear in its length, and every text is a query.

What headlines use as punctuation stays punctuation: a hyphen inside a word, before a digit or by itself,
single quotes, a parenthesis or a quotation mark that is never closed.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from search.query.dates import period_or_none
from search.query.languages import language_code

__all__ = ["Kind", "QueryToken", "is_prose", "lex"]

Kind: TypeAlias = Literal[
    "word",
    "phrase",
    "prefix",
    "fuzzy",
    "verbatim",
    "title",
    "author",
    "category",
    "date",
    "lang",
    "unknown",
    "(",
    ")",
    "+",
    "-",
    "AND",
    "OR",
    "NOT",
]


@dataclass(frozen=True, slots=True)
class QueryToken:
    """A part of a query.

    Attributes:
        kind: what it is.
        text: a word, the words of a phrase, the beginning of words; empty for a sign.
        start: code point of the query where ``text`` starts.
        end: code point after ``text``.
        slop: how many other words a phrase allows, or how many clusters of a fuzzy word may differ.
    """

    kind: Kind
    text: str
    start: int
    end: int
    slop: int = 0


PROSE_WORDS = 5
"""A query with more words than this outside quotation marks is a pasted headline or a question, unless it
uses operators that nobody writes by accident."""

MAX_SLOP = 10

SIGNS: dict[str, Kind] = {"AND": "AND", "OR": "OR", "NOT": "NOT"}

BENGALI_SIGNS: dict[str, Kind] = {"এবং": "AND", "ও": "AND", "অথবা": "OR", "বা": "OR"}
"""Ordinary words of headlines: operators only between quoted phrases and parentheses."""

FIELDS: dict[str, Kind] = {
    "শিরোনাম": "title",
    "title": "title",
    "লেখক": "author",
    "author": "author",
    "বিভাগ": "category",
    "category": "category",
    "তারিখ": "date",
    "date": "date",
    "ভাষা": "lang",
    "lang": "lang",
}

_PIECE = re.compile(
    r"""
      \s+
    | (?: "(?P<straight>[^"]*)" | “(?P<curly>[^“”]*)” ) (?:~(?P<slop>[0-9]{1,4}))?
    | (?P<bracket>[()])
    | (?P<word>[^\s()"“”]+)
    | .
    """,
    re.VERBOSE | re.DOTALL,
)
_FIELD = re.compile("(" + "|".join(FIELDS) + "):")
_FUZZY = re.compile(r"(?<!~)~([12]?)\Z")
_UNKNOWN_FIELD = re.compile("([a-zA-Z]{2,}):(?=[^/\\s])")
_SIGN = re.compile(r"[+-](?=[^\s\d+-])")
_OPENING = ('"', "“", "(")


def lex(text: str) -> list[QueryToken]:
    """The pieces of a query, in order."""
    found: list[QueryToken] = []
    for match in _PIECE.finditer(text):
        if match["word"]:
            found += _word(text, match.start(), match.end())
        elif match["bracket"]:
            kind: Kind = "(" if match["bracket"] == "(" else ")"
            found.append(QueryToken(kind, "", match.start(), match.end()))
        elif match["straight"] or match["curly"]:
            group = "straight" if match["straight"] else "curly"
            slop = min(int(match["slop"] or 0), MAX_SLOP)
            found.append(QueryToken("phrase", match[group], match.start(group), match.end(group), slop))
    return list(_with_bengali_signs(_without_unclosed(found)))


def _without_unclosed(found: Sequence[QueryToken]) -> list[QueryToken]:
    """Without parentheses that are never closed: nothing begins there that ends."""
    opened: list[int] = []
    for place, piece in enumerate(found):
        if piece.kind == "(":
            opened.append(place)
        elif piece.kind == ")" and opened:
            opened.pop()
    unclosed = set(opened)
    return [piece for place, piece in enumerate(found) if place not in unclosed]


def _word(text: str, start: int, end: int) -> Iterator[QueryToken]:
    """A stretch without spaces: signs, a field or an equals sign before it, a star or a tilde after it."""
    opens = text.startswith(_OPENING, end)
    begins = start == 0 or text[start - 1].isspace() or text[start - 1] == "("
    if begins and text[start:end] in SIGNS:
        yield QueryToken(SIGNS[text[start:end]], "", start, end)
        return
    sign = _SIGN.match(text, start)
    if begins and sign and (end - start > 1 or opens):
        yield QueryToken("+" if text[start] == "+" else "-", "", start, start + 1)
        start += 1
    name = _FIELD.match(text, start)
    if begins and name and (name.end() < end or opens) and _has_value(FIELDS[name[1]], text, name.end()):
        yield QueryToken(FIELDS[name[1]], "", start, name.end())
        start = name.end()
    elif begins and (unknown := _UNKNOWN_FIELD.match(text, start)) and unknown.end() < end:
        yield QueryToken("unknown", unknown[1], start, unknown.end())
        start = unknown.end()
    if begins and text[start] == "=" and end - start > 1:
        yield QueryToken("verbatim", text[start + 1 : end], start + 1, end)
        return
    if start < end:
        fuzzy = _FUZZY.search(text[start:end], 1)
        if fuzzy:
            yield QueryToken("fuzzy", text[start : start + fuzzy.start()], start, end, int(fuzzy[1] or 0))
            return
        starred = text[end - 1] == "*" and end - start > 1
        yield QueryToken("prefix" if starred else "word", text[start:end].rstrip("*"), start, end)


def _has_value(kind: Kind, text: str, start: int) -> bool:
    """Whether what follows a field's name can be its value: তারিখ and ভাষা are words of headlines too."""
    piece = _PIECE.match(text, start)
    value = (piece["straight"] or piece["curly"] or piece["word"] or "") if piece else ""
    match kind:
        case "date":
            return period_or_none(value) is not None
        case "lang":
            return language_code(value) is not None
        case _:
            return True


def _with_bengali_signs(found: Sequence[QueryToken]) -> Iterator[QueryToken]:
    for i, piece in enumerate(found):
        sign = BENGALI_SIGNS.get(piece.text) if piece.kind == "word" else None
        between = 0 < i < len(found) - 1 and found[i - 1].kind in {"phrase", ")"}
        if sign and between and found[i + 1].kind in {"phrase", "("}:
            yield replace(piece, kind=sign, text="")
        else:
            yield piece


def is_prose(found: Sequence[QueryToken]) -> bool:
    """Whether hyphens and quotation marks are punctuation: the text is long and uses no other operator."""
    kinds = [piece.kind for piece in found]
    explicit = {"AND", "OR", "NOT", "title", "author", "category", "date", "lang", "prefix", "fuzzy"}
    return kinds.count("word") > PROSE_WORDS and explicit.isdisjoint(kinds)
