"""`onneshon index watch`: an index that follows its files."""

import signal
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event

import click

from onneshon.index.commands.build_options import write_options
from onneshon.index.commands.options import index_option
from onneshon.index.commands.shared import Terminated, ending_in_order
from onneshon.index.commands.terminal import counted, say
from onneshon.index.errors import IndexLockedError, OnneshonError
from onneshon.index.indexer.write_options import UpdateOptions
from onneshon.index.ingest.sources import watched
from onneshon.index.upkeep.update import UpdateReport, run_update

__all__ = ["watch_command"]

_WAIT = 60.0
"""Seconds to wait for another writer of the index."""


@dataclass(frozen=True, slots=True)
class _Following:
    """Brings an index up to date each time that it is called, and says how that went."""

    paths: tuple[Path, ...]
    directory: Path
    options: UpdateOptions

    def __call__(self) -> None:
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

    def _update(self) -> UpdateReport:
        """Update once no other process writes the index, however long that takes."""
        reported = False
        while True:
            try:
                return run_update(self.paths, self.directory, self.options)
            except IndexLockedError as error:
                if not reported:
                    say(f"the index stays as it was, and is tried again: {error}", err=True, indent="  ")
                reported = True


@click.command(name="watch")
@click.argument(
    "paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(exists=True, path_type=Path)
)
@index_option
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
@write_options(UpdateOptions, "max_bad")
@click.pass_context
def watch_command(
    context: click.Context,
    paths: tuple[Path, ...],
    directory: Path,
    *,
    settle: float,
    poll: bool,
    options: UpdateOptions,
) -> None:
    """Bring the index up to date now, and whenever files of articles change, until it is stopped.

    PATH is a folder or a file. What cannot be read is told of, and the index that is live stays.
    """
    refresh = _Following(paths, directory, replace(options, delete_missing=True, wait=_WAIT))
    for changed in watched(paths, Event(), options.reading, settle=settle, polling=poll):
        if changed:
            say(f"{counted(changed, 'file')} changed")
        try:
            with ending_in_order():
                refresh()
        except Terminated as stop:
            say(f"stopped by {signal.Signals(stop.number).name}", err=True)
            context.exit(stop.exit_code)
