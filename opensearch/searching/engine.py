"""The search engine over an index on a cluster of OpenSearch; safe for any number of threads."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Lock, Thread
from time import perf_counter
from typing import Final, Self, TypedDict, Unpack

import numpy as np
from numpy.typing import NDArray

from onneshon.index.configuration import Configuration
from onneshon.index.configuration_file import read_configuration
from onneshon.index.errors import IndexCorruptError
from onneshon.index.storage.checking import HealthState
from onneshon.opensearch.connection.address import Address
from onneshon.opensearch.connection.client import Cluster, check_version
from onneshon.opensearch.connection.reading import LIVE
from onneshon.opensearch.searching.answering import ClusterAnswering
from onneshon.opensearch.searching.asking import Asker
from onneshon.opensearch.searching.changes import ClusterChanges
from onneshon.opensearch.searching.dsl import Dsl, all_of, any_of
from onneshon.opensearch.searching.filters import leaf_filter
from onneshon.opensearch.searching.hits import explained
from onneshon.opensearch.searching.prepared import Filters, outcome_of
from onneshon.opensearch.searching.ranking import ClusterRanker
from onneshon.opensearch.searching.searcher import ClusterSearcher, asker_of, count_articles, open_words
from onneshon.opensearch.storage.tenants import generations_of
from onneshon.search.curation.pins import PinFile
from onneshon.search.engine.base import EngineBase
from onneshon.search.engine.searching import TIME_LIMIT
from onneshon.search.interface import Health
from onneshon.search.query.conditions import Condition
from onneshon.search.query.parser import Parsed
from onneshon.search.query.tree import All, Any, Query, lacked, leaves
from onneshon.search.request import DEEPEST, SearchRequest
from onneshon.search.reranking.ranker import Order, Outcome
from onneshon.search.reranking.score_part import ScorePart
from onneshon.search.retrieval.authors import SiteAuthors
from onneshon.search.retrieval.bm25f import Weights, site_weights
from onneshon.search.retrieval.budget import Clock, TimeBudget
from onneshon.search.understanding.site_synonyms import SiteSynonyms

PATIENCE: Final = 5.0
"""Default of the seconds that ``reload`` waits for a newer generation; a later call finds it opened."""


class EngineOptions(TypedDict, total=False):
    """Options of a ``ClusterEngine``."""

    weights: Weights | None
    time_limit: float | None
    costly: int | None
    directory: Path | None
    configuration: Configuration | None
    patience: float


class ClusterEngine(EngineBase[ClusterSearcher]):
    """Searches an index on a cluster, with all methods of `search.SearchEngine`; safe to share among threads.

    with ClusterEngine.open("opensearch://127.0.0.1:9200/news") as engine:
        page = engine.search("বাংলাদেশের ইতিহাস")

    Queries are interpreted in this process, with the words of the index, which are read when it is opened and
    again when they change. The cluster finds and scores.

    Args:
        cluster: where the index is; the engine closes the connection.
        weights: constants of the ranking; None for those of the configuration. ``presence`` is part of the
            index: its value there counts.
        time_limit: seconds one search may take; None for as long as it takes.
        costly: the number of costly queries that run at a time; None for no limit.
        clock: returns the time, in seconds.
        directory: where ``onneshon.toml`` and the site's synonyms are; None where there are none.
        configuration: the site's configuration; None to read ``onneshon.toml`` in the directory.
        patience: seconds that ``reload`` waits for a newer generation, which a thread looks for.

    Raises:
        IndexMissingError: there is no such index.
        IndexOutdatedError: it was built by another version of the analysis or the mapping.
        ClusterError: the cluster does not answer.
        ConfigurationError: the configuration does not fit the index.
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
        patience: float = PATIENCE,
    ) -> None:
        self._cluster = cluster
        self._generations = generations_of(cluster, local=True)
        self._patience = patience
        if configuration is None:
            configuration = read_configuration(directory) if directory else Configuration()
        self._configuration = configuration
        self._weights = weights or site_weights(self._configuration)
        self._time_limit = time_limit
        self._reloading = Lock()
        self._look: _Look | None = None
        self._health = HealthState()
        self._site_authors = SiteAuthors(directory) if directory else None
        check_version(cluster)
        super().__init__(
            self._newest(),
            time_limit=time_limit,
            costly=costly,
            clock=clock,
            synonyms=SiteSynonyms(directory / configuration.synonyms) if directory else None,
            pins=PinFile(directory) if directory else None,
        )

    @classmethod
    def open(cls, address: str | Address, **options: Unpack[EngineOptions]) -> Self:
        """Open the live generation of an index on a cluster.

        Args:
            address: ``opensearch://host:9200/name``; credentials are read from the environment, see
                ``opensearch.connection.address``.
            options: as for the class.

        Raises:
            OnneshonError: as for the class; or the credentials are malformed.
        """
        cluster = Cluster(Address.parse(address) if isinstance(address, str) else address)
        try:
            return cls(cluster, **options)
        except BaseException:
            cluster.close()
            raise

    def _newest(self, before: ClusterSearcher | None = None) -> ClusterSearcher:
        """Open the live generation; parts of its words that the one before has open are not read again."""
        generation = self._generations.live()
        generation.check()
        contract = generation.contract
        asker = asker_of(self._cluster, generation)
        known = before if before is not None and before.asker.uuid == asker.uuid else None
        words, whole = open_words(self._cluster, asker, known.words.parts if known else ())
        return ClusterSearcher(
            asker,
            contract,
            words,
            replace(self._weights, presence=contract.presence),
            configuration=self._configuration,
            authors=self._authors(),
            whole=whole,
            published=int(generation.meta.get("published", 0)),
            texts=known.texts if known else None,
        )

    def _newer(self) -> ClusterSearcher | None:
        """Open the live generation if it changed, or now has all shards; None otherwise."""
        with self._searchers.acquire() as state:
            same = asker_of(self._cluster, self._generations.live()).identity == state.asker.identity
            same = same and state.authors is self._authors()
            if same and (state.is_whole or not count_articles(state.asker)[1]):
                return None
            return self._newest(state)

    def close(self) -> None:
        """Close the connections; searching afterwards raises IndexStateError."""
        super().close()
        self._cluster.close()

    def reload(self) -> bool:
        """Move on to a newer generation, to newer words of the same, or to other names of authors.

        Searches under way finish on the old one.

        A thread looks for the newer state and reads its words: where that takes longer than ``patience``, a
        later call moves on. A call while the thread is running returns at once.

        Raises:
            IndexStateError: the newer generation cannot be opened; the engine stays with the one it has.
        """
        if not self._reloading.acquire(blocking=False):
            return False
        try:
            newer = self._looked_for()
            if newer is None:
                return False
            self._searchers.replace(newer)
            self._health = HealthState()
            return True
        finally:
            self._reloading.release()

    def _looked_for(self) -> ClusterSearcher | None:
        """The result of a look begun before; if it found nothing, that of one that begins now."""
        if self._look is not None:
            if self._look.is_alive():
                return None
            look, self._look = self._look, None
            if (found := look.result()) is not None:
                return found
        look = self._look = _Look(self._newer)
        look.join(self._patience)
        if look.is_alive():
            return None
        self._look = None
        return look.result()

    def _understood(
        self, text: str, state: ClusterSearcher, budget: TimeBudget, *, literal: bool, strict: bool
    ) -> Parsed:
        budget.lacking |= not state.is_whole
        known = None if strict else state.rehearse(text, self._synonyms(state), literal=literal)
        return known or super()._understood(text, state, budget, literal=literal, strict=strict)

    @property
    def edition(self) -> str:
        """As for every engine; changes after each partial answer too, which must not be cached."""
        with self._searchers.acquire() as state:
            return f"{super().edition}{f'-{state.asker.gaps}' if state.asker.gaps else ''}"

    @property
    def health(self) -> Health:
        """The generation that answers, its number of articles, and the result of the last ``verify``."""
        with self._searchers.acquire() as state:
            health = self._health
            return Health(state.generation, state.words.count, health.verified, health.damage)

    def verify(self) -> None:
        """Ask the cluster whether all shards of the open generation are assigned.

        Raises:
            IndexCorruptError: a shard of it is on no node.
            ClusterError: the cluster does not answer.
        """
        with self._searchers.acquire() as state:
            self._health.examine(lambda: _check_whole(state.asker))

    def _changes(self, state: ClusterSearcher) -> ClusterChanges:
        return ClusterChanges(state)

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
        wanted = [[_held(concept, state) for concept in lacked(query)] for query in queries]
        return state.statistics.count_each([all_of([*each, LIVE]) for each in wanted])

    def _similar(
        self, state: ClusterSearcher, query: Query, count: int, budget: TimeBudget
    ) -> tuple[Outcome, NDArray[np.uint64]]:
        rows = ClusterRanker(state, query, budget, rescore=False).first(count, Order(), Filters()).rows
        return outcome_of(rows), np.array([row.fingerprint for row in rows], np.uint64)


class _Look(Thread):
    """A thread that looks for a newer generation and opens it.

    Args:
        opens: opens the newer generation; returns None where there is none.
    """

    def __init__(self, opens: Callable[[], ClusterSearcher | None]) -> None:
        super().__init__(name="look for newer", daemon=True)
        self._opens = opens
        self._state: ClusterSearcher | None = None
        self._error: Exception | None = None
        self.start()

    def run(self) -> None:
        """Open the generation; an error is raised by ``result``, to its caller."""
        try:
            self._state = self._opens()
        except Exception as error:  # noqa: BLE001  # in the caller's thread
            self._error = error

    def result(self) -> ClusterSearcher | None:
        """The generation that was opened, or None; raises the error that prevented it."""
        if self._error is not None:
            raise self._error
        return self._state


def _held(query: Query, state: ClusterSearcher) -> Dsl:
    """A filter for the articles of a part of a query."""
    match query:
        case Any(children):
            return any_of([_held(child, state) for child in children])
        case All(children):
            return all_of([_held(child, state) for child in children])
        case _ if isinstance(query, Condition):
            return state.filter_of(query)
        case _:
            return any_of([*map(leaf_filter, leaves(query))])


def _check_whole(asker: Asker) -> None:
    health = asker.cluster.read(lambda client: client.cluster.health(index=asker.index))
    if health["status"] == "red":
        raise IndexCorruptError(
            f"a part of {asker.generation} is nowhere (red): bring back the node that had it, or restore a "
            "snapshot"
        )
