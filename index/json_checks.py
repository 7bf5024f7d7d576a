"""Values and JSON from outside checked against types, and the schemas of these, by msgspec."""

from collections.abc import Callable, Iterable
from threading import Lock
from typing import Any, Final, TypeVar

import msgspec

Checked = TypeVar("Checked")

_first_use: Final = Lock()
_used: Final[set[Any]] = set()


def schemas(kinds: Iterable[Any], reference: str) -> dict[str, Any]:
    """The JSON schemas of types, by the names of these and of all that they have in them.

    What ``checked`` says of the first use of a type counts here too: msgspec decodes nothing, and yet
    describes each type to itself to see whether it could.

    Args:
        kinds: the types.
        reference: how a schema names another, with ``{name}`` in it.
    """
    with _first_use:
        return msgspec.json.schema_components(kinds, ref_template=reference)[1]


def checked(value: object, kind: type[Checked], *, strict: bool = True) -> Checked:
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
    return _met(kind, lambda: msgspec.convert(value, kind, strict=strict))


def decoded(content: bytes, kind: type[Checked]) -> Checked:
    """What JSON says, as that type; of its first use the same is true.

    Args:
        content: JSON in UTF-8.
        kind: what it must be, likewise.

    Raises:
        msgspec.DecodeError: it is no JSON in UTF-8, or is not that; a ``ValidationError`` is one.
    """
    try:
        return _met(kind, lambda: msgspec.json.decode(content, type=kind))
    except RecursionError:
        raise msgspec.DecodeError("it is nested beyond measure") from None
    except UnicodeDecodeError as error:  # msgspec before 0.23
        raise msgspec.DecodeError(f"it is no UTF-8: {error}") from None


def _met(kind: Any, use: Callable[[], Checked]) -> Checked:
    """What a use of a type gives; the first one is alone."""
    if kind in _used:
        return use()
    with _first_use:
        made = use()
        _used.add(kind)
        return made
