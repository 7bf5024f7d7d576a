"""An engine over a cluster in memory keeps the contract of every engine, after a rollover and changes."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from onneshon.opensearch.connection.address import Address
from onneshon.opensearch.connection.client import Cluster
from onneshon.opensearch.searching.engine import ClusterEngine
from onneshon.opensearch.writing.build import Layout, build_on_cluster
from onneshon.opensearch.writing.cluster_writer import delete_on_cluster, update_on_cluster
from onneshon.opensearch.writing.upkeep import roll_over
from onneshon.search import SearchEngine
from onneshon.testing import ARTICLES, SITE, EngineContract
from tests.fakes import article, reader_of

HALF = len(ARTICLES) // 2


@pytest.fixture(scope="module")
def address(lasting: Address) -> Address:
    """The articles on a cluster, half of them in a second index; a further one has been deleted."""
    gone = article("গেছে", "মুছে ফেলা নদী ও মেলা", category="উৎসব")
    with closing(Cluster(lasting)) as cluster:
        basis = reader_of(ARTICLES).basis
        build_on_cluster([*ARTICLES[:HALF], gone], cluster, configuration=SITE, layout=Layout(3), basis=basis)
        roll_over(cluster, shards=1)
        update_on_cluster(ARTICLES[HALF:], cluster, configuration=SITE)
        delete_on_cluster([gone.id], cluster)
    return lasting


class TestClusterInMemory(EngineContract):
    """Runs the contract on a cluster in memory."""

    @pytest.fixture
    def engine(self, address: Address) -> Iterator[SearchEngine]:
        """An engine that is opened again for each test."""
        with ClusterEngine.open(address, configuration=SITE, time_limit=None) as engine:
            yield engine
