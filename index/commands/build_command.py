"""An index from its sources: `onneshon index build`, from the journal `replay`, and `watch`."""

import datetime as dt
import signal
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from threading import Event
from typing import TextIO

import click

from onneshon.index.commands.build_options import write_options
from onneshon.index.commands.progress import PhaseLog
from onneshon.index.commands.shared import (
    Terminated,
    dry_run_option,
    end_with,
    ended_by_signals,
    ending_in_order,
    following,
    progress_of,
    quiet_option,
    read_text,
    size_text,
)
from onneshon.index.commands.sites import (
    FollowedSites,
    Given,
    check_sites,
    files_of,
    site_options,
    sources_argument,
)
from onneshon.index.commands.statistics_output import say_preview
from onneshon.index.commands.terminal import (
    configuration_of,
    counted,
    json_option,
    location_option,
    parsed_by,
    say,
)
from onneshon.index.configuration import check_shown
from onneshon.index.errors import IndexLockedError, OnneshonError
from onneshon.index.indexer.builder import run_build
from onneshon.index.indexer.write_job import BuildReport, UpdateReport
from onneshon.index.indexer.write_options import BuildOptions, UpdateOptions
from onneshon.index.ingest.crawling.address import SiteOptions
from onneshon.index.ingest.preview import preview
from onneshon.index.ingest.sources import watched
from onneshon.index.publishing.progress import ProgressFile
from onneshon.index.publishing.replay import ReplayReport, replay
from onneshon.index.remote import BuildOption, Location, RemoteIndex, engines, site_directory
from onneshon.index.storage.generations import Generations
from onneshon.index.upkeep.update import run_update


class _BuildCommand(click.Command):
    """Has the options of installed engines too, before ``--json``; click wants them before the address."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """All parameters, in the order of the help."""
        known = super().get_params(ctx)
        at = [parameter.name for parameter in known].index("as_json")
        return [*known[:at], *map(_engine_option, _own_options()), *known[at:]]


def _own_options() -> list[BuildOption]:
    return [option for engine in engines() for option in engine.build_options]


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
    # Articles of files have the declared fields and no others: what would stop the build at its end is known.
    check_shown(configuration, ())
    _check_own(location, own)
    progress = progress_of(quiet=quiet)
    reporting = PhaseLog(progress, log_file) if log_file else progress
    options = replace(options, progress=reporting, configuration=configuration)
    following_on = following(reading, home, anew=True)
    with ended_by_signals(context), fetching as paths, following_on as newer:
        options = replace(options, reading=newer)
        if isinstance(location, RemoteIndex):
            mine = {option.name: own[option.name] for option in location.build_options}
            report = location.commands().build(paths, options, mine)
        else:
            report = run_build(paths, location, options)
    complete = report.is_complete
    end_with(context, report, report_text(report), complete=complete, as_json=as_json, quiet=quiet)


def _check_own(location: Location, own: Mapping[str, int | None]) -> None:
    """Refuse options of an engine that is not the one of the index."""
    for engine in engines():
        given = any(own[option.name] is not None for option in engine.build_options)
        if given and not isinstance(location, engine):
            names = " and ".join(f"--{option.name}" for option in engine.build_options)
            raise click.UsageError(f"{names} are of {engine.kind}: name one with --index")


def report_text(report: BuildReport) -> str:
    """What a build did, for people."""
    left_out = sum(report.skipped.values())
    speed = f"{report.seconds:.1f} s, {report.articles_per_second:,.0f} articles/s"
    lines = [
        f"{report.seen:,} articles in: {report.articles:,} indexed, {left_out:,} left out",
        *read_text(report),
        f"{speed}, {size_text(report.index_bytes)}",
        f"generation {report.generation} is live",
    ]
    return "\n".join(lines)


def _moment(text: str) -> dt.datetime:
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is no time such as 2026-11-25T02:00") from None
    return moment if moment.tzinfo else moment.astimezone()


@click.command(name="replay")
@location_option
@click.option(
    "--since",
    callback=parsed_by(_moment),
    metavar="TIME",
    help="What was received from then on, such as 2026-11-25T02:00, by the clock of then.",
)
@click.option(
    "--from",
    "position",
    type=click.IntRange(min=0),
    default=0,
    metavar="POSITION",
    help="What came behind a position that `onneshon index position` said; else all that is kept.",
)
@click.option(
    "--wait",
    type=click.FloatRange(min=0),
    default=60,
    show_default=True,
    metavar="SECONDS",
    help="Wait so long for another writer to finish.",
)
@json_option
@click.pass_context
def replay_command(
    context: click.Context,
    location: Location,
    *,
    since: dt.datetime | None,
    position: int,
    wait: float,
    as_json: bool,
) -> None:
    """Apply again what was published over HTTP, after a build, a rollback or a restore.

    An index of files that were written before an article came does not have it. The queue keeps what it
    published for 48 hours; what is in the index already costs nothing. Ends with exit code 6 when something
    had to be left out.
    """
    opening = None
    if isinstance(location, RemoteIndex):
        opening = partial(location.commands().writer, wait=wait)
    else:
        Generations(location).current()  # says that there is no index, before one is made
    directory = site_directory(location)
    report = replay(directory, since, position=position, wait=wait, opening=opening)
    for fault in report.left_out:
        say(f"left out: {fault}", err=True)
    end_with(context, report, _summary(report), complete=not report.left_out, as_json=as_json)


@click.command(name="position")
@location_option
def position_command(location: Location) -> None:
    """Say up to which position articles came over HTTP, for `replay --from` after an export and its build."""
    say(f"{ProgressFile(site_directory(location)).read().position}")


def _summary(report: ReplayReport) -> str:
    counts = f"{report.put:,} put in, {report.deleted:,} taken out, {len(report.left_out):,} left out"
    return f"{report.operations:,} operations: {counts}; generation {report.generation} is live"


_WAIT = 60.0
"""Seconds to wait for another writer of the index."""


@dataclass(frozen=True, slots=True)
class _Following:
    """Brings an index up to date each time that it is called, and says how that went."""

    paths: tuple[Path, ...]
    location: Location
    options: UpdateOptions
    sites: FollowedSites | None = None

    def __call__(self) -> None:
        if self.sites and not self.sites.are_complete:
            return  # what is missing of the others would be taken for deleted
        try:
            report = self._update()
        except OnneshonError as error:
            say(f"the index stays as it was: {error}", err=True, indent="  ")
        else:
            changes = f"{report.added:,} added, {report.changed:,} changed, {report.deleted:,} deleted"
            left_out = sum(report.skipped.values())
            say(
                f"generation {report.generation} is live: {report.articles:,} articles; "
                f"{changes}, {left_out:,} left out; {report.seconds:.1f} s"
            )
            if self.sites:
                self.sites.forget()

    def _update(self) -> UpdateReport:
        """Update once no other process writes the index, however long that takes."""
        reported = False
        while True:
            try:
                files = self.sites.files if self.sites else ()
                paths = (*self.paths, *files)
                if isinstance(self.location, RemoteIndex):
                    return self.location.commands().update(paths, self.options)
                return run_update(paths, self.location, self.options)
            except IndexLockedError as error:
                if not reported:
                    say(f"the index stays as it was, and is tried again: {error}", err=True, indent="  ")
                reported = True


@click.command(name="watch")
@sources_argument(allow_dash=False)
@location_option
@click.option(
    "--settle",
    type=click.FloatRange(min=0.05),
    default=2.0,
    show_default=True,
    metavar="SECONDS",
    help="Wait until no file has changed for so long.",
)
@click.option(
    "--poll", is_flag=True, help="Look at the files from time to time: for folders of other machines."
)
@click.option(
    "--every",
    type=click.FloatRange(min=1),
    default=900,
    show_default=True,
    metavar="SECONDS",
    help="Of a site: ask so often what is new.",
)
@write_options(UpdateOptions, "max_bad")
@site_options
@click.pass_context
def watch_command(
    context: click.Context,
    sources: tuple[Given, ...],
    location: Location,
    *,
    settle: float,
    poll: bool,
    every: float,
    options: UpdateOptions,
    site: SiteOptions,
) -> None:
    """Bring the index up to date now, and whenever files of articles change, until it is stopped.

    PATH is a folder or a file; URL is of a site, as for `onneshon index build`, which is asked from time to
    time. What cannot be read is reported, and the index that is live stays.
    """
    paths = tuple(source for source in sources if not isinstance(source, str))
    addresses = check_sites(sources, options.reading)
    sites = FollowedSites(addresses, site_directory(location), site, every)
    options = replace(options, delete_missing=True, wait=_WAIT)
    if isinstance(location, RemoteIndex):
        options = replace(options, configuration=configuration_of(location))
    refresh = _Following(paths, location, options, sites)
    for changed in watched(
        paths, Event(), options.reading, settle=settle, polling=poll, has_news=sites.has_news
    ):
        if changed:
            say(f"{counted(changed, 'file')} changed")
        try:
            with ending_in_order():
                refresh()
        except Terminated as stop:
            say(f"stopped by {signal.Signals(stop.number).name}", err=True)
            context.exit(stop.exit_code)
