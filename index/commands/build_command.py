"""The command `onneshon index build`, and the preview of what it would read."""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final, TextIO

import click

from onneshon.index.article import Article
from onneshon.index.commands.build_options import write_options
from onneshon.index.commands.directory_commands import commands_of
from onneshon.index.commands.progress import PhaseLog
from onneshon.index.commands.shared import (
    conversions,
    dry_run_option,
    end_with,
    ended_by_signals,
    following,
    progress_of,
    quiet_option,
    read_text,
    size_text,
)
from onneshon.index.commands.sites import (
    Given,
    files_of,
    site_options,
    sources_argument,
)
from onneshon.index.commands.terminal import (
    Styled,
    configuration_of,
    json_option,
    location_option,
    say,
    say_json,
)
from onneshon.index.configuration import check_shown
from onneshon.index.errors import KINDS
from onneshon.index.indexer.write_job import BuildReport
from onneshon.index.indexer.write_options import BuildOptions
from onneshon.index.ingest.crawling.address import SiteOptions
from onneshon.index.ingest.preview import Preview, preview
from onneshon.index.remote import BuildOption, Location, engines, site_directory


class _BuildCommand(click.Command):
    """A command with the options of all installed engines: click needs them before it knows the address."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """All parameters, in the order of the help."""
        known = super().get_params(ctx)
        at = [parameter.name for parameter in known].index("as_json")
        own = (option for engine in engines() for option in engine.build_options)
        return [*known[:at], *map(_engine_option, own), *known[at:]]


def _engine_option(option: BuildOption) -> click.Option:
    number = click.IntRange(min=option.least)
    return click.Option([f"--{option.name}"], type=number, metavar="N", help=option.help)


@click.command(name="build", cls=_BuildCommand)
@sources_argument(allow_dash=True)
@location_option
@write_options(BuildOptions, "strict", "max_bad", "force", "keep", "workers", "memory_mb", "wait")
@quiet_option
@click.option(
    "--log",
    "log_file",
    type=click.File("a", encoding="utf-8"),
    metavar="FILE",
    help="Append a line of JSON for each phase; - for standard output.",
)
@dry_run_option
@site_options
@json_option
@click.pass_context
def build_command(
    context: click.Context,
    /,
    sources: tuple[Given, ...],
    location: Location,
    *,
    options: BuildOptions,
    site: SiteOptions,
    quiet: bool,
    log_file: TextIO | None,
    dry_run: bool,
    as_json: bool,
    **own: int | None,
) -> None:
    """Build a new index from articles and make it the live one.

    PATH is a file of JSON Lines, JSON, CSV, plain text, HTML, a MediaWiki dump, WARC, Parquet, RSS, Atom,
    EPUB, Markdown, DOCX, ODT, XLSX, PDF or SQLite, plain or compressed (.gz, .bz2, .xz, .zst), a query in
    SQL, a folder of such files, the address of a database, or - for standard input. URL is the sitemap or a
    feed of a site, or a page of it that leads to one. An article has title or body, and, if known, id, date,
    category, url, author and lang. The index that was live before is kept for `onneshon index rollback`.
    Ends with exit code 6 when the new index is live and articles had to be left out.
    """
    home, reading = site_directory(location), options.reading
    fetching = files_of(sources, home, site, reading=reading, quiet=quiet, dry_run=dry_run)
    if dry_run:
        with ended_by_signals(context), fetching as paths:
            say_preview(preview(paths, configuration_of(location), reading), as_json=as_json)
        return
    configuration = configuration_of(location)
    # Articles of files have only declared fields: an error that would end the build is raised before it.
    check_shown(configuration, ())
    _check_own(location, own)
    progress = progress_of(quiet=quiet)
    reporting = PhaseLog(progress, log_file) if log_file else progress
    options = replace(options, progress=reporting, configuration=configuration)
    following_on = following(reading, home, anew=True)
    with ended_by_signals(context), fetching as paths, following_on as newer:
        options = replace(options, reading=newer)
        report = commands_of(location).build(paths, options, own)
    complete = report.is_complete
    end_with(context, report, report_text(report), complete=complete, as_json=as_json, quiet=quiet)


def _check_own(location: Location, own: Mapping[str, int | None]) -> None:
    """Refuse options of an engine other than that of the index."""
    for engine in engines():
        given = any(own[option.name] is not None for option in engine.build_options)
        if given and not isinstance(location, engine):
            names = " and ".join(f"--{option.name}" for option in engine.build_options)
            raise click.UsageError(f"{names} are of {engine.kind}: name one with --index")


def report_text(report: BuildReport) -> str:
    """The report of a build as text for people."""
    left_out = sum(report.skipped.values())
    speed = f"{report.seconds:.1f} s, {report.articles_per_second:,.0f} articles/s"
    lines = [
        f"{report.seen:,} articles in: {report.articles:,} indexed, {left_out:,} left out",
        *read_text(report),
        f"{speed}, {size_text(report.index_bytes)}",
        f"generation {report.generation} is live",
    ]
    return "\n".join(lines)


_WIDTHS: Final = {"id": 20, "date": 10, "title": 30, "category": 14, "author": 18, "url": 24, "text": 44}
"""Columns of the table, each with its greatest width in terminal columns."""


def say_preview(found: Preview, *, as_json: bool) -> None:
    """Print a preview, as JSON or as counts and a table of the first articles."""
    if as_json:
        say_json(found.to_dict())
        return
    for line in _figures(found):
        say(line)
    rows = [_cells(article) for article in found.first]
    shown = [name for name in _WIDTHS if any(row[name] for row in rows)]
    widths = {name: max(_width(name), *(_width(row[name]) for row in rows)) for name in shown}
    if rows:
        say(Styled(_row({name: name for name in shown}, widths), bold=True))
    for row in rows:
        say(_row(row, widths))


def _figures(found: Preview) -> Iterator[str]:
    """Lines with the counts of articles and of their fields, and with what is left out."""
    left_out = sum(found.skipped.values())
    formats = _counts(found.formats, name_last=True) or "none"
    yield f"would read {found.good:,} articles and leave out {left_out:,}; sources: {formats}"
    taken = "; ".join(f"{field} of {_counts(names)}" for field, names in found.recognised.items())
    for label, counts in (
        ("fields", _counts(found.fields)),
        ("taken", taken),
        ("not used", _counts(found.unused)),
        ("ignored", _counts(found.passed)),
        ("converted", f"typed for Bijoy {found.converted:,}" if found.converted else ""),
    ):
        if counts:
            yield f"{label:<12}{counts}"
    yield from conversions(found.passed)
    for kind, count in found.values.items():
        yield f"without     {count:,} {kind}: {KINDS[kind]}"
    for kind, count in found.skipped.items():
        yield f"left out    {count:,} {kind}: {KINDS[kind]}"
    for fault in found.faults:
        yield f"  first {fault.kind}: {fault.where}: {fault.reason}"


def _counts(counts: Mapping[str, int], *, name_last: bool = False) -> str:
    return ", ".join(
        f"{count:,} {name}" if name_last else f"{name} {count:,}" for name, count in counts.items()
    )


def _cells(article: Article) -> dict[str, str]:
    """An article as a row, with texts cut to the width of their columns."""
    date = article.date.isoformat() if article.date else ""
    texts = {name: getattr(article, name) for name in ("id", "title", "category", "author", "url")}
    cells = {**texts, "date": date, "text": article.body[:200]}
    return {name: _cut(" ".join(cells[name].split()), most) for name, most in _WIDTHS.items()}


def _width(text: str) -> int:
    """The approximate width of a text in terminal columns; combining and format characters have none."""
    return sum(unicodedata.category(character) not in {"Mn", "Me", "Cf"} for character in text)


def _cut(text: str, most: int) -> str:
    """A text cut to the given width, marked with … if it was cut."""
    if _width(text) <= most:
        return text
    places = 0
    for end, character in enumerate(text):
        places += _width(character)
        if places >= most:
            return text[:end].rstrip() + "…"
    return text


def _row(cells: Mapping[str, str], widths: Mapping[str, int]) -> str:
    padded = (cells[name] + " " * (width - _width(cells[name])) for name, width in widths.items())
    return "  ".join(padded).rstrip()
