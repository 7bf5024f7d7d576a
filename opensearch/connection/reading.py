"""Reads documents: by their ids, whether searches find them yet or not, and all hits of a query.

Documents of a tenant are read by id from the alias that shows its slice, and the ids begin with the name of
the slice. All hits of a query come page after page, from one point in time (PIT).
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final, Self

from opensearchpy import OpenSearch, TransportError

from onneshon.opensearch.connection.address import id_in, name_in
from onneshon.opensearch.connection.client import Cluster
from onneshon.opensearch.connection.faults import ClusterError, GarbledError, is_whole
from onneshon.opensearch.connection.rotation import WRITING

_STATUSES: Final = {"index_not_found_exception": 404, "security_exception": 403}
"""HTTP statuses of errors for which a retry does not help."""

LIVE: Final[dict[str, Any]] = {"term": {"live": True}}
"""A filter for existing articles; deleted ones keep only ids, so that searches for words need no filter."""

_PAGE: Final = 5_000

_KEPT: Final = "2m"
"""How long the cluster keeps a point in time after each page."""

_MOMENTS: Final = 5
"""The most points in time for one page: each may be lost with a node, and then the page fails."""

_WHOLE: Final = {"allow_partial_pit_creation": "false"}
"""No point in time is opened of an index with an unassigned shard: later pages would not report the gap."""


def unchanged_since(document: Mapping[str, Any]) -> dict[str, Any]:
    """The condition of a write that its document is unchanged since it was read or written."""
    return {"if_seq_no": document["_seq_no"], "if_primary_term": document["_primary_term"]}


def answers_of(
    client: OpenSearch, index: str, ids: Sequence[str], params: Mapping[str, str]
) -> list[Mapping[str, Any]]:
    """The cluster's answer for each of some ids; an error for a document of an unassigned shard.

    Args:
        client: the client to use.
        index: the index, or an alias of one; an alias of several gives no documents.
        ids: the ids of the documents.
        params: the parameters of the request.
    """
    # The index is named in the URL alone: clusters may forbid it in the request body.
    answer = client.mget(body={"ids": [id_in(index, name) for name in ids]}, index=index, params=params)
    found = answer.get("docs") if isinstance(answer, Mapping) else None
    if not isinstance(found, list) or len(found) != len(ids):
        raise GarbledError("N/A", "no answer about documents", answer)
    return found


def status_of(fault: Mapping[str, Any]) -> int:
    """The status of a request for one document alone with this fault."""
    return _STATUSES.get(fault.get("type", ""), 503)


def documents(
    cluster: Cluster, index: str, ids: Sequence[str], *, source: bool = True
) -> dict[str, Mapping[str, Any]]:
    """The documents with the given ids that exist, by their names.

    Args:
        cluster: the cluster.
        index: the index of the documents.
        ids: the names of the documents.
        source: whether their contents are read, and not only whether they exist.

    Raises:
        ClusterError: as for ``Cluster.read``; or the shard that would have one of them is unassigned, which
            the cluster reports in its answer as if the document were missing.
    """
    params = {} if source else {"_source": "false"}

    def ask(client: OpenSearch) -> Any:
        found = answers_of(client, index, ids, params)
        for each in found:
            if "error" in each:
                raise TransportError(status_of(each["error"]), "", {"error": each["error"]})
        return found

    return {name_in(index, each["_id"]): each for each in cluster.read(ask) if each.get("found")}


def scan(
    cluster: Cluster,
    index: str,
    query: Mapping[str, Any],
    sort: Sequence[str | Mapping[str, Any]],
    *,
    source: Sequence[str] | bool = False,
    columns: Sequence[str] = (),
    page: int = _PAGE,
) -> Iterator[Mapping[str, Any]]:
    """Yield every hit of a query.

    Args:
        cluster: the cluster.
        index: the index to read.
        query: a query of OpenSearch.
        sort: fields that together are unique for each document; a hit has their values as ``sort``.
        source: the fields of each document to read, or whether to read all.
        columns: doc-value fields to read too, which a hit has as ``fields``.
        page: the number of hits of one request.

    Raises:
        ClusterError: as for ``Cluster.read``.
    """
    body: dict[str, Any] = {
        "query": query,
        "size": page,
        "sort": list(sort),
        "_source": source if isinstance(source, bool) else list(source),
        "docvalue_fields": list(columns),
        "track_total_hits": False,
    }
    with _Moment(cluster, index) as moment:
        while True:
            hits = moment.page(body)
            yield from hits
            if len(hits) < page:
                return
            body["search_after"] = hits[-1]["sort"]


class _Moment:
    """A point in time of an index; if a node with it is lost, a new one is opened."""

    def __init__(self, cluster: Cluster, index: str) -> None:
        self._cluster = cluster
        self._index = index
        self._name = ""

    def page(self, body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """The hits of a page; raises ClusterError if no point in time lasts long enough to read it."""
        for times in range(_MOMENTS):
            try:
                return self._hits(body)
            except ClusterError:
                if times == _MOMENTS - 1:
                    raise
            WRITING.wait(times)
            self._begin()
        raise AssertionError("the last time returns or raises")

    def _hits(self, body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        asked = {**body, "pit": {"id": self._name, "keep_alive": _KEPT}}
        found = self._cluster.read(lambda client: client.search(body=asked), whole=False)
        if not is_whole(found):
            raise ClusterError(
                f"{self._cluster.address} lost a part of {self._index} while it was read", "lacking"
            )
        hits: list[Mapping[str, Any]] = found["hits"]["hits"]
        return hits

    def _begin(self) -> None:
        self._end()
        begun = self._cluster.read(
            lambda client: client.create_pit(index=self._index, params={"keep_alive": _KEPT, **_WHOLE})
        )
        self._name = begun["pit_id"]

    def _end(self) -> None:
        """Close the point in time; if that fails, it expires."""
        if self._name:
            with suppress(ClusterError):
                self._cluster.read(lambda client: client.delete_pit(body={"pit_id": [self._name]}))
        self._name = ""

    def __enter__(self) -> Self:
        self._begin()
        return self

    def __exit__(self, *_: object) -> None:
        self._end()
