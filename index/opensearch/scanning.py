"""Reading all documents that a query finds, page after page, as they are at one moment."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from index.opensearch.client import Cluster

__all__ = ["LIVE", "scan"]

LIVE: Final[Mapping[str, Any]] = {"term": {"live": True}}
"""Every article; deleted ones have left no more than their ids."""

PAGE: Final = 5_000

KEPT: Final = "2m"
"""How long the cluster keeps that moment after each page."""


def scan(
    cluster: Cluster,
    index: str,
    query: Mapping[str, Any],
    sort: Sequence[str | Mapping[str, Any]],
    *,
    source: Sequence[str] | bool = False,
    columns: Sequence[str] = (),
    page: int = PAGE,
    scored: bool = False,
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
        scored: whether the order is by scores, for which words must be as rare in each part as in the whole.

    Raises:
        ClusterError: as for ``Cluster.read``.
    """
    moment = cluster.read(lambda client: client.create_pit(index=index, params={"keep_alive": KEPT}))[
        "pit_id"
    ]
    body: dict[str, Any] = {
        "query": query,
        "size": page,
        "sort": list(sort),
        "_source": source if isinstance(source, bool) else list(source),
        "pit": {"id": moment, "keep_alive": KEPT},
        "docvalue_fields": list(columns),
        "track_total_hits": False,
    }
    kind = {"search_type": "dfs_query_then_fetch"} if scored else {}
    try:
        while True:
            hits = cluster.read(lambda client: client.search(body=body, params=kind))["hits"]["hits"]
            yield from hits
            if len(hits) < page:
                return
            body["search_after"] = hits[-1]["sort"]
    finally:
        cluster.read(lambda client: client.delete_pit(body={"pit_id": [moment]}))
