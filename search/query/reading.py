"""What words of a query are read as, and what of it was not taken for what it looks like."""

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


ReadingKind: TypeAlias = Literal[
    "letters", "acronym", "name", "loan", "meaning", "sound", "spelling", "unfinished"
]
"""By what a word was read: the names of its letters, tables of abbreviations, names, loans and English
words, its sound, as a misspelling, or as the beginning of one that is unfinished."""


@dataclass(frozen=True, slots=True)
class AlternativeReading:
    """What else a word of a query may be.

    Attributes:
        text: one or several words.
        weight: of its occurrences beside those of the reading, at most 1.
        finds: whether it finds articles; otherwise it only adds to the scores of those that are found.
    """

    text: str
    weight: float
    finds: bool = False


@dataclass(frozen=True, slots=True)
class WordReading:
    """What words of a query that stand side by side are taken for.

    Attributes:
        first: position of the first of them among the tokens.
        last: position after the last.
        text: what they are taken for, as newspapers spell it; one or several words, or nothing where they are
            passed over: they say nothing, or nobody knows by their sound what they are.
        kind: by what they were read.
        others: what else they may be, the likeliest first.
        alternatives: what counts as well.
        typed_too: whether articles hold what was typed as it is, so that both are searched together.
        before: how many of the words, at the beginning, say nothing and are skipped (*in dhaka*).
        after: how many at the end (*price of*).
        shown: whether readers see it: not where articles have both, which are one word in two spellings.
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
"""For a text and the tokens of it that may be read: the readings, in order, none overlapping."""


@dataclass(frozen=True, slots=True)
class Interpretation:
    """Some tokens of a query, side by side, and what is searched for them.

    Attributes:
        start: position of the first token.
        end: position after the last.
        queries: what stands for them: one concept, or several words.
    """

    start: int
    end: int
    queries: tuple[Query, ...]


class Interpreter(Protocol):
    """Finds what is written in several ways among the words of a query."""

    def units(self, text: str, tokens: Sequence[Token]) -> Sequence[Interpretation]:
        """Dates, sums and the like, before any Latin word is read, and after; in order, none overlapping.

        Args:
            text: a span of the query.
            tokens: its words, as typed or with the keys of what they are read for.
        """

    def words(self, tokens: Sequence[Token], queries: Sequence[Query]) -> Sequence[Query]:
        """What to search for words that are no units: compounds, synonyms, or just what was given.

        Args:
            tokens: words of the query, side by side.
            queries: what each is searched as, its reading where it is a Latin one.
        """
