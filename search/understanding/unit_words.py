"""The words of a query as the rules of units see them."""

from collections.abc import Sequence
from typing import Final

from onneshon.index.analysis.analyzer import Token
from onneshon.search.understanding.measures import Measure, Month, measure_of, month_of, sign_of
from onneshon.search.understanding.numerals import Numeral, read_numeral

__all__ = ["UnitWords"]

_JOINING: Final = frozenset("-–—/.:'’")


class UnitWords:
    """The words of a query, each read as a number, a month and a measure where it can be.

    Places beyond the last word hold nothing.

    Args:
        text: what was analysed.
        tokens: its words.
    """

    def __init__(self, text: str, tokens: Sequence[Token]) -> None:
        self._text = text
        self.tokens = tokens
        self._numerals = [read_numeral(token) for token in tokens]

    def _token(self, at: int) -> Token | None:
        return self.tokens[at] if at < len(self.tokens) else None

    def numeral(self, at: int) -> Numeral | None:
        """The number that a word says."""
        return self._numerals[at] if at < len(self._numerals) else None

    def month(self, at: int) -> Month | None:
        """The month that a word names."""
        token = self._token(at)
        return month_of(token) if token else None

    def measure(self, at: int, kind: str) -> Measure | None:
        """The measure of a kind that a word names."""
        token = self._token(at)
        found = measure_of(token) if token else None
        return found if found and found.kind == kind else None

    def sign(self, at: int, kind: str, *, before: bool = False) -> Measure | None:
        """The measure whose sign is written at a word, after it or before it."""
        token = self.tokens[at]
        beside = self._text[: token.start].rstrip()[-1:] if before else self._text[token.end :].lstrip()[:1]
        found = sign_of(beside)
        return found if found and found.kind == kind else None

    def says(self, at: int, *exact: str) -> bool:
        """Whether a word is one of these."""
        token = self._token(at)
        return token is not None and token.exact in exact

    def joined(self, at: int) -> bool:
        """Whether a word is written on to the one before or after it: কোভিড-১৯, ২০২০-২১, ৭/৩."""
        token = self.tokens[at]
        around = self._text[: token.start][-1:], self._text[token.end :][:1]
        return not _JOINING.isdisjoint(around)
