"""An index of the sample articles on the real cluster, made anew for each file of tests."""

from collections.abc import Callable, Iterator
from itertools import count

import pytest

from onneshon.opensearch.connection.address import Address, Credentials
from onneshon.opensearch.connection.client import Cluster
from tests.cluster.running import LocalCluster

_numbers = count(1)


@pytest.fixture
def empty(cluster: LocalCluster) -> Iterator[Cluster]:
    """A cluster, and the alias of an index that is not there yet; all of it is removed afterwards."""
    index = Cluster(Address.parse(cluster.address(f"news{next(_numbers)}")), Credentials())
    yield index
    index.client.indices.delete(index=f"{index.alias}-*")
    index.close()


@pytest.fixture
def indexes(empty: Cluster) -> Callable[[], list[str]]:
    """Names the indexes that are there, but for the one that says who writes."""

    def names() -> list[str]:
        found = empty.client.indices.get(index=f"{empty.alias}-*")
        return sorted(name for name in found if not name.endswith("-writer"))

    return names
