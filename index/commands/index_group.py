"""The commands that build an index, maintain it, and copy it to and from an object store."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any, Final

import click

from onneshon.index.commands.build_command import build_command, report_text
from onneshon.index.commands.build_options import keep_option, wait_option
from onneshon.index.commands.directory_commands import DirectoryCommands, commands_of, plot_builds
from onneshon.index.commands.refresh_commands import position_command, replay_command, watch_command
from onneshon.index.commands.shared import ended_by_signals, progress_of, say_outcome, size_text
from onneshon.index.commands.terminal import (
    MOST_DAYS,
    NumberRange,
    configuration_of,
    counted,
    directory_of,
    index_option,
    json_option,
    location_option,
    say,
    say_json,
)
from onneshon.index.commands.upkeep_commands import upkeep_commands
from onneshon.index.indexer.write_options import BuildOptions
from onneshon.index.remote import Location, Outcome
from onneshon.index.replication.lease import Lease
from onneshon.index.replication.pulling import pull
from onneshon.index.replication.pushing import Pusher, prune
from onneshon.index.replication.store import open_store
from onneshon.index.storage.beside import recorded_builds
from onneshon.index.storage.durable import cores
from onneshon.index.storage.generations import Generations

_store: Final = click.argument("store", metavar="STORE")


@click.command(name="push")
@_store
@index_option
@wait_option
@click.option("--again", is_flag=True, help="Send all files, also those that are there.")
@click.option(
    "--prune",
    "days",
    type=NumberRange(min=1),
    metavar="DAYS",
    help="Then remove from STORE the files of generations that were not live within this many days.",
)
@json_option
@click.pass_context
def push_command(
    context: click.Context,
    store: str,
    directory: Path,
    *,
    wait: float,
    again: bool,
    days: float | None,
    as_json: bool,
) -> None:
    """Upload the live index to an object store, from which other machines serve it.

    STORE is s3://BUCKET/NAME, gs://BUCKET/NAME, az://ACCOUNT/CONTAINER/NAME or file:///FOLDER; credentials
    are read from the environment, as by other programs of that store. Files that are missing there are
    uploaded, and become live in one step. One process at a time may write a store: another is refused, with
    exit code 4.
    """
    Generations(directory).agreed()  # raises if there is no index, before the store is accessed
    with ended_by_signals(context), Lease(open_store(store)).acquire(wait) as lease:
        report = Pusher(directory, lease).push(again=again)
        pruned = None if days is None else prune(lease, days)
    values: dict[str, Any] = asdict(report) | ({"pruned": asdict(pruned)} if pruned else {})
    sent = f"{counted(report.files, 'file')} sent, {size_text(report.bytes)}"
    articles = counted(report.articles, "article")
    lines = [f"generation {report.generation}, {articles}, is live in {store}: {sent}"]
    if pruned:
        lines.append(f"removed {counted(pruned.files, 'file')} from it, {size_text(pruned.bytes)}")
    say_outcome(Outcome(values, lines), as_json=as_json)


@click.command(name="pull")
@_store
@index_option
@wait_option
@keep_option
@json_option
@click.pass_context
def pull_command(
    context: click.Context, store: str, directory: Path, *, wait: float, keep: int, as_json: bool
) -> None:
    """Make what is live in an object store the live index here.

    What is missing here is fetched, and every byte compared with its digest before it is opened. What was
    live before is kept for `onneshon index rollback`. `onneshon serve --from STORE` does this by itself.
    """
    with ended_by_signals(context):
        report = pull(directory, open_store(store), wait=wait, keep=keep)
    came = f"{counted(report.files, 'file')} came, {size_text(report.bytes)}"
    line = f"generation {report.local}, {counted(report.articles, 'article')}, is live: {came}"
    say_outcome(Outcome(asdict(report), [line]), as_json=as_json)


replica_commands: Final[Sequence[click.Command]] = (push_command, pull_command)


@click.group(name="index")
@location_option
def index_group(location: Location) -> None:  # its callback keeps it for the subcommands
    """Build an index of articles, check it, and look after it."""


@index_group.command(name="migrate")
@location_option
@click.option("-q", "--quiet", is_flag=True, help="No progress.")
@json_option
def migrate_command(location: Location, *, quiet: bool, as_json: bool) -> None:
    """Build an index of another version again, from the articles that it stores.

    The generation that was live before is kept for `onneshon index rollback` by the version that built it.
    """
    options = BuildOptions(workers=cores(), progress=progress_of(quiet=quiet))
    report = commands_of(location).migrate(replace(options, configuration=configuration_of(location)))
    if as_json:
        say_json(asdict(report))
    elif not quiet:
        say(report_text(report), indent="")


@index_group.command(name="check")
@location_option
@click.option("--deep", is_flag=True, help="Analyse stored texts again, and compare everything with them.")
@json_option
def check_command(location: Location, *, deep: bool, as_json: bool) -> None:
    """Read all of the live index and compare it with what was built.

    Every byte of every file, every article and every term is read. With --deep, postings, positions, lengths,
    facets, words and suggestions are compared with what the stored texts give, which takes as long as a
    build. On a cluster, mapping, files, health and the words of 1,000 articles, or with --deep of all. Ends
    with exit code 5 if anything is wrong.
    """
    say_outcome(commands_of(location).check(deep=deep), as_json=as_json)


@index_group.command(name="stats")
@location_option
@click.option(
    "--plot",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Draw size and speed over the builds that are recorded (.png, .svg, .pdf).",
)
@json_option
def stats_command(location: Location, *, plot: Path | None, as_json: bool) -> None:
    """Say what the live index holds and when and from what it was built."""
    if plot is None:
        say_outcome(commands_of(location).stats(), as_json=as_json)
        return
    refused = "--plot draws the builds of a directory; a cluster has no record of them"
    plot_builds(recorded_builds(directory_of(location, refused)), plot)
    say(f"drawn to {plot}")


@index_group.command(name="rollback")
@location_option
@click.option("--to", metavar="GENERATION", help="Which one; the newest before the live one unless told.")
def rollback_command(location: Location, *, to: str | None) -> None:
    """Make an earlier generation live again, after reading all of it.

    Also repairs a lost or garbled CURRENT. The way forward is `--to` with a later generation, as long as it
    is kept: until the next build.
    """
    say(f"generation {commands_of(location).rollback(to)} is live")


@index_group.command(name="gc")
@location_option
@keep_option
@click.option(
    "--keep-days",
    type=NumberRange(min=0, max=MOST_DAYS),
    metavar="DAYS",
    help="Generations built within this many days stay as well.",
)
@click.option("--only-live", is_flag=True, help="Remove all older generations, the last good one too.")
@click.option("--dry-run", is_flag=True, help="Say what would go, and leave it.")
def gc_command(
    location: Location, *, keep: int, keep_days: float | None, only_live: bool, dry_run: bool
) -> None:
    """Remove what no reader needs: half-built and superseded generations.

    The live one, the one before it, the last one into which every article went, and what a rollback left
    stay. Every build does this too. Generations share the files of what did not change between them, so that
    removing one frees what it alone has.
    """
    collect: Callable[..., Sequence[str]]
    if keep_days is None:
        collect = commands_of(location).gc
    else:
        refused = "--keep-days is of a directory; on a cluster, --keep says how many stay"
        collect = partial(DirectoryCommands(directory_of(location, refused)).gc, keep_days=keep_days)
    dead = collect(keep=keep, only_live=only_live, dry_run=dry_run)
    for name in dead:
        say(f"{'would remove' if dry_run else 'removed'} {name}")
    if not dead:
        say("nothing to remove")


for command in (
    build_command,
    *upkeep_commands,
    *replica_commands,
    replay_command,
    position_command,
    watch_command,
):
    index_group.add_command(command)
