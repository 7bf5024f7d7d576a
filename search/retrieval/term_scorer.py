"""Turns words, phrases and prefixes of queries into scored lists of articles."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property, partial
from typing import Final, Generic, NamedTuple, TypeVar, assert_never

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
"""The most words of a segment to which one prefix expands."""

LOOKED: Final = 1_024
"""The sample size of articles with all words of a phrase, to estimate in how many these are adjacent."""

RECENT_BYTES: Final = 8 << 20
"""The cache's size: scoring, counting and rescoring need the same intermediate results of one query."""


Frequency = TypeVar("Frequency", bound=np.generic)


class _Found(NamedTuple, Generic[Frequency]):
    """Articles with a frequency each, before weights apply; ``nbytes`` is for the cache."""

    docs: Docs
    frequencies: NDArray[Frequency]

    @property
    def nbytes(self) -> int:
        return self.docs.nbytes + self.frequencies.nbytes + 300


class TermScorer:
    """Scores the leaves of queries against a collection. Safe to share among threads.

    Args:
        collection: the articles.
        weights: the constants of the ranking.
    """

    def __init__(self, collection: Collection, weights: Weights) -> None:
        self.collection = collection
        self.weights = weights
        self.k1 = collection.basis.k1
        self.articles, self.stem_of = collection.size, collection.stem_of  # deleted articles count here
        self.prefix_document_frequency = collection.prefix_document_frequency
        self.positions = WordPositions(
            partial(collection.postings, "stem"),
            partial(collection.postings, "exact"),
            lambda: collection.title_lengths,
        )
        layers = weights.stem + weights.exact
        self._greatest = self.rarity(1) * (self.k1 + 1 + weights.presence) * layers
        self._frequencies = frequencies_of_impacts(self.k1)
        self._recent = BoundedCache(0 if collection.lossy else RECENT_BYTES)

    def rarity(self, document_frequency: int) -> float:
        """The inverse document frequency for a document frequency of ``document_frequency``."""
        return inverse_frequency(document_frequency, self.collection.size)

    def greatest(self, leaf: Leaf, factor: float) -> float:
        """An upper bound of a leaf's scores."""
        greatest = self._greatest
        if isinstance(leaf, Phrase):
            return factor * greatest * len(leaf.words) * (1 + self.weights.phrase_words)
        return factor * greatest

    def scored(self, leaf: Leaf, factor: float, units: int) -> QueryPart[ScoredDocs]:
        """The articles of a leaf and what it adds to their scores.

        Args:
            leaf: the leaf to score.
            factor: the factor of its scores.
            units: the units in a score of 1.
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
        # The stem is a function of the exact key, so the stem's articles include those of the exact key.
        return QueryPart(Clause(stems, *stem), (Clause(exacts, *exact),))

    def _weighing(
        self, term: Term, factor: float, units: int, stems: int, exacts: int
    ) -> tuple[Coefficients, Coefficients]:
        """The score coefficients of a word's layers, by the document frequencies of stem and exact key."""
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
        """A word's postings in a layer; always the exact one where only its exact key counts."""
        if layer == "exact" or term.spelt_so:
            return self.collection.postings(list_name("exact", term.field), term.exact)
        return self.collection.postings(list_name("stem", term.field), term.stem)

    def _prefix(self, prefix: Prefix, factor: float, units: int) -> Scored:
        """All keys with the prefix count as one word; its frequency is their number in the article."""
        docs, counts = self._beginning(prefix)
        frequencies = np.arange(int(counts.max(initial=0)) + 1, dtype=np.float64)
        return Scored(docs, self._unrounded(frequencies, factor * self.rarity(len(docs)), units)[counts])

    def _beginning(self, prefix: Prefix) -> _Found[np.uint16]:
        def compute() -> _Found[np.uint16]:
            name = list_name("exact", prefix.field)
            ranges = self.collection.ranges(name, prefix.start, EXPANSIONS)
            none = NOTHING, np.zeros(0, np.uint16)
            return _Found(*self._sound(none, lambda: distinct(ranges, self.collection.size)))

        return self._recent.get(("prefix", prefix.start, prefix.field), compute)

    def _unrounded(self, frequencies: NDArray[np.float64], weight: float, units: int) -> NDArray[np.uint32]:
        """The scores of normed frequencies that were not rounded to a byte."""
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

    def _occurring(self, phrase: Phrase) -> _Found[np.float64]:
        """The articles of a phrase, and its normed frequency in each."""

        def compute() -> _Found[np.float64]:
            lists = [self.collection.postings("stem", word.stem) for word in phrase.words]
            if not all(postings.df for postings in lists):
                return _Found(NOTHING, np.empty(0))
            lengths = self.collection.title_lengths
            return self._normed(*occurrences(lists, phrase.slop, lengths, field=WHICH[phrase.field]))

        key = _key_of(tuple(word.stem for word in phrase.words), phrase.slop, phrase.field)
        return self._recent.get(key, compute)

    def _normed(
        self, docs: Docs, titles: NDArray[np.uint32], bodies: NDArray[np.uint32]
    ) -> _Found[np.float64]:
        norms = self.collection.norms
        return _Found(docs, titles * norms["title"].of(docs) + bodies * norms["body"].of(docs))

    def _one_of(self, unit: OneOf, factor: float, units: int) -> QueryPart[ScoredDocs]:
        """All variants of a concept as one word; phrases among them count in the exact layer too."""
        layers = []
        for layer, weight in zip(LAYERS, (self.weights.stem, self.weights.exact), strict=True):
            written = self._written(unit, layer)
            of_layer = factor * weight * self.rarity(written.df)
            layers.append(written.worth(*coefficients(of_layer, self.k1, self.weights.presence, units)))
        return QueryPart(layers[0], (layers[1],))

    def _written(self, unit: OneOf, layer: Layer) -> Impacts:
        """The articles of any variant, with the impacts of the weighted sums of its normed frequencies."""

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
        """The articles of a leaf, with arbitrary scores above 0."""
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

    def document_frequency(self, leaf: Leaf) -> int:
        """A leaf's document frequency, deleted articles included, from which its rarity is computed."""
        return self.holder(leaf).df

    def size(self, leaf: Leaf) -> int:
        """The number of live articles that a leaf finds."""
        return self.size_of([self.holder(leaf)])

    def size_of(self, lists: Sequence[ScoredDocs]) -> int:
        """The number of live articles in the union of some lists."""
        live = self.collection.live
        if len(lists) == 1:
            only = lists[0]
            if live is None:
                return only.df
            if isinstance(only, Clause):  # looking each document up takes a tenth of the time of scoring it
                return int(np.count_nonzero(self.collection.alive.take(only.postings.docs())))
        return disjunction(lists, (), 1, self.collection.size, kept=live).total

    def key_document_frequency(self, key: str, layer: Layer = "stem") -> int:
        """The number of articles that contain a word. Reads no posting."""
        return self.collection.document_frequency(layer, key)

    def are_indexed(self, keys: Sequence[str], layer: Layer = "stem") -> list[bool]:
        """For each of some words, whether any article contains it. Reads no posting."""
        return self.collection.are_indexed(layer, keys)

    @property
    def norms(self) -> Mapping[Field, Norms]:
        """The length norms of each field: the weight of one occurrence in each document."""
        return self.collection.norms

    def beginnings(self, starts: Sequence[str], docs: Docs) -> tuple[NDArray[np.uint16], NDArray[np.uint16]]:
        """The number of stems with each prefix in some documents, ascending; and the same in their titles."""
        fields = ("stem", "title_stem")
        groups = [self.collection.ranges(name, start, EXPANSIONS) for name in fields for start in starts]
        none = np.zeros((len(groups), len(docs)), np.uint16)
        counts = self._sound(none, lambda: among(groups, docs, self.collection.size))
        return counts[: len(starts)], counts[len(starts) :]

    def _sound(self, otherwise: T, read: Callable[[], T]) -> T:
        """The result of ``read``; ``otherwise`` where the index is damaged and damage is to be skipped."""
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
        """Whether any exact form begins with ``start``."""
        return self.collection.begins("exact", start)

    def cuts(self, word: str, stem: str, fewest: int, share: float) -> tuple[int, list[Cut]] | None:
        """A word's document frequency, and the ways to cut it into two words; see ``WordStatistics``."""
        return self._sound(None, lambda: self._cutter.cuts(word, stem, fewest, share))

    @cached_property
    def _cutter(self) -> WordCutter:
        return cutter_of(segment.words for segment in self.collection.segments)

    def expect(self, leaves: Iterable[Leaf]) -> None:
        """Do nothing: a local index counts on demand."""

    def count(self, stems: Sequence[str], most: int = END, wanted: int = 1) -> int:
        """The approximate number of articles in which words are adjacent.

        Args:
            stems: the words' stems; some may be in no article.
            most: the count at which counting may stop.
            wanted: the count from which a search for the words is likely to follow, so the result is cached.

        Returns:
            The exact number where at most ``LOOKED`` articles have all of the words; else an estimate.
        """
        lists = [self.collection.postings("stem", stem) for stem in stems]
        live, lengths = self.collection.live, self.collection.title_lengths
        wanted = max(wanted, 1)
        count, found = estimated(lists, 0, lengths, kept=live, most=most, looked=LOOKED, fewest=wanted)
        if live is None and found:
            self._recent.get(_key_of(tuple(stems), 0, None), lambda: self._normed(*found))
        return count


def _key_of(stems: tuple[str, ...], slop: int, field: Field | None) -> tuple[object, ...]:
    """The cache key of a phrase's articles: other spellings with the same stems share it."""
    return "phrase", stems, slop, field


def _each(docs: Docs) -> Scored:
    return Scored(docs, np.ones(len(docs), np.uint32))
