"""Starts a worker for each engine and sends it requests; all stay open at once, and answer one at a time."""

import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from benchmarks.lucene.peer import java
from benchmarks.speed.cores import held_to
from benchmarks.speed.worker import PEERS

__all__ = ["BUILD_ONLY", "ENGINES", "Built", "Served", "build", "serving"]

ENGINES = ("onneshon", "tantivy", "lucene", "sqlite", "whoosh")
"""The engines that answer queries."""

BUILD_ONLY = ("onneshon terms", "onneshon 2 workers", "lucene bengali")
"""Builds that are measured without queries: our writer alone, two processes, Lucene's Bengali analysis."""

CORES = {"onneshon 2 workers": 2}
"""Cores of a build, if not one: with more, threads that merge or compile would cost nothing."""


@dataclass(frozen=True, slots=True)
class Built:
    """The cost of a build.

    Attributes:
        seconds: the time of the engine's own work.
        peak_mb: the peak of resident memory.
        size: the bytes of the index.
        cores: the cores that the process was pinned to; None where the platform cannot pin it.
    """

    seconds: float
    peak_mb: int
    size: int
    cores: int | None


def _command(engine: str, action: str, directory: Path, other: Path) -> list[str]:
    if engine.startswith("lucene"):
        arguments = ["bengali" if "bengali" in engine else "terms", str(directory)]
        arguments = arguments if action == "build" else [str(directory), str(other)]
        return java("Speed", action, *arguments, options=["-Xmx2g"])
    assert engine in PEERS  # noqa: S101 (names come from this module)
    return [sys.executable, "-m", "benchmarks.speed.worker", action, engine, str(directory), str(other)]


def build(engine: str, directory: Path, rows: Path) -> Built:
    """Index a file of rows into a directory, in a process of its own."""
    directory.mkdir(parents=True)
    with rows.open("rb") as lines, held_to(CORES.get(engine, 1)) as cores:
        command = _command(engine, "build", directory, rows.with_suffix(".jsonl"))
        done = subprocess.run(command, stdin=lines, stdout=subprocess.PIPE, text=True, check=True)
    seconds, peak = done.stdout.split()[-2:]
    size = sum(path.stat().st_size for path in directory.rglob("*") if path.is_file())
    return Built(float(seconds), int(peak), size, cores)


@dataclass(frozen=True, slots=True)
class Served:
    """A worker that has its index open.

    Attributes:
        open_ms: the milliseconds to open the index and answer a first query.
    """

    open_ms: float
    _requests: IO[str]
    _answers: IO[str]

    def run(self, kind: str) -> list[float]:
        """Run all queries of a class; return the milliseconds of each."""
        self._requests.write(f"{kind}\n")
        self._requests.flush()
        return [float(part) for part in self._answers.readline().split()]


@contextmanager
def serving(directories: Mapping[str, Path], queries: Path) -> Iterator[dict[str, Served]]:
    """Workers over built indexes, by engine."""
    processes = {}
    try:
        served = {}
        for engine, directory in directories.items():
            process = _start(_command(engine, "serve", directory, queries))
            processes[engine] = process
            assert process.stdin is not None  # noqa: S101 (it is a pipe)
            assert process.stdout is not None  # noqa: S101 (as well)
            served[engine] = Served(float(process.stdout.readline()), process.stdin, process.stdout)
        yield served
    finally:
        for process in processes.values():
            process.communicate()


def _start(command: Sequence[str]) -> "subprocess.Popen[str]":
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
