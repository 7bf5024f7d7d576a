"""What makes the leaves of a query asks for: what words are read as, and which of them are one concept."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from onneshon.index.analysis.analyzer import Token
from onneshon.search.query.tree import Query

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
