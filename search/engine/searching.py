"""The search of every engine: acquire a generation, wait for admission, parse the query, build the page."""

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
"""Seconds after which a search returns a partial result, marked as such."""


@cache
def _program() -> str:
    """The version of this program."""
    return version("onneshon")


class Searching(ABC, Generic[OpenT]):
    """Searches the current generation; safe to share among threads.

    Args:
        first: the generation to begin with.
        time_limit: seconds that one search may take; None for no limit.
        costly: the most costly queries that run at a time; None for no limit.
        clock: the clock of time limits, in seconds.
        synonyms: the site's synonyms; None for the shipped ones alone.
        pins: the file of pins; None where there is none.
        today: returns the current day, which decides what pins hold.
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
        """The object that answers a request."""

    @abstractmethod
    def _finished(self, request: SearchRequest, state: OpenT) -> SearchRequest:
        """The request with an unfinished text replaced by its completion."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the index as soon as no search uses it; later searches raise IndexStateError."""
        self._threads.end()
        self._searchers.replace(None)

    @contextmanager
    def _reading(self) -> Iterator[OpenT]:
        """The current generation; all reads within the context share one budget, see ``budget_now``."""
        with in_turn(self._budget()), self._searchers.acquire() as state:
            yield state

    def _asked(self, text: str, budget: TimeBudget) -> AbstractContextManager[OpenT]:
        """The current generation, once a query is admitted."""
        cost = self._admission.cost(text)
        return self._reading() if cost < SLOW_LANE else self._in_turn(cost, budget)

    @contextmanager
    def _in_turn(self, cost: int, budget: TimeBudget) -> Iterator[OpenT]:
        with self._admission.entered(cost, budget), self._reading() as state:
            yield state

    def set_aside(self, aside: Callable[[], AbstractContextManager[object]]) -> None:
        """Run each costly query, its waiting included, inside a new context.

        Args:
            aside: makes the context.
        """
        self._admission.aside = aside

    def _budget(self) -> TimeBudget:
        return TimeBudget(self._time_limit, self._clock)

    def _synonyms(self, state: OpenT) -> Synonyms:
        tables = self._site_synonyms.current() if self._site_synonyms else shipped_synonyms()
        return known_with_learned(tables, self._learned(state))

    @staticmethod
    def _learned(state: OpenT) -> str:
        """The table of synonyms that the index learned; empty where the site does not want it."""
        return state.words.learned if state.configuration.learned_synonyms else ""

    def _parse(
        self, text: str, state: OpenT, budget: TimeBudget, *, literal: bool, strict: bool = False
    ) -> Parsed:
        """Parse a query, and make ``budget`` the current one for all reads from here on."""
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
            text: the query; or a whole request, then without options.
            options: the short form of a request, such as ``limit=20, category=["খেলা", "বিশ্ব"],
                date="2019..2020-06", sort="newest", facets=["category"]``; see ``SearchRequest.of``.

        Raises:
            QueryError: the query is too long or too deeply nested, the page too far back, or another option
                of the request is invalid.
            BusyError: it is a costly query that waited too long behind others.
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
        """The pages of several requests, all from one generation and within the time limit of one search.

        Args:
            requests: queries or whole requests, answered in this order; the last pages are partial where
                time runs out.

        Returns:
            For each request its page, or the error that ``search`` would raise.

        Raises:
            QueryError: an item is neither, or ``requests`` is a text instead of a list.
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
        """Every article that matches, in the order asked for, from the generation current at the beginning.

        Articles are read a few at a time, and little memory is kept for each match. There is no time limit.
        The generation stays open until the scan ends, or is closed.

        Args:
            text: the query; or a whole request, whose page does not matter.
            options: as for ``search``.

        Raises:
            QueryError: as for ``search``, at the first article.
        """
        request = request_of(text, options)
        if request.cursor:
            raise QueryError("a scan has no pages", parameter="cursor")
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
        """Build a page with pins applied; for a quotation that no article contains, that of its words."""
        parsed = read(request)
        instead = without_quotes(request, parsed, state.statistics)
        if instead is not None and budget.whole:  # a missing part of the index might contain the quotation
            return replace(self._made(instead, state, budget, read, effect), quotation=request.text)
        return self._answered(request, parsed, effect(parsed.query), state, budget).page()

    def _begun(self, request: SearchRequest, state: OpenT) -> SearchRequest:
        """The request, with its text completed where it is marked as unfinished."""
        return self._finished(request, state) if request.unfinished and not request.literal else request

    def _read(self, request: SearchRequest, state: OpenT, budget: TimeBudget) -> Parsed:
        return self._parse(request.text, state, budget, literal=request.literal, strict=request.strict)

    def _answered(
        self, request: SearchRequest, parsed: Parsed, effect: Effect | None, state: OpenT, budget: TimeBudget
    ) -> Answering[OpenT, AnyValue] | Curated:
        """The object that answers a request, with or without an effect of pins."""
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
        """A version string of all that decides answers besides the request; it changes when they may.

        It covers the version of this program, the generation, the settings in ``onneshon.toml``, the site's
        synonyms, authors, and pins, which depend on the day. Processes that serve the same files have the
        same string; those that serve copies may not.
        """
        synonyms = self._site_synonyms.version if self._site_synonyms else ""
        pins = self._pins.in_effect()
        with self._searchers.acquire() as state:
            parts = [_program(), state.settings, synonyms, *([repr(pins)] if pins else [])]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:20]

    @property
    def count(self) -> int:
        """The number of articles that can be found."""
        with self._searchers.acquire() as state:
            return state.words.count

    @property
    def configuration(self) -> Configuration:
        """The site's settings from ``onneshon.toml``; read again with each generation."""
        with self._searchers.acquire() as state:
            return state.configuration

    @property
    def fields(self) -> tuple[KeywordField, ...]:
        """The site's fields: those that ``onneshon.toml`` declares, then others in the index."""
        with self._searchers.acquire() as state:
            return state.fields

    @property
    def learned(self) -> str:
        """The table of synonyms that the index learned from its articles."""
        with self._searchers.acquire() as state:
            return state.words.learned

    def _effect(self, query: Query | None, state: OpenT) -> Effect | None:
        """The effect of pins on the hits of a query; None where there are no pins."""
        if query is None or not self._pins.current():
            return None
        return self._pins.effect(query, state, self._synonyms(state), self._reads(state))

    def _reads(self, state: OpenT) -> Reads:
        budget = TimeBudget(None, self._clock)
        return lambda text: self._parse(text, state, budget, literal=False).query

    def _authors(self) -> Authors:
        """The site's current table of authors."""
        return self._site_authors.current() if self._site_authors else NOBODY

    @checked
    def author_name(self, name: str) -> str:
        """The name under which an author is counted, where articles spell the name in several ways.

        Args:
            name: any spelling of the author's name.

        Raises:
            QueryError: ``name`` is no text.
        """
        return self._authors().name_of(name)
