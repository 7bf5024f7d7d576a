"""Progress: a bar on a terminal, plain lines elsewhere, and no control characters in a log."""

import datetime as dt
import io
import json

import pytest

from onneshon.index import CorpusError
from onneshon.index.commands.progress import LineProgress, PhaseLog, TerminalProgress, clock_text

PROBLEM = CorpusError("খবর.jsonl:3", "json", "not JSON")


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        """The time in seconds."""
        return self.now


def run(progress: LineProgress, clock: Clock, *, total: int | None, seconds: int) -> None:
    """Read ten bytes and ten articles a second, of ``total`` bytes if that is known."""
    progress.start(total)
    for _second in range(seconds):
        clock.now += 1
        progress.read(10)
        for _article in range(10):
            progress.article()
    progress.problem(PROBLEM)
    progress.stage("checking")
    progress.finish()


def test_plain_lines_come_every_ten_seconds() -> None:
    """With the share read, the rate, and the time left; problems and stages follow."""
    stream, clock = io.StringIO(), Clock()
    run(LineProgress(stream, clock), clock, total=1000, seconds=25)
    assert stream.getvalue() == (
        " 10%  91 articles, 9/s, 1:30 left\n"
        " 20%  191 articles, 10/s, 1:20 left\n"
        "খবর.jsonl:3: not JSON\n"
        "250 articles; checking\n"
    )


def test_without_a_total_there_is_no_time_left() -> None:
    """Standard input has no size."""
    stream, clock = io.StringIO(), Clock()
    run(LineProgress(stream, clock), clock, total=None, seconds=10)
    assert stream.getvalue().startswith("91 articles, 9/s\n")


def test_what_is_read_in_no_time_has_no_rate() -> None:
    """A clock may return the same time twice."""
    progress = LineProgress(io.StringIO(), Clock())
    assert (progress._state(0.0), progress._state(-1.0)) == ("0 articles, 0/s",) * 2


@pytest.mark.parametrize(("seconds", "rate"), [(2.0, 3.5), (3.0, 2.3), (0.0, None)])
def test_a_line_of_json_tells_collectors_of_each_phase(seconds: float, rate: float | None) -> None:
    """Each line has the number of articles left out so far; the other progress gets all calls too."""
    stream, told = io.StringIO(), io.StringIO()
    moment = dt.datetime(1971, 12, 16, 16, 31, tzinfo=dt.UTC)
    log = PhaseLog(LineProgress(told, Clock()), stream, lambda: moment)
    log.phase("reading", seconds, 7)
    log.problem(PROBLEM)
    log.phase("checking", 1.0, 7)
    first, second = map(json.loads, stream.getvalue().splitlines())
    assert first == {
        "time": "1971-12-16T16:31:00.000+00:00",
        "event": "phase",
        "phase": "reading",
        "seconds": seconds,
        "articles": 7,
        "articles_per_second": rate,
        "left_out": 0,
    }
    assert (second["phase"], second["left_out"]) == ("checking", 1)
    assert told.getvalue() == "খবর.jsonl:3: not JSON\n"


def test_a_terminal_gets_a_bar_on_one_line() -> None:
    """It is redrawn in place; problems are written above it; it is removed at the end."""
    stream, clock = io.StringIO(), Clock()
    run(TerminalProgress(stream, clock), clock, total=1000, seconds=50)
    written = stream.getvalue()
    assert written.count("\n") == 1
    assert "\r\x1b[K[############------------]  50%  491 articles, 10/s, 0:50 left" in written
    assert "\r\x1b[Kখবর.jsonl:3: not JSON\n" in written
    assert written.endswith("\r\x1b[K")


def test_without_a_total_a_terminal_gets_no_bar() -> None:
    """Each state replaces the one before it on the same line."""
    stream, clock = io.StringIO(), Clock()
    run(TerminalProgress(stream, clock), clock, total=None, seconds=1)
    line = "\r\x1b[K"
    assert (
        stream.getvalue()
        == f"{line}1 article, 1/s{line}খবর.jsonl:3: not JSON\n{line}10 articles; checking{line}"
    )


def test_a_file_that_grows_while_it_is_read_is_never_more_than_whole() -> None:
    """The share stays at 100 %, and no time is left."""
    stream, clock = io.StringIO(), Clock()
    run(LineProgress(stream, clock), clock, total=50, seconds=20)
    assert "100%  191 articles, 10/s, 0:00 left" in stream.getvalue()


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0:00"), (9.6, "0:10"), (75, "1:15"), (3600, "1:00:00"), (36_061, "10:01:01")]
)
def test_spans_are_written_as_clocks_do(seconds: float, text: str) -> None:
    """Minutes and seconds, and hours if there are any."""
    assert clock_text(seconds) == text


def test_a_crawl_says_how_far_it_is() -> None:
    """Unchanged pages need not be requested, so that the time left is an upper bound."""
    stream, clock = io.StringIO(), Clock()
    progress = LineProgress(stream, clock)
    progress.start(None)
    for asked in range(1, 31):
        clock.now += 1
        progress.asked(asked, 100)
    assert stream.getvalue() == (
        "10 of 100 pages asked for, at most 1:30 left\n"
        "20 of 100 pages asked for, at most 1:20 left\n"
        "30 of 100 pages asked for, at most 1:10 left\n"
    )
