"""Sums of words and samples, for queries that match too many articles to score and count all.

Lucene stores the greatest impact of each block of a posting list, and skips blocks that cannot be among the
best; but only where a score is a sum over such lists. Clauses scored by a script, phrases and several
variants as one word, are therefore replaced by an upper bound, the sum of their words; nor is it checked
whether an article contains enough of the query. The best by that sum are rescored exactly, in the shard;
those that do not match get a score of 0 there.

The cost of counting does not grow with the articles: there are samples of a half, a quarter, an eighth of
all, see ``opensearch.storage.mapping``. Counts in a sample are multiplied; for a value that a thousandth of
ten thousand articles has, the result is right to a third or so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, log2
from typing import Final

from onneshon.opensearch.searching.compiler import Compiler
from onneshon.opensearch.searching.dsl import NOTHING_MATCHES, Dsl, any_of, term
from onneshon.opensearch.searching.filters import key_of, leaf_filter, phrase_filter
from onneshon.opensearch.storage.mapping import SAMPLES
from onneshon.search.query.tree import Boost, Conjunction, Leaf, OneOf, Phrase, Prefix, Query
from onneshon.search.retrieval.collection import Layer, list_name
from onneshon.search.retrieval.query_lists import parts_of_conjunction

COUNTED_TO: Final = 10_000
"""The bound at which counting stops where only the best are scored."""

LOOKED_AT: Final = 1_000_000
"""Up to this many articles that may match a query, all are scored and counted.

Finding the best by sums costs more than scoring a few articles: each variant is a clause, and counting is a
search of its own. But the cost of scoring all grows with their number, and that of sums hardly does.
"""

FEWEST: Final = 2_000
"""The fewest matches in a sample, if there are that many; counts from fewer would be too rough."""

RESCORED: Final = 500
"""The number of articles of each shard, the best by the sum, that are rescored exactly."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample of all articles.

    Attributes:
        level: the level of the sample; 0 for all articles, each further level has half as many.
    """

    level: int = 0

    @property
    def times(self) -> int:
        """The number of articles that one of the sample stands for."""
        return 1 << self.level

    @property
    def filters(self) -> list[Dsl]:
        """The filters that the articles of the sample match."""
        return [term("sample", str(self.level))] if self.level else []

    def larger(self, counted: int) -> "Sample":
        """A larger sample, if ``counted`` matches in this one are too few; else the same."""
        lacking = FEWEST / max(counted, 1)
        return Sample(max(self.level - ceil(log2(lacking)), 0)) if lacking > 2 else self  # noqa: PLR2004 (half is enough)


def is_large(most: int) -> bool:
    """Whether only the best are scored if ``most`` articles may match."""
    return most > LOOKED_AT


def sample_of(most: int) -> Sample:
    """The sample for a query that at most ``most`` articles match."""
    return Sample(min(max(ceil(log2(max(most, 1) / LOOKED_AT)), 0), SAMPLES))


def counted_to(query: Dsl) -> Dsl:
    """A search that counts articles up to ``COUNTED_TO``."""
    return {"query": query, "size": 0, "track_total_hits": COUNTED_TO}


@dataclass(frozen=True, slots=True)
class ScoreSum:
    """A query as a sum of clauses.

    Attributes:
        added: clauses whose scores add up to an upper bound of the score.
        enough: filters for articles that contain enough of the words.
        filters: the further filters.
        excluded: filters that no article may match.
        most: an upper bound for the number of articles that match.
    """

    added: Sequence[Dsl]
    enough: Sequence[Dsl]
    filters: Sequence[Dsl]
    excluded: Sequence[Dsl]
    most: int

    def scoring(self, further: Sequence[Dsl]) -> Dsl:
        """A query for articles that match the filters, scored by the sum; ``enough`` is not required."""
        matching = self._matching([*self.filters, *further])
        return {"bool": {**matching, "should": [*self.added], "minimum_should_match": 1}}

    def matching(self, further: Sequence[Dsl]) -> Dsl:
        """A query for the articles that also contain enough, without scores."""
        return {"bool": self._matching([*self.enough, *self.filters, *further])}

    def _matching(self, filters: Sequence[Dsl]) -> Dsl:
        parts = {"filter": [*filters], "must_not": [*self.excluded]}
        return {name: queries for name, queries in parts.items() if queries}


class _NoSumError(Exception):
    """The score of a part of a query is not bounded by a sum of its words."""


def score_sum(query: Query, compiler: Compiler) -> ScoreSum | None:
    """Compile a query to a sum; None where it cannot be bounded by one.

    Args:
        query: the query.
        compiler: the compiler that compiled it exactly.
    """
    summing = _Summing(
        compiler.statistics, lambda demand: compiler.decided[demand.key], authors=compiler.authors
    )
    try:
        return summing.summed(query, 1.0)
    except _NoSumError:
        return None


class _Summing(Compiler):
    """Compiles upper bounds of the scores of a query."""

    def summed(self, query: Query, factor: float) -> ScoreSum:
        """Compile a query by itself to a sum."""
        if isinstance(query, Boost):
            return self.summed(query.child, factor * query.factor)
        if isinstance(query, Conjunction):
            return self._of_all(query, factor)
        lists = self.lists(query, factor).settled()
        demand = self._demand(query, lists, NOTHING_MATCHES)
        if demand is None and not lists.finding:
            raise _NoSumError
        leaves = [part.leaf for part in lists.finding]
        sizes = [self._size(leaf) for leaf in leaves]
        found = self._enough(demand) if demand else any_of([leaf_filter(leaf) for leaf in leaves if leaf])
        return ScoreSum([*lists.found_by, *lists.added], [found], [], [], sum(sizes))

    def _of_all(self, query: Conjunction, factor: float) -> ScoreSum:
        parts = parts_of_conjunction(query)
        required = [self._required(child, factor) for child in parts.scoring]
        if not required:
            raise _NoSumError
        optional = [self.lists(part, factor) for part in parts.optional]
        return ScoreSum(
            [clause for found in required for clause in found.added]
            + [clause for lists in optional for clause in (*lists.found_by, *lists.added)],
            [clause for found in required for clause in found.enough],
            [clause for found in required for clause in found.filters]
            + [self.query_filter(condition) for condition in parts.conditions],
            [clause for found in required for clause in found.excluded]
            + [self.query_filter(child) for child in parts.excluded],
            min(found.most for found in required),
        )

    def _required(self, query: Query, factor: float) -> ScoreSum:
        if isinstance(query, Boost):
            return self._required(query.child, factor * query.factor)
        if not isinstance(query, Leaf):
            return self.summed(query, factor)
        return ScoreSum(self._parts(query, factor), [], [leaf_filter(query)], [], self._size(query))

    def _size(self, leaf: Leaf | None) -> int:
        if leaf is None:  # a nested group, which is no sum of words
            raise _NoSumError
        return self.statistics.size(leaf)

    def _parts(self, leaf: Leaf, factor: float) -> tuple[Dsl, ...]:
        if isinstance(leaf, Prefix):
            raise _NoSumError
        if isinstance(leaf, OneOf):
            return tuple(self._variants(leaf, factor))
        return super()._parts(leaf, factor)

    def _variants(self, unit: OneOf, factor: float) -> list[Dsl]:
        """Clauses for every variant as a word: by saturation, several together score less, never more."""
        stem = factor * self._weights.stem * self._rarity(unit, "stem")
        exact = factor * self._weights.exact * self._rarity(unit, "exact")
        found: list[Dsl] = []
        for query in (variant.query for variant in unit.variants):
            if isinstance(query, Phrase):
                found.append(self._at_most(query, stem + exact))
            else:
                found += [term(*key_of(query, "stem"), stem), term(*key_of(query, "exact"), exact)]
        return found

    def _rarity(self, unit: OneOf, layer: Layer) -> float:
        return self.statistics.rarity(self.statistics.document_frequency_in(unit, layer))

    def _occurring(self, phrase: Phrase, shape: str, weight: float) -> Dsl:  # noqa: ARG002 (as it is called)
        return self._at_most(phrase, weight)

    def _at_most(self, phrase: Phrase, weight: float) -> Dsl:
        """A bound: a phrase is as frequent as its first word at the most, without slop as its rarest."""
        words = phrase.words[:1] if phrase.slop else phrase.words
        rarest = min(words, key=lambda word: self.statistics.term_document_frequency(word, "stem"))
        found = term(list_name("stem", rarest.field), rarest.stem, weight)
        return {"bool": {"must": [found], "filter": [phrase_filter(phrase)]}}
