"""How a query falls into lists of articles, whoever has them, and which articles hold enough of it.

An index of ours adds up lists of documents, a cluster the clauses of its own language: both are made here.

A headline of ten words has one or another of them in common with two articles of three. They are no answers;
an article is one that holds a share of the weight of the words, by inverse document frequency. The share is
taken of what the best article has, so that a query which no article answers well is answered all the same.
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
"""An article is found if the words it holds weigh at least this share of what the best article holds."""

FEWEST: Final = 20
"""Where fewer articles than these hold enough of a query, the best others follow them."""

WHOLE: Final = 1 << 16
"""What the weights of all words of a query add up to, roughly: as whole numbers their sums are exact."""

NEUTRAL: Final = 1e-3
"""The score of matching everything: too little to change an order, and above 0, which would mean no match."""

ListT = TypeVar("ListT")
"""What lists articles: documents with scores, or a clause."""

QueryT = TypeVar("QueryT", bound=Query)


class QueryPart(NamedTuple, Generic[ListT]):
    """What a part of a query adds to the scores of articles.

    Attributes:
        main: the articles that have it.
        more: what some of these get on top, for being spelt so.
        leaf: what it is of, where that is asked for.
    """

    main: ListT
    more: tuple[ListT, ...] = ()
    leaf: Leaf | None = None


@dataclass(slots=True)
class QueryLists(Generic[ListT]):
    """Lists that find articles, and lists that add to the scores of what others find.

    Attributes:
        finding: of what articles are found by.
        concepts: which concept of the query each of ``finding`` belongs to; None where it stands for several.
        adding: what adds to the scores of articles that are found, and finds none.
        numbered: concepts that were given a number.
    """

    finding: list[QueryPart[ListT]] = field(default_factory=list)
    concepts: list[int | None] = field(default_factory=list)
    adding: list[QueryPart[ListT]] = field(default_factory=list)
    numbered: int = 0

    def next_concept(self) -> int:
        """A number for a further concept."""
        self.numbered += 1
        return self.numbered

    def settled(self) -> "QueryLists[ListT]":
        """The same; but what stands alone finds articles, whatever it is."""
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
        """The indexes in ``finding`` of each concept; none where some of these stand for several concepts."""
        groups: dict[int, list[int]] = {}
        for index, concept in enumerate(self.concepts):
            if concept is None:
                return []
            groups.setdefault(concept, []).append(index)
        return [*groups.values()]


class ConjunctionParts(NamedTuple):
    """What a conjunction asks for.

    Attributes:
        conditions: that articles must meet.
        excluded: what articles must not be found by.
        scoring: what articles must be found by.
        optional: what adds to their scores.
    """

    conditions: list[Condition]
    excluded: list[Query]
    scoring: list[Query]
    optional: Sequence[Query]


def parts_of_conjunction(query: Conjunction) -> ConjunctionParts:
    """What a conjunction, or a condition by itself, asks for."""
    children, optional = (query.children, query.optional) if isinstance(query, All) else ((query,), ())
    return ConjunctionParts(
        [child for child in children if isinstance(child, Condition)],
        [child.child for child in children if isinstance(child, Not)],
        [child for child in children if not isinstance(child, Unscored)],
        optional,
    )


class QueryWalk(ABC, Generic[ListT]):
    """Walks a query and makes the lists of its parts.

    Attributes:
        budget: where it runs out, what remains of a query is left out.
    """

    budget: TimeBudget

    @abstractmethod
    def leaf(self, leaf: Leaf, factor: float) -> QueryPart[ListT]:
        """A leaf, with scores ``factor`` times as high."""

    @abstractmethod
    def alone(self, query: Query, factor: float) -> ListT:
        """All articles that a query finds by itself, whatever else is asked for."""

    def lists(self, query: Query, factor: float) -> QueryLists[ListT]:
        """The lists whose sum answers a query: nested disjunctions are one, but for words side by side."""
        lists: QueryLists[ListT] = QueryLists()
        self._collect(query, factor, lists, None)
        return lists

    def _collect(self, query: Query, factor: float, lists: QueryLists[ListT], concept: int | None) -> None:
        """Adds the lists of a query to others; ``concept`` where it is one of several readings of that."""
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
        """Adds what a query finds by itself, as one list."""
        lists.finding.append(QueryPart(self.alone(query, factor)))
        lists.concepts.append(concept)

    def required(self, query: Query, factor: float) -> QueryPart[ListT]:
        """A part of a conjunction, as a list that articles must be in and what adds to it."""
        match query:
            case _ if isinstance(query, Leaf):
                return self.leaf(query, factor)
            case Boost(child, times) if isinstance(child, Leaf):
                return self.leaf(child, factor * times)
            case _:
                return QueryPart(self.alone(query, factor))

    def joined(self, parts: ConjunctionParts, factor: float) -> tuple[list[QueryPart[ListT]], list[ListT]]:
        """What articles must be in, each for one of ``parts.scoring``; and the lists that add to it."""
        required = [self.required(child, factor) for child in timely(parts.scoring, self.budget)]
        adding = [added for part in required for added in part.more]
        for part in timely(parts.optional, self.budget):
            lists = self.lists(part, factor)
            adding += [*lists.found_by, *lists.added]
        return required, adding


class ConceptWeights(NamedTuple):
    """What the concepts of a query weigh.

    Attributes:
        weights: of each, as whole numbers, at least 1.
        most: the weight of all that any article holds.
        decide: whether some articles that hold a concept of the query do not hold enough of it.
    """

    weights: list[int]
    most: int
    decide: bool


def concept_weights(sizes: Sequence[int], rarity: Callable[[int], float]) -> ConceptWeights:
    """What concepts weigh, by how many articles hold each.

    Args:
        sizes: the document frequency of each.
        rarity: the inverse document frequency of it.
    """
    rarities = [rarity(size) for size in sizes]
    total = sum(rarities) or 1.0
    weights = [max(1, round(idf / total * WHOLE)) for idf in rarities]
    present = [idf for idf, size in zip(rarities, sizes, strict=True) if size]
    most = sum(weight for weight, size in zip(weights, sizes, strict=True) if size)
    return ConceptWeights(weights, most, bool(present) and min(present) < LEAST_SHARE * sum(present))


def timely(queries: Iterable[QueryT], budget: TimeBudget) -> Iterator[QueryT]:
    """Queries one after another, until the budget runs out."""
    for query in queries:
        if budget.spent():
            return
        yield query
