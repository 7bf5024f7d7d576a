"""Runs every query of a log with facets over one index: counts failures and measures times.

    python -m benchmarks.querylog.run --index DIR --queries FILE... [--threads N] [--cpu]

FILE has a query a line; longer ones are cut. Each is searched as the page does it: ten hits, with all facets
of the index, once. Ends with 1 where a query failed. With ``--cpu`` the time is the thread's processor time,
so that other programs do not count.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, thread_time

import numpy as np

from onneshon.index.configuration import FACETS
from onneshon.search import Engine, SearchRequest
from onneshon.search.query.parser import MAX_CHARACTERS


@dataclass(frozen=True, slots=True)
class Answer:
    """The outcome of a query.

    Attributes:
        text: the query.
        milliseconds: the time of the search.
        failure: the type and message of the error; empty for none.
        total: the number of articles found.
        partial: whether time ran out.
    """

    text: str
    milliseconds: float
    failure: str = ""
    total: int = 0
    partial: bool = False


def asked(engine: Engine, text: str, facets: tuple[str, ...], clock: Callable[[], float]) -> Answer:
    """Search a query; an error of any kind is recorded as its failure."""
    began = clock()
    try:
        page = engine.search(SearchRequest(text, facets=facets))
    except Exception as error:  # noqa: BLE001 - that none of any kind comes is what is shown
        return Answer(text, (clock() - began) * 1000, f"{type(error).__name__}: {error}")
    return Answer(text, (clock() - began) * 1000, total=page.total, partial=page.partial)


def report(answers: list[Answer]) -> Iterable[str]:
    """The lines to print."""
    p50, p95, p99 = np.percentile([answer.milliseconds for answer in answers], [50, 95, 99])
    failures = Counter(answer.failure for answer in answers if answer.failure)
    found = sum(answer.total > 0 for answer in answers)
    yield f"{len(answers):,} queries, {failures.total()} failures, {found:,} found something"
    yield f"{sum(answer.partial for answer in answers)} ran out of time"
    slowest = max(answer.milliseconds for answer in answers)
    yield f"ms: p50 {p50:.1f}, p95 {p95:.1f}, p99 {p99:.1f}, max {slowest:.1f}"
    for failure, times in failures.most_common():
        yield f"{times} × {failure}"


def main() -> None:
    """Run the queries and print the report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--queries", type=Path, nargs="+", required=True)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--cpu", action="store_true")
    options = parser.parse_args()
    clock = thread_time if options.cpu else perf_counter
    lines = [line for path in options.queries for line in path.read_text("utf-8").splitlines()]
    texts = [line[:MAX_CHARACTERS] for line in lines if line.strip()]
    with Engine.open(options.index) as engine, ThreadPoolExecutor(options.threads) as pool:
        facets = (*FACETS, *(field.name for field in engine.fields))
        engine.search(SearchRequest("*", facets=facets))
        answers = list(pool.map(lambda text: asked(engine, text, facets, clock), texts))
        print(f"{engine.count:,} articles, {options.threads} threads, facets {', '.join(facets)}")
    print("\n".join(report(answers)))
    if any(answer.failure for answer in answers):
        sys.exit(1)


if __name__ == "__main__":
    main()
