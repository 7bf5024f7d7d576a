"""The search request: one type with every option, for every caller and every engine."""

import datetime as dt
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter
from typing import Annotated, Any, Final, TypedDict, Unpack

from msgspec import Meta

from onneshon.index.configuration import FACETS, KeywordField, is_field_name
from onneshon.search.errors import QueryError
from onneshon.search.query.conditions import FILTER_FIELDS, number_order, sorts_of
from onneshon.search.query.field_values import FieldFilter, FieldReading, check_known
from onneshon.search.query.option_filters import Dates, Values, option_filters
from onneshon.search.query.options import Option, Written, check_type, parts_of, refused
from onneshon.search.reranking.ranker import SORTS, Sort
from onneshon.search.retrieval.facets import FacetName

DEEPEST: Final = 10_000
"""The greatest ``offset + limit``; beyond it only a cursor leads."""

MAX_VALUES: Final = 100
"""The most values that the filters of a request may have together."""

MAX_FACET_VALUES: Final = 1_000
"""The most values of one facet."""


class SearchOptions(TypedDict, total=False):
    """The options that ``Engine.search`` takes with the text, in their short form; see ``SearchRequest.of``.

    Fields that a site declares are options too, but unknown to type checkers: use ``filters`` for those.
    """

    limit: int
    offset: int
    cursor: str | None
    literal: bool
    strict: bool
    unfinished: bool
    category: Values
    author: Values
    lang: Values
    date: Dates
    ids: Values
    not_category: Values
    not_author: Values
    not_lang: Values
    not_date: Dates
    not_ids: Values
    since: str | dt.date | None
    until: str | dt.date | None
    filters: Iterable[FieldFilter]
    sort: Sort
    freshness: float | None
    facets: Iterable[str]
    facet_limit: int
    group: bool
    explain: bool
    exact_totals: bool


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A search with all its options. Web pages, programs and the command line use the same request.

    Attributes:
        text: the query; ``*`` for everything, or empty for everything that the filters select.
        limit: the most hits on the page.
        offset: the number of hits to skip, counted from the cursor if there is one.
        cursor: where the previous page ended: that page's ``cursor``.
        literal: search for every word exactly as typed, in no other form, and for Latin words as they are.
        strict: ignore no part of the text: what is otherwise skipped as a slip of the pen is an error with
            its position. Signs are then operators in a pasted headline too.
        unfinished: the text is still being typed: search for its first suggestion where that starts with the
            text; the page's ``query`` names it. A ``literal`` text is not completed.
        filters: conditions, all of which an article must meet; a field may have several.
        sort: the order of the hits.
        freshness: days in which an article loses half of its score, counted from the latest in the index,
            down to a millionth; one without a day is as old as the oldest. None for no such loss. Orders
            by day or number ignore scores.
        facets: the fields, also the site's own, whose values are counted over everything that matches.
        facet_limit: the most values of a facet.
        group: show only the best of articles that say nearly the same; `Hit.alike` counts the others. Then
            ``limit`` and ``offset`` count the hits shown; totals and facets count all. Orders by day or
            number and scans show every article.
        explain: explain each hit's score in `Hit.explanation`.
        exact_totals: count all that matches, whatever it costs. Without this a cluster counts to 10,000 where
            very many may match, and facets in a sample. An index in a directory always counts all.

    Raises:
        QueryError: an option is invalid; the error's ``parameter`` names it.
    """

    text: str = ""
    limit: Annotated[int, Meta(ge=0), Option("How many hits.", "Hits to show.", decides=False)] = 10
    offset: Annotated[
        int,
        Meta(ge=0),
        Option(
            "How many hits to pass over, after the cursor if any.",
            "Hits to pass over.",
            decides=False,
        ),
    ] = 0
    cursor: Annotated[
        str,
        Option(
            "The `cursor` of the page before.",
            "Go on where the page with this cursor ended (see --json).",
            written=Written(Annotated[str, Meta(pattern=r"^([A-Za-z0-9_-]{38,2000})?$")], "", str),
            decides=False,
        ),
    ] = ""
    literal: Annotated[
        bool,
        Option(
            "Every word exactly as typed.",
            "Every word exactly as typed: no other form, spelling or script.",
            on_pages=True,
        ),
    ] = False
    strict: Annotated[
        bool,
        Option(
            "A part of the query that would be ignored is an error that says where.",
            "A part of the query that would be ignored is an error that says where.",
        ),
    ] = False
    unfinished: Annotated[
        bool,
        Option(
            "`q` is still being typed; the first suggestion that it begins is searched.",
            "The query is still being typed: search the first suggestion that it begins.",
        ),
    ] = False
    filters: tuple[FieldFilter, ...] = ()
    sort: Annotated[
        Sort,
        Option(
            "The order; equal ones in the order of their ids.",
            f"{', '.join(SORTS)}; or by a number that onneshon.toml declares: NAME:desc, NAME:asc.",
            unit="order",
            choices=SORTS,
            further=number_order,
            on_pages=True,
        ),
    ] = SORTS[0]
    freshness: Annotated[
        float | None,
        Meta(gt=0, le=sys.float_info.max),
        Option(
            "Days in which an article loses half of its score; 0: it loses none.",
            "An article loses half of its score in so long.",
            unit="days",
            written=Written(Annotated[float, Meta(ge=0, le=1e6)], 0, lambda days: days or None),
            on_pages=True,
        ),
    ] = None
    facets: Annotated[
        tuple[FacetName, ...],
        Option(
            "What to count, between commas.",
            f"Count, between commas: {', '.join(FACETS)}, fields of onneshon.toml.",
            unit="names",
            decides=False,
        ),
    ] = ()
    facet_limit: Annotated[
        int,
        Meta(ge=0, le=MAX_FACET_VALUES),
        Option("Most values of a facet.", "Of each.", decides=False),
    ] = 10
    group: Annotated[
        bool,
        Option(
            "Show the best only of articles that say nearly the same.",
            "Show each of articles that say nearly the same.",
            on_pages=True,
        ),
    ] = True
    explain: Annotated[
        bool,
        Option(
            "Say of each hit why it has its score.",
            "Say of each hit why it has its score.",
            decides=False,
        ),
    ] = False
    exact_totals: Annotated[
        bool,
        Option(
            "A cluster counts all that matches, beyond 10,000 too.",
            "A cluster counts all that matches, beyond 10,000 too.",
            decides=False,
        ),
    ] = False

    def __post_init__(self) -> None:
        check_type("text", self.text, str)
        for name, part in OPTIONS.items():
            if (value := getattr(self, name)) is not part.default:  # as most are
                part.check(value)
        for name, kind in (("filters", FieldFilter), ("facets", str)):
            values = getattr(self, name)
            if not isinstance(values, tuple | list) or not all(isinstance(value, kind) for value in values):
                raise refused(name, f"a list of {kind.__name__}, not {repr(values)[:60]}")
        for name in self.facets:
            if name not in FACETS and not is_field_name(name):
                raise refused("facets", f"one of {', '.join(FACETS)}, not {name[:60]!r}")
        if sum(len(field_filter.values) for field_filter in self.filters) > MAX_VALUES:
            raise refused(self.filters[-1].parameter, f"one too many; filters may have {MAX_VALUES} values")
        if self.limit + self.offset > DEEPEST:
            raise QueryError(
                f"only the first {DEEPEST} hits can be shown; make the query narrower, or go on by cursor",
                kind="far",
                limit=DEEPEST,
                parameter="offset",
            )

    @classmethod
    def of(cls, text: str, **options: Unpack[SearchOptions]) -> "SearchRequest":
        """A request from a text and options in their short form.

        Args:
            text: the query.
            options: attributes of the request by their names; and ``category``, ``author``, ``lang``,
                ``date``, ``ids`` and fields of the site with one or several values, of which an article must
                have one; the same after ``not_``, of which it must have none; ``since`` and ``until``, a date
                each, both included. Dates are texts, see ``search.query.dates``, or ``datetime.date``;
                numbers count as their texts. None, an empty text and an empty list set no filter; only an
                empty list of ``ids`` does, which no article meets.

        Raises:
            QueryError: an option is invalid.
        """
        given: dict[str, Any] = dict(options)
        several = {name: given.pop(name, ()) for name in ("filters", "facets")}
        for name, values in several.items():
            if isinstance(values, str) or not isinstance(values, Iterable):
                raise refused(name, f"a list, not {repr(values)[:60]}")
        filters = (*several["filters"], *option_filters(given, cls.__dataclass_fields__))
        for name in given:
            if name not in cls.__dataclass_fields__:
                check_known(name, SearchOptions.__annotations__, name)
        if given.get("cursor") is None:
            given["cursor"] = ""
        return cls(text, filters=filters, facets=tuple(several["facets"]), **given)

    def check_fields(self, field_reading: FieldReading) -> None:
        """Refuse filters, facets and an order by a field that does not exist.

        Args:
            field_reading: how the site's field values are read.

        Raises:
            QueryError: there is no such field; the message names the parameter and the nearest field.
        """
        names = tuple(field_reading.types)
        for field_filter in self.filters:
            check_known(field_filter.field, (*FILTER_FIELDS, *names), field_filter.parameter)
        for name in self.facets:
            check_known(name, (*FACETS, *names), "facets")
        check_known(self.sort, (*SORTS, *sorts_of(field_reading.numbers)), "sort")

    def identity(self) -> tuple[object, ...]:
        """All that decides which articles are shown and in which order: not page, facets or explanations.

        Filters, and the values of each, are sorted, so that their order makes no difference.
        """
        filters = tuple(sorted((field_filter.in_order() for field_filter in self.filters), key=repr))
        days = None if self.freshness is None else float(self.freshness)  # 30 is as good as 30.0
        return self.text, filters, days, *DECIDING(self)


OPTIONS: Final = parts_of(SearchRequest)
"""The options by name, in the order of the attributes: all but the text and the filters."""

DECIDING: Final = attrgetter(
    *(name for name, part in OPTIONS.items() if part.option.decides and name != "freshness")
)
"""Returns the options of a request that decide which articles are shown, except ``freshness``."""

ON_PAGES: Final = tuple(name for name, part in OPTIONS.items() if part.option.on_pages)
"""Names of the options that the address of a results page may have."""


def request_of(text: str | SearchRequest, options: SearchOptions) -> SearchRequest:
    """The request made of a text and options, or the request itself if one is given; raises QueryError."""
    if isinstance(text, str):
        return SearchRequest.of(text, **options)
    if not isinstance(text, SearchRequest):
        raise refused("text", f"a text or a SearchRequest, not {repr(text)[:60]}")
    for name in options:
        raise refused(name, "part of the SearchRequest; options go with a text")
    return text


def check_options(options: SearchOptions, fields: Iterable[KeywordField]) -> None:
    """Refuse an option that is neither built in nor a filter by a field of the site, whatever its value.

    Args:
        options: the options of a search.
        fields: the site's fields.

    Raises:
        QueryError: there is no such option; the message names the nearest one.
    """
    further = [name for name in options if name not in SearchOptions.__annotations__]
    if further:
        declared = [field.name for field in fields]
        known = (*SearchOptions.__annotations__, *declared, *(f"not_{name}" for name in declared))
        for name in further:
            check_known(name, known, name)
