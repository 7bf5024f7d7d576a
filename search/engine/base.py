"""What every engine does alike: turns, time, reading queries, acquiring generations."""

import datetime as dt
import hashlib
from abc import abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from functools import cache, wraps
from importlib.metadata import version
from types import TracebackType
from typing import Any as AnyValue
from typing import Concatenate, Final, Generic, ParamSpec, Self, TypeVar, Unpack

import numpy as np
from numpy.typing import NDArray

from onneshon.index import Article
from onneshon.index.configuration import Configuration, KeywordField
from onneshon.index.errors import BusyError, IndexCorruptError
from onneshon.search.curation.matching import Effect, understood_query
from onneshon.search.curation.pins import Pin, PinFile
from onneshon.search.engine.answering import Answering
from onneshon.search.engine.asynchronous import AsyncMethods, Threads
from onneshon.search.engine.curated import Curated, PinEffects, Reads, explained_pin
from onneshon.search.engine.generation import Dated, OpenT, SearcherManager
from onneshon.search.engine.understood import KeptFindings, as_read, concepts, understood_words
from onneshon.search.errors import QueryError
from onneshon.search.interface import SearchOptions, SearchRequest, check_options, request_of
from onneshon.search.query.conditions import FILTER_FIELDS, FilterField
from onneshon.search.query.field_values import check_known
from onneshon.search.query.options import checked
from onneshon.search.query.parser import Parsed
from onneshon.search.query.tree import Query
from onneshon.search.reranking.explanation import ScorePart
from onneshon.search.reranking.grouping import similar_articles
from onneshon.search.reranking.ranker import Outcome
from onneshon.search.results.highlight import marked_article
from onneshon.search.results.values import MarkedArticle, ResultPage, SimilarArticle, UnderstoodWord
from onneshon.search.retrieval.authors import NOBODY, Authors, SiteAuthors
from onneshon.search.retrieval.budget import SLOW_LANE, AdmissionQueue, Clock, TimeBudget
from onneshon.search.understanding.completion import complete
from onneshon.search.understanding.site_synonyms import SiteSynonyms, with_learned
from onneshon.search.understanding.suggestion import AsRead, Findings, Suggestion, as_typed, first_begun
from onneshon.search.understanding.synonyms import Synonyms, parse_synonyms, shipped_synonyms

TIME_LIMIT: Final = 2.0
"""Seconds of one search after which it returns what it has, marked as partial."""

USUAL_LIMIT: Final = 8
"""Suggestions, unless told."""

P = ParamSpec("P")
T = TypeVar("T")
EngineT = TypeVar("EngineT", bound="EngineBase[AnyValue]")


@cache
def _program() -> str:
    """The version of this program."""
    return version("onneshon")


def _again_if_mended(
    method: Callable[Concatenate[EngineT, P], T],
) -> Callable[Concatenate[EngineT, P], T]:
    """Ask once more where an index was found to be damaged, and a sound one has taken its place meanwhile."""

    @wraps(method)
    def asked(self: EngineT, /, *args: P.args, **options: P.kwargs) -> T:
        before = self._searchers.now
        try:
            return method(self, *args, **options)
        except IndexCorruptError:
            if self._searchers.now is before:
                raise
            return method(self, *args, **options)

    return asked


class EngineBase(AsyncMethods, Dated[OpenT], Generic[OpenT]):
    """Searches the generation of now; safe to share among threads.

    Args:
        first: the generation to begin with.
        time_limit: seconds one search may take; None for as long as it takes.
        costly: how many costly queries are answered at a time; None for as many as are asked.
        clock: tells the time, in seconds.
        synonyms: the site's own; None for ours alone.
        pins: what editors say of queries; None where none can.
        today: tells the day, by which pins hold or not.
    """

    _site_authors: SiteAuthors | None = None

    def __init__(
        self,
        first: OpenT,
        *,
        time_limit: float | None,
        costly: int | None,
        clock: Clock,
        synonyms: SiteSynonyms | None,
        pins: PinFile | None = None,
        today: Callable[[], dt.date] = dt.date.today,
    ) -> None:
        self._time_limit = time_limit
        self._clock = clock
        self._admission = AdmissionQueue(costly)
        self._site_synonyms = synonyms
        self._pins: PinEffects[OpenT] = PinEffects(pins, today)
        self._findings: KeptFindings[OpenT] = KeptFindings()
        self._searchers = SearcherManager(first)
        self._threads = Threads()

    @abstractmethod
    def _best(self, state: OpenT, query: Query, limit: int, budget: TimeBudget) -> list[tuple[str, float]]:
        """Ids and scores of the best articles."""

    @abstractmethod
    def _answering(
        self, state: OpenT, request: SearchRequest, parsed: Parsed, budget: TimeBudget
    ) -> Answering[OpenT, AnyValue]:
        """What answers a request."""

    @abstractmethod
    def _explained(self, state: OpenT, query: Query, article_id: str, budget: TimeBudget) -> ScorePart:
        """Why an article that is there has its score."""

    @abstractmethod
    def _count_each(self, state: OpenT, queries: Sequence[Query]) -> list[int]:
        """How many articles hold everything that each of some queries asks for."""

    @abstractmethod
    def _similar(
        self, state: OpenT, query: Query, count: int, budget: TimeBudget
    ) -> tuple[Outcome, NDArray[np.uint64]]:
        """The best articles by their words alone, and the fingerprints of their documents."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the index as soon as no search uses it; searching afterwards raises IndexStateError."""
        self._threads.end()
        self._searchers.replace(None)

    @contextmanager
    def _reading(self) -> Iterator[OpenT]:
        """The generation of now."""
        with self._searchers.acquire() as state:
            yield state

    def _asked(self, text: str, budget: TimeBudget) -> AbstractContextManager[OpenT]:
        """The generation of now, once it is the turn of a query."""
        cost = self._admission.cost(text)
        return self._reading() if cost < SLOW_LANE else self._in_turn(cost, budget)

    @contextmanager
    def _in_turn(self, cost: int, budget: TimeBudget) -> Iterator[OpenT]:
        with self._admission.entered(cost, budget), self._reading() as state:
            yield state

    def set_aside(self, aside: Callable[[], AbstractContextManager[object]]) -> None:
        """Have each costly query wait and be answered in a context of its own.

        Args:
            aside: makes it.
        """
        self._admission.aside = aside

    def _budget(self) -> TimeBudget:
        return TimeBudget(self._time_limit, self._clock)

    def _synonyms(self, state: OpenT) -> Synonyms:
        tables = self._site_synonyms.current() if self._site_synonyms else shipped_synonyms()
        learned = state.words.learned if state.configuration.learned_synonyms else ""
        return with_learned(tables, learned) if learned else tables

    def _parse(
        self, text: str, state: OpenT, budget: TimeBudget, *, literal: bool, strict: bool = False
    ) -> Parsed:
        return state.reader.read(text, self._synonyms(state), budget, literal=literal, strict=strict)

    @property
    def edition(self) -> str:
        """What decides answers beside the request, as a text that changes with it.

        That is the version of this program, the generation, what the site says in ``onneshon.toml``, its
        synonyms, its authors, and its pins, which hold by the day. Processes that serve the same files have
        the same; those of copies may not.
        """
        synonyms = self._site_synonyms.version if self._site_synonyms else ""
        pins = self._pins.holding()
        with self._searchers.acquire() as state:
            parts = [_program(), state.settings, synonyms, *([repr(pins)] if pins else [])]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:20]

    @property
    def count(self) -> int:
        """How many articles can be found."""
        with self._searchers.acquire() as state:
            return state.words.count

    @property
    def configuration(self) -> Configuration:
        """What the site says in ``onneshon.toml``; read anew with each generation."""
        with self._searchers.acquire() as state:
            return state.configuration

    @property
    def fields(self) -> tuple[KeywordField, ...]:
        """The fields of the site: those that ``onneshon.toml`` declares, then others that articles have."""
        with self._searchers.acquire() as state:
            return state.fields

    @checked
    @_again_if_mended
    def article(self, article_id: str) -> Article:
        """The article of an id.

        Raises:
            ArticleNotFoundError: there is none.
        """
        with self._reading() as state:
            return state.article(article_id, self._budget())

    @checked
    @_again_if_mended
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
        budget = self._budget()
        with self._asked(text, budget) as state:
            query = self._parse(text, state, budget, literal=literal).query
            return [] if query is None or limit < 1 else self._best(state, query, limit, budget)

    @_again_if_mended
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
        budget = self._budget()
        with self._asked(request.text, budget) as state:
            check_options(options, state.fields)
            return self._page(request, state, budget)

    def as_if(
        self, request: SearchRequest, /, *, synonyms: str | None = None, pins: Sequence[Pin] | None = None
    ) -> ResultPage:
        """The page that a search would give if the site said otherwise; nothing is changed.

        Args:
            request: what is asked.
            synonyms: what the site's file of synonyms would have; None for what it has.
            pins: what the pins would be; None for what they are.

        Raises:
            SynonymError: a line of the synonyms makes no sense.
            QueryError: as for ``search``.
            BusyError: likewise.
        """
        tables = None
        if synonyms is not None:
            tables = shipped_synonyms().merged(parse_synonyms(synonyms, "line"))
        budget = self._budget()
        with self._asked(request.text, budget) as state:
            learned = state.words.learned if state.configuration.learned_synonyms else ""
            if tables is not None and learned:
                tables = with_learned.__wrapped__(tables, learned)
            parsed = state.reader.read(
                request.text,
                tables or self._synonyms(state),
                budget,
                literal=request.literal,
                strict=request.strict,
            )
            if pins is None or parsed.query is None:
                effect = self._effect(parsed.query, state)
            else:
                effect = self._pins.effect_if(pins, parsed.query, self._reads(state))
            return self._answered(request, parsed, effect, state, budget).page()

    @property
    def learned(self) -> str:
        """The table of synonyms that the index learned of its articles."""
        with self._searchers.acquire() as state:
            return state.words.learned

    def _page(self, request: SearchRequest, state: OpenT, budget: TimeBudget) -> ResultPage:
        request = self._of_whole(request, state)
        parsed = self._parse(request.text, state, budget, literal=request.literal, strict=request.strict)
        effect = self._effect(parsed.query, state)
        return self._answered(request, parsed, effect, state, budget).page()

    def _answered(
        self, request: SearchRequest, parsed: Parsed, effect: Effect | None, state: OpenT, budget: TimeBudget
    ) -> Answering[OpenT, AnyValue] | Curated:
        """What answers a request of which pins say something, or nothing."""
        if parsed.query is None or not effect:
            return self._answering(state, request, parsed, budget)
        return Curated(
            lambda asked, read: self._answering(state, asked, read, budget),
            request,
            parsed,
            understood_query(parsed.query),
            effect,
            state.cursors,
        )

    def _effect(self, query: Query | None, state: OpenT) -> Effect | None:
        """What pins make of the hits of a query; None where there are no pins."""
        if query is None or not self._pins.current():
            return None
        return self._pins.effect(query, state, self._synonyms(state), self._reads(state))

    def _reads(self, state: OpenT) -> Reads:
        budget = TimeBudget(None, self._clock)
        return lambda text: self._parse(text, state, budget, literal=False).query

    @_again_if_mended
    def multi_search(
        self, requests: Sequence[str | SearchRequest], /
    ) -> list[ResultPage | QueryError | BusyError]:
        """The page of each of several requests, all of one generation and together in the time of one search.

        Args:
            requests: what is asked, queries or whole requests, answered in this order; the last ones are
                partial where time runs out.

        Returns:
            For each its page, or the error that ``search`` would raise.

        Raises:
            QueryError: one is neither.
        """
        asked = [request_of(request, {}) for request in requests]
        whole = self._budget()
        with self._reading() as state:
            return [self._page_or_error(request, state, whole.rest()) for request in asked]

    def _page_or_error(
        self, request: SearchRequest, state: OpenT, budget: TimeBudget
    ) -> ResultPage | QueryError | BusyError:
        try:
            with self._admission.entered(self._admission.cost(request.text), budget):
                return self._page(request, state, budget)
        except (QueryError, BusyError) as error:
            return error

    def scan(self, text: str | SearchRequest, /, **options: Unpack[SearchOptions]) -> Iterator[Article]:
        """Every article that matches, in the order asked for, of the generation that the scan began with.

        Articles are read a few at a time; of those that match, little is held. There is no limit of time.
        The generation stays open until the scan ends, or is closed.

        Args:
            text: the query; or the whole request, whose page does not matter.
            options: as for ``search``.

        Raises:
            QueryError: as for ``search``, at the first article.
        """
        request = request_of(text, options)
        if request.cursor:
            raise QueryError("a scan has no pages", kind="parameter", parameter="cursor")
        return self._scanned(replace(request, group=False), options)

    def _scanned(self, request: SearchRequest, options: SearchOptions) -> Iterator[Article]:
        budget = TimeBudget(None, self._clock)
        with self._reading() as state:
            check_options(options, state.fields)
            request = self._of_whole(request, state)
            parsed = self._parse(request.text, state, budget, literal=request.literal, strict=request.strict)
            effect = self._effect(parsed.query, state)
            yield from self._answered(request, parsed, effect, state, budget).scan()

    @checked
    @_again_if_mended
    def values(self, field: FilterField) -> list[str]:
        """The values that articles have of a field, the most frequent first; of dates and ids none.

        Raises:
            QueryError: there is no such field.
        """
        if field in {"date", "id"}:
            return []
        with self._reading() as state:
            check_known(field, (*FILTER_FIELDS, *(declared.name for declared in state.fields)), "field")
            return state.known.values(field)

    def _authors(self) -> Authors:
        """What the site says now of its authors."""
        return self._site_authors.current() if self._site_authors else NOBODY

    @checked
    def author_name(self, name: str) -> str:
        """The name by which counts know an author, of whom articles may have several.

        Args:
            name: any of these.

        Raises:
            QueryError: it is no text.
        """
        return self._authors().name_of(name)

    @checked
    @_again_if_mended
    def explain(self, text: str, article_id: str, *, literal: bool = False) -> ScorePart:
        """Why an article has its score for a query: parts that add up to it.

        Where it does not match, the score is 0 and the parts say why: words that are missing, filters that
        are not met, what must not be there.

        Args:
            text: the query.
            article_id: of the article.
            literal: take Latin words as they are.

        Raises:
            ArticleNotFoundError: there is no such article.
            QueryError: the query is too long or too deeply nested.
            BusyError: it is a costly query, and others kept it waiting too long.
        """
        budget = self._budget()
        with self._asked(text, budget) as state:
            state.article(article_id, budget)
            query = self._parse(text, state, budget, literal=literal).query
            if query is None:
                return ScorePart("score", "", 0.0)
            score = self._explained(state, query, article_id, budget)
            effect = self._effect(query, state)
            return explained_pin(score, article_id, effect) if effect else score

    @checked
    @_again_if_mended
    def similar(self, article_id: str, *, limit: int = 5) -> list[SimilarArticle]:
        """Articles on the same subject as one of them, best first; none that says nearly the same.

        Args:
            article_id: of the article.
            limit: how many at most, up to 50.

        Raises:
            ArticleNotFoundError: there is no such article.
        """
        with self._reading() as state:
            budget = self._budget()
            found = similar_articles(
                state.article(article_id, budget),
                state.words,
                limit,
                lambda query, count: self._similar(state, query, count, budget),
            )
            texts = state.articles([name for name, _ in found], budget)
            return [SimilarArticle(texts[name], score) for name, score in found if name in texts]

    @checked
    @_again_if_mended
    def suggest(self, text: str, *, limit: int = USUAL_LIMIT) -> list[Suggestion]:
        """What goes on from a text that is being typed: words, phrases and titles of the index, best first.

        Args:
            text: what is typed so far, in Bengali or Latin letters; a cluster may be half typed.
            limit: how many at most, up to 50.
        """
        with self._reading() as state:
            return self._suggested(text, limit, state)

    def _suggested(self, text: str, limit: int, state: OpenT) -> list[Suggestion]:
        return complete(
            text,
            state.words,
            limit,
            lambda typed: self._as_read(typed, state),
            lambda texts: self._searched(texts, state),
        )

    def _of_whole(self, request: SearchRequest, state: OpenT) -> SearchRequest:
        """The request for what an unfinished text begins; itself where it is finished."""
        text = request.text
        if not request.unfinished or request.literal:
            return request
        rows = self._suggested(text, USUAL_LIMIT, state)
        return replace(request, text=first_begun(text, self._as_read(text, state), rows, state.words))

    def _searched(self, texts: Sequence[str], state: OpenT) -> list[Findings]:
        budget = self._budget()
        return self._findings.of(texts, state, budget, lambda new: self._found(new, state, budget))

    def _found(self, texts: Sequence[str], state: OpenT, budget: TimeBudget) -> dict[str, Findings]:
        read = {text: self._parse(text, state, budget, literal=False).query for text in texts}
        queries = {text: query for text, query in read.items() if query is not None}
        articles = zip(queries, self._count_each(state, list(queries.values())), strict=True)
        return {text: Findings(count, concepts(queries[text])) for text, count in articles}

    def _as_read(self, text: str, state: OpenT) -> AsRead:
        try:
            parsed = self._parse(text, state, self._budget(), literal=False)
        except QueryError:
            return as_typed(text)
        return as_read(text, parsed, state.statistics)

    @checked
    @_again_if_mended
    def understand(self, text: str, *, literal: bool = False) -> list[UnderstoodWord]:
        """How a query is understood: each thing that it asks for, in all its writings, in the order typed.

        Args:
            text: the query.
            literal: as for ``search``.

        Raises:
            QueryError: the query is too long or too deeply nested.
            BusyError: it is a costly query, and others kept it waiting too long.
        """
        budget = self._budget()
        with self._asked(text, budget) as state:
            parsed = self._parse(text, state, budget, literal=literal)
            return understood_words(parsed, parsed.unicode or text, state.statistics)

    @checked
    @_again_if_mended
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
        budget = self._budget()
        with self._asked(text, budget) as state:
            article = state.article(article_id, budget)
            try:
                query = self._parse(text, state, budget, literal=literal).query
            except QueryError:
                query = None
            return marked_article(article, query, budget)
