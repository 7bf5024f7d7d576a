"""``onneshon index replay``."""

import datetime as dt
from dataclasses import asdict
from pathlib import Path

import click

from onneshon.index.commands.options import index_option, json_option
from onneshon.index.commands.shared import INCOMPLETE
from onneshon.index.commands.terminal import say, say_json
from onneshon.index.publishing.replay import ReplayReport, replay
from onneshon.index.storage.generations import Generations

__all__ = ["replay_command"]


def _moment(_context: click.Context, _option: click.Parameter, value: str | None) -> dt.datetime | None:
    if value is None:
        return None
    try:
        moment = dt.datetime.fromisoformat(value)
    except ValueError:
        raise click.BadParameter(f"{value!r} is no time such as 2026-11-25T02:00") from None
    return moment if moment.tzinfo else moment.astimezone()


@click.command(name="replay")
@index_option
@click.option(
    "--since",
    callback=_moment,
    metavar="TIME",
    help="What was received from then on, such as 2026-11-25T02:00; else all that is kept.",
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
    context: click.Context, directory: Path, *, since: dt.datetime | None, wait: float, as_json: bool
) -> None:
    """Apply again what was published over HTTP, after a build, a rollback or a restore.

    An index of files that were written before an article came does not have it. The queue keeps what it
    published for 48 hours; what is in the index already costs nothing. Ends with exit code 6 when something
    had to be left out.
    """
    Generations(directory).current()  # says that there is no index, before one is made
    report = replay(directory, since, wait=wait)
    for fault in report.left_out:
        say(f"left out: {fault}", err=True)
    if as_json:
        say_json(asdict(report))
    else:
        say(_told(report))
    context.exit(INCOMPLETE if report.left_out else 0)


def _told(report: ReplayReport) -> str:
    counts = f"{report.put:,} put in, {report.deleted:,} taken out, {len(report.left_out):,} left out"
    return f"{report.operations:,} operations: {counts}; generation {report.generation} is live"
