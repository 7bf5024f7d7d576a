"""The commands that change and maintain an existing index."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import click

from onneshon.index.commands.build_command import say_preview
from onneshon.index.commands.build_options import wait_option, write_options
from onneshon.index.commands.directory_commands import commands_of, extent_text
from onneshon.index.commands.shared import (
    INCOMPLETE,
    dry_run_option,
    end_with,
    ended_by_signals,
    following,
    progress_of,
    quiet_option,
    read_text,
    say_outcome,
    size_text,
)
from onneshon.index.commands.sites import Given, files_of, site_options, sources_argument
from onneshon.index.commands.terminal import (
    TYPED_TEXT,
    NumberRange,
    configuration_of,
    counted,
    index_option,
    json_option,
    location_option,
    typed_lines,
)
from onneshon.index.errors import CorpusError
from onneshon.index.indexer.write_job import UpdateReport
from onneshon.index.indexer.write_options import BuildOptions, UpdateOptions
from onneshon.index.ingest.crawling.address import SiteOptions
from onneshon.index.ingest.preview import preview
from onneshon.index.ingest.records import json_object
from onneshon.index.remote import Due, Location, Outcome, RemoteCommands, site_directory
from onneshon.index.storage.generations import Generations
from onneshon.index.upkeep.index_writer import open_writer

_IN_PLACE: Final = (
    "changed have no id of their own and took the place of what had their file's name and location: "
    "if those were other articles, `onneshon index rollback` and give each an id"
)


@click.command(name="update")
@sources_argument(allow_dash=True)
@location_option
@write_options(UpdateOptions, "delete_missing", "strict", "max_bad", "force", "keep", "wait")
@quiet_option
@dry_run_option
@site_options
@json_option
@click.pass_context
def update_command(
    context: click.Context,
    sources: tuple[Given, ...],
    location: Location,
    *,
    options: UpdateOptions,
    site: SiteOptions,
    quiet: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Add articles to the live index, replace those that have changed, and delete those that say so.

    PATH and URL are as for `onneshon index build`. An article whose id is there already takes the place of
    the one that is; if it is the same, nothing is done. The record {"id": "17", "deleted": true} deletes
    an article. Of several records with one id the last counts. All changes become visible at once. Ends with
    exit code 6 when articles had to be left out.
    """
    home, reading = site_directory(location), options.reading
    fetching = files_of(sources, home, site, reading=reading, quiet=quiet, dry_run=dry_run)
    if dry_run:
        with ended_by_signals(context), fetching as paths:
            found = preview(paths, configuration_of(location), reading, withdraws=True)
            say_preview(found, as_json=as_json)
        return
    options = replace(options, progress=progress_of(quiet=quiet), configuration=configuration_of(location))
    if options.delete_missing and reading and reading.selection.since:
        raise click.UsageError("--delete-missing would delete what --since does not read")
    with ended_by_signals(context), fetching as paths, following(reading, home) as newer:
        options = replace(options, reading=newer)
        report = commands_of(location).update(paths, options)
    complete = report.is_complete
    end_with(context, report, _update_text(report), complete=complete, as_json=as_json, quiet=quiet)


def _duration(report: UpdateReport) -> str:
    """The duration, and the time until changes were visible, if segments were merged after that."""
    if report.visible_seconds == report.seconds:
        return f"{report.seconds:.1f} s"
    return f"{report.seconds:.1f} s, visible after {report.visible_seconds:.1f} s"


def _state(report: UpdateReport) -> list[str]:
    if report.segments is None:
        return [f"{_duration(report)}; {counted(report.articles, 'article')} in {report.generation}"]
    size = size_text(report.index_bytes)
    return [f"{_duration(report)}; {extent_text(report)}, {size}", f"generation {report.generation} is live"]


def _update_text(report: UpdateReport) -> str:
    left_out = sum(report.skipped.values())
    counts = f"{report.added:,} added, {report.changed:,} changed, {report.unchanged:,} unchanged"
    lines = [
        f"{counted(report.seen, 'record')} in: {counts}, {report.deleted:,} deleted, {left_out:,} left out",
        *read_text(report),
        *([f"  {report.stale:,} older than what the cluster has"] if report.stale else []),
        *([f"  {report.unknown:,} to be deleted were not there"] if report.unknown else []),
        *([f"  {report.replaced_in_place:,} {_IN_PLACE}"] if report.replaced_in_place else []),
        *_state(report),
    ]
    return "\n".join(lines)


@click.command(name="delete")
@click.argument("ids", nargs=-1, required=True, type=TYPED_TEXT, metavar="ID...")
@location_option
@wait_option
@json_option
def delete_command(ids: tuple[str, ...], location: Location, *, wait: float, as_json: bool) -> None:
    """Delete articles of the live index by their ids.

    All of them or, if one is not there, none. - reads them from standard input, an id or an article a line,
    so that a query deletes what it finds: onneshon search --all QUERY | onneshon index delete -
    """
    if ids == ("-",):
        ids = _given_ids(typed_lines())
    say_outcome(commands_of(location).delete(ids, wait=wait), as_json=as_json)


def _given_ids(lines: Iterable[str]) -> tuple[str, ...]:
    found = tuple(_id_of(number, line) for number, line in enumerate(map(str.strip, lines), 1) if line)
    if not found:
        raise click.UsageError("standard input names no article: nothing was deleted")
    return found


def _id_of(number: int, line: str) -> str:
    if not line.startswith("{"):
        return line
    with suppress(CorpusError):
        found = json_object(line.encode("utf-8", "surrogateescape"), f"line {number}").get("id")
        if type(found) is int or (isinstance(found, str) and found):  # as a build takes for an id
            return str(found)
    raise click.UsageError(f"line {number} is no article with an id: nothing was deleted")


@click.command(name="merge")
@index_option
@click.option("--all", "everything", is_flag=True, help="Make one segment of all, however large they are.")
@wait_option
@json_option
def merge_command(directory: Path, *, everything: bool, wait: float, as_json: bool) -> None:
    """Merge the segments that small updates left, and rewrite those that are mostly deleted.

    Every update merges small segments by itself. This merges large ones too, in about a third of the time of
    building what is merged; searches go on meanwhile.
    """
    Generations(directory).agreed()  # raises if there is no index, as the writer would create one
    with open_writer(directory, wait=wait) as writer:
        merged = writer.merge(everything=everything)
        state = writer.commit()
    values = {"generation": state.generation, "merged": merged, "segments": state.segments}
    what = f"merged {counted(merged, 'segment')}" if merged else "nothing to merge"
    size = f"{what}; {extent_text(state)}, {size_text(state.index_bytes)}"
    say_outcome(Outcome(values, [size, f"generation {state.generation} is live"]), as_json=as_json)


def _on_a_cluster(location: Location, otherwise: str) -> RemoteCommands:
    """The commands of an index at an address; for a directory, raises click.UsageError with ``otherwise``."""
    if isinstance(location, Path):
        raise click.UsageError(otherwise)
    return location.commands()


@click.command(name="rollover")
@location_option
@click.option("--articles", type=click.IntRange(1), help="Only if the newest index has this many.")
@click.option("--days", type=NumberRange(0), help="Only if it was made this many days ago.")
@click.option("--gigabytes", type=NumberRange(0), help="Only if it takes this many.")
@click.option("--shards", type=click.IntRange(1), help="Parts of the new one  [as before]")
@wait_option
@json_option
def rollover_command(
    location: Location, *, shards: int | None, wait: float, as_json: bool, **conditions: Any
) -> None:
    """On a cluster, have new articles go to a new index behind the same name.

    Of several conditions one that holds is enough; where none does, nothing happens, so that a nightly job
    may ask. What is found stays the same; articles that are there are changed where they are.
    """
    refused = "an index in a directory grows by segments: it is never rolled over"
    outcome = _on_a_cluster(location, refused).rollover(Due(**conditions), shards=shards, wait=wait)
    say_outcome(outcome, as_json=as_json)


@click.command(name="drop")
@location_option
@click.confirmation_option(prompt="Remove the index with all its articles?")
@wait_option
@json_option
def drop_command(location: Location, *, wait: float, as_json: bool) -> None:
    """On a cluster, remove the index; of an index that tenants share, what one of them has.

    Nothing brings it back, but for a snapshot of the cluster.
    """
    refused = "an index in a directory is no more once you remove its directory"
    say_outcome(_on_a_cluster(location, refused).drop(wait=wait), as_json=as_json)


@click.command(name="repair")
@location_option
@click.option("-q", "--quiet", is_flag=True, help="No progress.")
@json_option
@click.pass_context
def repair_command(context: click.Context, location: Location, *, quiet: bool, as_json: bool) -> None:
    """Mend a damaged index, or build it again from those of its stored texts that can be read.

    Says which articles cannot. The damaged generation is kept. Ends with exit code 6 when anything was lost.
    On a cluster, which keeps copies of its data by itself, only the words are counted again.
    """
    with ended_by_signals(context):
        outcome = commands_of(location).repair(BuildOptions(progress=progress_of(quiet=quiet)))
    if as_json or not quiet:
        say_outcome(outcome, as_json=as_json)
    context.exit(0 if outcome.complete else INCOMPLETE)


@click.command(name="snapshot")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@location_option
@json_option
def snapshot_command(file: Path, location: Location, *, as_json: bool) -> None:
    """Write the live index to FILE, while it is searched and built.

    FILE is a tar archive compressed by zstd, with the digest of everything in it, also of what the site says
    and its desk keeps; only its owner may read it. On a cluster it is REPOSITORY:NAME, of a repository that
    is registered there.
    """
    say_outcome(commands_of(location).snapshot(str(file)), as_json=as_json)


@click.command(name="restore")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@location_option
@wait_option
@json_option
def restore_command(file: Path, location: Location, *, wait: float, as_json: bool) -> None:
    """Make the index in FILE, which `onneshon index snapshot` wrote, the live one.

    Every byte is compared with its digest first. What was live before is kept for `onneshon index rollback`.
    What the site says and its desk keeps is written where nothing has its name; what is there stays. The logo
    is in no snapshot. On a cluster, FILE is REPOSITORY:NAME.
    """
    say_outcome(commands_of(location).restore(str(file), wait=wait), as_json=as_json)


upkeep_commands: Final[Sequence[click.Command]] = (
    update_command,
    delete_command,
    merge_command,
    rollover_command,
    drop_command,
    repair_command,
    snapshot_command,
    restore_command,
)
