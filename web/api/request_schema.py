"""Every request of the HTTP API as a type, used both for the OpenAPI document and to check requests."""

from collections.abc import Sequence
from functools import cache
from typing import Annotated, Any, Final, Literal, TypeAlias

from msgspec import Meta, Struct, defstruct

from onneshon.index.configuration import FACETS
from onneshon.index.json_form import json_type
from onneshon.search import Hit
from onneshon.search.query.conditions import NUMBER_PATTERN, sorts_of
from onneshon.search.query.dates import DATE_PATTERN
from onneshon.search.query.option_filters import FILTER_OPTIONS
from onneshon.search.query.options import SWITCH, Part, Switch
from onneshon.search.request import OPTIONS, SearchRequest
from onneshon.search.reranking.ranker import SORTS
from onneshon.web.current import MAX_PAGE, MAX_QUERY, MAX_TEXT, PAGE_SIZE

MAX_LIMIT: Final = 100
"""Maximum number of hits in one answer."""

MAX_OFFSET: Final = MAX_PAGE * PAGE_SIZE
"""Maximum offset of a page of hits, the same as on the web pages."""

MAX_FACETS: Final = 10
"""Maximum number of facets in one answer."""

MOST_SUGGESTED: Final = 50
"""Maximum number of suggestions, or of similar articles, in one answer."""

Value = Annotated[str, Meta(min_length=1, max_length=MAX_QUERY)]
Values = Annotated[tuple[Value, ...], Meta(max_length=20)]
Date = Annotated[
    str,
    Meta(min_length=1, max_length=MAX_QUERY, extra_json_schema={"pattern": DATE_PATTERN, "maxLength": 50}),
]
"""The pattern is for clients; the server also reads dates in words."""
Dates = Annotated[tuple[Date, ...], Meta(max_length=20)]
Number = Annotated[
    str,
    Meta(min_length=1, max_length=MAX_QUERY, extra_json_schema={"pattern": NUMBER_PATTERN, "maxLength": 50}),
]
"""The pattern is for clients; the server also reads numbers with commas."""
Numbers = Annotated[tuple[Number, ...], Meta(max_length=20)]
Query = Annotated[str, Meta(max_length=MAX_QUERY, pattern=r"\S")]


class NoParameters(Struct, frozen=True, forbid_unknown_fields=True):
    """A request without parameters."""


_NARROWER: Final = {
    "limit": Meta(le=MAX_LIMIT),
    "offset": Meta(le=MAX_OFFSET),
    "facets": Meta(max_length=MAX_FACETS),
}
"""Bounds of the HTTP API in addition to those of every search."""

MAX_SEARCHES: Final = 20
"""Maximum number of searches in one request."""

_HIT_FIELD: Final[Any] = Literal.__getitem__(json_type(Hit).__struct_fields__)
_CHOSEN: Final = "Fields of hits to answer with beside `id`, between commas; none for all."

SEPARATED: Final = frozenset({"fields", *(name for name, part in OPTIONS.items() if part.is_list)})
"""Parameters whose values are separated by commas instead of repeating the parameter."""

_FILTERS: Final = {
    **{name: option.description for name, option in FILTER_OPTIONS.items()},
    **{f"not_{name}": option.negation for name, option in FILTER_OPTIONS.items()},
}

_Parameter: TypeAlias = tuple[str, Any] | tuple[str, Any, Any]
_annotated: Final[Any] = Annotated


@cache
def search_parameters(declared: tuple[str, ...], numbers: tuple[str, ...] = ()) -> type[Struct]:
    """The parameters of a search: the text ``q``, its options, and per field a filter and its negation.

    Args:
        declared: names of the site's fields, which are facets too.
        numbers: names of those that are number fields, by which hits can be sorted too.
    """
    parameters: dict[str, list[_Parameter]] = {
        "text": [("q", Annotated[Query, Meta(description="The query, in the syntax of the page.")])],
        "filters": [_filter(name, about) for name, about in _FILTERS.items()],
        **{name: [_of_part(part, declared, numbers)] for name, part in OPTIONS.items()},
    }
    found = [parameter for name in SearchRequest.__dataclass_fields__ for parameter in parameters[name]]
    for name in declared:
        which = "of these numbers or ranges (`>100`, `10..20`)" if name in numbers else "of these values"
        values = Numbers if name in numbers else Values
        found.append(_filter(name, f"Articles with any {which} of `{name}`.", values))
        found.append(_filter(f"not_{name}", f"No articles with any {which} of `{name}`.", values))
    found.append(("fields", _annotated[tuple[_HIT_FIELD, ...], Meta(description=_CHOSEN)], ()))
    return defstruct("SearchParameters", found, frozen=True, forbid_unknown_fields=True, kw_only=True)


def _of_part(part: Part, declared: Sequence[str], numbers: Sequence[str]) -> _Parameter:
    kind, default, _ = part.written
    if part.name == "facets":
        kind = tuple[Literal.__getitem__((*FACETS, *declared)), ...]  # type: ignore[misc]  # made of their names
    if part.name == "sort":
        kind = Literal.__getitem__((*SORTS, *sorts_of(numbers)))
    about = (_NARROWER.get(part.name, Meta()), Meta(description=part.option.description))
    return part.name, _annotated[kind, *about], default


def _filter(name: str, about: str, values: Any = Values) -> _Parameter:
    bare = name.removeprefix("not_")
    if bare == "date":
        values = Dates
    if bare != name:
        about += f" In an address `{short(name)}` is the same."
    return name, _annotated[values, Meta(description=about)], ()


def short(name: str) -> str:
    """The alternative form of a parameter in addresses, with a hyphen in place of ``not_``.

    The document uses ``not_``, as generated clients could not distinguish names by a hyphen alone.
    """
    return f"-{name.removeprefix('not_')}" if name.startswith("not_") else name


@cache
def multi_search(declared: tuple[str, ...] = (), numbers: tuple[str, ...] = ()) -> type[Struct]:
    """The body of several searches at once; arguments as for ``search_parameters``."""
    searches = tuple.__class_getitem__((search_parameters(declared, numbers), ...))
    about = Meta(min_length=1, max_length=MAX_SEARCHES, description="Parameters of a search each.")
    member = ("searches", _annotated[searches, about])
    return defstruct("MultiSearch", [member], frozen=True, forbid_unknown_fields=True)


SearchParameters: Final = search_parameters(())
"""The parameters of a search where a site declares no fields."""


class ArticleParameters(Struct, frozen=True, forbid_unknown_fields=True):
    """Parameters for an article whose id is in the path."""

    q: Annotated[
        str, Meta(max_length=MAX_QUERY, description="A query, to be told which ranges match it.")
    ] = ""
    literal: Annotated[Switch, Meta(description="As the search had it.")] = SWITCH.default


class NamedArticleParameters(ArticleParameters, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Parameters for an article whose id no path can contain."""

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
    """Parameters for the articles similar to one whose id is in the path."""

    limit: Annotated[Count, Meta(description="How many articles.")] = 5


class NamedSimilarParameters(SimilarParameters, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Parameters for the articles similar to one whose id no path can contain."""

    id: Annotated[Value, Meta(description="The article's id.")]


class AnalyzeParameters(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A text to analyse, or a query whose interpretation is wanted; one of the two."""

    text: Annotated[str, Meta(max_length=MAX_TEXT, pattern=r"\S", description="The text.")] = ""
    query: Annotated[
        str, Meta(max_length=MAX_QUERY, pattern=r"\S", description="The query, instead of a text.")
    ] = ""
    literal: Annotated[Switch, Meta(description="The query as a search with `literal` reads it.")] = (
        SWITCH.default
    )
