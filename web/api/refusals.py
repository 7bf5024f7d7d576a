"""Why the parameters of a request do not fit their type, in words that say what to write instead."""

import re
from collections.abc import Mapping
from typing import Any, Final, Literal, get_args, get_origin

import msgspec

from onneshon.search import QueryError
from onneshon.search.query.field_values import unknown_name

__all__ = ["refusal", "refused"]

_PLACE: Final = re.compile(r"(?P<what>.*?) - at `\$\.(?P<name>[^`\[]+)[^`]*`", re.DOTALL)
_MISSING: Final = re.compile(r"Object missing required field `(.*)`", re.DOTALL)
_CHOICE: Final = re.compile(r"Invalid enum value '(.*)'", re.DOTALL)

_SAID: Final = (
    (re.compile(r"Expected `int`, got .*"), "write a whole number"),
    (re.compile(r"Expected `float`, got .*"), "write a number"),
    (re.compile(r"Expected `(?:int|float)` <= (.*)"), "at most {:,.0f}"),
    (re.compile(r"Expected `(?:int|float)` >= (.*)"), "at least {:,.0f}"),
    (re.compile(r"Expected `str` of length <= (.*)"), "at most {:,.0f} characters"),
    (re.compile(r"Expected `str` of length >= 1"), "it is empty"),
    (re.compile(r"Expected `array` of length <= (.*)"), "at most {:,.0f} values"),
)
"""What the checker of types says, and what a client is told."""


def refused(name: str, reason: str) -> QueryError:
    """The error that names a parameter."""
    return QueryError(reason, kind="parameter", parameter=name)


def refusal(
    error: msgspec.ValidationError, given: Mapping[str, Any], kind: type[msgspec.Struct]
) -> QueryError:
    """What is wrong with the parameters of a request.

    Args:
        error: as the checker of types found it.
        given: the parameters.
        kind: what they should be.
    """
    message = str(error)
    if missing := _MISSING.match(message):
        return refused(missing[1], f"{missing[1]} is missing")
    place = _PLACE.match(message)
    if place is None:
        return refused("", message)
    name, what = place["name"], place["what"]
    if chosen := _CHOICE.fullmatch(what):
        return unknown_name(chosen[1], _choices(kind, name), name)
    return refused(name, f"{name}: {_told(what, given.get(name))}")


def _told(what: str, value: Any) -> str:
    if "matching regex" in what:
        blank = isinstance(value, str) and not value.strip()
        return "it is blank" if blank else "it has not the form that is described"
    for pattern, said in _SAID:
        if found := pattern.fullmatch(what):
            return said.format(*map(float, found.groups()))
    return f"{what[:1].lower()}{what[1:].replace('`', '')}"


def _choices(kind: type[msgspec.Struct], name: str) -> tuple[str, ...]:
    """The values that a parameter may have."""
    types = (one.type for one in msgspec.structs.fields(kind) if one.encode_name == name)
    return tuple(dict.fromkeys(value for one in types for value in _literals(one)))


def _literals(kind: Any) -> tuple[str, ...]:
    if get_origin(kind) is Literal:
        return get_args(kind)
    return tuple(value for one in get_args(kind) for value in _literals(one))
