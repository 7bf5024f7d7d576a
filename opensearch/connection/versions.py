"""Which clusters are asked at all: those of OpenSearch, of the versions that the tests have run against."""

import re
from typing import Any, Final

from onneshon.opensearch.connection.client import Cluster
from onneshon.opensearch.connection.faults import ClusterError

TESTED: Final = {2: 19, 3: 0}
"""Versions, and the least release of each."""

WANTED: Final = "OpenSearch 2.19 or 3 is needed"

SECONDS: Final = 3.0
"""That a cluster may take to say what it is: whoever opens an index sees soon that it does not answer."""

_NUMBER: Final = re.compile(r"(\d+)\.(\d+)")


def check_version(cluster: Cluster) -> None:
    """Refuse what is no OpenSearch of a version that is known to work: other programs fail in the middle.

    Who may not ask what a cluster is goes on without knowing.

    Raises:
        ClusterError: it is something else, and the message says what; or as for ``Cluster.read``.
    """
    try:
        found = cluster.read(lambda client: client.info(), seconds=SECONDS)
    except ClusterError as error:
        if getattr(error.__cause__, "status_code", None) == FORBIDDEN:
            return
        raise
    if said := _wrong(found):
        raise ClusterError(f"{cluster.address} is {said}: {WANTED}", "unreachable")


FORBIDDEN: Final = 403


def _wrong(found: Any) -> str:
    """What a cluster is that is not asked; empty for one that is."""
    about = found.get("version", {}) if isinstance(found, dict) else {}
    number = str(about.get("number", "")) if isinstance(about, dict) else ""
    release = _NUMBER.match(number)
    if release is None:
        return "no OpenSearch"
    if about.get("distribution") != "opensearch":
        return f"Elasticsearch {number}, or calls itself so"
    major, minor = map(int, release.groups())
    return "" if minor >= TESTED.get(major, minor + 1) else f"OpenSearch {number}"
