"""From years to months to days: which bars stand beside the results once a period is chosen."""

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from onneshon.search.retrieval.facets import FacetName

__all__ = ["PERIODS", "Drill", "drill"]

PERIODS: Final[tuple[FacetName, ...]] = ("year", "month", "day")
"""Facets of dates, from the widest."""

_DATE: Final = re.compile(r"([0-9]{4})(?:-(0[1-9]|1[0-2]))?(?:-[0-9]{2})?")
_MONTHS: Final = 12


@dataclass(frozen=True, slots=True)
class Drill:
    """Where a reader stands between all years and a day.

    Attributes:
        level: the facet whose bars are shown; None for the one that the site shows.
        within: what the values of those bars begin with.
        above: the period that leads one level up; empty for all years, None where there is nothing above.
        parts: of the period that is chosen, those which have bars.
    """

    level: FacetName | None = None
    within: str = ""
    above: str | None = None
    parts: tuple[str, ...] = ()


def drill(dates: Sequence[str]) -> Drill:
    """The bars for the dates that are chosen: within a year its months, within a month its days."""
    found = _DATE.fullmatch(dates[0]) if len(dates) == 1 else None
    if found is None or int(found[1]) == 0:
        return Drill()
    date, year, month = found[0], found[1], found[2]
    if month is None:
        return Drill("month", date, "", tuple(f"{year}-{number:02}" for number in range(1, _MONTHS + 1)))
    if len(date) > len(f"{year}-{month}"):
        return Drill("day", date, f"{year}-{month}")
    days = monthrange(int(year), int(month))[1]
    return Drill("day", date, year, tuple(f"{date}-{number:02}" for number in range(1, days + 1)))
