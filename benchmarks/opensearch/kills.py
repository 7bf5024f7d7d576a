"""Measures what readers and writers notice when a node of a cluster is killed.

    python -m benchmarks.opensearch.kills [--seconds 180] [--readers 8] [--heap 512]

Starts three nodes with three shards of one replica each, and kills first the cluster manager, then another
node, each under load for the given seconds: the node is dead for a third of the time, and started again. A
writer updates the index throughout. Prints the outcomes of searches and writes, and the time until the
cluster had all replicas again. Fails where a search failed or a write was lost.
"""

import argparse
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np
from opensearchpy import OpenSearch

from onneshon.index import Article
from onneshon.index.errors import OnneshonError
from onneshon.opensearch.connection.address import Address, Credentials
from onneshon.opensearch.connection.client import Cluster
from onneshon.opensearch.connection.reading import LIVE, scan
from onneshon.opensearch.writing.build import Layout, build_on_cluster
from onneshon.opensearch.writing.cluster_writer import update_on_cluster
from tests.cluster.java import missing
from tests.cluster.running import LocalCluster, running_cluster

WORDS: Final = ("ঢাকা", "নদী", "ইলিশ", "বইমেলা", "বাংলা", "খবর", "শহর", "বৃষ্টি")
FIRST: Final = 3_000
"""The number of articles that are built first."""
BATCH: Final = 10


@dataclass(slots=True)
class Seen:
    """What readers and the writer saw.

    Attributes:
        times: the seconds of each search.
        failed: the errors of searches without an answer.
        partial: the number of searches with a shard that stayed missing.
        writes: the seconds of each batch of changes.
        tried: the number of articles that were sent to be written.
        acknowledged: the ids that were acknowledged as written.
    """

    times: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    partial: int = 0
    writes: list[float] = field(default_factory=list)
    tried: int = 0
    acknowledged: list[str] = field(default_factory=list)


def article(name: str, number: int) -> Article:
    """An article made of two of the words."""
    pair = WORDS[number % len(WORDS)], WORDS[number // 3 % len(WORDS)]
    return Article(name, " ".join(pair), " ".join(pair * 20))


def read(cluster: Cluster, seen: Seen, done: threading.Event) -> None:
    """Send one search after another."""
    number = 0
    while not done.is_set():
        words = [WORDS[number % len(WORDS)], WORDS[(number + 3) % len(WORDS)]]
        query = {"bool": {"should": [{"term": {"stem": word}} for word in words]}}
        began = time.monotonic()
        try:
            found = cluster.read(_asking(cluster.alias, {"query": query, "track_total_hits": True}))
            seen.partial += found["_shards"]["failed"] > 0
        except OnneshonError as error:
            seen.failed.append(str(error))
        seen.times.append(time.monotonic() - began)
        number += 1


def _asking(index: str, body: dict[str, Any]) -> Callable[[OpenSearch], Any]:
    return lambda client: client.search(index=index, body=body)


def write(cluster: Cluster, seen: Seen, done: threading.Event) -> None:
    """Send one batch of updates after another, and note the acknowledged ids."""
    number = 0
    while not done.is_set():
        names = [f"{id(seen)}-{number + place}" for place in range(BATCH)]
        began = time.monotonic()
        seen.tried += BATCH
        report = update_on_cluster([article(name, number) for name in names], cluster, wait=90)
        if report.added == BATCH:
            seen.acknowledged += names
        seen.writes.append(time.monotonic() - began)
        number += BATCH


def killed(
    nodes: LocalCluster, cluster: Cluster, node: int, seconds: float, readers: int
) -> tuple[Seen, float]:
    """Load the cluster, kill a node and restart it; return what was seen, and seconds until it is green."""
    seen, done = Seen(), threading.Event()
    threads = [threading.Thread(target=read, args=(cluster, seen, done)) for _ in range(readers)]
    threads.append(threading.Thread(target=write, args=(cluster, seen, done)))
    for thread in threads:
        thread.start()
    time.sleep(seconds / 3)
    nodes.kill(node)
    time.sleep(seconds / 3)
    nodes.start(node)
    began = time.monotonic()
    nodes.wait()
    green = time.monotonic() - began
    time.sleep(max(0.0, seconds / 3 - green))
    done.set()
    for thread in threads:
        thread.join()
    return seen, green


def lost(cluster: Cluster, seen: Seen) -> int:
    """The number of acknowledged articles that are missing."""
    cluster.client.indices.refresh(index=cluster.alias)
    there = {hit["_id"] for hit in scan(cluster, cluster.live(), LIVE, ["id"])}
    return len(set(seen.acknowledged) - there)


def row(what: str, seen: Seen, missing_writes: int, green: float) -> str:
    """A line of the table."""
    p95, slowest = np.percentile(seen.times, [95, 100])
    searches = f"{len(seen.times):,} | {len(seen.failed)} | {seen.partial} | {p95 * 1e3:.0f} | {slowest:.2f}"
    writes = f"{seen.tried:,} / {len(seen.acknowledged):,} | {missing_writes} | {max(seen.writes):.1f}"
    return f"| {what} | {searches} | {writes} | {green:.0f} |"


HEAD: Final = (
    "| killed | searches | failed | partial | p95 ms | slowest s | articles tried / acknowledged | lost "
    "| slowest batch s | all copies after s |\n|---|---|---|---|---|---|---|---|---|---|"
)


def measure(
    nodes: LocalCluster, cluster: Cluster, seconds: float, readers: int
) -> Iterator[tuple[str, bool]]:
    """Yield a line for each kill, and whether nothing failed and nothing was lost."""
    for what in ("the cluster manager", "another node"):
        manager = nodes.manager()
        node = manager if what == "the cluster manager" else manager % 3 + 1
        seen, green = killed(nodes, cluster, node, seconds, readers)
        gone = lost(cluster, seen)
        yield row(what, seen, gone, green), not seen.failed and not gone


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=180)
    parser.add_argument("--readers", type=int, default=8)
    parser.add_argument("--heap", type=int, default=512, help="megabytes of each node")
    given = parser.parse_args()
    if lacking := missing():
        sys.exit(f"no cluster: {lacking}")
    with TemporaryDirectory() as folder, running_cluster(Path(folder), 3, given.heap) as nodes:
        address = Address.parse(nodes.address("killed"))
        with closing(Cluster(address, Credentials(), connections=given.readers + 2)) as cluster:
            articles = (article(f"first-{number}", number) for number in range(FIRST))
            build_on_cluster(articles, cluster, layout=Layout(3, 1))
            print(HEAD)
            good = True
            for line, fine in measure(nodes, cluster, given.seconds, given.readers):
                print(line, flush=True)
                good &= fine
    if not good:
        sys.exit("searches failed or writes were lost")


if __name__ == "__main__":
    main()
