"""From an address to a cluster; the library that speaks to it is loaded here, and only where one is named."""

from typing import TYPE_CHECKING

from onneshon.index.errors import OnneshonError
from onneshon.index.opensearch.address import Address, Credentials

if TYPE_CHECKING:
    from onneshon.index.opensearch.client import Cluster

__all__ = ["open_cluster"]


def open_cluster(address: Address, credentials: Credentials | None = None) -> "Cluster":
    """A connection to a cluster, not yet used.

    Args:
        address: where it is.
        credentials: who asks; None for what the environment says.

    Raises:
        OnneshonError: the library is not installed; the message says how to.
        ConfigurationError: the environment makes no sense.
    """
    try:
        from onneshon.index.opensearch.client import Cluster  # noqa: PLC0415  # an extra, which a directory does without
    except ImportError as error:
        raise OnneshonError(
            "an index on a cluster needs opensearch-py: install it with "
            f"`pip install 'onneshon[opensearch]'` ({error})"
        ) from error
    return Cluster(address, credentials)
