"""Runs one peer in a process of its own: builds, or serves queries one class at a time.

    python -m benchmarks.speed.worker build PEER DIR ARTICLES < ROWS
    python -m benchmarks.speed.worker serve PEER DIR QUERIES
    python -m benchmarks.speed.worker cold PEER DIR QUERIES

``build`` prints seconds and the peak of memory in MB. ``serve`` prints the milliseconds to open the index and
answer once, and then, for each class named on a line of standard input, the milliseconds of its queries.
``cold`` prints the milliseconds to open the index, and then, for each number on a line of standard input, the
milliseconds that its thread worked on that query; the last line is the growth of resident memory other than
mapped files, in MB.
"""

import gc
import re
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from benchmarks.peak import peak_megabytes
from benchmarks.speed.peer import Peer
from benchmarks.speed.queries import read_asked
from benchmarks.speed.rows import read_rows

__all__ = ["PEERS"]

PEERS: dict[str, tuple[str, str, dict[str, int]]] = {
    "onneshon": ("onneshon_peer", "Onneshon", {}),
    "onneshon reading": ("onneshon_peer", "OnneshonReading", {}),
    "onneshon finding": ("onneshon_peer", "OnneshonFinding", {}),
    "onneshon 2 workers": ("onneshon_peer", "Onneshon", {"workers": 2}),
    "onneshon terms": ("onneshon_peer", "OnneshonTerms", {}),
    "whoosh": ("whoosh_peer", "StockWhoosh", {}),
    "tantivy": ("tantivy_peer", "Tantivy", {}),
    "sqlite": ("sqlite_peer", "SQLite", {}),
}
"""By name: module, class and arguments; only the module of the peer that runs is imported."""


def _peer(name: str) -> Peer:
    module, kind, arguments = PEERS[name]
    peer: Peer = getattr(import_module(f"benchmarks.speed.peers.{module}"), kind)(**arguments)
    return peer


def _build(name: str, directory: Path, articles: Path) -> None:
    seconds = _peer(name).build(directory, read_rows(sys.stdin), articles)
    print(f"{seconds:.6f}", peak_megabytes())


def _serve(name: str, directory: Path, queries: Path) -> None:
    asked = read_asked(queries)
    peer = _peer(name)
    started = time.perf_counter()
    peer.open(directory)
    next(peer.prepare(query) for query in asked if query.kind == "2 OR")()
    print(f"{(time.perf_counter() - started) * 1000:.4f}", flush=True)
    runs: defaultdict[str, list[Callable[[], list[str]]]] = defaultdict(list)
    for query in asked:
        runs[query.kind].append(peer.prepare(query))
    for line in sys.stdin:
        print(*(f"{_milliseconds(run):.4f}" for run in runs[line.strip()]), flush=True)


def _cold(name: str, directory: Path, queries: Path) -> None:
    peer = _peer(name)
    started = time.perf_counter()
    peer.open(directory)
    print(f"{(time.perf_counter() - started) * 1000:.4f}", flush=True)
    if name.startswith("onneshon"):
        from onneshon.search.opening import prepare  # noqa: PLC0415 (no peer shall load it)

        prepare()  # as `onneshon serve` does before it listens
        gc.freeze()
    asked = read_asked(queries)
    runs = [peer.prepare(query) for query in asked]
    before = _anonymous_megabytes()
    for line in sys.stdin:
        started_ns = time.thread_time_ns()
        runs[int(line)]()
        worked_ns = time.thread_time_ns() - started_ns - getattr(peer, "untimed_ns", 0)
        print(f"{worked_ns / 1e6:.4f}", flush=True)
    print(f"{_anonymous_megabytes() - before:.1f}")


def _anonymous_megabytes() -> float:
    """Resident memory in MB other than mapped files."""
    status = Path("/proc/self/status")
    found = re.search(r"RssAnon:\s*(\d+)", status.read_text("ascii")) if status.exists() else None
    return int(found[1]) / 1024 if found else 0.0


def _milliseconds(run: Callable[[], list[str]]) -> float:
    started = time.perf_counter()
    run()
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    action, peer_name, *paths = sys.argv[1:]
    {"build": _build, "serve": _serve, "cold": _cold}[action](peer_name, *map(Path, paths))
