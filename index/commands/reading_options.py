"""The options that say how sources are read, for every command that reads some."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from onneshon.index.commands.terminal import Styled, say, say_json
from onneshon.index.configuration import ARTICLE_FIELDS, is_field_name
from onneshon.index.ingest.preview import Preview
from onneshon.index.ingest.problems import KINDS
from onneshon.index.ingest.readers.record import ReadingOptions
from onneshon.index.ingest.readers.registry import FORMATS

__all__ = ["reading_options", "say_preview"]

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
        **options: Any,
    ) -> Any:
        reading = ReadingOptions(
            format_name,
            mapped,
            date_format,
            database,
            convert=not refuse_bijoy,
            follow_links=follow_links,
        )
        return command(*arguments, reading=reading, **options)

    with_reading.__name__, with_reading.__doc__ = command.__name__, command.__doc__
    with_reading.__click_params__ = getattr(command, "__click_params__", [])  # type: ignore[attr-defined]  # click's own
    for option in reversed(_OPTIONS):
        option(with_reading)
    return with_reading  # type: ignore[return-value]  # it takes what the command takes, but for one


def _parse_maps(
    _context: click.Context, _option: click.Parameter, given: tuple[str, ...]
) -> dict[str, tuple[str, ...]]:
    """``title=headline,heading`` and the like."""
    found: dict[str, tuple[str, ...]] = {}
    for one in given:
        field, equals, names = one.partition("=")
        if not equals or not all(names.split(",")):
            raise click.BadParameter(f"{one!r} is not of the form FIELD=NAME, such as title=headline")
        if field not in ARTICLE_FIELDS and not is_field_name(field):
            raise click.BadParameter(
                f"articles have no field {field!r}; they have {', '.join(ARTICLE_FIELDS)}"
            )
        found[field] = (*found.get(field, ()), *names.split(","))
    return found


_OPTIONS = (
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


def say_preview(found: Preview, *, as_json: bool) -> None:
    """Print what would be read."""
    if as_json:
        say_json(found.to_dict())
        return
    left_out = sum(found.skipped.values())
    formats = ", ".join(f"{count:,} {name}" for name, count in found.formats.items()) or "none"
    say(f"would read {found.good:,} articles and leave out {left_out:,}; sources: {formats}")
    for label, counts in (
        ("fields", found.fields),
        ("not used", found.unused),
        ("passed over", found.passed),
        ("converted", {"typed for Bijoy": found.converted} if found.converted else {}),
    ):
        if counts:
            say(f"{label:<12}" + ", ".join(f"{name} {count:,}" for name, count in counts.items()))
    for kind, count in found.values.items():
        say(f"without     {count:,} {kind}: {KINDS[kind]}")
    for kind, count in found.skipped.items():
        say(f"left out    {count:,} {kind}: {KINDS[kind]}")
    for fault in found.faults:
        say(f"  first {fault}")
    for article in found.first:
        say(Styled(f"{article.id}", bold=True), f"  {article.title}")
        say(f"  {' '.join(article.body[:160].split())}")
