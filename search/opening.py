"""Opening an engine by what names its index: a directory, or the address of one on a cluster."""

from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from onneshon.index.opensearch.address import Address, is_address
from onneshon.search.engine import Engine
from onneshon.search.engine_base import TIME_LIMIT
from onneshon.search.retrieval.bm25f import Weights

if TYPE_CHECKING:
    from onneshon.search.opensearch.engine import ClusterEngine

__all__ = ["AnyEngine", "open_engine"]

AnyEngine: TypeAlias = "Engine | ClusterEngine"
"""Either engine; what one has the other has, see ``search.interface``."""


def open_engine(
    place: str | Path | Address,
    *,
    weights: Weights | None = None,
    time_limit: float | None = TIME_LIMIT,
    costly: int | None = None,
) -> AnyEngine:
    """Opens the live generation of an index, wherever it is.

    with open_engine("opensearch://127.0.0.1:9200/news") as engine:
        page = engine.search("বাংলাদেশের ইতিহাস")

    Args:
        place: a directory, or an address as ``opensearch://host:9200/name``. What a site says of an index
            on a cluster is read from ``onneshon.toml`` in the working directory, if it is there.
        weights: constants of the ranking; None for those that ``onneshon.toml`` says, or ours.
        time_limit: seconds one search may take.
        costly: how many costly queries are answered at a time; None for as many as are asked.

    Raises:
        IndexMissingError: there is no index there.
        OnneshonError: what either engine raises when it is opened.
    """
    if isinstance(place, str) and is_address(place):
        place = Address.parse(place)
    if not isinstance(place, Address):
        return Engine.open(place, weights=weights, time_limit=time_limit, costly=costly)
    from onneshon.search.opensearch.engine import ClusterEngine  # noqa: PLC0415  # its library is an extra

    return ClusterEngine.open(place, weights=weights, time_limit=time_limit, costly=costly, directory=Path())
