"""The search described by the address of a page, and the facets by which readers narrow it."""

import re
from calendar import monthrange
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from flask import request

from onneshon.search import FieldFilter, SearchEngine, SearchRequest
from onneshon.search.query.conditions import FilterField
from onneshon.search.query.dates import period_or_none
from onneshon.search.request import ON_PAGES, OPTIONS
from onneshon.search.retrieval.facets import Facet, FacetName
from onneshon.web.current import MAX_QUERY, PAGE_SIZE, date_order, declared, engine, site
from onneshon.web.pages.listing import Listing, parameters_of, span

PERIODS: Final[tuple[FacetName, ...]] = ("year", "month", "day")
"""Facets of dates, the widest first."""

_DATE: Final = re.compile(r"([0-9]{4})(?:-(0[1-9]|1[0-2]))?(?:-[0-9]{2})?")
_MONTHS: Final = 12


@dataclass(frozen=True, slots=True)
class Drill:
    """The level of the chosen period between all years and a day.

    Attributes:
        level: the facet whose bars are shown; None for the one that the site shows.
        within: the common prefix of the values of those bars.
        above: the period one level up; empty for all years, None where there is nothing above.
        parts: the parts of the chosen period that have bars.
    """

    level: FacetName | None = None
    within: str = ""
    above: str | None = None
    parts: tuple[str, ...] = ()


def drill(dates: Sequence[str]) -> Drill:
    """The bars for the chosen dates: the months of a chosen year, or the days of a chosen month."""
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
    facets: Mapping[FacetName, Facet], categories: Sequence[str], most: int, within: str
) -> dict[FacetName, Facet]:
    """Facets with ``most`` values each; the categories given come first, in their order.

    More values may have been counted than are shown, as a category that comes first may be the rarest.

    Args:
        facets: the facets as counted, their values in descending order of articles.
        categories: the categories to show first, where any article has them.
        most: the maximum number of values of each facet, except periods, which are bars.
        within: the prefix of the periods that are shown.
    """
    ranks = {name: rank for rank, name in enumerate(categories)}
    return {
        name: replace(facet, values=tuple(each for each in facet.values if each.value.startswith(within)))
        if name in PERIODS
        else _list(facet, ranks if name == "category" else {}, most)
        for name, facet in facets.items()
    }


def _list(facet: Facet, ranks: Mapping[str, int], most: int) -> Facet:
    values = sorted(facet.values, key=lambda value: ranks.get(value.value, len(ranks)))
    return replace(facet, values=tuple(values[:most]), more=facet.more + max(0, len(values) - most))


_IN_ADDRESS: Final = {"lang": "article_lang", "-lang": "-article_lang"}
"""Parameters of a search with another name in addresses, where ``lang`` is the language of the page."""


def shown_facets(ask: SearchEngine) -> tuple[FacetName, ...]:
    """The facets of a page: those the site sets, or category, author, its own facet fields, and year.

    Once a year is chosen, months replace years; once a month is chosen, days do.
    """
    wanted = ask.configuration.facets.shown
    if wanted is None:
        wanted = ("category", "author", *(field.name for field in ask.fields if field.facet), "year")
    level = chosen_period().level
    return tuple(level if level and name in PERIODS else name for name in wanted)


def chosen_period() -> Drill:
    """The period chosen in the address of the current request."""
    return drill(request.args.getlist("date"))


def narrowing(query: str, page: int) -> SearchRequest:
    """The search that the address of the current request asks for.

    Args:
        query: the query as typed.
        page: the number of the page, from 1.

    Raises:
        QueryError: a date or a sort order in the address is invalid.
    """
    ask = engine()
    settings = ask.configuration.facets
    return SearchRequest(
        query,
        limit=PAGE_SIZE,
        offset=(page - 1) * PAGE_SIZE,
        filters=tuple(_filters(declared())),
        facets=shown_facets(ask),
        facet_limit=settings.more if site().categories else shown_values(),
        **{name: OPTIONS[name].of_text(request.args.get(name, "")) for name in ON_PAGES},
    )


def unread_dates() -> dict[str, str]:
    """Texts typed as the first or last day that are no dates: they are reported and otherwise ignored."""
    typed = {name: request.args.get(name, "").strip()[:MAX_QUERY] for name in ("since", "until")}
    order = date_order()
    return {
        name: text
        for name, text in typed.items()
        if text and (".." in text or not period_or_none(text, order))
    }


def asked_listing(but: Collection[str] = ()) -> Listing:
    """The listing that the address asks for, with authors under the names that facets show.

    Args:
        but: names of parameters to leave out.
    """
    asked = Listing.asked(request.args, but=but, declared=declared())
    names = {
        name: tuple(dict.fromkeys(map(engine().author_name, asked.values[name])))
        for name in ("author", "-author")
        if name in asked.values
    }
    return replace(asked, values={**asked.values, **names})


def listing_but(parameter: str) -> Listing | None:
    """The listing of a page of results, without an invalid parameter; None on any other page.

    Args:
        parameter: the parameter's name in a search.
    """
    if request.endpoint != "pages.results":
        return None
    but = (_IN_ADDRESS.get(parameter, parameter), *unread_dates())
    return asked_listing(but)


def shown_values() -> int:
    """The number of values of a facet that the address asks to show."""
    settings = engine().configuration.facets
    return settings.more if request.args.get("more") == "1" else settings.limit


def _filters(names: tuple[str, ...]) -> Iterator[FieldFilter]:
    for negated in (False, True):
        for field, name in parameters_of(names).items():
            if values := _values(field, f"-{name}" if negated else name):
                yield FieldFilter(field, values, negated)


def _values(field: FilterField, name: str) -> tuple[str, ...]:
    """The values of a filter, with spaces as articles have them; blank ones, from empty fields, are ignored.

    The parts of a chosen year or month are added to it: that finds no more articles, but makes facets count
    each part, however many other values there are.
    """
    if name not in request.args and name != "date":
        return ()
    typed = request.args.getlist(name)
    if name == field == "date":
        typed.extend(chosen_period().parts)
        unread = unread_dates()
        typed.append(
            span(*("" if name in unread else request.args.get(name, "") for name in ("since", "until")))
        )
    return tuple(dict.fromkeys(value[:MAX_QUERY] for value in typed if value.strip()))
