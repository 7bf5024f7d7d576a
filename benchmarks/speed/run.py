"""Speed of Onneshon beside tantivy, Lucene, SQLite FTS5 and stock Whoosh, on the same articles and words.

    python benchmarks/speed/run.py                            10,000 and 100,000 articles, every engine
    python benchmarks/speed/run.py --sizes 1000000 --engines onneshon tantivy lucene

Each engine builds in a process of its own; then all keep their indexes open and answer in turn, class by
class and round by round, so that whatever else the machine does falls on all alike. The first round is shown
by itself: words are met for the first time then, with the files already in memory. Figures and plot go to
benchmarks/results/speed/.
"""

import argparse
import json
import shutil
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.document import replace_figures
from benchmarks.lucene import peer as lucene
from benchmarks.speed.engines import BUILD_ONLY, ENGINES, Built, Served, build, serving
from benchmarks.speed.queries import KINDS, Asked, choose, write_asked
from benchmarks.speed.report import plot, table
from benchmarks.speed.rows import write_rows

RESULTS = Path(__file__).parent.parent / "results" / "speed"
DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "performance.md"
SLOW = {"whoosh": 100_000, "sqlite": 100_000}
"""Articles beyond which an engine is left out unless it is asked for by name."""

HEADLINES = 200


def percentile(values: Sequence[float], part: float) -> float:
    """The value below which a part of them lies."""
    return sorted(values)[round(part * (len(values) - 1))]


def latencies(served: dict[str, Served], rounds: int) -> dict[str, dict[str, Any]]:
    """Milliseconds by engine and class: p50 and p95, of the first round and of the others."""
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


def _turned(items: Iterable[tuple[str, Served]], by: int) -> list[tuple[str, Served]]:
    turn = list(items)
    by %= len(turn)
    return turn[by:] + turn[:by]


def headlines(data: Path) -> list[Asked]:
    """Real headlines as queries, for whole calls with snippets."""
    path = data / "queries" / "headlines.txt"
    lines = path.read_text("utf-8").splitlines()[:HEADLINES] if path.is_file() else []
    return [Asked("headline", line.replace("\t", " "), "", "") for line in lines]


def measure(size: int, engines: Sequence[str], options: argparse.Namespace) -> dict[str, Any]:
    """Everything about one size of corpus."""
    folder = RESULTS / str(size)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    rows, queries = folder / "rows.tsv", folder / "queries.tsv"
    text_bytes, real = write_rows(rows, options.data, size)
    print(
        f"\n{size:,} articles ({real:,} real, the rest resampled), {text_bytes / 1e6:.0f} MB of text",
        flush=True,
    )
    built: dict[str, Built] = {}
    for engine in engines:
        built[engine] = build(engine, folder / engine.replace(" ", "-"), rows)
        print(f"  {engine} built in {built[engine].seconds:.1f} s", flush=True)
    write_asked(queries, choose(rows) + headlines(options.data))
    directories = {engine: folder / engine for engine in engines if engine in ENGINES}
    with serving(directories, queries) as served:
        opened = {engine: worker.open_ms for engine, worker in served.items()}
        classes = latencies(served, options.rounds)
    if not options.keep:
        shutil.rmtree(folder)
    figures = {
        engine: asdict(cost) | {"open_ms": opened.get(engine), "classes": classes.get(engine, {})}
        for engine, cost in built.items()
    }
    return {"articles": size, "real": real, "text_bytes": text_bytes, "engines": figures}


def wanted(size: int, options: argparse.Namespace) -> list[str]:
    """The engines for one size."""
    engines = options.engines or [name for name in (*ENGINES, *BUILD_ONLY) if size <= SLOW.get(name, size)]
    return [name for name in engines if not name.startswith("lucene") or options.lucene]


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--data", type=Path, default=Path("../shared/data"), help="folder of corpora; the sample without"
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000], metavar="N")
    parser.add_argument("--engines", nargs="+", choices=(*ENGINES, *BUILD_ONLY), metavar="NAME")
    parser.add_argument("--rounds", type=int, default=6, help="after the first")
    parser.add_argument("--keep", action="store_true", help="keep corpora and indexes")
    parser.add_argument("--document", action="store_true", help="write the tables into docs/performance.md")
    options = parser.parse_args()
    options.lucene = lucene.compiled()
    RESULTS.mkdir(parents=True, exist_ok=True)
    results = []
    for size in options.sizes:
        results.append(measure(size, wanted(size, options), options))
        print("\n".join(table(results[-1])), flush=True)
        (RESULTS / "figures.json").write_text(json.dumps(results, indent=1), "utf-8")
    plot(results, RESULTS / "plot.svg")
    if options.document:
        tables = [line for result in results for line in table(result)]
        replace_figures(DOCUMENT, ["```text", *tables, "```"], f"python {' '.join(sys.argv)}")


if __name__ == "__main__":
    main()
