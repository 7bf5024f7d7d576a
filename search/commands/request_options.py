"""The options of ``onneshon search`` that say what is asked, and the request that they make."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, TypeVar

import click
from click.shell_completion import CompletionItem

from onneshon.index.commands.options import default_index
from onneshon.index.errors import OnneshonError
from onneshon.search.errors import QueryError
from onneshon.search.interface import SORTS, FieldFilter, SearchRequest
from onneshon.search.opening import open_engine
from onneshon.search.query.conditions import FILTER_FIELDS, FilterField
from onneshon.search.retrieval.facets import FACETS

__all__ = ["Searching", "request_of", "request_options"]

Command = TypeVar("Command", bound=Callable[..., Any])


class Searching(click.Command):
    """Explains a query that begins with a hyphen, which the shell's conventions take for an option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the command line."""
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


def _known_values(field: FilterField) -> Callable[..., list[CompletionItem]]:
    """What a shell offers after an option: values that articles have, the most frequent first."""

    def complete(ctx: click.Context, _parameter: click.Parameter, begun: str) -> list[CompletionItem]:
        place = ctx.params.get("place") or default_index
        try:
            with open_engine(place) as engine:
                return [CompletionItem(value) for value in engine.values(field) if value.startswith(begun)]
        except OnneshonError:
            return []

    return complete


def _option(*names: str, **settings: Any) -> Callable[[Command], Command]:
    return click.option(*names, **settings)


_OPTIONS: Final[Sequence[Callable[..., Any]]] = (
    _option("--limit", default=10, show_default=True, type=click.IntRange(1, 1000), help="Hits to show."),
    _option("--offset", default=0, show_default=True, type=click.IntRange(0), help="Hits to pass over."),
    _option("--cursor", default="", help="Go on where the page with this cursor ended (see --json)."),
    _option(
        "--literal", is_flag=True, help="Every word exactly as typed: no other form, spelling or script."
    ),
    _option(
        "--strict", is_flag=True, help="What would be passed over of the query is an error that says where."
    ),
    _option(
        "--category",
        multiple=True,
        shell_complete=_known_values("category"),
        help="Only articles of this category; given again, of either.",
    ),
    _option(
        "--author",
        multiple=True,
        shell_complete=_known_values("author"),
        help="Only articles by this author; given again, by either.",
    ),
    _option(
        "--lang", multiple=True, shell_complete=_known_values("lang"), help="Only articles in this language."
    ),
    _option("--date", multiple=True, help="Only articles of this day, month, year or range: 2019..2020-06."),
    _option("--since", help="Only articles of this day, month or year, or later."),
    _option("--until", help="Only articles of this day, month or year, or earlier."),
    _option(
        "--filter",
        "filters",
        multiple=True,
        metavar="FIELD=VALUE",
        help=f"Only such articles; -FIELD=VALUE: no such ones. Fields: {', '.join(FILTER_FIELDS)}, and those "
        "that onneshon.toml declares.",
    ),
    _option(
        "--sort",
        default=SORTS[0],
        show_default=True,
        metavar="ORDER",
        help=f"{', '.join(SORTS)}; or by a number that onneshon.toml declares: NAME:desc, NAME:asc.",
    ),
    _option("--freshness", type=float, metavar="DAYS", help="An article loses half of its score in so long."),
    _option(
        "--facets",
        default="",
        metavar="NAMES",
        help=f"Count, between commas: {', '.join(FACETS)}, fields of onneshon.toml.",
    ),
    _option("--facet-limit", default=10, show_default=True, type=click.IntRange(0, 1000), help="Of each."),
    _option(
        "--no-group",
        "group",
        default=True,
        flag_value=False,
        help="Show each of articles that say nearly the same.",
    ),
    _option("--explain", is_flag=True, help="Say of each hit why it has its score."),
)


def request_options(command: Command) -> Command:
    """Decorator that adds them all."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def request_of(text: str, options: Mapping[str, Any]) -> SearchRequest:
    """The request that options make; they are named as ``SearchRequest.of`` names them, filters aside.

    Raises:
        QueryError: something makes no sense; names the option.
    """
    given = dict(options)
    further = tuple(_filters(given.pop("filters", ())))
    facets = [name.strip() for name in given.pop("facets", "").split(",") if name.strip()]
    request = SearchRequest.of(text, facets=facets, **given)
    return SearchRequest(
        **{name: getattr(request, name) for name in SearchRequest.__dataclass_fields__}
        | {"filters": (*request.filters, *further)}
    )


def _filters(typed: Iterable[str]) -> Iterable[FieldFilter]:
    """One filter for each field and sign, with all its values."""
    values: dict[tuple[str, bool], list[str]] = {}
    for one in typed:
        name, equals, value = one.partition("=")
        if not equals:
            raise QueryError(f"--filter {one!r}: write FIELD=VALUE", kind="parameter", parameter="filter")
        values.setdefault((name.removeprefix("-"), name.startswith("-")), []).append(value)
    for (field, negated), several in values.items():
        yield FieldFilter(field, tuple(several), negated=negated)
