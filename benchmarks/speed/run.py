"""Measures the speed of Onneshon, tantivy, Lucene, SQLite FTS5 and stock Whoosh on the same articles.

    python -m benchmarks.speed.run                            10,000 and 100,000 articles, every engine
    python -m benchmarks.speed.run --sizes 1000000 --engines onneshon tantivy --keep
    python -m benchmarks.speed.run --sizes 1000000 --again    latencies alone, over the indexes kept

Each engine builds in a process of its own, pinned to one core; then all keep their indexes open and answer in
turn, class by class and round by round, so that other load on the machine affects all alike. The first round
is shown by itself: words are used for the first time then, with the files already in memory. Figures of all
sizes and a plot of them are written to benchmarks/results/speed/.
"""

import argparse
import shutil
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.document import command_line, replace_figures
from benchmarks.lucene import peer as lucene
from benchmarks.speed.engines import BUILD_ONLY, ENGINES, build
from benchmarks.speed.figures import merge, read_figures, with_latencies
from benchmarks.speed.latency import time_queries, today
from benchmarks.speed.queries import choose, headlines, write_asked
from benchmarks.speed.report import plot, table
from benchmarks.speed.rows import write_rows

RESULTS = Path(__file__).parent.parent / "results" / "speed"
DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "performance.md"
SLOW = {"whoosh": 100_000, "sqlite": 100_000}
"""Number of articles above which an engine is left out unless it is named on the command line."""

FIGURES, QUERIES = "figures.json", "queries.tsv"


class NotKeptError(Exception):
    """Latencies are to be measured over indexes that do not exist."""


def measure(size: int, engines: Sequence[str], options: argparse.Namespace) -> dict[str, Any]:
    """Build and time all engines over one size of corpus."""
    folder = options.results / str(size)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    result = index(size, engines, folder, options.data)
    result = serve(result, engines, folder, options)
    if not options.keep:
        shutil.rmtree(folder)
    return result


def index(size: int, engines: Sequence[str], folder: Path, data: Path) -> dict[str, Any]:
    """Write articles and queries, and build an index with each engine."""
    rows = folder / "rows.tsv"
    text_bytes, real = write_rows(rows, data, size)
    print(
        f"\n{size:,} articles ({real:,} real, the rest resampled), {text_bytes / 1e6:.0f} MB of text",
        flush=True,
    )
    built = {}
    for engine in engines:
        built[engine] = asdict(build(engine, directory(folder, engine), rows))
        print(f"  {engine} built in {built[engine]['seconds']:.1f} s", flush=True)
    # Last, so that where the file of queries exists all indexes are complete.
    write_asked(folder / QUERIES, choose(rows) + headlines(data))
    return {
        "articles": size,
        "real": real,
        "text_bytes": text_bytes,
        "measured": today(),
        "engines": built,
    }


def serve(
    result: dict[str, Any], engines: Sequence[str], folder: Path, options: argparse.Namespace
) -> dict[str, Any]:
    """Add the latencies of the engines, whose indexes exist."""
    directories = {engine: directory(folder, engine) for engine in engines if engine in ENGINES}
    timed = time_queries(directories, folder / QUERIES, options.rounds)
    return with_latencies(result, timed, again=options.again)


def directory(folder: Path, engine: str) -> Path:
    """The directory of an engine's index."""
    return folder / engine.replace(" ", "-")


def wanted(size: int, options: argparse.Namespace) -> list[str]:
    """The engines for one size."""
    engines = options.engines or [name for name in (*ENGINES, *BUILD_ONLY) if size <= SLOW.get(name, size)]
    return _runnable(engines)


def _runnable(engines: Sequence[str]) -> list[str]:
    """The engines without Lucene where it cannot be compiled; compiling is tried only if it is named."""
    compiled = any(name.startswith("lucene") for name in engines) and lucene.compiled()
    return [name for name in engines if compiled or not name.startswith("lucene")]


def kept(size: int, options: argparse.Namespace) -> list[str]:
    """The engines that can be timed again: those named, or else all that answered in the former run.

    Raises:
        NotKeptError: indexes or their figures are missing.
    """
    former = read_figures(options.results / FIGURES).get(size, {"engines": {}})["engines"]
    engines = [name for name in options.engines or former if name in ENGINES]
    folder = options.results / str(size)
    missing = [name for name in engines if name not in former or not directory(folder, name).is_dir()]
    if not engines or missing or not (folder / QUERIES).is_file():
        names = ", ".join(missing or engines or ["any engine that answers"])
        raise NotKeptError(f"{folder} keeps no index of {names} with its figures: run with --keep first")
    return _runnable(engines)


def report(options: argparse.Namespace) -> None:
    """Plot all sizes measured so far, and write the largest into the document where that is wanted."""
    results = list(read_figures(options.results / FIGURES).values())
    plot(results, options.results / "plot.svg")
    if options.document:
        tables = list(table(max(results, key=lambda result: int(result["articles"]))))
        command = command_line("-m benchmarks.speed.run", sys.argv[1:], options)
        replace_figures(DOCUMENT, ["```text", *tables, "```"], command)


def parse() -> tuple[argparse.ArgumentParser, argparse.Namespace]:
    """The parser and the parsed options."""
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
    parser.add_argument(
        "--again", action="store_true", help="time the kept queries over kept indexes, without building any"
    )
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder of figures and of what is kept")
    parser.add_argument(
        "--document", action="store_true", help="write the largest size into docs/performance.md"
    )
    return parser, parser.parse_args()


def main() -> None:
    """Measure the selected sizes and engines."""
    parser, options = parse()
    options.results.mkdir(parents=True, exist_ok=True)
    try:
        again = {size: kept(size, options) for size in options.sizes} if options.again else {}
    except NotKeptError as error:
        parser.error(str(error))
    for size in options.sizes:
        if options.again:
            former = read_figures(options.results / FIGURES)[size]
            result = serve(former, again[size], options.results / str(size), options)
        else:
            result = measure(size, wanted(size, options), options)
        print("\n".join(table(result)), flush=True)
        merge(options.results / FIGURES, result)
    report(options)


if __name__ == "__main__":
    main()
