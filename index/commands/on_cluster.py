"""What commands do where the index is on a cluster; what speaks to it is loaded when one is named."""

from typing import Any

from index.commands.options import configuration_of
from index.indexer.build_report import BuildReport
from index.opensearch.address import Address
from index.opensearch.opening import open_cluster

__all__ = ["build_at"]


def build_at(
    address: Address, *, shards: int | None = None, replicas: int | None = None, **options: Any
) -> BuildReport:
    """Build an index on a cluster.

    Args:
        address: of the index.
        shards: parts of its articles; None for one.
        replicas: further copies of each; None for what suits the nodes there are.
        options: of ``index.opensearch.build.build_on_cluster``.

    Raises:
        OnneshonError: as that does, and where its library is not installed.
    """
    cluster = open_cluster(address)
    from index.opensearch.build import Layout, build_on_cluster  # noqa: PLC0415  # needs an extra

    layout = Layout(shards or 1, replicas)
    return build_on_cluster(
        cluster=cluster, configuration=configuration_of(address), layout=layout, **options
    )
