"""Opening an index for commands, and the options of ``onneshon search``, which make a request."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from onneshon.index.commands.terminal import TYPED_TEXT, default_index, say
from onneshon.index.errors import OnneshonError
from onneshon.index.remote import Location
from onneshon.search.engine.searching import TIME_LIMIT
from onneshon.search.errors import QueryError
from onneshon.search.interface import OpenedEngine
from onneshon.search.opening import open_engine
from onneshon.search.query.conditions import FILTER_FIELDS, FilterField
from onneshon.search.query.field_values import FieldFilter
from onneshon.search.query.option_filters import FILTER_OPTIONS
from onneshon.search.query.options import Part
from onneshon.search.request import OPTIONS, SearchRequest


@contextmanager
def opened_engine(location: Location) -> Iterator[OpenedEngine]:
    """Open an index for a command; for one in a directory there is no time limit.

    Raises:
        IndexStateError: there is no index that can be searched.
    """
    time_limit = None if isinstance(location, Path) else TIME_LIMIT
    with open_engine(location, time_limit=time_limit) as engine:
        if warning := engine.health.warning:
            say(f"onneshon: warning: {warning}", err=True, indent="")
        yield engine


Command = TypeVar("Command", bound=Callable[..., Any])


class QueryCommand(click.Command):
    """Explains in its error a query that begins with a hyphen, and so is taken for an option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the command line."""
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            if error.option_name.startswith("--"):
                raise
            raise click.UsageError(
                f"{error.option_name} begins with a hyphen and is no option. To leave out articles with a "
                "word, put -- before the query: onneshon search -- ঢাকা -ক্রিকেট",
                ctx=ctx,
            ) from error


def _known_values(field: FilterField) -> Callable[..., list[str]]:
    """The shell completion of an option's value: the values of a field, the most frequent first."""

    def complete(ctx: click.Context, _parameter: click.Parameter, begun: str) -> list[str]:
        location = ctx.params.get("location") or default_index
        try:
            with open_engine(location) as engine:
                return [value for value in engine.values(field) if value.startswith(begun)]
        except OnneshonError:
            return []

    return complete


_FILTERS: Final[Sequence[Callable[..., Any]]] = (
    *(
        click.option(
            f"--{name}",
            multiple=True,
            type=TYPED_TEXT,
            shell_complete=None if name == "date" else _known_values(name),
            help=option.help,
        )
        for name, option in FILTER_OPTIONS.items()
        if option.help
    ),
    click.option("--since", type=TYPED_TEXT, help="Only articles of this day, month or year, or later."),
    click.option("--until", type=TYPED_TEXT, help="Only articles of this day, month or year, or earlier."),
    click.option(
        "--filter",
        "filters",
        multiple=True,
        type=TYPED_TEXT,
        metavar="FIELD=VALUE",
        help=f"Only such articles; -FIELD=VALUE: no such ones. Fields: {', '.join(FILTER_FIELDS)}, and those "
        "that onneshon.toml declares.",
    ),
)

_RANGES: Final = {"limit": click.IntRange(1, 1000)}
"""Narrower bounds of options, for output that is read on a terminal."""


def flag_of(part: Part) -> str:
    """The command-line flag of an option; for a switch that is on by default, the flag that turns it off."""
    return f"--{'no-' if part.default is True else ''}{part.name.replace('_', '-')}"


def _of_part(part: Part) -> Callable[[Command], Command]:
    flag = flag_of(part)
    described: dict[str, Any] = {"help": part.option.help, "metavar": part.option.unit.upper() or None}
    if part.kind is bool:
        return click.option(
            flag, part.name, is_flag=True, default=part.default, flag_value=not part.default, **described
        )
    if part.is_list:
        return click.option(flag, default="", **described)
    kind: Any = part.kind
    if kind is int:
        kind = _RANGES.get(part.name) or click.IntRange(part.bounds.ge, part.bounds.le)  # type: ignore[arg-type]  # whole
    return click.option(
        flag, default=part.default, show_default=part.default not in {None, ""}, type=kind, **described
    )


def request_options(command: Command) -> Command:
    """Decorate a command with all options of a search."""
    options = {name: [_of_part(part)] for name, part in OPTIONS.items()} | {"text": (), "filters": _FILTERS}
    for name in reversed(SearchRequest.__dataclass_fields__):
        for option in reversed(options[name]):
            command = option(command)
    return command


def typed_request(text: str, options: Mapping[str, Any]) -> SearchRequest:
    """The request made of options, which have the names of ``SearchRequest.of``, except filters.

    Raises:
        QueryError: an option is invalid; the message names it.
    """
    given = dict(options)
    further = tuple(_filters(given.pop("filters", ())))
    for part in OPTIONS.values():
        if part.is_list:
            given[part.name] = [
                value.strip() for value in given.pop(part.name, "").split(",") if value.strip()
            ]
    request = SearchRequest.of(text, **given)
    return replace(request, filters=(*request.filters, *further))


def _filters(typed: Iterable[str]) -> Iterable[FieldFilter]:
    """One filter for each field and sign, with all its values."""
    values: dict[tuple[str, bool], list[str]] = {}
    for text in typed:
        name, equals, value = text.partition("=")
        if not equals:
            raise QueryError(f"--filter {text!r}: write FIELD=VALUE", parameter="filter")
        values.setdefault((name.removeprefix("-"), name.startswith("-")), []).append(value)
    for (field, negated), several in values.items():
        yield FieldFilter(field, tuple(several), negated=negated)
