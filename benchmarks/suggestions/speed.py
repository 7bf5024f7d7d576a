"""How long do suggestions take? Beginnings of words of real headlines, typed into one engine.

python -m benchmarks.suggestions.speed --index var/index --headlines FILE
"""

import argparse
import time
from pathlib import Path

import numpy as np

from benchmarks.suggestions.prefixes import draw
from search import Engine


def milliseconds(engine: Engine, text: str) -> float:
    """What one answer takes."""
    began = time.perf_counter()
    engine.suggest(text)
    return (time.perf_counter() - began) * 1000


def main() -> None:
    """Print percentiles, the first time that a beginning is typed and the second."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--headlines", type=Path, required=True)
    parser.add_argument("--count", type=int, default=2000)
    options = parser.parse_args()
    lines = options.headlines.read_text(encoding="utf-8").splitlines()
    texts = list(dict.fromkeys(typed.text for typed in draw(lines, options.count, seed=1952)))
    with Engine.open(options.index) as engine:
        engine.suggest("ক")  # opens and compares the file
        print(f"{engine.count:,} articles, {len(texts):,} beginnings")
        for turn in ("first", "second"):
            times = np.array([milliseconds(engine, text) for text in texts])
            p50, p95, p99 = np.percentile(times, [50, 95, 99])
            print(f"{turn} time, ms: p50 {p50:.2f}, p95 {p95:.2f}, p99 {p99:.2f}, max {times.max():.2f}")


if __name__ == "__main__":
    main()
