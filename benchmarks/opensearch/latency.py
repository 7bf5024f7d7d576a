"""Measures a query's cost on a cluster, next to OpenSearch's own analyzer for Bengali on the same nodes.

    python -m benchmarks.opensearch.latency --data FOLDER --hosts 127.0.0.1:9201 [--articles 100000] [--kept]

Both have the same articles; queries are headlines and questions, sent to both in alternating batches, so that
other load on the machine affects both alike. Prints for each way of asking p50 and p95 in milliseconds at the
client, the average milliseconds of a core that the nodes and the client took, and the ratios:

    new     a page of ten of a new query, with three facets and snippets; ours are made here, theirs by
            the cluster's highlighter
    again   the same once more: its counts are cached
    facets  the same without hits
    ids     hits without texts and facets

The peer searches titles and bodies (``cross_fields``, titles twice).
The garbage collector runs as seldom as under ``onneshon serve``, for both.
With ``--kept`` the indexes of ``benchmarks.opensearch.building`` that exist already are used; otherwise they
are built.
"""

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter, sleep, thread_time
from typing import Any, Final

import numpy as np

from benchmarks.opensearch.articles import newspaper
from benchmarks.opensearch.building import ARTICLES, NAME, PEER, Clock, build_ours, build_peer
from benchmarks.opensearch.classes import drawn
from onneshon.opensearch.connection.address import Address
from onneshon.opensearch.connection.client import Cluster
from onneshon.opensearch.searching.engine import ClusterEngine
from onneshon.search import SearchRequest
from onneshon.web.live import collect_seldom

FACETS: Final = ("category", "author", "lang")
TURN: Final = 50
"""The number of queries in a batch; the next batch goes to the other engine."""

PROBED: Final = 1.1
"""Seconds until a node's statistics include its latest work."""

WARMING: Final = 60
"""The number of unmeasured queries before the first measured one."""

Ask = Callable[[str], object]


@dataclass(slots=True)
class Cost:
    """The cost of one engine's queries.

    Attributes:
        times: the milliseconds of each query at the client.
        node: milliseconds of a core that the node took for all queries.
        client: milliseconds of a core that the client took for all queries.
    """

    times: list[float] = field(default_factory=list)
    node: float = 0.0
    client: float = 0.0

    def ask(self, cluster: Cluster, ask: Ask, queries: Sequence[str]) -> None:
        """Send more queries and add their cost."""
        clock = Clock(cluster)
        for text in queries:
            began, busy = perf_counter(), thread_time()
            ask(text)
            self.times.append((perf_counter() - began) * 1e3)
            self.client += (thread_time() - busy) * 1e3
        sleep(PROBED)
        self.node += clock.spent()[1] * 1e3

    def figures(self) -> list[float]:
        """p50 and p95, and the milliseconds of a core of node and client for a query."""
        count = len(self.times)
        return [*np.percentile(self.times, [50, 95]).tolist(), self.node / count, self.client / count]


def peer_body(text: str, *, facets: bool = False, texts: bool = False) -> dict[str, Any]:
    """The body of a search of the peer."""
    words = {"query": text, "type": "cross_fields", "fields": ["title^2", "body"]}
    body: dict[str, Any] = {"query": {"multi_match": words}, "track_total_hits": True, "_source": texts}
    if facets:
        body["aggs"] = {name: {"terms": {"field": name}} for name in FACETS}
    if texts:
        body["highlight"] = {"fields": {"title": {}, "body": {}}}
    return body


def ways_of(engine: ClusterEngine, cluster: Cluster) -> Mapping[str, tuple[Ask, Ask]]:
    """Each way of asking, ours and the peer's; ``new`` is the first to send each query."""

    def peer(**options: bool) -> Ask:
        return lambda text: cluster.client.search(index=PEER, body=peer_body(text, **options))

    def page(limit: int) -> Ask:
        return lambda text: engine.search(SearchRequest(text, limit=limit, facets=FACETS))

    return {
        "new": (page(10), peer(facets=True, texts=True)),
        "again": (page(10), peer(facets=True, texts=True)),
        "facets": (page(0), peer(facets=True)),
        "ids": (engine.rank, peer()),
    }


def measured(
    cluster: Cluster, ways: Mapping[str, tuple[Ask, Ask]], queries: Sequence[str]
) -> dict[str, tuple[Cost, Cost]]:
    """The cost of each way of asking, ours and the peer's."""
    costs = {name: (Cost(), Cost()) for name in ways}
    for start in range(0, len(queries), TURN):
        for name, both in ways.items():
            for ask, cost in zip(both, costs[name], strict=True):
                cost.ask(cluster, ask, queries[start : start + TURN])
    return costs


def rows(costs: Mapping[str, tuple[Cost, Cost]]) -> Iterator[str]:
    """The lines of the table; each cell has our figure, the peer's, and the ratio."""
    heads = ("p50 ms", "p95 ms", "node, core-ms", "client, core-ms")
    yield f"| | {' | '.join(heads)} |"
    yield "|---|---|---|---|---|"
    for name, both in costs.items():
        cells = [
            f"{first:.1f} / {other:.1f} = {first / max(other, 0.01):.2f}"
            for first, other in zip(*(cost.figures() for cost in both), strict=True)
        ]
        yield f"| {name} | {' | '.join(cells)} |"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--hosts", required=True)
    parser.add_argument("--articles", type=int, default=ARTICLES)
    parser.add_argument("--queries", type=int, default=300, help="headlines, and as many questions")
    parser.add_argument("--shards", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--kept", action="store_true", help="ask the indexes that are there")
    given = parser.parse_args()
    address = Address.parse(f"opensearch://{given.hosts}/{NAME}")
    samples = dict(drawn(given.data, given.queries + WARMING))
    with closing(Cluster(address, timeout=300)) as cluster:
        if not given.kept:
            build_ours(cluster, newspaper(given.data, given.articles), given.workers, given.shards)
            build_peer(cluster, newspaper(given.data, given.articles), given.shards)
        with ClusterEngine.open(address, time_limit=None) as engine:
            ways = ways_of(engine, cluster)
            classes = [samples[name] for name in ("headlines", "questions")]
            measured(cluster, ways, [query for queries in classes for query in queries[given.queries :]])
            collect_seldom()
            # Otherwise the nodes would have cached counts of an earlier run, and no query would be new.
            cluster.client.indices.clear_cache(index=f"{NAME},{PEER}", params={"request": "true"})
            print(f"{engine.count:,} articles")
            for name, queries in zip(("headlines", "questions"), classes, strict=True):
                asked = queries[: given.queries]
                print(f"\n{len(asked)} {name}: ours / `bengali` = ratio\n")
                print(*rows(measured(cluster, ways, asked)), sep="\n", flush=True)


if __name__ == "__main__":
    main()
