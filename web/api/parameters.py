"""From a query string to the type that a route declares; what does not fit is refused by name."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

import msgspec
from flask import request

from onneshon.index.json_form import checked
from onneshon.search import FieldFilter, SearchRequest
from onneshon.search.interface import OPTIONS
from onneshon.search.query.conditions import FILTER_FIELDS
from onneshon.search.query.field_filter import remedy
from onneshon.web.api.refusals import refusal, refused
from onneshon.web.api.request_schema import SEPARATED, search_parameters
from onneshon.web.parameters import declared, numbers

__all__ = ["read", "search_request"]

Parameters = TypeVar("Parameters", bound=msgspec.Struct)


def read(kind: type[Parameters]) -> Parameters:
    """The parameters of the request that is being answered.

    Args:
        kind: what the route declares.

    Raises:
        QueryError: one is unknown, missing, given twice, of another type or out of range; its name is said.
    """
    several = _several(kind)
    given: dict[str, Any] = {}
    for name, values in request.args.lists():
        if name not in several:
            raise refused(name, f"there is no parameter {name[:60]!r}; {remedy(name, [*several])}")
        given[name] = _value(name, values, several=several[name])
    try:
        return checked(given, kind, strict=False)
    except msgspec.ValidationError as error:
        raise refusal(error, given, kind) from None


def _value(name: str, values: list[str], *, several: bool) -> Any:
    if name in SEPARATED:
        return [part for value in values for part in value.split(",") if part]
    if several:
        return values
    if len(values) > 1:
        raise refused(name, f"{name} is given {len(values)} times")
    return values[0]


@cache
def _several(kind: type[msgspec.Struct]) -> Mapping[str, bool]:
    """For each parameter whether it takes several values."""
    return {one.encode_name: one.default == () for one in msgspec.structs.fields(kind)}


def search_request() -> SearchRequest:
    """The search that the request being answered asks for.

    Raises:
        QueryError: as of ``read``.
    """
    names = declared()
    asked: Any = read(search_parameters(names, numbers()))
    options = {name: part.written.read(getattr(asked, name)) for name, part in OPTIONS.items()}
    return SearchRequest(asked.q, filters=_filters(asked, names), **options)


def _filters(asked: Any, declared_names: Sequence[str]) -> tuple[FieldFilter, ...]:
    fields = (*FILTER_FIELDS, *declared_names)
    every = ((field, negated) for negated in (False, True) for field in fields)
    values = (
        (field, getattr(asked, f"not_{field}" if negated else field), negated) for field, negated in every
    )
    return tuple(FieldFilter(field, chosen, negated) for field, chosen, negated in values if chosen)
