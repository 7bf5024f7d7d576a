"""Measures the time of suggestions for prefixes of words of real headlines, typed into one engine.

python -m benchmarks.suggestions.speed --index var/index --headlines FILE [--cpu]

Times are elapsed; with ``--cpu`` processor times, so that other programs do not count.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.suggestions.prefixes import draw
from onneshon.search import Engine


def milliseconds(engine: Engine, text: str, clock: Callable[[], float]) -> float:
    """The milliseconds of one answer."""
    began = clock()
    engine.suggest(text)
    return (clock() - began) * 1000


def main() -> None:
    """Print percentiles for the first and the second time that a prefix is typed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--headlines", type=Path, required=True)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--cpu", action="store_true")
    options = parser.parse_args()
    clock = time.process_time if options.cpu else time.perf_counter
    lines = options.headlines.read_text(encoding="utf-8").splitlines()
    texts = list(dict.fromkeys(typed.text for typed in draw(lines, options.count, seed=1952)))
    with Engine.open(options.index) as engine:
        engine.suggest("ক")  # opens and verifies the file
        print(f"{engine.count:,} articles, {len(texts):,} beginnings")
        for turn in ("first", "second"):
            times = np.array([milliseconds(engine, text, clock) for text in texts])
            p50, p95, p99 = np.percentile(times, [50, 95, 99])
            print(f"{turn} time, ms: p50 {p50:.2f}, p95 {p95:.2f}, p99 {p99:.2f}, max {times.max():.2f}")


if __name__ == "__main__":
    main()
