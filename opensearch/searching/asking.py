"""Searches of a cluster: several in one request, with the time that is left, lost parts asked for again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from onneshon.opensearch.connection.client import Cluster
from onneshon.opensearch.connection.faults import ClusterError
from onneshon.opensearch.searching.dsl import Dsl
from onneshon.search.retrieval.budget import TimeBudget

__all__ = ["ONLY_COLUMNS", "Asker", "Reply", "counting", "id_of"]

LONGEST: Final = 60.0
"""Seconds that a request may take where the search has no limit."""

SHORTEST: Final = 0.05
"""Seconds that a request is given at the least: without an answer there is no page."""


ONLY_COLUMNS: Final[Dsl] = {"stored_fields": "_none_"}
"""For a search that reads no texts: else whole texts are unpacked for the ids that are kept beside them."""


def id_of(hit: Mapping[str, Any]) -> str:
    """The id of an article that was searched for with column ``id``."""
    return str(hit["fields"]["id"][0])


def counting(query: Dsl) -> Dsl:
    """A search that counts articles and reads none; of a single word it is known without looking."""
    return {"query": {"bool": {"filter": [query]}}, "size": 0, "track_total_hits": True}


@dataclass(frozen=True, slots=True)
class Reply:
    """What a search found.

    Attributes:
        hits: as OpenSearch gives them, best first.
        total: how many articles match.
        best: the best score; 0 of none.
        counts: of aggregations, by their names.
        partial: whether a part of the index did not answer, or not in time.
    """

    hits: Sequence[Mapping[str, Any]]
    total: int
    best: float
    counts: Mapping[str, Any]
    partial: bool = False

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> "Reply":
        """Read an answer."""
        found = answer["hits"]
        return cls(
            found["hits"],
            found.get("total", {}).get("value", 0),
            found.get("max_score") or 0.0,
            answer.get("aggregations", {}),
            bool(answer.get("timed_out")) or answer["_shards"]["failed"] > 0,
        )


class Asker:
    """Asks one generation; safe to share among threads.

    Args:
        cluster: where it is.
        index: its name.
        uuid: of that index; nobody guesses it.
        revision: of its files; another one after each change.
    """

    def __init__(self, cluster: Cluster, index: str, uuid: str = "", revision: int = 0) -> None:
        self.cluster = cluster
        self.index = index
        self.uuid = uuid
        self.revision = revision

    @property
    def identity(self) -> str:
        """Another one for each state of each generation."""
        return f"{self.index} {self.uuid} {self.revision}"

    def search(self, body: Dsl, budget: TimeBudget) -> Reply:
        """One search whose scores count: words are as rare in each part of the index as in the whole."""
        return self.search_each([body], budget)[0]

    def search_each(self, bodies: Sequence[Dsl], budget: TimeBudget, *, scored: bool = True) -> list[Reply]:
        """Several searches in one request.

        Args:
            bodies: what is searched.
            budget: the searches may take what is left of it.
            scored: whether their scores count.

        Raises:
            ClusterError: the cluster does not answer, or refuses one of them.
        """
        answers = self._ask(bodies, budget, scored=scored)
        if any(_is_lost(answer) for answer in answers) and not budget.spent():
            answers = self._ask(bodies, budget, scored=scored)
        replies = [self._read(answer) for answer in answers]
        if any(reply.partial for reply in replies):
            budget.exceeded = True
        return replies

    def _ask(self, bodies: Sequence[Dsl], budget: TimeBudget, *, scored: bool) -> list[Mapping[str, Any]]:
        seconds = max(min(budget.left, LONGEST), SHORTEST)
        limit = {} if budget.left > LONGEST else {"timeout": f"{int(seconds * 1000)}ms"}
        kind = {"search_type": "dfs_query_then_fetch"} if scored else {}
        lines: list[Dsl] = []
        for body in bodies:
            lines += [{"index": self.index, **kind}, {**limit, **body}]
        answer = self.cluster.read(
            lambda client: client.msearch(body=lines, request_timeout=seconds * 1.5 + SHORTEST)
        )
        found: list[Mapping[str, Any]] = answer["responses"]
        return found

    def matched_parts(self, body: Dsl, budget: TimeBudget) -> Sequence[Mapping[str, Any]]:
        """The hits of a search, each with what every named part added, in ``matched_queries``."""
        params = {"include_named_queries_score": "true", "search_type": "dfs_query_then_fetch"}
        seconds = max(min(budget.left, LONGEST), SHORTEST)
        answer = self.cluster.read(
            lambda client: client.search(
                index=self.index, body=body, params=params, request_timeout=seconds * 1.5 + SHORTEST
            )
        )
        return Reply.of(answer).hits

    def _read(self, answer: Mapping[str, Any]) -> Reply:
        if "error" not in answer:
            return Reply.of(answer)
        fault = answer["error"]
        roots = fault.get("root_cause") or [fault]
        raise ClusterError(f"{self.cluster.address} refused a search: {roots[0].get('reason', fault)}")

    def count(self, queries: Sequence[Dsl], budget: TimeBudget) -> tuple[list[int], bool]:
        """How many articles match each of some queries, and whether all of the index was counted."""
        bodies = [counting(query) for query in queries]
        replies = self.search_each(bodies, budget, scored=False)
        return [reply.total for reply in replies], not any(reply.partial for reply in replies)


def _is_lost(answer: Mapping[str, Any]) -> bool:
    """Whether a node went away in the middle of a search, so that asking again is worth it."""
    if "error" in answer:
        return int(answer.get("status", 0)) >= 500  # noqa: PLR2004  # the cluster's fault, not the query's
    return int(answer["_shards"]["failed"]) > 0
