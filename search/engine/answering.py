"""Answers a request with a page, in steps shared by all engines; each engine finds, ranks and counts."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from onneshon.index import Article
from onneshon.search.engine.generation import OpenT
from onneshon.search.query.conditions import Condition, Filter, FilterField, Selection
from onneshon.search.query.dates import is_relative
from onneshon.search.query.field_values import FieldReading
from onneshon.search.query.parser import Parsed, quotation_of
from onneshon.search.query.tree import Leaf, MatchAll, Phrase, Query, content, leaves
from onneshon.search.request import SearchRequest
from onneshon.search.reranking.ranker import Order, Outcome
from onneshon.search.reranking.score_part import ScorePart
from onneshon.search.results.page import ResultPageBuilder
from onneshon.search.results.values import ResultPage
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.retrieval.evidence import Evidence, WordStatistics
from onneshon.search.retrieval.facets import Facet, FacetName
from onneshon.search.understanding.unknown_values import Asked, UnknownValue, filters_of, unknown_values


class UnderstoodRequest:
    """A request with its parsed query, conditions and order.

    Args:
        request: the request.
        parsed: its parsed text.
        field_reading: how the site's field values are read.

    Raises:
        QueryError: the request filters, counts or sorts by a field that does not exist, or filters by a value
            that is no date or number.

    Attributes:
        request: the request.
        parsed: its parsed text.
        conditions: the field and the condition of each filter, then those of withheld articles; None in place
            of the field where the condition excludes articles, which narrows all counts.
        query: the query that articles must match; None where there is nothing to search for.
        order: the order of the hits.
        grouping: whether near-duplicate articles are shown once.
        identity: a text of all that decides which articles are shown and in which order, for cursors.
    """

    def __init__(self, request: SearchRequest, parsed: Parsed, field_reading: FieldReading) -> None:
        request.check_fields(field_reading)
        self.request = request
        self.parsed = parsed
        self.conditions: list[tuple[FilterField | None, Selection]] = [
            (None if asked.negated else asked.field, asked.selection(field_reading))
            for asked in request.filters
        ]
        if parsed.withheld:
            choices = tuple(Filter("id", name, whole=True) for name in parsed.withheld)
            self.conditions.append((None, Selection(choices, negated=True)))
        everything = request.filters and not request.text.strip()
        self.query: Query | None = parsed.query or (MatchAll() if everything else None)
        self.order = Order(request.sort, request.freshness)
        self.grouping = request.group and request.sort == "relevance"
        self.identity = repr((request.identity(), parsed.withheld) if parsed.withheld else request.identity())
        if self._is_relative():  # the same request means other days tomorrow
            self.identity += field_reading.today().isoformat()

    def _is_relative(self) -> bool:
        """Whether the query, or a filter, may name days relative to today."""
        values = (
            value
            for narrowed in self.request.filters
            if narrowed.field == "date"
            for value in narrowed.values
        )
        text = self.request.text
        return any(map(is_relative, values)) or (":" in text and is_relative(text))

    def conditions_but(self, field: FilterField = "") -> list[Condition]:
        """The conditions of the filters, except those that select values of ``field``."""
        return [condition for name, condition in self.conditions if name != field]

    def chosen_values(self, field: FilterField) -> list[str]:
        """The values of the filters on a field."""
        return [
            value
            for field_filter in self.request.filters
            if field_filter.field == field
            for value in field_filter.values
        ]

    def filters(self, query: Query) -> list[Asked]:
        """All filters of the query and of the request, one for each value."""
        chosen = zip(self.request.filters, self.conditions, strict=False)
        return [
            *filters_of(query),
            *(
                Asked(condition, value)
                for given, (_, selection) in chosen
                for condition, value in zip(selection.choices, given.values, strict=True)
            ),
        ]


def without_quotes(
    request: SearchRequest, parsed: Parsed, statistics: WordStatistics
) -> SearchRequest | None:
    """The request without quotation marks, for a quotation that no article contains; None to keep it.

    Readers who quote from memory are shown the articles that contain the words, by relevance, which ranks
    those first that have them nearest each other. All articles decide, whatever the filters: the next page,
    and one narrowed further, search for the same words as the first.

    Args:
        request: the request.
        parsed: its parsed text.
        statistics: the document frequencies of the index.
    """
    words = quotation_of(request.text)
    asked_so = request.strict or request.sort != "relevance"
    if not words or asked_so or not _lacks_only_order(parsed, statistics):
        return None
    return replace(request, text=words)


def _lacks_only_order(parsed: Parsed, statistics: WordStatistics) -> bool:
    """Whether no article has the words of a phrase adjacent, but some article has one of them.

    A ``literal`` phrase has its words as clauses of their own as well, and is never such a query.
    """
    concepts = [] if parsed.query is None else [*content(parsed.query)]
    if len(concepts) != 1 or not isinstance(concepts[0], Leaf):
        return False
    phrases = [leaf for leaf in leaves(concepts[0]) if isinstance(leaf, Phrase)]
    words = [word for phrase in phrases for word in phrase.words]
    return bool(words) and not statistics.size(concepts[0]) and any(map(statistics.size, words))


def behind_page(page: ResultPage) -> int | None:
    """The number of hits up to the end of a page; None where no more follow."""
    shown = page.offset + len(page.hits)
    more = shown < page.total - page.grouped or not page.total_is_exact
    return shown if page.hits and more else None


@dataclass(frozen=True, slots=True)
class Found:
    """The articles found, of which a page shows some.

    Attributes:
        outcome: the articles.
        evidence: their texts and word statistics.
        before: the number of articles in ``outcome`` before the page.
        near_duplicates: the number of hidden near-duplicates of each; None without grouping.
        hidden: the number of articles hidden as near-duplicates.
        after: the bytes that the cursor stores about the end of the page.
        bounded: whether counting stopped at the total, so that more may match.
    """

    outcome: Outcome
    evidence: Evidence
    before: int = 0
    near_duplicates: NDArray[np.int64] | None = None
    hidden: int = 0
    after: bytes = b""
    bounded: bool = False


FoundT = TypeVar("FoundT", bound=Found)


class Answering(ABC, Generic[OpenT, FoundT]):
    """Answers one request from one open generation.

    Args:
        state: the generation.
        request: the request.
        parsed: its parsed text.
        budget: the time budget; where it runs out, the answer is partial.

    Raises:
        QueryError: the request filters, counts or sorts by a field that does not exist, or filters by a value
            that is no date or number.
    """

    def __init__(self, state: OpenT, request: SearchRequest, parsed: Parsed, budget: TimeBudget) -> None:
        self._state = state
        self._request = request
        self._budget = budget
        self._asked = UnderstoodRequest(request, parsed, state.field_reading)

    @abstractmethod
    def _found(self, query: Query, offset: int, noted: bytes) -> FoundT:
        """The hits after the first ``offset``; ``noted`` is what the previous page's cursor stores."""

    @abstractmethod
    def _explanations(self, query: Query, page: ResultPage, found: FoundT) -> Iterable[ScorePart | None]:
        """The explanation of each hit's score."""

    @abstractmethod
    def _end_of_complete(self, query: Query, page: ResultPage, found: FoundT) -> int | None:
        """The number of hits up to the last that has every word; None where that is unknown."""

    @abstractmethod
    def _facets(self, query: Query, found: FoundT) -> dict[FacetName, Facet]:
        """The facets of the request; a filter does not narrow the facet of its own field."""

    @abstractmethod
    def _every(self, query: Query) -> Iterator[Article]:
        """Every article that matches, in order, read one at a time."""

    def page(self) -> ResultPage:
        """The page for the request.

        Raises:
            QueryError: the cursor belongs to another generation or request.
        """
        request, query = self._request, self._asked.query
        offset, noted = request.offset, b""
        if request.cursor:
            behind, noted = self._state.cursors.position(request.cursor, self._asked.identity)
            offset += behind
        if query is None:
            return replace(self._nothing(offset), sort=request.sort, freshness=request.freshness)
        found = self._found(query, offset, noted)
        page = self._shown(query, offset, found)
        end_of_complete = self._end_of_complete(query, page, found)
        facets = self._facets(query, found)
        page = replace(
            page,
            sort=request.sort,
            freshness=request.freshness,
            cursor=self._cursor(page, found.after),
            facets=facets,
            unknown=self._unknown(query),
            partial=page.partial or not self._budget.whole,
            partial_reason=self._budget.partial_reason,
        )
        return page.divided(end_of_complete)

    def _nothing(self, offset: int) -> ResultPage:
        """The page of a query without words."""
        parsed, request = self._asked.parsed, self._request
        return ResultPage(
            request.text,
            (),
            0,
            offset,
            request.limit,
            self._budget.elapsed * 1000,
            unknown_fields=parsed.unknown_fields,
            ignored=parsed.ignored,
        )

    def _shown(self, query: Query, offset: int, found: FoundT) -> ResultPage:
        """The page with its hits."""
        request = self._request
        page = ResultPageBuilder(
            self._state.reader.readings,
            found.evidence,
            request.text,
            self._asked.parsed,
            self._budget,
            literal=request.literal,
        ).page(
            query,
            found.outcome,
            slice(found.before, found.before + request.limit),
            offset,
            near_duplicates=found.near_duplicates,
            grouped=found.hidden,
            bounded=found.bounded,
        )
        if not request.explain:
            return page
        explained = zip(page.hits, self._explanations(query, page, found), strict=False)
        return replace(page, hits=tuple(replace(hit, explanation=part) for hit, part in explained))

    def _cursor(self, page: ResultPage, after: bytes) -> str | None:
        behind = behind_page(page)
        return None if behind is None else self._state.cursors.make(behind, self._asked.identity, after)

    def _unknown(self, query: Query) -> tuple[UnknownValue, ...]:
        asked = self._asked.filters(query)
        return unknown_values(self._state.known, asked) if asked else ()

    def scan(self) -> Iterator[Article]:
        """Every article that matches, in order, read one at a time."""
        if self._asked.query is not None:
            yield from self._every(self._asked.query)
