"""Commands that bring an index up to date: `replay` of the journal, its `position`, and `watch`."""

import datetime as dt
import signal
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event

import click

from onneshon.index.commands.build_options import write_options
from onneshon.index.commands.directory_commands import commands_of
from onneshon.index.commands.shared import (
    Terminated,
    end_with,
    ending_in_order,
)
from onneshon.index.commands.sites import (
    FollowedSites,
    Given,
    check_selection,
    check_sites,
    site_options,
    sources_argument,
)
from onneshon.index.commands.terminal import (
    NumberRange,
    configuration_of,
    counted,
    json_option,
    location_option,
    parsed_by,
    say,
)
from onneshon.index.errors import IndexLockedError, OnneshonError
from onneshon.index.indexer.write_job import UpdateReport
from onneshon.index.indexer.write_options import UpdateOptions
from onneshon.index.ingest.crawling.address import SiteOptions
from onneshon.index.ingest.source import address_of
from onneshon.index.ingest.sources import watched
from onneshon.index.publishing.progress import ProgressFile
from onneshon.index.publishing.replay import ReplayReport, replay
from onneshon.index.remote import Location, site_directory


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
    type=NumberRange(min=0),
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
    directory, opening = site_directory(location), commands_of(location).writer
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
    """Updates an index each time that it is called, and prints a summary."""

    paths: tuple[Path, ...]
    location: Location
    options: UpdateOptions
    sites: FollowedSites | None = None

    def __call__(self) -> None:
        if self.sites and not self.sites.are_complete:
            return  # articles of the missing sites would be deleted
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
        """Update, waiting as long as another process writes the index."""
        reported = False
        while True:
            try:
                files = self.sites.files if self.sites else ()
                options = replace(self.options, configuration=configuration_of(self.location))
                return commands_of(self.location).update((*self.paths, *files), options)
            except IndexLockedError as error:
                if not reported:
                    say(f"the index stays as it was, and is tried again: {error}", err=True, indent="  ")
                reported = True


@click.command(name="watch")
@sources_argument(allow_dash=False)
@location_option
@click.option(
    "--settle",
    type=NumberRange(min=0.05),
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
    type=NumberRange(min=1),
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
    if any(map(address_of, paths)):
        raise click.UsageError(
            "a database behind an address tells nobody that it has changed: run "
            "`onneshon index update --delete-missing` from time to time"
        )
    addresses = check_sites(sources, options.reading)
    check_selection(sources, options.reading)
    sites = FollowedSites(addresses, site_directory(location), site, every)
    options = replace(options, delete_missing=True, wait=_WAIT)
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
