"""Compares a cluster's answers with those of an index of ours, over the same articles and with one basis.

    python -m benchmarks.opensearch.parity --data FOLDER --hosts 127.0.0.1:9201 [--queries 500] [--shards 1 3]
        [--indexes 4]

Sends each query to both for a page of ten, and prints for each class of queries: the share of ids in common,
of pages in the same order, of equal totals, and the greatest difference of scores as a share of them. Then
prints nDCG@10 of both on judged sets. Fails where less is equal than ``LEAST`` says. ``./dev cluster`` starts
a cluster; an index named ``parity`` there is removed. With ``--indexes`` the index is rolled over, so that
the given number of indexes is behind that name.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.opensearch.both import both_engines
from benchmarks.opensearch.classes import drawn
from benchmarks.relevance.collections_on_disk import COLLECTIONS
from onneshon.index.ingest.corpus import read_articles
from onneshon.opensearch.searching.engine import ClusterEngine
from onneshon.search import Engine, SearchRequest
from onneshon.search.evaluation.measures import means, measure, run_queries

PAGE: Final = 10
LEAST: Final = {"overlap": 0.99, "order": 0.98, "totals": 1.0}
MOST_APART: Final = 1e-5
"""The greatest difference of scores allowed, as a share of a score, at the 99th percentile."""
NDCG_APART: Final = 1e-3
SETS: Final = ("anwesha-web", "headline-ittefaq", "tydiqa-bn-dev", "haque-factoid")


@dataclass(slots=True)
class Agreement:
    """The agreement of two engines on a set of queries.

    Attributes:
        overlap: for each query the share of the first page that both have.
        order: for each query whether the pages are the same in the same order.
        totals: for each query whether both report equal totals.
        apart: for each query the greatest difference of an article's scores, as a share of them.
    """

    overlap: list[float]
    order: list[bool]
    totals: list[bool]
    apart: list[float]

    @classmethod
    def of(cls, queries: Sequence[str], ours: Engine, theirs: ClusterEngine) -> "Agreement":
        """The agreement on the given queries, each sent to both."""
        found = cls([], [], [], [])
        for query in queries:
            found.add(query, ours, theirs)
        return found

    def add(self, query: str, ours: Engine, theirs: ClusterEngine) -> None:
        """Send one query to both, and add the result."""
        request = SearchRequest(query, limit=PAGE)
        own, other = ours.search(request), theirs.search(request)
        scores, others = ({hit.id: hit.score for hit in page} for page in (own, other))
        common = scores.keys() & others.keys()
        self.overlap.append(len(common) / max(len(scores), len(others)) if scores or others else 1.0)
        self.order.append([*scores] == [*others])
        self.totals.append((own.total, own.total_all) == (other.total, other.total_all))
        self.apart.append(max((abs(scores[i] - others[i]) / scores[i] for i in common), default=0.0))
        if not (self.order[-1] and self.totals[-1] and self.apart[-1] <= MOST_APART):
            shown = f"{self.overlap[-1]:.2f} {own.total} {other.total} {self.apart[-1]:.1e}"
            print(f"  differs: {query!r} {shown}", file=sys.stderr)

    def row(self, name: str) -> str:
        """A line of the table."""
        shares = (np.mean(values) for values in (self.overlap, self.order, self.totals))
        apart = np.percentile(self.apart, 99)
        return (
            f"{name:<22}{len(self.order):>6}"
            + "".join(f"{share:>9.4f}" for share in shares)
            + f"{apart:>10.1e}"
        )

    @property
    def fits(self) -> bool:
        """Whether the agreement is within the limits."""
        means_ = {name: float(np.mean(getattr(self, name))) for name in LEAST}
        return all(means_[name] >= least for name, least in LEAST.items()) and (
            float(np.percentile(self.apart, 99)) <= MOST_APART
        )


def compared(data: Path, hosts: str, shards: int, count: int, indexes: int) -> Iterator[bool]:
    """Print the table of a corpus; yield for each class whether all totals agree, then whether all fits."""
    articles = [*read_articles([data / "corpora" / "news-ittefaq.jsonl.xz"])]
    print(f"\n{len(articles)} articles, {indexes} indexes of {shards} shards")
    print(f"{'class':<22}{'n':>6}{'overlap':>9}{'order':>9}{'totals':>9}{'apart p99':>10}")
    every = Agreement([], [], [], [])
    with both_engines(articles, hosts, "parity", shards, indexes) as (ours, theirs):
        for name, queries in drawn(data, count):
            found = Agreement.of(queries, ours, theirs)
            print(found.row(name), flush=True)
            for part in Agreement.__dataclass_fields__:
                getattr(every, part).extend(getattr(found, part))
            yield all(found.totals)
    print(every.row("all"))
    yield every.fits


def judged(data: Path, hosts: str, names: Sequence[str], shards: int) -> Iterator[bool]:
    """Print nDCG@10 of both on judged sets; yield for each set whether the two are near enough."""
    print(f"\n{'judged set':<22}{'queries':>8}{'ours':>9}{'cluster':>9}{'overlap':>9}")
    for collection in COLLECTIONS:
        if collection.name not in names:
            continue
        queries, judgments = collection.queries(data, None), collection.judgments(data)
        with both_engines(collection.articles(data), hosts, "parity", shards) as engines:
            runs = [run_queries(partial(engine.rank, limit=PAGE), queries) for engine in engines]
        values = [means(measure(run, judgments))["nDCG@10"] for run in runs]
        pages = [{query: {doc for doc, _ in ranked} for query, ranked in run.items()} for run in runs]
        overlap = np.mean(
            [len(pages[0][q] & pages[1][q]) / len(pages[0][q]) for q in pages[0] if pages[0][q]]
        )
        row = "".join(f"{value:>9.4f}" for value in (*values, overlap))
        print(f"{collection.name:<22}{len(queries):>8}{row}", flush=True)
        yield abs(values[0] - values[1]) <= NDCG_APART


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--hosts", required=True, help="host:port of nodes, with commas in between")
    parser.add_argument("--queries", type=int, default=500)
    parser.add_argument("--shards", type=int, nargs="+", default=[1, 3])
    parser.add_argument("--indexes", type=int, default=1)
    parser.add_argument("--sets", nargs="*", default=SETS)
    given = parser.parse_args()
    fits = [
        fit
        for shards in given.shards
        for fit in compared(given.data, given.hosts, shards, given.queries, given.indexes)
    ]
    fits += judged(given.data, given.hosts, given.sets, given.shards[0])
    sys.exit(0 if all(fits) else "the engines do not agree")


if __name__ == "__main__":
    main()
