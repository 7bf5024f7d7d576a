"""Arguments of the engine's methods: refused by name where they are not of the types that are declared."""

import inspect
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from types import NoneType
from typing import Any, Final, ParamSpec, TypeVar, get_args

from onneshon.search.errors import QueryError

__all__ = ["check_type", "checked", "kind_name", "refused"]

Given = ParamSpec("Given")
Answer = TypeVar("Answer")

_KINDS: Final[dict[Any, tuple[Any, str]]] = {
    str: (str, "a text"),
    int: (int, "a whole number"),
    float: (int | float, "a number"),
    bool: (bool, "True or False"),
    Path: (Path, "a path"),
    NoneType: (NoneType, "None"),
}
"""Of each type that is checked: what is taken for it, and its name in messages."""


def checked(method: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """A function that refuses arguments of other types than it declares, of those in ``_KINDS``.

    Args:
        method: a function, or a method before ``classmethod`` is put on it.
    """
    signature = inspect.signature(method)
    declared = {
        one.name: one.annotation for one in signature.parameters.values() if _is_known(one.annotation)
    }

    @wraps(method)
    def call(*args: Given.args, **kwargs: Given.kwargs) -> Answer:
        for name, value in signature.bind(*args, **kwargs).arguments.items():
            if name in declared:
                check_type(name, value, declared[name])
        return method(*args, **kwargs)

    return call


def check_type(parameter: str, value: object, declared: Any) -> None:
    """Refuse a value that is not of a type.

    Args:
        parameter: its name.
        value: what was given.
        declared: a type in ``_KINDS``, or a union of such.

    Raises:
        QueryError: it is of another type; a truth value is no number.
    """
    kinds = [_KINDS[one] for one in _members(declared)]
    if not any(isinstance(value, kind) and isinstance(value, bool) <= (kind is bool) for kind, _ in kinds):
        raise refused(parameter, f"{kind_name(declared)}, not {repr(value)[:60]}")


def kind_name(declared: Any) -> str:
    """What messages call a type, of those that ``check_type`` takes."""
    return " or ".join(_KINDS[one][1] for one in _members(declared))


def _members(declared: Any) -> tuple[Any, ...]:
    return get_args(declared) or (declared,)


def _is_known(declared: Any) -> bool:
    return all(one in _KINDS for one in _members(declared))


def refused(parameter: str, allowed: str) -> QueryError:
    """The error that an option is not what it may be.

    Args:
        parameter: its name.
        allowed: what it is where it makes sense.
    """
    return QueryError(f"{parameter} is {allowed}", kind="parameter", parameter=parameter)
