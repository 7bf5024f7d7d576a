"""Measures searches a second, by the number of threads that search at once, and of processes.

    python -m benchmarks.speed.threads --size 100000

Over the index that ``run.py --keep`` left. Every run has processes of its own that search for real headlines,
none twice, each a whole search with ten snippets or a ranking alone. Runs of one thread, of many, and of many
in several processes (as ``onneshon serve --processes`` has them) take turns, and the best of each counts.
Other load on the machine is printed.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.speed.asked_by_line import begin, line, tell
from benchmarks.speed.queries import headlines
from onneshon.search import Engine

__all__ = ["ask", "rate"]

RESULTS = Path(__file__).parent.parent / "results" / "speed"
KINDS = ("rank", "search")


def ask(engine: Engine, kind: str, texts: Sequence[str], threads: int) -> float:
    """Run all queries once, and return the elapsed seconds."""
    answer: dict[str, Callable[[str], object]] = {"rank": engine.rank, "search": engine.search}
    with ThreadPoolExecutor(threads) as pool:
        started = time.perf_counter()
        for _ in pool.map(answer[kind], texts):
            pass
        return time.perf_counter() - started


def rate(index: Path, data: Path, kind: str, threads: int, count: int, *, processes: int) -> float:
    """Searches a second in separate processes, which share the threads and the queries."""
    command = [sys.executable, "-m", "benchmarks.speed.threads", "--index", str(index), "--data", str(data)]
    each = max(1, threads // processes)
    workers = [
        begin([*command, "--worker", kind, str(each), str(count), str(number), str(processes)])
        for number in range(processes)
    ]
    for worker in workers:
        line(worker)  # waits until it is ready
    for worker in workers:
        tell(worker, "\n")
    return count / max(float(worker.communicate()[0]) for worker in workers)


def _worker(options: argparse.Namespace) -> None:
    kind, threads, count, number, processes = options.worker
    texts = [query.text for query in headlines(options.data, every=True)][-int(count) :]
    with Engine.open(options.index) as engine:
        engine.search("বাংলাদেশ")  # loads what is loaded once
        print("ready", flush=True)
        sys.stdin.readline()
        print(f"{ask(engine, kind, texts[int(number) :: int(processes)], int(threads)):.4f}")


def main() -> None:
    """Print searches a second of one thread and of many, and their ratio."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of corpora")
    parser.add_argument("--size", type=int, default=100_000, metavar="N")
    parser.add_argument("--threads", type=int, default=16, metavar="N")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, metavar="N")
    parser.add_argument("--queries", type=int, default=600, metavar="N")
    parser.add_argument("--turns", type=int, default=3, metavar="N")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where run.py kept its indexes")
    parser.add_argument("--index", type=Path, help="this index instead")
    parser.add_argument("--worker", nargs=5, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        _worker(options)
        return
    if not options.data.is_dir():
        parser.error(f"{options.data}: no such folder; give the one of corpora as --data")
    index = options.index or options.results / str(options.size) / "onneshon"
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before")
    for kind in KINDS:
        ways = ((1, 1), (options.threads, 1), (options.threads, options.processes))
        rates = [
            [rate(index, options.data, kind, way[0], options.queries, processes=way[1]) for way in ways]
            for _ in range(options.turns)
        ]
        single, many, several = (max(column) for column in zip(*rates, strict=True))
        print(
            f"{kind}: one thread {single:.0f}/s,",
            f"{options.threads} threads {many:.0f}/s ({many / single:.2f} times),",
            f"in {options.processes} processes {several:.0f}/s ({several / single:.2f} times)",
        )


if __name__ == "__main__":
    main()
