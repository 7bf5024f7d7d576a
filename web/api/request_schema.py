"""Every request of the HTTP API as a type: what the OpenAPI document says and what is checked are one."""

from functools import cache
from typing import Annotated, Any, Final, Literal

from msgspec import Meta, Struct, defstruct, field

from onneshon.search.interface import MAX_FACET_VALUES, SORTS
from onneshon.search.query.dates import DATE_PATTERN
from onneshon.search.query.numbers import NUMBER_PATTERN, sorts_of
from onneshon.search.retrieval.facets import FACETS
from onneshon.web.paging import MAX_PAGE, PAGE_SIZE
from onneshon.web.parameters import MAX_QUERY, MAX_TEXT

__all__ = [
    "MAX_LIMIT",
    "MAX_OFFSET",
    "AnalyzeParameters",
    "ArticleParameters",
    "NamedArticleParameters",
    "NamedSimilarParameters",
    "NoParameters",
    "SearchParameters",
    "SimilarParameters",
    "SuggestParameters",
    "search_parameters",
]

MAX_LIMIT: Final = 100
"""Most hits in one answer."""

MAX_OFFSET: Final = MAX_PAGE * PAGE_SIZE
"""Most hits that may be passed over by their number, the same as on the pages."""

MAX_FACETS: Final = 10
"""Most facets in one answer."""

MOST_SUGGESTED: Final = 50
"""Most suggestions, or similar articles, in one answer."""

Value = Annotated[str, Meta(min_length=1, max_length=MAX_QUERY)]
Values = Annotated[tuple[Value, ...], Meta(max_length=20)]
Date = Annotated[
    str,
    Meta(min_length=1, max_length=MAX_QUERY, extra_json_schema={"pattern": DATE_PATTERN, "maxLength": 50}),
]
"""The pattern is for clients; dates in words are read too."""
Dates = Annotated[tuple[Date, ...], Meta(max_length=20)]
Number = Annotated[
    str,
    Meta(min_length=1, max_length=MAX_QUERY, extra_json_schema={"pattern": NUMBER_PATTERN, "maxLength": 50}),
]
"""The pattern is for clients; numbers with commas are read too."""
Numbers = Annotated[tuple[Number, ...], Meta(max_length=20)]
Query = Annotated[str, Meta(max_length=MAX_QUERY, pattern=r"\S")]
Switch = Literal["0", "1"]


class NoParameters(Struct, frozen=True, forbid_unknown_fields=True):
    """A request without parameters."""


class SearchParameters(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What can be asked of a search. Values of one filter are alternatives, filters are demands."""

    q: Annotated[Query, Meta(description="The query, in the syntax of the page.")]
    limit: Annotated[int, Meta(ge=0, le=MAX_LIMIT, description="How many hits.")] = PAGE_SIZE
    offset: Annotated[
        int, Meta(ge=0, le=MAX_OFFSET, description="How many hits to pass over, after the cursor if any.")
    ] = 0
    cursor: Annotated[
        str, Meta(pattern=r"^([A-Za-z0-9_-]{38})?$", description="The `cursor` of the page before.")
    ] = ""
    literal: Annotated[Switch, Meta(description="`1`: every word exactly as typed.")] = "0"
    strict: Annotated[
        Switch, Meta(description="`1`: what would be passed over of the query is an error that says where.")
    ] = "0"
    category: Annotated[Values, Meta(description="Articles of any of these categories.")] = ()
    author: Annotated[Values, Meta(description="Articles by any of these authors.")] = ()
    lang: Annotated[Values, Meta(description="Articles in any of these languages, such as `bn`.")] = ()
    date: Annotated[
        Dates, Meta(description="Articles of any of these days, months, years or ranges: `2019..2020-06`.")
    ] = ()
    id: Annotated[Values, Meta(description="Articles with any of these ids.")] = ()
    not_category: Annotated[Values, Meta(description="No articles of these categories.")] = field(
        default=(), name="-category"
    )
    not_author: Annotated[Values, Meta(description="No articles by these authors.")] = field(
        default=(), name="-author"
    )
    not_lang: Annotated[Values, Meta(description="No articles in these languages.")] = field(
        default=(), name="-lang"
    )
    not_date: Annotated[Dates, Meta(description="No articles of these days.")] = field(
        default=(), name="-date"
    )
    not_id: Annotated[Values, Meta(description="No articles with these ids.")] = field(default=(), name="-id")
    sort: Annotated[
        Literal["relevance", "newest", "oldest"],
        Meta(description="The order; equal ones in the order of their ids."),
    ] = "relevance"
    freshness: Annotated[
        float,
        Meta(ge=0, le=1e6, description="Days in which an article loses half of its score; 0: it loses none."),
    ] = 0
    facets: Annotated[
        tuple[str, ...], Meta(max_length=MAX_FACETS, description="What to count, between commas.")
    ] = ()
    facet_limit: Annotated[int, Meta(ge=0, le=MAX_FACET_VALUES, description="Most values of a facet.")] = 10
    group: Annotated[
        Literal["on", "off"],
        Meta(description="`off`: show each of articles that say nearly the same, and not the best only."),
    ] = "on"
    explain: Annotated[Switch, Meta(description="`1`: say of each hit why it has its score.")] = "0"


@cache
def search_parameters(declared: tuple[str, ...], numbers: tuple[str, ...] = ()) -> type[SearchParameters]:
    """The same with the fields of a site: a filter and its negation for each, a facet, orders by numbers.

    Args:
        declared: names of the fields.
        numbers: of those that have numbers.
    """
    further: list[tuple[str, Any, Any]] = []
    for name in declared:
        values: Any = Numbers if name in numbers else Values
        which = "of these numbers or ranges (`>100`, `10..20`)" if name in numbers else "of these values"
        has = Annotated[values, Meta(description=f"Articles with any {which} of `{name}`.")]
        lacks = Annotated[values, Meta(description=f"No articles with any {which} of `{name}`.")]
        further += [(name, has, ()), (f"not_{name}", lacks, field(default=(), name=f"-{name}"))]
    names: Any = Literal.__getitem__((*FACETS, *declared))
    facets = Annotated[
        tuple[names, ...], Meta(max_length=MAX_FACETS, description="What to count, between commas.")
    ]
    sorts: Any = Literal.__getitem__((*SORTS, *sorts_of(numbers)))
    order = Annotated[sorts, Meta(description="The order; equal ones in the order of their ids.")]
    made: Any = defstruct(
        "SearchParameters",
        [*further, ("facets", facets, ()), ("sort", order, SORTS[0])],
        bases=(SearchParameters,),
        namespace={"__doc__": SearchParameters.__doc__},
        frozen=True,
        forbid_unknown_fields=True,
        kw_only=True,
    )
    kind: type[SearchParameters] = made
    return kind


class ArticleParameters(Struct, frozen=True, forbid_unknown_fields=True):
    """What can be asked of an article whose id stands in the path."""

    q: Annotated[
        str, Meta(max_length=MAX_QUERY, description="A query, to be told which ranges match it.")
    ] = ""
    literal: Annotated[Switch, Meta(description="As the search had it.")] = "0"


class NamedArticleParameters(ArticleParameters, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The same of an article whose id no path can hold."""

    id: Annotated[Value, Meta(description="The article's id.")]


Count = Annotated[int, Meta(ge=0, le=MOST_SUGGESTED)]


class SuggestParameters(Struct, frozen=True, forbid_unknown_fields=True):
    """A text that is being typed."""

    q: Annotated[str, Meta(max_length=MAX_QUERY, description="What is typed so far.")] = ""
    limit: Annotated[Count, Meta(description="How many suggestions.")] = 8
    format: Annotated[
        Literal["json", "opensearch"], Meta(description="`opensearch`: as browsers read them.")
    ] = "json"


class SimilarParameters(Struct, frozen=True, forbid_unknown_fields=True):
    """What can be asked of the articles like one whose id stands in the path."""

    limit: Annotated[Count, Meta(description="How many articles.")] = 5


class NamedSimilarParameters(SimilarParameters, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The same of an article whose id no path can hold."""

    id: Annotated[Value, Meta(description="The article's id.")]


class AnalyzeParameters(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A text to analyse, or a query to be told how it is understood; one of the two."""

    text: Annotated[str, Meta(max_length=MAX_TEXT, pattern=r"\S", description="The text.")] = ""
    query: Annotated[
        str, Meta(max_length=MAX_QUERY, pattern=r"\S", description="The query, instead of a text.")
    ] = ""
    literal: Annotated[Switch, Meta(description="The query as a search with `literal` reads it.")] = "0"
