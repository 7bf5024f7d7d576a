"""Prepared queries, the searches made from them, and the rows of the ranking.

To prepare a query, it is compiled, the words for rescoring are looked up, and the columns and names that hits
must report are determined: that takes a tenth of what a page of a known query takes in this process, and the
next page, or one with other filters, needs the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple, Self

import numpy as np

from onneshon.opensearch.searching.asking import ONLY_COLUMNS, Reply
from onneshon.opensearch.searching.compiler import Compiler
from onneshon.opensearch.searching.dsl import AGED, Dsl, script_score, unscored
from onneshon.opensearch.searching.hit_words import HitWords
from onneshon.opensearch.searching.score_sums import RESCORED, Sample, ScoreSum
from onneshon.opensearch.searching.searcher import ClusterSearcher
from onneshon.search.query.conditions import number_order
from onneshon.search.query.tree import Query, counted
from onneshon.search.reranking.query_words import QueryWord, query_words
from onneshon.search.reranking.ranker import OLDEST_SHARE, Order, Outcome
from onneshon.search.reranking.rescoring import compared_words, shared_beginning, usual_stems
from onneshon.search.retrieval.budget import TimeBudget

DATE: Final[Dsl] = {"field": "date", "format": "strict_date"}
"""The day of an article as a column, in ISO 8601."""


ALL: Final = "all words"
"""The name of the aggregation that counts the articles with everything that is asked for."""

DIGITS: Final = 6
"""Significant digits of scores in comparisons: Lucene adds up numbers of 32 bits, which have seven."""


def rounded(score: float) -> float:
    """A score rounded for comparison."""
    return float(f"{score:.{DIGITS}g}")


NO_FIELDS: Final[Mapping[str, Any]] = {}


class Row(NamedTuple):
    """An article of a ranking.

    Attributes:
        id: the article's id.
        score: the score that is shown.
        key: the score by which rows are ordered, highest first; equal ones are ordered by ids.
        fingerprint: see ``index.indexer.digests``; 0 where none is known.
        after: the sort values in the cluster, to continue after this row.
        hit: the hit as the cluster gave it, see ``HitWords``.
    """

    id: str
    score: float
    key: float
    fingerprint: int = 0
    after: tuple[Any, ...] = ()
    hit: Mapping[str, Any] = NO_FIELDS

    @property
    def sort_key(self) -> tuple[float, str]:
        """The key by which rows are sorted."""
        return -rounded(self.key), self.id


@dataclass(frozen=True, slots=True)
class Ranked:
    """The first articles of an order.

    Attributes:
        rows: the articles in their order.
        reply: the reply with the total and the aggregations.
        total_all: the number of matching articles that have everything that is asked for.
        sample: the sample in which facets were counted; None where all articles were.
    """

    rows: Sequence[Row]
    reply: Reply
    total_all: int = 0
    sample: Sample | None = None


@dataclass(frozen=True, slots=True)
class Filters:
    """The filters and aggregations of a search besides its query.

    Attributes:
        common: filters that narrow hits and counts.
        after: filters that narrow hits alone; each aggregation has those of them that apply to it.
        counted: the aggregations, by names.
        complete: a filter for articles with everything that is asked for; None where they are not counted.
        known: the number of these articles, where it is known without counting.
    """

    common: tuple[Dsl, ...] = ()
    after: tuple[Dsl, ...] = ()
    counted: Mapping[str, Dsl] | None = None
    complete: Dsl | None = None
    known: int | None = None

    def with_known_total(self, found: Ranked) -> Ranked:
        """The ranking, with the known number of articles that have everything."""
        return found if self.known is None else replace(found, total_all=self.known)


def outcome_of(rows: Sequence[Row], total: int | None = None, total_all: int | None = None) -> Outcome:
    """The outcome of a ranking; its documents are ranks."""
    return Outcome(
        np.arange(len(rows), dtype=np.uint32),
        np.array([row.score for row in rows], np.float64),
        [row.id for row in rows],
        total,
        total_all,
    )


def ranked(rows: Sequence[Row], reply: Reply) -> Ranked:
    """Combine the rows and the counts of one search."""
    counts = dict(reply.counts)
    total_all = int(counts.pop(ALL)["doc_count"]) if ALL in counts else 0
    return Ranked(rows, replace(reply, counts=counts), total_all)


@dataclass(frozen=True, slots=True)
class PreparedQuery:
    """A query of one generation; threads may share it.

    Attributes:
        compiler: the compiler that compiled it.
        scoring: the compiled query, whose scores rank articles.
        words: the words by which the best are rescored.
        hit_words: the words that hits are to report.
        rescore: whether the best are rescored.
    """

    compiler: Compiler
    scoring: Dsl
    words: tuple[QueryWord, ...]
    hit_words: HitWords
    rescore: bool

    @classmethod
    def of(cls, state: ClusterSearcher, query: Query, budget: TimeBudget, *, rescore: bool) -> Self:
        """Prepare a query, or return it from the cache.

        A query is cached if all counts that it needs were complete, and if nothing of it is left to determine
        later: that would be asked for with the time budget of the request that prepared it.

        Args:
            state: the generation.
            query: the query.
            budget: the time budget of the search.
            rescore: whether the best are rescored.
        """
        known: Self | None = state.prepared.kept((query, rescore))
        if known is not None:
            return known
        made = cls._made(state, query, budget, rescore=rescore)
        kept = budget.whole and made.compiler.decided_alone(query)
        return state.prepared.keep((query, rescore), made) if kept else made

    @classmethod
    def _made(cls, state: ClusterSearcher, query: Query, budget: TimeBudget, *, rescore: bool) -> Self:
        statistics = state.statistics
        statistics.expect(counted(query))
        compiler = state.compiler(budget)
        scoring = compiler.compiled(query)
        words = tuple(compared_words(query, statistics)) if rescore else ()
        hit_words = HitWords(query, compiler, words, _starts(query) if rescore else [])
        return cls(compiler, scoring, words, hit_words, rescore)

    def hits(
        self, filters: Filters, count: int, order: Order, days: tuple[int, int], *, after: int = 0
    ) -> Dsl:
        """A search for some hits of an order.

        Args:
            filters: the further conditions and aggregations.
            count: the number of hits.
            order: the order of the hits.
            days: the earliest and the latest day of all articles, used where scores decay with age.
            after: the number of hits to skip.
        """
        scoring = self.scoring
        fields: list[Any] = ["fingerprint"]
        if order.decay is not None:
            oldest, latest = days
            ages = {"oldest": oldest, "latest": latest, "half_life": order.decay, "least": OLDEST_SHARE}
            scoring = script_score(scoring, AGED, ages)
        body: Dsl = {
            "query": {
                "bool": {
                    "must": [scoring],
                    "should": self.hit_words.named if self.rescore else [],
                    "filter": [*filters.common],
                }
            },
            "from": after,
            "size": count,
            "sort": _sort(order),
            "track_scores": True,
            "track_total_hits": False,
            **ONLY_COLUMNS,
            "docvalue_fields": fields if order.decay is None else [*fields, DATE],
        }
        if self.rescore:
            body |= self.hit_words.columns
        return _narrowed(body, filters)

    def best(self, filters: Filters, count: int, summed: ScoreSum | None, *, in_order: bool = False) -> Dsl:
        """A search for the best articles, with the positions of the query's words in them.

        Args:
            filters: the further conditions.
            count: the largest number of hits.
            summed: the query as a sum, to find the best without scoring all; None where all are scored.
            in_order: whether equal scores are ordered by ids, which are read for that; what is rescored is
                sorted anyway.
        """
        body = self.hits(filters, count, Order(), (0, 0))
        del body["track_scores"]  # it would have all articles scored; the sort values have the score
        if in_order and summed is None:  # a search with ``rescore`` cannot be sorted
            return body
        del body["sort"]  # whose last value was the id
        body["docvalue_fields"].append("id")
        if summed is None:
            return body
        body["query"] = summed.scoring(filters.common)
        scored = {"rescore_query": self.scoring, "query_weight": 0, "rescore_query_weight": 1}
        body["rescore"] = {"window_size": max(RESCORED, count), "query": scored}
        return body

    def counts(self, filters: Filters) -> Dsl:
        """A search that counts what matches, in addition to that for the best, which then need not visit all.

        The cluster caches the answer as long as no article changes: the same query, or another page of it,
        waits for no counting.
        """
        body: Dsl = {"query": {"bool": {"filter": [unscored(self.scoring), *filters.common]}}, "size": 0}
        return counting(_narrowed(body, filters), filters)


def counting(body: Dsl, filters: Filters) -> Dsl:
    """The search with a total of all that match and the aggregations of the filters."""
    counted = dict(filters.counted or {})
    if filters.complete is not None:
        counted[ALL] = {"filter": filters.complete}
    return {**body, "track_total_hits": True, **({"aggs": counted} if counted else {})}


def in_sample(query: ScoreSum, filters: Filters, sample: Sample) -> Dsl:
    """A search for the aggregations of the filters, in a sample alone."""
    return {
        "query": query.matching([*filters.common, *sample.filters]),
        "size": 0,
        "track_total_hits": True,
        "aggs": dict(filters.counted or {}),
    }


def _narrowed(body: Dsl, filters: Filters) -> Dsl:
    """The search with filters that narrow its hits but not its aggregations."""
    return {**body, "post_filter": {"bool": {"filter": [*filters.after]}}} if filters.after else body


def _sort(order: Order) -> list[Dsl]:
    if order.by == "relevance":
        return [{"_score": "desc"}, {"id": "asc"}]
    if number := number_order(order.by):
        field, descending = number
        direction = "desc" if descending else "asc"
        last = f"{'-' if descending else ''}Infinity"
        numeric = {"order": direction, "mode": "max", "missing": last, "unmapped_type": "double"}
        return [{f"numbers.{field}": numeric}, {"id": "asc"}]
    direction, last_day = ("desc", _FIRST) if order.by == "newest" else ("asc", ~_FIRST)
    return [{"date": {"order": direction, "missing": last_day}}, {"id": "asc"}]


_FIRST: Final = -(1 << 63)
"""The date that OpenSearch assumes for an article without one, where such come last. It is given as a number:
with ``_last``, a part in which no article has a date is skipped, though equal ones there have lower ids."""


def _starts(query: Query) -> list[str]:
    return [*filter(None, dict.fromkeys(map(shared_beginning, usual_stems(query_words(query)))))]
