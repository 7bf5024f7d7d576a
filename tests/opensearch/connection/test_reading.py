"""Documents by id: each is found, missing, or unknown; reading all continues after a node is lost."""

from typing import Any

import pytest

from onneshon.opensearch.connection.faults import ClusterError
from onneshon.opensearch.connection.reading import LIVE, documents, scan
from onneshon.opensearch.connection.rotation import READING
from tests.opensearch.fake_cluster import cluster_that

THERE = {"_id": "ক", "found": True, "_source": {"data": "নদী"}}


def _fault(kind: str) -> dict[str, Any]:
    """The entry of a document that cannot be read."""
    return {"_id": "খ", "error": {"type": kind, "reason": f"{kind} for a reason"}}


def test_what_is_not_there_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Found documents are returned by id; ids of a tenant have a prefix in requests, which is removed."""
    answer = {"docs": [THERE, {"_id": "খ", "found": False}]}
    slice_ = {"docs": [{**THERE, "_id": "jol-000001/ক"}, {"_id": "jol-000001/খ", "found": False}]}
    cluster, client = cluster_that(monkeypatch, answer, slice_)
    assert documents(cluster, "news-000001", ["ক", "খ"]) == {"ক": THERE}
    assert [*documents(cluster, "news.jol-000001", ["ক", "খ"])] == ["ক"]
    assert [given["body"]["ids"] for _, given in client.asked] == [
        ["ক", "খ"],
        ["jol-000001/ক", "jol-000001/খ"],
    ]


def test_what_a_lost_part_may_have_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unknown is not missing: the document would be written twice, or lost."""
    lost = {"docs": [THERE, _fault("no_shard_available_action_exception")]}
    whole = {"docs": [THERE, {**THERE, "_id": "খ"}]}
    cluster, _ = cluster_that(monkeypatch, lost, whole)
    assert {*documents(cluster, "news-000001", ["ক", "খ"])} == {"ক", "খ"}


def test_what_may_not_be_read_is_refused_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A refusal is not retried, as that would not help."""
    cluster, client = cluster_that(monkeypatch, {"docs": [THERE, _fault("security_exception")]})
    with pytest.raises(ClusterError, match="does not allow"):
        documents(cluster, "news-000001", ["ক", "খ"])
    assert len(client.asked) == 1


@pytest.mark.parametrize("answer", [{"status": "UP"}, {"docs": [THERE]}, []], ids=["other", "short", "list"])
def test_an_answer_that_is_none_is_asked_for_again(monkeypatch: pytest.MonkeyPatch, answer: Any) -> None:
    """JSON of another program at that port leads to a retry."""
    cluster, _ = cluster_that(monkeypatch, answer, {"docs": [THERE, {**THERE, "_id": "খ"}]})
    assert {*documents(cluster, "news-000001", ["ক", "খ"])} == {"ক", "খ"}


LOST = {"_shards": {"failed": 1}, "hits": {"hits": []}}


def page(*ids: str) -> dict[str, Any]:
    """An answer with these hits."""
    return {"_shards": {"failed": 0}, "hits": {"hits": [{"_id": name, "sort": [name]} for name in ids]}}


def moment(name: str) -> dict[str, Any]:
    """The answer to the creation of a point in time."""
    return {"pit_id": name}


def test_every_hit_comes_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages follow each other without repetition; a page that is not full is the last."""
    cluster, client = cluster_that(monkeypatch, moment("a"), page("ক", "খ"), page("গ"), {})
    assert [hit["_id"] for hit in scan(cluster, "news", LIVE, ["id"], page=2)] == ["ক", "খ", "গ"]
    assert [name for name, _ in client.asked] == ["create_pit", "search", "search", "delete_pit"]


def test_where_a_moment_is_lost_another_goes_on_behind_the_last_hit(monkeypatch: pytest.MonkeyPatch) -> None:
    """A scan continues after the last hit in a new point in time, as a node took the first with it."""
    answers = [moment("a"), page("ক", "খ"), LOST, LOST, {}, moment("b"), page("গ"), {}]
    cluster, client = cluster_that(monkeypatch, *answers)
    assert [hit["_id"] for hit in scan(cluster, "news", LIVE, ["id"], page=2)] == ["ক", "খ", "গ"]
    again = client.asked[-2][1]["body"]
    assert (again["search_after"], again["pit"]["id"]) == (["খ"], "b")


def test_what_stays_lost_is_not_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    """A scan that cannot be completed raises an error, as partial results would be taken for all."""
    tries = [LOST, LOST, {}, moment("b")] * READING.waits
    cluster, _ = cluster_that(monkeypatch, moment("a"), *tries)
    with pytest.raises(ClusterError, match="lost a part of news"):
        list(scan(cluster, "news", LIVE, ["id"]))
