"""Readings of a query's words, and notes on the parts that were not taken for what they look like."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, Protocol, TypeAlias

from onneshon.index.analysis.analyzer import Token
from onneshon.index.json_form import json_members
from onneshon.search.errors import QueryError
from onneshon.search.query.tree import Query

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
    "unread": "the query is English, and no table has this word, nor more than a few articles",
}


@json_members("kind", "text", "start", "end", "reason")
@dataclass(frozen=True, slots=True)
class Ignored:
    """A part of a query that was skipped, or taken as ordinary words or punctuation.

    Attributes:
        kind: what the part looks like.
        text: the part as typed.
        start: offset of its first code point in the query.
        end: offset after its last code point.
    """

    kind: IgnoredKind
    text: str
    start: int
    end: int

    @property
    def reason(self) -> str:
        """Why the part was not taken for what it looks like, which shows what to write instead."""
        return _WHY[self.kind]

    def error(self) -> QueryError:
        """The error that reports this part under ``strict``."""
        return QueryError(f"{self.text[:60]!r}: {self.reason}", self.start)


ReadingKind: TypeAlias = Literal[
    "letters", "acronym", "name", "loan", "meaning", "sound", "spelling", "unfinished"
]
"""The way in which a word was read: by the names of its letters, tables of abbreviations, names, loans or
English words, by its sound, as a misspelling, or as an unfinished word."""


@dataclass(frozen=True, slots=True)
class AlternativeReading:
    """Another possible reading of a word.

    Attributes:
        text: one or several words.
        weight: the weight of its occurrences relative to those of the main reading, at most 1.
        finds: whether it finds articles; otherwise it only adds to the scores of articles found.
    """

    text: str
    weight: float
    finds: bool = False


@dataclass(frozen=True, slots=True)
class WordReading:
    """The reading of one or several adjacent words of a query.

    Attributes:
        first: position of the first word among the tokens.
        last: position after the last word.
        text: the reading in the spelling of newspapers, one or several words; empty where the words are
            skipped because they have no meaning, or because no reading is known for their sound.
        kind: the way in which they were read.
        others: their other possible readings, the likeliest first.
        alternatives: the other readings that are searched too.
        typed_too: whether articles contain the words as typed, so that both are searched together.
        before: the number of words skipped at the beginning (*in dhaka*).
        after: the number of words skipped at the end (*price of*).
        shown: whether readers see the reading: not where articles have both spellings of one word.
    """

    first: int
    last: int
    text: str
    kind: ReadingKind
    others: tuple[str, ...] = ()
    alternatives: tuple[AlternativeReading, ...] = ()
    typed_too: bool = False
    before: int = 0
    after: int = 0
    shown: bool = True


WordReader: TypeAlias = Callable[[str, Sequence[Token]], Sequence[WordReading]]
"""Takes a text and those of its tokens that may be read; returns the readings in order, none overlapping."""


@dataclass(frozen=True, slots=True)
class Interpretation:
    """Adjacent tokens of a query, and the queries that replace them.

    Attributes:
        start: position of the first token.
        end: position after the last token.
        queries: one concept, or several words.
    """

    start: int
    end: int
    queries: tuple[Query, ...]


class Interpreter(Protocol):
    """Finds concepts that texts write in several ways among the words of a query."""

    def units(self, text: str, tokens: Sequence[Token]) -> Sequence[Interpretation]:
        """Dates, sums and the like, in order, none overlapping; asked before and after Latin words are read.

        Args:
            text: a span of the query.
            tokens: its words, as typed or with the keys of their readings.
        """

    def words(self, tokens: Sequence[Token], queries: Sequence[Query]) -> Sequence[Query]:
        """The queries for words that are no units: compounds, synonyms, or else ``queries`` unchanged.

        Args:
            tokens: adjacent words of the query.
            queries: the query of each word; for a Latin word that of its reading.
        """
