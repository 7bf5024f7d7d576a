"""The search that the address of a page of results asks for."""

from collections.abc import Iterator, Sequence
from typing import Final

from flask import request

from onneshon.search import FieldFilter, SearchEngine, SearchRequest
from onneshon.search.interface import ON_PAGES, OPTIONS
from onneshon.search.query.conditions import FilterField
from onneshon.search.query.dates import period_or_none
from onneshon.search.retrieval.facets import FacetName
from onneshon.web.pages.listing import Listing, parameters_of, span
from onneshon.web.pages.periods import PERIODS, Drill, drill
from onneshon.web.paging import PAGE_SIZE
from onneshon.web.parameters import MAX_QUERY, date_order, declared, engine, site

__all__ = ["chosen_period", "listing_but", "narrowing", "shown_facets", "shown_values", "unread_dates"]

_IN_ADDRESS: Final = {"lang": "article_lang", "-lang": "-article_lang"}
"""Parameters of a search that have another name in an address, where ``lang`` is the language of the page."""


def shown_facets(ask: SearchEngine) -> tuple[FacetName, ...]:
    """What is counted on a page: what the site says, or categories, authors, its own fields, and years.

    Months stand in the place of years once a year is chosen, and days once a month is.
    """
    wanted = ask.configuration.facets.shown
    if wanted is None:
        wanted = ("category", "author", *(one.name for one in ask.fields if one.facet), "year")
    level = chosen_period().level
    return tuple(level if level and name in PERIODS else name for name in wanted)


def chosen_period() -> Drill:
    """Where the address stands between all years and a day."""
    return drill(request.args.getlist("date"))


def narrowing(query: str, page: int) -> SearchRequest:
    """The search that the address of the request being answered asks for.

    Args:
        query: as typed.
        page: its number, from 1.

    Raises:
        QueryError: a date or an order in it makes no sense.
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
    """What was typed as the first or last day and is no date: told of, and otherwise passed over."""
    typed = {name: request.args.get(name, "").strip()[:MAX_QUERY] for name in ("since", "until")}
    order = date_order()
    return {
        name: text
        for name, text in typed.items()
        if text and (".." in text or not period_or_none(text, order))
    }


def listing_but(parameter: str) -> Listing | None:
    """What the address of a page of results asks for, without a parameter that is at fault; else None.

    Args:
        parameter: by its name in a search.
    """
    if request.endpoint != "pages.results":
        return None
    but = (_IN_ADDRESS.get(parameter, parameter), *unread_dates())
    return Listing.asked(request.args, but=but, declared=declared())


def shown_values() -> int:
    """How many values of a facet the address asks to show."""
    settings = engine().configuration.facets
    return settings.more if request.args.get("more") == "1" else settings.limit


def _filters(names: Sequence[str]) -> Iterator[FieldFilter]:
    for negated in (False, True):
        for field, name in parameters_of(names).items():
            if values := _values(field, f"-{name}" if negated else name):
                yield FieldFilter(field, values, negated)


def _values(field: FilterField, name: str) -> tuple[str, ...]:
    """The values of a filter; blank ones are those of forms that were not filled in.

    The parts of a chosen year or month are named beside it, which finds no more, so that each is counted
    however many others there are.
    """
    typed = request.args.getlist(name)
    if name == field == "date":
        typed.extend(chosen_period().parts)
        unread = unread_dates()
        typed.append(
            span(*("" if one in unread else request.args.get(one, "") for one in ("since", "until")))
        )
    return tuple(dict.fromkeys(value[:MAX_QUERY].strip() for value in typed if value.strip()))
