"""The options of commands that write an index: how sources are read, and how articles are written."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from onneshon.index.commands.shared import with_further
from onneshon.index.commands.terminal import TYPED_TEXT, NumberRange
from onneshon.index.configuration import ARTICLE_FIELDS, is_field_name
from onneshon.index.indexer.write_options import Allowance, BuildOptions, WriteOptions
from onneshon.index.ingest.readers.record import ReadingOptions
from onneshon.index.ingest.readers.registry import FORMATS
from onneshon.index.ingest.source import Selection, Since
from onneshon.index.storage.durable import cores

_Command = TypeVar("_Command", bound=Callable[..., Any])


def reading_options(command: _Command) -> _Command:
    """Decorator; passes ``reading: ReadingOptions``."""

    def with_reading(
        *arguments: Any,
        format_name: str | None,
        mapped: dict[str, tuple[str, ...]],
        date_format: str | None,
        database: str | None,
        refuse_bijoy: bool,
        follow_links: bool,
        table: str | None,
        query: str | None,
        since: str | None,
        **options: Any,
    ) -> Any:
        if table and query:
            raise click.UsageError("a table or a query: --table and --query go one without the other")
        reading = ReadingOptions(
            format_name,
            mapped,
            date_format,
            database,
            convert=not refuse_bijoy,
            follow_links=follow_links,
            selection=Selection(table, query, Since(since) if since else None),
        )
        return command(*arguments, reading=reading, **options)

    return with_further(command, with_reading, _READING_OPTIONS)  # type: ignore[return-value]  # as the command, but for one


def _parse_maps(
    _context: click.Context, _option: click.Parameter, given: tuple[str, ...]
) -> dict[str, tuple[str, ...]]:
    """Parse mappings such as ``title=headline,heading``."""
    found: dict[str, tuple[str, ...]] = {}
    for mapping in given:
        field, equals, names = mapping.partition("=")
        if not equals or not all(names.split(",")):
            raise click.BadParameter(f"{mapping!r} is not of the form FIELD=NAME, such as title=headline")
        if field not in ARTICLE_FIELDS and not is_field_name(field):
            raise click.BadParameter(
                f"articles have no field {field!r}; they have {', '.join(ARTICLE_FIELDS)}"
            )
        found[field] = (*found.get(field, ()), *names.split(","))
    return found


_READING_OPTIONS = (
    click.option(
        "--format",
        "format_name",
        type=click.Choice(list(FORMATS)),
        help="Format of all sources, instead of what their names and first bytes say.",
    ),
    click.option(
        "--map",
        "mapped",
        multiple=True,
        type=TYPED_TEXT,
        metavar="FIELD=NAME",
        callback=_parse_maps,
        help="What sources call a field, such as title=headline; goes before onneshon.toml. Repeatable.",
    ),
    click.option(
        "--date-format",
        metavar="FORM",
        help="How dates are written, such as %d%m%y; 2024-02-21, 21/02/2024 and in words unless told.",
    ),
    click.option(
        "--database",
        metavar="URL",
        envvar="ONNESHON_DATABASE",
        help="Database that queries (.sql) are put to; as it may hold a password, rather ONNESHON_DATABASE.",
    ),
    click.option(
        "--table", type=TYPED_TEXT, metavar="NAME", help="Of a database: the table whose rows are articles."
    ),
    click.option(
        "--query", type=TYPED_TEXT, metavar="SQL", help="Of a database: the query whose rows are articles."
    ),
    click.option(
        "--since",
        type=TYPED_TEXT,
        metavar="COLUMN",
        help="Of a database: rows in which COLUMN is not below what the last such command came to.",
    ),
    click.option(
        "--refuse-bijoy",
        is_flag=True,
        help="Leave out articles typed for Bijoy, which are converted otherwise.",
    ),
    click.option(
        "--follow-links",
        is_flag=True,
        help="Follow links in folders wherever they lead; those that lead out are reported else.",
    ),
)


_DEFAULTS = BuildOptions()


def _check_max_bad(_context: click.Context, _option: click.Parameter, value: str) -> str:
    """Refuse a value that is neither a number nor a percentage."""
    try:
        Allowance.parse(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None
    return value


wait_option = click.option(
    "--wait",
    type=NumberRange(min=0),
    default=_DEFAULTS.wait,
    metavar="SECONDS",
    help="Wait so long for another writer to finish.",
)

keep_option = click.option(
    "--keep",
    type=click.IntRange(min=1),
    default=_DEFAULTS.keep,
    show_default=True,
    metavar="N",
    help="Generations that stay, the live one among them; the last good one stays in any case.",
)

_OPTIONS = {
    "delete_missing": click.option(
        "--delete-missing", is_flag=True, help="Delete every article that PATH... does not have."
    ),
    "strict": click.option(
        "--strict", is_flag=True, help="Stop at the first bad article and change nothing."
    ),
    "max_bad": click.option(
        "--max-bad",
        default=_DEFAULTS.max_bad,
        show_default=True,
        metavar="N|N%",
        callback=_check_max_bad,
        help="Records that may be left out, or their share of all; beyond that nothing changes.",
    ),
    "force": click.option(
        "--force",
        is_flag=True,
        help="Publish though a source cannot be read to its end, or the index shrinks to under half.",
    ),
    "keep": keep_option,
    "workers": click.option(
        "--workers",
        type=click.IntRange(min=1),
        default=cores,
        show_default="the cores there are",
        metavar="N",
        help="Processes that work at the same time.",
    ),
    "memory_mb": click.option(
        "--memory",
        "memory_mb",
        type=click.IntRange(min=16),
        default=_DEFAULTS.memory_mb,
        show_default=True,
        metavar="MB",
        help="Memory for postings before they are written out.",
    ),
    "wait": wait_option,
}
"""Options by the names of the fields of ``WriteOptions`` and its subclasses."""


def write_options(kind: Callable[..., WriteOptions], *names: str) -> Callable[[_Command], _Command]:
    """Decorator; passes ``options``, which include the ``ReadingOptions``.

    Args:
        kind: the class of the options.
        names: the names of the command's options, in the order of its help.
    """

    def decorated(command: _Command) -> _Command:
        def with_options(*arguments: Any, reading: Any, **given: Any) -> Any:
            written = {name: given.pop(name) for name in names}
            return command(*arguments, options=kind(reading=reading, **written), **given)

        found = reading_options(with_further(command, with_options, ()))
        for name in reversed(names):  # in the help before the options of reading
            _OPTIONS[name](found)
        return found  # type: ignore[return-value]  # it takes what the command takes, but for one

    return decorated
