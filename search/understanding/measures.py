"""Words that make a unit of a number: months, currencies, percent, years, counters.

They stand in ``data/months.tsv`` and ``data/measures.tsv``.
"""

from functools import cache
from typing import NamedTuple

from onneshon.index.analysis.analyzer import Token, analyze
from onneshon.search.understanding.tables import read_rows

__all__ = ["Measure", "Month", "measure_of", "month_of", "months", "sign_of"]


class Month(NamedTuple):
    """A month of either calendar: its name, other spellings of it, its full name in English."""

    name: str
    spellings: tuple[str, ...]
    english: str


class Measure(NamedTuple):
    """A word beside a number: money, percent, year or counter, and its usual name."""

    kind: str
    name: str


def _fields(row: tuple[str, ...], count: int) -> tuple[str, ...]:
    """The fields of a row, empty ones at its end included."""
    return (*row, *[""] * (count - len(row)))


@cache
def months() -> tuple[Month, ...]:
    """All months, January and Boishakh first in their years."""
    rows = (_fields(row, 3) for row in read_rows("months.tsv"))
    return tuple(Month(name, tuple(others.split()), english.split()[0]) for name, others, english in rows)


@cache
def _months_by_stem() -> dict[str, Month]:
    found: dict[str, Month] = {}
    for month, row in zip(months(), read_rows("months.tsv"), strict=True):
        for word in (month.name, *month.spellings, *_fields(row, 3)[2].split()):
            found.setdefault(analyze(word)[0].stem, month)
    return found


def month_of(token: Token) -> Month | None:
    """The month that a word names, in any case; None if it names none."""
    return _months_by_stem().get(token.stem)


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


def measure_of(token: Token) -> Measure | None:
    """The measure that a word names, in any case; None if it names none."""
    return _measures_by_stem().get(token.stem)


def sign_of(character: str) -> Measure | None:
    """The measure that a sign stands for."""
    return _measures_by_sign().get(character)
