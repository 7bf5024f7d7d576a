"""What a peer is to the worker that drives it."""

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
"""Hits asked for; their ids are fetched."""

MEMORY_MB = 256
"""What an engine may use for postings that are not written yet, where it can be told."""

LAYERS = ("title_exact", "title_stem", "body_exact", "body_stem")
"""Text fields of every peer; positions in the stem layer, frequencies in the exact one, as in Onneshon."""

Blocks = Iterator[list[Row]]


class Peer(Protocol):
    """An engine over one directory."""

    def build(self, directory: Path, blocks: Blocks, articles: Path) -> float:
        """Index everything into one segment.

        Args:
            directory: exists and is empty.
            blocks: articles with their terms.
            articles: the same articles without terms, as JSON Lines.

        Returns:
            Seconds of its work, without the reading of the articles.
        """

    def open(self, directory: Path) -> None:
        """Open what was built."""

    def prepare(self, query: Asked) -> Callable[[], list[str]]:
        """A query ready to run, which gives the ids of the best hits.

        What the benchmark does for its own sake, such as parsing the file of queries, is no part of the run.
        """


def seconds_of_others() -> float:
    """Seconds that the threads of this process have worked, without this one."""
    return time.process_time() - time.thread_time()


def timed(
    blocks: Blocks,
    add: Callable[[list[Row]], None],
    finish: Callable[[], object],
    *,
    clock: Callable[[], float] = time.perf_counter,
    others: Callable[[], float] = seconds_of_others,
) -> float:
    """Seconds spent in ``add`` for each block and in ``finish``.

    To these comes what threads of the engine work while the next block is read: what it was given before.

    Args:
        blocks: of rows.
        add: takes one.
        finish: ends the build.
        clock: seconds that only go forward.
        others: seconds that the threads of this process have worked, without this one.
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
