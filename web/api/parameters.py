"""Converts a query string to the type that a route declares; a parameter that does not fit is named."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Annotated, Any, Final, Literal, NamedTuple, TypeVar, get_args, get_origin
from urllib.parse import unquote_to_bytes

import msgspec
from flask import request

from onneshon.index.json_checks import checked, decoded
from onneshon.search import FieldFilter, QueryError, SearchRequest
from onneshon.search.query.conditions import FILTER_FIELDS, FilterField
from onneshon.search.query.field_values import remedy, unknown_name
from onneshon.search.request import OPTIONS
from onneshon.web.api.request_schema import MAX_SEARCHES, SEPARATED, NoParameters, search_parameters, short
from onneshon.web.current import declared, numbers

_AT: Final = re.compile(r"(?P<what>.*?) - at `\$\.(?P<name>[^`\[]+)[^`]*`", re.DOTALL)
_MISSING: Final = re.compile(r"Object missing required field `(.*)`", re.DOTALL)
_CHOICE: Final = re.compile(r"Invalid enum value '(.*)'", re.DOTALL)

_SAID: Final = (
    (re.compile(r"Expected `int`, got .*"), "write a whole number"),
    (re.compile(r"Expected `float`, got .*"), "write a number"),
    (re.compile(r"Expected `str`, got .*"), "write a text in quotes"),
    (re.compile(r"Expected `(?:int|float)` <= (.*)"), "at most {:,.0f}"),
    (re.compile(r"Expected `(?:int|float)` >= (.*)"), "at least {:,.0f}"),
    (re.compile(r"Expected `str` of length <= (.*)"), "at most {:,.0f} characters"),
    (re.compile(r"Expected `str` of length >= 1"), "it is empty"),
    (re.compile(r"Expected `array` of length <= (.*)"), "at most {:,.0f} values"),
)
"""Messages of the type checker, and the texts reported to clients in their place."""


def refusal(
    error: msgspec.ValidationError, given: Mapping[str, Any], kind: type[msgspec.Struct]
) -> QueryError:
    """The error that says what is wrong with the parameters of a request.

    Args:
        error: the error of the type checker.
        given: the parameters.
        kind: the type that the route declares.
    """
    message = str(error)
    if missing := _MISSING.match(message):
        return QueryError(f"{missing[1]} is missing", parameter=missing[1])
    found = _AT.match(message)
    if found is None:
        return QueryError(message, kind="parameter")
    name, what = found["name"], found["what"]
    shown = short(name)
    if chosen := _CHOICE.fullmatch(what):
        return unknown_name(chosen[1], _choices(kind, name), shown)
    return QueryError(f"{shown}: {_reason(what, given.get(name))}", parameter=shown)


def _reason(what: str, value: Any) -> str:
    if "matching regex" in what:
        blank = isinstance(value, str) and not value.strip()
        return "it is blank" if blank else "it does not have the form that is described"
    for pattern, said in _SAID:
        if found := pattern.fullmatch(what):
            return said.format(*map(float, found.groups()))
    return f"{what[:1].lower()}{what[1:].replace('`', '')}"


def _choices(kind: type[msgspec.Struct], name: str) -> tuple[str, ...]:
    types = (field.type for field in msgspec.structs.fields(kind) if field.encode_name == name)
    return tuple(dict.fromkeys(value for kind_of_value in types for value in _literals(kind_of_value)))


def _literals(kind: Any) -> tuple[str, ...]:
    if get_origin(kind) is Literal:
        return get_args(kind)
    return tuple(value for argument in get_args(kind) for value in _literals(argument))


Parameters = TypeVar("Parameters", bound=msgspec.Struct)


def read(kind: type[Parameters]) -> Parameters:
    """The parameters of the current request.

    Args:
        kind: the type that the route declares.

    Raises:
        QueryError: the parameter it names is unknown, missing, repeated, of another type or out of range; or
            the address is not UTF-8.
    """
    _check_address()
    several = _several(kind)
    given: dict[str, Any] = {}
    for written, values in request.args.lists():
        name = _known(written, several)
        value = _value(name, values, several=several[name])
        given[name] = [*given[name], *value] if name in given else value
    return of_values(given, kind)


def _check_address() -> None:
    """Refuse percent-encoded bytes that are not UTF-8: as U+FFFD, different ids would be one."""
    sent = request.environ["PATH_INFO"].encode("latin-1") + b"?" + unquote_to_bytes(request.query_string)
    try:
        sent.decode("utf-8")
    except UnicodeDecodeError as error:
        byte = sent[error.start]
        raise QueryError(
            f"the address: not UTF-8: byte 0x{byte:02x}; encode its letters as UTF-8, é as %C3%A9",
            parameter="address",
        ) from None


def of_values(given: Mapping[str, Any], kind: type[Parameters]) -> Parameters:
    """The parameters of a request that are given as members of an object.

    Args:
        given: parameters by name, as texts or as JSON values; null for one that is not given.
        kind: the type that the route declares.

    Raises:
        QueryError: as for ``read``.
    """
    known = _several(kind)
    named: dict[str, Any] = {}
    for written, value in given.items():
        name = _known(written, known)
        if name in named:
            raise QueryError(f"{name} is given as {written}, too", parameter=name)
        if value is not None:  # programs write null for what is not given
            named[name] = _as_texts(name, value, several=known[name])
    try:
        return checked(named, kind, strict=False)
    except msgspec.ValidationError as error:
        raise refusal(error, named, kind) from None


def _as_texts(name: str, value: Any, *, several: bool) -> Any:
    """A JSON value in the form of addresses: a switch as text, a single value as a list, numbers as text."""
    if several:
        return [_text_of_number(member) for member in (value if isinstance(value, list) else [value])]
    if isinstance(value, bool) and name in OPTIONS:
        return OPTIONS[name].text_of(value)
    return value


def _text_of_number(value: Any) -> Any:
    return str(value) if type(value) in {int, float} else value


def _known(written: str, known: Iterable[str]) -> str:
    """The full name of a parameter, which may be written in its short form."""
    names = [*known]
    found = next((name for name in names if written in {name, short(name)}), None)
    if found is None:
        raise QueryError(
            f"there is no parameter {written[:60]!r}; {remedy(written, names)}", parameter=written
        )
    return found


def _value(name: str, values: list[str], *, several: bool) -> Any:
    if name in SEPARATED:
        return [part for value in values for part in value.split(",") if part]
    if several:
        return values
    if len(values) > 1:
        raise QueryError(f"{name} is given {len(values)} times", parameter=name)
    return values[0]


@cache
def _several(kind: type[msgspec.Struct]) -> Mapping[str, bool]:
    """Whether each parameter takes several values."""
    return {field.encode_name: field.default == () for field in msgspec.structs.fields(kind)}


class AskedSearch(NamedTuple):
    """A search that a program asks for.

    Attributes:
        request: the request for the engine.
        fields: the fields of hits that the answer should have; empty for all.
    """

    request: SearchRequest
    fields: Sequence[str]


def search_request() -> AskedSearch:
    """The search that the current request asks for.

    Raises:
        QueryError: as for ``read``.
    """
    names = declared()
    return _asked(read(search_parameters(names, numbers())), names)


def body() -> bytes:
    """The body of the current request.

    Raises:
        QueryError: the body is compressed.
    """
    if (coding := request.headers.get("Content-Encoding", "identity")) != "identity":
        raise QueryError(
            f"the body: encoded as {coding!r}; send it as it is, without Content-Encoding", parameter="body"
        )
    return request.get_data()


def several_requests() -> list[AskedSearch | QueryError]:
    """The searches that the body of the current request asks for; an error in place of an invalid one.

    Raises:
        QueryError: the body is no JSON object with a list of searches.
    """
    read(NoParameters)
    names = declared()
    kind = search_parameters(names, numbers())
    try:
        given = decoded(body(), _Searches).searches
    except msgspec.DecodeError as error:
        raise QueryError(
            f"body: it is no JSON with a list of 1 to {MAX_SEARCHES} searches: {error}", parameter="body"
        ) from None
    return [_one_asked(search, kind, names) for search in given]


class _Searches(msgspec.Struct, forbid_unknown_fields=True):
    """The body of several searches, before each of them is checked."""

    searches: Annotated[list[dict[str, Any]], msgspec.Meta(min_length=1, max_length=MAX_SEARCHES)]


def _one_asked(
    given: Mapping[str, Any], kind: type[msgspec.Struct], declared_names: Sequence[str]
) -> AskedSearch | QueryError:
    try:
        return _asked(of_values(given, kind), declared_names)
    except QueryError as error:
        return error


_READ: Final = tuple((name, part.written.read) for name, part in OPTIONS.items())
"""The name of each option, and the function that converts its written form to a value."""


def _asked(asked: Any, declared_names: Sequence[str]) -> AskedSearch:
    options = {name: read_value(getattr(asked, name)) for name, read_value in _READ}
    filters = [
        FieldFilter(field, chosen, negated)
        for name, field, negated in _filter_names(tuple(declared_names))
        if (chosen := getattr(asked, name))
    ]
    return AskedSearch(SearchRequest(asked.q, filters=tuple(filters), **options), asked.fields)


@lru_cache(8)
def _filter_names(declared_names: tuple[str, ...]) -> Sequence[tuple[str, FilterField, bool]]:
    """For each filter parameter: its name, its field, and whether it is negated."""
    fields = (*FILTER_FIELDS, *declared_names)
    return [(prefix + field, field, bool(prefix)) for prefix in ("", "not_") for field in fields]
