"""Many changes in few bulk requests: each change has one outcome, whatever the cluster answers."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onneshon.opensearch.connection.bulk import MOST_BYTES, MOST_OPERATIONS, Operation, Outcome, send
from onneshon.opensearch.connection.faults import ClusterError
from onneshon.opensearch.connection.rotation import WRITING
from tests.opensearch.fake_cluster import cluster_that, lost

VERSION = 17


def put(*names: str) -> list[Operation]:
    """Operations that write documents with these ids."""
    return [Operation(name, {"title": name}, VERSION) for name in names]


def names_in(body: bytes) -> list[str]:
    """The ids in a request's body."""
    return [msgspec.json.decode(line)["index"]["_id"] for line in body.splitlines()[::2]]


def answering(*statuses: int) -> Any:
    """An answer with these statuses, in order."""
    return {"items": [item(status) for status in statuses]}


def item(status: int) -> dict[str, Any]:
    """The entry of one change in an answer."""
    error = {"error": {"type": "mapper_parsing_exception", "reason": "too long"}} if status >= 300 else {}
    return {"index": {"status": status, **error}}


def states(outcomes: Sequence[Outcome]) -> dict[str, str]:
    """The outcome of each change, by id."""
    return {outcome.operation.id: outcome.state for outcome in outcomes}


def test_what_is_refused_is_reported_and_the_rest_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """A refused change has the reason that the cluster gives; all others are written."""
    cluster, _ = cluster_that(monkeypatch, answering(201, 400, 200))
    outcomes = list(send(cluster, "news-000001", put("ক", "খ", "গ")))
    assert states(outcomes) == {"ক": "written", "খ": "refused", "গ": "written"}
    assert [outcome.reason for outcome in outcomes if outcome.reason] == [
        "mapper_parsing_exception: too long"
    ]


def test_only_what_found_no_room_is_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only rejected changes are sent again: a second write of the others would be a conflict."""
    cluster, client = cluster_that(monkeypatch, answering(201, 429, 201, 503), answering(201, 201))
    outcomes = list(send(cluster, "news-000001", put("ক", "খ", "গ", "ঘ")))
    assert set(states(outcomes).values()) == {"written"}
    assert names_in(client.asked[1][1]["body"]) == ["খ", "ঘ"]


def test_a_conflict_with_ones_own_earlier_try_is_no_conflict(monkeypatch: pytest.MonkeyPatch) -> None:
    """A conflict with the same version counts as written: the answer was lost, or the cluster retried."""
    docs = [{"_id": "ক", "_version": VERSION}, {"_id": "খ", "_version": VERSION + 1}]
    stored = {"docs": [doc | {"found": True} for doc in docs]}
    cluster, client = cluster_that(monkeypatch, lost(), answering(409, 409, 201), stored)
    outcomes = list(send(cluster, "news-000001", put("ক", "খ", "গ")))
    assert states(outcomes) == {"ক": "written", "খ": "stale", "গ": "written"}
    assert client.asked[2][1]["body"] == {"ids": ["ক", "খ"]}


def test_a_cluster_without_room_is_given_up_at_last(monkeypatch: pytest.MonkeyPatch) -> None:
    """The writer raises an error, and changes that were not written are not counted."""
    monkeypatch.setattr("onneshon.opensearch.connection.bulk.WRITING", replace(WRITING, seconds=0.0))
    cluster, _ = cluster_that(monkeypatch, answering(429))
    with pytest.raises(ClusterError, match="too much to do"):
        list(send(cluster, "news-000001", put("ক")))


@given(st.lists(st.integers(0, 300_000), max_size=500))
def test_a_request_holds_no_more_than_small_nodes_bear(sizes: list[int]) -> None:
    """Requests are bounded in bytes and operations, and together contain every operation in order, once."""
    bodies: list[bytes] = []

    def take(given: dict[str, Any]) -> Any:
        bodies.append(given["body"])
        return answering(*[201] * len(names_in(given["body"])))

    operations = [Operation(str(n), {"body": "x" * size}, VERSION) for n, size in enumerate(sizes)]
    with pytest.MonkeyPatch.context() as monkeypatch:
        cluster, _ = cluster_that(monkeypatch, *[take] * (len(sizes) + 1))
        outcomes = list(send(cluster, "news-000001", operations))
    assert Counter(outcome.state for outcome in outcomes) == Counter({"written": len(sizes)} if sizes else {})
    assert [name for body in bodies for name in names_in(body)] == [operation.id for operation in operations]
    assert all(len(body) <= MOST_BYTES and len(names_in(body)) <= MOST_OPERATIONS for body in bodies)
