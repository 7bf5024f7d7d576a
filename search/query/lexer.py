"""Cuts the text of a query into words, phrases and signs, in linear time; every text is a valid query.

The punctuation of headlines is no operator: a hyphen inside a word, before a digit or by itself, single
quotes, a parenthesis or a quotation mark that is never closed.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal, NamedTuple, TypeAlias

from onneshon.index.analysis.analyzer import is_plain
from onneshon.index.configuration import KeywordField
from onneshon.search.query.field_values import (
    READ_BY_DEFAULT,
    FieldReading,
    condition_in_query,
    field_name,
    field_pattern,
)
from onneshon.search.query.reading import Ignored, IgnoredKind

Kind: TypeAlias = Literal[
    "word",
    "phrase",
    "prefix",
    "fuzzy",
    "verbatim",
    "title",
    "field",
    "unknown",
    "(",
    ")",
    "+",
    "-",
    "AND",
    "OR",
    "NOT",
]


class QueryToken(NamedTuple):
    """A part of a query.

    Attributes:
        kind: the kind of piece.
        text: a word, the words of a phrase, a prefix; the name of a field, or the unknown name before a
            colon; empty for a sign.
        start: offset in the query at which ``text`` starts.
        end: offset after ``text``.
        slop: the other words that a phrase allows, or the clusters of a fuzzy word that may differ.
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

FIELDS: dict[str, str] = {
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

QUOTED: Final = r'(?: "(?P<straight>[^"]*)" | “(?P<curly>[^“”]*)” ) (?:~(?P<slop>[0-9]{1,4}))?'
"""A phrase, in a verbose expression."""

_PIECE = re.compile(
    rf"""
      \s+
    | {QUOTED}
    | (?P<bracket>[()])
    | (?P<word>[^\s()"“”]+)
    | .
    """,
    re.VERBOSE | re.DOTALL,
)
_OPENED = re.compile(r"\(\s*")
_FUZZY = re.compile(r"(?<!~)~([12]?)\Z")
_UNKNOWN_FIELD = re.compile("([a-zA-Z]{2,}):(?=[^/\\s])")
_LIKE_A_FIELD = re.compile("[\u0980-\u09e5\u09f0-\u09ff\u200c\u200d]{2,}:(?=[^/\\s])")
"""Bengali letters before a colon: to most writers a word and its punctuation."""
SIGN: Final = re.compile(r"[+-](?=[^\s\d+-])")
"""A plus or a minus that is an operator: not one before a digit or another sign."""

OPENING: Final = ('"', "“", "(")
"""The characters that open a phrase or a group."""

_ENCLOSING: Final = frozenset('()"“”')


NO_FIELDS: Final[Mapping[str, str]] = {}


def site_operators(fields: Sequence[KeywordField]) -> Mapping[str, str]:
    """The names allowed before a colon in a query, each with its field: names, and labels of one word."""
    found: dict[str, str] = {}
    for field in fields:
        for word in map(field_name, (field.name, *field.labels.values())):
            if word not in FIELDS and not set(word) & set(' \t\n:()"“”+-*~='):
                found.setdefault(word, field.name)
    return found


def lex(
    text: str,
    declared: Mapping[str, str] = NO_FIELDS,
    ignored: list[Ignored] | None = None,
    field_reading: FieldReading = READ_BY_DEFAULT,
) -> list[QueryToken]:
    """The pieces of a query, in order.

    Args:
        text: the query as typed.
        declared: the names allowed before a colon for the site's fields, as ``field_name`` returns them, each
            with the field's name.
        ignored: receives the pieces that are not taken for what they look like.
        field_reading: how the site's field values are read.
    """
    found = _Lexer(text, declared, [] if ignored is None else ignored, field_reading).pieces()
    if _ENCLOSING.isdisjoint(text):
        return found
    return list(_with_bengali_signs(_without_unclosed(found, ignored)))


def _without_unclosed(found: Sequence[QueryToken], ignored: list[Ignored] | None) -> list[QueryToken]:
    """The pieces without parentheses that are never closed, which are noted in ``ignored``."""
    opened: list[QueryToken] = []
    for piece in found:
        if piece.kind == "(":
            opened.append(piece)
        elif piece.kind == ")" and opened:
            opened.pop()
    if ignored is not None:
        ignored += [Ignored("parenthesis", "(", piece.start, piece.end) for piece in opened]
    starts = {piece.start for piece in opened}
    return [piece for piece in found if piece.kind != "(" or piece.start not in starts]


class _Lexer:
    """One pass over the characters of a query."""

    def __init__(
        self, text: str, declared: Mapping[str, str], ignored: list[Ignored], field_reading: FieldReading
    ) -> None:
        self._text = text
        self._declared = declared
        self._ignored = ignored
        self._field_reading = field_reading
        self._field = field_pattern((*FIELDS, *declared))

    def _ignore(self, kind: IgnoredKind, start: int, end: int) -> None:
        self._ignored.append(Ignored(kind, self._text[start:end], start, end))

    def pieces(self) -> list[QueryToken]:
        """All pieces of the query, in order."""
        found: list[QueryToken] = []
        for match in _PIECE.finditer(self._text):
            if match["word"]:
                found += self._word(match.start(), match.end())
            elif match["bracket"]:
                kind: Kind = "(" if match["bracket"] == "(" else ")"
                found.append(QueryToken(kind, "", match.start(), match.end()))
            elif match["straight"] or match["curly"]:
                found.append(self._phrase(match))
            elif not match[0].isspace():
                self._ignore("quote", match.start(), match.end())
        return found

    def _phrase(self, match: re.Match[str]) -> QueryToken:
        group = "straight" if match["straight"] else "curly"
        slop = int(match["slop"] or 0)
        if slop > MAX_SLOP:
            self._ignore("tilde", match.end(group) + 1, match.end())
        return QueryToken("phrase", match[group], match.start(group), match.end(group), min(slop, MAX_SLOP))

    def _word(self, start: int, end: int) -> Iterator[QueryToken]:
        """The pieces of a run without spaces: sign, field and equals sign, the word, its star or tilde."""
        text = self._text
        begins = start == 0 or text[start - 1].isspace() or text[start - 1] == "("
        word = start + (begins and text[start] in "+-")
        if is_plain(text[word:end]):  # so it has no other sign, and no field name with a colon
            if word > start:
                yield self._sign(start)
            yield QueryToken("word", text[word:end], word, end)
            return
        opens = text.startswith(OPENING, end)
        if begins and text[start:end] in SIGNS:
            yield QueryToken(SIGNS[text[start:end]], "", start, end)
            return
        sign = SIGN.match(text, start)
        if begins and sign and (end - start > 1 or opens):
            yield self._sign(start)
            start += 1
        elif begins and text[start] in "+-":
            self._ignore("sign", start, start + 1)
        if begins and (field := self._named(start, end, opens=opens)):
            start = field.end
            if field.kind != "unknown" and SIGN.match(text, start):  # typed after the colon, meant before it
                yield self._sign(start)
                start += 1
            yield field
        if begins and text.startswith("=", start) and end - start > 1:
            self._ignore_signs(text[start + 1 : end], start, end)
            yield QueryToken("verbatim", text[start + 1 : end], start + 1, end)
        elif start < end:
            yield self._plain(start, end)

    def _sign(self, at: int) -> QueryToken:
        return QueryToken("+" if self._text[at] == "+" else "-", "", at, at + 1)

    def _named(self, start: int, end: int, *, opens: bool) -> QueryToken | None:
        """The name of a field before a value, or an unknown name before a colon; None where neither is."""
        text = self._text
        if name := self._field.match(text, start):
            called = field_name(name[1])
            field = FIELDS.get(called) or self._declared[called]
            kind: Kind = "title" if field == "title" else "field"
            if (name.end() < end or opens) and self._has_value(field, name.end()):
                return QueryToken(kind, field, start, name.end())
            self._ignore("value" if name.end() < end or opens else "field", start, max(name.end(), end))
        elif _LIKE_A_FIELD.match(text, start, end + opens):
            self._ignore("field", start, end)
        unknown = _UNKNOWN_FIELD.match(text, start)
        if unknown and (unknown.end() < end or (opens and not name)):
            return QueryToken("unknown", unknown[1], start, unknown.end())
        return None

    def _has_value(self, field: str, start: int) -> bool:
        """Whether what follows a field's name can be its value: তারিখ and ভাষা are words of headlines too."""
        opened = _OPENED.match(self._text, start)
        piece = _PIECE.match(self._text, opened.end() if opened else start)
        value = (piece["straight"] or piece["curly"] or piece["word"] or "") if piece else ""
        return condition_in_query(field, value, self._field_reading) is not None

    def _ignore_signs(self, word: str, start: int, end: int) -> None:
        """Note the first sign that has no meaning within a word; that of ``views:>=100`` has one."""
        word = word.replace(">=", "").replace("<=", "")
        for sign, kind in (("*", "star"), ("~", "tilde"), ("=", "sign")):
            if sign in word:
                self._ignore(kind, start, end)  # type: ignore[arg-type]  # the three are kinds
                break

    def _plain(self, start: int, end: int) -> QueryToken:
        """A word, a prefix with its star, or a fuzzy word with its tilde."""
        text = self._text
        fuzzy = _FUZZY.search(text[start:end], 1)
        if fuzzy:
            return QueryToken("fuzzy", text[start : start + fuzzy.start()], start, end, int(fuzzy[1] or 0))
        word = text[start:end].rstrip("*")
        self._ignore_signs(word or "*", start, end)
        starred = text[end - 1] == "*" and end - start > 1
        return QueryToken("prefix" if starred else "word", word, start, end)


def _with_bengali_signs(found: Sequence[QueryToken]) -> Iterator[QueryToken]:
    for i, piece in enumerate(found):
        sign = BENGALI_SIGNS.get(piece.text) if piece.kind == "word" else None
        between = 0 < i < len(found) - 1 and found[i - 1].kind in {"phrase", ")"}
        if sign and between and found[i + 1].kind in {"phrase", "("}:
            yield piece._replace(kind=sign, text="")
        else:
            yield piece


def is_prose(found: Sequence[QueryToken]) -> bool:
    """Whether hyphens and quotation marks are punctuation: the text is long and uses no other operator."""
    if len(found) <= PROSE_WORDS:
        return False
    kinds = [piece.kind for piece in found]
    explicit = {"AND", "OR", "NOT", "prefix", "fuzzy", "title", "field"}
    return kinds.count("word") > PROSE_WORDS and explicit.isdisjoint(kinds)
