"""How fast an index is built on one node of a cluster, and how large it is, beside OpenSearch's own analysis.

    python -m benchmarks.opensearch.building --data FOLDER [--articles 17757] [--heap 2000] [--workers 2]

Starts a node of its own, and builds twice on it: as ``onneshon index build`` does, and with raw texts that
OpenSearch analyses by its ``bengali`` analyzer, sent by one process in requests of the same size. Both are
merged to one segment before they are weighed and asked. Figures are those of this machine; the ratios say
more.
"""

import argparse
import resource
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np

from index import Article
from index.analysis.analyzer import analyze
from index.configuration import Configuration
from index.ingest.corpus import read_articles
from index.opensearch.address import Address, Credentials
from index.opensearch.build import Layout, build_on_cluster
from index.opensearch.bulk import Operation, send
from index.opensearch.client import Cluster
from tests.cluster.java import missing
from tests.cluster.running import running_cluster

CORPORA: Final = ("news-ittefaq", "blog-sachalayatan", "wikipedia-intros", "poems", "stories")
PEER: Final = "peer"


@dataclass(frozen=True, slots=True)
class Built:
    """What a build took.

    Attributes:
        articles: how many were read.
        written: how many are there.
        reported: how many were told of as left out.
        seconds: from the first article to the end of the build, its files and their publishing included.
        node: seconds of a core that the node took meanwhile.
        clients: seconds of a core that who wrote took.
        bytes: of the articles, merged.
    """

    articles: int
    written: int
    reported: int
    seconds: float
    node: float
    clients: float
    bytes: int


def articles_of(data: Path, count: int) -> list[Article]:
    """So many articles of all corpora; ids that several corpora have are told apart."""
    found = chain.from_iterable(_corpus(data / "corpora" / f"{name}.jsonl.xz", name) for name in CORPORA)
    return list(islice(found, count))


def _corpus(path: Path, name: str) -> Iterator[Article]:
    for article in read_articles([path]):
        yield Article(f"{name}-{article.id}", article.title, article.body, article.date, article.category)


class Clock:
    """Times what is done on a node, and on this side of the connection.

    Args:
        cluster: of one node.
    """

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._begun = self._now()

    def _now(self) -> tuple[float, float, float]:
        nodes = self._cluster.client.nodes.stats(metric="process")["nodes"]
        (node,) = [one["process"]["cpu"]["total_in_millis"] / 1e3 for one in nodes.values()]
        used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return time.monotonic(), node, sum(one.ru_utime + one.ru_stime for one in used)

    def spent(self) -> tuple[float, float, float]:
        """Seconds since it was made, seconds of a core on the node, and here with processes that ended."""
        seconds, node, clients = (now - begun for now, begun in zip(self._now(), self._begun, strict=True))
        return seconds, node, clients


def build_ours(cluster: Cluster, articles: Sequence[Article], workers: int) -> Built:
    """As the command does."""
    clock = Clock(cluster)
    report = build_on_cluster(
        iter(articles), cluster, Configuration(), layout=Layout(1, 0), workers=workers, max_bad="100%"
    )
    reported = sum(report.skipped.values())
    spent = clock.spent()
    return Built(report.seen, report.articles, reported, *spent, _merged(cluster, report.generation))


def build_peer(cluster: Cluster, articles: Sequence[Article]) -> Built:
    """With the analysis that OpenSearch has for Bengali."""
    text = {"type": "text", "analyzer": "bengali"}
    body = {
        "settings": {"index": {"number_of_replicas": 0, "refresh_interval": "-1"}},
        "mappings": {"properties": {"title": text, "body": text, "category": {"type": "keyword"}}},
    }
    clock = Clock(cluster)
    cluster.client.indices.create(index=PEER, body=body)
    operations = (
        Operation.put(one.id, {"title": one.title, "body": one.body, "category": one.category})
        for one in articles
    )
    written = sum(outcome.state == "written" for outcome in send(cluster, PEER, operations))
    cluster.client.indices.refresh(index=PEER)
    return Built(len(articles), written, len(articles) - written, *clock.spent(), _merged(cluster, PEER))


def _merged(cluster: Cluster, index: str) -> int:
    """Bytes after everything is one segment, without what OpenSearch keeps for copies that are behind.

    That is let go by a merge after the leases of copies have moved on, which they do within half a minute;
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
"""Seconds."""


QUERIES: Final = 300


def asked(cluster: Cluster, index: str, query: Mapping[str, Any]) -> float:
    """Milliseconds until the best ten ids and an exact total are here."""
    body = {"query": query, "size": 10, "_source": False, "track_total_hits": True}
    began = time.perf_counter()
    cluster.client.search(index=index, body=body, params={"request_cache": "false"})
    return (time.perf_counter() - began) * 1e3


def our_query(title: str) -> Mapping[str, Any]:
    """The words of a title as a query of ours is asked, without the second look."""
    words = [
        (layer, key)
        for token in analyze(title)
        for layer, key in (("stem", token.stem), ("exact", token.exact))
    ]
    return {"bool": {"should": [{"term": {layer: key}} for layer, key in dict.fromkeys(words)]}}


def peer_query(title: str) -> Mapping[str, Any]:
    """The same for the peer."""
    return {"multi_match": {"query": title, "fields": ["title^2", "body"], "type": "most_fields"}}


def query_rows(cluster: Cluster, articles: Sequence[Article]) -> Iterator[str]:
    """Titles spread over all articles, asked of both in turn, so that a busy machine is as busy for both."""
    titles = [one.title for one in articles[:: max(1, len(articles) // QUERIES)] if one.title]
    times = [
        (asked(cluster, cluster.alias, our_query(title)), asked(cluster, PEER, peer_query(title)))
        for _ in range(2)  # the first time warms
        for title in titles
    ]
    figures = np.percentile(times[len(titles) :], [50, 95], axis=0)
    for name, (mine, its) in zip(("p50", "p95"), figures.tolist(), strict=True):
        yield f"| {len(titles)} titles as queries, {name} ms | {mine:.1f} | {its:.1f} | {mine / its:.2f} |"


def rows(ours: Built, peer: Built) -> Iterator[str]:
    """The table."""
    yield "| | Onneshon | `bengali` | ratio |"
    yield "|---|---|---|---|"
    yield f"| articles in | {ours.articles:,} | {peer.articles:,} | |"
    accounts = [f"{one.written:,} + {one.reported:,}" for one in (ours, peer)]
    yield f"| indexed + reported | {accounts[0]} | {accounts[1]} | |"
    for name in ("node", "clients"):
        rates = [one.written / max(getattr(one, name), 0.01) for one in (ours, peer)]
        figures = f"{rates[0]:,.0f} | {rates[1]:,.0f} | {rates[0] / rates[1]:.2f}"
        yield f"| articles a core-second of the {name} | {figures} |"
    rates = [one.written / one.seconds for one in (ours, peer)]
    yield f"| articles a second | {rates[0]:,.0f} | {rates[1]:,.0f} | {rates[0] / rates[1]:.2f} |"
    sizes = [one.bytes / 1e6 for one in (ours, peer)]
    yield f"| MB, merged | {sizes[0]:,.1f} | {sizes[1]:,.1f} | {sizes[0] / sizes[1]:.2f} |"
    per = [one.bytes / one.written for one in (ours, peer)]
    yield f"| bytes an article | {per[0]:,.0f} | {per[1]:,.0f} | {per[0] / per[1]:.2f} |"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--articles", type=int, default=17_757)
    parser.add_argument("--heap", type=int, default=2_000, help="megabytes of the node")
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    if lacking := missing():
        sys.exit(f"no cluster: {lacking}")
    articles = articles_of(given.data, given.articles)
    with TemporaryDirectory() as folder, running_cluster(Path(folder), 1, given.heap) as node:
        address = Address.parse(node.address("measured"))
        with closing(Cluster(address, Credentials(), timeout=300)) as cluster:
            build_ours(cluster, articles[:2_000], given.workers)  # a Java that has just begun is slow
            ours = build_ours(cluster, articles, given.workers)
            peer = build_peer(cluster, articles)
            print(*rows(ours, peer), *query_rows(cluster, articles), sep="\n")
    if ours.articles != ours.written + ours.reported:
        sys.exit("articles were lost")


if __name__ == "__main__":
    main()
