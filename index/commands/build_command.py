"""``onneshon index build``: in a directory, or on a cluster."""

from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TextIO

import click

from onneshon.index.commands.options import Place, configuration_of, json_option, place_option
from onneshon.index.commands.phase_log import PhaseLog
from onneshon.index.commands.reading_options import reading_options, say_preview
from onneshon.index.commands.shared import (
    INCOMPLETE,
    dry_run_option,
    ended_by_signals,
    keep_option,
    max_bad_option,
    passed_over_text,
    paths_argument,
    progress_of,
    quiet_option,
    size_text,
    strict_option,
    values_text,
    wait_option,
)
from onneshon.index.commands.terminal import say, say_json
from onneshon.index.configuration import check_shown
from onneshon.index.indexer.builder import DEFAULT_MEMORY_MB, BuildReport, build
from onneshon.index.indexer.worker_pool import cores
from onneshon.index.ingest.preview import preview
from onneshon.index.ingest.problems import KINDS
from onneshon.index.ingest.readers.record import ReadingOptions
from onneshon.index.ingest.source import STDIN
from onneshon.index.remote import RemoteIndex

__all__ = ["build_command", "report_text"]


@click.command(name="build")
@paths_argument
@place_option
@strict_option
@max_bad_option
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
@wait_option
@quiet_option
@click.option(
    "--log",
    "log_file",
    type=click.File("a", encoding="utf-8"),
    metavar="FILE",
    help="Append a line of JSON for each phase; - for standard output.",
)
@dry_run_option
@click.option(
    "--shards", type=click.IntRange(min=1), metavar="N", help="On a cluster: parts of the index  [1]"
)
@click.option(
    "--replicas",
    type=click.IntRange(min=0),
    metavar="N",
    help="On a cluster: further copies of each part  [1, on a single node 0]",
)
@json_option
@click.pass_context
@reading_options
def build_command(
    context: click.Context,
    paths: tuple[Path, ...],
    place: Place,
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
    shards: int | None,
    replicas: int | None,
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
        say_preview(preview(paths, configuration_of(place), reading), as_json=as_json)
        return
    # Articles of files have the declared fields and no others: what would stop the build at its end is known.
    check_shown(configuration_of(place), ())
    build_there = _builder(place, memory_mb, shards, replicas)
    progress = progress_of(quiet=quiet)
    with ended_by_signals(context):
        report = build_there(
            source=paths,
            strict=strict,
            max_bad=max_bad,
            force=force,
            keep=keep,
            workers=workers,
            wait=wait,
            progress=PhaseLog(progress, log_file) if log_file else progress,
            reading=reading,
        )
    if as_json:
        say_json(asdict(report))
    elif not quiet:
        say(report_text(report), indent="")
    context.exit(0 if report.is_complete else INCOMPLETE)


def _builder(
    place: Place, memory_mb: int, shards: int | None, replicas: int | None
) -> Callable[..., BuildReport]:
    """What builds an index there, given what every build takes."""
    if isinstance(place, RemoteIndex):
        return partial(
            place.commands().build, configuration=configuration_of(place), shards=shards, replicas=replicas
        )
    if shards is not None or replicas is not None:
        raise click.UsageError("--shards and --replicas are of a cluster: name one with --index")
    return partial(build, directory=place, memory_mb=memory_mb)


def report_text(report: BuildReport) -> str:
    """What a build did, for people."""
    left_out = sum(report.skipped.values())
    speed = f"{report.seconds:.1f} s, {report.articles_per_second:,.0f} articles/s"
    lines = [
        f"{report.seen:,} articles in: {report.articles:,} indexed, {left_out:,} left out",
        *(f"  {count:,} {kind}: {KINDS[kind]}" for kind, count in report.skipped.items()),
        *([f"  {report.converted:,} typed for Bijoy: converted to Unicode"] if report.converted else []),
        *values_text(report.values),
        *passed_over_text(report.passed),
        f"{speed}, {size_text(report.index_bytes)}",
        f"generation {report.generation} is live",
    ]
    return "\n".join(lines)
