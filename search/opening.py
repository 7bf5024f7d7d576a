"""Opening an engine by what names its index: a directory, or the address of one on a cluster."""

from pathlib import Path

from onneshon.index.remote import Location, location_of, site_directory
from onneshon.search.engine.base import TIME_LIMIT
from onneshon.search.engine.local_engine import Engine
from onneshon.search.interface import OpenedEngine
from onneshon.search.retrieval.bm25f import Weights

__all__ = ["open_engine"]


def open_engine(
    place: str | Location,
    *,
    weights: Weights | None = None,
    time_limit: float | None = TIME_LIMIT,
    costly: int | None = None,
) -> OpenedEngine:
    """Opens the live generation of an index, wherever it is.

    with open_engine("opensearch://127.0.0.1:9200/news") as engine:
        page = engine.search("বাংলাদেশের ইতিহাস")

    Args:
        place: a directory, or an address as ``opensearch://host:9200/name``, see ``index.remote``. What a
            site says of an index at an address is read from ``onneshon.toml`` in the working directory.
        weights: constants of the ranking; None for those that ``onneshon.toml`` says, or ours.
        time_limit: seconds one search may take.
        costly: how many costly queries are answered at a time; None for as many as are asked.

    Raises:
        IndexMissingError: there is no index there.
        ConfigurationError: nothing provides an index at such an address.
        OnneshonError: what the engine raises when it is opened.
    """
    place = location_of(place) if isinstance(place, str) else place
    if isinstance(place, Path):
        return Engine.open(place, weights=weights, time_limit=time_limit, costly=costly)
    engine: OpenedEngine = place.open_engine(
        directory=site_directory(place), weights=weights, time_limit=time_limit, costly=costly
    )
    return engine
