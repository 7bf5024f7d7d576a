"""Options of a request: what each is in Python, in a query string and on a command line, said once.

Arguments of methods, options too, are refused by name where they are of other types than declared.
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
"""Of each type that is checked: what is taken for it, and its name in messages."""


def checked(method: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """A function that refuses arguments of other types than it declares, of those in ``_KINDS``.

    Args:
        method: a function, or a method before ``classmethod`` is put on it.
    """
    signature = inspect.signature(method)
    declared = {
        parameter.name: parameter.annotation
        for parameter in signature.parameters.values()
        if _is_known(parameter.annotation)
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
    kinds = [_KINDS[member] for member in _members(declared)]
    if not any(isinstance(value, kind) and isinstance(value, bool) <= (kind is bool) for kind, _ in kinds):
        raise refused(parameter, f"{kind_name(declared)}, not {repr(value)[:60]}")


def kind_name(declared: Any) -> str:
    """What messages call a type, of those that ``check_type`` takes."""
    return " or ".join(_KINDS[member][1] for member in _members(declared))


def _members(declared: Any) -> tuple[Any, ...]:
    return get_args(declared) or (declared,)


def _is_known(declared: Any) -> bool:
    return all(member in _KINDS for member in _members(declared))


def refused(parameter: str, allowed: str) -> QueryError:
    """The error that an option is not what it may be.

    Args:
        parameter: its name.
        allowed: what it is where it makes sense.
    """
    return QueryError(f"{parameter} is {allowed}", kind="parameter", parameter=parameter)


class Written(NamedTuple):
    """How a part of a request is written in a query string.

    Attributes:
        kind: type of what is written, with its bounds.
        default: what it is taken for where nothing is written.
        read: from what is written to the value.
    """

    kind: Any
    default: Any
    read: Callable[[Any], Any]


SWITCH: Final = Written(Literal["0", "1"], "0", "1".__eq__)
"""What is off unless it is switched on."""

ON_OFF: Final = Written(Literal["on", "off"], "on", "on".__eq__)
"""What is on unless it is switched off."""


@dataclass(frozen=True, slots=True)
class Option:
    """What a part of a request is beside its type, its bounds (``msgspec.Meta``) and its default.

    Attributes:
        description: of the parameter, in the OpenAPI document.
        help: of the option, on a command line.
        unit: what its number counts, or what it lists or names.
        choices: the values that it may have; none where its type or its bounds say.
        further: tells of another text what it stands for; None for nothing that it may have.
        written: how it is written in a query string; None for as its type says.
        on_pages: the address of a page of results may have it.
        decides: it decides which articles are shown, or in which order.
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
        name: of the attribute, of the option in Python, and of the parameter.
        kind: type of its value where it has one.
        default: where it is not given; None for no value.
        option: what else it is.
        bounds: of its value.
    """

    name: str
    kind: Any
    default: Any
    option: Option
    bounds: Meta

    @cached_property
    def is_list(self) -> bool:
        """Whether it has several values, which are written between commas."""
        return get_origin(self.kind) is tuple

    @cached_property
    def written(self) -> Written:
        """How it is written in a query string."""
        if self.option.written:
            return self.option.written
        if self.kind is bool:
            return ON_OFF if self.default else SWITCH
        return Written(Annotated[self.kind, self.bounds], self.default, lambda value: value)

    def text_of(self, value: bool) -> str | bool:
        """How a query string says that a switch is on or off; of what is no switch, the value itself."""
        if self.kind is not bool:
            return value
        texts: tuple[str, ...] = get_args(self.written.kind)
        return next(text for text in texts if self.written.read(text) is value)

    def check(self, value: object) -> None:
        """Refuse a value that it may not have; of lists their owner knows which.

        Raises:
            QueryError: names it and what it may be.
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
        least, above, most = self.bounds.ge, self.bounds.gt, self.bounds.le
        return (
            (least is None or value >= least)
            and (above is None or value > above)
            and (most is None or value <= most)
        )

    def of_text(self, text: str) -> Any:
        """The value of what is written in an address, where only the bounds of a search itself hold.

        Args:
            text: as written, in digits of any script; of a switch, what it may not be is its default.

        Raises:
            QueryError: it is no such value.
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
        """The error that a value is none that it may have."""
        if self.option.choices:
            return refused(self.name, f"one of {', '.join(self.option.choices)}, not {str(value)[:60]!r}")
        kind = kind_name(self.kind)
        least, above, most = self.bounds.ge, self.bounds.gt, self.bounds.le
        unit = f" of {self.option.unit}" if self.option.unit else ""
        if above is not None:
            return refused(self.name, f"{kind}{unit} above {above}")
        if least is None:
            return refused(self.name, f"{kind}{unit}")
        return refused(
            self.name, f"{kind}{unit}" + (f" from {least} to {most}" if most else f", {least} or more")
        )


def parts_of(request: type) -> Mapping[str, Part]:
    """The options of a request, by name, in their order.

    Args:
        request: a dataclass; each field is one whose type is annotated with an ``Option``.
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
