"""Runs query trees: each part becomes a list of scored documents, and the kernel sums the lists."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple, TypeAlias, assert_never

import numpy as np
from numpy.typing import NDArray

from onneshon.index import Article
from onneshon.index.errors import IndexCorruptError
from onneshon.index.kernel.clauses import Scored, ScoredDocs
from onneshon.index.kernel.matching import Found, conjunction, disjunction
from onneshon.index.kernel.positions import sums
from onneshon.index.ranking import inverse_frequency, units_for
from onneshon.search.query.conditions import Condition
from onneshon.search.query.tree import (
    All,
    Any,
    Boost,
    Conjunction,
    Fuzzy,
    Hint,
    Leaf,
    Query,
    Unscored,
    lacked,
)
from onneshon.search.retrieval.authors import NOBODY, Authors
from onneshon.search.retrieval.bm25f import DEFAULT_WEIGHTS, Weights
from onneshon.search.retrieval.budget import TimeBudget, lacking_now
from onneshon.search.retrieval.collection import (
    NOTHING,
    Bitmap,
    Collection,
    Docs,
    Mask,
    Scores,
    packed,
    unpacked,
)
from onneshon.search.retrieval.facets import Filters
from onneshon.search.retrieval.query_lists import (
    FEWEST,
    LEAST_SHARE,
    NEUTRAL,
    QueryLists,
    QueryPart,
    QueryWalk,
    concept_weights,
    parts_of_conjunction,
    timely,
)
from onneshon.search.retrieval.term_scorer import TermScorer

Concepts: TypeAlias = list[tuple[list[int], int]]
"""For each concept of a query, the indexes of its lists among those that find articles, and its weight."""

EVERYTHING: Final = 0
"""The value of ``Collector.k`` for all articles that match."""

COARSE: Final = 1 << 8
"""Units in a score of 1 where only the articles matter and not their scores."""


@dataclass(frozen=True, slots=True)
class Collector:
    """What to collect of the articles that match a query.

    Attributes:
        k: the number of best articles to return; ``EVERYTHING`` for all.
        conditions: filters that every article must meet in addition to the query.
        count: whether to count all that match.
        matched: whether to return the set of all that match.
    """

    k: int
    conditions: Sequence[Condition] = ()
    count: bool = False
    matched: bool = False


class Candidates(NamedTuple):
    """The best articles of a query, before any rescoring.

    Attributes:
        docs: at least ``k`` documents, if as many match; ascending.
        scores: the score of each document.
        total: the number of articles that match; None where counting was not asked for.
        total_all: the number of these that contain every concept of the query; None likewise.
        matched: the set of all that match; None where it was not asked for.
    """

    docs: Docs
    scores: Scores
    total: int | None = None
    total_all: int | None = None
    matched: Bitmap | None = None


class Executor:
    """Runs queries over one collection. Safe to share among threads.

    Args:
        collection: the articles.
        weights: the constants of the ranking.
        authors: the table of names of each author.
    """

    def __init__(
        self, collection: Collection, weights: Weights = DEFAULT_WEIGHTS, authors: Authors = NOBODY
    ) -> None:
        self.collection = collection
        self.term_scorer = TermScorer(collection, weights)
        self.filters = Filters(collection, authors)

    def candidates(self, query: Query, collector: Collector, budget: TimeBudget) -> Candidates:
        """The best articles, and all that tie with the last of them.

        Args:
            query: the query to run.
            collector: what to collect.
            budget: the time budget; where it runs out, the articles found so far are returned.
        """
        conditions, k = collector.conditions, collector.k
        count, matched = collector.count, collector.matched
        run = self._run(query, budget, self._kept(self.filters.all_of(conditions) if conditions else None))
        if isinstance(query, Conjunction):
            found, asked = run.conjunction(query, k, count=count, matched=matched or count), False
        else:
            found, asked = run.disjunction(query, k, count=count, matched=matched)
        if not found.complete:
            budget.exceeded = True
        total_all = None
        if count:
            total_all = found.total_all if asked else run.keeping(found.matched).count_all(query)
        return Candidates(
            found.docs,
            found.scores / run.units,
            found.total if count else None,
            None if total_all is None else min(total_all, found.total),
            found.matched if matched else None,
        )

    def _run(self, query: Query, budget: TimeBudget, kept: Bitmap | None) -> "_Run":
        return _Run(self.collection, self.term_scorer, self.filters, self.units(query), budget, kept)

    def units(self, query: Query) -> int:
        """The units in a score of 1 for a query, such that no article's score overflows 32 bits."""
        return units_for(_greatest(self.term_scorer, query, 1.0))

    def finds(self, query: Query, doc: int, budget: TimeBudget) -> bool:
        """Whether a query by itself finds a document."""
        if isinstance(query, Condition):
            return bool(self.filters.mask(query)[doc])
        matched = self.candidates(query, Collector(1, matched=True), budget).matched
        assert matched is not None  # noqa: S101  # it was asked for
        return bool(unpacked(matched, self.collection.size)[doc])

    def _kept(self, mask: Mask | None) -> Bitmap | None:
        """The documents that may be found: those of a mask that are not deleted."""
        if mask is None:
            return self.collection.live
        deleted = self.collection.deleted
        return packed(mask if deleted is None else mask & ~deleted)

    def concepts(self, query: Query, budget: TimeBudget) -> list[list[ScoredDocs]]:
        """For each concept of a query, the lists of articles that contain it; an article may be in any."""
        live = self.collection.live
        return _Run(self.collection, self.term_scorer, self.filters, COARSE, budget, live).concepts(query)

    def article(self, doc: int) -> Article | None:
        """The article of a document, as stored; None where it is damaged and must be skipped."""
        try:
            return self.collection.article(doc)
        except IndexCorruptError:
            if not self.collection.lossy:
                raise
            lacking_now()
            return None

    def masks_at(self, query: Query, docs: Docs, budget: TimeBudget) -> list[Mask]:
        """For each concept of a query, a mask over some documents, ascending, that contain it."""
        return [sums(lists, docs) > 0 for lists in self.concepts(query, budget)]

    def hold_all(self, query: Query, docs: Docs, budget: TimeBudget) -> Mask:
        """A mask over some documents: which contain every concept of a query."""
        order = docs.argsort()
        complete = np.ones(len(docs), np.bool_)
        for mask in self.masks_at(query, docs[order], budget):
            complete[order[~mask]] = False
        return complete

    def count_all(self, query: Query, budget: TimeBudget, conditions: Sequence[Condition] = ()) -> int:
        """The number of articles found by a query that contain every concept of it."""
        return self.candidates(query, Collector(1, conditions, count=True), budget).total_all or 0


@dataclass(frozen=True, slots=True)
class _Run(QueryWalk[ScoredDocs]):
    """Runs one query.

    Attributes:
        collection: the articles.
        scorer: the scorer of leaves.
        filters: the masks of conditions.
        units: the units in a score of 1.
        budget: the time budget of the search.
        kept: the documents that may be found; None for all.
    """

    collection: Collection
    scorer: TermScorer
    filters: Filters
    units: int
    budget: TimeBudget
    kept: Bitmap | None

    def keeping(self, kept: Bitmap | None) -> "_Run":
        """The same run with another set of documents that may be found."""
        return replace(self, kept=kept)

    def leaf(self, leaf: Leaf, factor: float) -> QueryPart[ScoredDocs]:
        return self.scorer.scored(leaf, factor, self.units)

    def alone(self, query: Query, factor: float) -> ScoredDocs:
        if isinstance(query, Boost):
            return self.alone(query.child, factor * query.factor)
        whole = self.keeping(self.collection.live)
        if isinstance(query, Conjunction):
            found = whole.conjunction(query, EVERYTHING)
        else:
            found, _ = whole.disjunction(query, EVERYTHING)
        if not found.complete:
            self.budget.exceeded = True
        if isinstance(query, Unscored):
            return self._neutral(found.docs, factor)
        return Scored(found.docs, _times(found.scores, factor))

    def disjunction(
        self, query: Query, k: int, *, count: bool = False, matched: bool = False
    ) -> tuple[Found, bool]:
        """The articles of a disjunction, and whether the kernel was given the query's concepts."""
        lists = self.lists(query, 1.0).settled()
        concepts, share = self._concepts(query, lists)
        found_by, added = lists.found_by, _not_empty(lists.added)
        kept = self.kept
        if share and kept is not self.collection.live:
            # The share is decided over all live articles; filters then narrow the result.
            kept, share = self._kept_of(found_by, added, concepts, share), 0.0
        found = disjunction(
            found_by,
            added,
            k,
            self.collection.size,
            kept=kept,
            concepts=concepts,
            share=share,
            fewest=FEWEST if share else 0,
            matched=matched or (count and not concepts),  # the caller counts complete matches among these
            count=count,
            seconds=self.budget.left,
        )
        return found, bool(concepts)

    def _kept_of(
        self, found_by: Sequence[ScoredDocs], added: Sequence[ScoredDocs], concepts: Concepts, share: float
    ) -> Bitmap:
        """The documents that may be found and contain enough of a query, or are the best of few."""
        found = disjunction(
            found_by,
            added,
            1,
            self.collection.size,
            kept=self.collection.live,
            concepts=concepts,
            share=share,
            fewest=FEWEST,
            matched=True,
            seconds=self.budget.left,
        )
        if not found.complete:
            self.budget.exceeded = True
        assert found.matched is not None  # noqa: S101  # it was asked for
        return _both(self.kept, found.matched)

    def _concepts(self, query: Query, lists: QueryLists[ScoredDocs]) -> tuple[Concepts, float]:
        """The concepts of a disjunction, and the share of their weight that an article must contain."""
        groups = lists.groups() if isinstance(query, Any) else []  # otherwise the concepts lie deeper
        if len(groups) < 2:  # noqa: PLR2004 (of one concept each article holds all)
            return [(group, 1) for group in groups], 0.0
        # Counted over live articles: deleted ones must not influence what is found.
        sizes = [self.scorer.size_of([lists.finding[index].main for index in group]) for group in groups]
        weighed = concept_weights(sizes, lambda size: inverse_frequency(size, self.collection.count))
        share = LEAST_SHARE if isinstance(query, Any) and query.words and weighed.decide else 0.0
        return [*zip(groups, weighed.weights, strict=True)], share

    def conjunction(self, query: Conjunction, k: int, *, count: bool = False, matched: bool = False) -> Found:
        """The articles that all scoring children and filters share, without those of negated children."""
        parts = parts_of_conjunction(query)
        mask = self.filters.all_of(parts.conditions)
        kept = self.kept if mask is None else _both(self.kept, packed(mask))
        excluded = [self._holder(child) for child in parts.excluded]
        required, adding = self.joined(parts, 1.0)
        if len(required) < len(parts.scoring):  # time ran out before every child: no hit may violate one
            required = [QueryPart(Scored(NOTHING, NOTHING))]
        return conjunction(
            [part.main for part in required] or [self._everything()],
            _not_empty(adding),
            k,
            self.collection.size,
            kept=kept,
            excluded=_not_empty(excluded),
            matched=matched,
            count=count,
            seconds=self.budget.left,
        )

    def _holder(self, query: Query) -> ScoredDocs:
        """The articles that a query finds by itself; their scores are in units of its own."""
        if isinstance(query, Leaf):
            return self.scorer.holder(query)
        units = units_for(_greatest(self.scorer, query, 1.0))
        return replace(self, units=units).alone(query, 1.0)

    def _everything(self) -> Scored:
        return self._neutral(self.collection.all_live(), 1.0)

    def _neutral(self, docs: Docs, factor: float) -> Scored:
        """Documents with the score of an unscored query: ``NEUTRAL * factor``."""
        return Scored(docs, np.full(len(docs), max(1, round(NEUTRAL * factor * self.units)), np.uint32))

    def concepts(self, query: Query) -> list[list[ScoredDocs]]:
        """For each concept of a query, the lists of articles that contain it; an article may be in any."""
        return [self._concept(concept) for concept in timely([*lacked(query)], self.budget)]

    def _concept(self, concept: Leaf | Any) -> list[ScoredDocs]:
        return self.lists(concept, 1.0).found_by if isinstance(concept, Any) else [self._holder(concept)]

    def count_all(self, query: Query) -> int:
        """The number of documents that may be found and contain every concept of a query."""
        concepts = replace(self, units=COARSE, kept=self.collection.live).concepts(query)
        parts = [lists[0] if len(lists) == 1 else self._any_of(lists) for lists in concepts]
        if not parts:
            return 0
        return conjunction(parts, (), 1, self.collection.size, kept=self.kept).total

    def _any_of(self, lists: Sequence[ScoredDocs]) -> Scored:
        found = disjunction(lists, (), EVERYTHING, self.collection.size)
        return Scored(found.docs, found.scores)


def _greatest(scorer: TermScorer, query: Query, factor: float) -> float:
    """An upper bound of the scores of a query."""
    match query:
        case _ if isinstance(query, Leaf):
            return scorer.greatest(query, factor)
        case Any(children):
            return sum([_greatest(scorer, child, factor) for child in children])
        case All(children, optional):
            return sum([_greatest(scorer, child, factor) for child in (*children, *optional)])
        case Boost(child, times):
            return _greatest(scorer, child, factor * times)
        case Hint(child):
            return _greatest(scorer, child, factor)
        case _ if isinstance(query, Fuzzy | Unscored):
            return max(1.0, factor * NEUTRAL)
        case _:
            assert_never(query)


def _not_empty(lists: Iterable[ScoredDocs]) -> list[ScoredDocs]:
    """The lists that have any article."""
    return [part for part in lists if part.df]


def _times(scores: NDArray[np.uint32], factor: float) -> NDArray[np.uint32]:
    if factor == 1:
        return scores
    scaled: NDArray[np.uint32] = np.maximum(np.rint(scores * factor), 1).astype(np.uint32)
    return scaled


def _both(bitmap: Bitmap | None, other: Bitmap) -> Bitmap:
    return other if bitmap is None else bitmap & other
