"""Faulty replies over HTTP: each raises an error in one sentence, and none is waited for without end."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from onneshon.opensearch.connection.address import Address, Credentials
from onneshon.opensearch.connection.client import Cluster, check_version
from onneshon.opensearch.connection.faults import ClusterError
from onneshon.opensearch.connection.rotation import Patience
from tests.serving import SECONDS

Reply = Callable[[socket.socket], None]


def whole(body: bytes, status: str = "200 OK", kind: str = "application/json") -> bytes:
    """An HTTP answer that closes the connection, as a client would otherwise reuse it."""
    head = f"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Type: {kind}\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def cluster_of(version: object) -> bytes:
    """The answer of a cluster with this version."""
    return whole(json.dumps({"cluster_name": "ক", "version": version}).encode())


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[bytes], Cluster]]:
    """Makes a cluster whose host sends these bytes to every client, and closes the connection."""
    monkeypatch.setattr(Patience, "pause_before", lambda _patience, _times: 0.0)
    listeners: list[socket.socket] = []
    clusters: list[Cluster] = []

    def serve(listener: socket.socket, reply: bytes) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                connection.recv(1 << 16)
                connection.sendall(reply)

    def make(reply: bytes) -> Cluster:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)
        threading.Thread(target=serve, args=(listener, reply), daemon=True).start()
        address = Address((("127.0.0.1", listener.getsockname()[1]),), "news")
        clusters.append(Cluster(address, Credentials()))
        return clusters[-1]

    yield make
    for cluster in clusters:
        cluster.close()
    for listener in listeners:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


CLOSED_SAID = b'{"error": {"type": "index_closed_exception", "reason": "closed", "index": "news-000001"}}'
TAKEN_SAID = b'{"error": {"type": "invalid_alias_name_exception", "reason": "an index exists"}}'


@pytest.mark.parametrize(
    ("reply", "said", "reported_as"),
    [
        (whole(b'{"hits": ['), "none of OpenSearch", "unreachable"),
        (whole(b"<html>", kind="text/html"), "none of OpenSearch", "unreachable"),
        (whole(b""), "none of OpenSearch", "unreachable"),
        (whole(b"null"), "none of OpenSearch", "unreachable"),
        (whole(b'[{"hits": {}}]'), "none of OpenSearch", "unreachable"),
        (whole(b'{"hits": {}}')[:-4], "does not answer", "unreachable"),
        (b"", "does not answer", "unreachable"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", "does not answer", "unreachable"),
        (whole(b"<html>502", "502 Bad Gateway", "text/html"), "refused with 502", "unusable"),
        (whole(b'{"error": "no"}', "401 Unauthorized"), "ONNESHON_OPENSEARCH_USER", "unreachable"),
        (whole(b'{"error": {"reason": "no permissions"}}', "403 Forbidden"), "no permissions", "unreachable"),
        (whole(CLOSED_SAID, "400 Bad Request"), "POST /news-000001/_open", "unusable"),
        (whole(TAKEN_SAID, "400 Bad Request"), "delete it", "unusable"),
        (whole(b'{"error": {}}', "429 Too Many Requests"), "too much to do", "crowded"),
        (whole(b'{"error": {"reason": "no shard"}}', "503 Unavailable"), "no shard", "lacking"),
    ],
    ids=[
        "cut JSON",
        "HTML",
        "empty body",
        "null",
        "list",
        "cut body",
        "nothing",
        "SSH",
        "proxy",
        "401",
        "403",
        "closed",
        "taken",
        "429",
        "503",
    ],
)
def test_each_fault_has_its_own_words(
    answering: Callable[[bytes], Cluster], reply: bytes, said: str, reported_as: str
) -> None:
    """Each fault has a sentence for the keeper and a class for readers."""
    with pytest.raises(ClusterError, match=said) as raised:
        answering(reply).read(lambda client: client.search(index="news"))
    assert raised.value.reported_as == reported_as


@pytest.mark.parametrize(
    "begun", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"], ids=["head", "body"]
)
def test_an_answer_that_does_not_come_or_not_end_is_not_waited_for(begun: bytes) -> None:
    """The caller's time limit covers connecting and slow bodies too."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        stop = threading.Event()

        def trickle() -> None:
            connection, _ = listener.accept()
            with connection, suppress(OSError):  # the client may be gone
                connection.sendall(begun)
                while not stop.wait(0.02):
                    connection.sendall(b" " if begun else b"")

        trickling = threading.Thread(target=trickle)
        trickling.start()
        cluster = Cluster(Address((("127.0.0.1", listener.getsockname()[1]),), "news"), Credentials())
        with pytest.raises(ClusterError, match="in time") as raised:
            cluster.read(lambda client: client.search(index="news"), seconds=0.2)
        assert raised.value.reported_as == "late"
        stop.set()
        cluster.close()
        trickling.join(SECONDS)


@pytest.mark.parametrize("number", ["2.19.0", "2.19.1", "3.0.0", "3.8.0-SNAPSHOT"])
def test_a_version_that_is_tested_is_asked(answering: Callable[[bytes], Cluster], number: str) -> None:
    """Tested versions are accepted, and so is a cluster that does not allow reading its version."""
    check_version(answering(cluster_of({"distribution": "opensearch", "number": number})))
    check_version(answering(whole(b'{"error": {"reason": "no permissions"}}', "403 Forbidden")))


@pytest.mark.parametrize(
    ("version", "said"),
    [
        ({"number": "8.17.0", "build_flavor": "default"}, r"is Elasticsearch 8\.17\.0"),
        ({"distribution": "opensearch", "number": "2.18.0"}, r"is OpenSearch 2\.18\.0"),
        ({"distribution": "opensearch", "number": "1.3.20"}, r"is OpenSearch 1\.3\.20"),
        ({"distribution": "opensearch", "number": "4.0.0"}, r"is OpenSearch 4\.0\.0"),
        ({"distribution": "opensearch"}, "is no OpenSearch"),
        ("Solr", "is no OpenSearch"),
    ],
    ids=["Elasticsearch", "2.18", "1.3", "4.0", "no number", "another program"],
)
def test_other_versions_and_programs_are_refused_in_a_sentence(
    answering: Callable[[bytes], Cluster], version: object, said: str
) -> None:
    """Other versions and programs are refused at once, as they would fail later."""
    with pytest.raises(ClusterError, match=f"{said}.*: OpenSearch 2.19 or 3 is needed"):
        check_version(answering(cluster_of(version)))
