"""Measures the build rate of ``onneshon index build`` and of one node of OpenSearch, same file, in turn.

    python -m benchmarks.serving.building --data FOLDER [--articles 100000] [--rounds 3] [--workers 1 2]

FOLDER has ``corpora``. OpenSearch analyses the texts with its ``bengali`` analyzer, and gets them in bulk
requests from one process; our time includes the vocabulary, its sounds, the suggestions and the checks before
publishing. Needs Java and Maven, and an otherwise idle machine. Prints the medians: articles a second, the
ratios to those of OpenSearch and of one worker, and seconds of a core that all processes of each took
together.
"""

import argparse
import json
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.opensearch.articles import newspaper
from benchmarks.opensearch.building import FIELDS, PEER, build_peer
from benchmarks.serving.__main__ import with_fields
from onneshon.index import Article
from onneshon.opensearch.connection.address import Address, Credentials
from onneshon.opensearch.connection.client import Cluster
from tests.cluster.java import missing
from tests.cluster.running import running_cluster

THEIRS: Final = "OpenSearch"
PROGRAM: Final = "from onneshon.index.commands.main import main; main()"


@dataclass(frozen=True, slots=True)
class Run:
    """A build: its seconds, and the core-seconds of all its processes."""

    seconds: float
    cores: float


def write_articles(path: Path, articles: Iterator[Article]) -> None:
    """Write JSON Lines, as a newspaper would export them."""
    names = (*FIELDS, "id", "url")
    with path.open("w", encoding="utf-8") as lines:
        for article in articles:
            fields = {name: getattr(article, name) for name in names}
            lines.write(json.dumps(fields | {"date": str(article.date)}, ensure_ascii=False) + "\n")


def _articles(path: Path) -> Iterator[Article]:
    with path.open(encoding="utf-8") as lines:
        for fields in map(json.loads, lines):
            yield Article(fields["id"], **{name: fields[name] for name in FIELDS})


def ours(path: Path, directory: Path, workers: int) -> Run:
    """Build with the given number of workers; a former index is deleted first."""
    shutil.rmtree(directory, ignore_errors=True)
    begun, before = time.monotonic(), _cores()
    command = [
        sys.executable, "-c", PROGRAM, "index", "build", str(path), "--index", str(directory),
        "--workers", str(workers), "--max-bad", "100%", "--quiet",
    ]  # fmt: skip
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return Run(time.monotonic() - begun, _cores() - before)


def _cores() -> float:
    """The core-seconds of all child processes that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def theirs(path: Path, cluster: Cluster) -> Run:
    """Build on the node."""
    built = build_peer(cluster, _articles(path))
    return Run(built.seconds, built.node + built.clients)


def table(runs: dict[str, list[Run]], articles: int) -> Iterator[str]:
    """A row for each system, with the medians."""
    rates = {name: articles / median(run.seconds for run in several) for name, several in runs.items()}
    first = next(iter(rates.values()))
    yield "| | articles/s | ÷ OpenSearch | ÷ one worker | seconds | core-seconds |"
    yield "|---|---|---|---|---|---|"
    for name, several in runs.items():
        peer = f"{rates[name] / rates[THEIRS]:.2f}" if THEIRS in rates else ""
        yield (
            f"| {name} | {rates[name]:,.0f} | {peer} | {rates[name] / first:.2f} | "
            f"{articles / rates[name]:.1f} | {median(run.cores for run in several):.1f} |"
        )


def measure(given: argparse.Namespace, folder: Path, cluster: Cluster | None) -> Iterator[str]:
    """Build with each system in turn."""
    path = folder / "articles.jsonl"
    write_articles(path, with_fields(newspaper(given.data, given.articles)))
    names = [f"{workers} worker{'s' * (workers > 1)}" for workers in given.workers]
    runs: dict[str, list[Run]] = {name: [] for name in (*names, *[THEIRS] * (cluster is not None))}
    for _ in range(given.rounds):
        for name, workers in zip(names, given.workers, strict=True):
            runs[name].append(ours(path, folder / "index", workers))
        if cluster is not None:
            runs[THEIRS].append(theirs(path, cluster))
    yield from table(runs, given.articles)


def main(arguments: Sequence[str] | None = None) -> None:
    """Start a node unless none is wanted, measure, and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--heap", type=int, default=2_000, help="megabytes of the node")
    parser.add_argument("--alone", action="store_true", help="without OpenSearch")
    given = parser.parse_args(arguments)
    if not given.alone and (lacking := missing()):
        sys.exit(f"no cluster: {lacking}")
    with TemporaryDirectory() as name:
        if given.alone:
            print(*measure(given, Path(name), None), sep="\n")
            return
        with running_cluster(Path(name), 1, given.heap) as node:
            address = Address.parse(node.address(PEER))
            with closing(Cluster(address, Credentials(), timeout=300)) as cluster:
                print(*measure(given, Path(name), cluster), sep="\n")


if __name__ == "__main__":
    main()
