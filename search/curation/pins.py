"""Pins, with which editors put articles first for a query or hide them; as values, as JSON, and in a file.

The file is next to the index, so that builds and rollbacks do not touch it. One process at a time replaces it
atomically: readers see it before a change or after it, and so does a process that starts after a power cut.
"""

import datetime as dt
import hashlib
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Annotated, Any, Final, Literal, TypeAlias

import msgspec

from onneshon.index import json_checks
from onneshon.index.analysis.analyzer import analyze
from onneshon.index.configuration import PINS_FILE
from onneshon.index.storage.durable import replace_file
from onneshon.index.storage.watched_file import WatchedFile, change_lock
from onneshon.search.errors import PinError, PinFault
from onneshon.search.query.parser import MAX_CHARACTERS

Matching: TypeAlias = Literal["exact", "words"]

MOST_PINS: Final = 2_000
"""The most pins of an index: each is parsed once, which takes 2 ms."""

MOST_QUERIES: Final = 50
"""The most queries of a pin."""

MOST_ARTICLES: Final = 20
"""The most articles that a pin puts first, and the most that it hides: half a screen is for other hits."""

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
    """Articles that editors put first or hide for some queries.

    Attributes:
        queries: the queries for which it holds, in any spelling, form or script that is read as these.
        first: ids of the articles that come before all others, in this order.
        never: ids of the articles that are not shown.
        match: ``exact`` for queries that equal one of these, ``words`` for those that have all its words.
        since: the first day on which it holds; None for no such limit.
        until: the last day on which it holds; None for no such limit.
        name: the name by which it is changed.
    """

    queries: _Texts
    first: _Ids = ()
    never: _Ids = ()
    match: Matching = "exact"
    since: dt.date | None = None
    until: dt.date | None = None
    name: Annotated[str, msgspec.Meta(pattern="^[a-z0-9]{1,40}$")] = field(default_factory=new_name)

    def holds_on(self, day: dt.date) -> bool:
        """Whether the pin holds on a day."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)

    def check(self) -> None:
        """Refuse a pin that can have no effect.

        Raises:
            PinError: it has an empty query, names no article or one twice, or ends before it begins.
        """
        if not all(query.strip() for query in self.queries):
            raise PinError(*_RULES["queries"])
        if not (self.first or self.never):
            raise PinError(
                f"the pin for {self.queries[0]} names no article: say which comes first, or never",
                "articles",
                MOST_ARTICLES,
            )
        named = (*self.first, *self.never)
        if len(set(named)) < len(named):
            raise PinError(f"the pin for {self.queries[0]} names an article twice", "articles", MOST_ARTICLES)
        if self.since and self.until and self.until < self.since:
            raise PinError(f"the pin for {self.queries[0]} ends on {self.until}, before it begins", "days")


class _File(msgspec.Struct, forbid_unknown_fields=True):
    pins: Annotated[tuple[Pin, ...], msgspec.Meta(max_length=MOST_PINS)]


def decoded(content: bytes, where: str) -> tuple[Pin, ...]:
    """Decode the pins of a file.

    Args:
        content: the content of the file.
        where: the file's name, for messages.

    Raises:
        PinError: the content is invalid.
    """
    try:
        pins = json_checks.decoded(content, _File).pins
    except msgspec.DecodeError as error:
        raise PinError(
            f"{where} is no file of pins ({error}): mend it, or put a copy in its place"
        ) from error
    for pin in pins:
        pin.check()
    if len({pin.name for pin in pins}) < len(pins):
        raise PinError(f"{where} has two pins of one name: give one of them another")
    return pins


def encoded(pins: tuple[Pin, ...]) -> bytes:
    """The content of a file with these pins, as indented JSON for people and version control."""
    plain: dict[str, Any] = {"pins": msgspec.to_builtins(pins)}
    return msgspec.json.format(msgspec.json.encode(plain), indent=1) + b"\n"


_RULES: Final[Mapping[str, tuple[str, PinFault, int]]] = {
    "queries": (
        f"a pin has 1 to {MOST_QUERIES} queries, each of words, in {MAX_CHARACTERS} characters at most",
        "queries",
        MOST_QUERIES,
    ),
    "first": (f"a pin puts up to {MOST_ARTICLES} articles first, by their ids", "articles", MOST_ARTICLES),
    "never": (f"a pin hides up to {MOST_ARTICLES} articles, by their ids", "articles", MOST_ARTICLES),
    "since": ("the first day of a pin is written as 2026-02-21", "date", 0),
    "until": ("the last day of a pin is written as 2026-02-21", "date", 0),
}
"""For each part of a pin, the arguments of the ``PinError`` raised where it is invalid."""


def converted(values: dict[str, Any]) -> Pin:
    """A pin from values of unchecked types, as people type them or programs pass them.

    Raises:
        PinError: the values are invalid.
    """
    try:
        pin = json_checks.checked(values, Pin)
    except msgspec.ValidationError as error:
        part = re.search(r"\$\.([a-z]+)", str(error))
        said = _RULES.get(part[1]) if part else None
        raise PinError(*(said or (f"this makes no pin: {error}",))) from error
    pin.check()
    if not all(map(analyze, pin.queries)):  # a query without a word never matches
        raise PinError(*_RULES["queries"])
    return pin


def revision(pins: tuple[Pin, ...], name: str) -> str:
    """A digest of the pin with a name; empty where there is none."""
    found = next((pin for pin in pins if pin.name == name), None)
    return hashlib.sha256(msgspec.json.encode(found)).hexdigest()[:20] if found else ""


def _check_unchanged(pins: tuple[Pin, ...], name: str, seen: str | None) -> None:
    """Refuse a change of a pin that has another revision than its editor has read."""
    if seen not in {None, revision(pins, name)}:
        raise PinError(f"the pin {name} was changed meanwhile: read it, and send again", "changed")


class PinFile(WatchedFile[tuple[Pin, ...]]):
    """The file of an index's pins, to read and change; threads and processes may share the file.

    pins = PinFile(Path("var/index"))
    pins.add(Pin(("পদ্মা সেতু",), first=("bridge-1",)))

    Args:
        directory: the directory of the index; for one on a cluster, that of its ``onneshon.toml``.
    """

    def __init__(self, directory: Path) -> None:
        super().__init__(directory / PINS_FILE, ())

    def read(self) -> tuple[Pin, ...]:
        """Read the current pins.

        Raises:
            PinError: the file cannot be read or is invalid.
        """
        try:
            return decoded(self.path.read_bytes(), str(self.path))
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise PinError(f"{self.path} cannot be read: {error.strerror}") from error

    def named(self, name: str) -> Pin:
        """The pin with a name.

        Raises:
            PinError: there is no such pin, or the file is invalid.
        """
        return _named(self.read(), name)

    def add(self, pin: Pin, seen: str | None = None) -> None:
        """Add a pin, or replace the one with its name.

        Args:
            pin: the new pin.
            seen: the revision of the pin with this name that the caller has read, empty where there was none;
                None for no check. A pin equal to the stored one is accepted: it was sent twice.

        Raises:
            PinError: it is invalid, there are too many, or the file cannot be written; ``changed`` where the
                stored pin has another revision than ``seen``.
        """
        pin = converted({part.name: getattr(pin, part.name) for part in fields(pin)})

        def added(pins: tuple[Pin, ...]) -> tuple[Pin, ...]:
            if revision(pins, pin.name) != revision((pin,), pin.name):
                _check_unchanged(pins, pin.name, seen)
            if any(known.name == pin.name for known in pins):
                return tuple(pin if known.name == pin.name else known for known in pins)
            return (*pins, pin)

        self._change(added)

    def remove(self, name: str, seen: str | None = None) -> Pin:
        """Remove a pin and return it.

        Args:
            name: the pin's name.
            seen: the revision of the pin that the caller has read; None for no check.

        Raises:
            PinError: there is no pin with that name, or the file cannot be written; ``changed`` where the
                pin has another revision than ``seen``.
        """
        removed: list[Pin] = []

        def left(pins: tuple[Pin, ...]) -> tuple[Pin, ...]:
            removed.append(_named(pins, name))
            _check_unchanged(pins, name, seen)
            return tuple(pin for pin in pins if pin.name != name)

        self._change(left)
        return removed[0]

    def move(self, name: str, article_id: str, place: int) -> Pin:
        """Move an article to another place among those that a pin puts first; return the changed pin.

        Args:
            name: the pin's name.
            article_id: the article's id.
            place: the new place, from 1; a place beyond the last is the last.

        Raises:
            PinError: there is no such pin, it has no such article, or the file cannot be written.
        """
        moved: list[Pin] = []

        def changed(pins: tuple[Pin, ...]) -> tuple[Pin, ...]:
            pin = _named(pins, name)
            others = [other for other in pin.first if other != article_id]
            if len(others) == len(pin.first):
                raise PinError(f"pin {name} does not put {article_id} first; `onneshon pins list` shows it")
            others.insert(max(place - 1, 0), article_id)
            moved.append(replace(pin, first=tuple(others)))
            return tuple(moved[0] if other.name == name else other for other in pins)

        self._change(changed)
        return moved[0]

    def _change(self, change: Callable[[tuple[Pin, ...]], tuple[Pin, ...]]) -> None:
        with change_lock(self.path, _unchanged):
            pins = change(self.read())
            if len(pins) > MOST_PINS:
                raise PinError(f"there are {MOST_PINS:,} pins already: remove some that hold no longer")
            replace_file(self.path, encoded(pins))
        self.look_again()


def _unchanged(reason: str) -> PinError:
    return PinError(f"the pins are as they were: {reason}")


def _named(pins: tuple[Pin, ...], name: str) -> Pin:
    for pin in pins:
        if pin.name == name:
            return pin
    raise PinError(f"there is no pin {name}; `onneshon pins list` names those there are", "gone")
