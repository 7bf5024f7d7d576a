"""Measures the cost of facets: the same queries with and without, turn by turn in one process.

    python -m benchmarks.facets.run --index DIR --queries FILE [--limit N] [--threads N] [--cpu]

FILE has one query a line. Prints p50, p95 and p99 without facets, with facets, and of the difference of each
pair, and the number of failures. With ``--cpu`` the time is the thread's processor time, so that other
programs do not count. Fields that the index declares are counted too.
"""

import argparse
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter, thread_time
from typing import Final

import numpy as np

from onneshon.index.errors import OnneshonError
from onneshon.search import Engine, SearchRequest

FACETS: Final = ("category", "author", "year")


Clock = Callable[[], float]


def timed(engine: Engine, request: SearchRequest, clock: Clock) -> float | None:
    """The milliseconds of a search; None where it failed."""
    began = clock()
    try:
        engine.search(request)
    except OnneshonError:
        return None
    return (clock() - began) * 1000


def pair(
    engine: Engine, text: str, facets: tuple[str, ...], clock: Clock
) -> tuple[float | None, float | None]:
    """The milliseconds without facets and with them, after a first run that warms the caches for both."""
    plain, counted = SearchRequest(text), SearchRequest(text, facets=facets)
    timed(engine, plain, clock)
    return timed(engine, plain, clock), timed(engine, counted, clock)


def row(name: str, values: Sequence[float]) -> str:
    """A line of the table."""
    p50, p95, p99 = np.percentile(values, [50, 95, 99])
    return f"{name:<14} {p50:>8.2f} {p95:>8.2f} {p99:>8.2f}"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--queries", type=Path, required=True)
    parser.add_argument("--limit", type=int, default=1000)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--cpu", action="store_true")
    options = parser.parse_args()
    clock = thread_time if options.cpu else perf_counter
    texts = [line[:512] for line in options.queries.read_text("utf-8").splitlines() if line.strip()]
    with Engine.open(options.index) as engine, ThreadPoolExecutor(options.threads) as pool:
        facets = (*FACETS, *(field.name for field in engine.fields))
        engine.search(SearchRequest("*", facets=facets))
        pairs = list(pool.map(lambda text: pair(engine, text, facets, clock), texts[: options.limit]))
        print(f"{engine.count:,} articles, {len(pairs):,} queries, {options.threads} threads; milliseconds")
    good = [(plain, counted) for plain, counted in pairs if plain is not None and counted is not None]
    print(f"{'':<14} {'p50':>8} {'p95':>8} {'p99':>8}")
    print(row("without", [plain for plain, _ in good]))
    print(row("with facets", [counted for _, counted in good]))
    print(row("difference", [counted - plain for plain, counted in good]))
    print(f"{len(pairs) - len(good)} failures")


if __name__ == "__main__":
    main()
