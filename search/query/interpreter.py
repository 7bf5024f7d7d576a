"""What the reader of words asks of whoever knows that several are one thing, or one of them is several."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from onneshon.index.analysis.analyzer import Token
from onneshon.search.query.tree import Query

__all__ = ["Interpretation", "Interpreter"]


@dataclass(frozen=True, slots=True)
class Interpretation:
    """Some tokens of a query, side by side, and what is searched for them.

    Attributes:
        start: place of the first token.
        end: place after the last.
        queries: what stands for them: one thing, or several words.
    """

    start: int
    end: int
    queries: tuple[Query, ...]


class Interpreter(Protocol):
    """Finds what is written in several ways among the words of a query."""

    def units(self, text: str, tokens: Sequence[Token]) -> Sequence[Interpretation]:
        """Dates, sums and the like, before any Latin word is read, and after; in order, none overlapping.

        Args:
            text: a stretch of the query.
            tokens: its words, as typed or with the keys of what they are read for.
        """

    def words(self, tokens: Sequence[Token], queries: Sequence[Query]) -> Sequence[Query]:
        """What to search for words that are no units: compounds, synonyms, or just what was given.

        Args:
            tokens: words of the query, side by side.
            queries: what each is searched as, its reading where it is a Latin one.
        """
