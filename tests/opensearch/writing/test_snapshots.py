"""Waiting for a snapshot, or for one that is restored: as long as something goes on."""

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
    """Looks again without a pause, and gives up at the second look that sees the same."""
    monkeypatch.setattr(snapshots, "PAUSE", 0.0)
    monkeypatch.setattr(snapshots, "STALLED", 0.0)


class Answering:
    """In place of a cluster: gives answers in turn, whatever it is asked."""

    def __init__(self, *answers: dict[str, Any]) -> None:
        self._answers = iter(answers)
        self.asked = 0

    def read(self, ask: Callable[[Any], Any]) -> dict[str, Any]:
        """As ``Cluster.read``."""
        ask(Mock())
        self.asked += 1
        return next(self._answers)


CLOCK = count(1_000)
"""What a cluster says how long a snapshot takes: up to now, whether it goes on or not."""


def _written(files: int) -> list[dict[str, Any]]:
    """Two answers of a snapshot of which so much is written."""
    stats = {"processed": {"file_count": files}, "start_time_in_millis": 1, "time_in_millis": next(CLOCK)}
    status = {"shards_stats": {"done": 0}, "stats": stats}
    return [{"snapshots": [{"state": "IN_PROGRESS"}]}, {"snapshots": [status]}]


def test_a_snapshot_is_waited_for_while_it_goes_on() -> None:
    """However often it is looked at."""
    answers = [*_written(1), *_written(2), *_written(3), {"snapshots": [{"state": "PARTIAL"}]}]
    cluster: Any = Answering(*answers)
    assert _waited(cluster, "shelf", "may") == "PARTIAL"


def test_a_snapshot_that_stands_still_is_given_up() -> None:
    """A node that is lost may never end its part."""
    cluster: Any = Answering(*_written(1), *_written(2), *_written(2))
    with pytest.raises(ClusterError, match="the snapshot shelf:may has not gone on for 0 s"):
        _waited(cluster, "shelf", "may")


def test_a_snapshot_that_stands_still_for_a_while_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """A great file takes its time."""
    monkeypatch.setattr(snapshots, "STALLED", 600.0)
    cluster: Any = Answering(*_written(1), *_written(1), *_written(1), {"snapshots": [{"state": "SUCCESS"}]})
    assert _waited(cluster, "shelf", "may") == "SUCCESS"


def _restored(recovered: int, status: str = "yellow", *, initializing: int = 1) -> list[dict[str, Any]]:
    """Two answers of an index of two parts, of which so many bytes are there."""
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
    """Until all parts are there."""
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
    """With what to look at."""
    cluster: Any = Answering(*answers)
    with pytest.raises(ClusterError, match=said):
        _wait_until_there(cluster, NAMES)
