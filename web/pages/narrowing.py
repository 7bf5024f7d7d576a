"""The search that the address of a page of results asks for."""

from collections.abc import Iterator
from typing import Final

from flask import request

from search import FieldFilter, QueryError, SearchRequest
from search.interface import SORTS
from search.query.conditions import FilterField
from search.retrieval.facets import FacetName
from web.pages.listing import PARAMETERS, span
from web.paging import PAGE_SIZE
from web.parameters import MAX_QUERY, group, literal, site

__all__ = ["narrowing", "shown_values"]

SHOWN: Final[tuple[FacetName, ...]] = ("category", "author", "year")
"""What is counted on a page."""

FEW: Final = 8
MANY: Final = 200
"""Values of each, and after a wish for more."""


def narrowing(query: str, page: int) -> SearchRequest:
    """The search that the address of the request being answered asks for.

    Args:
        query: as typed.
        page: its number, from 1.

    Raises:
        QueryError: a date or an order in it makes no sense.
    """
    return SearchRequest(
        query,
        limit=PAGE_SIZE,
        offset=(page - 1) * PAGE_SIZE,
        literal=literal(),
        filters=tuple(_filters()),
        sort=request.args.get("sort") or SORTS[0],  # type: ignore[arg-type]  # checked there
        freshness=_freshness(),
        facets=SHOWN,
        facet_limit=MANY if site().categories else shown_values(),  # one that comes first may be rare
        group=group(),
    )


def shown_values() -> int:
    """How many values of a facet the address asks to show."""
    return MANY if request.args.get("more") == "1" else FEW


def _filters() -> Iterator[FieldFilter]:
    for negated in (False, True):
        for field, name in PARAMETERS.items():
            if values := _values(field, f"-{name}" if negated else name):
                yield FieldFilter(field, values, negated)


def _values(field: FilterField, name: str) -> tuple[str, ...]:
    """The values of a filter; blank ones are those of forms that were not filled in."""
    typed = request.args.getlist(name)
    if name == field == "date":
        typed.append(span(request.args.get("since", ""), request.args.get("until", "")))
    return tuple(dict.fromkeys(value[:MAX_QUERY].strip() for value in typed if value.strip()))


def _freshness() -> float | None:
    try:
        return float(request.args.get("freshness") or 0) or None
    except ValueError:
        raise QueryError("freshness is a number of days", kind="parameter", parameter="freshness") from None
