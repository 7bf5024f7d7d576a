"""The search engine: one open index, any number of threads."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from time import perf_counter
from types import TracebackType
from typing import Self, Unpack

from index import Article
from index.configuration import Configuration, KeywordField, read_configuration
from index.errors import ArticleNotFoundError, IndexCorruptError, OnneshonError
from index.storage.fallback import open_sound
from index.storage.generations import Generations
from index.storage.reader import open_index
from search.answering import Answering
from search.errors import QueryError
from search.interface import DEEPEST, SearchOptions, SearchRequest, request_of
from search.query.conditions import FILTER_FIELDS, FilterField
from search.query.field_filter import check_known
from search.query.parser import Parsed
from search.reranking.explanation import ScorePart, explain_score
from search.reranking.similar import similar_articles
from search.results.highlight import marked_article
from search.results.understood import understood_words
from search.results.values import MarkedArticle, ResultPage, SimilarArticle, UnderstoodWord
from search.retrieval.bm25f import Weights
from search.retrieval.budget import Clock, TimeBudget
from search.retrieval.index_protocols import Index
from search.retrieval.lane import Lane
from search.retrieval.verdict import Health
from search.searcher import Searcher, SearcherManager
from search.understanding.completion import Suggestion, complete
from search.understanding.site_synonyms import SiteSynonyms
from search.understanding.synonyms import Synonyms, shipped_synonyms

__all__ = ["Engine"]

TIME_LIMIT = 2.0
"""Seconds of one search after which it returns what it has, marked as partial."""


class Engine:
    """Searches an index; safe to share among threads.

    with Engine.open("var/index") as engine:
        page = engine.search("বাংলাদেশের ইতিহাস")

    Args:
        index: an open index, which the engine closes.
        weights: constants of the ranking; None for those that ``onneshon.toml`` says, or ours.
        time_limit: seconds one search may take; None for as long as it takes.
        directory: where newer generations of the index appear; None where there are none.
        costly: how many costly queries are answered at a time, while any number of others are; None for
            as many as are asked.
        clock: tells the time, in seconds.
        configuration: what the site says; None for what ``onneshon.toml`` in the directory does.

    Raises:
        ConfigurationError: that makes no sense.
    """

    def __init__(
        self,
        index: Index,
        *,
        weights: Weights | None = None,
        time_limit: float | None = TIME_LIMIT,
        directory: Path | None = None,
        costly: int | None = None,
        clock: Clock = perf_counter,
        configuration: Configuration | None = None,
    ) -> None:
        self._weights = weights
        self._time_limit = time_limit
        self._clock = clock
        self._lane = Lane(costly)
        self._directory = directory
        self._given = configuration
        site = self._read_configuration()
        self._site_synonyms = SiteSynonyms(directory / site.synonyms) if directory else None
        self._reloading = Lock()
        self._damaged: set[str] = set()
        self._searchers = SearcherManager(Searcher(index, weights, site))

    def _read_configuration(self) -> Configuration:
        """What the site says now."""
        if self._given is not None or self._directory is None:
            return self._given or Configuration()
        return read_configuration(self._directory)

    @classmethod
    def open(
        cls,
        directory: str | Path,
        *,
        weights: Weights | None = None,
        time_limit: float | None = TIME_LIMIT,
        costly: int | None = None,
    ) -> Self:
        """Opens the live generation of an index.

        Args:
            directory: the index's directory.
            weights: constants of the ranking; None for those that ``onneshon.toml`` says, or ours.
            time_limit: seconds one search may take.
            costly: how many costly queries are answered at a time; None for as many as are asked.

        Raises:
            IndexMissingError: there is no index there.
            IndexCorruptError: its files are not those that were built, and there is no sound generation
                from before; where there is one, it answers, and `health` warns.
            ConfigurationError: its ``onneshon.toml`` makes no sense.
        """
        directory = Path(directory)
        return cls(
            open_sound(directory),
            weights=weights,
            time_limit=time_limit,
            directory=directory,
            costly=costly,
        )

    @classmethod
    def of(
        cls,
        articles: Iterable[Article],
        *,
        strict: bool = True,
        weights: Weights | None = None,
        time_limit: float | None = TIME_LIMIT,
        configuration: Configuration | None = None,
    ) -> Self:
        """Indexes articles in a temporary directory, which is gone when the engine is open.

        Args:
            articles: at least one; they need not all be in memory at once.
            strict: refuse all where one is bad: without an id or a text, with an id that came before, with a
                character that no text holds. Otherwise bad ones are left out.
            weights: constants of the ranking; None for those that ``onneshon.toml`` says, or ours.
            time_limit: seconds one search may take.
            configuration: what ``onneshon.toml`` would say.

        Raises:
            CorpusError: an article is bad, under ``strict``.
            BuildError: there is no good article, or the disk refused something.
        """
        from index import build  # noqa: PLC0415 (who serves an index that is there loads nothing that builds one)

        with TemporaryDirectory(prefix="onneshon-") as folder:
            build(articles, Path(folder), strict=strict, max_bad="100%")
            # The open files outlive their names: all of an index is mapped when it is opened.
            index = open_index(Path(folder))
        return cls(
            index,
            weights=weights,
            time_limit=time_limit,
            configuration=configuration,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the index as soon as no search uses it; searching afterwards raises IndexStateError."""
        self._searchers.replace(None)

    def reload(self) -> bool:
        """Move on to a newer generation, if one was published; searches under way finish on the old one.

        Raises:
            IndexStateError: the newer generation cannot be opened; the engine stays with the one it has.
            ConfigurationError: ``onneshon.toml`` makes no sense; the same.
        """
        if self._directory is None or not self._reloading.acquire(blocking=False):
            return False
        try:
            with self._searchers.acquire() as state:
                known = state.index.generation
            live = Generations(self._directory).current().name
            if live == known or live in self._damaged:
                return False
            return self._move_on(known)
        finally:
            self._reloading.release()

    def _move_on(self, known: str) -> bool:
        """Open the newest generation that is sound; whether that is another one than is known."""
        assert self._directory is not None  # noqa: S101  # or there is nowhere to move on to
        site = self._read_configuration()
        index = open_sound(self._directory, damaged=self._damaged)
        if index.generation == known:
            index.close()
            return False
        self._searchers.replace(Searcher(index, self._weights, site))
        if self._site_synonyms:
            self._site_synonyms = SiteSynonyms(self._directory / site.synonyms)
        return True

    def _leave(self, damaged: str) -> None:
        """Search an older generation from now on, if a sound one is there."""
        self._damaged.add(damaged)
        if self._directory is None or not self._reloading.acquire(blocking=False):
            return
        try:
            with self._searchers.acquire() as state:
                known = state.index.generation
            if known == damaged:
                self._move_on(known)
        except OnneshonError:
            pass  # there is none: what is damaged answers as far as it can
        finally:
            self._reloading.release()

    @property
    def count(self) -> int:
        """How many articles can be found."""
        with self._searchers.acquire() as state:
            return state.index.count

    @property
    def fields(self) -> tuple[KeywordField, ...]:
        """The fields of the site: those that ``onneshon.toml`` declares, then others that articles have."""
        with self._searchers.acquire() as state:
            return state.fields

    @property
    def configuration(self) -> Configuration:
        """What the site says in ``onneshon.toml``; read anew with each generation."""
        with self._searchers.acquire() as state:
            return state.configuration

    @property
    def health(self) -> Health:
        """Which generation answers, and what is known of its files."""
        with self._searchers.acquire() as state:
            verdict = state.verdict
            index = state.index
            return Health(index.generation, index.count, verdict.verified, verdict.damage, index.warning)

    def verify(self) -> None:
        """Read all of the generation that answers now, once; `health` tells the outcome ever after.

        Searches go on meanwhile; what they read is compared with its sums anyhow. Takes a second or so a
        gigabyte, and longer where the disk is slower than that.

        Where something is, an older generation that is sound answers from then on, and `health` warns.

        Raises:
            IndexCorruptError: something is not as it was built.
        """
        with self._searchers.acquire() as state:
            try:
                state.verdict.examine(state.index.verify)
            except IndexCorruptError:
                self._leave(state.index.generation)
                raise

    def article(self, article_id: str) -> Article:
        """The article of an id.

        Raises:
            ArticleNotFoundError: there is none.
        """
        with self._reading() as state:
            return state.index.article(article_id)

    def rank(self, text: str, *, limit: int = 10, literal: bool = False) -> list[tuple[str, float]]:
        """The ids of the best articles and their scores, best first; stored texts are not read.

        Args:
            text: the query.
            limit: how many.
            literal: look for every word exactly as typed, Latin ones as they are.

        Raises:
            QueryError: the query is too long or too deeply nested.
            BusyError: it is a costly query, and others kept it waiting too long.
        """
        budget = TimeBudget(self._time_limit, self._clock)
        with self._lane.entered(self._lane.cost(text), budget), self._reading() as state:
            query = self._parse(text, state, budget, literal=literal).query
            if query is None or limit < 1:
                return []
            found = state.ranker.run(query, min(limit, DEEPEST), budget)
        return list(zip(found.ids, found.scores.tolist(), strict=True))

    def search(self, text: str | SearchRequest, /, **options: Unpack[SearchOptions]) -> ResultPage:
        """A page of articles that match, in the order asked for, ties in the order of their ids.

        Args:
            text: the query; or the whole request, and then no options.
            options: the short form of a request, such as ``limit=20, category=["খেলা", "বিশ্ব"],
                date="2019..2020-06", sort="newest", facets=["category"]``; see ``SearchRequest.of``.

        Raises:
            QueryError: the query is too long or too deeply nested, the page too far back, or something else
                of the request makes no sense.
            BusyError: it is a costly query, and others kept it waiting too long.
        """
        request = request_of(text, options)
        budget = TimeBudget(self._time_limit, self._clock)
        with self._lane.entered(self._lane.cost(request.text), budget), self._reading() as state:
            parsed = self._parse(request.text, state, budget, literal=request.literal, strict=request.strict)
            return Answering(state, request, parsed, budget).page()

    def scan(self, text: str | SearchRequest, /, **options: Unpack[SearchOptions]) -> Iterator[Article]:
        """Every article that matches, in the order asked for.

        Articles are read one at a time; of those that match, 12 bytes each are held. There is no limit of
        time. The generation that the scan began with stays open until it ends, or is closed.

        Args:
            text: the query; or the whole request, whose page does not matter.
            options: as for ``search``.

        Raises:
            QueryError: as for ``search``, at the first article.
        """
        request = request_of(text, options)
        if request.cursor:
            raise QueryError("a scan has no pages", kind="parameter", parameter="cursor")
        return self._scanned(replace(request, group=False))

    def _scanned(self, request: SearchRequest) -> Iterator[Article]:
        budget = TimeBudget(None, self._clock)
        with self._reading() as state:
            parsed = self._parse(request.text, state, budget, literal=request.literal, strict=request.strict)
            yield from Answering(state, request, parsed, budget).scan()

    def values(self, field: FilterField) -> list[str]:
        """The values that articles have of a field, the most frequent first; of dates and ids none.

        Raises:
            QueryError: there is no such field.
        """
        if field in {"date", "id"}:
            return []
        with self._reading() as state:
            check_known(field, (*FILTER_FIELDS, *(one.name for one in state.fields)), "field")
            return state.executor.filters.values(field)

    def explain(self, text: str, article_id: str, *, literal: bool = False) -> ScorePart:
        """Why an article has its score for a query: parts that add up to it, none where it does not match.

        Args:
            text: the query.
            article_id: of the article.
            literal: take Latin words as they are.

        Raises:
            ArticleNotFoundError: there is no such article.
            QueryError: the query is too long or too deeply nested.
            BusyError: it is a costly query, and others kept it waiting too long.
        """
        budget = TimeBudget(self._time_limit, self._clock)
        with self._lane.entered(self._lane.cost(text), budget), self._reading() as state:
            doc = state.executor.collection.find(article_id)
            if doc is None:
                raise ArticleNotFoundError(f"there is no article with the id {article_id!r}")
            query = self._parse(text, state, budget, literal=literal).query
            if query is None:
                return ScorePart("score", "", 0.0)
            return explain_score(query, doc, state.ranker, budget)

    def similar(self, article_id: str, *, limit: int = 5) -> list[SimilarArticle]:
        """Articles on the same subject as one of them, best first; none that says nearly the same.

        Args:
            article_id: of the article.
            limit: how many at most, up to 50.

        Raises:
            ArticleNotFoundError: there is no such article.
        """
        budget = TimeBudget(self._time_limit, self._clock)
        with self._reading() as state:
            found = similar_articles(article_id, state.index, state.executor, limit, budget)
            return [SimilarArticle(state.index.article(name), score) for name, score in found]

    def suggest(self, text: str, *, limit: int = 8) -> list[Suggestion]:
        """What goes on from a text that is being typed: words, phrases and titles of the index, best first.

        Args:
            text: what is typed so far, in Bengali or Latin letters; a cluster may be half typed.
            limit: how many at most, up to 50.
        """
        with self._reading() as state:
            return complete(text, state.index, limit)

    def understand(self, text: str, *, literal: bool = False) -> list[UnderstoodWord]:
        """How a query is understood: each thing that it asks for, in all its writings, in the order typed.

        Args:
            text: the query.
            literal: as for ``search``.

        Raises:
            QueryError: the query is too long or too deeply nested.
            BusyError: it is a costly query, and others kept it waiting too long.
        """
        budget = TimeBudget(self._time_limit, self._clock)
        with self._lane.entered(self._lane.cost(text), budget), self._reading() as state:
            parsed = self._parse(text, state, budget, literal=literal)
            return understood_words(parsed, parsed.unicode or text, state.executor.term_scorer)

    def marked(self, article_id: str, text: str, *, literal: bool = False) -> MarkedArticle:
        """The whole title and the whole body of an article with everything marked that a query matches.

        A query that cannot be understood marks nothing.

        Args:
            article_id: of the article.
            text: the query.
            literal: take Latin words as they are, as the search did that led here.

        Raises:
            ArticleNotFoundError: there is no such article.
            BusyError: it is a costly query, and others kept it waiting too long.
        """
        budget = TimeBudget(self._time_limit, self._clock)
        with self._lane.entered(self._lane.cost(text), budget):
            with self._reading() as state:
                article = state.index.article(article_id)
                try:
                    query = self._parse(text, state, budget, literal=literal).query
                except QueryError:
                    query = None
            return marked_article(article, query, budget)

    @contextmanager
    def _reading(self) -> Iterator[Searcher]:
        """The index of now. What is read is compared with its sums; other failures have all of it read, once.

        Raises:
            IndexCorruptError: a file is not as it was built; names the file.
        """
        with self._searchers.acquire() as state:
            try:
                yield state
            except IndexCorruptError as error:
                state.verdict.note(error)
                self._leave(state.index.generation)
                raise
            except OnneshonError:
                raise
            except Exception as error:
                try:
                    state.verdict.examine(state.index.verify)
                except IndexCorruptError as damage:
                    self._leave(state.index.generation)
                    raise damage from error
                raise

    def _parse(
        self, text: str, state: Searcher, budget: TimeBudget, *, literal: bool, strict: bool = False
    ) -> Parsed:
        return state.reader.read(text, self._synonyms(), budget, literal=literal, strict=strict)

    def _synonyms(self) -> Synonyms:
        return self._site_synonyms.current() if self._site_synonyms else shipped_synonyms()
