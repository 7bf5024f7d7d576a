"""The interface of a peer to the worker that drives it."""

import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Protocol

from benchmarks.speed.queries import Asked
from benchmarks.speed.rows import Row

__all__ = ["HITS", "LAYERS", "MEMORY_MB", "Blocks", "Peer", "seconds_of_others", "timed"]

HITS = 10
"""The number of hits of a query; their ids are fetched."""

MEMORY_MB = 256
"""Memory for postings that are not written yet, where an engine accepts a limit."""

LAYERS = ("title_exact", "title_stem", "body_exact", "body_stem")
"""Text fields of every peer; positions in the stem layer, frequencies in the exact one, as in Onneshon."""

Blocks = Iterator[list[Row]]


class Peer(Protocol):
    """An engine over one directory."""

    def build(self, directory: Path, blocks: Blocks, articles: Path) -> float:
        """Index everything into one segment.

        Args:
            directory: an empty directory.
            blocks: articles with their terms.
            articles: the same articles without terms, as JSON Lines.

        Returns:
            The seconds of its work, without the reading of the articles.
        """

    def open(self, directory: Path) -> None:
        """Open an index that was built."""

    def prepare(self, query: Asked) -> Callable[[], list[str]]:
        """A query ready to run, which returns the ids of the best hits.

        Work of the benchmark itself, such as parsing the file of queries, is not part of the run.
        """


def seconds_of_others() -> float:
    """The processor seconds of all other threads of this process."""
    return time.process_time() - time.thread_time()


def timed(
    blocks: Blocks,
    add: Callable[[list[Row]], None],
    finish: Callable[[], object],
    *,
    clock: Callable[[], float] = time.perf_counter,
    others: Callable[[], float] = seconds_of_others,
) -> float:
    """The seconds spent in ``add`` for each block and in ``finish``.

    The work of the engine's threads on earlier blocks, while the next block is read, is added.

    Args:
        blocks: blocks of rows.
        add: takes one block.
        finish: ends the build.
        clock: a monotonic clock in seconds.
        others: the processor seconds of all other threads of this process.
    """
    seconds, before = 0.0, others()
    steps: Iterator[Callable[[], object]] = chain((partial(add, block) for block in blocks), (finish,))
    for step in steps:
        started = clock()
        seconds += others() - before
        step()
        seconds += clock() - started
        before = others()
    return seconds
