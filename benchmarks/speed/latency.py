"""Measures latencies of engines that have their indexes open at once and answer in turn."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.speed.engines import Served, serving
from benchmarks.speed.queries import KINDS, read_asked

__all__ = ["percentile", "read_through", "time_queries", "today"]


def today() -> str:
    """The date that marks figures, in ISO 8601."""
    return dt.datetime.now(dt.UTC).date().isoformat()


def time_queries(directories: Mapping[str, Path], queries: Path, rounds: int) -> dict[str, Any]:
    """Serve the indexes and run all queries.

    Args:
        directories: the built indexes, by engine.
        queries: the file of queries.
        rounds: the number of rounds after the first.

    Returns:
        ``engines``: by engine, milliseconds to open and those of each class; and what describes the run.
    """
    read_through(directories.values())
    with serving(directories, queries) as served:
        classes = _latencies(served, rounds)
        engines = {
            engine: {"open_ms": worker.open_ms, "classes": classes.get(engine, {})}
            for engine, worker in served.items()
        }
    counts = Counter(query.kind for query in read_asked(queries))
    return {"measured": today(), "rounds": rounds, "queries": dict(counts), "engines": engines}


def read_through(directories: Iterable[Path]) -> None:
    """Read all files into the page cache: the first use of words is measured, not the disk."""
    for directory in directories:
        for path in directory.rglob("*"):
            if path.is_file():
                with path.open("rb", buffering=0) as file:
                    while file.read(1 << 24):
                        pass


def _latencies(served: dict[str, Served], rounds: int) -> dict[str, dict[str, Any]]:
    """p50 and p95 in milliseconds by engine and class, of the first round and of the others."""
    first: defaultdict[str, dict[str, list[float]]] = defaultdict(dict)
    warm: defaultdict[str, defaultdict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for number in range(rounds + 1):
        for kind in (*KINDS, "headline"):
            for engine, worker in _turned(served.items(), number):
                if kind == "headline" and engine != "onneshon":
                    continue
                times = worker.run(kind)
                if number:
                    warm[engine][kind] += times
                else:
                    first[engine][kind] = times
    return {
        engine: {
            kind: _summary(times) | _summary(first[engine][kind], "first ")
            for kind, times in kinds.items()
            if times
        }
        for engine, kinds in warm.items()
    }


def _summary(times: Sequence[float], prefix: str = "") -> dict[str, float]:
    return {f"{prefix}p50": median(times), f"{prefix}p95": percentile(times, 0.95)}


def percentile(values: Sequence[float], part: float) -> float:
    """The value below which the given share of the values lies."""
    return sorted(values)[round(part * (len(values) - 1))]


def _turned(items: Iterable[tuple[str, Served]], by: int) -> list[tuple[str, Served]]:
    turn = list(items)
    by %= max(len(turn), 1)
    return turn[by:] + turn[:by]
