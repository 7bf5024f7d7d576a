"""A node of a real cluster is killed during writes and searches."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from onneshon.index.article import Article
from onneshon.opensearch.connection.client import Cluster
from onneshon.opensearch.writing.build import Layout, build_on_cluster
from onneshon.opensearch.writing.cluster_writer import update_on_cluster
from tests.cluster.running import LocalCluster

pytestmark = pytest.mark.xdist_group("cluster")

ROUNDS = 24
KILLED_AT = 6
STARTED_AT = 16

PAUSE = 0.02
"""Seconds between two searches of one reader: without a pause, readers take all of a machine."""


class Reader(threading.Thread):
    """Sends one search after another until it is stopped."""

    def __init__(self, index: Cluster) -> None:
        super().__init__()
        self._cluster = index
        self.done = threading.Event()
        self.asked = self.partial = 0
        self.failed: list[Exception] = []

    def run(self) -> None:
        """Search until the end."""
        body: dict[str, Any] = {"query": {"term": {"stem": "খবর"}}, "track_total_hits": True}
        while not self.done.wait(PAUSE):
            self.asked += 1
            try:
                found = self._cluster.read(lambda client: client.search(index=self._cluster.alias, body=body))
                self.partial += found["_shards"]["failed"] > 0
            except Exception as error:  # noqa: BLE001  # told at the end
                self.failed.append(error)


def rounds(cluster: LocalCluster, node: int) -> Iterator[int]:
    """Yield the numbers of rounds; a node is killed in one and restarted in another."""
    for number in range(ROUNDS):
        if number == KILLED_AT:
            cluster.kill(node)
        if number == STARTED_AT:
            cluster.start(node)
        yield number


def test_a_lost_node_costs_no_search_and_no_write(cluster: LocalCluster, empty: Cluster) -> None:
    """The killed node is the cluster manager, with shards of the articles; it comes back later."""
    first = [Article(f"প্রথম-{n}", "খবর", "শুরুর খবর") for n in range(50)]
    build_on_cluster(first, empty, layout=Layout(3, 1))
    readers = [Reader(empty) for _ in range(2)]
    for reader in readers:
        reader.start()
    written = 0
    try:
        for number in rounds(cluster, cluster.manager()):
            batch = [Article(f"{number}-{n}", f"খবর {number}", "আজকের খবর") for n in range(5)]
            written += update_on_cluster(batch, empty, wait=60).added
    finally:
        for reader in readers:
            reader.done.set()
        for reader in readers:
            reader.join()
        cluster.wait()
    assert written == ROUNDS * 5
    assert [error for reader in readers for error in reader.failed] == []
    assert sum(reader.partial for reader in readers) == 0
    empty.client.indices.refresh(index=empty.alias)
    found = empty.client.search(index=empty.alias, body={"query": {"term": {"stem": "খবর"}}})
    assert found["hits"]["total"]["value"] == written + len(first)
