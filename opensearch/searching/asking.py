"""Sends searches to a cluster, several in one request, and retries failed shards while time is left."""

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from math import isinf
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from opensearchpy import OpenSearch, TransportError

from onneshon.index.errors import IndexStateError
from onneshon.opensearch.connection.client import Cluster
from onneshon.opensearch.connection.faults import (
    CROWDED,
    ClusterError,
    is_closed,
    is_rejection,
    is_whole,
    reason,
    refusal,
)
from onneshon.opensearch.connection.reading import answers_of, status_of
from onneshon.opensearch.connection.rotation import READING
from onneshon.opensearch.searching.dsl import EACH, Dsl, counting
from onneshon.search.retrieval.budget import TimeBudget

if TYPE_CHECKING:
    from onneshon.index.errors import ReportedAs

LONGEST: Final = 60.0
"""Seconds that a request may take where the search has no limit."""

SHORTEST: Final = 0.05
"""The shortest timeout of a request, in seconds: without an answer there is no page."""

STEP: Final = 250
"""The timeout of a search that only counts is rounded up to a multiple of this many milliseconds."""

AS_FOUND: Final = {"realtime": "false"}
"""Option for fetching documents by id: else such reads would make writes visible that no search finds yet."""

GRACE: Final = 0.7
"""Seconds that the client waits beyond the cluster's own timeout, so that a partial answer can arrive."""

ONLY_COLUMNS: Final[Dsl] = {"stored_fields": "_none_"}
"""Option for searches that read no texts: else whole texts are decompressed for the ids stored with them."""


Answer: TypeAlias = Mapping[str, Any]
"""OpenSearch's answer to one search."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a search found.

    Attributes:
        hits: the hits as OpenSearch gives them, best first.
        total: the number of articles that match.
        counts: the aggregations, by their names.
        partial: whether a shard of the index did not answer, or not in time.
        bounded: whether counting stopped at ``total``, a lower bound then.
    """

    hits: Sequence[Mapping[str, Any]]
    total: int
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
            answer.get("aggregations", {}),
            not is_whole(answer),
            total.get("relation") == "gte",
        )

    def counted(self, queries: Sequence[Dsl]) -> list[int]:
        """The number of articles that match each query, from the answer to ``counting(queries)``."""
        if len(queries) == 1 and EACH not in self.counts:
            return [self.total]
        found = self.counts[EACH]["buckets"] if self.counts else [{"doc_count": 0}] * len(queries)
        return [bucket["doc_count"] for bucket in found]


def id_of(hit: Mapping[str, Any]) -> str:
    """The id of the article of a hit: from column ``id``, else its last sort value."""
    ids = hit.get("fields", {}).get("id")
    return str(ids[0] if ids else hit["sort"][-1])


class Asker:
    """Sends searches to one generation; safe to share among threads.

    Args:
        cluster: the cluster that has the generation.
        generation: the name of the generation.
        indexes: the indexes of its articles; empty for one index named like the generation.
        uuid: the UUID of the first of these indexes, which nobody can guess.
        revision: the revision of the generation's files; another one after each change.

    Attributes:
        index: the index names of a request that searches all of its articles.
        gaps: the number of partial answers so far.
    """

    def __init__(
        self,
        cluster: Cluster,
        generation: str,
        indexes: Sequence[str] = (),
        uuid: str = "",
        revision: int = 0,
    ) -> None:
        self.cluster = cluster
        self.generation = generation
        self.index = ",".join(indexes or [generation])
        self.uuid = uuid
        self.revision = revision
        self.gaps = 0

    @property
    def identity(self) -> str:
        """A string that differs for each state of each generation."""
        return f"{self.index} {self.uuid} {self.revision}"

    def search(self, body: Dsl, budget: TimeBudget) -> Reply:
        """Send one search."""
        return self.search_each([body], budget)[0]

    def search_each(self, bodies: Sequence[Dsl], budget: TimeBudget) -> list[Reply]:
        """Send several searches in one request; retry those that were rejected as too many, or lost a shard.

        Args:
            bodies: the bodies of the searches.
            budget: the time that the searches may take; a partial answer is noted in it.

        Raises:
            ClusterError: the cluster does not answer, or refuses one of the searches.
        """

        def ask(wanted: Sequence[int]) -> list[Answer]:
            return self._ask([bodies[at] for at in wanted], budget)

        return self._replies(len(bodies), ask, budget)

    def by_ids(self, names: Mapping[str, Sequence[str]], budget: TimeBudget) -> list[Reply]:
        """Fetch documents by id, as searches see them now; the replies are like those of searches.

        All indexes are asked in parallel.

        Args:
            names: the ids of the documents by the index that has them, see ``index_of``.
            budget: as for ``search_each``.

        Raises:
            ClusterError: as for ``search_each``.
        """
        each = [*names.items()]

        def answer(at: int) -> Answer:
            index, ids = each[at]

            def ask(client: OpenSearch) -> Any:
                return answers_of(client, index, ids, {**AS_FOUND, **self._preference})

            return _of_documents(self.cluster.read(ask, seconds=_seconds(budget) + GRACE))

        return self._replies(len(each), lambda wanted: _at_once(answer, wanted), budget)

    def index_of(self, hit: Mapping[str, Any]) -> str:
        """The index name to fetch a hit by id; for a tenant, the alias that shows only its own articles."""
        return str(hit["_index"]) if "," in self.index else self.index

    @property
    def _preference(self) -> dict[str, str]:
        """Which shard copies to ask; read again for each try: which nodes answer may be known by then."""
        preferred = self.cluster.rotation.preferred
        return {"preference": preferred} if preferred else {}

    def _replies(
        self, count: int, ask: Callable[[Sequence[int]], list[Answer]], budget: TimeBudget
    ) -> list[Reply]:
        """Replies to ``count`` searches, with retries; ``ask`` sends those whose indexes it is given."""
        answers = ask(range(count))
        waits = losses = 0
        while again := [at for at, answer in enumerate(answers) if _is_worth_asking(answer, losses)]:
            crowded = any(_is_crowded(answers[at]) for at in again)
            pause = READING.pause_before(waits) if crowded else 0.0
            if budget.left <= pause or (isinf(budget.left) and waits == READING.waits):
                break
            time.sleep(pause)
            waits, losses = waits + crowded, losses + (not crowded)
            for at, answer in zip(again, ask(again), strict=True):
                answers[at] = answer
        return [self._read(answer, budget) for answer in answers]

    def _ask(self, bodies: Sequence[Dsl], budget: TimeBudget) -> list[Answer]:
        seconds = _seconds(budget)
        limit = 0 if budget.left > LONGEST else int(seconds * 1000)

        def ask(client: OpenSearch) -> Any:
            header = self._preference
            lines = [line for body in bodies for line in (header, {**_limited(body, limit), **body})]
            # The index is named in the URL alone: clusters may forbid it in the request body.
            return client.msearch(body=lines, index=self.index)

        answer = self.cluster.read(ask, seconds=seconds + GRACE)
        found = answer.get("responses") if isinstance(answer, Mapping) else None
        if not isinstance(found, list) or len(found) != len(bodies):
            raise ClusterError(f"{self.cluster.address} gave no answer to a search", "unreachable")
        return found

    def matched_parts(self, body: Dsl, budget: TimeBudget) -> Sequence[Mapping[str, Any]]:
        """The hits of a search, each with the score that every named clause added, in ``matched_queries``."""
        params = {"include_named_queries_score": "true"}
        answer = self.cluster.read(
            lambda client: client.search(index=self.index, body=body, params=params),
            seconds=_seconds(budget) + GRACE,
            whole=False,
        )
        return self._read(answer, budget).hits

    def _read(self, answer: Answer, budget: TimeBudget) -> Reply:
        """Read an answer, and note in the budget where it is partial."""
        if "error" in answer:
            raise self._refusal(answer)
        reply = Reply.of(answer)
        if reply.partial:
            self.gaps += 1
            late = answer.get("timed_out") and not _lost_parts(answer)
            budget.exceeded |= bool(late)
            budget.lacking |= not late
        return reply

    def _refusal(self, answer: Answer) -> IndexStateError:
        where = self.cluster.address
        if _is_crowded(answer):
            return ClusterError(f"{where} {CROWDED}", "crowded")
        if is_closed(error := TransportError(answer.get("status", 0), "", {"error": answer["error"]})):
            return refusal(error, str(where))
        reported_as: ReportedAs = "lacking" if _is_lost(answer) else "unusable"
        return ClusterError(f"{where} refused a search: {reason(answer['error'])}", reported_as)

    def count(self, queries: Sequence[Dsl], budget: TimeBudget) -> tuple[list[int], bool]:
        """The number of articles that match each query, and whether all of the index was counted."""
        reply = self.search(counting(queries), budget)
        return reply.counted(queries), not reply.partial


def _of_documents(documents: Sequence[Mapping[str, Any]]) -> Answer:
    """Convert a cluster's answer for documents by id into that of a search which found the existing ones."""
    faults = [each["error"] for each in documents if "error" in each]
    if faults and len(faults) == len(documents):
        return {"error": faults[0], "status": status_of(faults[0])}
    failures = [{"reason": fault} for fault in faults]
    shards = {"total": len(documents), "successful": len(documents) - len(faults), "failed": len(faults)}
    there = [each for each in documents if each.get("found")]
    return {"hits": {"hits": there}, "_shards": {**shards, "failures": failures}}


def _at_once(answer: Callable[[int], Answer], wanted: Sequence[int]) -> list[Answer]:
    """Answers to the searches of the given indexes, in parallel threads; a single one in this thread."""
    if len(wanted) <= 1:
        return [answer(at) for at in wanted]
    with ThreadPoolExecutor(len(wanted), thread_name_prefix="texts") as threads:
        return [*threads.map(answer, wanted)]


def _limited(body: Dsl, limit: int) -> Dsl:
    """The timeout of a search; rounded up where it has no hits, as the cluster caches those by their text."""
    if not limit:
        return {}
    return {"timeout": f"{limit if body.get('size') else -(-limit // STEP) * STEP}ms"}


def _seconds(budget: TimeBudget) -> float:
    return max(min(budget.left, LONGEST), SHORTEST)


def _is_worth_asking(answer: Answer, losses: int) -> bool:
    """Whether a retry may help: after a rejection for load, or, once, after the loss of a shard."""
    return _is_crowded(answer) or (not losses and _is_lost(answer))


def _is_crowded(answer: Answer) -> bool:
    """Whether an overloaded node rejected a search, or some shard of it."""
    if "error" in answer:
        return is_rejection(answer["error"])
    return any(is_rejection(failed.get("reason", {})) for failed in answer["_shards"].get("failures", ()))


def _is_lost(answer: Answer) -> bool:
    """Whether a node was lost in the middle of a search, so that a retry is worth it."""
    if "error" in answer:
        return int(answer.get("status", 0)) >= 500  # noqa: PLR2004  # the cluster's fault, not the query's
    return int(answer["_shards"].get("failed", 0)) > 0


def _lost_parts(answer: Answer) -> bool:
    """Whether an answer lacks a shard for another reason than a timeout."""
    return not is_whole({**answer, "timed_out": False})
