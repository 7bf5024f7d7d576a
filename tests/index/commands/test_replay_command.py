"""`onneshon index replay`: the time or position from which it applies operations, and how it ends."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from onneshon.index.commands import refresh_commands
from onneshon.index.commands.main import main
from onneshon.index.publishing.replay import ReplayReport
from tests.building import build_numbered


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """An index."""
    build_numbered(tmp_path, 3)
    return tmp_path


def _replay(directory: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["index", "replay", "--index", str(directory), *arguments])


def _reporting(monkeypatch: pytest.MonkeyPatch, *left_out: str) -> list[Any]:
    """Replace replay by a stand-in; the list of the times, positions and waits it was called with."""
    asked = list[Any]()

    def replay(_directory: Path, since: dt.datetime | None, **options: Any) -> ReplayReport:
        asked.append((since, options["position"], options["wait"]))
        return ReplayReport(1200, 1100, 90, "000007", left_out)

    monkeypatch.setattr(refresh_commands, "replay", replay)
    return asked


@pytest.mark.parametrize(
    ("arguments", "asked"),
    [
        ([], (None, 0, 60)),
        (["--since", "2026-11-25T02:00"], (dt.datetime(2026, 11, 25, 2).astimezone(), 0, 60)),
        (
            ["--since", "2026-11-25T02:00+06:00"],
            (dt.datetime(2026, 11, 25, 2, tzinfo=dt.timezone(dt.timedelta(hours=6))), 0, 60),
        ),
        (["--from", "7", "--wait", "0.5"], (None, 7, 0.5)),
        (["--from", "0", "--wait", "0"], (None, 0, 0)),
    ],
    ids=["all", "local", "zone", "position", "least"],
)
def test_it_begins_where_it_is_asked_to(
    directory: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], asked: tuple[Any, ...]
) -> None:
    """A time without a zone is local; without options all kept operations are applied."""
    given = _reporting(monkeypatch)
    assert _replay(directory, *arguments).exit_code == 0
    assert given == [asked]
    assert given[0][0] is None or given[0][0].tzinfo is not None


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--since", "গতকাল"], "'গতকাল' is no time such as 2026-11-25T02:00"),
        (["--from", "-1"], "-1 is not in the range x>=0"),
        (["--wait", "nan"], "'nan' is no number"),
    ],
    ids=["since", "from", "wait"],
)
def test_what_is_no_time_and_no_place_is_refused(directory: Path, arguments: list[str], reason: str) -> None:
    """They are refused as wrong options."""
    done = _replay(directory, *arguments)
    assert (done.exit_code, reason in done.stderr) == (2, True)


@pytest.mark.parametrize("left_out", [(), ("article ৩: tags has 2 values", "article ৪: no title")])
def test_what_could_not_be_applied_is_named(
    directory: Path, monkeypatch: pytest.MonkeyPatch, left_out: tuple[str, ...]
) -> None:
    """On standard error and by the exit code; JSON has it too."""
    _reporting(monkeypatch, *left_out)
    done = _replay(directory)
    counts = f"1,100 put in, 90 taken out, {len(left_out)} left out"
    assert done.stdout == f"1,200 operations: {counts}; generation 000007 is live\n"
    assert done.stderr.splitlines() == [f"left out: {fault}" for fault in left_out]
    assert done.exit_code == (6 if left_out else 0)
    assert json.loads(_replay(directory, "--json").stdout)["left_out"] == [*left_out]
