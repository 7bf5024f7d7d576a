"""What a query costs on a cluster, beside OpenSearch's own analyzer for Bengali on the same nodes.

    python -m benchmarks.opensearch.latency --data FOLDER --hosts 127.0.0.1:9201 [--queries 300] [--shards 1]

Both have the same articles; queries are headlines and questions, each asked of both, turn by turn, so that a
busy machine is as busy for both. Prints p50 and p95 in milliseconds as a client sees them, and the ratio:

    first   a query that was never asked, ids only, understood here
    again   the same once more: what was counted for it is known
    facets  the same with two facets
    page    the same with facets and ten snippets, ours made here, theirs by the cluster's highlighter

The peer searches titles and bodies (``cross_fields``, titles twice). Indexes named ``latency`` are removed.
"""

import argparse
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from time import perf_counter
from typing import Any, Final

import numpy as np

from benchmarks.opensearch.both import both_engines
from benchmarks.opensearch.classes import drawn
from index import Article
from index.ingest.corpus import read_articles
from index.opensearch.address import Address
from index.opensearch.client import Cluster
from search import SearchRequest
from search.opensearch.engine import ClusterEngine

PEER: Final = "latency-peer"
FACETS: Final = ("category", "author")
BULK: Final = 500
TEXT: Final = {"type": "text", "analyzer": "bengali"}
MAPPING: Final = {
    "properties": {
        "title": TEXT,
        "body": TEXT,
        "category": {"type": "keyword"},
        "author": {"type": "keyword"},
    }
}


def build_peer(cluster: Cluster, articles: Sequence[Article], shards: int) -> None:
    """The same articles in fields of OpenSearch's own."""
    client = cluster.client
    client.indices.delete(index=PEER, params={"ignore_unavailable": "true"})
    settings = {"index": {"number_of_shards": shards, "number_of_replicas": 0}}
    client.indices.create(index=PEER, body={"settings": settings, "mappings": MAPPING})
    for at in range(0, len(articles), BULK):
        lines = []
        for one in articles[at : at + BULK]:
            fields = {name: getattr(one, name) for name in MAPPING["properties"]}
            lines += [json.dumps({"index": {"_id": one.id}}), json.dumps(fields)]
        client.bulk(body="\n".join(lines) + "\n", index=PEER, request_timeout=120)
    client.indices.refresh(index=PEER)


def peer_body(text: str, *, facets: bool = False, texts: bool = False) -> dict[str, Any]:
    """A query of the peer."""
    words = {"query": text, "type": "cross_fields", "fields": ["title^2", "body"]}
    body: dict[str, Any] = {"query": {"multi_match": words}, "track_total_hits": True, "_source": texts}
    if facets:
        body["aggs"] = {name: {"terms": {"field": name}} for name in FACETS}
    if texts:
        body["highlight"] = {"fields": {"title": {}, "body": {}}}
    return body


Ways = Mapping[str, tuple[Callable[[str], object], Callable[[str], object]]]
"""For each way of asking ours and the peer's."""


def ways_of(engine: ClusterEngine, cluster: Cluster) -> Ways:
    """Each way of asking; ``first`` is what asks each query first."""

    def peer(**options: bool) -> Callable[[str], object]:
        return lambda text: cluster.client.search(index=PEER, body=peer_body(text, **options))

    def page(limit: int) -> Callable[[str], object]:
        return lambda text: engine.search(SearchRequest(text, limit=limit, facets=FACETS))

    return {
        "first": (engine.rank, peer()),
        "again": (engine.rank, peer()),
        "facets": (page(0), peer(facets=True)),
        "page": (page(10), peer(facets=True, texts=True)),
    }


def measured(ways: Ways, queries: Sequence[str]) -> dict[str, tuple[list[float], list[float]]]:
    """Milliseconds of each query in each way, ours and the peer's."""
    found: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in ways}
    for text in queries:
        for name, both in ways.items():
            for ask, times in zip(both, found[name], strict=True):
                began = perf_counter()
                ask(text)
                times.append((perf_counter() - began) * 1000)
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--hosts", required=True)
    parser.add_argument("--queries", type=int, default=300)
    parser.add_argument("--shards", type=int, default=1)
    given = parser.parse_args()
    articles = [*read_articles([given.data / "corpora" / "news-ittefaq.jsonl.xz"])]
    samples = dict(drawn(given.data, given.queries))
    queries = samples["headlines"] + samples["questions"]
    with (
        closing(Cluster(Address.parse(f"opensearch://{given.hosts}/{PEER}"))) as cluster,
        both_engines(articles, given.hosts, "latency", given.shards) as (_, engine),
    ):
        build_peer(cluster, articles, given.shards)
        ways = ways_of(engine, cluster)
        measured(ways, queries[-len(queries) // 10 :])  # until both are warm
        times = measured(ways, queries[: -len(queries) // 10])
        cluster.client.indices.delete(index=PEER)
    print(f"{len(articles)} articles, {given.shards} shards, {len(times['first'][0])} queries")
    print(f"{'':<8}{'ours p50':>10}{'p95':>8}{'bengali p50':>13}{'p95':>8}{'ratio p50':>11}{'p95':>7}")
    for name, (ours, theirs) in times.items():
        (one, two), (three, four) = np.percentile(ours, [50, 95]), np.percentile(theirs, [50, 95])
        shown = f"{one:>10.1f}{two:>8.1f}{three:>13.1f}{four:>8.1f}"
        print(f"{name:<8}{shown}{one / three:>11.2f}{two / four:>7.2f}")


if __name__ == "__main__":
    main()
