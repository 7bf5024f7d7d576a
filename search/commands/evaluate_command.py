"""``onneshon evaluate``: measures the engine's ranking against judged queries."""

import time
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import click

from onneshon.index.commands.terminal import json_option, location_option, say, say_json
from onneshon.index.ingest.corpus import read_articles
from onneshon.index.remote import Location
from onneshon.search.engine.local_engine import Engine
from onneshon.search.evaluation.measures import (
    DEPTH,
    Scores,
    compare,
    means,
    measure,
    read_baseline,
    read_judgments,
    read_queries,
    run_queries,
    write_run,
)
from onneshon.search.interface import OpenedEngine
from onneshon.search.opening import open_engine

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command()
@click.option(
    "--corpus", type=_FILE, help="JSON Lines of articles; a temporary index of them is built and thrown away."
)
@click.option("--queries", type=_FILE, required=True, metavar="TSV", help="Queries, id TAB text.")
@click.option("--qrels", type=_FILE, required=True, metavar="TREC", help="Judgments, query 0 article gain.")
@click.option("--ignore-title", is_flag=True, help="Leave titles out of the temporary index.")
@click.option("--limit-queries", type=click.IntRange(min=1), metavar="N", help="Only the first N queries.")
@click.option(
    "--run",
    "run_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the ranking, TREC format.",
)
@click.option(
    "--baseline",
    type=_FILE,
    metavar="RUN",
    help="A run file to compare with; a query that it has not found nothing.",
)
@json_option
@location_option
def evaluate(
    *,
    location: Location,
    corpus: Path | None,
    queries: Path,
    qrels: Path,
    ignore_title: bool,
    limit_queries: int | None,
    run_file: Path | None,
    baseline: Path | None,
    as_json: bool,
) -> None:
    """Measure the ranking against judged queries.

    Prints nDCG@10, MRR@10, recall@100 and success@1; beside a baseline also the difference with its 95 %
    paired bootstrap interval. Without --corpus the queries run against the index that --index names.
    """
    if ignore_title and corpus is None:
        raise click.UsageError(
            "--ignore-title goes with --corpus: an index that is already built has its titles"
        )
    texts, judgments = read_queries(queries, limit_queries), read_judgments(qrels)
    with _engine(corpus, location, ignore_title=ignore_title) as engine:
        started = time.perf_counter()
        run = run_queries(lambda text: engine.rank(text, limit=DEPTH), texts)
        seconds = time.perf_counter() - started
        articles = engine.count
    if run_file:
        write_run(run_file, run)
    scores = measure(run, judgments)
    earlier = measure(read_baseline(baseline, run), judgments) if baseline else None
    report = {
        "articles": articles,
        "queries": len(next(iter(scores.values()))),
        "seconds": round(seconds, 3),
        "measures": _report(scores, earlier),
    }
    if as_json:
        say_json(report, indent=None)
        return
    for line in _table(report):
        say(line)


def _engine(corpus: Path | None, location: Location, *, ignore_title: bool) -> OpenedEngine:
    if corpus is None:
        return open_engine(location, time_limit=None)
    articles = read_articles([corpus])
    if ignore_title:
        articles = (replace(article, title="") for article in articles)
    return Engine.of(articles, strict=False, time_limit=None)  # an article may be nothing but its title


def _report(scores: Scores, baseline: Scores | None) -> dict[str, dict[str, float]]:
    report = {name: {"value": value} for name, value in means(scores).items()}
    if baseline is not None:
        for name, values in scores.items():
            comparison = compare(values, baseline[name])
            report[name] |= {"baseline": means(baseline)[name], **asdict(comparison)}
    return report


def _table(report: dict[str, Any]) -> Iterator[str]:
    yield f"{report['queries']} queries, {report['articles']} articles, {report['seconds']} s"
    for name, row in report["measures"].items():
        line = f"{name:<12}{row['value']:.4f}"
        if "baseline" in row:
            interval = f"[{row['low']:+.4f}, {row['high']:+.4f}]"
            line += f"  baseline {row['baseline']:.4f}  difference {row['difference']:+.4f} {interval}"
        yield line
