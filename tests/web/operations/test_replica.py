"""A replica reports its lag, and answers from a generation at least as new as the client demands."""

import json
from pathlib import Path

import pytest
from flask import Flask
from prometheus_client import CollectorRegistry, generate_latest

from onneshon.index import Article, open_writer
from onneshon.index.replication.following import ReplicaState, read_state
from onneshon.index.storage.generations import Generations
from onneshon.web import create_app
from onneshon.web.live import LiveEngine
from onneshon.web.operations import replica
from onneshon.web.operations.replica import HEADER, ReplicaCollector, reads_own_writes
from tests.building import build_numbered
from tests.fake_engine import FakeEngine


def tell(directory: Path, **fields: object) -> None:
    """Write the state that the following process reports."""
    (directory / "replica.json").write_text(json.dumps(fields), encoding="utf-8")


class Time:
    """A clock that each sleep moves on by a second, with an event at one of them.

    Args:
        directory: the folder of a replica that then reaches another generation.
        after: the number of seconds until that.
    """

    def __init__(self, directory: Path, after: int) -> None:
        self.directory, self.after, self.now = directory, after, 0

    def clock(self) -> float:
        """The number of seconds that have passed."""
        return float(self.now)

    def sleep(self, _seconds: float) -> None:
        """Add a second."""
        self.now += 1
        if self.now == self.after:
            tell(self.directory, newest="000009", local="000004")


def served(directory: Path, after: int = 1000) -> tuple[Flask, LiveEngine]:
    """An application over a folder that reaches generation 9 after the given seconds."""
    moving = Time(directory, after)
    live = LiveEngine(FakeEngine(), replica=lambda: read_state(directory))
    routes = reads_own_writes(directory, live, moving.clock, moving.sleep)
    return create_app(live, blueprints=[routes]), live


def test_a_generation_that_is_here_is_answered_from(tmp_path: Path) -> None:
    """A later generation will do; the engine looks for it at once."""
    tell(tmp_path, newest="000007", local="000003")
    app, live = served(tmp_path)
    for asked in ("000006", "000007"):
        assert app.test_client().get("/api/v1/search?q=নদী", headers={HEADER: asked}).status_code == 200
    assert live._expected == "000003"  # the next look is for its local name


def test_one_that_is_on_its_way_is_waited_for(tmp_path: Path) -> None:
    """The replica waits for some seconds."""
    tell(tmp_path, newest="000007", local="000003")
    app, live = served(tmp_path, after=3)
    assert app.test_client().get("/search?q=নদী", headers={HEADER: "000009"}).status_code == 200
    assert live._expected == "000004"


def test_one_that_does_not_come_in_time_is_said(tmp_path: Path) -> None:
    """The answer says when to retry."""
    tell(tmp_path, newest="000007", local="000003")
    answer = served(tmp_path)[0].test_client().get("/api/v1/search?q=নদী", headers={HEADER: "000010"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    assert answer.get_json()["detail"] == "Generation 000010 is not here yet, 000007 is; ask again in 1 s."


def test_not_more_than_a_few_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each waiting request holds a thread."""
    monkeypatch.setattr(replica, "WAITING", 0)
    answer = served(tmp_path, after=1)[0].test_client().get("/", headers={HEADER: "000001"})
    assert answer.status_code == 503
    assert "none is" in answer.get_json()["detail"]


@pytest.mark.parametrize("asked", ["", "7", "ab", "-000001", "০০০০০১", "1" * 30])
def test_what_is_no_name_of_a_generation_is_refused(tmp_path: Path, asked: str) -> None:
    """A name that is no generation's is refused before any waiting."""
    answer = served(tmp_path)[0].test_client().get("/", headers={HEADER: asked})
    assert answer.status_code == 400


def test_a_directory_that_follows_nothing_has_its_own_generations(tmp_path: Path) -> None:
    """The header means the same at the writer."""
    assert replica.reached(tmp_path) == ("", "")
    build_numbered(tmp_path / "index", 3)
    assert replica.reached(tmp_path / "index") == ("000001", "000001")
    app = served(tmp_path / "index")[0]
    assert app.test_client().get("/healthz", headers={HEADER: "000001"}).get_json()["replica"] is None


def test_one_that_was_rolled_back_is_not_waited_for(tmp_path: Path) -> None:
    """A rolled-back generation never comes; the live one answers, here and at a replica that had it."""
    build_numbered(tmp_path / "index", 3)
    with open_writer(tmp_path / "index") as writer:
        writer.add(Article("নতুন", "পদ্মার চর"))
    Generations(tmp_path / "index").rollback()
    tell(tmp_path, reached="000001", newest="000002", local="000001")
    for directory in (tmp_path / "index", tmp_path):
        app, live = served(directory)
        assert app.test_client().get("/search?q=নদী", headers={HEADER: "000002"}).status_code == 200
        assert live._expected == "000001"
        assert app.test_client().get("/search?q=নদী", headers={HEADER: "000003"}).status_code == 503


def test_health_tells_how_far_it_is_and_no_secrets(tmp_path: Path) -> None:
    """The reason for a lag is in the log."""
    state = {
        "store": "s3://secret/name",
        "wanted": "000008",
        "reached": "000007",
        "failure": "secret is away",
    }
    tell(tmp_path, **state, published="2026-11-28T12:00:00.000+00:00")
    answer = served(tmp_path)[0].test_client().get("/healthz")
    told = answer.get_json()["replica"]
    assert (told["wanted"], told["reached"], told["follows"]) == ("000008", "000007", False)
    assert told["lag_seconds"] >= 0
    assert "secret" not in answer.get_data(as_text=True)


def figures(state: ReplicaState | None) -> dict[str, float]:
    """The metrics as Prometheus reads them."""
    registry = CollectorRegistry()
    registry.register(ReplicaCollector(lambda: state, now=lambda: 1795867210.0))
    lines = generate_latest(registry).decode().splitlines()
    return {name: float(value) for name, value in (line.split() for line in lines if line[0] != "#")}


def test_metrics_tell_the_lag_and_when_the_store_answered() -> None:
    """Without a store there are no such metrics."""
    assert figures(None) == {}
    behind = ReplicaState(
        wanted="000008", reached="000007", published="2026-11-28T12:00:00+00:00", checked=1795867209.0
    )
    assert figures(behind) == {
        "onneshon_replica_generation": 8,
        "onneshon_replica_lag_seconds": 10,
        "onneshon_replica_checked_seconds": 1,
    }
    assert figures(ReplicaState()) == {
        "onneshon_replica_lag_seconds": 0,
        "onneshon_replica_checked_seconds": float("inf"),
    }
