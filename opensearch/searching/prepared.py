"""Queries as a cluster is asked for them, the searches for what each finds, and the ranking that they give.

A query is compiled, the words by which the best are compared are looked up, and it is worked out what hits
are to tell of these: that takes a tenth of what a page of a known query takes here, and the next page, or one
with other filters, needs the same.
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
"""Under this it is counted how many articles hold everything that is asked for."""

DIGITS: Final = 6
"""Digits by which scores are compared: Lucene adds up numbers of 32 bits, which have seven."""


def rounded(score: float) -> float:
    """A score as it is compared."""
    return float(f"{score:.{DIGITS}g}")


NO_FIELDS: Final[Mapping[str, Any]] = {}


class Row(NamedTuple):
    """An article of a ranking.

    Attributes:
        id: of the article.
        score: as it is shown.
        key: that by which it is placed, the highest first; after it comes the order of ids.
        fingerprint: see ``index.indexer.digests``; 0 where none is known.
        after: what the cluster sorted it by, to go on from there.
        hit: as the cluster gave it, see ``HitWords``.
    """

    id: str
    score: float
    key: float
    fingerprint: int = 0
    after: tuple[Any, ...] = ()
    hit: Mapping[str, Any] = NO_FIELDS

    @property
    def sort_key(self) -> tuple[float, str]:
        """What rows are sorted by."""
        return -rounded(self.key), self.id


@dataclass(frozen=True, slots=True)
class Ranked:
    """The first articles of an order.

    Attributes:
        rows: in their order.
        reply: how many there are, and what was counted among them.
        total_all: how many of these have everything that is asked for.
        sample: in which was counted; None for all of them.
    """

    rows: Sequence[Row]
    reply: Reply
    total_all: int = 0
    sample: Sample | None = None


@dataclass(frozen=True, slots=True)
class Filters:
    """What articles must meet besides a query.

    Attributes:
        common: filters that narrow hits and counts.
        after: filters that narrow hits, while counts leave out some of them.
        counted: what to count, by names.
        complete: what an article matches that has everything that is asked for; None where it is not counted.
        known: how many have that, where nothing need be counted.
    """

    common: tuple[Dsl, ...] = ()
    after: tuple[Dsl, ...] = ()
    counted: Mapping[str, Dsl] | None = None
    complete: Dsl | None = None
    known: int | None = None

    def with_known_total(self, found: Ranked) -> Ranked:
        """What was found, with what was known before."""
        return found if self.known is None else replace(found, total_all=self.known)


def outcome_of(rows: Sequence[Row], total: int | None = None, total_all: int | None = None) -> Outcome:
    """Articles of a ranking; documents are their ranks in it."""
    return Outcome(
        np.arange(len(rows), dtype=np.uint32),
        np.array([row.score for row in rows], np.float64),
        [row.id for row in rows],
        total,
        total_all,
    )


def ranked(rows: Sequence[Row], reply: Reply) -> Ranked:
    """What one search has found and counted."""
    counts = dict(reply.counts)
    total_all = int(counts.pop(ALL)["doc_count"]) if ALL in counts else 0
    return Ranked(rows, replace(reply, counts=counts), total_all)


@dataclass(frozen=True, slots=True)
class PreparedQuery:
    """A query of one generation; threads may share it.

    Attributes:
        compiler: that compiled it.
        scoring: by whose scores articles are ranked.
        words: by which the best are compared.
        hit_words: what hits are to tell of it.
        rescore: whether the best are compared.
    """

    compiler: Compiler
    scoring: Dsl
    words: tuple[QueryWord, ...]
    hit_words: HitWords
    rescore: bool

    @classmethod
    def of(cls, state: ClusterSearcher, query: Query, budget: TimeBudget, *, rescore: bool) -> Self:
        """Prepare a query, or find it prepared.

        One is kept where all was counted that it needs, and where nothing of it will be decided later: that
        would be asked for in the time of the request that prepared it.

        Args:
            state: the generation.
            query: what is looked for.
            budget: of the search.
            rescore: whether the best are compared.
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
            filters: what they must meet besides.
            count: how many.
            order: of the hits.
            days: the earliest and the latest of all articles, which count where scores fall with age.
            after: how many come before them.
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
        """A search for the best articles, and where their words stand in them.

        Args:
            filters: which of them.
            count: most of them.
            summed: the query as a sum, where the best are looked for alone; None where all are scored.
            in_order: whether equal ones come in the order of ids, which are looked up for that; what is
                rescored is sorted anyway.
        """
        body = self.hits(filters, count, Order(), (0, 0))
        del body["track_scores"]  # for its sake all would be looked at; what is sorted by tells the score
        if in_order and summed is None:  # nothing is sorted where the best are scored anew
            return body
        del body["sort"]  # which told the id
        body["docvalue_fields"].append("id")
        if summed is None:
            return body
        body["query"] = summed.scoring(filters.common)
        scored = {"rescore_query": self.scoring, "query_weight": 0, "rescore_query_weight": 1}
        body["rescore"] = {"window_size": max(RESCORED, count), "query": scored}
        return body

    def counts(self, filters: Filters) -> Dsl:
        """A search that counts what matches, beside that for the best, which then need not look at all.

        The cluster keeps the answer as long as no article changes: who asks again, or for another page, waits
        for nothing to be counted.
        """
        body: Dsl = {"query": {"bool": {"filter": [unscored(self.scoring), *filters.common]}}, "size": 0}
        return counting(_narrowed(body, filters), filters)


def counting(body: Dsl, filters: Filters) -> Dsl:
    """A search that also counts all that match, and what the filters say to count of them."""
    counted = dict(filters.counted or {})
    if filters.complete is not None:
        counted[ALL] = {"filter": filters.complete}
    return {**body, "track_total_hits": True, **({"aggs": counted} if counted else {})}


def in_sample(query: ScoreSum, filters: Filters, sample: Sample) -> Dsl:
    """A search that counts what the filters say in a sample alone."""
    return {
        "query": query.matching([*filters.common, *sample.filters]),
        "size": 0,
        "track_total_hits": True,
        "aggs": dict(filters.counted or {}),
    }


def _narrowed(body: Dsl, filters: Filters) -> Dsl:
    """A search of which filters narrow the hits, and not what is counted."""
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
"""What OpenSearch takes for the date of an article without one, where such come last. It is told as a number:
of ``_last`` it passes over a part in which no article has a date, though equal ones there have lower ids."""


def _starts(query: Query) -> list[str]:
    return [*filter(None, dict.fromkeys(map(shared_beginning, usual_stems(query_words(query)))))]
