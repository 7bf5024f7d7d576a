"""The commands that take an index to an object store and from there."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import click

from onneshon.index.commands.build_options import keep_option, wait_option
from onneshon.index.commands.shared import ended_by_signals, size_text
from onneshon.index.commands.terminal import counted, index_option, json_option, say, say_json
from onneshon.index.replication.lease import Lease
from onneshon.index.replication.pulling import pull
from onneshon.index.replication.pushing import Pusher
from onneshon.index.replication.store import open_store
from onneshon.index.replication.writing import prune
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
    type=click.FloatRange(min=1),
    metavar="DAYS",
    help="Then remove from STORE what no generation has that was live within so many days.",
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
    """Take the live index to an object store, whence other machines serve it.

    STORE is s3://BUCKET/NAME, gs://BUCKET/NAME, az://ACCOUNT/CONTAINER/NAME or file:///FOLDER; who asks
    stands in the environment, as for other programs of that store. What is missing there is sent, and becomes
    live in one step. One process at a time may write a store: another is refused, with exit code 4.
    """
    Generations(directory).current()  # says that there is no index, before anything is asked of the store
    with ended_by_signals(context), Lease(open_store(store)).acquire(wait) as lease:
        report = Pusher(directory, lease).push(again=again)
        pruned = None if days is None else prune(lease, days)
    values: dict[str, Any] = asdict(report) | ({"pruned": asdict(pruned)} if pruned else {})
    if as_json:
        say_json(values)
        return
    sent = f"{counted(report.files, 'file')} sent, {size_text(report.bytes)}"
    say(f"generation {report.generation}, {counted(report.articles, 'article')}, is live in {store}: {sent}")
    if pruned:
        say(f"removed {counted(pruned.files, 'file')} from it, {size_text(pruned.bytes)}")


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
    if as_json:
        say_json(asdict(report))
        return
    came = f"{counted(report.files, 'file')} came, {size_text(report.bytes)}"
    say(f"generation {report.local}, {counted(report.articles, 'article')}, is live: {came}")


replica_commands: Final[Sequence[click.Command]] = (push_command, pull_command)
