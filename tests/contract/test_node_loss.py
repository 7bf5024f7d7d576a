"""Readers notice nothing when a node goes and comes back: each page is there, and complete."""

import threading
import time
from contextlib import closing

import pytest

from onneshon.opensearch.connection.address import Address
from onneshon.opensearch.connection.client import Cluster
from onneshon.opensearch.searching.engine import ClusterEngine
from onneshon.opensearch.writing.build import Layout, build_on_cluster
from onneshon.search import SearchRequest
from tests.cluster.running import LocalCluster
from tests.fakes import article

pytestmark = pytest.mark.xdist_group("cluster")

QUERIES = ("নদী মেলা", '"নদীর মেলা"', "মেল*", "নদী -ঢাকা", "ঢাকা নদী মেলা বই")
BEFORE, DOWN, AFTER = 1.5, 4.0, 1.5
"""Seconds of searching with all nodes, without one, and while it is coming back."""

PAUSE = 0.02
"""Seconds between two pages of one reader: without a pause, readers take all of a machine."""


class Reader(threading.Thread):
    """Requests one page after another until it is stopped."""

    def __init__(self, engine: ClusterEngine) -> None:
        super().__init__()
        self._engine = engine
        self.done = threading.Event()
        self.totals: list[tuple[str, int]] = []
        self.partial = 0
        self.failed: list[Exception] = []

    def run(self) -> None:
        """Search until the end."""
        while not self.done.is_set():
            for text in QUERIES:
                self.done.wait(PAUSE)
                try:
                    page = self._engine.search(SearchRequest(text, facets=("category",)))
                except Exception as error:  # noqa: BLE001  # told at the end
                    self.failed.append(error)
                else:
                    self.partial += page.partial
                    self.totals.append((text, page.total))


def test_a_lost_node_costs_no_page(cluster: LocalCluster) -> None:
    """With a replica of each shard on another node: no error, no partial page, the same totals."""
    articles = [article(f"{n}", f"নদীর মেলা, বই {n}", title="ঢাকা" if n % 3 else "") for n in range(120)]
    address = Address.parse(cluster.address("loss"))
    with closing(Cluster(address)) as connection:
        build_on_cluster(iter(articles), connection, layout=Layout(3, 1))
    node = next(number for number in (1, 2, 3) if number != cluster.manager())
    with ClusterEngine.open(address, time_limit=20.0) as engine:
        expected = {text: engine.search(text).total for text in QUERIES}
        readers = [Reader(engine) for _ in range(3)]
        for reader in readers:
            reader.start()
        try:
            time.sleep(BEFORE)
            cluster.kill(node)
            time.sleep(DOWN)
            cluster.start(node)
            time.sleep(AFTER)
        finally:
            for reader in readers:
                reader.done.set()
            for reader in readers:
                reader.join()
            cluster.wait()
    assert [error for reader in readers for error in reader.failed] == []
    assert sum(reader.partial for reader in readers) == 0
    asked = [total for reader in readers for total in reader.totals]
    assert {*asked} == {*expected.items()}
