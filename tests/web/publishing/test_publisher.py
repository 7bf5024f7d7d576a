"""Publishing put together: who may send much, how much may wait, what is counted, which keys are asked."""

import json
from collections.abc import Callable
from pathlib import Path
from unittest.mock import Mock

import pytest

from onneshon.index.errors import JournalError
from onneshon.index.publishing.operation import Operation
from onneshon.web.access.guard import RateLimit
from onneshon.web.publishing import queue as queueing
from onneshon.web.publishing.publisher import Publisher
from onneshon.web.publishing.queue import PublishingQueue
from tests.publishing import key_for

RIVER = Operation("নদী", json.dumps({"id": "নদী", "title": "পদ্মার চর"}), "সংবাদকক্ষ")
WITHDRAWN = Operation("হাওর", None, "সংবাদকক্ষ")


@pytest.fixture
def keys(tmp_path: Path) -> dict[str, str]:
    """Headers of a client that may write, of one that may search, and of one that has no key."""
    file = tmp_path / "keys"
    written, read = key_for(file), key_for(file, "reader", "search")
    return {"write": f"Bearer {written}", "search": f"Bearer {read}", "none": ""}


@pytest.mark.parametrize(
    ("method", "path", "key", "admits"),
    [
        ("PUT", "/api/v1/articles/নদী", "write", True),
        ("PATCH", "/api/v1/articles/নদী", "write", True),
        ("POST", "/api/v1/articles", "write", True),
        ("DELETE", "/api/v1/articles/নদী", "write", False),
        ("GET", "/api/v1/articles/নদী", "write", False),
        ("POST", "/api/v1/search", "write", False),
        ("PUT", "/api/v1/articles/নদী", "search", False),
        ("PUT", "/api/v1/articles/নদী", "none", False),
    ],
)
def test_only_who_may_write_may_send_much_and_only_articles(
    tmp_path: Path, keys: dict[str, str], method: str, path: str, key: str, *, admits: bool
) -> None:
    """All else has no body worth waiting for."""
    publisher = Publisher(tmp_path, tmp_path / "keys", RateLimit(10))
    assert publisher.admits(method, path, keys[key]) is admits


def test_the_clients_are_those_of_the_file_of_keys(tmp_path: Path, keys: dict[str, str]) -> None:
    """Whoever asks for them."""
    found = Publisher(tmp_path, tmp_path / "keys", RateLimit(10)).keys.clients()
    assert len([*found]) == len(keys) - 1


def test_what_is_queued_is_counted_by_client_and_kind(tmp_path: Path, keys: dict[str, str]) -> None:
    """Each operation once; where nothing is measured, nothing."""
    assert keys
    metrics = Mock()
    Publisher(tmp_path, tmp_path / "keys", RateLimit(10), metrics).count([RIVER, RIVER, WITHDRAWN])
    counted = [tuple(call.args) for call in metrics.count_operation.call_args_list]
    assert counted == [("সংবাদকক্ষ", kind) for kind in ("put", "put", "delete")]
    Publisher(tmp_path, tmp_path / "keys", RateLimit(10)).count([RIVER])


def publish(queue: PublishingQueue) -> object:
    """An article."""
    return queue.publish([RIVER], wait=0)


def change(queue: PublishingQueue) -> object:
    """What follows from what waits."""
    return queue.change(lambda _: [RIVER], wait=0)


@pytest.mark.parametrize(("put_in", "bound"), [(publish, "MAX_BYTES"), (change, "MAX_READ")])
def test_as_much_may_wait_as_the_bound_says_and_no_byte_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, put_in: Callable[[PublishingQueue], object], bound: str
) -> None:
    """Else whoever sends it is told that it is full."""
    queue = PublishingQueue(tmp_path)
    waits = queue.publish([RIVER], wait=0).position
    monkeypatch.setattr(queueing, bound, waits - 1)
    with pytest.raises(JournalError, match="wait for the writer"):
        put_in(queue)
    monkeypatch.setattr(queueing, bound, waits)
    put_in(queue)
    assert queue.state().position > waits
