"""The retry rule of requests to a cluster, the errors at its end, and JSON."""

from typing import Any

import numpy as np
import pytest
from opensearchpy import ConnectionError as NoConnection
from opensearchpy import ConnectionTimeout, JSONSerializer, SSLError
from opensearchpy.exceptions import SerializationError

from onneshon.index.errors import IndexMissingError
from onneshon.opensearch.connection.address import Address, Credentials
from onneshon.opensearch.connection.client import Cluster, Serializer
from onneshon.opensearch.connection.faults import ClusterError
from onneshon.opensearch.connection.rotation import READING, WRITING
from tests.opensearch.fake_cluster import ADDRESS, cluster_that, lost, refused

SECRET = "গোপন-কথা-৪৭"  # noqa: S105  # of nobody
WHOLE = {"_shards": {"total": 3, "successful": 3, "failed": 0}, "hits": "all"}
PARTIAL = {"_shards": {"total": 3, "successful": 2, "failed": 1}, "hits": "some"}
NOWHERE = {"_shards": {"total": 3, "successful": 2, "failed": 0}, "hits": "some"}
DISCONNECTED = refused(500, "search_phase_execution_exception")


def searched(cluster: Cluster) -> object:
    """The hits of a search."""
    return cluster.read(lambda client: client.search(index="news"))["hits"]


GARBLED = SerializationError("<html>", ValueError("no JSON"))


@pytest.mark.parametrize("fault", [lost(), refused(502), refused(503), refused(504), DISCONNECTED, GARBLED])
def test_a_search_is_made_again_where_a_node_was_lost(
    fault: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another node has the same shard, so the reader sees no error."""
    cluster, client = cluster_that(monkeypatch, fault, WHOLE)
    assert searched(cluster) == "all"
    assert len(client.asked) == 2


def test_a_part_that_failed_is_asked_for_once_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """A failed shard, which is not an error to the library, leads to one retry."""
    assert searched(cluster_that(monkeypatch, PARTIAL, WHOLE)[0]) == "all"


@pytest.mark.parametrize("partial", [PARTIAL, NOWHERE], ids=["failed", "on no node"])
def test_what_lacks_a_part_twice_is_no_answer(
    partial: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A partial answer would be taken for a whole one; callers that accept one say so."""
    cluster, client = cluster_that(monkeypatch, *[partial] * 4)
    with pytest.raises(ClusterError, match="on a node") as raised:
        searched(cluster)
    assert (len(client.asked), raised.value.reported_as) == (2, "lacking")
    assert cluster.read(lambda client: client.search(), whole=False)["hits"] == "some"
    assert len(client.asked) == 4


def test_figures_of_copies_that_are_not_there_yet_are_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Statistics count replicas that wait for a node as neither successful nor failed."""
    figures = {"_shards": {"total": 2, "successful": 1, "failed": 0}, "_all": {}}
    cluster, _ = cluster_that(monkeypatch, figures)
    assert cluster.read(lambda client: client.info()) == figures


def test_who_writes_waits_for_a_part_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """A long build outlasts several partial answers."""
    cluster, client = cluster_that(monkeypatch, *[PARTIAL] * 9, lost(), refused(429), WHOLE)
    with cluster.patient():
        assert searched(cluster) == "all"
    assert len(client.asked) == 12
    cluster, _ = cluster_that(monkeypatch, *[PARTIAL] * 9)
    with pytest.raises(ClusterError):
        searched(cluster)


def test_a_cluster_with_too_much_to_do_is_asked_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """A crowded cluster is retried as often as a reader may wait."""
    cluster, _ = cluster_that(monkeypatch, *[refused(429)] * READING.waits, WHOLE)
    assert searched(cluster) == "all"


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (lost(), "does not answer"),
        (refused(429), "too much to do"),
        (refused(403, "cluster_block_exception", "closed"), "by order of its administrator: closed"),
        (refused(503, "no_shard_available_action_exception"), "red"),
        (refused(401), "ONNESHON_OPENSEARCH_USER"),
        (refused(403, "cluster_block_exception", "disk usage exceeded"), "disk usage exceeded"),
        (refused(403, "security_exception", "no permissions"), "no permissions"),
        (refused(400, "parsing_exception", "unknown field"), "unknown field"),
        (GARBLED, "none of OpenSearch"),
        (NoConnection("N/A", "Failed to resolve 'কোথাও'", OSError()), "whose name nobody knows"),
        (ConnectionTimeout("TIMEOUT", "read timed out", OSError()), "did not answer in time"),
        (refused(429, "cluster_block_exception", "flood-stage watermark"), "index gc --only-live"),
        (SSLError("N/A", "self-signed", OSError()), "ONNESHON_OPENSEARCH_CA"),
        (SSLError("N/A", "[SSL: WRONG_VERSION_NUMBER]", OSError()), "does not speak TLS"),
        (SSLError("N/A", "IP address mismatch, not valid for '10.0.0.1'", OSError()), "of another host"),
        (refused(500, "security_exception", "Unexpected exception"), "refused with 500: Unexpected"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_what_does_not_pass_is_reported_with_the_address(
    fault: Exception, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error names the address, and says what to do."""
    cluster, _ = cluster_that(monkeypatch, *[fault] * 50)
    with pytest.raises(ClusterError, match=said) as raised:
        searched(cluster)
    assert str(ADDRESS) in str(raised.value)


@pytest.mark.parametrize(
    "fault", [refused(400), refused(403), refused(401), SSLError("N/A", "bad", OSError())]
)
def test_what_will_not_change_is_asked_once(fault: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    """A permanent refusal, such as a wrong password, is not retried."""
    cluster, client = cluster_that(monkeypatch, *[fault] * 50)
    with pytest.raises(ClusterError):
        searched(cluster)
    assert len(client.asked) == 1


@pytest.mark.parametrize(
    "fault", [refused(404, "index_not_found_exception"), refused(404, "", "alias [news] missing")]
)
def test_an_index_that_is_not_there_is_reported_as_in_a_directory(
    fault: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A missing index raises the same error as one in a directory, with its exit code."""
    with pytest.raises(IndexMissingError, match="index build"):
        searched(cluster_that(monkeypatch, fault)[0])


@pytest.mark.parametrize("faults", [[lost()] * WRITING.losses, [refused(429)]], ids=["lost", "crowded"])
def test_a_write_waits_longer_than_a_search(faults: list[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    """It is repeated until the cluster answers it."""
    cluster, _ = cluster_that(monkeypatch, *faults, {"done": True})
    assert cluster.write(lambda client: client.index()) == {"done": True}


def test_an_alias_of_two_indexes_is_no_index(monkeypatch: pytest.MonkeyPatch) -> None:
    """An alias that somebody gave two indexes by hand is an error that names both."""
    cluster = Cluster(ADDRESS, Credentials())
    both = dict.fromkeys(["news-000001", "news-000002"], "")
    monkeypatch.setattr(cluster, "read", lambda _ask: both)
    with pytest.raises(ClusterError, match="news-000001, news-000002"):
        cluster.live()


def test_nothing_secret_is_in_what_is_printed_of_a_cluster() -> None:
    """Representations of a cluster, its client and its credentials have no secret."""
    address = Address.parse("opensearch+https://127.0.0.1:9200/news")
    cluster = Cluster(address, Credentials("reader", SECRET))
    printed = f"{cluster!r} {cluster.client!r} {cluster.credentials!r}"
    assert SECRET not in printed
    assert cluster.credentials.header.removeprefix("Basic ") not in printed
    assert str(address) in repr(cluster)


def test_who_asks_a_cluster_takes_compressed_answers() -> None:
    """Clients accept gzip: a new page is then 17 kB, a quarter of its plain size."""
    cluster = Cluster(ADDRESS, Credentials(key="গোপন"))
    for client in (cluster.client, *(host.client for host in cluster.rotation.hosts)):
        headers = {name.lower(): value for name, value in client.transport.get_connection().headers.items()}
        assert "authorization" in headers
        assert headers["accept-encoding"] == "gzip"
    cluster.close()


VALUES = [
    {"query": {"term": {"stem": {"value": "বাংলাদেশ", "boost": 6.302585092994046}}}, "size": 101},
    {"_score": 1.4e-45, "total": 2**63, "sort": [None, True, "ক\u200cষ"]},
    "half of a pair \ud800 in a query",
    {"half": "\udfff"},
]


@pytest.mark.parametrize("value", VALUES)
def test_what_is_written_is_read_as_the_library_does(value: Any) -> None:
    """Each of the two serializers reads what the other writes."""
    ours, theirs = Serializer(), JSONSerializer()
    text = theirs.dumps([value])
    assert ours.loads(text) == theirs.loads(ours.dumps([value])) == [value]


def test_numbers_of_numpy_are_written() -> None:
    """Numbers of NumPy are written as JSON numbers, which msgspec does not do by itself."""
    assert Serializer().dumps({"size": np.int64(101), "boost": np.float64(0.5)}) == '{"size":101,"boost":0.5}'


def test_a_text_is_written_already() -> None:
    """Text and bytes, such as bulk requests, are passed through unchanged."""
    assert (Serializer().dumps('{"index":{}}'), Serializer().dumps(b"{}\n")) == ('{"index":{}}', b"{}\n")


@pytest.mark.parametrize("text", ["<html>", '{"hits":', ""])
def test_what_is_no_json_is_refused_as_the_library_does(text: str) -> None:
    """Invalid JSON raises the library's error for an unreadable answer."""
    with pytest.raises(SerializationError):
        Serializer().loads(text)


@pytest.mark.parametrize("text", ['"\\ud800"', "1e400"])
def test_what_msgspec_refuses_is_read_by_the_library(text: str) -> None:
    """An answer may repeat a query that has half of a surrogate pair."""
    assert Serializer().loads(text) == JSONSerializer().loads(text)
