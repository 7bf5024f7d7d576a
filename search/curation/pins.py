"""What an editor says of a query: these articles first, those never; as a value, and as JSON."""

import datetime as dt
import secrets
from dataclasses import dataclass, field
from typing import Annotated, Any, Final, Literal, TypeAlias

import msgspec

from onneshon.index import json_form
from onneshon.search.errors import PinError
from onneshon.search.query.parser import MAX_CHARACTERS

Matching: TypeAlias = Literal["exact", "words"]

MOST_PINS: Final = 2_000
"""Of an index: each is to be understood once, which takes 2 ms."""

MOST_QUERIES: Final = 50
"""Of a pin."""

MOST_ARTICLES: Final = 20
"""That a pin puts first, and as many that it shows never: half of a screen is for what was found."""

_Text: TypeAlias = Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_CHARACTERS)]
_Texts: TypeAlias = Annotated[tuple[_Text, ...], msgspec.Meta(min_length=1, max_length=MOST_QUERIES)]
_Ids: TypeAlias = Annotated[
    tuple[Annotated[str, msgspec.Meta(min_length=1)], ...], msgspec.Meta(max_length=MOST_ARTICLES)
]


def new_name() -> str:
    """A name that no other pin has."""
    return secrets.token_hex(4)


@dataclass(frozen=True, slots=True)
class Pin:
    """What editors say of some queries.

    Attributes:
        queries: for which it holds, in any spelling, form or script that is understood as these.
        first: ids of the articles that come before all others, in this order.
        never: ids of those that are not shown.
        match: what of a query has to agree.
        since: first day on which it holds; None for no such day.
        until: last day, likewise.
        name: by which it is changed.
    """

    queries: _Texts
    first: _Ids = ()
    never: _Ids = ()
    match: Matching = "exact"
    since: dt.date | None = None
    until: dt.date | None = None
    name: Annotated[str, msgspec.Meta(pattern="^[a-z0-9]{1,40}$")] = field(default_factory=new_name)

    def holds_on(self, day: dt.date) -> bool:
        """Whether it holds on a day."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)

    def check(self) -> None:
        """Refuse what can have no effect.

        Raises:
            PinError: it names no article, one twice, or ends before it begins.
        """
        if not (self.first or self.never):
            raise PinError(f"the pin for {self.queries[0]} names no article: say which comes first, or never")
        named = (*self.first, *self.never)
        if len(set(named)) < len(named):
            raise PinError(f"the pin for {self.queries[0]} names an article twice")
        if self.since and self.until and self.until < self.since:
            raise PinError(f"the pin for {self.queries[0]} ends on {self.until}, before it begins")


class _File(msgspec.Struct, forbid_unknown_fields=True):
    """What the file has."""

    pins: Annotated[tuple[Pin, ...], msgspec.Meta(max_length=MOST_PINS)]


def decoded(content: bytes, where: str) -> tuple[Pin, ...]:
    """The pins of a file.

    Args:
        content: of it.
        where: its name, for messages.

    Raises:
        PinError: it makes no sense.
    """
    try:
        pins = json_form.decoded(content, _File).pins
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise PinError(
            f"{where} is no file of pins ({error}): mend it, or put a copy in its place"
        ) from error
    for pin in pins:
        pin.check()
    if len({pin.name for pin in pins}) < len(pins):
        raise PinError(f"{where} has two pins of one name: give one of them another")
    return pins


def encoded(pins: tuple[Pin, ...]) -> bytes:
    """The content of a file with these pins, legible, for people and version control."""
    plain: dict[str, Any] = {"pins": msgspec.to_builtins(pins)}
    return msgspec.json.format(msgspec.json.encode(plain), indent=1) + b"\n"


def converted(values: dict[str, Any]) -> Pin:
    """A pin from values that somebody typed.

    Raises:
        PinError: they make none.
    """
    try:
        pin = json_form.checked(values, Pin)
    except msgspec.ValidationError as error:
        raise PinError(f"this makes no pin: {error}") from error
    pin.check()
    return pin
