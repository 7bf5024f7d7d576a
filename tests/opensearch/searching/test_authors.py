"""Authors of several names on a cluster in memory; ``tests/contract`` tests a real one alike."""

from collections.abc import Iterator

import pytest

from onneshon.opensearch.connection.address import Address
from tests.contract.test_authors import (
    Both,
    engines_of,
    test_a_cluster_knows_authors_as_a_directory_does,
    test_a_table_that_is_changed_counts_from_the_next_look_on,
    test_what_else_names_authors_is_the_same,
)

__all__ = [
    "test_a_cluster_knows_authors_as_a_directory_does",
    "test_a_table_that_is_changed_counts_from_the_next_look_on",
    "test_what_else_names_authors_is_the_same",
]


@pytest.fixture(scope="module")
def both(lasting: Address, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    """The directory, and an engine of each kind."""
    with engines_of(lasting, tmp_path_factory.mktemp("authors")) as engines:
        yield engines
