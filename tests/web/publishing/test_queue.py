"""A queue whose operations do not become visible is reported."""

import datetime as dt
import errno
import json
import os
from pathlib import Path
from unittest.mock import Mock

import pytest

from onneshon.index.errors import JournalError
from onneshon.index.publishing.operation import Operation
from onneshon.index.publishing.progress import CommittedBatch, ProgressFile, Published
from onneshon.index.storage.durable import writer_lock
from onneshon.web.access.guard import RateLimit
from onneshon.web.middleware.faults import PositionError
from onneshon.web.publishing import queue as queueing
from onneshon.web.publishing.publisher import Publisher
from onneshon.web.publishing.queue import STANDS_SECONDS, PublishingQueue, QueueCollector
from tests.building import build_numbered
from tests.publishing import key_for

RECEIVED = dt.datetime(2026, 11, 28, 9, tzinfo=dt.UTC)
LATER = RECEIVED + dt.timedelta(seconds=STANDS_SECONDS + 1)


def _queued(directory: Path) -> int:
    """Queue an article, and return its position."""
    operation = Operation("হাওর", json.dumps({"id": "হাওর", "title": "পাখি"}), "client", RECEIVED.isoformat())
    return PublishingQueue(directory).publish([operation], wait=0).position


def test_a_queue_that_stands_is_a_fault(tmp_path: Path) -> None:
    """A queue that makes no progress is a fault after a while, even if a writer runs and retries."""
    assert PublishingQueue(tmp_path, now=lambda: LATER).fault() == ""
    _queued(tmp_path)
    assert PublishingQueue(tmp_path, now=lambda: RECEIVED).fault() == ""
    assert "waited 61 s" in PublishingQueue(tmp_path, now=lambda: LATER).fault()


def test_a_queue_that_waits_for_a_build_is_none(tmp_path: Path) -> None:
    """A nightly build may take long, and searches are answered meanwhile."""
    _queued(tmp_path)
    queue = PublishingQueue(tmp_path, now=lambda: LATER)
    with writer_lock(tmp_path):
        assert queue.fault() == ""
    assert queue.fault()


def test_a_queue_that_is_published_batch_by_batch_is_none(tmp_path: Path) -> None:
    """The oldest may have waited long, as long as earlier ones become visible."""
    first = _queued(tmp_path)
    _queued(tmp_path)
    ProgressFile(tmp_path).write(Published((CommittedBatch(first, "000001"),)))
    os.utime(tmp_path / "publishing" / "published.json", (LATER.timestamp() - 5,) * 2)
    assert PublishingQueue(tmp_path, now=lambda: LATER).fault() == ""
    os.utime(tmp_path / "publishing" / "published.json", (RECEIVED.timestamp() - 5,) * 2)
    assert PublishingQueue(tmp_path, now=lambda: LATER).fault()


def test_a_request_for_readiness_is_answered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check of the writer reports it."""
    _queued(tmp_path)
    key_for(tmp_path / "keys")
    publisher = Publisher(tmp_path, tmp_path / "keys", RateLimit(1))
    monkeypatch.setattr(publisher.keeper, "fault", str)
    assert "the log says why" in publisher.checks(private=False)["writer"]()


def test_a_position_that_no_request_was_given_is_reported_at_once(tmp_path: Path) -> None:
    """Waiting for it would never end: it is wrong, or of a lost queue."""
    queue = PublishingQueue(tmp_path)
    with pytest.raises(PositionError, match="position 99999, the last one is 0"):
        queue.asked(99_999)
    position = _queued(tmp_path)
    assert queue.asked(position).state == "waiting"
    with pytest.raises(PositionError, match=f"the last one is {position}"):
        queue.asked(position + 1)
    ProgressFile(tmp_path).write(Published((CommittedBatch(position + 9, "000001"),)))
    assert queue.asked(position + 9).state != "waiting"  # of a journal that is gone


def test_a_queue_takes_no_more_once_too_much_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The queue is full beyond the bound, until something is published."""
    first = _queued(tmp_path)
    monkeypatch.setattr(queueing, "MAX_BYTES", first)
    second = _queued(tmp_path)
    with pytest.raises(JournalError, match="the queue is full"):
        _queued(tmp_path)
    ProgressFile(tmp_path).write(Published((CommittedBatch(second, "000001"),)))
    assert _queued(tmp_path) > second


def test_a_request_when_too_many_wait_gets_its_position_at_once(tmp_path: Path) -> None:
    """The operation is queued all the same."""
    queue = PublishingQueue(tmp_path, sleep=Mock(side_effect=AssertionError))
    while queue._waiting.acquire(blocking=False):
        pass
    receipt = queue.publish([Operation("চর", None, "client", RECEIVED.isoformat())], wait=60)
    assert (receipt.state, receipt.position) == ("waiting", queue.state().position)


@pytest.mark.parametrize(("fault", "up"), [("", 1), ("no writer runs", 0)])
def test_figures_of_a_queue_say_how_much_waits_and_whether_a_writer_runs(
    tmp_path: Path, fault: str, up: int
) -> None:
    """The figures are for an empty queue, and then for an article and its age."""
    queue = PublishingQueue(tmp_path)
    figures = QueueCollector(queue, lambda: fault)

    def told() -> dict[str, float]:
        return {metric.name: metric.samples[0].value for metric in figures.collect()}

    assert told() == {
        "onneshon_writer_up": up,
        "onneshon_queue_bytes": 0,
        "onneshon_queue_age_seconds": 0,
        "onneshon_queue_refused": 0,
    }
    assert queue.state().age(LATER) == 0
    position = _queued(tmp_path)
    assert told()["onneshon_queue_bytes"] == position
    assert queue.state().age(LATER) == STANDS_SECONDS + 1


def test_a_queue_that_belongs_to_another_user_is_reported_as_a_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a build by root it is no internal error, and the message names the owner needed."""
    position = _queued(tmp_path)
    queue = PublishingQueue(tmp_path)
    denied = PermissionError(errno.EACCES, "Permission denied", str(tmp_path / "publishing" / "journal"))
    monkeypatch.setattr(Path, "iterdir", Mock(side_effect=denied))
    assert "cannot be read" in queue.fault()
    for ask in (queue.state, lambda: queue.asked(position), lambda: queue.publish([], 0)):
        with pytest.raises(JournalError, match=r"no permission for .*: give it to the user that runs this"):
            ask()


def test_what_became_of_a_request_is_reported(tmp_path: Path) -> None:
    """Nothing that the disk lost, or that was rolled back, is reported as visible."""
    build_numbered(tmp_path / "index", 3)
    queue, file = PublishingQueue(tmp_path / "index"), ProgressFile(tmp_path / "index")
    position = _queued(tmp_path / "index")
    assert queue.receipt(position).state == "waiting"
    for commit, lost, state in (
        (CommittedBatch(position, "000001"), (), "visible"),
        (CommittedBatch(position, "000001"), ((position - 1, position),), "lost"),
        (CommittedBatch(position, "000002"), (), "rolled back"),
    ):
        file.write(Published((commit,), lost=lost))
        receipt = queue.receipt(position)
        assert (receipt.state, receipt.generation) == (state, "000001" if state == "visible" else None)
