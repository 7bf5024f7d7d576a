"""Words, phrases and prefixes of queries as scored lists of articles, kept between queries while they fit."""

from collections.abc import Sequence
from functools import reduce
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from index.schema import LAYERS
from search.query.tree import Field, OneOf, Phrase, Prefix, Term, Writing
from search.retrieval.bm25f import Weights, inverse_frequency, length_norms, saturate
from search.retrieval.cache import ByteBudgetCache
from search.retrieval.collection import Collection, Postings
from search.retrieval.doc_lists import Docs, Scores, WeightedDocs, merge, sum_duplicates
from search.retrieval.memory import suitable_cache
from search.retrieval.phrases import PositionList, occurrences, phrase_places
from search.retrieval.score_list import EMPTY, ScoreList

__all__ = ["BOTH", "Layer", "TermScorer"]

Layer: TypeAlias = Literal["exact", "stem"]

BOTH: tuple[Field, Field] = ("title", "body")

EXPANSIONS = 4_096
"""Words of a segment that one prefix may stand for."""

STEM_PREFIX = 4
"""Characters in which two stems must agree at the beginning to be taken for related words."""

COMMON_PREFIX = 4
"""A prefix with more than ``size / COMMON_PREFIX`` postings is skipped: slow, and no evidence."""

FEW_POSTINGS = 1_000
"""A prefix with so few postings is never skipped."""

POSTINGS_BYTES = 32 << 20
"""Postings are needed again within a query only, to say where its words stand."""


def _fields(field: Field | None) -> tuple[Field, ...]:
    return BOTH if field is None else (field,)


def _key(term: Term) -> tuple[object, ...]:
    """All that the scores of a word depend on: whatever two words share, so must what is kept of them."""
    return ("term", term.exact, term.stem, term.field, term.function, term.spelt_so)


def _writing_key(writing: Writing) -> tuple[object, ...]:
    query = writing.query
    words = query.words if isinstance(query, Phrase) else (query,)
    return (*map(_key, words), writing.weight)


class TermScorer:
    """Scores the leaves of queries against a collection. Safe to share among threads.

    Args:
        collection: the articles.
        weights: constants of the ranking.
        cache_bytes: memory for lists that may be needed again; None for what is suitable.
    """

    def __init__(self, collection: Collection, weights: Weights, cache_bytes: int | None = None) -> None:
        self.collection = collection
        self.weights = weights
        self._cache = ByteBudgetCache(suitable_cache(collection.size) if cache_bytes is None else cache_bytes)
        self._recent = ByteBudgetCache(POSTINGS_BYTES)
        self._norms = {field: self._norm(field) for field in BOTH}

    def _norm(self, field: Field) -> Scores:
        # A token has one key in each layer, so that the lengths of one layer are those of the other.
        lengths, average = self.collection.lengths(f"{field}_stem")
        weights = self.weights
        if field == "title":
            return length_norms(lengths, average, weights.title, weights.b_title)
        return length_norms(lengths, average, 1.0, weights.b_body)

    def list(self, leaf: Term | Phrase | Prefix | OneOf, factor: float = 1.0) -> ScoreList:
        """The articles a leaf matches.

        Args:
            leaf: what is looked for.
            factor: what its scores are multiplied by.
        """
        match leaf:
            case Term():
                return self._cache.get((_key(leaf), factor), lambda: self._term(leaf, factor))
            case OneOf():
                key_of_unit = ("one of", *map(_writing_key, leaf.writings))
                return self._cache.get((key_of_unit, factor), lambda: self._one_of(leaf, factor))
            case Prefix():
                key = ("prefix", leaf.start, leaf.field)
                return self._cache.get((key, factor), lambda: self._prefix(leaf, factor))
            case Phrase():
                key_of_phrase = ("phrase", *map(_key, leaf.words), leaf.slop, leaf.field)
                return self._cache.get((key_of_phrase, factor), lambda: self._phrase(leaf, factor))

    def norm_of(self, field: Field, doc: int) -> float:
        """What one occurrence in a field is worth in a document."""
        return float(self._norms[field][doc])

    def holding(self, fields: Sequence[Field], layer: str, key: str) -> int:
        """How many live articles hold a key in any of some fields."""
        find = self.collection.postings
        parts = [self._weighted(field, *find(f"{field}_{layer}", key)) for field in fields]
        return len(reduce(merge, parts)[0])

    def _weighted(self, field: Field, docs: Docs, times: NDArray[Any]) -> WeightedDocs:
        """Frequencies in live documents, divided by the length norm of the field and weighted."""
        if self.collection.deleted is not None:
            alive = ~self.collection.deleted[docs]
            docs, times = docs[alive], times[alive]
        return docs, times.astype(np.float32) * self._norms[field][docs]

    def _scored(self, parts: Sequence[WeightedDocs], weight: float) -> WeightedDocs:
        """Articles of a word and its scores, given its weighted frequencies in each field."""
        docs, sums = reduce(merge, parts)
        rarity = inverse_frequency(len(docs), self.collection.count)
        return docs, saturate(sums, weight * rarity, self.weights)

    def _term(self, term: Term, factor: float) -> ScoreList:
        if term.function:
            factor *= self.weights.function_word
        docs, scores = self._scored(self._weighted_term(term, "stem"), factor * self.weights.stem)
        exacts = self._weighted_term(term, "exact")
        exact = ScoreList(*self._scored(exacts, factor * self.weights.exact), self.collection.size)
        # The stem is a function of the exact key, so that the articles of the one hold those of the other.
        if exact.is_dense:
            scores += exact.dense[docs]
        else:
            scores[docs.searchsorted(exact.docs)] += exact.scores
        return ScoreList(docs, scores, self.collection.size)

    def _weighted_term(self, term: Term, layer: str) -> Sequence[WeightedDocs]:
        """The articles of a word in each text, its frequency weighted."""
        if layer == "exact" or term.spelt_so:
            find = self.collection.postings
            return [
                self._weighted(field, *find(f"{field}_exact", term.exact)) for field in _fields(term.field)
            ]
        return [
            self._weighted(field, *self._postings(f"{field}_stem", term.stem))
            for field in _fields(term.field)
        ]

    def _one_of(self, unit: OneOf, factor: float) -> ScoreList:
        """All writings of one thing as one word; side by side, words count as spelt so in the exact layer."""
        parts = {layer: [self._written(one, layer) for one in unit.writings] for layer in LAYERS}
        docs, scores = self._scored(parts["stem"], factor * self.weights.stem)
        exact = ScoreList(*self._scored(parts["exact"], factor * self.weights.exact), self.collection.size)
        return ScoreList(docs, scores + exact.at(docs), self.collection.size)

    def _written(self, writing: Writing, layer: str) -> WeightedDocs:
        """The articles of one writing, its frequency weighted."""
        query = writing.query
        if isinstance(query, Term):
            found = self._weighted_term(query, layer)
        else:
            found = [self._found(query, field) for field in _fields(query.field)]
        docs, sums = reduce(merge, found)
        return docs, sums * np.float32(writing.weight)

    def _prefix(self, prefix: Prefix, factor: float) -> ScoreList:
        return self._beginnings(_fields(prefix.field), "exact", prefix.start, factor)

    def _beginnings(self, fields: Sequence[Field], layer: str, start: str, weight: float) -> ScoreList:
        """All keys that begin so count as one word: an article's frequency is how many of them it holds."""
        docs, sums = sum_duplicates(
            [self._beginning(field, layer, start) for field in fields], self.collection.size
        )
        rarity = inverse_frequency(len(docs), self.collection.count)
        return ScoreList(docs, saturate(sums, weight * rarity, self.weights), self.collection.size)

    def _beginning(self, field: Field, layer: str, start: str) -> WeightedDocs:
        """Live documents, once for each key they hold that begins so, and what one is worth there."""
        docs = self.collection.live(self.collection.prefix(f"{field}_{layer}", start, EXPANSIONS))
        return docs, self._norms[field][docs]

    def _postings(self, name: str, key: str) -> Postings:
        """The stem layer's, which score a word first and then say where it stands."""
        return self._recent.get((name, key), lambda: self.collection.postings(name, key))

    def positions(self, field: Field, stem: str) -> PositionList:
        """Where a word of the stem layer stands in a text of every document, deleted ones included."""
        name = f"{field}_stem"
        return self._cache.get(("positions", name, stem), lambda: self._located(name, stem))

    def places(self, leaf: Term | Phrase, field: Field) -> PositionList:
        """Where a word, or each word of a phrase without others in between, stands in a text.

        The exact layer has no positions: of a word that only counts spelt so, they are those of its stem in
        the documents that spell it so.
        """
        if isinstance(leaf, Phrase):
            key = ("places", field, *(word.stem for word in leaf.words), leaf.slop)
            words = [self.positions(field, word.stem) for word in leaf.words]
            return self._cache.get(key, lambda: phrase_places(words, leaf.slop))
        found = self.positions(field, leaf.stem)
        return (
            found.within(self.collection.postings(f"{field}_exact", leaf.exact).docs)
            if leaf.spelt_so
            else found
        )

    def frequency(self, key: str, layer: Layer = "stem") -> int:
        """How many articles hold a word: at least so many, and at most twice as many. Reads no posting."""
        return max(self.collection.frequency(f"{field}_{layer}", key) for field in BOTH)

    def count(self, phrase: Phrase) -> int:
        """How many articles hold a phrase; reads postings only where each of its words is in some article."""
        if not all(self.frequency(word.stem) for word in phrase.words):
            return 0
        return len(self.list(phrase))

    def _located(self, name: str, key: str) -> PositionList:
        found = self._postings(name, key)
        return PositionList.of(found.docs, found.frequencies, self.collection.places(name, key))

    def stem_prefix(self, word: Term) -> ScoreList:
        """The articles of all words whose stems begin like that of a word, as if they were one word.

        What the stemmer leaves apart by design meets here: derivations (ইতিহাসবিদ),
        compounds (বিশ্ববিদ্যালয়ভিত্তিক) and inflections that no rule foresees.
        """
        start = word.stem[:STEM_PREFIX]
        return self._cache.get(("stem prefix", start), lambda: self._stem_prefix(start))

    def _stem_prefix(self, start: str) -> ScoreList:
        count = self.collection.prefix_count
        held = sum(count(f"{field}_stem", start, EXPANSIONS) for field in BOTH)
        if held > FEW_POSTINGS and held * COMMON_PREFIX > self.collection.size:
            return EMPTY
        return self._beginnings(BOTH, "stem", start, 1.0)

    def _found(self, phrase: Phrase, field: Field) -> WeightedDocs:
        words = [self.positions(field, word.stem) for word in phrase.words]
        return self._weighted(field, *occurrences(words, phrase.slop))

    def _phrase(self, phrase: Phrase, factor: float) -> ScoreList:
        docs, sums = reduce(merge, [self._found(phrase, field) for field in _fields(phrase.field)])
        words = [self.list(word) for word in {_key(word): word for word in phrase.words}.values()]
        rarity = sum(inverse_frequency(len(word), self.collection.count) for word in words)
        scores = saturate(sums, factor * self.weights.stem * rarity, self.weights)
        for word in words:
            scores += word.at(docs) * np.float32(factor * self.weights.phrase_words)
        return ScoreList(docs, scores, self.collection.size)
