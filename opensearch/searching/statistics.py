"""How many articles hold what a query asks for: words from the vocabulary, all else counted in the cluster.

What was counted is kept as long as a generation lives. Words of a query that are alone in their kind cost no
request; phrases and several variants cost one search for all of them together.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from threading import Lock
from typing import Final

from onneshon.index.ranking import Basis, inverse_frequency
from onneshon.opensearch.searching.dsl import Dsl, any_of
from onneshon.opensearch.searching.holders import holder, written
from onneshon.opensearch.searching.words import Words
from onneshon.search.query.tree import Leaf, OneOf, Phrase, Term
from onneshon.search.retrieval.bm25f import Weights
from onneshon.search.retrieval.collection import Layer
from onneshon.search.retrieval.term_scorer import END

Count = Callable[[Sequence[Dsl]], tuple[list[int], bool]]
"""How many articles match each of some queries, and whether all of the index was counted."""

REMEMBERED: Final = 100_000
"""Counts that are kept; beyond, all are forgotten."""


class ClusterStatistics:
    """The words of a generation and what can be counted of them; threads may share it.

    A ``WordStatistics``.

    Args:
        words: of the generation.
        basis: of its impacts.
        weights: constants of the ranking.
        count: asks the cluster.
    """

    def __init__(self, words: Words, basis: Basis, weights: Weights, count: Count) -> None:
        self.words = words
        self.basis = basis
        self.weights = weights
        self.k1 = basis.k1
        self._count = count
        self._known: dict[str, int] = {}
        self._lock = Lock()

    @property
    def articles(self) -> int:
        """How many articles there are, as rarities are made of."""
        return self.words.count

    def rarity(self, holding: int) -> float:
        """The inverse document frequency of what ``holding`` articles hold."""
        return inverse_frequency(holding, self.words.count)

    def count_each(self, queries: Sequence[Dsl]) -> list[int]:
        """How many articles match each of some queries; asks for those that were not counted yet, at once."""
        keyed = {_key(query): query for query in queries}
        new = {key: query for key, query in keyed.items() if key not in self._known}
        counts, whole = self._count([*new.values()]) if new else ([], True)
        found = dict(zip(new, counts, strict=True))
        if whole:  # what a lost part has is not forgotten for good
            self._keep(found)
        known = self._known if whole else self._known | found
        return [known.get(_key(query), 0) for query in queries]

    def known(self, queries: Sequence[Dsl]) -> list[int | None]:
        """How many articles match each of some queries; None where that was not counted yet."""
        known = self._known
        return [known.get(_key(query)) for query in queries]

    def learn(self, queries: Sequence[Dsl], counts: Sequence[int]) -> None:
        """Take it that so many articles match each of some queries."""
        self._keep(dict(zip(map(_key, queries), counts, strict=True)))

    def _keep(self, counts: Mapping[str, int]) -> None:
        with self._lock:
            if len(self._known) > REMEMBERED:
                self._known = {}  # who reads the old ones has them still
            self._known.update(counts)

    def expect(self, leaves: Iterable[Leaf]) -> None:
        """Count at once some leaves that will be asked for one by one."""
        self.count_each([query for leaf in leaves for query in self._to_count(leaf)])

    def _to_count(self, leaf: Leaf) -> list[Dsl]:
        if isinstance(leaf, OneOf):
            layers: tuple[Layer, Layer] = ("stem", "exact")
            return [self._union(leaf, layer) for layer in layers if self._alone(leaf, layer) is None]
        return [holder(leaf)] if self._of_word(leaf) is None else []

    def size_of(self, leaves: Sequence[Leaf]) -> int:
        """How many articles have any of some leaves."""
        if len(leaves) == 1:
            return self.size(leaves[0])
        return self.count_each([any_of([holder(leaf) for leaf in leaves])])[0]

    def holding_beginning(self, start: str) -> int:
        """How many articles hold a stem that begins so; for beginnings of three and of four characters."""
        return self.words.holding_beginning(start)

    def holding(self, leaf: Leaf) -> int:
        """How many articles hold a leaf: what its rarity is made of."""
        if isinstance(leaf, OneOf):
            return self.holding_in(leaf, "stem")
        known = self._of_word(leaf)
        return self.count_each([holder(leaf)])[0] if known is None else known

    def size(self, leaf: Leaf) -> int:
        """How many articles a leaf finds."""
        return self.holding(leaf)

    def of_term(self, term: Term, layer: Layer) -> int:
        """How many articles hold a word in a layer; of one that counts spelt so, always in the exact one."""
        layer = "exact" if term.spelt_so else layer
        key = term.exact if layer == "exact" else term.stem
        return self.words.holding(layer, key, title=term.field == "title")

    def holding_in(self, unit: OneOf, layer: Layer) -> int:
        """How many articles have any variant of one concept, as a layer knows them."""
        alone = self._alone(unit, layer)
        return self.count_each([self._union(unit, layer)])[0] if alone is None else alone

    def _alone(self, unit: OneOf, layer: Layer) -> int | None:
        """The same where no article needs to be asked for: a single word."""
        return self._of_word(unit.variants[0].query, layer) if len(unit.variants) == 1 else None

    def _of_word(self, leaf: Leaf, layer: Layer = "stem") -> int | None:
        """How many articles hold a word; None of all else, and of a stem in bodies, which are counted."""
        if not isinstance(leaf, Term) or (leaf.field == "body" and layer == "stem"):
            return None
        return self.of_term(leaf, layer)

    @staticmethod
    def _union(unit: OneOf, layer: Layer) -> Dsl:
        return any_of([written(variant, layer) for variant in unit.variants])

    def frequency(self, key: str, layer: Layer = "stem") -> int:
        """How many articles hold a word."""
        return self.words.holding(layer, key)

    def are_indexed(self, keys: Sequence[str], layer: Layer = "stem") -> list[bool]:
        """Whether some article has each of some words."""
        return [self.words.holding(layer, key) > 0 for key in keys]

    def stem_of(self, word: str) -> str | None:
        """The stem of a word in canonical spelling; None where no article has it."""
        return self.words.stem_of(word)

    def begins(self, start: str) -> bool:
        """Whether some word, as it is spelt, begins so."""
        return self.words.begins("exact", start)

    def cuts(self, word: str, stem: str, fewest: int, share: float) -> None:
        """The words are tables of Python, where each part is looked up by itself."""

    def count(self, stems: Sequence[str], most: int = END, wanted: int = 1) -> int:  # noqa: ARG002 (the cluster counts all)
        """How many articles have words side by side; asks only where each is in some article."""
        phrase = Phrase(tuple(Term(stem, stem, stem) for stem in stems))
        return self.holding(phrase) if all(map(self.frequency, stems)) else 0


def _key(query: Dsl) -> str:
    return repr(query)
