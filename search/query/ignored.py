"""What of a query was not taken for what it looks like: readers are told, programs may want an error."""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from onneshon.index.json_form import json_members
from onneshon.search.errors import QueryError

IgnoredKind: TypeAlias = Literal[
    "field",
    "value",
    "sign",
    "operator",
    "quote",
    "parenthesis",
    "star",
    "tilde",
    "words",
    "character",
    "unread",
]

_WHY: Final[dict[IgnoredKind, str]] = {
    "field": "there is no such field, or nothing stands after its colon",
    "value": "the field takes no such value",
    "sign": "the sign has no word after it, or stands where it means nothing",
    "operator": "an operator needs a word on either side; NOT one after it; beside what is excluded OR needs "
    "parentheses: A OR (NOT B)",
    "quote": "a quotation mark is not closed, or nothing is quoted",
    "parenthesis": "a parenthesis is not closed, not opened, or holds no word",
    "star": "a star ends a word of at least two clusters, without = before it and no value of a field, or "
    "stands alone",
    "tilde": "a tilde ends a Bengali word of at least two clusters, with 1 or 2 after it, in two words at "
    "most, without = before it; after a phrase that is no value of a field a number up to 10 follows it",
    "words": "a query may have 64 words",
    "character": "no text has such a character",
    "unread": "the query is English, and no table has this word, nor any article",
}


@json_members("kind", "text", "start", "end", "reason")
@dataclass(frozen=True, slots=True)
class Ignored:
    """A part of a query that was skipped, or taken as ordinary words or punctuation.

    Attributes:
        kind: what it looks like.
        text: as typed.
        start: first code point of it in the query.
        end: one past its last code point.
    """

    kind: IgnoredKind
    text: str
    start: int
    end: int

    @property
    def reason(self) -> str:
        """Why it was not taken for what it looks like, and so what to write instead."""
        return _WHY[self.kind]

    def error(self) -> QueryError:
        """The error that it is to whoever wants none of it skipped."""
        return QueryError(f"{self.text[:60]!r}: {self.reason}", self.start, kind="query")
