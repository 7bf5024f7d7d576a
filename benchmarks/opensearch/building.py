"""Measures the speed of a build on one node and the index's size, next to OpenSearch's own analysis.

    python -m benchmarks.opensearch.building --data FOLDER [--articles 100000] [--heap 2000] [--workers 2]
    python -m benchmarks.opensearch.building --data FOLDER --hosts 127.0.0.1:9201 [--articles 100000]

Builds twice: as ``onneshon index build`` does, and with raw texts that OpenSearch analyses with its
``bengali`` analyzer, sent by one process in requests of the same size. Both are merged to one segment before
their sizes are read. Figures are those of this machine; the ratios say more.

Starts a node of its own. With ``--hosts`` it uses a running node and leaves both indexes there, under the
names ``measured`` and ``measured-peer``, for ``benchmarks.opensearch.latency --kept``.
"""

import argparse
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.opensearch.articles import newspaper
from onneshon.index import Article
from onneshon.opensearch.connection.address import Address, Credentials
from onneshon.opensearch.connection.bulk import Operation, send
from onneshon.opensearch.connection.client import Cluster
from onneshon.opensearch.writing.build import Layout, build_on_cluster
from tests.cluster.java import missing
from tests.cluster.running import running_cluster

__all__ = ["ARTICLES", "NAME", "PEER", "Built", "Clock", "build_ours", "build_peer", "rows"]

NAME: Final = "measured"
PEER: Final = "measured-peer"
ARTICLES: Final = 100_000
FIELDS: Final = ("title", "body", "category", "author", "lang")


@dataclass(frozen=True, slots=True)
class Built:
    """The figures of a build.

    Attributes:
        articles: the number of articles read.
        written: the number of articles in the index.
        reported: the number of articles reported as left out.
        seconds: from the first article to the end of the build, its files and their publishing included.
        node: core-seconds of the node during the build.
        clients: core-seconds of the writing processes, the making of the articles included.
        bytes: the size of the articles on the node, merged.
    """

    articles: int
    written: int
    reported: int
    seconds: float
    node: float
    clients: float
    bytes: int


class Clock:
    """Measures the time of work on a node and on this side of the connection.

    Args:
        cluster: the cluster; all its nodes count.
    """

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._begun = self._now()

    def _now(self) -> tuple[float, float, float]:
        nodes = self._cluster.client.nodes.stats(metric="process")["nodes"]
        node = sum(node["process"]["cpu"]["total_in_millis"] / 1e3 for node in nodes.values())
        used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return time.monotonic(), node, sum(usage.ru_utime + usage.ru_stime for usage in used)

    def spent(self) -> tuple[float, float, float]:
        """Seconds since the clock was made, core-seconds of the nodes, and of this process and children."""
        seconds, node, clients = (now - begun for now, begun in zip(self._now(), self._begun, strict=True))
        return seconds, node, clients


def build_ours(cluster: Cluster, articles: Iterator[Article], workers: int, shards: int = 1) -> Built:
    """Build as the command does."""
    clock = Clock(cluster)
    report = build_on_cluster(
        articles,
        cluster,
        layout=Layout(shards, 0),
        workers=workers,
        max_bad="100%",
        force=True,
        keep=1,
    )
    reported = sum(report.skipped.values())
    spent = clock.spent()
    return Built(report.seen, report.articles, reported, *spent, _merged(cluster, cluster.live()))


def build_peer(cluster: Cluster, articles: Iterator[Article], shards: int = 1) -> Built:
    """Build with OpenSearch's own analysis of Bengali."""
    text, whole = {"type": "text", "analyzer": "bengali"}, {"type": "keyword"}
    index = {"number_of_shards": shards, "number_of_replicas": 0, "refresh_interval": "-1"}
    mapping = {"title": text, "body": text, "category": whole, "author": whole, "lang": whole}
    cluster.client.indices.delete(index=PEER, params={"ignore_unavailable": "true"})
    clock = Clock(cluster)
    body = {"settings": {"index": index}, "mappings": {"properties": mapping}}
    cluster.client.indices.create(index=PEER, body=body)
    operations = (
        Operation(article.id, {name: getattr(article, name) for name in FIELDS}) for article in articles
    )
    states = [outcome.state for outcome in send(cluster, PEER, operations)]
    written = states.count("written")
    cluster.client.indices.refresh(index=PEER)
    return Built(len(states), written, len(states) - written, *clock.spent(), _merged(cluster, PEER))


def _merged(cluster: Cluster, index: str) -> int:
    """The size in bytes once merged to one segment, without operations kept for replicas that lag behind.

    A merge drops those operations once the retention leases have moved on, which takes up to half a minute;
    and a merge needs something new to merge.
    """
    cluster.client.indices.flush(index=index)
    time.sleep(LEASES)
    cluster.client.index(index=index, id="mark", body={})
    cluster.client.indices.forcemerge(index=index, params={"max_num_segments": 1}, request_timeout=3_600)
    cluster.client.delete(index=index, id="mark")
    cluster.client.indices.flush(index=index)
    cluster.client.indices.refresh(index=index)
    stats = cluster.client.indices.stats(index=index, metric="store")
    return int(stats["_all"]["primaries"]["store"]["size_in_bytes"])


LEASES: Final = 65
"""The seconds to wait until retention leases have moved on."""


def rows(ours: Built, peer: Built) -> Iterator[str]:
    """The lines of the table."""
    yield "| | Onneshon | `bengali` | ratio |"
    yield "|---|---|---|---|"
    yield f"| articles in | {ours.articles:,} | {peer.articles:,} | |"
    accounts = [f"{engine.written:,} + {engine.reported:,}" for engine in (ours, peer)]
    yield f"| indexed + reported | {accounts[0]} | {accounts[1]} | |"
    for name in ("node", "clients"):
        rates = [engine.written / max(getattr(engine, name), 0.01) for engine in (ours, peer)]
        figures = f"{rates[0]:,.0f} | {rates[1]:,.0f} | {rates[0] / rates[1]:.2f}"
        yield f"| articles a core-second of the {name} | {figures} |"
    rates = [engine.written / engine.seconds for engine in (ours, peer)]
    yield f"| articles a second | {rates[0]:,.0f} | {rates[1]:,.0f} | {rates[0] / rates[1]:.2f} |"
    sizes = [engine.bytes / 1e6 for engine in (ours, peer)]
    yield f"| MB, merged | {sizes[0]:,.1f} | {sizes[1]:,.1f} | {sizes[0] / sizes[1]:.2f} |"
    per = [engine.bytes / engine.written for engine in (ours, peer)]
    yield f"| bytes an article | {per[0]:,.0f} | {per[1]:,.0f} | {per[0] / per[1]:.2f} |"


@contextmanager
def _node(hosts: str | None, heap: int) -> Iterator[str]:
    """The address of an index on a running node, or on one started for the block and ended with it."""
    if hosts is not None:
        yield f"opensearch://{hosts}/{NAME}"
        return
    if lacking := missing():
        sys.exit(f"no cluster: {lacking}")
    with TemporaryDirectory() as folder, running_cluster(Path(folder), 1, heap) as node:
        yield node.address(NAME)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--articles", type=int, default=ARTICLES)
    parser.add_argument("--hosts", help="host:port of one node that runs; none to start one")
    parser.add_argument("--heap", type=int, default=2_000, help="megabytes of a node that is started")
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    with _node(given.hosts, given.heap) as address, closing(_cluster(address)) as cluster:
        few = islice(newspaper(given.data, 2_000), 2_000)
        build_ours(cluster, few, given.workers)  # a JVM that has just started is slow
        ours = build_ours(cluster, newspaper(given.data, given.articles), given.workers)
        peer = build_peer(cluster, newspaper(given.data, given.articles))
    print(*rows(ours, peer), sep="\n")
    if ours.articles != ours.written + ours.reported:
        sys.exit("articles were lost")


def _cluster(address: str) -> Cluster:
    return Cluster(Address.parse(address), Credentials(), timeout=300)


if __name__ == "__main__":
    main()
