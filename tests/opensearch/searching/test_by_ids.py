"""Documents of a cluster by id: retries and errors are those of searches."""

from collections.abc import Callable, Mapping
from threading import Barrier
from types import SimpleNamespace
from typing import Any

import pytest

from onneshon.opensearch.connection.faults import ClusterError
from onneshon.opensearch.connection.rotation import Patience
from onneshon.opensearch.searching.asking import Asker
from onneshon.search.retrieval.budget import TimeBudget
from tests.opensearch.searching.answers import FULL_HEAP, JAVA, asker_of
from tests.serving import SECONDS


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let retries happen without a pause."""
    monkeypatch.setattr(Patience, "pause_before", lambda _patience, _times: 0.0)


GONE_SHARD = {"type": "no_shard_available_action_exception", "reason": "no shard available for [get]"}
NO_INDEX = {"type": "index_not_found_exception", "reason": "no such index [news-000001-0001]"}
HERE = {"_id": "ক", "found": True, "_source": {"article": {}}}
NOT_HERE = {"_id": "খ", "found": False}


def _by_ids(asker: Asker, budget: TimeBudget) -> tuple[list[str], bool]:
    """The found ones of two documents, and whether a part is missing."""
    [reply] = asker.by_ids({"news-000001-0001": ["ক", "খ"]}, budget)
    return [hit["_id"] for hit in reply.hits], reply.partial


def _docs(*answers: Mapping[str, Any]) -> Mapping[str, Any]:
    """An answer about documents, in which a fault stands for a document's error."""
    return {"docs": [{"error": each} if "type" in each else each for each in answers]}


def test_documents_are_asked_for_as_searches_find_them() -> None:
    """Requests have the time left and the preferred replicas; a document that does not exist is no fault."""
    asker, cluster = asker_of(_docs(HERE, NOT_HERE))
    cluster.preferred = "_prefer_nodes:a,b"
    assert _by_ids(asker, TimeBudget(1.0, clock=lambda: 0.0)) == (["ক"], False)
    assert cluster.asked == [([{"realtime": "false", "preference": "_prefer_nodes:a,b"}], 1.7)]


@pytest.mark.parametrize("fault", [GONE_SHARD, JAVA, FULL_HEAP], ids=["a node", "a queue", "a heap"])
def test_documents_that_a_node_lost_or_had_no_room_for_are_asked_for_again(fault: Mapping[str, Any]) -> None:
    """Faults are in the entries of documents, within an otherwise good answer."""
    asker, cluster = asker_of(_docs(HERE, fault), _docs(HERE, NOT_HERE))
    budget = TimeBudget()
    assert _by_ids(asker, budget) == (["ক"], False)
    assert (len(cluster.asked), budget.whole) == (2, True)


def test_a_document_of_a_part_that_stays_away_makes_a_page_partial() -> None:
    """Documents of other shards are shown."""
    asker, cluster = asker_of(*[_docs(HERE, GONE_SHARD)] * 2)
    budget = TimeBudget()
    assert _by_ids(asker, budget) == (["ক"], True)
    assert (len(cluster.asked), budget.partial_reason, asker.gaps) == (2, "part", 1)


@pytest.mark.parametrize(
    ("fault", "said", "reported_as"),
    [
        (GONE_SHARD, "no shard available", "lacking"),
        (JAVA, "too much to do", "crowded"),
        (NO_INDEX, "no such index", "unusable"),
    ],
    ids=["a part", "crowded", "no index"],
)
def test_where_no_document_is_reported_a_reader_learns_why(
    fault: Mapping[str, Any], said: str, reported_as: str
) -> None:
    """The error is that of a search that failed on all shards."""
    asker, _ = asker_of(*[_docs(fault, fault)] * 50)
    with pytest.raises(ClusterError, match=said) as raised:
        _by_ids(asker, TimeBudget())
    assert raised.value.reported_as == reported_as


class AnsweringTogether:
    """A connection whose cluster answers once all indexes of a page are asked, the first time with a fault.

    Args:
        indexes: the number of indexes.
    """

    def __init__(self, indexes: int) -> None:
        self.rotation = SimpleNamespace(preferred="")
        self.asked: list[str] = []
        self._together = Barrier(indexes, timeout=SECONDS)

    def read(self, ask: Callable[[Any], Any], **_options: Any) -> Any:
        """Like ``Cluster.read``."""
        return ask(self)

    def mget(self, body: Mapping[str, Any], index: str, **_options: Any) -> Any:
        """Like the client's."""
        again = index in self.asked
        self.asked.append(index)
        if not again:
            self._together.wait()
        [name] = body["ids"]
        return _docs({**HERE, "_id": name} if again or index == "news-000001" else GONE_SHARD)


def test_several_indexes_are_asked_for_their_documents_at_once() -> None:
    """Replies are in the order of the request, and only indexes that lacked a part are asked again."""
    cluster = AnsweringTogether(2)
    asker = Asker(cluster, "news-000001")  # type: ignore[arg-type]  # what is asked of a connection
    replies = asker.by_ids({"news-000001": ["নদী"], "news-000001-0001": ["মেলা"]}, TimeBudget())
    assert [hit["_id"] for reply in replies for hit in reply.hits] == ["নদী", "মেলা"]
    assert (sorted(cluster.asked[:2]), cluster.asked[2:]) == (
        ["news-000001", "news-000001-0001"],
        ["news-000001-0001"],
    )


def test_where_no_documents_are_wanted_nothing_is_asked() -> None:
    """No request is made for a page whose texts are all cached."""
    asker, cluster = asker_of()
    assert (asker.by_ids({}, TimeBudget()), cluster.asked) == ([], [])


@pytest.mark.parametrize("index", ["news-000001", "tenants.jol-000001"])
def test_of_one_index_documents_are_asked_for_by_its_name(index: str) -> None:
    """A single index is addressed by its own name, such as a tenant's alias; several by those of hits."""
    hit = {"_index": "tenants-tenants-000001"}
    assert Asker(None, index).index_of(hit) == index  # type: ignore[arg-type]  # nothing is asked
    rolled = Asker(None, index, (index, f"{index}-0001"))  # type: ignore[arg-type]  # nothing is asked
    assert rolled.index_of(hit) == "tenants-tenants-000001"
