"""Waiting for a snapshot, or for a restored one, as long as there is progress."""

from collections.abc import Callable
from itertools import count
from typing import Any
from unittest.mock import Mock

import pytest

from onneshon.opensearch.connection.faults import ClusterError
from onneshon.opensearch.writing import snapshots
from onneshon.opensearch.writing.snapshots import _wait_until_there, _waited


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Poll without a pause, and give up at the second poll without progress."""
    monkeypatch.setattr(snapshots, "PAUSE", 0.0)
    monkeypatch.setattr(snapshots, "STALLED", 0.0)


class Answering:
    """Stands in for a cluster: gives answers in turn, whatever the request."""

    def __init__(self, *answers: dict[str, Any]) -> None:
        self._answers = iter(answers)
        self.asked = 0

    def read(self, ask: Callable[[Any], Any]) -> dict[str, Any]:
        """Like ``Cluster.read``."""
        ask(Mock())
        self.asked += 1
        return next(self._answers)


CLOCK = count(1_000)
"""The duration that a cluster reports for a snapshot, which grows with or without progress."""


def _written(files: int) -> list[dict[str, Any]]:
    """Two answers about a snapshot with this number of files written."""
    stats = {"processed": {"file_count": files}, "start_time_in_millis": 1, "time_in_millis": next(CLOCK)}
    status = {"shards_stats": {"done": 0}, "stats": stats}
    return [{"snapshots": [{"state": "IN_PROGRESS"}]}, {"snapshots": [status]}]


def test_a_snapshot_is_waited_for_while_it_goes_on() -> None:
    """The wait lasts for any number of polls."""
    answers = [*_written(1), *_written(2), *_written(3), {"snapshots": [{"state": "PARTIAL"}]}]
    cluster: Any = Answering(*answers)
    assert _waited(cluster, "shelf", "may") == "PARTIAL"


def test_a_snapshot_that_stands_still_is_given_up() -> None:
    """A lost node may never finish its part."""
    cluster: Any = Answering(*_written(1), *_written(2), *_written(2))
    with pytest.raises(ClusterError, match="the snapshot shelf:may has not gone on for 0 s"):
        _waited(cluster, "shelf", "may")


def test_a_snapshot_that_stands_still_for_a_while_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """A large file takes time without visible progress."""
    monkeypatch.setattr(snapshots, "STALLED", 600.0)
    cluster: Any = Answering(*_written(1), *_written(1), *_written(1), {"snapshots": [{"state": "SUCCESS"}]})
    assert _waited(cluster, "shelf", "may") == "SUCCESS"


def _restored(recovered: int, status: str = "yellow", *, initializing: int = 1) -> list[dict[str, Any]]:
    """Two answers about an index of two shards, with this number of bytes recovered."""
    health = {
        "status": status,
        "active_primary_shards": 2 - initializing,
        "initializing_shards": initializing,
        "unassigned_shards": 1 if status == "red" else 0,
    }
    shards = {"news-000001": {"shards": [{"index": {"size": {"recovered_in_bytes": recovered}}}]}}
    return [health, shards]


NAMES = ("news-000001", "news-000001-files")


def test_what_is_restored_is_waited_for_while_bytes_come() -> None:
    """The wait ends once all shards are there."""
    cluster: Any = Answering(*_restored(1), *_restored(2), *_restored(2, "green", initializing=0))
    _wait_until_there(cluster, NAMES)
    assert cluster.asked == 6


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ([*_restored(1), *_restored(1)], "restoring news-000001,news-000001-files has not gone on"),
        (_restored(1, "red", initializing=0), "1 shards of news-000001,news-000001-files could not be"),
    ],
    ids=["stands still", "lost"],
)
def test_what_cannot_be_restored_is_given_up(answers: list[dict[str, Any]], said: str) -> None:
    """The error names the indexes and the reason."""
    cluster: Any = Answering(*answers)
    with pytest.raises(ClusterError, match=said):
        _wait_until_there(cluster, NAMES)
