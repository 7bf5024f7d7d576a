"""The search engine whose articles are on a cluster of OpenSearch; any number of threads."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Lock, Thread
from time import perf_counter
from types import TracebackType
from typing import Final, Self, Unpack

import numpy as np

from index import Article
from index.configuration import Configuration, KeywordField, read_configuration
from index.errors import IndexCorruptError, IndexMissingError, OnneshonError
from index.opensearch.address import Address
from index.opensearch.client import Cluster
from index.opensearch.generations import ClusterGenerations
from index.opensearch.opening import open_cluster
from search.errors import QueryError
from search.interface import DEEPEST, SearchOptions, SearchRequest, request_of
from search.opensearch.answering import ClusterAnswering
from search.opensearch.explanation import explained
from search.opensearch.opening import asker_of, open_words
from search.opensearch.ranking import ClusterRanker, Filters
from search.opensearch.searcher import ClusterSearcher
from search.query.conditions import FILTER_FIELDS, FilterField
from search.query.field_filter import check_known
from search.query.parser import Parsed
from search.reranking.explanation import ScorePart
from search.reranking.grouping import looked_at
from search.reranking.ordering import Order
from search.reranking.ranker import Outcome
from search.reranking.similar import MOST, alike_query, others, weightiest
from search.results.highlight import marked_article
from search.results.understood import understood_words
from search.results.values import MarkedArticle, ResultPage, SimilarArticle, UnderstoodWord
from search.retrieval.bm25f import Weights
from search.retrieval.budget import Clock, TimeBudget
from search.retrieval.lane import Lane, demand
from search.retrieval.site_settings import site_weights
from search.retrieval.verdict import Health, Verdict
from search.searcher import SearcherManager
from search.understanding.completion import Suggestion, complete
from search.understanding.site_synonyms import SiteSynonyms
from search.understanding.synonyms import Synonyms, shipped_synonyms

__all__ = ["ClusterEngine"]

TIME_LIMIT: Final = 2.0
"""Seconds of one search after which it returns what it has, marked as partial."""

PATIENCE: Final = 5.0
"""Seconds that who asks for a newer generation waits for its words; a later one finds them read."""


class ClusterEngine:
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
        self._clock = clock
        self._lane = Lane(costly)
        self._synonyms = SiteSynonyms(directory / configuration.synonyms) if directory else None
        self._reloading = Lock()
        self._coming: _Coming | None = None
        self._verdict = Verdict()
        self._searchers = SearcherManager(self._newest())

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
                ``index.opensearch.address``.
            weights: as for the class.
            time_limit: seconds one search may take.
            costly: how many costly queries are answered at a time; None for as many as are asked.
            directory: as for the class.
            configuration: as for the class.

        Raises:
            OnneshonError: as for the class; or the extra ``opensearch`` is not installed.
        """
        where = Address.parse(address) if isinstance(address, str) else address
        cluster = open_cluster(where)
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

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connections; searching afterwards raises IndexStateError."""
        self._searchers.replace(None)
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
            self._verdict = Verdict()
            return True
        finally:
            self._reloading.release()

    @property
    def count(self) -> int:
        """How many articles can be found."""
        with self._searchers.acquire() as state:
            return state.words.count

    @property
    def fields(self) -> tuple[KeywordField, ...]:
        """The fields of the site: those that it declares, then others that the index has."""
        with self._searchers.acquire() as state:
            return state.fields

    @property
    def configuration(self) -> Configuration:
        """What the site says."""
        return self._configuration

    @property
    def health(self) -> Health:
        """Which generation answers, and what is known of it."""
        with self._searchers.acquire() as state:
            verdict = self._verdict
            return Health(state.generation, state.words.count, verdict.verified, verdict.damage)

    def verify(self) -> None:
        """Ask the cluster whether all of the generation that answers is there.

        Raises:
            IndexCorruptError: a part of it is nowhere.
            ClusterError: the cluster does not answer.
        """
        with self._searchers.acquire() as state:
            self._verdict.examine(lambda: _check_whole(self._cluster, state.generation))

    def article(self, article_id: str) -> Article:
        """The article of an id; raises ArticleNotFoundError."""
        with self._searchers.acquire() as state:
            return state.article(article_id, self._budget())

    def _budget(self) -> TimeBudget:
        return TimeBudget(self._time_limit, self._clock)

    @contextmanager
    def _asked(self, text: str, budget: TimeBudget) -> Iterator[ClusterSearcher]:
        """The generation of now, once it is the turn of a query."""
        with self._lane.entered(demand(text), budget), self._searchers.acquire() as state:
            yield state

    def _parse(
        self, text: str, state: ClusterSearcher, budget: TimeBudget, *, literal: bool, strict: bool = False
    ) -> Parsed:
        return state.reader.read(text, self._synonyms_now(), budget, literal=literal, strict=strict)

    def _synonyms_now(self) -> Synonyms:
        return self._synonyms.current() if self._synonyms else shipped_synonyms()

    def rank(self, text: str, *, limit: int = 10, literal: bool = False) -> list[tuple[str, float]]:
        """The ids of the best articles and their scores, best first; stored texts are not read.

        Args:
            text: the query.
            limit: how many.
            literal: look for every word exactly as typed, Latin ones as they are.

        Raises:
            QueryError: the query is too long or too deeply nested.
            ClusterError: the cluster does not answer.
        """
        budget = self._budget()
        with self._asked(text, budget) as state:
            query = self._parse(text, state, budget, literal=literal).query
            if query is None or limit < 1:
                return []
            ranker = ClusterRanker(state, query, budget)
            rows = ranker.first(min(limit, DEEPEST), Order(), Filters()).rows[:limit]
            return [(row.id, row.score) for row in rows]

    def search(self, text: str | SearchRequest, /, **options: Unpack[SearchOptions]) -> ResultPage:
        """A page of articles that match, in the order asked for, ties in the order of their ids.

        Args:
            text: the query; or the whole request, and then no options.
            options: the short form of a request; see ``SearchRequest.of``.

        Raises:
            QueryError: the query is too long or too deeply nested, the page too far back, or something else
                of the request makes no sense.
            BusyError: it is a costly query, and others kept it waiting too long.
            ClusterError: the cluster does not answer.
        """
        request = request_of(text, options)
        budget = self._budget()
        with self._asked(request.text, budget) as state:
            parsed = self._parse(request.text, state, budget, literal=request.literal, strict=request.strict)
            return ClusterAnswering(state, request, parsed, budget).page()

    def scan(self, text: str | SearchRequest, /, **options: Unpack[SearchOptions]) -> Iterator[Article]:
        """Every article that matches, in the order asked for, as the index is at the first one.

        Args:
            text: the query; or the whole request, whose page does not matter.
            options: as for ``search``.

        Raises:
            QueryError: as for ``search``, at the first article.
            ClusterError: the cluster does not answer.
        """
        request = request_of(text, options)
        if request.cursor:
            raise QueryError("a scan has no pages", kind="parameter", parameter="cursor")
        return self._scanned(replace(request, group=False, facets=()))

    def _scanned(self, request: SearchRequest) -> Iterator[Article]:
        budget = TimeBudget(None, self._clock)
        with self._searchers.acquire() as state:
            parsed = self._parse(request.text, state, budget, literal=request.literal, strict=request.strict)
            yield from ClusterAnswering(state, request, parsed, budget).scan()

    def values(self, field: FilterField) -> list[str]:
        """The values that articles have of a field, the most frequent first; of dates and ids none.

        Raises:
            QueryError: there is no such field.
        """
        if field in {"date", "id"}:
            return []
        with self._searchers.acquire() as state:
            check_known(field, (*FILTER_FIELDS, *(one.name for one in state.fields)), "field")
            return state.values(field)

    def explain(self, text: str, article_id: str, *, literal: bool = False) -> ScorePart:
        """Why an article has its score for a query: parts that add up to it, none where it does not match.

        Args:
            text: the query.
            article_id: of the article.
            literal: take Latin words as they are.

        Raises:
            ArticleNotFoundError: there is no such article.
            QueryError: the query is too long or too deeply nested.
        """
        budget = self._budget()
        with self._asked(text, budget) as state:
            state.article(article_id, budget)
            query = self._parse(text, state, budget, literal=literal).query
            if query is None:
                return ScorePart("score", "", 0.0)
            return explained(state, query, [article_id], Filters(), budget)[article_id]

    def similar(self, article_id: str, *, limit: int = 5) -> list[SimilarArticle]:
        """Articles on the same subject as one of them, best first; none that says nearly the same.

        Args:
            article_id: of the article.
            limit: how many at most, up to 50.

        Raises:
            ArticleNotFoundError: there is no such article.
        """
        budget = self._budget()
        limit = min(limit, MOST)
        with self._searchers.acquire() as state:
            words = weightiest(state.article(article_id, budget), state.words)
            if not words or limit < 1:
                return []
            found = ClusterRanker(state, alike_query(words), budget, once=True).first(
                looked_at(limit + 1), Order(), Filters()
            )
            best = Outcome(
                np.arange(len(found.rows), dtype=np.uint32),
                np.array([row.score for row in found.rows]),
                [row.id for row in found.rows],
            )
            prints = np.array([row.fingerprint for row in found.rows], np.uint64)
            pairs = others(article_id, best, prints)[:limit]
            texts = state.articles([name for name, _ in pairs], budget)
            return [SimilarArticle(texts[name], score) for name, score in pairs if name in texts]

    def suggest(self, text: str, *, limit: int = 8) -> list[Suggestion]:
        """What goes on from a text that is being typed: words, phrases and titles of the index, best first.

        Args:
            text: what is typed so far, in Bengali or Latin letters; a cluster may be half typed.
            limit: how many at most, up to 50.
        """
        with self._searchers.acquire() as state:
            return complete(text, state.words, limit)

    def understand(self, text: str, *, literal: bool = False) -> list[UnderstoodWord]:
        """How a query is understood: each thing that it asks for, in all its writings, in the order typed.

        Args:
            text: the query.
            literal: as for ``search``.

        Raises:
            QueryError: the query is too long or too deeply nested.
        """
        budget = self._budget()
        with self._asked(text, budget) as state:
            parsed = self._parse(text, state, budget, literal=literal)
            return understood_words(parsed, parsed.unicode or text, state.statistics)

    def marked(self, article_id: str, text: str, *, literal: bool = False) -> MarkedArticle:
        """The whole title and the whole body of an article with everything marked that a query matches.

        A query that cannot be understood marks nothing.

        Args:
            article_id: of the article.
            text: the query.
            literal: take Latin words as they are, as the search did that led here.

        Raises:
            ArticleNotFoundError: there is no such article.
        """
        budget = self._budget()
        with self._asked(text, budget) as state:
            article = state.article(article_id, budget)
            try:
                query = self._parse(text, state, budget, literal=literal).query
            except QueryError:
                query = None
            return marked_article(article, query, budget)


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
        """Open it; what went wrong is told to who asks."""
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
