"""Compiles a query tree to the query language of OpenSearch, with the scores of a local index.

A word is worth ``boost * (impact / 255 * (k1 + 1) + presence)`` by the similarity of its field. Its rarity is
part of the boost: document frequencies are known here, and no shard asks others for them. Phrases, and
several variants as one word, have no impact in any field: the scripts of ``dsl`` score them.
"""

from collections.abc import Callable, Sequence
from typing import Any as AnyValue
from typing import Final, NamedTuple, TypeAlias, assert_never

from onneshon.opensearch.connection.reading import LIVE
from onneshon.opensearch.searching.dsl import (
    FREQUENCY,
    IMPACT,
    OCCURRENCES,
    UNROUNDED,
    WHICH,
    Dsl,
    any_of,
    constant,
    named,
    script_score,
    summed,
    term,
)
from onneshon.opensearch.searching.facets import spelt_out
from onneshon.opensearch.searching.filters import (
    ClusterStatistics,
    condition_filter,
    key_of,
    leaf_filter,
    numbers_of,
    phrase_filter,
)
from onneshon.search.query.conditions import Condition
from onneshon.search.query.tree import (
    Any,
    Boost,
    Conjunction,
    Leaf,
    OneOf,
    Phrase,
    Prefix,
    Query,
    Term,
    Variant,
    counted,
    lacked,
    leaves,
)
from onneshon.search.retrieval.authors import NOBODY, Authors
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.retrieval.collection import Layer, list_name
from onneshon.search.retrieval.query_lists import (
    NEUTRAL,
    QueryLists,
    QueryPart,
    QueryWalk,
    concept_weights,
    parts_of_conjunction,
)
from onneshon.search.retrieval.term_scorer import LAYERS

COUNTED: Final = 512
"""The number of words, over all prefixes of a query, from which an article's frequency is computed, the most
frequent ones: a query of OpenSearch has at most 1,024 clauses. Which articles match does not depend on it."""

Part: TypeAlias = tuple[Leaf, float, str]
"""The key of a named clause of a compiled query: a leaf, its factor, and which clause of the leaf."""


class Demand(NamedTuple):
    """The concepts of a query of which an article must contain enough to be found.

    Attributes:
        weights: the weight of each concept, as whole numbers.
        filters: a filter for the articles of each concept.
        most: the weight of all concepts that any article contains.
        scoring: the query without this demand: where too few articles meet it, the best others are found.
    """

    weights: tuple[int, ...]
    filters: tuple[Dsl, ...]
    most: int
    scoring: Dsl

    @property
    def key(self) -> str:
        """A key that is equal for the same concepts of one query."""
        return repr(self.filters)


Enough = Callable[[Demand], Dsl]
"""Determines a filter for the articles that contain enough of a query."""


class Compiler(QueryWalk[Dsl]):
    """Compiles a query for one generation.

    Args:
        statistics: of its words.
        enough: decides about disjunctions of words.
        names: filled with a name for each scored clause, which hits then report if they match it; or None.
        authors: which names are of one author.

    Attributes:
        statistics: the statistics of the generation's words.
        authors: which names are of one author.
        decided: the filters that ``enough`` gave for disjunctions of words, by the keys of demands.
    """

    def __init__(
        self,
        statistics: ClusterStatistics,
        enough: Enough,
        names: dict[Part, str] | None = None,
        authors: Authors = NOBODY,
    ) -> None:
        self.statistics = statistics
        self._weights = statistics.weights
        self._basis: dict[str, AnyValue] = {
            **statistics.basis.to_dict(),
            "presence": statistics.weights.presence,
        }
        self._scoring = {"k1": statistics.k1, "presence": statistics.weights.presence}
        self._enough = enough
        self.decided: dict[str, Dsl] = {}
        self._demands: list[tuple[Query, Demand]] = []
        self._names = names
        self.authors = authors
        self._counted = COUNTED
        self.budget = TimeBudget()  # a query is compiled whole

    def compiled(self, query: Query) -> Dsl:
        """Compile a query to one whose scores rank articles."""
        self.statistics.expect(counted(query))
        prefixes = {leaf.start for leaf in leaves(query) if isinstance(leaf, Prefix)}
        self._counted = COUNTED // max(len(prefixes), 1)
        return self.alone(query, 1.0)

    def alone(self, query: Query, factor: float) -> Dsl:
        """Compile a query by itself: it finds all of its articles, whatever else is asked for."""
        if isinstance(query, Boost):
            return self.alone(query.child, factor * query.factor)
        if isinstance(query, Conjunction):
            return self._conjunction(query, factor)
        return self._disjunction(query, factor)

    def _disjunction(self, query: Query, factor: float) -> Dsl:
        lists = self.lists(query, factor).settled()
        scoring = summed([any_of(lists.found_by)], lists.added)
        demand = self._demand(query, lists, scoring)
        if demand is None:
            return scoring
        self._demands.append((query, demand))
        enough = self.decided[demand.key] = self._enough(demand)
        # An article that contains enough contains a concept: that need not be required once more.
        return {"bool": {"filter": [enough], "should": [*lists.found_by, *lists.added]}}

    def demand_of(self, query: Query) -> Demand | None:
        """The demand of a disjunction of words that was compiled; None where it has none."""
        return next((demand for compiled, demand in self._demands if compiled is query), None)

    def decided_alone(self, query: Query) -> bool:
        """Whether a query is a disjunction of words with a demand, and the only one that was compiled."""
        return [compiled for compiled, _ in self._demands] == [query]

    def _demand(self, query: Query, lists: QueryLists[Dsl], scoring: Dsl) -> Demand | None:
        """The demand of a disjunction of words; None where an article with any one of them is found."""
        groups = lists.groups() if isinstance(query, Any) and query.words else []
        if len(groups) < 2:  # noqa: PLR2004 (an article with one of one has all)
            return None
        concepts = [[lists.finding[index] for index in group] for group in groups]
        weighed = concept_weights([*map(self._document_frequency_of_any, concepts)], self.statistics.rarity)
        if not weighed.decide:
            return None
        filters = [any_of([*map(_part_filter, parts)]) for parts in concepts]
        return Demand((*weighed.weights,), (*filters,), weighed.most, scoring)

    def _document_frequency_of_any(self, parts: Sequence[QueryPart[Dsl]]) -> int:
        """The number of articles with any part of one concept, such as the words of a name or its author."""
        leaves = [part.leaf for part in parts if part.leaf]
        if len(leaves) == len(parts):
            return self.statistics.size_of(leaves)
        return self.statistics.count_each([any_of([*map(_part_filter, parts)])])[0]

    def _conjunction(self, query: Conjunction, factor: float) -> Dsl:
        parts = parts_of_conjunction(query)
        excluded = [self.query_filter(child) for child in parts.excluded]
        required, adding = self.joined(parts, factor)
        everything = constant(LIVE, NEUTRAL * factor)
        clauses: Dsl = {"must": [part.main for part in required] or [everything]}
        filters = [self.query_filter(condition) for condition in parts.conditions]
        for name, queries in (("should", adding), ("filter", filters), ("must_not", excluded)):
            if queries:
                clauses[name] = queries
        return {"bool": clauses}

    def query_filter(self, query: Query) -> Dsl:
        """A filter for the articles of a query."""
        if isinstance(query, Condition):
            return condition_filter(spelt_out(query, self.authors))
        if isinstance(query, Leaf):
            return leaf_filter(query)
        return self.alone(query, 1.0)

    def concepts(self, query: Query) -> list[Dsl]:
        """Filters for the articles of each concept that a query asks for."""
        return [*map(self.concept, lacked(query))]

    def concept(self, concept: Query) -> Dsl:
        """A filter for the articles of one such concept."""
        if isinstance(concept, Any):
            return any_of([_part_filter(part) for part in self.lists(concept, 1.0).finding])
        return self.query_filter(concept)

    def leaf(self, leaf: Leaf, factor: float) -> QueryPart[Dsl]:
        """The clause that finds the articles of a leaf, and those that add to the scores of some of them."""
        main, *more = self._parts(leaf, factor)
        if self._names is not None:
            main = self._noted(main, (leaf, factor, "main"))
            more = [self._noted(part, (leaf, factor, "more")) for part in more]
        return QueryPart(main, tuple(more), leaf)

    def _parts(self, leaf: Leaf, factor: float) -> tuple[Dsl, ...]:
        match leaf:
            case Term():
                return self._term(leaf, factor)
            case Prefix():
                return (self._prefix(leaf, factor),)
            case Phrase():
                return (self._phrase(leaf, factor),)
            case OneOf():
                return tuple(self._one_of(leaf, layer, factor) for layer in LAYERS)
            case _:
                assert_never(leaf)

    def _noted(self, part: Dsl, key: Part) -> Dsl:
        names = self._names
        assert names is not None  # noqa: S101  # or nothing is noted
        return named(part, names.setdefault(key, f"p{len(names)}"))

    def _term(self, word: Term, factor: float) -> tuple[Dsl, ...]:
        stem, exact = self._boosts(word, factor)
        if word.spelt_so:
            return (self._scored(word, "exact", stem + exact),)
        return self._scored(word, "stem", stem), self._scored(word, "exact", exact)

    def _scored(self, word: Term, layer: Layer, boost: float) -> Dsl:
        """A clause for a word in a layer, boosted by its rarity there."""
        return term(
            *key_of(word, layer),
            boost * self.statistics.rarity(self.statistics.term_document_frequency(word, layer)),
        )

    def _boosts(self, word: Term, factor: float) -> tuple[float, float]:
        """The boosts of a word in the stem and the exact layer, without its rarity."""
        if word.function:
            factor *= self._weights.function_word
        return factor * self._weights.stem, factor * self._weights.exact

    def _occurring(self, phrase: Phrase, shape: str, weight: float) -> Dsl:
        """A clause for a phrase, scored by its normed frequency, or by what that is worth, see ``shape``."""
        params = {
            **self._basis,
            "words": numbers_of(phrase),
            "slop": phrase.slop,
            "which": WHICH[phrase.field],
            "shape": shape,
            "weight": weight,
        }
        return script_score(constant(phrase_filter(phrase), 1.0), OCCURRENCES, params)

    def _prefix(self, prefix: Prefix, factor: float) -> Dsl:
        """A clause for all keys with a prefix as one word, whose frequency is how many an article has."""
        name = list_name("exact", prefix.field)
        keys, all_of_them = self.statistics.words.beginning(
            "exact", prefix.start, self._counted, title=prefix.field == "title"
        )
        counted = any_of([constant(term(name, key), 1.0) for key in keys])
        if not all_of_them:
            counted = summed([constant(leaf_filter(prefix), NEUTRAL)], [counted])
        weight = factor * self.statistics.rarity(self.statistics.document_frequency(prefix))
        return script_score(counted, UNROUNDED, {**self._scoring, "weight": weight})

    def _phrase(self, phrase: Phrase, factor: float) -> Dsl:
        words = [*{(word.exact, word.stem, word.field): word for word in phrase.words}.values()]
        statistics = self.statistics
        rarity = sum(statistics.rarity(statistics.term_document_frequency(word, "stem")) for word in words)
        found = self._occurring(phrase, "unrounded", factor * self._weights.stem * rarity)
        parts = [self._parts(word, factor * self._weights.phrase_words) for word in words]
        return summed([found], [part for several in parts for part in several])

    def _one_of(self, unit: OneOf, layer: Layer, factor: float) -> Dsl:
        """A clause for all variants of a concept as one word; phrases count as exact forms in that layer."""
        weight = factor * (self._weights.stem if layer == "stem" else self._weights.exact)
        rarity = self.statistics.rarity(self.statistics.document_frequency_in(unit, layer))
        frequencies = any_of([self._variant(variant, layer) for variant in unit.variants])
        return script_score(frequencies, IMPACT, {**self._scoring, "weight": weight * rarity})

    def _variant(self, variant: Variant, layer: Layer) -> Dsl:
        """A clause scored by the normed frequency of a variant, times its weight."""
        query = variant.query
        if isinstance(query, Phrase):
            return self._occurring(query, "frequency", variant.weight)
        params = {**self._scoring, "weight": variant.weight}
        return script_score(term(*key_of(query, layer)), FREQUENCY, params)


def _part_filter(part: QueryPart[Dsl]) -> Dsl:
    return leaf_filter(part.leaf) if part.leaf else part.main
