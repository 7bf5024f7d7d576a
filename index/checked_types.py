"""Values from outside as the types that they must be: msgspec's checker, safe where threads use it first."""

from threading import Lock
from typing import Any, Final, TypeVar

import msgspec

__all__ = ["checked"]

Kind = TypeVar("Kind")

_first_use: Final = Lock()
_used: Final[set[Any]] = set()


def checked(value: object, kind: type[Kind], *, strict: bool = True) -> Kind:
    """The value as that type.

    msgspec describes a Struct to itself when it first meets it, and shows the description to other threads
    before it is filled in: they read a null pointer (0.22.0). So one thread alone meets each type first.

    Args:
        value: of dictionaries, lists, texts and numbers.
        kind: what it must be; a type, or a form of types as annotations have them.
        strict: whether a text is never taken for a number.

    Raises:
        msgspec.ValidationError: it is not.
    """
    if kind not in _used:
        with _first_use:
            converted = msgspec.convert(value, kind, strict=strict)
            _used.add(kind)
            return converted
    return msgspec.convert(value, kind, strict=strict)
