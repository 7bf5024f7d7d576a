"""What a page of results was asked for, which search that is, and addresses that change one thing of it."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from flask import request, url_for
from werkzeug.datastructures import MultiDict

from onneshon.search import FieldFilter, SearchEngine, SearchRequest
from onneshon.search.interface import ON_PAGES, OPTIONS
from onneshon.search.query.conditions import FILTER_FIELDS, FilterField
from onneshon.search.query.dates import period_or_none
from onneshon.search.retrieval.facets import FacetName
from onneshon.web.addresses import article_address
from onneshon.web.pages.periods import PERIODS, Drill, drill
from onneshon.web.paging import MAX_PAGE, PAGE_SIZE
from onneshon.web.parameters import MAX_QUERY, date_order, declared, engine, site

__all__ = [
    "Listing",
    "chosen_period",
    "filters_of",
    "hit_rank",
    "listing_but",
    "narrowing",
    "parameters_of",
    "shown_facets",
    "shown_values",
    "span",
    "unread_dates",
]

KEPT: Final = ("q", *ON_PAGES, "more")
"""Parameters that an address of results may have beside filters, page and language."""

Values = str | int | tuple[str, ...] | None


def parameters_of(declared: Iterable[str]) -> Mapping[FilterField, str]:
    """Names of filters in an address, by field; ``lang`` there is the language of the page itself.

    Args:
        declared: names of the fields of the site.
    """
    return {field: field for field in (*FILTER_FIELDS, *declared)} | {"lang": "article_lang"}


def filters_of(declared: Iterable[str]) -> tuple[str, ...]:
    """Parameters that leave articles out, each of which may come several times."""
    names = parameters_of(declared).values()
    return (*(sign + name for name in names for sign in ("", "-")), "since", "until")


def hit_rank(text: str) -> int | None:
    """The rank of the hit that an article was reached from; None where there is none such."""
    if not (text.isdecimal() and len(text) <= len(str(MAX_PAGE * PAGE_SIZE))):
        return None
    return int(text) if 1 <= int(text) <= MAX_PAGE * PAGE_SIZE else None


def span(since: str, until: str) -> str:
    """The date that a filter takes for the days between two, both included; empty where neither is given."""
    return f"{since.strip()}..{until.strip()}" if since.strip() or until.strip() else ""


@dataclass(frozen=True, slots=True)
class Listing:
    """The whole state of a page of results, as it stands in its address.

    Attributes:
        values: every value of each filter and each parameter in ``KEPT`` that is set.
        declared: names of the fields of the site.
    """

    values: Mapping[str, tuple[str, ...]]
    declared: tuple[str, ...] = ()

    @classmethod
    def asked(
        cls, parameters: MultiDict[str, str], but: Collection[str] = (), declared: tuple[str, ...] = ()
    ) -> "Listing":
        """What the parameters of a request ask for, without blank and unknown ones and those in ``but``."""
        kept = [name for name in (*KEPT, *filters_of(declared)) if name not in but]
        given = {name: tuple(one for one in parameters.getlist(name) if one.strip()) for name in kept}
        for switch in ("literal", "more"):
            if given.get(switch) != ("1",):
                given.pop(switch, None)
        return cls({name: values for name, values in given.items() if values}, declared)

    @property
    def chosen(self) -> list[tuple[str, str]]:
        """The filters in force, as name and value."""
        return [(name, value) for name in filters_of(self.declared) for value in self.values.get(name, ())]

    def has(self, name: str, value: str) -> bool:
        """Whether a parameter has that value."""
        return value in self.values.get(name, ())

    def has_any(self, *names: str) -> bool:
        """Whether any of those parameters is set."""
        return any(name in self.values for name in names)

    @property
    def _between(self) -> str:
        """The date that first and last day are; empty where neither is given."""
        return span(*(self.values.get(name, ("",))[0] for name in ("since", "until")))

    def _with(self, changes: Mapping[str, Values]) -> dict[str, Values]:
        values: dict[str, Values] = {**self.values, **changes}
        return {name: value for name, value in values.items() if value not in {None, ()}}

    def _address(self, changes: Mapping[str, Values], page: int = 1) -> str:
        values = self._with({**changes, "page": page if page > 1 else None})
        return url_for("pages.results", **values)  # type: ignore[arg-type]  # no name of ours is one of Flask's

    def to(self, page: int = 1, **changes: Values) -> str:
        """The address of a page of these results; a change to None takes a parameter away."""
        return self._address(changes, page)

    def parameter(self, field: FilterField) -> str:
        """The name of a filter in an address."""
        return parameters_of(self.declared)[field]

    def adding(self, name: str, value: str) -> str:
        """The address with one more filter."""
        return self._address({name: (*self.values.get(name, ()), value)})

    def removing(self, name: str, value: str) -> str:
        """The address without one filter."""
        return self._address({name: tuple(one for one in self.values.get(name, ()) if one != value)})

    def replacing(self, field: FilterField, value: str, nearest: str) -> str | None:
        """The address with another value of a filter; None where the value was typed in the query."""
        name = parameters_of(self.declared)[field]
        if field == "date" and value == self._between:
            return self._address(
                {"date": (*self.values.get("date", ()), nearest), "since": None, "until": None}
            )
        if not self.has(name, value):
            return None
        return self._address({name: tuple(nearest if one == value else one for one in self.values[name])})

    def all_articles(self) -> str:
        """The address without any filter."""
        return self._address(dict.fromkeys(filters_of(self.declared)))

    def hidden(self, *without: str | tuple[str, str]) -> list[tuple[str, str]]:
        """What a form has to send along, but for some parameters, or single values of them."""
        given = ((name, one) for name, values in self.values.items() if name not in without for one in values)
        return [pair for pair in given if pair not in without]

    def article(self, article_id: str, rank: int | None = None) -> str:
        """The address of an article that knows the way back to its place in these results."""
        return article_address(article_id, **self._with({"hit": rank, "id": None}))

    def back(self, rank: int | None) -> str:
        """The address of these results at the place of a hit; from the top where its rank is unknown."""
        if rank is None:
            return self.to()
        return f"{self.to((rank - 1) // PAGE_SIZE + 1)}#hit-{rank}"

    def feed(self, **changes: Values) -> str:
        """The address of these results for feed readers."""
        values = self._with({"more": None, **changes})
        return url_for("pages.feed", **values)  # type: ignore[arg-type]  # as above

    def program(self, facets: Sequence[str], offset: int) -> str:
        """The address of the same hits for programs, with what is to be counted."""
        values = self._with(
            {"more": None, "since": None, "until": None, "article_lang": None, "-article_lang": None}
        )
        for sign in ("", "-"):
            values[f"{sign}lang"] = self.values.get(f"{sign}article_lang")
        values["date"] = (*self.values.get("date", ()), *([self._between] if self._between else []))
        named = {name: value for name, value in values.items() if value}
        return url_for("api.find", **named, facets=",".join(facets), offset=offset or None)  # type: ignore[arg-type]


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
