"""What a cluster answers to searches: hits and counts, whether it is whole, whether to ask again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from onneshon.opensearch.connection.faults import is_rejection, is_whole
from onneshon.opensearch.connection.reading import status_of
from onneshon.opensearch.searching.dsl import Dsl, alternatives, any_of, constant

Answer: TypeAlias = Mapping[str, Any]
"""To one search, as OpenSearch gives it."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a search found.

    Attributes:
        hits: as OpenSearch gives them, best first.
        total: how many articles match.
        best: the best score; 0 of none.
        counts: of aggregations, by their names.
        partial: whether a part of the index did not answer, or not in time.
        bounded: whether counting stopped at ``total``: that many match at the least.
    """

    hits: Sequence[Mapping[str, Any]]
    total: int
    best: float
    counts: Mapping[str, Any]
    partial: bool = False
    bounded: bool = False

    @classmethod
    def of(cls, answer: Answer) -> "Reply":
        """Read an answer."""
        found = answer["hits"]
        total = found.get("total", {})
        return cls(
            found["hits"],
            total.get("value", 0),
            found.get("max_score") or 0.0,
            answer.get("aggregations", {}),
            not is_whole(answer),
            total.get("relation") == "gte",
        )


def of_documents(documents: Sequence[Mapping[str, Any]]) -> Answer:
    """What a cluster says of documents by their ids, as if a search had found those that are there."""
    faults = [each["error"] for each in documents if "error" in each]
    if faults and len(faults) == len(documents):
        return {"error": faults[0], "status": status_of(faults[0])}
    failures = [{"reason": fault} for fault in faults]
    shards = {"total": len(documents), "successful": len(documents) - len(faults), "failed": len(faults)}
    there = [each for each in documents if each.get("found")]
    return {"hits": {"hits": there}, "_shards": {**shards, "failures": failures}}


def id_of(hit: Mapping[str, Any]) -> str:
    """The id of an article that was searched for with column ``id``."""
    return str(hit["fields"]["id"][0])


def held_of(hits: Sequence[Mapping[str, Any]], count: int) -> NDArray[np.bool_]:
    """Which hits match each of so many queries that were ``numbered``, shape (queries, hits)."""
    matched = [set(hit.get("matched_queries") or ()) for hit in hits]
    held = [[f"t{number}" in names for names in matched] for number in range(count)]
    return np.array(held, np.bool_).reshape(count, len(hits))


EACH: Final = "each"
"""Under this several queries are counted."""


def counting(queries: Sequence[Dsl]) -> Dsl:
    """A search that counts the articles of each of some queries, and reads none."""
    body: Dsl = {"query": {"bool": {"filter": [any_of(queries)]}}, "size": 0}
    if len(queries) == 1:  # of a single word it is known without looking
        return {**body, "track_total_hits": True}
    return {**body, "track_total_hits": False, "aggs": {EACH: {"filters": {"filters": [*queries]}}}}


def counting_beside(body: Dsl, queries: Sequence[Dsl]) -> Dsl:
    """A search that also counts the articles of each of some queries; it looks at all that it finds then.

    Each thing is looked for once: a phrase stands in several of the queries, and mostly in what is searched.
    """
    looked_for = [*alternatives(body["query"])]
    others: list[Dsl] = []
    for each in (each for query in queries for each in alternatives(query)):
        if each not in looked_for and each not in others:
            others.append(each)
    found = any_of([body["query"], constant(any_of(others), 0.0)]) if others else body["query"]
    return {**body, "query": found, "aggs": {EACH: {"filters": {"filters": [*queries]}}}}


def counted_by(reply: Reply, queries: Sequence[Dsl]) -> list[int]:
    """How many articles match each of some queries, by the answer to what counts them."""
    if len(queries) == 1 and EACH not in reply.counts:
        return [reply.total]
    found = reply.counts[EACH]["buckets"] if reply.counts else [{"doc_count": 0}] * len(queries)
    return [bucket["doc_count"] for bucket in found]


def is_worth_asking(answer: Answer, losses: int) -> bool:
    """Whether another answer may be better: one that found no room, or, once, one that lost a part."""
    return is_crowded(answer) or (not losses and is_lost(answer))


def is_crowded(answer: Answer) -> bool:
    """Whether a node had too much to do for a search, or for some part of it."""
    if "error" in answer:
        return is_rejection(answer["error"])
    return any(is_rejection(failed.get("reason", {})) for failed in answer["_shards"].get("failures", ()))


def is_lost(answer: Answer) -> bool:
    """Whether a node went away in the middle of a search, so that asking again is worth it."""
    if "error" in answer:
        return int(answer.get("status", 0)) >= 500  # noqa: PLR2004  # the cluster's fault, not the query's
    return int(answer["_shards"].get("failed", 0)) > 0


def lost_parts(answer: Answer) -> bool:
    """Whether an answer lacks a part for another reason than its time."""
    return not is_whole({**answer, "timed_out": False})
