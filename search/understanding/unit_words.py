"""Reads the words of a query for the rules of units: numbers, months, currencies, percent, years, counters.

The words are listed in ``data/months.tsv`` and ``data/measures.tsv``. A number that only counts the next word
is no unit, but ৪ দিনের রিমান্ড ranks higher where ৪ দিন or চার দিন stands: both stay separate words, each
found by itself; adjacent, they score as much as a word with the same document frequency.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache
from itertools import product
from typing import Final, NamedTuple

from onneshon.index.analysis.analyzer import Token, analyze
from onneshon.index.analysis.script import is_bengali
from onneshon.index.analysis.stemmer import is_function_word
from onneshon.search.understanding.alternatives import Alternative, distinct
from onneshon.search.understanding.numerals import (
    FRACTIONS,
    ORDINAL_ENDINGS,
    SCALES,
    Numeral,
    in_words,
    is_inflected,
    plain,
    read_numeral,
)
from onneshon.search.understanding.synonyms import Synonyms
from onneshon.search.understanding.tables import read_rows


class Month(NamedTuple):
    """A month of either calendar: its name, other spellings, and names in English, the full one first."""

    name: str
    spellings: tuple[str, ...]
    english: tuple[str, ...]


class Measure(NamedTuple):
    """A word next to a number: money, percent, year or counter, and its usual name."""

    kind: str
    name: str


def _fields(row: tuple[str, ...], count: int) -> tuple[str, ...]:
    """The fields of a row, filled up to ``count`` with empty ones."""
    return (*row, *[""] * (count - len(row)))


@cache
def months() -> tuple[Month, ...]:
    """All months, January and Boishakh first in their years."""
    return tuple(
        Month(name, tuple(others.split()), tuple(english.split()))
        for name, others, english in read_rows("months.tsv")
    )


@cache
def _months_by_stem() -> dict[str, Month]:
    found: dict[str, Month] = {}
    for month in months():
        for word in (month.name, *month.spellings, *month.english):
            found.setdefault(analyze(word)[0].stem, month)
    return found


@cache
def _measures_by_stem() -> dict[str, Measure]:
    return {
        analyze(word)[0].stem: Measure(kind, name)
        for kind, name, others, _ in (_fields(row, 4) for row in read_rows("measures.tsv"))
        for word in (name, *others.split())
    }


@cache
def _measures_by_sign() -> dict[str, Measure]:
    rows = (_fields(row, 4) for row in read_rows("measures.tsv"))
    return {sign: Measure(kind, name) for kind, name, _, signs in rows for sign in signs.split()}


@cache
def names_of(kind: str) -> tuple[str, ...]:
    """The Bengali words of the measures of a kind, the usual one first."""
    rows = (_fields(row, 4) for row in read_rows("measures.tsv"))
    words = (word for found, name, others, _ in rows if found == kind for word in (name, *others.split()))
    return tuple(word for word in words if is_bengali(word))


ENDINGS_APART: Final = ("th", "st", "nd", "rd", *ORDINAL_ENDINGS)
"""The endings, typed apart, that make digits an ordinal."""

_JOINING: Final = frozenset("-–—/.:'’")


class UnitWords:
    """The words of a query, each read as a number, a month and a measure where it can be.

    Positions beyond the last word have no number, month or measure.

    Args:
        text: the text that was analysed.
        tokens: its tokens.
    """

    def __init__(self, text: str, tokens: Sequence[Token]) -> None:
        self._text = text
        self.tokens = tokens
        self._numerals = [read_numeral(token) for token in tokens]

    def _token(self, at: int) -> Token | None:
        return self.tokens[at] if at < len(self.tokens) else None

    def numeral(self, at: int) -> Numeral | None:
        """The number that a word expresses."""
        return self._numerals[at] if at < len(self._numerals) else None

    def scale(self, at: int) -> Decimal | None:
        """The scale that a word names: হাজার, লাখ, কোটি."""
        number = self.numeral(at)
        return number.value if number and not number.digits and number.value in SCALES else None

    def fraction(self, at: int) -> Decimal | None:
        """The fraction that a word adds to the number after it."""
        token = self._token(at)
        return FRACTIONS.get(token.exact) if token else None

    def month(self, at: int) -> Month | None:
        """The month that a word names, with any case ending."""
        token = self._token(at)
        return _months_by_stem().get(token.stem) if token else None

    def measure(self, at: int, kind: str) -> Measure | None:
        """The measure of a kind that a word names, with any case ending."""
        token = self._token(at)
        found = _measures_by_stem().get(token.stem) if token else None
        return found if found and found.kind == kind else None

    def sign(self, at: int, kind: str, *, before: bool = False) -> Measure | None:
        """The measure of a kind whose sign is written directly after a word, or before it."""
        token = self.tokens[at]
        beside = self._text[: token.start].rstrip()[-1:] if before else self._text[token.end :].lstrip()[:1]
        found = _measures_by_sign().get(beside)
        return found if found and found.kind == kind else None

    def says(self, at: int, *exact: str) -> bool:
        """Whether a word is one of these."""
        token = self._token(at)
        return token is not None and token.exact in exact

    def between(self, at: int) -> str:
        """The text between a word and the next one, without spaces at its ends; empty beyond the words."""
        after = self._token(at + 1)
        return self._text[self.tokens[at].end : after.start].strip() if after and at >= 0 else ""

    def joined(self, at: int) -> bool:
        """Whether a word is joined to the one before or after it by a sign: কোভিড-১৯, ২০২০-২১, ৭/৩."""
        token = self.tokens[at]
        around = self._text[: token.start][-1:], self._text[token.end :][:1]
        return not _JOINING.isdisjoint(around)


def with_sizes(text: str, tokens: Sequence[Token]) -> tuple[Sequence[Token], list[int]]:
    """The words of a query with abbreviated sizes written in full, and the positions of these: 5 km.

    Args:
        text: the span of the query.
        tokens: the result of ``analyze(text)``.
    """
    row = UnitWords(text, tokens)
    full, found = list(tokens), []
    for at, token in enumerate(tokens[1:], 1):
        number, size = row.numeral(at - 1), row.measure(at, "size")
        if number and number.digits and number.kind == "cardinal" and size and token.exact.isascii():
            (name,) = analyze(size.name)
            full[at] = Token(name.text, token.start, token.end, name.exact, name.stem)
            found.append(at)
    return full, found


class BoundNumber(NamedTuple):
    """A number of a query and the word that it counts.

    Attributes:
        position: the position of the number among the tokens; the word follows.
        end: the position after the word, or after the words of one entry of a table.
        ways: the spellings of both together, that of the query first.
    """

    position: int
    end: int
    ways: tuple[Alternative, ...]


def bound_numbers(text: str, tokens: Sequence[Token], synonyms: Synonyms) -> Iterator[BoundNumber]:
    """The numbers of a query that count something, in order.

    Args:
        text: the span of the query.
        tokens: the result of ``analyze(text)``.
        synonyms: the tables with other spellings of the counted word; a number inside one of their entries is
            part of a name (৪জি, ফোরজি).
    """
    row = UnitWords(text, tokens)
    for position, noun in enumerate(tokens[1:]):
        number = row.numeral(position)
        if (
            number
            and _counts(row, position, number)
            and _is_counted(row, position + 1, noun)
            and not synonyms.have(tokens[position : position + 2])
        ):
            yield _bound(position, tokens, number, synonyms)


def _counts(row: UnitWords, position: int, number: Numeral) -> bool:
    """Whether a number counts things, and is no part of a name or a code."""
    if number.kind != "cardinal" or number.counter or row.joined(position) or row.scale(position) is not None:
        return False
    word = row.tokens[position]
    return number.digits or not (is_function_word(word.exact) or is_inflected(word, number))


def _is_counted(row: UnitWords, position: int, word: Token) -> bool:
    return is_bengali(word.exact) and row.numeral(position) is None and not is_function_word(word.exact)


def _bound(position: int, tokens: Sequence[Token], number: Numeral, synonyms: Synonyms) -> BoundNumber:
    spans = [span for span in synonyms.of(tokens[position + 1 :]) if span.start == 0]
    end = position + 1 + (spans[0].end if spans else 1)
    typed = tuple(tokens[position + 1 : end])
    nouns = [(typed, 1.0)]
    others = [other for span in spans for other in span.alternatives if other.kind != "synonym"]
    nouns += [(other.tokens, other.weight) for other in others]
    numbers = [plain(number.value), *in_words(number.value, "cardinal")]
    ways = [_written(spelt, noun, weight) for (noun, weight), spelt in product(nouns, numbers)]
    ways += [
        _written(f"{word}{typed[0].exact}", typed[1:], 1.0) for word in in_words(number.value, "cardinal")
    ]
    return BoundNumber(position, end, distinct(ways))


def _written(number: str, noun: Sequence[Token], weight: float) -> Alternative:
    text = " ".join([number, *(token.text for token in noun)])
    return Alternative(text, (*analyze(number), *noun), weight, "unit")
