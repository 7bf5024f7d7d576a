"""The conditions of filters; numbers and ranges of numbers are read in the digits of either script.

A query writes a condition on a number as:

100        equal to it
>100  >=100  <100  <=100
10..20     from 10 to 20, both included, in either order
10..  ..20    open at one end
10..<20    20 is not included: as in the ranges of a facet
"""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import floor, log10
from sys import float_info
from typing import ClassVar, Final, TypeAlias

from onneshon.index.configuration import KeywordField, is_field_name
from onneshon.index.literals import number_of, number_text
from onneshon.search.errors import QueryError

FilterField: TypeAlias = str
"""The name of a field to filter by: one of ``FILTER_FIELDS``, or a field that the site declares."""

FILTER_FIELDS: Final[tuple[FilterField, ...]] = ("category", "author", "lang", "date", "id")
"""The built-in fields, with one value per article; a field that the site declares may have several."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Articles of a category, an author, a language, an id, or with a keyword; adds nothing to the score.

    Attributes:
        name: the name of the field compared.
        value: the value to compare with.
        whole: whether a value of the field must equal ``value``, both in Unicode's form NFC; otherwise it is
            enough that it contains the words of ``value`` consecutively.
    """

    name: FilterField
    value: str
    whole: bool = False

    @property
    def text(self) -> str:
        """The condition's value as a query writes it."""
        return self.value


@dataclass(frozen=True, slots=True)
class Period:
    """Days from ``since`` to ``until``, both included; None leaves an end open.

    Articles without a day are in no period.
    """

    name: ClassVar[FilterField] = "date"
    since: dt.date | None = None
    until: dt.date | None = None

    @property
    def text(self) -> str:
        """The period in figures, as a query writes it: a year, a month or a day, or a range of these."""
        first, last = (self.label(day) if day else "" for day in (self.since, self.until))
        return first if first == last else f"{first}..{last}"

    def label(self, day: dt.date) -> str:
        """A day as precisely as this period is given: the year, the month or the day itself.

        Args:
            day: the day to write.
        """
        after = self.until + dt.timedelta(1) if self.until and self.until < dt.date.max else None
        firsts = [first for first in (self.since, after) if first]
        if any(first.day > 1 for first in firsts):
            return day.isoformat()
        return day.isoformat()[: 7 if any(first.month > 1 for first in firsts) else 4]


@dataclass(frozen=True, slots=True)
class NumberRange:
    """Articles whose number in a field is in a range; None leaves an end open.

    Articles without a number are in no range.

    Attributes:
        name: the field's name.
        least: the smallest number.
        most: the greatest number.
        above: whether ``least`` itself is excluded.
        below: whether ``most`` itself is excluded.
    """

    name: FilterField
    least: float | None = None
    most: float | None = None
    above: bool = False
    below: bool = False

    @property
    def text(self) -> str:
        """The range as a query writes it."""
        least, most = (number_text(end) if end is not None else "" for end in (self.least, self.most))
        if not most:
            return f"{'>' if self.above else '>='}{least}"
        if not least:
            return f"{'<' if self.below else '<='}{most}"
        return least if self.least == self.most else f"{least}..{'<' if self.below else ''}{most}"


Choice: TypeAlias = Filter | Period | NumberRange
"""A condition with one value."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Articles that meet any of several conditions on one field; or, negated, none of them."""

    choices: tuple[Choice, ...]
    negated: bool = False

    @property
    def text(self) -> str:
        """The conditions as a query writes them."""
        return ("-" if self.negated else "") + " ".join(
            f"{choice.name}:{choice.text}" for choice in self.choices
        )


Condition: TypeAlias = Choice | Selection


_RANGE: Final = re.compile(
    r"(?P<sign>[<>]=?)(?P<end>[^<>]+)|(?P<least>[^<>]*?)\.\.(?P<below><?)(?P<most>[^<>]*)|(?P<equal>[^<>]+)"
)
_FIGURES: Final = r"[+-]?[0-9০-৯]{1,15}(?:\.[0-9০-৯]{1,15})?"
NUMBER_PATTERN: Final = rf"^(?:(?:[<>]=?)?{_FIGURES}|{_FIGURES}\.\.(?:<?{_FIGURES})?|\.\.<?{_FIGURES})$"
"""A regular expression for numbers and ranges: whatever it matches can be read, and so can other texts."""

_WRITE: Final = "write 100, >100, >=100, <100 or a range such as 10..20"
"""The advice in the error for a number that cannot be read."""

_BORDERS: Final = 6
"""About how many borders the ranges have where a site declares none."""

_DECADES: Final = 100
"""Borders are powers of ten where greatest >= _DECADES * least."""

_DIRECTIONS: Final = {"desc": True, "asc": False}


def number_range(field: str, text: str, parameter: str) -> NumberRange:
    """The range of numbers that a text names.

    Args:
        field: the name of the field of numbers.
        text: the text as typed, such as ``>১০০``, ``10..20``.
        parameter: the parameter that has the text, for the message.

    Raises:
        QueryError: the text names no number or range.
    """
    found = _RANGE.fullmatch(text.strip())
    parts = found.groupdict() if found else {}
    if sign := parts.get("sign"):
        end = _number(parts["end"], text, parameter)
        above, open_end = sign.startswith(">"), len(sign) == 1
        return NumberRange(field, end if above else None, None if above else end, open_end and above,
                           open_end and not above)  # fmt: skip
    if equal := parts.get("equal"):
        number = _number(equal, text, parameter)
        return NumberRange(field, number, number)
    least, most = (
        _number(bound, text, parameter) if bound.strip() else None
        for bound in (parts.get("least") or "", parts.get("most") or "")
    )
    below = bool(parts.get("below"))
    if (least is None and most is None) or (below and most is None):
        raise _unreadable(text, parameter)
    if least is not None and most is not None and least > most and not below:
        least, most = most, least
    return NumberRange(field, least, most, below=below)


def _number(text: str, whole: str, parameter: str) -> float:
    number = number_of(text)
    if number is None:
        raise _unreadable(whole, parameter)
    return number


def _unreadable(text: str, parameter: str) -> QueryError:
    return QueryError(f"{parameter}: {text[:60]!r} is no number; {_WRITE}", parameter=parameter)


def number_ranges(field: str, borders: Sequence[float]) -> list[NumberRange]:
    """The ranges below the first border, from each border to below the next, and from the last border on.

    Args:
        field: the name of the field of numbers.
        borders: the borders, ascending, at least one.
    """
    between = (NumberRange(field, least, most, below=True) for least, most in pairwise(borders))
    return [
        NumberRange(field, None, borders[0], below=True),
        *between,
        NumberRange(field, borders[-1], None),
    ]


def counted_ranges(
    fields: Iterable[KeywordField], name: str, extent: Callable[[], tuple[float, float] | None]
) -> list[NumberRange] | None:
    """The ranges in which a field is counted: those that the site declares, or else round ones.

    Args:
        fields: the site's fields.
        name: the name of one of them, or of another facet.
        extent: returns the least and the greatest number in the index; None where there is none.

    Returns:
        The ranges, none where no article has a number; None where ``name`` is no field of numbers.
    """
    field = next((declared for declared in fields if declared.name == name and declared.is_number), None)
    if field is None:
        return None
    ends = None if field.ranges else extent()
    borders = round_borders(*ends) if ends else field.ranges
    return number_ranges(name, borders) if borders else []


def round_borders(least: float, most: float) -> tuple[float, ...]:
    """Round borders for some values, the first not above the least, the last not above the greatest.

    They are powers of ten where the values span several, else multiples of 1, 2 or 5 times such a power;
    whole numbers where both ends are whole.

    Args:
        least: the least value.
        most: the greatest value.
    """
    if least >= 0 and most >= _DECADES * max(least, 1.0):
        begin, first = (floor(log10(least)), ()) if least >= 1 else (1, (0.0,))
        powers = range(begin, floor(log10(most)) + 1)
        step = -(-len(powers) // (2 * _BORDERS))
        return (*first, *(10.0**power for power in powers[::step]))
    if most - least < float_info.min * _BORDERS:  # the logarithm of less is undefined
        return (least,)
    size = (most - least) / _BORDERS
    unit = 10.0 ** floor(log10(size))
    width = unit * next(times for times in (1, 2, 5, 10) if times * unit >= size)
    if least.is_integer() and most.is_integer():
        width = max(width, 1.0)
    # A tiny negative number divided by a width may round to 0: it needs a border below it all the same.
    first_step, last_step = (
        min(floor(end / width), -1) if end < 0 else floor(end / width) for end in (least, most)
    )
    return tuple(dict.fromkeys(float(f"{step * width:.12g}") for step in range(first_step, last_step + 1)))


def number_sorts(fields: Iterable[KeywordField]) -> tuple[str, ...]:
    """The sort orders by the site's fields of numbers: ``views:desc``, ``views:asc``."""
    return sorts_of(declared.name for declared in fields if declared.is_number)


def sorts_of(numbers: Iterable[str]) -> tuple[str, ...]:
    """The sort orders by some fields of numbers, given by name."""
    return tuple(f"{name}:{direction}" for name in numbers for direction in _DIRECTIONS)


def number_order(sort: str) -> tuple[str, bool] | None:
    """The field whose numbers an order sorts by, and whether it is descending; None for other orders.

    Args:
        sort: an order such as ``views:desc``, ``views:asc``.
    """
    field, colon, direction = sort.partition(":")
    if not colon or direction not in _DIRECTIONS or not is_field_name(field):
        return None
    return field, _DIRECTIONS[direction]
