"""Finds the units of a query: a day and its month, a year, a percentage, a sum of money, counted people.

Each is written in several ways, which are one concept: ৭ মার্চ, ৭ই মার্চ, সাতই মার্চ, 7 march. The parts of a
unit must be adjacent in an article; the number somewhere and the month somewhere else are no date.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal, NamedTuple, TypeAlias

from onneshon.index.analysis.analyzer import Token
from onneshon.search.understanding.alternatives import Alternative, Span, distinct, written
from onneshon.search.understanding.numerals import LEAST_ALONE, MOST_DIGITS, in_words, plain
from onneshon.search.understanding.unit_spellings import (
    count_spellings,
    date_spellings,
    in_digits_and_words,
    number_spellings,
    percent_spellings,
    sum_spellings,
    year_spellings,
    years_spellings,
)
from onneshon.search.understanding.unit_words import ENDINGS_APART, Month, UnitWords

UnitKind: TypeAlias = Literal["date", "years", "year", "percent", "money", "count", "ordinal", "number"]

LOOSE: Final = 0.3
"""Weight of a spelling that analysis reduces to the bare number: of ৫০% an index keeps 50."""

_DAYS_AT_MOST: Final = 31
_YEARS: Final = range(1000, 2200)
_CENTURY: Final = 100
_WRITTEN: Final = 4
"""Digits of a year in full."""
_SHORT: Final = 2
"""Digits of a year in the century of the year before it."""
_FROM_TO: Final = frozenset("-–—/")
"""The signs between two years."""
_THOUSAND: Final = 1_000
_THOUSANDS: Final = 2_000
"""Number from which numbers are spoken in thousands."""
_NINETEENS_FROM: Final = 30
"""Least year of two digits in the twentieth century: একাত্তর সাল is 1971."""
_LEAST_SPOKEN: Final = 100_000
"""Sum from which sums are written in lakhs, hardly ever as digits and a sign."""
_SPACED_ENDINGS: Final = {"ই", "শে", "লা", "রা", "ঠা", "th", "st", "nd", "rd"}


@dataclass(frozen=True, slots=True)
class Unit(Span):
    """A span of a query that is one unit.

    Attributes:
        kind: the kind of the unit.
        value: its value in a normal form; two units of equal kind and value are the same.
    """

    kind: UnitKind
    value: str


class _Found(NamedTuple):
    """The match of a rule: the position after it, its kind and value, its spellings, and imprecise ones."""

    end: int
    kind: UnitKind
    value: str
    spellings: Iterator[str]
    loose: tuple[str, ...] = ()


def _day(row: UnitWords, at: int) -> int | None:
    """The day of a month that a word may be; None if it is none."""
    number = row.numeral(at)
    if number is None or number.kind == "ordinal" or number.counter or number.value != int(number.value):
        return None
    return int(number.value) if number.value <= _DAYS_AT_MOST else None


def _date(row: UnitWords, at: int) -> _Found | None:
    if day := _day(row, at):
        number = row.numeral(at)
        spaced = number is not None and number.digits and row.says(at + 1, *_SPACED_ENDINGS)
        after = at + 1 + spaced
        return _dated(day, row.month(after), after + 1)
    return _month_first(row, at)


def _month_first(row: UnitWords, at: int) -> _Found | None:
    """মার্চের ৭ তারিখ, মার্চ মাসের ৭ তারিখ, march 7, march 7th."""
    month = row.month(at)
    if month is None:
        return None
    position = at + 1 + (row.measure(at + 1, "month") is not None)
    number = row.numeral(position)
    if number is None or not number.digits or row.month(position + 1):
        return None
    end = position + 1 + row.says(position + 1, *_SPACED_ENDINGS)
    dated = row.measure(end, "day") is not None
    # মার্চে ৯ জন is no date: in Bengali the day comes first, but for one that ends the query or has its year.
    year = row.numeral(end)
    last = end == len(row.tokens) or (year is not None and year.value in _YEARS)
    if not (dated or last or row.tokens[at].exact.isascii()):
        return None
    return _dated(_day(row, position), month, end + dated)


def _dated(day: int | None, month: Month | None, end: int) -> _Found | None:
    if not day or month is None:
        return None
    return _Found(end, "date", f"{day} {month.name}", date_spellings(day, month))


def _years(row: UnitWords, at: int) -> _Found | None:
    """২০২০-২১, ২০২০-২০২১: a year and a later one, in full or by the two digits that differ."""
    numbers = _from_to(row, at)
    if numbers is None or _from_to(row, at - 1) or _from_to(row, at + 1):  # ২০২০-১২-১৬ is a day
        return None
    if max(map(len, numbers)) > _WRITTEN:
        return None
    first, last = map(int, numbers)
    if len(numbers[1]) == _SHORT:
        last += first - first % _CENTURY
    if not (first in _YEARS and first < last < first + _CENTURY):
        return None
    return _Found(at + 2, "years", f"{first} {last}", years_spellings(first, last))


def _from_to(row: UnitWords, at: int) -> tuple[str, str] | None:
    """Two numbers in digits with a dash or stroke between them."""
    if row.between(at) not in _FROM_TO:
        return None
    first, last = row.tokens[at].exact, row.tokens[at + 1].exact
    return (first, last) if first.isdecimal() and last.isdecimal() else None


def _year(row: UnitWords, at: int) -> _Found | None:
    number = row.numeral(at)
    year, end = _hundreds(row, at)
    if number is None or number.kind == "ordinal" or number.counter or not row.measure(end, "year"):
        return None
    if LEAST_ALONE <= year < _CENTURY:
        year += 1900 if year >= _NINETEENS_FROM else 2000
    if year not in _YEARS:
        return None
    return _Found(end + 1, "year", f"{int(year)}", year_spellings(int(year)), (f"{int(year)}",))


def _hundreds(row: UnitWords, at: int) -> tuple[Decimal, int]:
    """A number, including a number spoken after hundreds: উনিশশো একাত্তর; and the position after it."""
    number, rest = row.numeral(at), row.numeral(at + 1)
    if number is None:
        return Decimal(0), at
    spoken = number.kind == "cardinal" and not (number.digits or number.counter or number.value % _CENTURY)
    if not (spoken and rest and rest.kind == "cardinal" and _CENTURY <= number.value < _THOUSANDS):
        return number.value, at + 1
    less = not (rest.digits or rest.counter) and 0 < rest.value < _CENTURY
    return (number.value + rest.value, at + 2) if less else (number.value, at + 1)


def _with_fraction(row: UnitWords, at: int) -> tuple[Decimal, int] | None:
    """সাড়ে তিন, পৌনে দুই, সোয়া (লাখ): the value, and the position after it."""
    part, number = row.fraction(at), row.numeral(at + 1)
    if part is None:
        return None
    if row.scale(at + 1) is not None:
        return 1 + part, at + 1
    if number is None or number.kind != "cardinal" or number.value != int(number.value):
        return None
    token = row.tokens[at + 1]
    if number.digits and not token.text[-1].isdigit():  # সাড়ে ৮টায়, an hour
        return None
    hundreds = not number.digits and number.value >= _CENTURY
    return number.value + part * (_CENTURY if hundreds else 1), at + 2


def _number_of_sum(row: UnitWords, at: int) -> tuple[Decimal, int] | None:
    """A cardinal without a counter, and the position after it."""
    number = row.numeral(at + (row.fraction(at) is not None))
    if number and (number.kind != "cardinal" or number.counter):
        return None
    return _with_fraction(row, at) or (_hundreds(row, at) if row.numeral(at) else None)


def _percent(row: UnitWords, at: int) -> _Found | None:
    before = row.measure(at, "share") is not None
    position = at + before
    spoken = _number_of_sum(row, position)
    if spoken is None:
        return None
    share, end = spoken
    named = row.measure(end, "percent") is not None
    if not (before or named or row.sign(end - 1, "percent")):
        return None
    part = before and row.measure(end, "part") is not None
    text = plain(share)
    return _Found(end + (named or part), "percent", f"{text} %", percent_spellings(share), (text,))


_MOST: Final = Decimal(10) ** MOST_DIGITS
"""A number as great is multiplied no more: sums are exact up to 28 digits."""


def _sum(row: UnitWords, at: int) -> tuple[Decimal, int]:
    """A number with its scales, and the position after it: ২০০ কোটি, ১ লাখ ৫০ হাজার; the number if none."""
    total, position = Decimal(0), at
    while (spoken := _number_of_sum(row, position)) is not None:
        alone, position = spoken
        scaled = alone
        while scaled < _MOST and (scale := row.scale(position)) is not None:
            scaled *= scale
            position += 1
        total += scaled
        if scaled == alone:
            break
    return total, position


def _money(row: UnitWords, at: int) -> _Found | None:
    total, end = _sum(row, at)
    if not total:
        return None
    named = row.measure(end, "money")
    currency = named or row.sign(at, "money", before=True) or row.sign(end - 1, "money")
    if currency is None:
        return None
    spellings = (f"{number} {currency.name}" for number in sum_spellings(total))
    loose = (plain(total),) if total < _LEAST_SPOKEN else ()
    return _Found(end + (named is not None), "money", f"{plain(total)} {currency.name}", spellings, loose)


def _count(row: UnitWords, at: int) -> _Found | None:
    broken = _with_fraction(row, at)
    number = row.numeral(at + (broken is not None))
    if number is None or number.kind != "cardinal":
        return None
    total, end = broken or (number.value, at + 1) if number.counter else _sum(row, at)
    if total != int(total):
        return None
    spaced = None if number.counter else row.measure(end, "counter")
    counter = number.counter or (spaced.name if spaced else "")
    # একজন and একটি are articles.
    if not counter or (number.value <= 1 and not number.digits):
        return None
    counter = "টি" if counter == "টা" else counter
    value = int(total)
    return _Found(
        end + (spaced is not None),
        "count",
        f"{value} {counter}",
        count_spellings(value, counter),
        (f"{value}",),
    )


def _ordinal(row: UnitWords, at: int) -> _Found | None:
    """১ম, ২য়, ২১শে and 1st; words need no rule, as প্রথম must not find every 1."""
    number = row.numeral(at)
    if number is None or not number.digits:
        return None
    spaced = row.says(at + 1, *ENDINGS_APART)
    kind: Literal["ordinal", "day"] = "day" if number.kind == "day" else "ordinal"
    spellings = in_words(number.value, kind) if number.kind != "cardinal" or spaced else []
    text = plain(number.value)
    return _Found(at + 1 + spaced, "ordinal", text, iter(spellings), (text,)) if spellings else None


def _number(row: UnitWords, at: int) -> _Found | None:
    number = row.numeral(at)
    if number is None or number.kind != "cardinal" or number.counter or not number.alone:
        return None
    if number.digits and row.joined(at):
        return None
    value = number.value
    thousands = value >= _THOUSAND and not value % _THOUSAND and value not in _YEARS
    spellings = [*sum_spellings(value)] if thousands else number_spellings(value)
    return _Found(at + 1, "number", plain(value), iter(spellings)) if spellings else None


def _spoken(row: UnitWords, at: int) -> _Found | None:
    """A number of several words: উনিশশো একাত্তর, ৫ হাজার."""
    value, end = _hundreds(row, at)
    if end > at + 1 and row.scale(end) is None:
        return _Found(end, "number", plain(value), in_digits_and_words(value))
    value, end = _sum(row, at)
    return _Found(end, "number", plain(value), sum_spellings(value)) if end > at + 1 else None


_RULES: Final[tuple[Callable[[UnitWords, int], _Found | None], ...]] = (
    _date,
    _years,
    _year,
    _percent,
    _money,
    _count,
    _ordinal,
    _spoken,
    _number,
)
"""The rules, the most specific first; the first that matches wins."""


def find_units(text: str, tokens: Sequence[Token]) -> list[Unit]:
    """The units of a query, in order, none overlapping.

    Args:
        text: the span of the query, from which signs such as % and ৳ are read.
        tokens: the result of ``analyze(text)``.
    """
    row = UnitWords(text, tokens)
    found, at = [], 0
    while at < len(tokens):
        # হাজার টাকা is a part of many sums
        rules = _RULES if row.scale(at) is None else ()
        seen = next((seen for rule in rules if (seen := rule(row, at))), None)
        if seen:
            found.append(_unit(at, seen))
        at = seen.end if seen else at + 1
    return found


def _unit(start: int, seen: _Found) -> Unit:
    ways: list[Alternative | None] = [written(text, 1.0, "unit") for text in seen.spellings]
    ways += [written(text, LOOSE, "unit") for text in seen.loose]
    return Unit(start, seen.end, distinct(ways), seen.kind, seen.value)
