"""Checks values and JSON from outside against types, and makes the schemas of these, by msgspec."""

from collections.abc import Callable, Iterable
from threading import Lock
from typing import Any, Final, TypeVar

import msgspec

Checked = TypeVar("Checked")

_first_use: Final = Lock()
_used: Final[set[Any]] = set()


def schemas(kinds: Iterable[Any], reference: str) -> dict[str, Any]:
    """The JSON schemas of types, by the names of these and of all nested types.

    As in ``checked``, the first use of a type is exclusive: msgspec decodes nothing here, and yet builds its
    description of each type to see whether it could.

    Args:
        kinds: the types.
        reference: how a schema names another, with ``{name}`` in it.
    """
    with _first_use:
        return msgspec.json.schema_components(kinds, ref_template=reference)[1]


def checked(value: object, kind: type[Checked], *, strict: bool = True) -> Checked:
    """Convert a value to a type.

    msgspec builds a description of a Struct at first use, and shows it to other threads before it is filled
    in: they read a null pointer (0.22.0). So the first use of each type is exclusive.

    Args:
        value: a value of dictionaries, lists, texts and numbers.
        kind: the type it must have; a type, or a form of types as annotations have them.
        strict: whether a text is never taken for a number.

    Raises:
        msgspec.ValidationError: the value does not fit the type.
    """
    return _met(kind, lambda: msgspec.convert(value, kind, strict=strict))


def decoded(content: bytes, kind: type[Checked]) -> Checked:
    """Decode JSON to a type, whose first use is exclusive as in ``checked``.

    Args:
        content: JSON in UTF-8.
        kind: the type it must have, as in ``checked``.

    Raises:
        msgspec.DecodeError: it is no JSON in UTF-8, or does not fit the type; a ``ValidationError`` is one.
    """
    try:
        return _met(kind, lambda: msgspec.json.decode(content, type=kind))
    except RecursionError:
        raise msgspec.DecodeError("it is nested beyond measure") from None
    except UnicodeDecodeError as error:  # msgspec before 0.23
        raise msgspec.DecodeError(f"it is no UTF-8: {error}") from None


def _met(kind: Any, use: Callable[[], Checked]) -> Checked:
    """The result of using a type; its first use is exclusive."""
    if kind in _used:
        return use()
    with _first_use:
        made = use()
        _used.add(kind)
        return made
