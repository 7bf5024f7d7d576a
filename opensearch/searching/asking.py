"""Searches of a cluster: several in one request, with the time that is left, lost parts asked for again."""

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from math import isinf
from typing import TYPE_CHECKING, Any, Final

from opensearchpy import OpenSearch

from onneshon.opensearch.connection.client import Cluster
from onneshon.opensearch.connection.faults import CROWDED, ClusterError, reason
from onneshon.opensearch.connection.reading import answers_of
from onneshon.opensearch.connection.tries import READING
from onneshon.opensearch.searching.dsl import Dsl
from onneshon.opensearch.searching.replies import (
    Answer,
    Reply,
    counted_by,
    counting,
    is_crowded,
    is_lost,
    is_worth_asking,
    lost_parts,
    of_documents,
)
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

            return of_documents(self.cluster.read(ask, seconds=_seconds(budget) + GRACE))

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
        while again := [at for at, answer in enumerate(answers) if is_worth_asking(answer, losses)]:
            crowded = any(is_crowded(answers[at]) for at in again)
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
            late = answer.get("timed_out") and not lost_parts(answer)
            budget.exceeded |= bool(late)
            budget.lacking |= not late
        return reply

    def _refusal(self, answer: Answer) -> ClusterError:
        where = self.cluster.address
        if is_crowded(answer):
            return ClusterError(f"{where} {CROWDED}", "crowded")
        told_as: ToldAs = "lacking" if is_lost(answer) else "unusable"
        return ClusterError(f"{where} refused a search: {reason(answer['error'])}", told_as)

    def count(self, queries: Sequence[Dsl], budget: TimeBudget) -> tuple[list[int], bool]:
        """How many articles match each of some queries, and whether all of the index was counted."""
        reply = self.search(counting(queries), budget)
        return counted_by(reply, queries), not reply.partial


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
