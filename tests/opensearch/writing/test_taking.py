"""Who gets the writer's lease, on a cluster whose answers a test sets; and batches of articles."""

from types import SimpleNamespace
from typing import Any

import pytest
from opensearchpy.exceptions import ConflictError

from onneshon.index import Article, IndexLockedError
from onneshon.opensearch.writing import lease as module
from onneshon.opensearch.writing import workers
from onneshon.opensearch.writing.lease import SECONDS, Lease, writer_lease
from onneshon.opensearch.writing.workers import batches
from tests.opensearch.fake_cluster import FakeClient, cluster_that

NOW = 2_000_000_000.0
NOBODY = {"found": False}
WRITTEN = {"_seq_no": 5, "_primary_term": 1}
CONFLICT = ConflictError(409, "version_conflict_engine_exception", {})


def of_another(until: float) -> dict[str, Any]:
    """The document of another writer's lease."""
    source = {"holder": "process 7 on ঢাকা", "token": "of another", "until": until}
    return {"found": True, "_source": source, "_seq_no": 3, "_primary_term": 2}


@pytest.fixture(autouse=True)
def at_a_time(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The process's clock; each sleep takes a minute."""
    clock = SimpleNamespace(now=NOW)

    def sleep(_seconds: float) -> None:
        clock.now += 60

    told = SimpleNamespace(time=lambda: clock.now, monotonic=lambda: clock.now, sleep=sleep)
    monkeypatch.setattr(module, "time", told)
    return clock


def lease_that(monkeypatch: pytest.MonkeyPatch, *answers: Any) -> tuple[Lease, FakeClient]:
    """A lease on a cluster that gives these answers."""
    cluster, client = cluster_that(monkeypatch, *answers)
    vars(client)["indices"] = SimpleNamespace(create=lambda **_: {})
    return Lease(cluster), client


def test_where_nobody_ever_wrote_the_right_is_taken_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The document is created with an expiry, so that only one of two simultaneous writers gets it."""
    lease, client = lease_that(monkeypatch, NOBODY, WRITTEN)
    assert lease.take() == ""
    name, asked = client.asked[-1]
    assert (name, asked["params"]["op_type"], asked["body"]["until"]) == ("index", "create", NOW + SECONDS)


@pytest.mark.parametrize(("until", "holder"), [(NOW + 1, "process 7 on ঢাকা"), (NOW, ""), (NOW - 1, "")])
def test_the_right_of_another_holds_until_it_lapses(
    monkeypatch: pytest.MonkeyPatch, until: float, holder: str
) -> None:
    """An expired lease is taken over, unless it was extended meanwhile."""
    lease, client = lease_that(monkeypatch, of_another(until), WRITTEN)
    assert lease.take() == holder
    if not holder:
        condition = client.asked[-1][1]["params"]
        assert (condition["if_seq_no"], condition["if_primary_term"]) == (3, 2)


def test_who_takes_over_from_a_writer_that_died_is_told_what_that_may_have_left(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The warning appears only after a takeover; a released lease, or one of another, gives none."""
    for answers in ([NOBODY, WRITTEN], [of_another(NOW + 1)], [of_another(NOW - 1), CONFLICT, NOBODY]):
        lease_that(monkeypatch, *answers)[0].take()
    assert not caplog.messages
    lease_that(monkeypatch, of_another(NOW - 1), WRITTEN)[0].take()
    [told] = caplog.messages
    assert told.startswith("process 7 on ঢাকা had the right to write and died")
    assert "onneshon index repair" in told


def test_who_comes_a_moment_too_late_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """A conflict means another process, unless the first try of the same request succeeded."""
    lease, _ = lease_that(monkeypatch, of_another(NOW - 1), CONFLICT, of_another(NOW + 60))
    assert lease.take() == "another process, just now"
    lease, _ = lease_that(monkeypatch, of_another(NOW - 1), CONFLICT, NOBODY)
    assert lease.take() == "another process, just now"
    found = of_another(NOW + 60)
    mine, _ = lease_that(monkeypatch, of_another(NOW - 1), CONFLICT, found)
    found["_source"]["token"] = mine._token
    assert mine.take() == ""


def test_a_writer_that_was_overtaken_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    """The writer continues until it knows that its lease is lost."""
    lease, _ = lease_that(monkeypatch, NOBODY, WRITTEN, WRITTEN, CONFLICT, of_another(NOW + 60))
    lease.take()
    lease.extend()
    lease.check()
    lease.extend()
    with pytest.raises(IndexLockedError, match="another process, just now: this process was too slow"):
        lease.check()


def test_who_waits_for_another_writer_takes_over_when_that_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lease that was waited for is released at the end."""
    cluster, client = cluster_that(monkeypatch, *[of_another(NOW + 90)] * 3, WRITTEN, {})
    with writer_lease(cluster, wait=120) as lease:
        lease.check()
    assert [name for name, _ in client.asked] == ["get", "get", "get", "index", "delete"]
    condition = client.asked[-1][1]["params"]
    assert (condition["if_seq_no"], condition["if_primary_term"]) == (5, 1)


@pytest.mark.parametrize(("wait", "asked"), [(0, 1), (60, 2), (61, 3)])
def test_who_does_not_wait_long_enough_is_told_who_writes(
    monkeypatch: pytest.MonkeyPatch, wait: float, asked: int
) -> None:
    """The lease is polled until the time is over."""
    cluster, client = cluster_that(monkeypatch, *[of_another(NOW + 1e6)] * 3)
    with (
        pytest.raises(IndexLockedError, match="is being written by process 7 on ঢাকা"),
        writer_lease(cluster, wait=wait),
    ):
        pytest.fail("two write")
    assert len(client.asked) == asked


@pytest.mark.parametrize(
    ("lengths", "parts"),
    [
        ([], []),
        ([1], [1]),
        ([1] * 3, [3]),
        ([1] * 4, [3, 1]),
        ([7, 1, 1], [3]),
        ([10, 1, 1], [1, 2]),
        ([4, 6, 1], [2, 1]),
        ([4, 5], [2]),
        ([4, 5, 1, 9], [3, 1]),
    ],
)
def test_articles_go_in_batches_of_so_many_or_of_so_long_texts(
    monkeypatch: pytest.MonkeyPatch, lengths: list[int], parts: list[int]
) -> None:
    """The first limit reached ends a batch; titles count like bodies."""
    monkeypatch.setattr(workers, "BATCH", 3)
    monkeypatch.setattr(workers, "BATCH_BYTES", 10)
    articles = [Article(str(number), "ক", "ক" * (length - 1)) for number, length in enumerate(lengths)]
    found = [*batches(articles)]
    assert [len(batch) for batch in found] == parts
    assert [article for batch in found for article in batch] == articles
