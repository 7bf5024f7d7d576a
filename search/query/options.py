"""Options of a request, declared once for Python, query strings and the command line.

Arguments of methods that have another type than declared are refused by name, options included.
"""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import cached_property, wraps
from pathlib import Path
from types import NoneType
from typing import (
    Annotated,
    Any,
    Final,
    Literal,
    NamedTuple,
    ParamSpec,
    TypeAlias,
    TypeVar,
    get_args,
    get_origin,
    get_type_hints,
)

from msgspec import Meta

from onneshon.search.errors import QueryError

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
"""For each type that is checked: the types accepted for it, and its name in messages."""

Limit: TypeAlias = Annotated[int, Meta(ge=0)]
"""The most answers that are asked for."""


def checked(method: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """Wrap a function so that it refuses arguments of other types than declared, for types in ``_KINDS``.

    Those declared with bounds (``msgspec.Meta``) are refused beyond them.

    Args:
        method: a function, or a method before ``classmethod`` is applied.
    """
    signature = inspect.signature(method)
    declared = {
        parameter.name: (kind, bounds)
        for parameter in signature.parameters.values()
        for kind, bounds in [_with_bounds(parameter.annotation)]
        if _is_known(kind)
    }

    @wraps(method)
    def call(*args: Given.args, **kwargs: Given.kwargs) -> Answer:
        for name, value in signature.bind(*args, **kwargs).arguments.items():
            if name in declared:
                kind, bounds = declared[name]
                check_type(name, value, kind)
                if not _is_within(value, bounds):
                    raise refused(name, _within(kind_name(kind), bounds))
        return method(*args, **kwargs)

    return call


def check_type(parameter: str, value: object, declared: Any) -> None:
    """Refuse a value of another type than declared.

    Args:
        parameter: the parameter's name.
        value: the value given.
        declared: a type in ``_KINDS``, or a union of these.

    Raises:
        QueryError: the value is of another type; a bool is no number.
    """
    kinds = [_KINDS[member] for member in _members(declared)]
    if not any(isinstance(value, kind) and isinstance(value, bool) <= (kind is bool) for kind, _ in kinds):
        raise refused(parameter, f"{kind_name(declared)}, not {repr(value)[:60]}")


def kind_name(declared: Any) -> str:
    """The name in messages of a type that ``check_type`` accepts."""
    return " or ".join(_KINDS[member][1] for member in _members(declared))


def _members(declared: Any) -> tuple[Any, ...]:
    return get_args(declared) or (declared,)


def _is_known(declared: Any) -> bool:
    return all(member in _KINDS for member in _members(declared))


def _with_bounds(declared: Any) -> tuple[Any, Meta]:
    """A type, and the bounds that it is annotated with."""
    if get_origin(declared) is not Annotated:
        return declared, Meta()
    kind, *further = get_args(declared)
    return kind, next(about for about in further if isinstance(about, Meta))


def _is_within(value: Any, bounds: Meta) -> bool:
    least, above, most = bounds.ge, bounds.gt, bounds.le
    return (
        (least is None or value >= least)
        and (above is None or value > above)
        and (most is None or value <= most)
    )


def _within(what: str, bounds: Meta) -> str:
    """The values within bounds, in words."""
    least, above, most = bounds.ge, bounds.gt, bounds.le
    if above is not None:
        return f"{what} above {above}"
    if least is None:
        return what
    return what + (f" from {least} to {most}" if most else f", {least} or more")


def refused(parameter: str, allowed: str) -> QueryError:
    """The error for an option with an invalid value.

    Args:
        parameter: the option's name.
        allowed: the values that are allowed, to complete "``parameter`` is".
    """
    return QueryError(f"{parameter} is {allowed}", parameter=parameter)


class Written(NamedTuple):
    """How a part of a request is written in a query string.

    Attributes:
        kind: the type of the text written, with its bounds.
        default: the text that counts where none is written.
        read: converts the text to the value.
    """

    kind: Any
    default: Any
    read: Callable[[Any], Any]


Switch: TypeAlias = Literal["0", "1", "false", "true"]
SWITCH: Final = Written(Switch, "0", {"1", "true"}.__contains__)
"""A switch that is off by default."""

ON_OFF: Final = Written(Literal["on", "off", "true", "false"], "on", {"on", "true"}.__contains__)
"""A switch that is on by default."""


@dataclass(frozen=True, slots=True)
class Option:
    """A part of a request, besides its type, its bounds (``msgspec.Meta``) and its default.

    Attributes:
        description: the parameter's description in the OpenAPI document.
        help: the option's help text on the command line.
        unit: what its number counts, or what it lists or names.
        choices: the values allowed; empty where the type or the bounds limit them.
        further: returns the meaning of a text that is not in ``choices``; None where it is not allowed.
        written: how it is written in a query string; None to derive that from its type.
        on_pages: whether the address of a results page may have it.
        decides: whether it decides which articles are shown, or in which order.
    """

    description: str
    help: str
    unit: str = ""
    choices: tuple[str, ...] = ()
    further: Callable[[str], object] = lambda _text: None
    written: Written | None = None
    on_pages: bool = False
    decides: bool = True


@dataclass(frozen=True)
class Part:
    """A part of a request that is an option.

    Attributes:
        name: the name of the attribute, of the option in Python, and of the parameter.
        kind: the type of its value; None is not part of it.
        default: the default value; None for no value.
        option: its texts and other properties.
        bounds: the bounds of its value.
    """

    name: str
    kind: Any
    default: Any
    option: Option
    bounds: Meta

    @cached_property
    def is_list(self) -> bool:
        """Whether it has several values, written with commas between them."""
        return get_origin(self.kind) is tuple

    @cached_property
    def written(self) -> Written:
        """How the part is written in a query string."""
        if self.option.written:
            return self.option.written
        if self.kind is bool:
            return ON_OFF if self.default else SWITCH
        return Written(Annotated[self.kind, self.bounds], self.default, lambda value: value)

    def text_of(self, value: bool) -> str | bool:
        """The text in a query string for the value of a switch; for other parts the value itself."""
        if self.kind is not bool:
            return value
        texts: tuple[str, ...] = get_args(self.written.kind)
        return next(text for text in texts if self.written.read(text) is value)

    def check(self, value: object) -> None:
        """Refuse a value that is not allowed; lists are checked by their request.

        Raises:
            QueryError: the value is not allowed; the message names the part and the values allowed.
        """
        if self.is_list or value is self.default:
            return
        if not self.option.choices:
            check_type(self.name, value, self.kind | None if self.default is None else self.kind)
        if not self._may_be(value):
            raise self._refused(value)

    def _may_be(self, value: Any) -> bool:
        if self.option.choices:
            further = isinstance(value, str) and self.option.further(value) is not None
            return further or value in self.option.choices
        return _is_within(value, self.bounds)

    def of_text(self, text: str) -> Any:
        """The value of a text in an address, checked against the bounds of a search only.

        Args:
            text: the text, in digits of any script; an unknown text for a switch gives its default.

        Raises:
            QueryError: the text is no valid value.
        """
        kind, default, read = self.written
        if self.kind is bool:
            return read(text if text in get_args(kind) else default)
        if not text.strip():
            return read(default)
        try:
            value = read(self.kind(text))
        except ValueError:
            raise self._refused(text) from None
        self.check(value)
        return value

    def _refused(self, value: object) -> QueryError:
        """The error for a value that is not allowed."""
        if self.option.choices:
            return refused(self.name, f"one of {', '.join(self.option.choices)}, not {str(value)[:60]!r}")
        unit = f" of {self.option.unit}" if self.option.unit else ""
        return refused(self.name, _within(f"{kind_name(self.kind)}{unit}", self.bounds))


def parts_of(request: type) -> Mapping[str, Part]:
    """The options of a request by name, in the order of its fields.

    Args:
        request: a dataclass; fields whose type is annotated with an ``Option`` are options.
    """
    hints = get_type_hints(request, include_extras=True)
    found = {}
    for attribute in fields(request):
        kind, *further = (
            get_args(hints[attribute.name]) if get_origin(hints[attribute.name]) is Annotated else (None,)
        )
        said = {type(about): about for about in further}
        if Option in said:
            bare = next(iter(get_args(kind))) if attribute.default is None else kind
            found[attribute.name] = Part(
                attribute.name, bare, attribute.default, said[Option], said.get(Meta, Meta())
            )
    return found
