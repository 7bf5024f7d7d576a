"""Splits a query into lists of articles, and decides how much of the query an article must contain.

A local index sums lists of documents, a cluster sums clauses of its query language: both are made here.

A headline of ten words has some word in common with two articles of three. Those are no answers; an answer
contains a share of the total weight of the words, by inverse document frequency. The share is relative to
what the best article contains, so that a query which no article answers well still finds something.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Generic, NamedTuple, TypeVar, assert_never

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
    is_group,
    is_named,
    is_one_word,
)
from onneshon.search.retrieval.budget import TimeBudget

LEAST_SHARE: Final = 0.4
"""An article is found if its words of the query weigh at least this share of those of the best article."""

FEWEST: Final = 20
"""If fewer articles than this contain enough of a query, the best others follow them."""

WHOLE: Final = 1 << 16
"""The approximate sum of the weights of all words of a query; they are integers, so that sums are exact."""

NEUTRAL: Final = 1e-3
"""The score of an unscored match: too small to change an order, and above 0, which would mean no match."""

ListT = TypeVar("ListT")
"""A list of articles: documents with scores, or a clause of a cluster's query."""

QueryT = TypeVar("QueryT", bound=Query)


class QueryPart(NamedTuple, Generic[ListT]):
    """The scores that one part of a query adds.

    Attributes:
        main: the articles that match the part.
        more: further scores of some of them, for the exact form.
        leaf: the leaf of the query, where the walk records it.
    """

    main: ListT
    more: tuple[ListT, ...] = ()
    leaf: Leaf | None = None


@dataclass(slots=True)
class QueryLists(Generic[ListT]):
    """Lists that find articles, and lists that only add to the scores of articles found by others.

    Attributes:
        finding: the parts that find articles.
        concepts: for each of ``finding``, the number of its concept; None where it covers several.
        adding: the parts that only add to scores.
        numbered: how many concepts have been numbered.
    """

    finding: list[QueryPart[ListT]] = field(default_factory=list)
    concepts: list[int | None] = field(default_factory=list)
    adding: list[QueryPart[ListT]] = field(default_factory=list)
    numbered: int = 0

    def next_concept(self) -> int:
        """The number of a new concept."""
        self.numbered += 1
        return self.numbered

    def settled(self) -> "QueryLists[ListT]":
        """The same lists; where none finds articles, those that only add become lists that find."""
        if self.finding:
            return self
        return QueryLists(self.adding, [*range(len(self.adding))])

    @property
    def found_by(self) -> list[ListT]:
        """The lists that find."""
        return [part.main for part in self.finding]

    @property
    def added(self) -> list[ListT]:
        """The lists that add."""
        more = [added for part in self.finding for added in part.more]
        for part in self.adding:
            more += (part.main, *part.more)
        return more

    def groups(self) -> list[list[int]]:
        """The indexes in ``finding`` of each concept; empty where some list covers several concepts."""
        groups: dict[int, list[int]] = {}
        for index, concept in enumerate(self.concepts):
            if concept is None:
                return []
            groups.setdefault(concept, []).append(index)
        return [*groups.values()]


class ConjunctionParts(NamedTuple):
    """The parts of a conjunction.

    Attributes:
        conditions: conditions that articles must meet.
        excluded: queries that articles must not match.
        scoring: queries that articles must match.
        optional: queries that only add to their scores.
    """

    conditions: list[Condition]
    excluded: list[Query]
    scoring: list[Query]
    optional: Sequence[Query]


def parts_of_conjunction(query: Conjunction) -> ConjunctionParts:
    """The parts of a conjunction, or of a condition by itself."""
    children, optional = (query.children, query.optional) if isinstance(query, All) else ((query,), ())
    return ConjunctionParts(
        [child for child in children if isinstance(child, Condition)],
        [child.child for child in children if isinstance(child, Not)],
        [child for child in children if not isinstance(child, Unscored)],
        optional,
    )


class QueryWalk(ABC, Generic[ListT]):
    """Walks a query tree and makes the lists of its parts.

    Attributes:
        budget: the time budget; where it runs out, the rest of the query is left out.
    """

    budget: TimeBudget

    @abstractmethod
    def leaf(self, leaf: Leaf, factor: float) -> QueryPart[ListT]:
        """The lists of a leaf, with scores ``factor`` times as high."""

    @abstractmethod
    def alone(self, query: Query, factor: float) -> ListT:
        """All articles that a query finds by itself, whatever the rest of the tree requires."""

    def lists(self, query: Query, factor: float) -> QueryLists[ListT]:
        """The lists whose sum answers a query: nested disjunctions are flattened, except groups of words."""
        lists: QueryLists[ListT] = QueryLists()
        self._collect(query, factor, lists, None)
        return lists

    def _collect(self, query: Query, factor: float, lists: QueryLists[ListT], concept: int | None) -> None:
        """Add a query's lists to ``lists``; ``concept`` is set where it is one of several readings."""
        match query:
            case Term(function=True):
                lists.adding.append(self.leaf(query, factor))
            case _ if isinstance(query, Leaf):
                lists.finding.append(self.leaf(query, factor))
                lists.concepts.append(lists.next_concept() if concept is None else concept)
            case Any():
                self._collect_any(query, factor, lists, concept)
            case Boost(child, times):
                self._collect(child, factor * times, lists, concept)
            case Hint(child):
                found = self.lists(child, factor)
                lists.adding += [*found.finding, *found.adding]
            case _ if isinstance(query, Conjunction):
                self._collect_alone(query, factor, lists, concept)
            case Fuzzy():  # pragma: no cover - words of the index take its place before
                raise TypeError(query)
            case _:
                assert_never(query)

    def _collect_any(self, query: Any, factor: float, lists: QueryLists[ListT], concept: int | None) -> None:
        if concept is None and (is_one_word(query) or is_named(query)):
            concept = lists.next_concept()
        for child in timely(query.children, self.budget):
            if is_group(child):
                self._collect_alone(child, factor, lists, concept)
            else:
                self._collect(child, factor, lists, concept)

    def _collect_alone(
        self, query: Query, factor: float, lists: QueryLists[ListT], concept: int | None
    ) -> None:
        """Add the articles that a query finds by itself, as one list."""
        lists.finding.append(QueryPart(self.alone(query, factor)))
        lists.concepts.append(concept)

    def required(self, query: Query, factor: float) -> QueryPart[ListT]:
        """A part of a conjunction: a list that articles must be in, and lists that add to its scores."""
        match query:
            case _ if isinstance(query, Leaf):
                return self.leaf(query, factor)
            case Boost(child, times) if isinstance(child, Leaf):
                return self.leaf(child, factor * times)
            case _:
                return QueryPart(self.alone(query, factor))

    def joined(self, parts: ConjunctionParts, factor: float) -> tuple[list[QueryPart[ListT]], list[ListT]]:
        """The lists that articles must be in, one for each of ``parts.scoring``; and those that only add."""
        required = [self.required(child, factor) for child in timely(parts.scoring, self.budget)]
        adding = [added for part in required for added in part.more]
        for part in timely(parts.optional, self.budget):
            lists = self.lists(part, factor)
            adding += [*lists.found_by, *lists.added]
        return required, adding


class ConceptWeights(NamedTuple):
    """The weights of a query's concepts.

    Attributes:
        weights: the weight of each concept, an integer of at least 1.
        most: the total weight of the concepts that any article contains.
        decide: whether an article may contain a concept and still not enough of the query.
    """

    weights: list[int]
    most: int
    decide: bool


def concept_weights(sizes: Sequence[int], rarity: Callable[[int], float]) -> ConceptWeights:
    """The weights of concepts by their document frequencies.

    Args:
        sizes: the document frequency of each concept.
        rarity: returns the inverse document frequency for a document frequency.
    """
    rarities = [rarity(size) for size in sizes]
    total = sum(rarities) or 1.0
    weights = [max(1, round(idf / total * WHOLE)) for idf in rarities]
    present = [idf for idf, size in zip(rarities, sizes, strict=True) if size]
    most = sum(weight for weight, size in zip(weights, sizes, strict=True) if size)
    return ConceptWeights(weights, most, bool(present) and min(present) < LEAST_SHARE * sum(present))


def timely(queries: Iterable[QueryT], budget: TimeBudget) -> Iterator[QueryT]:
    """Yield the queries in order until the budget runs out."""
    for query in queries:
        if budget.spent():
            return
        yield query
