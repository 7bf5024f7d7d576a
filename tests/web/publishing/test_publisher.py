"""Publishing as a whole: large bodies, limits of size and queue, counts and reports."""

import datetime as dt
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from unittest.mock import Mock

import pytest

from onneshon.index.configuration import Configuration
from onneshon.index.errors import JournalError
from onneshon.index.ingest.articles_in_hand import SiteRecords
from onneshon.index.publishing.operation import Operation
from onneshon.index.publishing.progress import CommittedBatch, ProgressFile, Published
from onneshon.search import QueryError
from onneshon.web import create_app
from onneshon.web.access.guard import RateLimit
from onneshon.web.publishing import publisher as publishing
from onneshon.web.publishing import queue as queueing
from onneshon.web.publishing import requests
from onneshon.web.publishing.publisher import Publisher
from onneshon.web.publishing.queue import STANDS_SECONDS, PublishingQueue
from onneshon.web.publishing.requests import of_bulk, put
from tests.fake_engine import FakeEngine
from tests.publishing import key_for

RIVER = Operation(
    "নদী", json.dumps({"id": "নদী", "title": "পদ্মার চর"}), "সংবাদকক্ষ", "2026-11-28T09:00:00+00:00"
)
WITHDRAWN = Operation("হাওর", None, "সংবাদকক্ষ")


@pytest.fixture
def keys(tmp_path: Path) -> dict[str, str]:
    """Authorization headers of a client that may write, of one that may search, and of one without a key."""
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
    """Other requests have no large bodies."""
    publisher = Publisher(tmp_path, tmp_path / "keys", RateLimit(10))
    assert publisher.admits(method, path, keys[key]) is admits


def test_the_clients_are_those_of_the_file_of_keys(tmp_path: Path, keys: dict[str, str]) -> None:
    """The keys are those of the file."""
    found = Publisher(tmp_path, tmp_path / "keys", RateLimit(10)).keys.clients()
    assert len([*found]) == len(keys) - 1


def test_what_is_queued_is_counted_by_client_and_kind(tmp_path: Path, keys: dict[str, str]) -> None:
    """Each operation counts once; without metrics nothing is counted."""
    assert keys
    metrics = Mock()
    publisher = Publisher(tmp_path, tmp_path / "keys", RateLimit(10), metrics)
    publisher.queue.publish([RIVER, RIVER], 0)
    publisher.queue.change(lambda _: [WITHDRAWN], 0)
    counted = [tuple(call.args) for call in metrics.count_operation.call_args_list]
    assert counted == [("সংবাদকক্ষ", kind) for kind in ("put", "put", "delete")]
    Publisher(tmp_path, tmp_path / "keys", RateLimit(10)).queue.publish([RIVER], 0)


@pytest.mark.parametrize(("store", "arguments"), [("", []), ("s3://খবর/index", ["s3://খবর/index"])])
def test_the_process_that_publishes_is_told_where_the_index_is_and_its_store(
    tmp_path: Path, keys: dict[str, str], monkeypatch: pytest.MonkeyPatch, store: str, arguments: list[str]
) -> None:
    """The store is only passed on if there is one."""
    assert keys
    kept = Mock()
    monkeypatch.setattr(publishing, "KeptProcess", kept)
    Publisher(tmp_path, tmp_path / "keys", RateLimit(10), store=store)
    assert kept.call_args.args[0] == ["publish", str(tmp_path), *arguments]


def publish(queue: PublishingQueue) -> object:
    """Queue an article."""
    return queue.publish([RIVER], wait=0)


def change(queue: PublishingQueue) -> object:
    """Queue a change that depends on what is queued."""
    return queue.change(lambda _: [RIVER], wait=0)


@pytest.mark.parametrize(("put_in", "bound"), [(publish, "MAX_BYTES"), (change, "MAX_READ")])
def test_as_much_may_wait_as_the_bound_says_and_no_byte_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, put_in: Callable[[PublishingQueue], object], bound: str
) -> None:
    """Beyond the bound the client is told that the queue is full."""
    queue = PublishingQueue(tmp_path)
    waits = queue.publish([RIVER], wait=0).position
    monkeypatch.setattr(queueing, bound, waits - 1)
    with pytest.raises(JournalError, match="wait for the writer"):
        put_in(queue)
    monkeypatch.setattr(queueing, bound, waits)
    put_in(queue)
    assert queue.state().position > waits


@pytest.mark.parametrize(("put_in", "bound"), [(publish, "MAX_BYTES"), (change, "MAX_READ")])
def test_what_is_published_takes_no_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, put_in: Callable[[PublishingQueue], object], bound: str
) -> None:
    """Published operations are not waiting any more; later ones are."""
    queue = PublishingQueue(tmp_path)
    published = queue.publish([RIVER], wait=0).position
    ProgressFile(tmp_path).write(Published((CommittedBatch(published, "000007"),)))
    monkeypatch.setattr(queueing, bound, 0)
    put_in(queue)
    assert [operation.id for operation in queue.waiting()] == [RIVER.id]


def line(title: str) -> bytes:
    """An article as a line of JSON."""
    return json.dumps({"id": "নদী", "title": title}, ensure_ascii=False).encode()


def test_an_article_is_as_long_as_the_bound_says_and_no_byte_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit holds alone and in lines of several; the message names the line."""
    records = SiteRecords(Configuration())
    monkeypatch.setattr(requests, "MAX_ARTICLE", len(line("চর")))
    assert len(put("নদী", line("চর"), "", records).operations) == 1
    assert len(of_bulk(line("চর") + b"\n" + line("চর"), "", records).operations) == 2
    with pytest.raises(QueryError, match="larger than"):
        put("নদী", line("চর "), "", records)
    with pytest.raises(QueryError, match="line 2"):
        of_bulk(line("চর") + b"\n" + line("চর "), "", records)


def test_as_many_lines_are_taken_as_the_bound_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """Empty lines do not count."""
    records = SiteRecords(Configuration())
    monkeypatch.setattr(requests, "MAX_LINES", 2)
    assert len(of_bulk(line("চর") + b"\n\n" + line("ঘাট") + b"\n", "", records).operations) == 2
    with pytest.raises(QueryError, match="3 lines are more than 2: send them in several"):
        of_bulk(b"\n".join([line("চর")] * 3), "", records)


@pytest.mark.parametrize(
    "body", [b"%b\n%b", b"[%b, %b]", b"\n [%b,\n%b]\n"], ids=["lines", "array", "spaces"]
)
def test_articles_come_as_lines_or_as_an_array(body: bytes) -> None:
    """Some clients can only send a single JSON value."""
    asked = of_bulk(body % (line("চর"), line("ঘাট")), "", SiteRecords(Configuration()))
    assert [json.loads(operation.record or "")["title"] for operation in asked.operations] == ["চর", "ঘাট"]


def test_of_names_that_are_no_fields_the_first_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    """The names are those of an article, or of all lines together, each once."""
    records = SiteRecords(Configuration())
    monkeypatch.setattr(requests, "MAX_NAMES", 2)
    named = json.dumps({"id": "নদী", "title": "চর", "ক": 1, "খ": 2, "গ": 3}).encode()
    assert put("নদী", named, "", records).unused == ["ক", "খ"]
    assert of_bulk(named + b"\n" + named, "", records).unused == ["ক", "খ"]


def test_what_is_not_reported_yet_of_a_queue_is_null(tmp_path: Path, keys: dict[str, str]) -> None:
    """Unknown figures of a queue are null, not empty, so that programs can test for them."""
    publisher = Publisher(tmp_path, tmp_path / "keys", RateLimit(10))
    client = create_app(FakeEngine(), blueprints=[publisher.routes]).test_client()

    def told() -> tuple[object, object]:
        answer = client.get("/api/v1/publications", headers={"Authorization": keys["write"]}).get_json()
        return answer["generation"], answer["waiting_since"]

    assert told() == (None, None)
    received = publisher.queue.publish([RIVER], wait=0).position
    assert told() == (None, RIVER.received)
    ProgressFile(tmp_path).write(Published((CommittedBatch(received, "000007"),)))
    assert told() == ("000007", None)


def test_who_does_not_wait_is_answered_at_once(tmp_path: Path) -> None:
    """Without waiting there is no sleep; with a second the clock decides when it is over."""
    clock = Mock(side_effect=[10.0, 10.0, 20.0, 20.5, 21.0])
    slept = Mock()
    queue = PublishingQueue(tmp_path, clock=clock, sleep=slept)
    assert queue.publish([RIVER], wait=0).state == "waiting"
    assert slept.call_count == 0
    assert queue.publish([RIVER], wait=1).state == "waiting"
    assert slept.call_count == 1


def after(seconds: float) -> dt.datetime:
    """The time some seconds after an article arrived."""
    return dt.datetime.fromisoformat(RIVER.received) + dt.timedelta(seconds=seconds)


@pytest.mark.parametrize(("more", "stands"), [(0, False), (1, True)])
def test_a_queue_stands_no_sooner_than_the_bound_says(tmp_path: Path, more: int, *, stands: bool) -> None:
    """The bound is exact to the second."""
    PublishingQueue(tmp_path).publish([RIVER], wait=0)
    now = partial(after, STANDS_SECONDS + more)
    assert (PublishingQueue(tmp_path, now=now).fault() != "") is stands


@pytest.mark.parametrize("failure", ["", "the disk is full"])
def test_why_articles_wait_is_for_the_log_alone(
    tmp_path: Path, keys: dict[str, str], caplog: pytest.LogCaptureFixture, failure: str
) -> None:
    """Clients are told that articles wait; without a failure nothing is logged."""
    publisher = Publisher(tmp_path, tmp_path / "keys", RateLimit(10))
    ProgressFile(tmp_path).write(Published((), failure=failure))
    client = create_app(FakeEngine(), blueprints=[publisher.routes]).test_client()
    answer = client.get("/api/v1/publications", headers={"Authorization": keys["write"]})
    assert (answer.status_code, "disk" in answer.text) == (200, False)
    assert ("Publishing waits" in caplog.text, "the disk is full" in caplog.text) == (bool(failure),) * 2
