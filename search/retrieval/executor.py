"""Finds the articles of a query tree: each part becomes a list, and the kernel adds the lists up."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple, TypeVar, assert_never

import numpy as np
from numpy.typing import NDArray

from onneshon.index import Article
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
    Not,
    Query,
    Term,
    Unscored,
    content,
    is_group,
    is_one_word,
)
from onneshon.search.retrieval.bitmaps import Bitmap, Mask, packed, unpacked
from onneshon.search.retrieval.bm25f import DEFAULT_WEIGHTS, Weights
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.retrieval.collection import Collection
from onneshon.search.retrieval.coverage import FEWEST, LEAST_SHARE, decides, whole_weights
from onneshon.search.retrieval.doc_lists import NOTHING, Docs, Scores
from onneshon.search.retrieval.filters import Filters
from onneshon.search.retrieval.query_lists import QueryLists, Things
from onneshon.search.retrieval.term_scorer import ScoredLeaf, TermScorer

__all__ = ["EVERYTHING", "NEUTRAL", "Candidates", "Executor"]

Part = TypeVar("Part", bound=Query)

NEUTRAL: Final = 1e-3
"""The score of matching everything: too little to change an order, and above 0, which would mean no match."""

EVERYTHING: Final = 0
"""As the number of articles asked for: all that match."""


class Candidates(NamedTuple):
    """The best articles of a query, before any second look.

    Attributes:
        docs: at least as many documents as were asked for, if there are; ascending.
        scores: the score of each.
        lists: how many lists of articles they come from.
        total: how many articles match in all; None where that was not asked for.
        total_all: how many of these hold everything that the query asks for; None likewise.
        matched: all that match, where that was asked for.
    """

    docs: Docs
    scores: Scores
    lists: int
    total: int | None = None
    total_all: int | None = None
    matched: Bitmap | None = None


class _Run(NamedTuple):
    """What holds for all parts of a query: units in a score of 1, its time, which documents it may find."""

    units: int
    budget: TimeBudget
    kept: Bitmap | None


class Executor:
    """Runs queries over one collection. Safe to share among threads.

    Args:
        collection: the articles.
        weights: constants of the ranking.
    """

    def __init__(self, collection: Collection, weights: Weights = DEFAULT_WEIGHTS) -> None:
        self.collection = collection
        self.term_scorer = TermScorer(collection, weights)
        self.filters = Filters(collection)

    def candidates(
        self,
        query: Query,
        k: int,
        budget: TimeBudget,
        *,
        conditions: Iterable[Condition] = (),
        count: bool = False,
        matched: bool = False,
    ) -> Candidates:
        """The ``k`` best articles and all that score as the last of them.

        Args:
            query: what to look for.
            k: how many; ``EVERYTHING`` for all.
            budget: where it runs out, what was found by then is returned.
            conditions: what every article must meet besides.
            count: whether to count all that match.
            matched: whether to say which articles match.
        """
        run = _Run(self.units(query), budget, self._kept(self.filters.all_of(conditions)))
        if isinstance(query, Conjunction):
            found, lists = self._conjunction(query, k, run, count=count, matched=matched or count)
            asked = False
        else:
            found, lists, asked = self._disjunction(query, k, run, count=count, matched=matched)
        if not found.complete:
            budget.exceeded = True
        total_all = None
        if count:
            total_all = found.total_all if asked else self._count_all(query, run._replace(kept=found.matched))
        return Candidates(
            found.docs,
            found.scores / run.units,
            lists,
            found.total if count else None,
            None if total_all is None else min(total_all, found.total),
            found.matched if matched else None,
        )

    def units(self, query: Query) -> int:
        """How many units a score of 1 has in a query; no article's score reaches what 32 bits hold."""
        return units_for(self._greatest(query, 1.0))

    def _greatest(self, query: Query, factor: float) -> float:
        """A score that no article gets for a query."""
        match query:
            case _ if isinstance(query, Leaf):
                return self.term_scorer.greatest(query, factor)
            case Any(children):
                return sum([self._greatest(child, factor) for child in children])
            case All(children, optional):
                return sum([self._greatest(child, factor) for child in (*children, *optional)])
            case Boost(child, times):
                return self._greatest(child, factor * times)
            case Hint(child):
                return self._greatest(child, factor)
            case _ if isinstance(query, Fuzzy | Unscored):
                return factor
            case _:
                assert_never(query)

    def finds(self, query: Query, doc: int, budget: TimeBudget) -> bool:
        """Whether a query by itself finds a document."""
        if isinstance(query, Condition):
            mask = self.filters.all_of([query])
            return mask is None or bool(mask[doc])
        matched = self.candidates(query, 1, budget, matched=True).matched
        assert matched is not None  # noqa: S101  # it was asked for
        return bool(unpacked(matched, self.collection.size)[doc])

    def _kept(self, mask: Mask | None) -> Bitmap | None:
        """The documents that may be found: those of a mask that are not deleted."""
        if mask is None:
            return self.collection.live
        deleted = self.collection.deleted
        return packed(mask if deleted is None else mask & ~deleted)

    def _disjunction(
        self, query: Query, k: int, run: _Run, *, count: bool = False, matched: bool = False
    ) -> tuple[Found, int, bool]:
        """What a disjunction finds, in how many lists, and whether it was told what the query asks for."""
        lists = self._lists(query, 1.0, run).settled()
        things, share = self._things(query, lists)
        if share and run.kept is not self.collection.live:
            # Filters narrow what is found: which articles hold enough does not depend on them.
            run, share = run._replace(kept=self._kept_of(lists, things, share, run)), 0.0
        found = disjunction(
            lists.found_by,
            lists.added,
            k,
            self.collection.size,
            kept=run.kept,
            concepts=things,
            share=share,
            fewest=FEWEST if share else 0,
            matched=matched or (count and not things),  # then all that is asked for is looked for in these
            count=count,
            seconds=run.budget.left,
        )
        return found, lists.count, bool(things)

    def _kept_of(self, lists: QueryLists, things: Things, share: float, run: _Run) -> Bitmap:
        """Of the documents that may be found those that hold enough of a query, or are the best of few."""
        found = disjunction(
            lists.found_by,
            lists.added,
            1,
            self.collection.size,
            kept=self.collection.live,
            concepts=things,
            share=share,
            fewest=FEWEST,
            matched=True,
            seconds=run.budget.left,
        )
        if not found.complete:
            run.budget.exceeded = True
        assert found.matched is not None  # noqa: S101  # it was asked for
        return _both(run.kept, found.matched)

    def _things(self, query: Query, lists: QueryLists) -> tuple[Things, float]:
        """What an article should hold, and the share of it that it must hold to be found."""
        if not isinstance(query, Any):
            return [], 0.0
        if None in lists.things:  # something that is asked for lies deeper
            return [], 0.0
        groups: dict[int, list[int]] = {}
        for place, thing in enumerate(lists.things):
            groups.setdefault(thing or 0, []).append(place)
        if len(groups) == 1:  # of which each article holds all
            return [([*range(len(lists.things))], 1)], 0.0
        # Of articles that are there: what is found must not depend on what was deleted.
        rarities = []
        of_held = []
        for group in groups.values():
            held = self.term_scorer.size_of([lists.finding[place].main for place in group])
            rarities.append(inverse_frequency(held, self.collection.count))
            if held:
                of_held.append(rarities[-1])
        share = LEAST_SHARE if query.words and decides(of_held) else 0.0
        return [*zip(groups.values(), whole_weights(rarities), strict=True)], share

    def _lists(self, query: Query, factor: float, run: _Run) -> QueryLists:
        """The lists whose sum answers a query: nested disjunctions are one, but for words side by side."""
        lists = QueryLists()
        self._collect(query, factor, run, lists, None)
        return lists

    def _collect(self, query: Query, factor: float, run: _Run, lists: QueryLists, thing: int | None) -> None:  # noqa: C901 - a table of kinds
        """Adds the lists of a query to others; ``thing`` where it is one of several readings of a thing."""
        match query:
            case Term(function=True):
                lists.adding.append(self.term_scorer.scored(query, factor, run.units))
            case _ if isinstance(query, Leaf):
                lists.finding.append(self.term_scorer.scored(query, factor, run.units))
                lists.things.append(lists.next_thing() if thing is None else thing)
            case Any(children):
                if thing is None and is_one_word(query):
                    thing = lists.next_thing()
                for child in _timely(children, run.budget):
                    if is_group(child):
                        self._collect_whole(child, factor, run, lists)
                    else:
                        self._collect(child, factor, run, lists, thing)
            case Boost(child, times):
                self._collect(child, factor * times, run, lists, thing)
            case Hint(child):
                found = self._lists(child, factor, run)
                lists.adding += [*found.finding, *found.adding]
            case _ if isinstance(query, Conjunction):
                self._collect_whole(query, factor, run, lists)
            case Fuzzy():  # pragma: no cover - words of the index take its place before
                raise TypeError(query)
            case _:
                assert_never(query)

    def _collect_whole(self, query: Query, factor: float, run: _Run, lists: QueryLists) -> None:
        """Adds what a query finds by itself, as one list."""
        lists.finding.append(ScoredLeaf(self._evaluate(query, factor, run)))
        lists.things.append(None)

    def _evaluate(self, query: Query, factor: float, run: _Run) -> Scored:
        """A query by itself as one list: every article that it finds, whatever else is asked for."""
        alone = _Run(run.units, run.budget, self.collection.live)
        if isinstance(query, Boost):
            return self._evaluate(query.child, factor * query.factor, run)
        if isinstance(query, Conjunction):
            found, _ = self._conjunction(query, EVERYTHING, alone)
        else:
            found, _, _ = self._disjunction(query, EVERYTHING, alone)
        if not found.complete:
            run.budget.exceeded = True
        return Scored(found.docs, _times(found.scores, factor))

    def _conjunction(
        self, query: Query, k: int, run: _Run, *, count: bool = False, matched: bool = False
    ) -> tuple[Found, int]:
        """Articles of every child, from the rarest on; those of filters among them; none of negations."""
        children, optional = (query.children, query.optional) if isinstance(query, All) else ((query,), ())
        mask = self.filters.all_of([child for child in children if isinstance(child, Condition)])
        kept = run.kept if mask is None else _both(run.kept, packed(mask))
        excluded = [self._holder(child.child, run) for child in children if isinstance(child, Not)]
        scoring = [child for child in children if not isinstance(child, Unscored)]
        required = [self._leaf(child, run) for child in _timely(scoring, run.budget)]
        if len(required) < len(scoring):  # not every condition was looked at, and no hit may break one
            required = [ScoredLeaf(Scored(NOTHING, NOTHING))]
        adding = [part for leaf in required for part in leaf.more]
        for part in _timely(optional, run.budget):
            lists = self._lists(part, 1.0, run)
            adding += [*lists.found_by, *lists.added]
        found = conjunction(
            [leaf.main for leaf in required] or [self._everything(run)],
            [part for part in adding if part.df],
            k,
            self.collection.size,
            kept=kept,
            excluded=[part for part in excluded if part.df],
            matched=matched,
            count=count,
            seconds=run.budget.left,
        )
        return found, len(required) or 1

    def _leaf(self, query: Query, run: _Run) -> ScoredLeaf:
        """A part of a conjunction, as a list that articles must be in and what adds to it."""
        match query:
            case _ if isinstance(query, Leaf):
                return self.term_scorer.scored(query, 1.0, run.units)
            case Boost(child, factor) if isinstance(child, Leaf):
                return self.term_scorer.scored(child, factor, run.units)
            case _:
                return ScoredLeaf(self._evaluate(query, 1.0, run))

    def _holder(self, query: Query, run: _Run) -> ScoredDocs:
        """The articles of a query, with any score."""
        if isinstance(query, Leaf):
            return self.term_scorer.holder(query)
        return self._evaluate(query, 1.0, run)

    def _everything(self, run: _Run) -> Scored:
        docs = self.collection.all_live()
        return Scored(docs, np.full(len(docs), max(1, round(NEUTRAL * run.units)), np.uint32))

    def things(self, query: Query, budget: TimeBudget) -> list[list[ScoredDocs]]:
        """The articles of each thing that a query asks for, as lists of which each may have it."""
        run = _Run(1 << 8, budget, self.collection.live)
        return [self._thing(thing, run) for thing in _timely([*content(query)], budget)]

    def _thing(self, thing: Query, run: _Run) -> list[ScoredDocs]:
        if isinstance(thing, Any):
            return self._lists(thing, 1.0, run).found_by
        return [self._holder(thing, run)]

    def article(self, doc: int) -> Article:
        """The article of a document, as stored."""
        return self.collection.article(doc)

    def held_at(self, query: Query, docs: Docs, budget: TimeBudget) -> list[Mask]:
        """For each thing that a query asks for, which of some documents, ascending, hold it."""
        return [sums(lists, docs) > 0 for lists in self.things(query, budget)]

    def hold_all(self, query: Query, docs: Docs, budget: TimeBudget) -> Mask:
        """Which of some documents hold everything that a query asks for."""
        order = docs.argsort()
        complete = np.ones(len(docs), np.bool_)
        for held in self.held_at(query, docs[order], budget):
            complete[order[~held]] = False
        return complete

    def count_all(self, query: Query, budget: TimeBudget, conditions: Iterable[Condition] = ()) -> int:
        """How many of the articles that a query finds hold everything that it asks for."""
        return self.candidates(query, 1, budget, conditions=conditions, count=True).total_all or 0

    def _count_all(self, query: Query, run: _Run) -> int:
        """How many of the documents that may be found hold everything that a query asks for."""
        parts = [
            lists[0] if len(lists) == 1 else self._any_of(lists) for lists in self.things(query, run.budget)
        ]
        if not parts:
            return 0
        return conjunction(parts, (), 1, self.collection.size, kept=run.kept).total

    def _any_of(self, lists: Sequence[ScoredDocs]) -> Scored:
        found = disjunction(lists, (), EVERYTHING, self.collection.size)
        return Scored(found.docs, found.scores)


def _times(scores: NDArray[np.uint32], factor: float) -> NDArray[np.uint32]:
    if factor == 1:
        return scores
    scaled: NDArray[np.uint32] = np.maximum(np.rint(scores * factor), 1).astype(np.uint32)
    return scaled


def _both(one: Bitmap | None, other: Bitmap) -> Bitmap:
    return other if one is None else one & other


def _timely(queries: Iterable[Part], budget: TimeBudget) -> Iterator[Part]:
    """Queries one after another, until the budget runs out."""
    for query in queries:
        if budget.spent():
            return
        yield query
