"""The entry point for indexes with addresses such as ``opensearch://host:9200/news``.

The client library, an extra, is loaded only when a cluster is used.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from onneshon.index.errors import OnneshonError
from onneshon.index.remote import BuildOption, RemoteCommands, RemoteIndex
from onneshon.opensearch.connection.address import Address

if TYPE_CHECKING:
    from onneshon.opensearch.searching.engine import ClusterEngine

RELOAD_SECONDS: Final = 0.2
"""Seconds that ``reload`` waits for its thread to look, which continues: several times what a look takes."""


class OpenSearchIndex(RemoteIndex):
    """An index on a cluster of OpenSearch.

    Args:
        address: the address of its alias, see ``Address.parse``.
    """

    kind = "a cluster"
    build_options = (
        BuildOption("shards", 1, "On a cluster: parts of the index  [1]"),
        BuildOption("replicas", 0, "On a cluster: further copies of each part  [1, on a single node 0]"),
    )

    def __init__(self, address: str) -> None:
        self.address = Address.parse(address)

    def __str__(self) -> str:
        return str(self.address)

    def commands(self) -> RemoteCommands:
        """The commands that build and maintain the index; raises OnneshonError without the library."""
        with _library():
            from onneshon.opensearch.commands import ClusterCommands  # noqa: PLC0415  # an extra
            from onneshon.opensearch.connection.client import Cluster, check_version  # noqa: PLC0415  # an extra
        cluster = Cluster(self.address)
        check_version(cluster)
        return ClusterCommands(cluster)

    def open_engine(self, *, directory: Path, **options: Any) -> "ClusterEngine":
        """An engine that searches the live generation; see ``ClusterEngine.open``.

        Its ``reload`` hardly waits: a server calls it again and again, and answers searches meanwhile.
        """
        with _library():
            from onneshon.opensearch.searching.engine import ClusterEngine  # noqa: PLC0415  # an extra
        return ClusterEngine.open(self.address, directory=directory, patience=RELOAD_SECONDS, **options)


@contextmanager
def _library() -> Iterator[None]:
    """Raise an error that names the missing extra if an import fails."""
    try:
        yield
    except ImportError as error:
        raise OnneshonError(
            "an index on a cluster needs opensearch-py: install it with "
            f"`pip install 'onneshon[opensearch]'` ({error})"
        ) from error
