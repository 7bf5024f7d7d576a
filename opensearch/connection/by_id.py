"""Documents by their ids, whether searches find them yet or not.

Of a tenant they are asked of the alias that shows its slice, by ids that begin with the name of the slice.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from opensearchpy import OpenSearch, TransportError

from onneshon.opensearch.connection.client import Cluster
from onneshon.opensearch.connection.faults import GarbledError
from onneshon.opensearch.connection.slices import id_in, name_in

STATUSES: Final = {"index_not_found_exception": 404, "security_exception": 403}
"""Of faults that asking again does not mend."""


def answers_of(
    client: OpenSearch, index: str, ids: Sequence[str], params: Mapping[str, str]
) -> list[Mapping[str, Any]]:
    """What a cluster says of each document of some ids; of one of a part that is on no node, an error.

    Args:
        client: to ask.
        index: that has them, or an alias of one; of an alias of several nothing is told.
        ids: of the documents.
        params: of the request.
    """
    # The index stands in the address alone: clusters may forbid it in what is sent.
    answer = client.mget(body={"ids": [id_in(index, name) for name in ids]}, index=index, params=params)
    found = answer.get("docs") if isinstance(answer, Mapping) else None
    if not isinstance(found, list) or len(found) != len(ids):
        raise GarbledError("N/A", "no answer about documents", answer)
    return found


def status_of(fault: Mapping[str, Any]) -> int:
    """The status that the fault of one document would have if it were alone."""
    return STATUSES.get(fault.get("type", ""), 503)


def documents(
    cluster: Cluster, index: str, ids: Sequence[str], *, source: bool = True
) -> dict[str, Mapping[str, Any]]:
    """The documents that have some ids.

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
        found = answers_of(client, index, ids, params)
        for each in found:
            if "error" in each:
                raise TransportError(status_of(each["error"]), "", {"error": each["error"]})
        return found

    return {name_in(index, each["_id"]): each for each in cluster.read(ask) if each.get("found")}
