"""Documents by their ids: each is there, is not, or nobody can tell."""

from typing import Any

import pytest

from onneshon.opensearch.connection.by_id import documents
from onneshon.opensearch.connection.faults import ClusterError
from tests.opensearch.fake_cluster import cluster_that

THERE = {"_id": "ক", "found": True, "_source": {"data": "নদী"}}


def _fault(kind: str) -> dict[str, Any]:
    """What is said of a document that cannot be read."""
    return {"_id": "খ", "error": {"type": kind, "reason": f"{kind} for a reason"}}


def test_what_is_not_there_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The others are given by their ids, which of a tenant begin with the name of its slice."""
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
    """To take it for missing would be to write it twice, or to lose it."""
    lost = {"docs": [THERE, _fault("no_shard_available_action_exception")]}
    whole = {"docs": [THERE, {**THERE, "_id": "খ"}]}
    cluster, _ = cluster_that(monkeypatch, lost, whole)
    assert {*documents(cluster, "news-000001", ["ক", "খ"])} == {"ক", "খ"}


def test_what_may_not_be_read_is_refused_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asking again would not help."""
    cluster, client = cluster_that(monkeypatch, {"docs": [THERE, _fault("security_exception")]})
    with pytest.raises(ClusterError, match="does not allow"):
        documents(cluster, "news-000001", ["ক", "খ"])
    assert len(client.asked) == 1


@pytest.mark.parametrize("answer", [{"status": "UP"}, {"docs": [THERE]}, []], ids=["other", "short", "list"])
def test_an_answer_that_is_none_is_asked_for_again(monkeypatch: pytest.MonkeyPatch, answer: Any) -> None:
    """Another program at that port may know JSON, too."""
    cluster, _ = cluster_that(monkeypatch, answer, {"docs": [THERE, {**THERE, "_id": "খ"}]})
    assert {*documents(cluster, "news-000001", ["ক", "খ"])} == {"ক", "খ"}
