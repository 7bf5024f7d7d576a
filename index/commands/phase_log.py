"""A line of JSON for each phase of a build, for whoever collects logs."""

import datetime as dt
import json
from collections.abc import Callable
from typing import TextIO

from onneshon.index.errors import CorpusError
from onneshon.index.indexer.progress import Progress

__all__ = ["PhaseLog"]


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class PhaseLog(Progress):
    """Passes on what a build tells, and writes a line at the end of each phase.

    Args:
        progress: to be told.
        stream: where to write.
        now: the time, for tests.
    """

    def __init__(self, progress: Progress, stream: TextIO, now: Callable[[], dt.datetime] = _now) -> None:
        self._progress = progress
        self._stream = stream
        self._now = now
        self._problems = 0

    def start(self, total_bytes: int | None) -> None:
        """Pass it on."""
        self._progress.start(total_bytes)

    def read(self, count: int) -> None:
        """Pass it on."""
        self._progress.read(count)

    def article(self) -> None:
        """Pass it on."""
        self._progress.article()

    def problem(self, problem: CorpusError) -> None:
        """Count it, and pass it on."""
        self._problems += 1
        self._progress.problem(problem)

    def stage(self, name: str, left: float | None = None) -> None:
        """Pass it on."""
        self._progress.stage(name, left)

    def phase(self, name: str, seconds: float, articles: int) -> None:
        """Write a line."""
        line = {
            "time": self._now().isoformat(timespec="milliseconds"),
            "event": "phase",
            "phase": name,
            "seconds": round(seconds, 3),
            "articles": articles,
            "articles_per_second": round(articles / seconds, 1) if seconds else None,
            "left_out": self._problems,
        }
        self._stream.write(json.dumps(line) + "\n")
        self._stream.flush()
        self._progress.phase(name, seconds, articles)

    def finish(self) -> None:
        """Pass it on."""
        self._progress.finish()
