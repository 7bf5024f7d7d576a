"""Reading documents: by their ids, whether searches find them yet or not, and all that a query finds.

By ids, documents of a tenant are asked of the alias that shows its slice, and the ids begin with the name of
the slice. All that a query finds comes page after page, as it is at one moment.
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
"""HTTP statuses of errors that a retry does not mend."""

LIVE: Final[dict[str, Any]] = {"term": {"live": True}}
"""Every article; deleted ones have left no more than ids: who asks for words need not ask for this too."""

_PAGE: Final = 5_000

_KEPT: Final = "2m"
"""How long the cluster keeps that moment after each page."""

_MOMENTS: Final = 5
"""Points in time begun for one page before it is given up: each was lost with a node that went away."""

_WHOLE: Final = {"allow_partial_pit_creation": "false"}
"""No moment is kept of an index of which a part is on no node: nothing would say later that it is missing."""


def unchanged_since(document: Mapping[str, Any]) -> dict[str, Any]:
    """The condition of a write that nothing has changed since a document was read or written."""
    return {"if_seq_no": document["_seq_no"], "if_primary_term": document["_primary_term"]}


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
    return _STATUSES.get(fault.get("type", ""), 503)


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
    """Every hit of a query.

    Args:
        cluster: to ask.
        index: that is read.
        query: in OpenSearch's words.
        sort: fields that together tell any two documents apart; a hit has their values as ``sort``.
        source: what of each document is read.
        columns: values kept apart from the document that are read too, as ``fields``.
        page: hits of one request.

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
    """What an index was at one moment; where a node that kept it is lost, what it is at a later one."""

    def __init__(self, cluster: Cluster, index: str) -> None:
        self._cluster = cluster
        self._index = index
        self._name = ""

    def page(self, body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """The hits of a page; raises ClusterError where no moment lasts long enough to read it."""
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
        """Let it go; one that cannot be, lapses."""
        if self._name:
            with suppress(ClusterError):
                self._cluster.read(lambda client: client.delete_pit(body={"pit_id": [self._name]}))
        self._name = ""

    def __enter__(self) -> Self:
        self._begin()
        return self

    def __exit__(self, *_: object) -> None:
        self._end()
