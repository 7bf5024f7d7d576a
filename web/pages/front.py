"""What the home page shows of the articles: the newest, those of this day in earlier years, the sections."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from onneshon.index import Article
from onneshon.search import FieldFilter, SearchEngine, SearchRequest
from onneshon.search.retrieval.facets import FacetValue

NEWEST: Final = 5
"""Articles shown as the newest."""

SECTIONS: Final = 12
"""Sections shown, those with the most articles."""

REMEMBERED: Final = 4
"""Articles shown of earlier years, where there are two at least."""

YEARS: Final = 30
"""How far back they are looked for."""

_AROUND: Final = dt.timedelta(3)


@dataclass(frozen=True, slots=True)
class Front:
    """What is shown; each part is empty where there is nothing to show.

    Attributes:
        newest: the newest first.
        sections: with how many articles each has.
        remembered: of this day in earlier years, else of the days around it, the latest year first.
        exactly: whether they are of this very day.
    """

    newest: tuple[Article, ...] = ()
    sections: tuple[FacetValue, ...] = ()
    remembered: tuple[Article, ...] = ()
    exactly: bool = True


def front(ask: SearchEngine, day: dt.date) -> Front:
    """What to show on a day; two or three searches.

    Args:
        ask: for articles.
        day: on which it is shown.

    Raises:
        BusyError: others kept it waiting too long.
    """
    request = SearchRequest(
        "*", limit=NEWEST, sort="newest", group=False, facets=("category",), facet_limit=SECTIONS
    )
    found = ask.search(request)
    facet = found.facets.get("category")
    sections = facet.values if facet else ()
    newest = tuple(hit.article for hit in found.hits if hit.article.date)
    if not newest:
        return Front(sections=sections)
    for around in (dt.timedelta(0), _AROUND):
        remembered = _of_earlier_years(ask, day, around)
        if len(remembered) > 1:
            return Front(newest, sections, remembered, exactly=not around)
    return Front(newest, sections)


def _of_earlier_years(ask: SearchEngine, day: dt.date, around: dt.timedelta) -> tuple[Article, ...]:
    spans = (f"{then - around}..{then + around}" for then in _same_days(day))
    dates = FieldFilter("date", tuple(spans))
    found = ask.search(SearchRequest("*", filters=(dates,), limit=REMEMBERED, sort="newest", group=False))
    return tuple(hit.article for hit in found.hits)


def _same_days(day: dt.date) -> Iterator[dt.date]:
    """The same day of earlier years; of a leap day only those there are."""
    for year in range(day.year - 1, max(day.year - YEARS, 1000) - 1, -1):
        try:
            yield day.replace(year=year)
        except ValueError:
            continue
