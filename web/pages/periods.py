"""The values of facets that a page shows, and the bars of years, months and days among them."""

import re
from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from onneshon.search.retrieval.facets import Facet, FacetName

__all__ = ["PERIODS", "Drill", "arranged", "drill"]

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


def arranged(
    facets: Mapping[FacetName, Facet], categories: Sequence[str], most: int, within: str = ""
) -> dict[FacetName, Facet]:
    """Facets with so many values at most; categories that are named come first, in that order.

    More may have been counted than is shown: a category that comes first may be the rarest.

    Args:
        facets: as counted, each value with more articles before those with fewer.
        categories: which come first where any article has them.
        most: values of each facet but of periods, which are bars.
        within: what the periods that are shown begin with.
    """
    places = {name: place for place, name in enumerate(categories)}
    return {
        name: _bars(facet, within)
        if name in PERIODS
        else _list(facet, places if name == "category" else {}, most)
        for name, facet in facets.items()
    }


def _list(facet: Facet, places: Mapping[str, int], most: int) -> Facet:
    values = sorted(facet.values, key=lambda one: places.get(one.value, len(places)))
    return replace(facet, values=tuple(values[:most]), more=facet.more + max(0, len(values) - most))


def _bars(facet: Facet, within: str) -> Facet:
    return replace(facet, values=tuple(one for one in facet.values if one.value.startswith(within)))
