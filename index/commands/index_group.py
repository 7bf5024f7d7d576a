"""The commands that build an index and look after it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TextIO

import click

from index.commands.options import Place, index_option, json_option, place_option
from index.commands.phase_log import PhaseLog
from index.commands.plot import plot_builds
from index.commands.reading_options import reading_options, say_preview
from index.commands.replay_command import replay_command
from index.commands.shared import (
    INCOMPLETE,
    check_max_bad,
    ended_by_signals,
    keep_option,
    progress_of,
    size_text,
)
from index.commands.statistics_text import statistics_lines
from index.commands.terminal import say, say_json
from index.commands.upkeep_commands import upkeep_commands
from index.commands.watch_command import watch_command
from index.configuration import read_configuration
from index.indexer.acceptance import DEFAULT_MAX_BAD
from index.indexer.builder import DEFAULT_MEMORY_MB, BuildReport, build
from index.indexer.migration import migrate
from index.indexer.worker_pool import cores
from index.ingest.preview import preview
from index.ingest.problems import KINDS
from index.ingest.readers.record import ReadingOptions
from index.ingest.sources import STDIN
from index.storage.checking import check_index
from index.storage.generations import Generations
from index.storage.history import recorded_builds
from index.storage.lock import writer_lock
from index.storage.reader import check_fingerprints
from index.storage.statistics import index_statistics
from index.upkeep.deep_check import check_deeply

__all__ = ["commands"]


@click.group(name="index")
@place_option
def index_group(place: Place) -> None:  # its callback keeps it for the subcommands
    """Build an index of articles, check it, and look after it."""


@index_group.command(name="build")
@click.argument(
    "paths",
    nargs=-1,
    required=True,
    metavar="PATH...",
    type=click.Path(exists=True, allow_dash=True, path_type=Path),
)
@index_option
@click.option("--strict", is_flag=True, help="Stop at the first bad article and change nothing.")
@click.option(
    "--max-bad",
    default=DEFAULT_MAX_BAD,
    show_default=True,
    metavar="N|N%",
    callback=check_max_bad,
    help="Articles that may be left out, or their share of all; beyond that nothing changes.",
)
@click.option(
    "--force",
    is_flag=True,
    help="Publish though a source cannot be read to its end, or the index shrinks to under half.",
)
@keep_option
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    default=cores,
    show_default="the cores there are",
    metavar="N",
    help="Processes that analyse at the same time.",
)
@click.option(
    "--memory",
    "memory_mb",
    type=click.IntRange(min=16),
    default=DEFAULT_MEMORY_MB,
    show_default=True,
    metavar="MB",
    help="Memory for postings before they are written out.",
)
@click.option(
    "--wait",
    type=click.FloatRange(min=0),
    default=0,
    metavar="SECONDS",
    help="Wait so long for another writer to finish.",
)
@click.option("-q", "--quiet", is_flag=True, help="No progress and no list of bad articles.")
@click.option(
    "--log",
    "log_file",
    type=click.File("a", encoding="utf-8"),
    metavar="FILE",
    help="Append a line of JSON for each phase; - for standard output.",
)
@click.option("--dry-run", is_flag=True, help="Say what would be read, and change nothing.")
@json_option
@click.pass_context
@reading_options
def build_command(
    context: click.Context,
    paths: tuple[Path, ...],
    directory: Path,
    *,
    strict: bool,
    max_bad: str,
    force: bool,
    keep: int,
    workers: int,
    memory_mb: int,
    wait: float,
    quiet: bool,
    log_file: TextIO | None,
    dry_run: bool,
    as_json: bool,
    reading: ReadingOptions,
) -> None:
    """Build a new index from articles and make it the live one.

    PATH is a file of JSON Lines, JSON, CSV, plain text, HTML, a MediaWiki dump, WARC, Parquet, RSS, Atom or
    EPUB, plain or compressed (.gz, .bz2, .xz, .zst), a query in SQL, a folder of such files, or - for
    standard input. An article has title or body, and, if known, id, date, category, url, author and lang.
    The index that was live before is kept for `onneshon index rollback`. Ends with exit code 6 when the new
    index is live and articles had to be left out.
    """
    if paths.count(STDIN) > 1:
        raise click.UsageError("standard input can be read once only")
    if dry_run:
        say_preview(preview(paths, read_configuration(directory), reading), as_json=as_json)
        return
    progress = progress_of(quiet=quiet)
    with ended_by_signals(context):
        report = build(
            paths,
            directory,
            strict=strict,
            max_bad=max_bad,
            force=force,
            keep=keep,
            workers=workers,
            memory_mb=memory_mb,
            wait=wait,
            progress=PhaseLog(progress, log_file) if log_file else progress,
            reading=reading,
        )
    if as_json:
        say_json(asdict(report))
    elif not quiet:
        say(_report_text(report), indent="")
    context.exit(0 if report.is_complete else INCOMPLETE)


def _report_text(report: BuildReport) -> str:
    left_out = sum(report.skipped.values())
    speed = f"{report.seconds:.1f} s, {report.articles_per_second:,.0f} articles/s"
    lines = [
        f"{report.seen:,} articles in: {report.articles:,} indexed, {left_out:,} left out",
        *(f"  {count:,} {kind}: {KINDS[kind]}" for kind, count in report.skipped.items()),
        *([f"  {report.converted:,} typed for Bijoy: converted to Unicode"] if report.converted else []),
        *(f"  {count:,} passed over: {what}" for what, count in report.passed.items()),
        f"{speed}, {size_text(report.index_bytes)}",
        f"generation {report.generation} is live",
    ]
    return "\n".join(lines)


@index_group.command(name="migrate")
@index_option
@click.option("-q", "--quiet", is_flag=True, help="No progress.")
@json_option
def migrate_command(directory: Path, *, quiet: bool, as_json: bool) -> None:
    """Build an index of another version again, from the articles that it stores.

    The generation that was live before is kept for `onneshon index rollback` by the version that built it.
    """
    report = migrate(directory, workers=cores(), progress=progress_of(quiet=quiet))
    if as_json:
        say_json(asdict(report))
    elif not quiet:
        say(_report_text(report), indent="")


@index_group.command(name="check")
@index_option
@click.option("--deep", is_flag=True, help="Analyse stored texts again, and compare everything with them.")
@json_option
def check_command(directory: Path, *, deep: bool, as_json: bool) -> None:
    """Read all of the live index and compare it with what was built.

    Every byte of every file, every article and every term is read. With --deep, postings, positions, lengths,
    facets, words and suggestions are compared with what the stored texts give, which takes as long as a
    build. Ends with exit code 5 if anything is wrong.
    """
    if deep:
        _check_deeply(directory, as_json=as_json)
        return
    report = check_index(directory)
    if as_json:
        say_json(asdict(report))
        return
    counts = f"{report.articles:,} articles, {report.terms:,} terms, {report.files} files"
    say(f"generation {report.generation} is sound: {counts}, {size_text(report.bytes)}")


def _check_deeply(directory: Path, *, as_json: bool) -> None:
    report = check_deeply(directory)
    if as_json:
        say_json(asdict(report))
        return
    counts = f"{report.articles:,} articles and {report.postings:,} postings in {report.segments} segments"
    say(f"generation {report.generation} is sound: {counts} agree with the stored texts")


@index_group.command(name="stats")
@index_option
@click.option(
    "--plot",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Draw size and speed over the builds that are recorded (.png, .svg, .pdf).",
)
@json_option
def stats_command(directory: Path, *, plot: Path | None, as_json: bool) -> None:
    """Say what the live index holds and when and from what it was built."""
    if plot is not None:
        plot_builds(recorded_builds(directory), plot)
        say(f"drawn to {plot}")
        return
    statistics = index_statistics(directory)
    if as_json:
        say_json(asdict(statistics))
    else:
        for line in statistics_lines(statistics):
            say(line)


@index_group.command(name="rollback")
@index_option
@click.option("--to", metavar="GENERATION", help="Which one; the newest before the live one unless told.")
def rollback_command(directory: Path, *, to: str | None) -> None:
    """Make an earlier generation live again, after reading all of it.

    Also repairs a lost or garbled CURRENT. The way forward is `--to` with a later generation, as long as it
    is kept: until the next build.
    """
    generations = Generations(directory)
    if not generations.all():
        generations.current()  # says that there is no index
    with writer_lock(directory):
        generation = generations.rollback(to, accept=check_fingerprints)
    say(f"generation {generation.name} is live")


@index_group.command(name="gc")
@index_option
@keep_option
@click.option(
    "--keep-days",
    type=click.FloatRange(min=0),
    metavar="DAYS",
    help="Generations built within so many days stay as well.",
)
@click.option("--only-live", is_flag=True, help="Remove all older generations, the last good one too.")
@click.option("--dry-run", is_flag=True, help="Say what would go, and leave it.")
def gc_command(
    directory: Path, *, keep: int, keep_days: float | None, only_live: bool, dry_run: bool
) -> None:
    """Remove what no reader needs: half-built and superseded generations.

    The live one, the one before it, the last one into which every article went, and what a rollback left
    stay. Every build does this too. Generations share the files of what did not change between them, so that
    removing one frees what it alone has.
    """
    since = None if keep_days is None else dt.datetime.now(dt.UTC) - dt.timedelta(days=keep_days)
    generations = Generations(directory)
    if not generations.folder.is_dir():
        generations.current()  # says that there is no index
    with writer_lock(directory):
        dead = generations.superseded() if only_live else generations.dead(keep=keep, since=since)
        if not dry_run:
            generations.remove(dead)
    for folder in dead:
        say(f"{'would remove' if dry_run else 'removed'} {folder}")
    if not dead:
        say("nothing to remove")


for command in (*upkeep_commands, replay_command, watch_command):
    index_group.add_command(command)

commands: Sequence[click.Command] = (index_group,)
