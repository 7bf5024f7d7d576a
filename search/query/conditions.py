"""What an article must meet besides its words: a category, an author, a day, a keyword, a number and such."""

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar, Final, TypeAlias

from onneshon.index.literals import number_text

FilterField: TypeAlias = str
"""What a search may be narrowed by: one of ``FILTER_FIELDS``, or a field that the site declares."""

FILTER_FIELDS: Final[tuple[FilterField, ...]] = ("category", "author", "lang", "date", "id")
"""What every article may have. A field that is declared beside them may have several values."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Articles of a category, an author, a language, an id, or with a keyword; adds nothing to the score.

    Attributes:
        name: of the field that is compared.
        value: what it must be.
        whole: one of its values must equal ``value``, both in Unicode's form NFC; otherwise it is enough
            that one holds its words in a row.
    """

    name: FilterField
    value: str
    whole: bool = False

    @property
    def text(self) -> str:
        """What is asked for, as a query says it."""
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
        """In figures, as a query says it: a year, a month or a day, or a range of such."""
        first, last = (self.label(day) if day else "" for day in (self.since, self.until))
        return first if first == last else f"{first}..{last}"

    def label(self, day: dt.date) -> str:
        """A day as precisely as this period is given: the year, the month or the day itself.

        Args:
            day: to name.
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
        name: of the field.
        least: the smallest number.
        most: the greatest.
        above: ``least`` itself is left out.
        below: ``most`` itself is left out.
    """

    name: FilterField
    least: float | None = None
    most: float | None = None
    above: bool = False
    below: bool = False

    @property
    def text(self) -> str:
        """What is asked for, as a query says it."""
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
        """What is asked for, as a query says it."""
        return ("-" if self.negated else "") + " ".join(
            f"{choice.name}:{choice.text}" for choice in self.choices
        )


Condition: TypeAlias = Choice | Selection
