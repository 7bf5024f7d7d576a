"""``onneshon pins``: lists and changes the articles that come first for a query, or never."""

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any

import click
import msgspec

from onneshon.index.commands.doctor import Check
from onneshon.index.commands.terminal import (
    TYPED_TEXT,
    Styled,
    counted,
    json_option,
    location_option,
    say,
    say_json,
)
from onneshon.index.configuration import PINS_FILE
from onneshon.index.errors import ArticleNotFoundError, OnneshonError
from onneshon.index.remote import Finding, Location, site_directory
from onneshon.index.storage.reader import open_index
from onneshon.search.curation.pins import Pin, PinFile, converted
from onneshon.search.opening import open_engine


@click.group(name="pins")
@location_option
def pins_group(location: Location) -> None:  # its callback keeps it for the subcommands
    """Say which articles come first for a query, or never; kept in pins.json beside the index."""


def _gone(pins: Sequence[Pin], article: Callable[[str], object]) -> set[str]:
    """The ids of articles that pins put first and ``article`` does not find."""
    missing = set()
    for name in dict.fromkeys(name for pin in pins for name in pin.first):
        try:
            article(name)
        except ArticleNotFoundError:
            missing.add(name)
    return missing


def examine_pins(directory: Path) -> Finding | None:
    """The state of the file of pins, for `onneshon doctor`; None where there is no file."""
    if not (directory / PINS_FILE).exists():
        return None
    try:
        pins = PinFile(directory).read()
    except OnneshonError as error:
        return Finding("pins", "note", str(error), "until then the pins of before count, or none")
    try:
        with open_index(directory) as reader:
            gone = sorted(_gone(pins, reader.article))
    except OnneshonError:
        gone = []  # the doctor reports a faulty index itself
    if gone:
        text = f"{counted(len(gone), 'article')} that pins put first {'is' if len(gone) == 1 else 'are'} gone"
        return Finding("pins", "note", f"{text}: {', '.join(gone[:5])}", "`onneshon pins list` shows where")
    return Finding("pins", "ok", counted(len(pins), "pin"))


@pins_group.command(name="list")
@location_option
@json_option
def list_command(location: Location, *, as_json: bool) -> None:
    """List the pins, and which of their articles are gone."""
    pins = PinFile(site_directory(location)).read()
    gone = _missing(location, pins)
    if as_json:
        say_json([_json(pin, gone) for pin in pins])
        return
    for pin in pins:
        _print(pin, gone)
    if not pins:
        say("no pins")


def _missing(location: Location, pins: Sequence[Pin]) -> Collection[str]:
    if not pins:
        return ()
    with open_engine(location) as engine:
        return _gone(pins, engine.article)


def _json(pin: Pin, gone: Collection[str] = ()) -> dict[str, Any]:
    values: dict[str, Any] = msgspec.to_builtins(pin)
    return values | {"gone": [name for name in pin.first if name in gone]}


def _print(pin: Pin, gone: Collection[str] = ()) -> None:
    say(Styled(pin.name, bold=True), f"  {pin.match}: {' | '.join(pin.queries)}{_days(pin)}")
    for place, name in enumerate(pin.first, 1):
        say(f"  {place:>3}. {name}{'  (gone)' if name in gone else ''}")
    for name in pin.never:
        say(f"  never {name}")


def _days(pin: Pin) -> str:
    days = (("from", pin.since), ("until", pin.until))
    return "".join(f", {word} {day}" for word, day in days if day)


_DAY = click.DateTime(["%Y-%m-%d"])


@pins_group.command(name="add")
@click.argument("queries", nargs=-1, required=True, type=TYPED_TEXT, metavar="QUERY...")
@location_option
@click.option(
    "--first",
    multiple=True,
    type=TYPED_TEXT,
    metavar="ID",
    help="Article that comes first; more in their order.",
)
@click.option(
    "--never",
    multiple=True,
    type=TYPED_TEXT,
    metavar="ID",
    help="Article that is not shown; may be given again.",
)
@click.option("--words", is_flag=True, help="Hold for every query that has all of these words.")
@click.option("--from", "since", type=_DAY, metavar="DAY", help="First day on which it holds.")
@click.option("--until", type=_DAY, metavar="DAY", help="Last day on which it holds.")
@json_option
def add_command(
    location: Location,
    queries: tuple[str, ...],
    *,
    first: tuple[str, ...],
    never: tuple[str, ...],
    words: bool,
    since: dt.datetime | None,
    until: dt.datetime | None,
    as_json: bool,
) -> None:
    """Put articles first for QUERY, or have them never shown; each QUERY is one whole query.

    It holds for every spelling and form of the words, in Bengali or Latin letters.
    """
    match = "words" if words else "exact"
    pin = converted(
        {
            "queries": queries,
            "first": first,
            "never": never,
            "match": match,
            "since": since.date() if since else None,
            "until": until.date() if until else None,
        }
    )
    PinFile(site_directory(location)).add(pin)
    if as_json:
        say_json(_json(pin))
        return
    gone = _missing(location, (pin,))
    _print(pin, gone)
    if gone:
        say(f"warning: the index has no {', '.join(sorted(gone))}", err=True)


@pins_group.command(name="move")
@click.argument("name", type=TYPED_TEXT)
@click.argument("article_id", type=TYPED_TEXT, metavar="ID")
@click.argument("place", type=click.IntRange(1))
@location_option
def move_command(location: Location, name: str, article_id: str, place: int) -> None:
    """Give the article ID another PLACE, from 1, among those that the pin NAME puts first."""
    _print(PinFile(site_directory(location)).move(name, article_id, place))


@pins_group.command(name="remove")
@click.argument("name", type=TYPED_TEXT)
@location_option
def remove_command(location: Location, name: str) -> None:
    """Take the pin NAME away."""
    pin = PinFile(site_directory(location)).remove(name)
    say(f"removed {name}: {' | '.join(pin.queries)}")


checks: Sequence[Check] = (examine_pins,)
"""The checks of pins for `onneshon doctor`."""
