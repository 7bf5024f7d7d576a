"""What the address of a page of results asks for, and the addresses that ask for a little more or less."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from flask import request, url_for

from search import Facet, FieldFilter, QueryError, SearchRequest
from search.interface import SORTS
from search.query.conditions import FILTER_FIELDS, FilterField
from search.retrieval.facets import FacetName, field_of
from web.paging import PAGE_SIZE
from web.parameters import MAX_QUERY, group, literal

__all__ = ["Choice", "Narrowing", "narrowing"]

SHOWN: Final[tuple[FacetName, ...]] = ("category", "author", "year")
"""What is counted on a page."""

FEW: Final = 8
MANY: Final = 200
"""Values of each, and after a wish for more."""

_NAMES: Final[Mapping[FilterField, str]] = {field: field for field in FILTER_FIELDS} | {
    "lang": "article_lang"
}
"""Parameters by field; ``lang`` is the language of the page itself."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A link that changes the search.

    Attributes:
        value: of a filter, or the name of an order.
        address: where it leads.
        chosen: whether it is in force, so that the link takes it back.
        count: articles there.
        negated: whether it excludes.
    """

    value: str
    address: str
    chosen: bool = False
    count: int = 0
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Narrowing:
    """The search of a page, and the links around it.

    Attributes:
        request: what the engine is asked.
        kept: parameters that links keep: all but the page's number.
    """

    request: SearchRequest
    kept: Mapping[str, Any]

    def address(self, page: int = 1, changed: Mapping[str, Any] = MappingProxyType({})) -> str:
        """A page of this search, with some parameters changed."""
        values = {**self.kept, **changed, "page": page if page > 1 else None}
        return url_for("pages.results", **{name: value for name, value in values.items() if value})

    def program_address(self, offset: int) -> str:
        """The same page for programs."""
        kept = {
            name.replace("article_lang", "lang"): value for name, value in self.kept.items() if name != "more"
        }
        facets = ",".join(self.request.facets)
        return url_for("api.find", **kept, facets=facets, offset=offset or None)

    def chosen(self) -> list[Choice]:
        """The filters in force, each with a link without it."""
        return [
            Choice(
                value, self._toggled(one.field, value, negated=one.negated), chosen=True, negated=one.negated
            )
            for one in self.request.filters
            for value in one.values
        ]

    def choices(self, facet: Facet) -> list[Choice]:
        """The values of a facet, each with a link that demands it too, or no longer."""
        field = field_of(facet.name)
        taken = self._values(_NAMES[field])
        return [
            Choice(one.value, self._toggled(field, one.value), one.value in taken, one.count)
            for one in facet.values
        ]

    def replacing(self, field: FilterField, value: str, nearest: str) -> str | None:
        """The same search with another value of a filter; None where the value was typed in the query."""
        name = _NAMES[field]
        if value not in self._values(name):
            return None
        return self.address(changed={name: [nearest if one == value else one for one in self._values(name)]})

    def orders(self) -> list[Choice]:
        """The orders that there are."""
        default = SORTS[0]
        addresses = {
            name: self.address(changed={"sort": None if name == default else name}) for name in SORTS
        }
        return [Choice(name, address, name == self.request.sort) for name, address in addresses.items()]

    def with_more(self) -> str:
        """The same search with more values of each facet."""
        return self.address(changed={"more": 1})

    def without_filters(self) -> str:
        """The same query, not narrowed."""
        names = [sign + _NAMES[field] for field in FILTER_FIELDS for sign in ("", "-")]
        return self.address(changed=dict.fromkeys(names))

    def hidden(self, *but: str) -> Iterator[tuple[str, str]]:
        """Parameters that a form sends along, each with one value."""
        for name, value in self.kept.items():
            if name not in but and value:
                for one in value if isinstance(value, list) else [value]:
                    yield name, str(one)

    def _values(self, name: str) -> Sequence[str]:
        values: Sequence[str] = self.kept.get(name) or []
        return values

    def _toggled(self, field: FilterField, value: str, negated: bool = False) -> str:
        name = f"-{_NAMES[field]}" if negated else _NAMES[field]
        before = self._values(name)
        after = [one for one in before if one != value] if value in before else [*before, value]
        return self.address(changed={name: after})


def narrowing(query: str, page: int) -> Narrowing:
    """The search that the address of the request being answered asks for.

    Args:
        query: as typed.
        page: its number, from 1.

    Raises:
        QueryError: a date or an order in it makes no sense.
    """
    filters = tuple(_filters())
    more = request.args.get("more") == "1"
    asked = SearchRequest(
        query,
        limit=PAGE_SIZE,
        offset=(page - 1) * PAGE_SIZE,
        literal=literal(),
        filters=filters,
        sort=request.args.get("sort") or SORTS[0],  # type: ignore[arg-type]  # checked there
        freshness=_freshness(),
        facets=SHOWN,
        facet_limit=MANY if more else FEW,
        group=group(),
    )
    kept: dict[str, Any] = {
        "q": query,
        "literal": 1 if asked.literal else None,
        "group": None if asked.group else "off",
    }
    for one in filters:
        kept[("-" if one.negated else "") + _NAMES[one.field]] = list(one.values)
    kept["sort"] = asked.sort if asked.sort != SORTS[0] else None
    kept["freshness"] = request.args.get("freshness") or None
    kept["more"] = 1 if more else None
    return Narrowing(asked, kept)


def _filters() -> Iterator[FieldFilter]:
    """The filters of the address; blank ones are those of forms that were not filled in."""
    for negated in (False, True):
        for field, name in _NAMES.items():
            typed = request.args.getlist(f"-{name}" if negated else name)
            values = tuple(dict.fromkeys(value[:MAX_QUERY].strip() for value in typed if value.strip()))
            if values:
                yield FieldFilter(field, values, negated)


def _freshness() -> float | None:
    try:
        return float(request.args.get("freshness") or 0) or None
    except ValueError:
        raise QueryError("freshness is a number of days", kind="parameter", parameter="freshness") from None
