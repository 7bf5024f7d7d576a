"""Measures new queries in a process that has just started.

    python -m benchmarks.speed.cold --size 100000
    python -m benchmarks.speed.cold --size 100000 --engines onneshon "onneshon reading" tantivy

Over the indexes that ``benchmarks/speed/run.py --keep`` left. No content word comes twice, every process runs
each query once, the engines answer in turn query by query, and the time is the thread's processor time. Files
are in memory, and Onneshon has loaded the tables of its analysis, as ``onneshon serve`` does before it
listens. Headlines are whole searches with ten snippets. "onneshon reading" is the work before any posting
list is scored, from the text of a query to its tree; "onneshon finding" the work after that, up to the ids.
"""

import argparse
import random
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from subprocess import Popen
from typing import Any

from benchmarks.speed.asked_by_line import begin, line
from benchmarks.speed.latency import percentile, read_through
from benchmarks.speed.queries import KINDS, Asked, choose_apart, read_asked, write_asked

__all__ = ["measure", "table"]

RESULTS = Path(__file__).parent.parent / "results" / "speed"
ENGINES = ("onneshon", "tantivy")
PAGE = "headline"


def measure(folder: Path, data: Path, engines: Sequence[str], processes: int) -> dict[str, Any]:
    """Milliseconds of each class by engine, all processes together; memory and opening times."""
    queries = folder / "apart.tsv"
    if not queries.exists():
        write_asked(queries, choose_apart(folder / "rows.tsv", data))
    asked = read_asked(queries)
    read_through([folder / _index_of(engine) for engine in engines])
    times: dict[str, defaultdict[str, list[float]]] = {engine: defaultdict(list) for engine in engines}
    memory: dict[str, float] = dict.fromkeys(engines, 0.0)
    opened: dict[str, list[float]] = {engine: [] for engine in engines}
    for number in range(processes):
        _one_process_each(folder, queries, asked, number, times, memory, opened)
    return {"times": times, "memory": memory, "opened": opened}


def _one_process_each(  # noqa: PLR0917 (what is measured, and where it goes)
    folder: Path,
    queries: Path,
    asked: Sequence[Asked],
    number: int,
    times: Mapping[str, defaultdict[str, list[float]]],
    memory: dict[str, float],
    opened: Mapping[str, list[float]],
) -> None:
    workers = {engine: _start(engine, folder / _index_of(engine), queries) for engine in times}
    for engine, worker in workers.items():
        opened[engine].append(float(line(worker)))
    order = [*range(len(asked))]
    random.Random(number).shuffle(order)  # noqa: S311 (an order, no secret)
    for turn, place in enumerate(order):
        names = [*workers] if turn % 2 else [*workers][::-1]
        for engine in names:
            if asked[place].kind == PAGE and engine != "onneshon":
                continue
            times[engine][asked[place].kind].append(float(line(workers[engine], f"{place}\n")))
    for engine, worker in workers.items():
        memory[engine] = max(memory[engine], float(worker.communicate()[0].split()[-1]))


def _index_of(engine: str) -> str:
    """The folder of an engine's index, which its variants share."""
    return engine.split(maxsplit=1)[0]


def _start(engine: str, directory: Path, queries: Path) -> Popen[str]:
    command = [sys.executable, "-m", "benchmarks.speed.worker", "cold", engine, str(directory), str(queries)]
    return begin(command)


def table(measured: Mapping[str, Any]) -> list[str]:
    """Median and 95th percentile by class; in brackets the ratio of ours to theirs, p95."""
    times, ours = measured["times"], measured["times"]["onneshon"]
    lines = [f"  {'':<14}" + "".join(f"{engine:>26}" for engine in times)]
    for kind in (*KINDS, PAGE):
        cells = []
        for engine, classes in times.items():
            found = classes.get(kind)
            cell = f"{median(found):.3f}/{percentile(found, 0.95):.3f}" if found else ""
            if found and engine != "onneshon" and ours.get(kind):
                cell += f" ({percentile(ours[kind], 0.95) / percentile(found, 0.95):.2f})"
            cells.append(cell)
        lines.append(f"  {kind:<14}" + "".join(f"{cell:>26}" for cell in cells))
    opened = {engine: f"{median(found):.1f} ms" for engine, found in measured["opened"].items()}
    memory = {engine: f"{found:.0f} MB" for engine, found in measured["memory"].items()}
    return [
        *lines,
        f"  to open: {opened}",
        f"  resident memory that is no mapped file grew by at most: {memory}",
    ]


def main() -> None:
    """Measure one size and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of corpora")
    parser.add_argument("--size", type=int, default=100_000, metavar="N")
    parser.add_argument("--engines", nargs="+", default=ENGINES, metavar="NAME")
    parser.add_argument("--processes", type=int, default=3)
    parser.add_argument("--results", type=Path, default=RESULTS, help="where run.py kept its indexes")
    options = parser.parse_args()
    measured = measure(options.results / str(options.size), options.data, options.engines, options.processes)
    print(f"{options.size:,} articles, milliseconds of the thread, p50/p95, each word for the first time")
    print("\n".join(table(measured)))


if __name__ == "__main__":
    main()
