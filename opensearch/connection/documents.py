"""Documents by their ids: those that are there, where it is sure of all others that they are not."""

from collections.abc import Mapping, Sequence
from typing import Any

from opensearchpy import OpenSearch, TransportError

from onneshon.opensearch.connection.client import Cluster

__all__ = ["documents"]


def documents(
    cluster: Cluster, index: str, ids: Sequence[str], *, source: bool = True
) -> dict[str, Mapping[str, Any]]:
    """The documents that have some ids, whether searches find them yet or not.

    Args:
        cluster: to ask.
        index: that has them.
        ids: of the documents.
        source: whether they are read, and not only that they are there.

    Raises:
        ClusterError: as for ``Cluster.read``; or the part of the index that would have one of them is on no
            node, which the cluster says in its answer, as if the document were missing.
    """
    params = {} if source else {"_source": "false"}

    def ask(client: OpenSearch) -> Any:
        found = client.mget(body={"ids": [*ids]}, index=index, params=params)["docs"]
        for each in found:
            if "error" in each:
                raise TransportError(_status(each["error"]), "", {"error": each["error"]})
        return found

    return {each["_id"]: each for each in cluster.read(ask) if each.get("found")}


def _status(fault: Mapping[str, Any]) -> int:
    """The status that the fault of one document would have if it were alone."""
    return {"index_not_found_exception": 404, "security_exception": 403}.get(fault.get("type", ""), 503)
