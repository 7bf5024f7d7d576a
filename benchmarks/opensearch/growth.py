"""Measures how a query's work grows with the articles of a cluster, with bounded and with exact counts.

    python -m benchmarks.opensearch.growth --data FOLDER --hosts 127.0.0.1:9201 [--sizes 10000 100000]

Builds an index of each size from the same mixture of articles, merged to one segment, then sends all of them
the same queries, in alternating batches, for pages of ten: a new query, the same again, with two facets, and
with facets and exact totals. Prints the average milliseconds of a core that the node took, and the exponent x
of the power of size that fits best: work grows as articles^x. The host must be a cluster of one node.

With ``--words`` the bodies of articles are cut to that number of words, so that a million fit a small
machine. With ``--kept`` the indexes that exist already are used.
"""

import argparse
import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.opensearch.articles import newspaper
from benchmarks.opensearch.classes import drawn
from benchmarks.opensearch.latency import WARMING, Cost
from onneshon.index import Article
from onneshon.opensearch.connection.address import Address
from onneshon.opensearch.connection.client import Cluster
from onneshon.opensearch.searching.engine import ClusterEngine
from onneshon.opensearch.writing.build import Layout, build_on_cluster
from onneshon.search import SearchRequest

SEED: Final = 7
SIZES: Final = (10_000, 100_000)
FACETS: Final = ("category", "author")
TURN: Final = 50
"""The number of queries in a batch; the next batch goes to the next index."""

MIXED: Final = 100_000
"""The number of articles shuffled together, so that small indexes resemble large ones."""


def mixture(data: Path, count: int, words: int) -> Iterator[Article]:
    """The first ``count`` articles; a smaller mixture is the beginning of a larger one."""
    first = list(islice(newspaper(data, max(count, MIXED)), MIXED))
    random.Random(SEED).shuffle(first)  # noqa: S311  # the same order each time is the purpose
    rest = islice(newspaper(data, count), MIXED, None) if count > MIXED else iter(())
    for article in islice(chain(first, rest), count):
        yield replace(article, body=" ".join(article.body.split()[:words])) if words else article


def built(data: Path, hosts: str, size: int, words: int) -> None:
    """Build an index and merge it."""
    with closing(Cluster(Address.parse(f"opensearch://{hosts}/{name_of(size)}"), timeout=600)) as cluster:
        build_on_cluster(
            mixture(data, size, words),
            cluster,
            layout=Layout(1, 0),
            workers=2,
            max_bad="100%",
            force=True,
            keep=1,
        )
        cluster.client.indices.forcemerge(
            index=cluster.live(), params={"max_num_segments": 1}, request_timeout=3_600
        )
        cluster.client.indices.refresh(index=cluster.live())


def name_of(size: int) -> str:
    """The name of the index of ``size`` articles."""
    return f"grown-{size}"


WAYS: Final[Mapping[str, SearchRequest]] = {
    "new": SearchRequest(),
    "again": SearchRequest(),
    "facets": SearchRequest(facets=FACETS),
    "exact": SearchRequest(facets=FACETS, exact_totals=True),
}
"""The search of each way of asking; ``new`` is the first to send each query."""


@dataclass(frozen=True, slots=True)
class Grown:
    """An index of a given size.

    Attributes:
        size: the number of its articles.
        cluster: its cluster, for the node's statistics.
        engine: its engine, for pages.
        costs: the cost of each way of asking.
    """

    size: int
    cluster: Cluster
    engine: ClusterEngine
    costs: Mapping[str, Cost]

    def ask(self, way: str, queries: Sequence[str]) -> None:
        """Send more queries in one way of asking."""
        self.costs[way].ask(
            self.cluster, lambda text: self.engine.search(replace(WAYS[way], text=text)), queries
        )


def measured(indexes: Sequence[Grown], queries: Sequence[str]) -> None:
    """Send the queries to all indexes, in alternating batches."""
    for start in range(0, len(queries), TURN):
        for way in WAYS:
            for index in indexes:
                index.ask(way, queries[start : start + TURN])


def exponent(sizes: Sequence[int], work: Sequence[float]) -> float:
    """The power of size that fits best."""
    return float(np.polyfit(np.log(sizes), np.log(work), 1)[0])


def rows(indexes: Sequence[Grown]) -> Iterator[str]:
    """The lines of the table: the node's milliseconds of a core, the exponent, and p50 at the client."""
    sizes = [index.size for index in indexes]
    yield f"| node, core-ms a query | {' | '.join(f'{size:,}' for size in sizes)} | grows as | p50 ms |"
    yield "|---" * (len(sizes) + 3) + "|"
    for way in WAYS:
        figures = [index.costs[way].figures() for index in indexes]
        work = [node for _, _, node, _ in figures]
        cells = [f"{milliseconds:.1f}" for milliseconds in work]
        times = " ".join(f"{p50:.0f}" for p50, *_ in figures)
        yield f"| {way} | {' | '.join(cells)} | n^{exponent(sizes, work):.2f} | {times} |"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--hosts", required=True)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--words", type=int, default=0, help="of a body at the most; 0 for all")
    parser.add_argument("--queries", type=int, default=200, help="headlines, and as many questions")
    parser.add_argument("--kept", action="store_true", help="ask the indexes that are there")
    given = parser.parse_args()
    if not given.kept:
        for size in given.sizes:
            built(given.data, given.hosts, size, given.words)
    samples = dict(drawn(given.data, given.queries + WARMING))
    with ExitStack() as stack:
        indexes = [opened(stack, given.hosts, size) for size in given.sizes]
        for warmed in indexes:
            for name in ("headlines", "questions"):
                [warmed.engine.search(text) for text in samples[name][given.queries :]]
        for name in ("headlines", "questions"):
            costs = [replace(index, costs={way: Cost() for way in WAYS}) for index in indexes]
            measured(costs, samples[name][: given.queries])
            print(f"\n{given.queries} {name}\n")
            print(*rows(costs), sep="\n", flush=True)


def opened(stack: ExitStack, hosts: str, size: int) -> Grown:
    """Open an index that exists."""
    address = Address.parse(f"opensearch://{hosts}/{name_of(size)}")
    cluster = stack.enter_context(closing(Cluster(address, timeout=300)))
    return Grown(size, cluster, stack.enter_context(ClusterEngine.open(address, time_limit=None)), {})


if __name__ == "__main__":
    main()
