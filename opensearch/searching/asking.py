"""Searches of a cluster and what it answers: several in one request, lost parts asked for again in time."""

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
    from onneshon.index.errors import ToldAs

LONGEST: Final = 60.0
"""Seconds that a request may take where the search has no limit."""

SHORTEST: Final = 0.05
"""Seconds that a request is given at the least: without an answer there is no page."""

STEP: Final = 250
"""Milliseconds to which the time of a search that only counts is rounded up."""

AS_FOUND: Final = {"realtime": "false"}
"""For documents by their ids: else readers would have writes made visible that no search finds yet."""

GRACE: Final = 0.7
"""Seconds more than the cluster is given, so that its answer about what it found in time can arrive."""

ONLY_COLUMNS: Final[Dsl] = {"stored_fields": "_none_"}
"""For a search that reads no texts: else whole texts are unpacked for the ids that are kept beside them."""


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

    def counted(self, queries: Sequence[Dsl]) -> list[int]:
        """How many articles match each of some queries, if this is the answer to what counts them."""
        if len(queries) == 1 and EACH not in self.counts:
            return [self.total]
        found = self.counts[EACH]["buckets"] if self.counts else [{"doc_count": 0}] * len(queries)
        return [bucket["doc_count"] for bucket in found]


def id_of(hit: Mapping[str, Any]) -> str:
    """The id of an article: of column ``id``, or else what it was sorted by at last."""
    told = hit.get("fields", {}).get("id")
    return str(told[0] if told else hit["sort"][-1])


class Asker:
    """Asks one generation; safe to share among threads.

    Args:
        cluster: where it is.
        generation: its name.
        indexes: those of its articles; none for one of the same name.
        uuid: of the first of these; nobody guesses it.
        revision: of its files; another one after each change.

    Attributes:
        index: what a request names to ask all of its articles.
        gaps: how many answers were not whole.
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
        """Another one for each state of each generation."""
        return f"{self.index} {self.uuid} {self.revision}"

    def search(self, body: Dsl, budget: TimeBudget) -> Reply:
        """One search."""
        return self.search_each([body], budget)[0]

    def search_each(self, bodies: Sequence[Dsl], budget: TimeBudget) -> list[Reply]:
        """Several searches in one request; those that found no room, or lost a part, are asked again.

        Args:
            bodies: what is searched.
            budget: the searches may take what is left of it; it is told where an answer is not whole.

        Raises:
            ClusterError: the cluster does not answer, or refuses one of them.
        """

        def ask(wanted: Sequence[int]) -> list[Answer]:
            return self._ask([bodies[at] for at in wanted], budget)

        return self._replies(len(bodies), ask, budget)

    def by_ids(self, names: Mapping[str, Sequence[str]], budget: TimeBudget) -> list[Reply]:
        """Some documents as searches find them now, and answered as searches for them would be.

        All indexes are asked at once.

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
        """What a request names to ask for a hit by its id: of a tenant, the alias that shows its own."""
        return str(hit["_index"]) if "," in self.index else self.index

    @property
    def _preference(self) -> dict[str, str]:
        """Which copies are asked; of each try anew, as by then it may be known which nodes answer."""
        preferred = self.cluster.rotation.preferred
        return {"preference": preferred} if preferred else {}

    def _replies(
        self, count: int, ask: Callable[[Sequence[int]], list[Answer]], budget: TimeBudget
    ) -> list[Reply]:
        """Answers to so many questions, given what asks some of them."""
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
            # The index stands in the address alone: clusters may forbid it in what is sent.
            return client.msearch(body=lines, index=self.index)

        answer = self.cluster.read(ask, seconds=seconds + GRACE)
        found = answer.get("responses") if isinstance(answer, Mapping) else None
        if not isinstance(found, list) or len(found) != len(bodies):
            raise ClusterError(f"{self.cluster.address} gave no answer to a search", "unreachable")
        return found

    def matched_parts(self, body: Dsl, budget: TimeBudget) -> Sequence[Mapping[str, Any]]:
        """The hits of a search, each with what every named part added, in ``matched_queries``."""
        params = {"include_named_queries_score": "true"}
        answer = self.cluster.read(
            lambda client: client.search(index=self.index, body=body, params=params),
            seconds=_seconds(budget) + GRACE,
            whole=False,
        )
        return self._read(answer, budget).hits

    def _read(self, answer: Answer, budget: TimeBudget) -> Reply:
        """Read an answer, and tell the budget where it is not whole."""
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
        told_as: ToldAs = "lacking" if _is_lost(answer) else "unusable"
        return ClusterError(f"{where} refused a search: {reason(answer['error'])}", told_as)

    def count(self, queries: Sequence[Dsl], budget: TimeBudget) -> tuple[list[int], bool]:
        """How many articles match each of some queries, and whether all of the index was counted."""
        reply = self.search(counting(queries), budget)
        return reply.counted(queries), not reply.partial


def _of_documents(documents: Sequence[Mapping[str, Any]]) -> Answer:
    """What a cluster says of documents by their ids, as if a search had found those that are there."""
    faults = [each["error"] for each in documents if "error" in each]
    if faults and len(faults) == len(documents):
        return {"error": faults[0], "status": status_of(faults[0])}
    failures = [{"reason": fault} for fault in faults]
    shards = {"total": len(documents), "successful": len(documents) - len(faults), "failed": len(faults)}
    there = [each for each in documents if each.get("found")]
    return {"hits": {"hits": there}, "_shards": {**shards, "failures": failures}}


def _at_once(answer: Callable[[int], Answer], wanted: Sequence[int]) -> list[Answer]:
    """What answers some questions, asked at the same time; one alone in this thread."""
    if len(wanted) <= 1:
        return [answer(at) for at in wanted]
    with ThreadPoolExecutor(len(wanted), thread_name_prefix="texts") as threads:
        return [*threads.map(answer, wanted)]


def _limited(body: Dsl, limit: int) -> Dsl:
    """How long a search may take; of one without hits rounded up, as the cluster knows such by their text."""
    if not limit:
        return {}
    return {"timeout": f"{limit if body.get('size') else -(-limit // STEP) * STEP}ms"}


def _seconds(budget: TimeBudget) -> float:
    return max(min(budget.left, LONGEST), SHORTEST)


def _is_worth_asking(answer: Answer, losses: int) -> bool:
    """Whether another answer may be better: one that found no room, or, once, one that lost a part."""
    return _is_crowded(answer) or (not losses and _is_lost(answer))


def _is_crowded(answer: Answer) -> bool:
    """Whether a node had too much to do for a search, or for some part of it."""
    if "error" in answer:
        return is_rejection(answer["error"])
    return any(is_rejection(failed.get("reason", {})) for failed in answer["_shards"].get("failures", ()))


def _is_lost(answer: Answer) -> bool:
    """Whether a node went away in the middle of a search, so that asking again is worth it."""
    if "error" in answer:
        return int(answer.get("status", 0)) >= 500  # noqa: PLR2004  # the cluster's fault, not the query's
    return int(answer["_shards"].get("failed", 0)) > 0


def _lost_parts(answer: Answer) -> bool:
    """Whether an answer lacks a part for another reason than its time."""
    return not is_whole({**answer, "timed_out": False})
