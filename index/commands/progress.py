"""Reports of the progress of a build: a bar on a terminal, lines elsewhere, JSON for log collectors."""

import datetime as dt
import json
import time
from collections.abc import Callable
from typing import TextIO

from onneshon.index.analysis.control_characters import visible
from onneshon.index.commands.terminal import counted
from onneshon.index.errors import CorpusError
from onneshon.index.indexer.progress import PassingOn, Progress

_BAR_WIDTH = 24
_REDRAW_SECONDS = 0.1
_LINE_SECONDS = 10.0
_CLEAR = "\r\x1b[K"


class LineProgress(Progress):
    """Writes plain lines, for logs: each problem, each stage, and the state every ten seconds.

    Args:
        stream: where to write.
        clock: returns monotonic seconds.
    """

    interval = _LINE_SECONDS

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._started = self._reported = clock()
        self._total: int | None = None
        self._bytes = 0
        self._articles = 0

    def start(self, total_bytes: int | None) -> None:
        """Begin to count."""
        self._total = total_bytes
        self._started = self._reported = self._clock()

    def read(self, count: int) -> None:
        """Count bytes."""
        self._bytes += count

    def asked(self, asked: int, named: int) -> None:
        """Report the state of a crawl when it is due; the time is a bound, as unchanged pages are skipped."""
        if elapsed := self._due():
            left = clock_text(elapsed * (named - asked) / asked)
            self._tell(f"{asked:,} of {named:,} pages asked for, at most {left} left")

    def article(self) -> None:
        """Count an article; report the state when it is due."""
        self._articles += 1
        if elapsed := self._due():
            self._tell(self._state(elapsed))

    def _due(self) -> float:
        """Seconds since the beginning if a report is due; else 0."""
        now = self._clock()
        if now - self._reported < self.interval:
            return 0.0
        self._reported = now
        return now - self._started

    def problem(self, problem: CorpusError) -> None:
        """Report an article that was left out."""
        self._write(f"{visible(str(problem))}\n")

    def stage(self, name: str, left: float | None = None) -> None:
        """Report the stage that begins, and the time left for all stages."""
        about = "" if left is None else f", about {clock_text(left)} left"
        self._tell(f"{counted(self._articles, 'article')}; {name}{about}")

    def _tell(self, text: str) -> None:
        self._write(f"{text}\n")

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()

    def _fraction(self) -> float | None:
        return min(self._bytes / self._total, 1.0) if self._total else None

    def _state(self, elapsed: float) -> str:
        rate = self._articles / elapsed if elapsed > 0 else 0.0
        so_far = f"{counted(self._articles, 'article')}, {rate:,.0f}/s"
        fraction = self._fraction()
        if not fraction:
            return so_far
        left = elapsed * (1 - fraction) / fraction
        return f"{fraction:4.0%}  {so_far}, {clock_text(left)} left"


class TerminalProgress(LineProgress):
    """Keeps one line of a terminal up to date: a bar, the rate, the time left."""

    interval = _REDRAW_SECONDS

    def problem(self, problem: CorpusError) -> None:
        """Write a problem above the bar."""
        self._write(f"{_CLEAR}{visible(str(problem))}\n")

    def finish(self) -> None:
        """Remove the bar."""
        self._write(_CLEAR)

    def _tell(self, text: str) -> None:
        self._write(f"{_CLEAR}{self._bar()}{text}")

    def _bar(self) -> str:
        fraction = self._fraction()
        if fraction is None:
            return ""
        full = round(fraction * _BAR_WIDTH)
        return f"[{'#' * full}{'-' * (_BAR_WIDTH - full)}] "


def clock_text(seconds: float) -> str:
    """A duration as ``m:ss``, or ``h:mm:ss`` from an hour on."""
    minutes, second = divmod(round(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


class PhaseLog(PassingOn):
    """Writes a line of JSON at the end of each phase of a build, and forwards all calls.

    Args:
        progress: the progress that calls are forwarded to.
        stream: where to write.
        now: returns the time, replaced by tests.
    """

    def __init__(
        self,
        progress: Progress,
        stream: TextIO,
        now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        super().__init__(progress)
        self._stream = stream
        self._now = now
        self._problems = 0

    def problem(self, problem: CorpusError) -> None:
        """Count a problem, and forward it."""
        self._problems += 1
        super().problem(problem)

    def phase(self, name: str, seconds: float, articles: int) -> None:
        """Write the line of a phase, and forward the call."""
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
        super().phase(name, seconds, articles)
