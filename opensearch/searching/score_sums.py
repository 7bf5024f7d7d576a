"""What is done where too many articles match to score and count all: sums of words, and samples.

Lucene keeps the greatest impact of each block of a list, and passes over blocks that cannot be among the
best; but only where a score is a sum of such lists. What a script scores, several variants as one word and
phrases, counts here what it can be worth at the most: the sum of its words. Nor is it looked at whether an
article holds enough of the query. The best found by such a sum are scored as they are, in the shard; what
does not match has a score of 0 then.

Counting does not grow with the articles: each is in samples of a half, a quarter, an eighth of all, see
``opensearch.storage.mapping``. Counts in one are multiplied; of what a thousandth of ten thousand articles
has, that is right to a third or so.
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
"""Articles that are counted at the most, where the best are looked for alone."""

LOOKED_AT: Final = 1_000_000
"""Articles that may match a query, up to which all are scored and counted.

To look for the best alone costs more than to score a few: each variant is a clause, and counting is a search
of its own. Scoring all grows with their number, and the other hardly does.
"""

FEWEST: Final = 2_000
"""Articles that are counted at the least, where so many match; of fewer, counts would be too rough."""

RESCORED: Final = 500
"""Articles of each shard, the best by what they can be worth at the most, that are scored as they are."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A part of all articles.

    Attributes:
        level: of the sample; 0 for all articles, each further one has half of the one before.
    """

    level: int = 0

    @property
    def times(self) -> int:
        """How many articles one of it stands for."""
        return 1 << self.level

    @property
    def filters(self) -> list[Dsl]:
        """What its articles match."""
        return [term("sample", str(self.level))] if self.level else []

    def larger(self, counted: int) -> "Sample":
        """A sample that is large enough, where in this one so few articles matched; else the same."""
        lacking = FEWEST / max(counted, 1)
        return Sample(max(self.level - ceil(log2(lacking)), 0)) if lacking > 2 else self  # noqa: PLR2004 (half is enough)


def is_large(most: int) -> bool:
    """Whether the best alone are looked for, of so many articles that may match."""
    return most > LOOKED_AT


def sample_of(most: int) -> Sample:
    """The sample for a query that so many articles may match."""
    return Sample(min(max(ceil(log2(max(most, 1) / LOOKED_AT)), 0), SAMPLES))


def counted_to(query: Dsl) -> Dsl:
    """A search that counts articles up to the bound."""
    return {"query": query, "size": 0, "track_total_hits": COUNTED_TO}


@dataclass(frozen=True, slots=True)
class ScoreSum:
    """A query as a sum.

    Attributes:
        added: clauses whose scores add up, to the score or more.
        enough: what an article must hold of the words.
        filters: what it must match besides.
        excluded: what none may match.
        most: how many articles match at the most.
    """

    added: Sequence[Dsl]
    enough: Sequence[Dsl]
    filters: Sequence[Dsl]
    excluded: Sequence[Dsl]
    most: int

    def scoring(self, further: Sequence[Dsl]) -> Dsl:
        """Articles that match further filters too, whatever they hold, scored by the sum."""
        matching = self._matching([*self.filters, *further])
        return {"bool": {**matching, "should": [*self.added], "minimum_should_match": 1}}

    def matching(self, further: Sequence[Dsl]) -> Dsl:
        """Those that hold enough, not scored."""
        return {"bool": self._matching([*self.enough, *self.filters, *further])}

    def _matching(self, filters: Sequence[Dsl]) -> Dsl:
        parts = {"filter": [*filters], "must_not": [*self.excluded]}
        return {name: queries for name, queries in parts.items() if queries}


class _NoSumError(Exception):
    """What a part of a query is worth is not bounded by words of it."""


def score_sum(query: Query, compiler: Compiler) -> ScoreSum | None:
    """The sum that a query is; None where it is none.

    Args:
        query: what is looked for.
        compiler: that compiled it as it is.
    """
    summing = _Summing(
        compiler.statistics, lambda demand: compiler.decided[demand.key], authors=compiler.authors
    )
    try:
        return summing.summed(query, 1.0)
    except _NoSumError:
        return None


class _Summing(Compiler):
    """Compiles what a query can be worth at the most."""

    def summed(self, query: Query, factor: float) -> ScoreSum:
        """A query by itself, as a sum."""
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
        if leaf is None:  # a group of its own, which is no sum of words
            raise _NoSumError
        return self.statistics.size(leaf)

    def _parts(self, leaf: Leaf, factor: float) -> tuple[Dsl, ...]:
        if isinstance(leaf, Prefix):
            raise _NoSumError
        if isinstance(leaf, OneOf):
            return tuple(self._variants(leaf, factor))
        return super()._parts(leaf, factor)

    def _variants(self, unit: OneOf, factor: float) -> list[Dsl]:
        """Every variant as a word of its own: saturation makes several together worth less, never more."""
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
        return self.statistics.rarity(self.statistics.holding_in(unit, layer))

    def _occurring(self, phrase: Phrase, shape: str, weight: float) -> Dsl:  # noqa: ARG002 (as it is called)
        return self._at_most(phrase, weight)

    def _at_most(self, phrase: Phrase, weight: float) -> Dsl:
        """Words in a row are nowhere more frequent than the first of them, side by side than the rarest."""
        words = phrase.words[:1] if phrase.slop else phrase.words
        rarest = min(words, key=lambda word: self.statistics.of_term(word, "stem"))
        found = term(list_name("stem", rarest.field), rarest.stem, weight)
        return {"bool": {"must": [found], "filter": [phrase_filter(phrase)]}}
