"""Reading everything goes on where a node is lost."""

from typing import Any

import pytest

from onneshon.opensearch.connection.faults import ClusterError
from onneshon.opensearch.connection.scanning import LIVE, scan
from onneshon.opensearch.connection.tries import READING
from tests.opensearch.fake_cluster import cluster_that

LOST = {"_shards": {"failed": 1}, "hits": {"hits": []}}


def page(*ids: str) -> dict[str, Any]:
    """An answer with these hits."""
    return {"_shards": {"failed": 0}, "hits": {"hits": [{"_id": name, "sort": [name]} for name in ids]}}


def moment(name: str) -> dict[str, Any]:
    """A moment that is kept."""
    return {"pit_id": name}


def test_every_hit_comes_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that is not full is the last."""
    cluster, client = cluster_that(monkeypatch, moment("a"), page("ক", "খ"), page("গ"), {})
    assert [hit["_id"] for hit in scan(cluster, "news", LIVE, ["id"], page=2)] == ["ক", "খ", "গ"]
    assert [name for name, _ in client.asked] == ["create_pit", "search", "search", "delete_pit"]


def test_where_a_moment_is_lost_another_goes_on_behind_the_last_hit(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first one was kept by a node that is gone."""
    answers = [moment("a"), page("ক", "খ"), LOST, LOST, {}, moment("b"), page("গ"), {}]
    cluster, client = cluster_that(monkeypatch, *answers)
    assert [hit["_id"] for hit in scan(cluster, "news", LIVE, ["id"], page=2)] == ["ক", "খ", "গ"]
    again = client.asked[-2][1]["body"]
    assert (again["search_after"], again["pit"]["id"]) == (["খ"], "b")


def test_what_stays_lost_is_not_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of the titles would be taken for all."""
    tries = [LOST, LOST, {}, moment("b")] * READING.waits
    cluster, _ = cluster_that(monkeypatch, moment("a"), *tries)
    with pytest.raises(ClusterError, match="lost a part of news"):
        list(scan(cluster, "news", LIVE, ["id"]))
