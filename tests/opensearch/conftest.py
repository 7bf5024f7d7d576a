"""An index of the sample articles on the real cluster, made again for each file of tests."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from math import inf

import pytest

from onneshon.opensearch.connection.address import Address, Credentials
from onneshon.opensearch.connection.client import Cluster
from onneshon.opensearch.connection.rotation import Pace
from tests.cluster.running import LocalCluster
from tests.opensearch.memory_cluster import MemoryClient

_numbers = count(1)

ADDRESS = Address.parse("opensearch://127.0.0.1:9200/news")


@pytest.fixture
def empty(cluster: LocalCluster) -> Iterator[Cluster]:
    """A cluster, and the alias of an index that does not exist yet; its indexes are removed afterwards."""
    index = Cluster(Address.parse(cluster.address(f"news{next(_numbers)}")), Credentials())
    yield index
    index.client.indices.delete(index=f"{index.alias}-*")
    index.close()


@pytest.fixture
def indexes(empty: Cluster) -> Callable[[], list[str]]:
    """A function that names the existing indexes, except the one for the writer's lease."""

    def names() -> list[str]:
        found = empty.client.indices.get(index=f"{empty.alias}-*")
        return sorted(name for name in found if not name.endswith("-writer"))

    return names


@contextmanager
def _in_memory() -> Iterator[MemoryClient]:
    client = MemoryClient()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("onneshon.opensearch.connection.client.OpenSearch", lambda **_: client)
        patch.setattr(Pace, "late", lambda _pace, _left: inf)
        yield client


@pytest.fixture
def memory() -> Iterator[MemoryClient]:
    """A cluster in memory that answers clients of any address; no answer is late."""
    with _in_memory() as client:
        yield client


@pytest.fixture(scope="module")
def lasting() -> Iterator[Address]:
    """The address of an index on a cluster in memory, shared by all tests of a file."""
    with _in_memory():
        yield ADDRESS


@pytest.fixture
def news(memory: MemoryClient) -> Cluster:
    """The cluster in memory, and the alias of an index that does not exist yet."""
    assert not memory.store.indexes
    return Cluster(ADDRESS, Credentials())
