"""Finds the articles of a query tree: each part becomes a list, and the kernel adds the lists up."""

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
"""For each concept that a query asks for, its lists among those that find, and its weight."""

EVERYTHING: Final = 0
"""As ``Collector.k``: all that match."""

COARSE: Final = 1 << 8
"""Units in a score of 1 where it is only asked which articles have one."""


@dataclass(frozen=True, slots=True)
class Collector:
    """What is collected of the articles that match a query.

    Attributes:
        k: how many, the best; ``EVERYTHING`` for all.
        conditions: what every article must meet besides.
        count: whether to count all that match.
        matched: whether to say which articles match.
    """

    k: int
    conditions: Sequence[Condition] = ()
    count: bool = False
    matched: bool = False


class Candidates(NamedTuple):
    """The best articles of a query, before any rescoring.

    Attributes:
        docs: at least as many documents as were asked for, if there are; ascending.
        scores: the score of each.
        total: how many articles match in all; None where that was not asked for.
        total_all: how many of these hold everything that the query asks for; None likewise.
        matched: all that match, where that was asked for.
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
        weights: constants of the ranking.
        authors: which names are of one author.
    """

    def __init__(
        self, collection: Collection, weights: Weights = DEFAULT_WEIGHTS, authors: Authors = NOBODY
    ) -> None:
        self.collection = collection
        self.term_scorer = TermScorer(collection, weights)
        self.filters = Filters(collection, authors)

    def candidates(self, query: Query, collector: Collector, budget: TimeBudget) -> Candidates:
        """The best articles and all that score as the last of them.

        Args:
            query: what to look for.
            collector: how many, and what else of them.
            budget: where it runs out, what was found by then is returned.
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
        """How many units a score of 1 has in a query; no article's score reaches what 32 bits hold."""
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
        """The articles of each concept that a query asks for, as lists of which each may have it."""
        live = self.collection.live
        return _Run(self.collection, self.term_scorer, self.filters, COARSE, budget, live).concepts(query)

    def article(self, doc: int) -> Article | None:
        """The article of a document, as stored; None where that is damaged, and to be left out."""
        try:
            return self.collection.article(doc)
        except IndexCorruptError:
            if not self.collection.lossy:
                raise
            lacking_now()
            return None

    def masks_at(self, query: Query, docs: Docs, budget: TimeBudget) -> list[Mask]:
        """For each concept that a query asks for, which of some documents, ascending, hold it."""
        return [sums(lists, docs) > 0 for lists in self.concepts(query, budget)]

    def hold_all(self, query: Query, docs: Docs, budget: TimeBudget) -> Mask:
        """Which of some documents hold everything that a query asks for."""
        order = docs.argsort()
        complete = np.ones(len(docs), np.bool_)
        for mask in self.masks_at(query, docs[order], budget):
            complete[order[~mask]] = False
        return complete

    def count_all(self, query: Query, budget: TimeBudget, conditions: Sequence[Condition] = ()) -> int:
        """How many of the articles that a query finds hold everything that it asks for."""
        return self.candidates(query, Collector(1, conditions, count=True), budget).total_all or 0


@dataclass(frozen=True, slots=True)
class _Run(QueryWalk[ScoredDocs]):
    """Runs one query.

    Attributes:
        collection: the articles.
        scorer: of words.
        filters: of conditions.
        units: in a score of 1.
        budget: of the search.
        kept: the documents that may be found.
    """

    collection: Collection
    scorer: TermScorer
    filters: Filters
    units: int
    budget: TimeBudget
    kept: Bitmap | None

    def keeping(self, kept: Bitmap | None) -> "_Run":
        """The same; other documents may be found."""
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
        """What a disjunction finds, and whether it was given what the query asks for."""
        lists = self.lists(query, 1.0).settled()
        concepts, share = self._concepts(query, lists)
        found_by, added = lists.found_by, _not_empty(lists.added)
        kept = self.kept
        if share and kept is not self.collection.live:
            # Filters narrow what is found: which articles hold enough does not depend on them.
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
            matched=matched or (count and not concepts),  # then all that is asked for is looked for in these
            count=count,
            seconds=self.budget.left,
        )
        return found, bool(concepts)

    def _kept_of(
        self, found_by: Sequence[ScoredDocs], added: Sequence[ScoredDocs], concepts: Concepts, share: float
    ) -> Bitmap:
        """Of the documents that may be found those that hold enough of a query, or are the best of few."""
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
        """What an article should hold, and the share of it that it must hold to be found."""
        groups = lists.groups() if isinstance(query, Any) else []  # else what is asked for lies deeper
        if len(groups) < 2:  # noqa: PLR2004 (of one concept each article holds all)
            return [(group, 1) for group in groups], 0.0
        # Of articles that are there: what is found must not depend on what was deleted.
        sizes = [self.scorer.size_of([lists.finding[index].main for index in group]) for group in groups]
        weighed = concept_weights(sizes, lambda size: inverse_frequency(size, self.collection.count))
        share = LEAST_SHARE if isinstance(query, Any) and query.words and weighed.decide else 0.0
        return [*zip(groups, weighed.weights, strict=True)], share

    def conjunction(self, query: Conjunction, k: int, *, count: bool = False, matched: bool = False) -> Found:
        """Articles of every child, from the rarest on; those of filters among them; none of negations."""
        parts = parts_of_conjunction(query)
        mask = self.filters.all_of(parts.conditions)
        kept = self.kept if mask is None else _both(self.kept, packed(mask))
        excluded = [self._holder(child) for child in parts.excluded]
        required, adding = self.joined(parts, 1.0)
        if len(required) < len(parts.scoring):  # not every condition was looked at, and no hit may break one
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
        """The articles that a query finds by itself, with any score: the units are its own."""
        if isinstance(query, Leaf):
            return self.scorer.holder(query)
        units = units_for(_greatest(self.scorer, query, 1.0))
        return replace(self, units=units).alone(query, 1.0)

    def _everything(self) -> Scored:
        return self._neutral(self.collection.all_live(), 1.0)

    def _neutral(self, docs: Docs, factor: float) -> Scored:
        """Documents that meet what adds nothing to a score but its factor."""
        return Scored(docs, np.full(len(docs), max(1, round(NEUTRAL * factor * self.units)), np.uint32))

    def concepts(self, query: Query) -> list[list[ScoredDocs]]:
        """The articles of each concept that a query asks for, as lists of which each may have it."""
        return [self._concept(concept) for concept in timely([*lacked(query)], self.budget)]

    def _concept(self, concept: Leaf | Any) -> list[ScoredDocs]:
        return self.lists(concept, 1.0).found_by if isinstance(concept, Any) else [self._holder(concept)]

    def count_all(self, query: Query) -> int:
        """How many of the documents that may be found hold everything that a query asks for."""
        concepts = replace(self, units=COARSE, kept=self.collection.live).concepts(query)
        parts = [lists[0] if len(lists) == 1 else self._any_of(lists) for lists in concepts]
        if not parts:
            return 0
        return conjunction(parts, (), 1, self.collection.size, kept=self.kept).total

    def _any_of(self, lists: Sequence[ScoredDocs]) -> Scored:
        found = disjunction(lists, (), EVERYTHING, self.collection.size)
        return Scored(found.docs, found.scores)


def _greatest(scorer: TermScorer, query: Query, factor: float) -> float:
    """A score that no article gets for a query; what is excluded adds nothing to it."""
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
    """Without lists that have no article."""
    return [part for part in lists if part.df]


def _times(scores: NDArray[np.uint32], factor: float) -> NDArray[np.uint32]:
    if factor == 1:
        return scores
    scaled: NDArray[np.uint32] = np.maximum(np.rint(scores * factor), 1).astype(np.uint32)
    return scaled


def _both(bitmap: Bitmap | None, other: Bitmap) -> Bitmap:
    return other if bitmap is None else bitmap & other
