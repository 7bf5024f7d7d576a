"""The benchmark of speed: what holds builds to cores, what keeps figures, and latencies timed again."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from benchmarks.speed import run
from benchmarks.speed.cores import held_to
from benchmarks.speed.figures import merge, read_figures, with_latencies
from benchmarks.speed.latency import time_queries
from benchmarks.speed.peer import seconds_of_others, timed
from benchmarks.speed.report import table
from benchmarks.speed.rows import Row

TIMES = {"p50": 1.0, "p95": 2.0, "first p50": 3.0, "first p95": 4.0}
TIMED = {"measured": "2026-02-01", "rounds": 5, "queries": dict.fromkeys(("1 term", "prefix"), 60)}


def _result(articles: int, **costs: Any) -> dict[str, Any]:
    """Figures of two engines, as a run writes them."""
    engine = {"seconds": 1.0, "size": 10, "peak_mb": 5, "cores": 1} | costs
    return {
        "articles": articles,
        "text_bytes": 100,
        "measured": "2026-01-01",
        "engines": {"a": engine, "b": engine},
    }


def _answered(*names: str) -> dict[str, Any]:
    """Latencies of some engines, as they are timed."""
    return TIMED | {"engines": {name: {"open_ms": 1.0, "classes": {"1 term": TIMES}} for name in names}}


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="the platform cannot hold processes")
def test_what_is_started_is_held_to_one_core() -> None:
    """And what is started later is not."""
    before = os.sched_getaffinity(0)
    command = [sys.executable, "-S", "-c", "import os; print(len(os.sched_getaffinity(0)))"]
    with held_to(1) as cores:
        assert int(subprocess.run(command, capture_output=True, check=True).stdout) == cores == 1
    assert os.sched_getaffinity(0) == before


def test_a_platform_may_not_hold_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Builds run then as they can, and the table says so."""
    monkeypatch.delattr(os, "sched_setaffinity", raising=False)
    with held_to(1) as cores:
        assert cores is None
    assert "not held to one core" in next(
        table(with_latencies(_result(9, cores=None), _answered(), again=False))
    )


def test_work_of_threads_counts_while_articles_are_read() -> None:
    """An engine cannot index unseen in a thread of its own; how long the reading takes does not count."""
    now = {"clock": 0.0, "others": 0.0}

    def passes(**seconds: float) -> None:
        for name, more in seconds.items():
            now[name] += more

    def blocks() -> Iterator[list[Row]]:
        passes(clock=100, others=8)
        yield []
        passes(clock=1000, others=16)

    seconds = timed(
        blocks(),
        lambda _: passes(clock=1, others=32),
        lambda: passes(clock=2),
        clock=lambda: now["clock"],
        others=lambda: now["others"],
    )
    assert seconds == 1 + 2 + 8 + 16


def test_threads_that_work_are_seen() -> None:
    """What other threads do is told apart from what this one does."""
    before = seconds_of_others()
    thread = Thread(target=sum, args=(range(1_000_000),))
    thread.start()
    thread.join()
    assert seconds_of_others() > before + 0.001  # of the processor, of which the thread needs ten times that


def test_sizes_are_kept_beside_each_other(tmp_path: Path) -> None:
    """One size replaces its own figures only; the smallest comes first."""
    path = tmp_path / "figures.json"
    for articles, seconds in ((1000, 1.0), (10, 1.0), (1000, 2.0)):
        merge(path, _result(articles, seconds=seconds))
    kept = {size: result["engines"]["a"]["seconds"] for size, result in read_figures(path).items()}
    assert list(kept.items()) == [(10, 1.0), (1000, 2.0)]


def test_captions_say_what_was_measured() -> None:
    """How many queries and rounds, on how many cores, and when."""
    lines = list(table(with_latencies(_result(9), _answered("a", "b"), again=False)))
    assert "9 articles, measured on 2026-01-01: indexing (one core)" in lines[0]
    assert any("0 to 60 queries a class, warm, 5 rounds" in line for line in lines)
    assert not any("again" in line for line in lines)


def test_latencies_measured_again_are_marked() -> None:
    """And what was not measured again keeps its figures and is named."""
    former = with_latencies(_result(9), _answered("a", "b"), again=False)
    result = with_latencies(former, _answered("a"), again=True)
    assert result["engines"]["b"] == former["engines"]["b"]
    assert any("again on 2026-02-01 over the same indexes; not those of b" in line for line in table(result))


@pytest.fixture
def measure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[int, dict[str, Any]]]:
    """Runs the benchmark on articles of the sample; no plot, whose library takes longer than all else."""
    monkeypatch.setattr(run, "plot", lambda *_: None)

    def measured(*options: str) -> dict[int, dict[str, Any]]:
        given = ["--data", str(tmp_path / "none"), "--results", str(tmp_path), "--rounds", "1", *options]
        monkeypatch.setattr(sys, "argv", ["run.py", *given])
        run.main()
        return read_figures(tmp_path / "figures.json")

    return measured


@pytest.mark.slow
def test_latencies_are_timed_again(
    tmp_path: Path,
    measure: Callable[..., dict[int, dict[str, Any]]],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Over the indexes that were kept: nothing is built, not even the articles are needed."""
    turns = count(1)

    def time_and_mark(*given: Any) -> dict[str, Any]:
        """As it is, but for the time to open, by which the first turn and the second are told apart."""
        found = time_queries(*given)
        return found | {
            "engines": {name: kept | {"open_ms": next(turns)} for name, kept in found["engines"].items()}
        }

    monkeypatch.setattr(run, "time_queries", time_and_mark)
    first = measure("--sizes", "40", "--engines", "onneshon", "--keep")[40]
    (tmp_path / "40" / "rows.tsv").unlink()
    second = measure("--sizes", "40", "--again")[40]
    assert second["latencies"]["again"]
    before, after = (result["engines"]["onneshon"] for result in (first, second))
    assert after["seconds"] == before["seconds"]
    assert (before["open_ms"], after["open_ms"]) == (1, 2)
    assert set(before["classes"]) == set(after["classes"]) != set()
    with pytest.raises(SystemExit):
        measure("--sizes", "40", "--again", "--engines", "onneshon", "sqlite")
    assert "keeps no index of sqlite" in capsys.readouterr().err


def test_a_document_has_no_path_of_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However a folder was given."""
    document = tmp_path / "speed.md"
    document.write_text("Above.\n<!-- figures -->\nold\n<!-- end of figures -->\nBelow.\n", "utf-8")
    monkeypatch.setattr(run, "DOCUMENT", document)
    monkeypatch.setattr(run, "plot", lambda *_: None)
    given = ["--data", "../some/where/", f"--results={tmp_path}", "--engines", "onneshon terms", "--document"]
    monkeypatch.setattr(sys, "argv", [str(tmp_path / "run.py"), *given])
    merge(tmp_path / "figures.json", with_latencies(_result(9), _answered("a"), again=False))
    run.report(run.parse()[1])
    written = document.read_text("utf-8")
    shown = "--data FOLDER --results=FOLDER --engines 'onneshon terms' --document"
    assert f"`python -m benchmarks.speed.run {shown}`" in written
    assert "where" not in written
    assert str(tmp_path) not in written
    assert "old" not in written
    assert written.startswith("Above.\n")
    assert written.endswith("Below.\n")


def test_nothing_is_timed_again_where_nothing_is_kept(
    tmp_path: Path, measure: Callable[..., dict[int, dict[str, Any]]], capsys: pytest.CaptureFixture[str]
) -> None:
    """Though there are figures."""
    (tmp_path / "figures.json").write_text(json.dumps([_result(40)]), "utf-8")
    with pytest.raises(SystemExit):
        measure("--sizes", "40", "--again", "--engines", "tantivy")
    assert "run with --keep first" in capsys.readouterr().err
