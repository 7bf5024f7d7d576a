"""Words, phrases and prefixes of queries as scored lists of articles."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property, partial
from typing import Final, NamedTuple, TypeVar, assert_never

import numpy as np
from numpy.typing import NDArray

from onneshon.index.errors import REPAIR, IndexCorruptError
from onneshon.index.kernel import DamageError
from onneshon.index.kernel.clauses import Clause, Impacts, Scored, ScoredDocs
from onneshon.index.kernel.counting import among, as_one_word, distinct
from onneshon.index.kernel.matching import disjunction
from onneshon.index.kernel.positions import estimated, occurrences, sums
from onneshon.index.kernel.postings import Postings
from onneshon.index.kernel.terms import WordCutter
from onneshon.index.ranking import (
    Coefficients,
    Norms,
    coefficients,
    frequencies_of_impacts,
    inverse_frequency,
)
from onneshon.search.query.tree import Field, Leaf, OneOf, Phrase, Prefix, Term
from onneshon.search.retrieval.bm25f import Weights, saturated
from onneshon.search.retrieval.budget import BoundedCache, lacking_now
from onneshon.search.retrieval.collection import NOTHING, Collection, Docs, Layer, list_name
from onneshon.search.retrieval.evidence import END, WHICH, Cut, WordPositions, cutter_of
from onneshon.search.retrieval.query_lists import QueryPart

T = TypeVar("T")

LAYERS: Final[tuple[Layer, Layer]] = ("stem", "exact")

EXPANSIONS: Final = 4_096
"""Words of a segment that one prefix may stand for."""

LOOKED: Final = 1_024
"""Articles with all words of a phrase from which it is estimated how many have these side by side."""

RECENT_BYTES: Final = 8 << 20
"""What was computed for one part of a query is needed again by its others: to score, to count, to compare."""


class _Found(NamedTuple):
    """Articles of something, before it is known what it counts; ``nbytes`` for the cache."""

    docs: Docs
    frequencies: NDArray[np.float64]

    @property
    def nbytes(self) -> int:
        return self.docs.nbytes + self.frequencies.nbytes + 300


class _Counted(NamedTuple):
    """Articles of a beginning, and how many words that begin so each of them holds."""

    docs: Docs
    counts: NDArray[np.uint16]

    @property
    def nbytes(self) -> int:
        return self.docs.nbytes + self.counts.nbytes + 300


class TermScorer:
    """Scores the leaves of queries against a collection. Safe to share among threads.

    Args:
        collection: the articles.
        weights: constants of the ranking.
    """

    def __init__(self, collection: Collection, weights: Weights) -> None:
        self.collection = collection
        self.weights = weights
        self.k1 = collection.basis.k1
        self.positions = WordPositions(
            partial(collection.postings, "stem"),
            partial(collection.postings, "exact"),
            lambda: collection.title_lengths,
        )
        layers = weights.stem + weights.exact
        self._greatest = self.rarity(1) * (self.k1 + 1 + weights.presence) * layers
        self._frequencies = frequencies_of_impacts(self.k1)
        self._recent = BoundedCache(0 if collection.lossy else RECENT_BYTES)

    def rarity(self, holding: int) -> float:
        """The inverse document frequency of what ``holding`` articles hold."""
        return inverse_frequency(holding, self.collection.size)

    def greatest(self, leaf: Leaf, factor: float) -> float:
        """A score that no article gets for a leaf."""
        greatest = self._greatest
        if isinstance(leaf, Phrase):
            return factor * greatest * len(leaf.words) * (1 + self.weights.phrase_words)
        return factor * greatest

    def scored(self, leaf: Leaf, factor: float, units: int) -> QueryPart[ScoredDocs]:
        """The articles of a leaf and what it adds to their scores.

        Args:
            leaf: what is looked for.
            factor: what its scores are multiplied by.
            units: in a score of 1.
        """
        match leaf:
            case Term():
                return self._term(leaf, factor, units)
            case OneOf():
                return self._one_of(leaf, factor, units)
            case Prefix():
                return QueryPart(self._prefix(leaf, factor, units))
            case Phrase():
                return QueryPart(self._phrase(leaf, factor, units))
            case _:
                assert_never(leaf)

    def _term(self, term: Term, factor: float, units: int) -> QueryPart[ScoredDocs]:
        stems, exacts = self.postings(term, "stem"), self.postings(term, "exact")
        stem, exact = self._weighing(term, factor, units, stems.df, exacts.df)
        if term.spelt_so:
            return QueryPart(Clause(exacts, stem.slope + exact.slope, stem.floor + exact.floor))
        # The stem is a function of the exact key, so that the articles of the one hold those of the other.
        return QueryPart(Clause(stems, *stem), (Clause(exacts, *exact),))

    def _weighing(
        self, term: Term, factor: float, units: int, stems: int, exacts: int
    ) -> tuple[Coefficients, Coefficients]:
        """What the two layers of a word count, given how many articles hold its stem and its spelling."""
        weights, articles = self.weights, self.collection.size
        if term.function:
            factor *= weights.function_word
        stem = factor * weights.stem * inverse_frequency(stems, articles)
        exact = factor * weights.exact * inverse_frequency(exacts, articles)
        return (
            coefficients(stem, self.k1, weights.presence, units),
            coefficients(exact, self.k1, weights.presence, units),
        )

    def postings(self, term: Term, layer: Layer) -> Postings:
        """The postings of a word in a layer; of one that counts spelt so only, always of the exact one."""
        if layer == "exact" or term.spelt_so:
            return self.collection.postings(list_name("exact", term.field), term.exact)
        return self.collection.postings(list_name("stem", term.field), term.stem)

    def _prefix(self, prefix: Prefix, factor: float, units: int) -> Scored:
        """All keys that begin so count as one word: an article's frequency is how many of them it holds."""
        docs, counts = self._beginning(prefix)
        frequencies = np.arange(int(counts.max(initial=0)) + 1, dtype=np.float64)
        return Scored(docs, self._unrounded(frequencies, factor * self.rarity(len(docs)), units)[counts])

    def _beginning(self, prefix: Prefix) -> _Counted:
        def compute() -> _Counted:
            name = list_name("exact", prefix.field)
            ranges = self.collection.ranges(name, prefix.start, EXPANSIONS)
            none = NOTHING, np.zeros(0, np.uint16)
            return _Counted(*self._sound(none, lambda: distinct(ranges, self.collection.size)))

        return self._recent.get(("prefix", prefix.start, prefix.field), compute)

    def _unrounded(self, frequencies: NDArray[np.float64], weight: float, units: int) -> NDArray[np.uint32]:
        """The scores of normed frequencies that no byte rounded."""
        scores = weight * units * (saturated(frequencies, self.k1) + self.weights.presence)
        return np.maximum(np.rint(scores), 1).astype(np.uint32)

    def _phrase(self, phrase: Phrase, factor: float, units: int) -> Scored:
        docs, frequencies = self._occurring(phrase)
        words = [*{(word.exact, word.stem, word.field): word for word in phrase.words}.values()]
        rarity = sum(self.rarity(self.postings(word, "stem").df) for word in words)
        scores = self._unrounded(frequencies, factor * self.weights.stem * rarity, units)
        of_words = [self._term(word, factor * self.weights.phrase_words, units) for word in words]
        scores += sums([part for leaf in of_words for part in (leaf.main, *leaf.more)], docs)
        return Scored(docs, scores)

    def _occurring(self, phrase: Phrase) -> _Found:
        """The articles of a phrase, and its normed frequency."""

        def compute() -> _Found:
            lists = [self.collection.postings("stem", word.stem) for word in phrase.words]
            if not all(postings.df for postings in lists):
                return _Found(NOTHING, np.empty(0))
            lengths = self.collection.title_lengths
            return self._normed(*occurrences(lists, phrase.slop, lengths, field=WHICH[phrase.field]))

        key = _key_of(tuple(word.stem for word in phrase.words), phrase.slop, phrase.field)
        return self._recent.get(key, compute)

    def _normed(self, docs: Docs, titles: NDArray[np.uint32], bodies: NDArray[np.uint32]) -> _Found:
        norms = self.collection.norms
        return _Found(docs, titles * norms["title"].of(docs) + bodies * norms["body"].of(docs))

    def _one_of(self, unit: OneOf, factor: float, units: int) -> QueryPart[ScoredDocs]:
        """All variants of a concept as one word; words side by side count as spelt so in the exact layer."""
        layers = []
        for layer, weight in zip(LAYERS, (self.weights.stem, self.weights.exact), strict=True):
            written = self._written(unit, layer)
            of_layer = factor * weight * self.rarity(written.df)
            layers.append(written.worth(*coefficients(of_layer, self.k1, self.weights.presence, units)))
        return QueryPart(layers[0], (layers[1],))

    def _written(self, unit: OneOf, layer: Layer) -> Impacts:
        """The articles of any variant, and the impact of their normed frequencies, each times its weight."""

        def compute() -> Impacts:
            variants = [(self._variant(variant.query, layer), variant.weight) for variant in unit.variants]
            return Impacts(*as_one_word(variants, self._frequencies, self.k1), 0, 1)

        return self._recent.get(("one of", layer, unit), compute)

    def _variant(self, query: Term | Phrase, layer: Layer) -> Postings | tuple[Docs, NDArray[np.float64]]:
        if isinstance(query, Phrase):
            found = self._occurring(query)
            return found.docs, found.frequencies
        return self.postings(query, layer)

    def holder(self, leaf: Leaf) -> ScoredDocs:
        """The articles of a leaf, each with some score."""
        match leaf:
            case Term():
                return Clause(self.postings(leaf, "stem"), 0, 1)
            case OneOf():
                return self._written(leaf, "stem")
            case Prefix():
                return _each(self._beginning(leaf).docs)
            case Phrase():
                return _each(self._occurring(leaf).docs)
            case _:
                assert_never(leaf)

    def holding(self, leaf: Leaf) -> int:
        """How many articles hold a leaf, deleted ones included: what its rarity is made of."""
        match leaf:
            case Term():
                return self.postings(leaf, "stem").df
            case OneOf():
                return self._written(leaf, "stem").df
            case Prefix():
                return len(self._beginning(leaf).docs)
            case Phrase():
                return len(self._occurring(leaf).docs)
            case _:
                assert_never(leaf)

    def size(self, leaf: Leaf) -> int:
        """How many articles a leaf finds."""
        return self.size_of([self.holder(leaf)])

    def size_of(self, lists: Sequence[ScoredDocs]) -> int:
        """How many articles are in any of some lists, deleted ones left out."""
        live = self.collection.live
        if len(lists) == 1:
            only = lists[0]
            if live is None:
                return only.df
            if isinstance(only, Clause):  # to look each document up is a tenth of scoring it
                return int(np.count_nonzero(self.collection.alive.take(only.postings.docs())))
        return disjunction(lists, (), 1, self.collection.size, kept=live).total

    def frequency(self, key: str, layer: Layer = "stem") -> int:
        """How many articles hold a word. Reads no posting."""
        return self.collection.frequency(layer, key)

    def are_indexed(self, keys: Sequence[str], layer: Layer = "stem") -> list[bool]:
        """Whether some article has each of some words. Reads no posting."""
        return self.collection.are_indexed(layer, keys)

    def stem_of(self, word: str) -> str | None:
        """The stem of a word in canonical spelling, as an article has it; None where none has it."""
        return self.collection.stem_of(word)

    @property
    def articles(self) -> int:
        """How many articles there are, deleted ones included."""
        return self.collection.size

    @property
    def norms(self) -> Mapping[Field, Norms]:
        """What one occurrence in a text of each document is worth."""
        return self.collection.norms

    def holding_beginning(self, start: str) -> int:
        """How many documents hold a stem that begins so; for beginnings of three and of four characters."""
        return self.collection.holding_beginning(start)

    def beginnings(self, starts: Sequence[str], docs: Docs) -> tuple[NDArray[np.uint16], NDArray[np.uint16]]:
        """How many stems that begin so some documents, ascending, hold; and their titles."""
        fields = ("stem", "title_stem")
        groups = [self.collection.ranges(name, start, EXPANSIONS) for name in fields for start in starts]
        none = np.zeros((len(groups), len(docs)), np.uint16)
        counts = self._sound(none, lambda: among(groups, docs, self.collection.size))
        return counts[: len(starts)], counts[len(starts) :]

    def _sound(self, otherwise: T, read: Callable[[], T]) -> T:
        """What is read; something else where that is damaged, and to be left out."""
        try:
            return read()
        except (DamageError, IndexCorruptError) as error:
            if self.collection.lossy:
                lacking_now()
                return otherwise
            if isinstance(error, IndexCorruptError):
                raise
            raise IndexCorruptError(f"the words of an index are damaged ({error}): {REPAIR}") from error

    def begins(self, start: str) -> bool:
        """Whether some word, as it is spelt, begins so."""
        return self.collection.begins("exact", start)

    def cuts(self, word: str, stem: str, fewest: int, share: float) -> tuple[int, list[Cut]] | None:
        """How many articles have a word, and the ways to cut it into two words; see ``WordStatistics``."""
        return self._sound(None, lambda: self._cutter.cuts(word, stem, fewest, share))

    @cached_property
    def _cutter(self) -> WordCutter:
        return cutter_of(segment.words for segment in self.collection.segments)

    def expect(self, leaves: Iterable[Leaf]) -> None:
        """Counting is no way to go: nothing is done ahead."""

    def count(self, stems: Sequence[str], most: int = END, wanted: int = 1) -> int:
        """About how many articles have words side by side.

        Args:
            stems: of the words, not all of them perhaps in any article.
            most: articles after which no more are looked for.
            wanted: articles from which on they are likely to be searched next: what is known is kept.

        Returns:
            The number where at most ``LOOKED`` articles have all of the words; beyond, an estimate by these.
        """
        lists = [self.collection.postings("stem", stem) for stem in stems]
        live, lengths = self.collection.live, self.collection.title_lengths
        wanted = max(wanted, 1)
        count, found = estimated(lists, 0, lengths, kept=live, most=most, looked=LOOKED, fewest=wanted)
        if live is None and found:
            self._recent.get(_key_of(tuple(stems), 0, None), lambda: self._normed(*found))
        return count


def _key_of(stems: tuple[str, ...], slop: int, field: Field | None) -> tuple[object, ...]:
    """Under which what was found of a phrase is kept: whatever is spelt otherwise has the same stems."""
    return "phrase", stems, slop, field


def _each(docs: Docs) -> Scored:
    return Scored(docs, np.ones(len(docs), np.uint32))
