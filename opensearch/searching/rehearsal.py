"""What a query will have counted, found out by reading it without asking: one request then counts it all.

Whether articles have words side by side decides what a query is read as, and that decides which variants are
counted next. Mostly no article has them: who takes that for granted comes to the same query, and knows all
that will be asked. Where it is otherwise, what is still unknown is asked for when it comes to that. Of the
variants of a concept it is taken that no article has two.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import local

from onneshon.opensearch.searching.dsl import Dsl
from onneshon.opensearch.searching.statistics import ClusterStatistics
from onneshon.search.query.tree import Leaf, OneOf, Term
from onneshon.search.retrieval.collection import Layer

__all__ = ["Rehearsal"]


def _asks_nobody(queries: Sequence[Dsl]) -> tuple[list[int], bool]:
    return [0] * len(queries), False


class Rehearsal(ClusterStatistics):
    """Statistics that ask nobody: they note what nobody counted yet, and take it for nothing.

    Args:
        statistics: that know what was counted.
    """

    def __init__(self, statistics: ClusterStatistics) -> None:
        super().__init__(statistics.words, statistics.basis, statistics.weights, _asks_nobody)
        self._statistics = statistics
        self._local = local()

    @contextmanager
    def noting(self) -> Iterator[list[Dsl]]:
        """What this thread would have counted in the block."""
        noted: list[Dsl] = []
        self._local.noted = noted
        try:
            yield noted
        finally:
            self._local.noted = []

    def count_each(self, queries: Sequence[Dsl]) -> list[int]:
        """How many articles match each of some queries, as far as that is known."""
        found = self._statistics.known(queries)
        self._local.noted += [query for query, count in zip(queries, found, strict=True) if count is None]
        return [count or 0 for count in found]

    def holding_in(self, unit: OneOf, layer: Layer) -> int:
        """How many articles have any variant of one concept, as far as that is known."""
        return super().holding_in(unit, layer) or self._all_of(unit, layer)

    def size_of(self, leaves: Sequence[Leaf]) -> int:
        """How many articles have any of some leaves, as far as that is known."""
        words = sum(self._of_word(leaf) for leaf in leaves if isinstance(leaf, Term))
        concepts = sum(self.holding(leaf) for leaf in leaves if isinstance(leaf, OneOf))
        return super().size_of(leaves) or min(words + concepts, self.articles)

    def _all_of(self, unit: OneOf, layer: Layer) -> int:
        words = (variant.query for variant in unit.variants)
        found = sum(self._of_word(word, layer) for word in words if isinstance(word, Term))
        return min(found, self.articles)

    def _of_word(self, word: Term, layer: Layer = "stem") -> int:
        return 0 if word.field == "body" and layer == "stem" else self.of_term(word, layer)
