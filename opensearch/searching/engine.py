"""The search engine whose articles are on a cluster of OpenSearch; any number of threads."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Lock, Thread
from time import perf_counter
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from onneshon.index.configuration import Configuration, read_configuration
from onneshon.index.errors import IndexCorruptError, IndexMissingError, OnneshonError
from onneshon.opensearch.connection.address import Address
from onneshon.opensearch.connection.client import Cluster
from onneshon.opensearch.searching.answering import ClusterAnswering
from onneshon.opensearch.searching.dsl import LIVE, all_of, any_of
from onneshon.opensearch.searching.explanation import explained
from onneshon.opensearch.searching.holders import holder
from onneshon.opensearch.searching.ranking import ClusterRanker, Filters, outcome_of
from onneshon.opensearch.searching.searcher import ClusterSearcher, asker_of, open_words
from onneshon.opensearch.storage.generations import ClusterGenerations
from onneshon.search.curation.pin_file import PinFile
from onneshon.search.engine.base import TIME_LIMIT, EngineBase
from onneshon.search.interface import DEEPEST, SearchRequest
from onneshon.search.query.parser import Parsed
from onneshon.search.query.tree import Query, content, leaves
from onneshon.search.reranking.explanation import ScorePart
from onneshon.search.reranking.ordering import Order
from onneshon.search.reranking.ranker import Outcome
from onneshon.search.retrieval.bm25f import Weights
from onneshon.search.retrieval.budget import Clock, TimeBudget
from onneshon.search.retrieval.health import Health, HealthState
from onneshon.search.retrieval.site_settings import site_weights
from onneshon.search.understanding.site_synonyms import SiteSynonyms

__all__ = ["ClusterEngine"]

PATIENCE: Final = 5.0
"""Seconds that who asks for a newer generation waits for its words; a later one finds them read."""


class ClusterEngine(EngineBase[ClusterSearcher]):
    """Searches an index on a cluster; safe to share among threads. All of `search.SearchEngine`.

    with ClusterEngine.open("opensearch://127.0.0.1:9200/news") as engine:
        page = engine.search("বাংলাদেশের ইতিহাস")

    Queries are understood here, with the words of the index, which are read when it is opened and again
    when they change. The cluster finds and scores.

    Args:
        cluster: where the index is; the engine closes the connection.
        weights: constants of the ranking; None for those of the configuration. What is part of the index,
            ``presence``, counts as it was built.
        time_limit: seconds one search may take; None for as long as it takes.
        costly: how many costly queries are answered at a time; None for as many as are asked.
        clock: tells the time, in seconds.
        directory: where ``onneshon.toml`` and the site's synonyms are; None where there are none.
        configuration: what the site says; None for what ``onneshon.toml`` in the directory does.

    Raises:
        IndexMissingError: there is no such index.
        IndexOutdatedError: it was built by another version of the analysis or the mapping.
        ClusterError: the cluster does not answer.
        ConfigurationError: the configuration makes no sense of the index.
    """

    def __init__(
        self,
        cluster: Cluster,
        *,
        weights: Weights | None = None,
        time_limit: float | None = TIME_LIMIT,
        costly: int | None = None,
        clock: Clock = perf_counter,
        directory: Path | None = None,
        configuration: Configuration | None = None,
    ) -> None:
        self._cluster = cluster
        self._generations = ClusterGenerations(cluster)
        if configuration is None:
            configuration = read_configuration(directory) if directory else Configuration()
        self._configuration = configuration
        self._weights = weights or site_weights(self._configuration)
        self._time_limit = time_limit
        self._reloading = Lock()
        self._coming: _Coming | None = None
        self._health = HealthState()
        super().__init__(
            self._newest(),
            time_limit=time_limit,
            costly=costly,
            clock=clock,
            synonyms=SiteSynonyms(directory / configuration.synonyms) if directory else None,
            pins=PinFile(directory) if directory else None,
        )

    @classmethod
    def open(
        cls,
        address: str | Address,
        *,
        weights: Weights | None = None,
        time_limit: float | None = TIME_LIMIT,
        costly: int | None = None,
        directory: Path | None = None,
        configuration: Configuration | None = None,
    ) -> Self:
        """Opens the live generation of an index on a cluster.

        Args:
            address: ``opensearch://host:9200/name``; who asks is read from the environment, see
                ``opensearch.connection.address``.
            weights: as for the class.
            time_limit: seconds one search may take.
            costly: how many costly queries are answered at a time; None for as many as are asked.
            directory: as for the class.
            configuration: as for the class.

        Raises:
            OnneshonError: as for the class; or credentials make no sense.
        """
        where = Address.parse(address) if isinstance(address, str) else address
        cluster = Cluster(where)
        try:
            return cls(
                cluster,
                weights=weights,
                time_limit=time_limit,
                costly=costly,
                directory=directory,
                configuration=configuration,
            )
        except BaseException:
            cluster.close()
            raise

    def _newest(self) -> ClusterSearcher:
        """The live generation, with its words read."""
        generation = self._generations.live()
        generation.check()
        contract = generation.contract
        asker = asker_of(self._cluster, generation)
        return ClusterSearcher(
            asker,
            contract,
            open_words(self._cluster, asker),
            replace(self._weights, presence=contract.presence),
            configuration=self._configuration,
            seconds=self._time_limit,
        )

    def close(self) -> None:
        """Let go of the connections; searching afterwards raises IndexStateError."""
        super().close()
        self._cluster.close()

    def reload(self) -> bool:
        """Move on to a newer generation, or to newer words of the same; searches under way finish on the old.

        Words are read aside: where that takes longer than a few seconds, a later call moves on.

        Raises:
            IndexStateError: the newer generation cannot be opened; the engine stays with the one it has.
        """
        if not self._reloading.acquire(blocking=False):
            return False
        try:
            if self._coming is None:
                with self._searchers.acquire() as state:
                    known = state.asker.identity
                if asker_of(self._cluster, self._generations.live()).identity == known:
                    return False
                self._coming = _Coming(self._newest)
            self._coming.join(PATIENCE)
            if self._coming.is_alive():
                return False
            coming, self._coming = self._coming, None
            self._searchers.replace(coming.result())
            self._health = HealthState()
            return True
        finally:
            self._reloading.release()

    @property
    def health(self) -> Health:
        """Which generation answers, and what is known of it."""
        with self._searchers.acquire() as state:
            health = self._health
            return Health(state.generation, state.words.count, health.verified, health.damage)

    def verify(self) -> None:
        """Ask the cluster whether all of the generation that answers is there.

        Raises:
            IndexCorruptError: a part of it is nowhere.
            ClusterError: the cluster does not answer.
        """
        with self._searchers.acquire() as state:
            self._health.examine(lambda: _check_whole(self._cluster, state.generation))

    def _best(
        self, state: ClusterSearcher, query: Query, limit: int, budget: TimeBudget
    ) -> list[tuple[str, float]]:
        ranker = ClusterRanker(state, query, budget)
        rows = ranker.first(min(limit, DEEPEST), Order(), Filters()).rows[:limit]
        return [(row.id, row.score) for row in rows]

    def _answering(
        self, state: ClusterSearcher, request: SearchRequest, parsed: Parsed, budget: TimeBudget
    ) -> ClusterAnswering:
        return ClusterAnswering(state, request, parsed, budget)

    def _explained(
        self, state: ClusterSearcher, query: Query, article_id: str, budget: TimeBudget
    ) -> ScorePart:
        return explained(state, query, [article_id], Filters(), budget)[article_id]

    def _count_each(self, state: ClusterSearcher, queries: Sequence[Query]) -> list[int]:
        wanted = [[*content(query)] for query in queries]
        concepts = [[any_of([*map(holder, leaves(concept))]) for concept in each] for each in wanted]
        return state.statistics.count_each([all_of([*each, LIVE]) for each in concepts])

    def _similar(
        self, state: ClusterSearcher, query: Query, count: int, budget: TimeBudget
    ) -> tuple[Outcome, NDArray[np.uint64]]:
        rows = ClusterRanker(state, query, budget, rescore=False).first(count, Order(), Filters()).rows
        return outcome_of(rows), np.array([row.fingerprint for row in rows], np.uint64)


class _Coming(Thread):
    """Opens a newer generation aside.

    Args:
        opens: it.
    """

    def __init__(self, opens: Callable[[], ClusterSearcher]) -> None:
        super().__init__(name="newer words", daemon=True)
        self._opens = opens
        self._state: ClusterSearcher | None = None
        self._error: OnneshonError = IndexMissingError("The newer words could not be read.")
        self.start()

    def run(self) -> None:
        """Open it; what went wrong is raised to who asks."""
        try:
            self._state = self._opens()
        except OnneshonError as error:
            self._error = error

    def result(self) -> ClusterSearcher:
        """What was opened; raises what kept it from that."""
        if self._state is None:
            raise self._error
        return self._state


def _check_whole(cluster: Cluster, generation: str) -> None:
    health = cluster.read(lambda client: client.cluster.health(index=generation))
    if health["status"] == "red":
        raise IndexCorruptError(
            f"a part of {generation} is nowhere (red): bring back the node that had it, or restore a snapshot"
        )
