"""Converts values to JSON, and derives the types of that JSON."""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from functools import cache, reduce
from inspect import cleandoc
from operator import attrgetter, or_
from threading import RLock
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Final,
    NamedTuple,
    TypeAlias,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

import msgspec

Kind = TypeVar("Kind", bound=type)


class Digits(NamedTuple):
    """Metadata for ``Annotated``: a number is rounded to ``digits`` digits after the point."""

    digits: int


OMITTED: Final = object()
"""Metadata for ``Annotated``: a member is left out where it has its default value."""

_SECTION: Final = re.compile(r"\n\n(?:Attributes|Args|Raises):\n")
_ATTRIBUTE: Final = re.compile(r"^    (\w+): (.*(?:\n {5,}.*)*)", re.MULTILINE)

_order: Final[dict[type, dict[str, str]]] = {}
_written_as_they_are: Final[dict[type, bool]] = {}
_types: Final[dict[type, Any]] = {}
_making: Final = RLock()


class _Member(NamedTuple):
    """A member of a JSON object.

    Attributes:
        name: the member's name in JSON.
        attribute: the attribute with its value.
        kind: the type of the attribute.
        default: the value of the attribute with which it is left out; ``MISSING`` where it never is.
        description: the description in the docstring of the class.
    """

    name: str
    attribute: str
    kind: Any
    default: Any
    description: str


_Make: TypeAlias = Callable[[Any], Any] | None


class _Form(NamedTuple):
    """The JSON form of values of a type.

    Attributes:
        kind: the type of the JSON.
        make: converts a value to its JSON; None where that is the same.
        write: converts a value to one that msgspec writes as that JSON; None where that is the value itself.
    """

    kind: Any
    make: _Make = None
    write: _Make = None


class _Made(NamedTuple):
    """How values of a type become JSON objects.

    Attributes:
        names: the names of all members.
        values: returns the values of all members.
        changed: for each member that may be left out, or must be converted: its name, the value that is left
            out, and the conversion to JSON.
    """

    names: Sequence[str]
    values: Callable[[Any], Sequence[Any]]
    changed: Sequence[tuple[str, Any, _Make]]


def json_members(*names: str, without: Iterable[str] = (), **attributes: str) -> Callable[[Kind], Kind]:
    """Decorator of a dataclass whose JSON is not its fields in their order.

    Args:
        names: the names of all members in order: fields, and properties.
        without: fields that are no members.
        attributes: for members with another name than their field or property, the name of that.

    Raises:
        TypeError: a field stands in neither list.
    """

    def note(kind: Kind) -> Kind:
        described = {name: attributes.get(name, name) for name in names}
        for field in fields(kind):
            if field.name not in {*described, *described.values(), *without}:
                raise TypeError(f"{kind.__name__}.{field.name} is no member of its JSON")
        _order[kind] = described
        return kind

    return note


def to_json(value: Any) -> dict[str, Any]:
    """The value of a dataclass or a named tuple as JSON-ready values."""
    kind: Any = type(value)
    return _object(value, _made(kind))


def written(value: Any) -> dict[str, Any]:
    """The same, but values that msgspec writes as that JSON are left as they are."""
    kind: Any = type(value)
    return _object(value, _made(kind, written=True))


def _object(value: Any, made: _Made) -> dict[str, Any]:
    found: dict[str, Any] = dict(zip(made.names, made.values(value), strict=True))
    for name, default, make in made.changed:
        if default is not MISSING and found[name] == default:
            del found[name]
        elif make is not None:
            found[name] = make(found[name])
    return found


def json_type(kind: type) -> Any:
    """The type of the result of ``to_json`` for a dataclass or a named tuple: a ``Struct`` of the same name.

    Its docstring and the descriptions of its members are those of the class.
    """
    if issubclass(kind, msgspec.Struct):
        return kind
    with _making:
        if kind not in _types:
            members = [*_members(kind)]
            bare = [(member.name, Any, *([] if member.default is MISSING else [None])) for member in members]
            made: Any = msgspec.defstruct(
                kind.__name__,
                bare,  # type: ignore[arg-type]  # pairs and triples
                namespace={"__doc__": _described(kind)[0]},
                frozen=True,
                forbid_unknown_fields=True,
                kw_only=True,
                omit_defaults=True,
            )
            _types[kind] = made  # before its members, which may be of its own type
            made.__annotations__.update({member.name: _type_of(member) for member in members})
    return _types[kind]


def _type_of(member: _Member) -> Any:
    kind = _form(member.kind).kind
    if member.default is not MISSING and NoneType not in get_args(kind):
        kind = kind | None
    return Annotated[kind, msgspec.Meta(description=member.description)] if member.description else kind


@cache
def _made(kind: Any, *, written: bool = False) -> _Made:
    members = [*_members(kind)]
    forms = [(member, _form(member.kind)) for member in members]
    made = [(member.name, member.default, form.write if written else form.make) for member, form in forms]
    return _Made(
        [member.name for member in members],
        _values([member.attribute for member in members]),
        [(name, default, make) for name, default, make in made if make or default is not MISSING],
    )


def _values(attributes: Sequence[str]) -> Callable[[Any], Sequence[Any]]:
    """A getter of the values of attributes; for several, all at once in half the time of one by one."""
    if len(attributes) > 1:
        return attrgetter(*attributes)
    return lambda value: [getattr(value, name) for name in attributes]


def _writes_itself(kind: Any) -> bool:
    """Whether msgspec writes values of a type as ``to_json`` makes them; False for recursive types."""
    if kind not in _written_as_they_are:
        _written_as_they_are[kind] = False
        _written_as_they_are[kind] = (
            is_dataclass(kind)
            and kind not in _order
            and all(
                member.default is MISSING and _form(member.kind).write is None for member in _members(kind)
            )
        )
    return _written_as_they_are[kind]


def _members(kind: Any) -> Iterator[_Member]:
    types = get_type_hints(kind, include_extras=True)
    descriptions = _described(kind)[1]
    defaults = {field.name: field for field in fields(kind)} if is_dataclass(kind) else {}
    for name, attribute in (_order.get(kind) or {name: name for name in types}).items():
        if attribute in types:
            about, hint = descriptions.get(attribute, ""), types[attribute]
        else:
            getter = getattr(kind, attribute).fget
            about, hint = cleandoc(getter.__doc__), get_type_hints(getter, include_extras=True)["return"]
        default: Any = MISSING
        if OMITTED in get_args(hint):
            field = defaults.get(attribute)
            if field is None:  # a property, of which nothing is said where it is an empty text
                default = ""
            else:
                default = field.default if field.default_factory is MISSING else field.default_factory()
        yield _Member(name, attribute, hint, default, about)


def _described(kind: type) -> tuple[str, dict[str, str]]:
    """The docstring of a class before its sections, and its description of each attribute."""
    text, *sections = _SECTION.split(cleandoc(kind.__doc__ or ""))
    found = (_ATTRIBUTE.findall(section) for section in sections)
    return text, {name: " ".join(about.split()) for section in found for name, about in section}


def _form(kind: Any) -> _Form:
    arguments = get_args(kind)
    if get_origin(kind) is Annotated:
        digits = next((argument.digits for argument in arguments if isinstance(argument, Digits)), None)
        bare = _form(arguments[0])
        if digits is None:
            return bare

        def rounded(value: float) -> float:
            return round(value, digits)

        return _Form(bare.kind, rounded, rounded)
    if kind is dt.date:
        return _Form(str, dt.date.isoformat)
    if is_dataclass(kind) or hasattr(kind, "_fields"):
        return _Form(json_type(kind), to_json, None if _writes_itself(kind) else written)
    of_several = _SEVERAL.get(get_origin(kind))
    return of_several([_form(argument) for argument in arguments]) if of_several else _Form(kind)


def _list_of(items: Sequence[_Form]) -> _Form:
    item, make, write = items[0]
    return _Form(list.__class_getitem__(item), _each(make) or list, _each(write))


def _mapping_to(items: Sequence[_Form]) -> _Form:
    item, make, write = items[1]
    return _Form(dict.__class_getitem__((str, item)), _each_value(make), _each_value(write))


def _either(forms: Sequence[_Form]) -> _Form:
    """None or something; of other alternatives JSON has each as it is."""
    kind = reduce(or_, (form.kind for form in forms))
    make, write = (next((found for form in forms if (found := form[at])), None) for at in (1, 2))
    return _Form(kind, _unless_none(make), _unless_none(write))


def _each(make: _Make) -> _Make:
    return None if make is None else lambda several: [make(value) for value in several]


def _each_value(make: _Make) -> Callable[[Any], Any]:
    return dict if make is None else lambda several: {name: make(value) for name, value in several.items()}


def _unless_none(make: _Make) -> _Make:
    return None if make is None else lambda value: None if value is None else make(value)


_SEVERAL: Final[dict[Any, Callable[[Sequence[_Form]], _Form]]] = {
    **dict.fromkeys((list, tuple, Sequence), _list_of),
    **dict.fromkeys((dict, Mapping), _mapping_to),
    **dict.fromkeys((Union, UnionType), _either),
}
"""Makers of the JSON form of generic types from the forms of their arguments."""
