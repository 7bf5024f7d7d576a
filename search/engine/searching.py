"""How every engine searches: acquires a generation, waits for its turn, reads the query, makes the page."""

import datetime as dt
import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from functools import cache
from importlib.metadata import version
from types import TracebackType
from typing import Any as AnyValue
from typing import Final, Generic, Self, Unpack

from onneshon.index import Article
from onneshon.index.configuration import Configuration, KeywordField
from onneshon.index.errors import BusyError
from onneshon.search.curation.matching import Effect, understood_query
from onneshon.search.curation.pins import PinFile
from onneshon.search.engine.admission import SLOW_LANE, AdmissionQueue, Threads
from onneshon.search.engine.answering import Answering, without_quotes
from onneshon.search.engine.curated import Curated, PinEffects, Reads
from onneshon.search.engine.generation import OpenT, SearcherManager, again_if_mended
from onneshon.search.errors import QueryError
from onneshon.search.query.options import checked, refused
from onneshon.search.query.parser import Parsed
from onneshon.search.query.tree import Query
from onneshon.search.request import SearchOptions, SearchRequest, check_options, request_of
from onneshon.search.results.values import ResultPage
from onneshon.search.retrieval.authors import NOBODY, Authors, SiteAuthors
from onneshon.search.retrieval.budget import (
    Clock,
    TimeBudget,
    in_turn,
    take_turn,
)
from onneshon.search.understanding.site_synonyms import SiteSynonyms, known_with_learned
from onneshon.search.understanding.suggestion import KeptFindings
from onneshon.search.understanding.synonyms import Synonyms, shipped_synonyms

TIME_LIMIT: Final = 2.0
"""Seconds of one search after which it returns what it has, marked as partial."""


@cache
def _program() -> str:
    """The version of this program."""
    return version("onneshon")


class Searching(ABC, Generic[OpenT]):
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
    def _answering(
        self, state: OpenT, request: SearchRequest, parsed: Parsed, budget: TimeBudget
    ) -> Answering[OpenT, AnyValue]:
        """What answers a request."""

    @abstractmethod
    def _finished(self, request: SearchRequest, state: OpenT) -> SearchRequest:
        """The request for what an unfinished text begins."""

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
        """The generation of now; what is read of it is of one budget, see ``budget_now``."""
        with in_turn(self._budget()), self._searchers.acquire() as state:
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
        return known_with_learned(tables, self._learned(state))

    @staticmethod
    def _learned(state: OpenT) -> str:
        """What an index learned of words, where the site wants that."""
        return state.words.learned if state.configuration.learned_synonyms else ""

    def _parse(
        self, text: str, state: OpenT, budget: TimeBudget, *, literal: bool, strict: bool = False
    ) -> Parsed:
        """A query understood; all that is read for it from here on is of its budget."""
        take_turn(budget)
        return self._understood(text, state, budget, literal=literal, strict=strict)

    def _understood(
        self, text: str, state: OpenT, budget: TimeBudget, *, literal: bool, strict: bool
    ) -> Parsed:
        return state.reader.read(text, self._synonyms(state), budget, literal=literal, strict=strict)

    @again_if_mended
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

    @again_if_mended
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
            QueryError: one is neither, or this is a text instead of several.
        """
        if isinstance(requests, str):
            raise refused("requests", f"a list of queries or requests, not {requests[:60]!r}")
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
            request = self._begun(request, state)
            parsed = self._read(request, state, budget)
            effect = self._effect(parsed.query, state)
            yield from self._answered(request, parsed, effect, state, budget).scan()

    def _page(self, request: SearchRequest, state: OpenT, budget: TimeBudget) -> ResultPage:
        return self._made(
            self._begun(request, state),
            state,
            budget,
            lambda typed: self._read(typed, state, budget),
            lambda query: self._effect(query, state),
        )

    def _made(
        self,
        request: SearchRequest,
        state: OpenT,
        budget: TimeBudget,
        read: Callable[[SearchRequest], Parsed],
        effect: Callable[[Query | None], Effect | None],
    ) -> ResultPage:
        """A page as a query is read, and as pins have it; of its words where no article has a quotation."""
        parsed = read(request)
        instead = without_quotes(request, parsed, state.statistics)
        if instead is not None and budget.whole:  # else what does not answer may have it
            return replace(self._made(instead, state, budget, read, effect), quotation=request.text)
        return self._answered(request, parsed, effect(parsed.query), state, budget).page()

    def _begun(self, request: SearchRequest, state: OpenT) -> SearchRequest:
        """The request for what its text begins, where it is said to be unfinished."""
        return self._finished(request, state) if request.unfinished and not request.literal else request

    def _read(self, request: SearchRequest, state: OpenT, budget: TimeBudget) -> Parsed:
        return self._parse(request.text, state, budget, literal=request.literal, strict=request.strict)

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

    @property
    def learned(self) -> str:
        """The table of synonyms that the index learned of its articles."""
        with self._searchers.acquire() as state:
            return state.words.learned

    def _effect(self, query: Query | None, state: OpenT) -> Effect | None:
        """What pins make of the hits of a query; None where there are no pins."""
        if query is None or not self._pins.current():
            return None
        return self._pins.effect(query, state, self._synonyms(state), self._reads(state))

    def _reads(self, state: OpenT) -> Reads:
        budget = TimeBudget(None, self._clock)
        return lambda text: self._parse(text, state, budget, literal=False).query

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
