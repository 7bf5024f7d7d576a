"""Measures the traffic of a page to a cluster: requests, the searches in them, and bytes both ways.

    python -m benchmarks.opensearch.traffic --address opensearch://127.0.0.1:9201/news --queries FILE

Sends each query of a file (one a line) for a page of ten with snippets and three facets, first as a new
query, then once more. Prints the average traffic of a page, and milliseconds as the client sees them.
"""

import argparse
import gzip
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path
from time import perf_counter
from typing import Any, Final
from unittest.mock import patch

import numpy as np
from urllib3.connectionpool import HTTPConnectionPool

from benchmarks.opensearch.classes import read_lines
from onneshon.opensearch.searching.engine import ClusterEngine
from onneshon.search import SearchRequest

FACETS: Final = ("category", "author", "lang")
SEED: Final = 7
WARMING: Final = 20
"""The number of queries before the first that counts."""

ASKED: Final = ("_search", "_msearch", "_mget", "_count")
"""Requests that are counted, by a part of their URL."""


@dataclass(slots=True)
class Traffic:
    """The traffic of a page.

    Attributes:
        requests: HTTP requests that search or read documents.
        searches: the searches in them.
        sent: bytes of request bodies, as sent.
        got: bytes of response bodies, as received.
        milliseconds: the time of the page at the client.
    """

    requests: int = 0
    searches: int = 0
    sent: int = 0
    got: int = 0
    milliseconds: float = 0.0

    def note(self, url: str, body: bytes, answered: int) -> None:
        """Count a request."""
        if not any(kind in url for kind in ASKED):
            return
        plain = gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body
        self.requests += 1
        self.searches += plain.count(b"\n") // 2 if "_msearch" in url else 1
        self.sent += len(body)
        self.got += answered


@contextmanager
def counted() -> Iterator[Traffic]:
    """Count this process's requests to clusters in the block."""
    traffic, ask = Traffic(), HTTPConnectionPool.urlopen

    def asked(pool: HTTPConnectionPool, method: str, url: str, body: Any = None, **options: Any) -> Any:
        answer = ask(pool, method, url, body, **options)
        sent = body.encode() if isinstance(body, str) else body or b""
        traffic.note(url, sent, int(answer.headers.get("content-length", 0)))
        return answer

    began = perf_counter()
    with patch.object(HTTPConnectionPool, "urlopen", asked):
        yield traffic
    traffic.milliseconds = (perf_counter() - began) * 1e3


def measured(engine: ClusterEngine, queries: Sequence[str]) -> Iterator[Traffic]:
    """The traffic of each query's page."""
    for query in queries:
        with counted() as traffic:
            engine.search(SearchRequest(query, limit=10, facets=FACETS))
        yield traffic


def row(name: str, found: Sequence[Traffic]) -> str:
    """A line of the table."""
    values = np.array([astuple(traffic) for traffic in found])
    requests, searches, sent, got, _ = values.mean(axis=0)
    p50, p95 = np.percentile(values[:, -1], [50, 95])
    return (
        f"| {name} | {requests:.2f} | {searches:.2f} | {sent / 1e3:.1f} | {got / 1e3:.1f} "
        f"| {p50:.0f} | {p95:.0f} |"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--address", required=True)
    parser.add_argument("--queries", type=Path, required=True, metavar="FILE", nargs="+")
    parser.add_argument("--count", type=int, default=150)
    given = parser.parse_args()
    print("| | requests | searches | kB sent | kB got | p50 ms | p95 ms |\n|---|---|---|---|---|---|---|")
    for file in given.queries:
        lines = read_lines(file)
        chance = random.Random(SEED)  # noqa: S311  # a sample, not a secret
        queries = chance.sample(lines, min(given.count + WARMING, len(lines)))
        with ClusterEngine.open(given.address, time_limit=None) as engine:
            [*measured(engine, queries[:WARMING])]
            for name in ("first", "again"):
                print(row(f"{file.stem}, {name}", [*measured(engine, queries[WARMING:])]), flush=True)


if __name__ == "__main__":
    main()
