"""An index at ``opensearch://host:9200/news``: what the entry point gives to whoever names such an address.

The library that speaks to a cluster, an extra, is loaded when something is asked of one.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from onneshon.index.errors import OnneshonError
from onneshon.index.remote import RemoteCommands, RemoteIndex
from onneshon.opensearch.connection.address import Address

if TYPE_CHECKING:
    from onneshon.opensearch.searching.engine import ClusterEngine

__all__ = ["OpenSearchIndex"]


@dataclass(frozen=True, slots=True)
class OpenSearchIndex(RemoteIndex):
    """An index on a cluster of OpenSearch.

    Attributes:
        address: of its alias.
    """

    address: Address

    @classmethod
    def parse(cls, text: str) -> Self:
        """The index at an address; raises ConfigurationError where it is none."""
        return cls(Address.parse(text))

    def __str__(self) -> str:
        return str(self.address)

    def commands(self) -> RemoteCommands:
        """What builds the index and looks after it; raises OnneshonError without the library."""
        with _library():
            from onneshon.opensearch.commands import ClusterCommands  # noqa: PLC0415  # an extra
            from onneshon.opensearch.connection.client import Cluster  # noqa: PLC0415  # an extra
        return ClusterCommands(Cluster(self.address))

    def open_engine(self, *, directory: Path, **options: Any) -> "ClusterEngine":
        """An engine that searches the live generation; see ``ClusterEngine.open``."""
        with _library():
            from onneshon.opensearch.searching.engine import ClusterEngine  # noqa: PLC0415  # an extra
        return ClusterEngine.open(self.address, directory=directory, **options)


@contextmanager
def _library() -> Iterator[None]:
    """Say which extra is missing where an import fails."""
    try:
        yield
    except ImportError as error:
        raise OnneshonError(
            "an index on a cluster needs opensearch-py: install it with "
            f"`pip install 'onneshon[opensearch]'` ({error})"
        ) from error
