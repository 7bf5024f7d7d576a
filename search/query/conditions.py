"""What an article must meet besides its words: a category, an author, a language, a day, an id, a keyword."""

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar, Final, TypeAlias

__all__ = ["FILTER_FIELDS", "Choice", "Condition", "Filter", "FilterField", "Period", "Selection"]

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
        firsts = [one for one in (self.since, after) if one]
        if any(one.day > 1 for one in firsts):
            return day.isoformat()
        return day.isoformat()[: 7 if any(one.month > 1 for one in firsts) else 4]


Choice: TypeAlias = Filter | Period
"""A condition with one value."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Articles that meet any of several conditions on one field; or, negated, none of them."""

    choices: tuple[Choice, ...]
    negated: bool = False

    @property
    def text(self) -> str:
        """What is asked for, as a query says it."""
        return ("-" if self.negated else "") + " ".join(f"{one.name}:{one.text}" for one in self.choices)


Condition: TypeAlias = Choice | Selection
