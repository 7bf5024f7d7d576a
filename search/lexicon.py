"""Words, phrases and prefixes of queries as scored lists of articles, kept between queries while they fit."""

from collections.abc import Sequence

import numpy as np

from search.cache import ByteBudgetCache
from search.collection import Collection, Docs
from search.phrases import PositionList, occurrences
from search.query import Field, Phrase, Prefix, Term
from search.scored import Scored, Scores, union
from search.scoring import Weights, inverse_frequency, length_norms, saturate

__all__ = ["Lexicon"]

BOTH: tuple[Field, Field] = ("title", "body")

EXPANSIONS = 4_096
"""Words of a segment that one prefix may stand for."""

CACHE_BYTES = 768 << 20
"""Used only as far as queries differ: a thousand words of a hundred thousand articles take half of it."""

KIN_LETTERS = 4
"""Words whose stems begin with the same characters, so many, are taken for kin."""

Frequencies = tuple[Docs, Scores]


def _fields(field: Field | None) -> tuple[Field, ...]:
    return BOTH if field is None else (field,)


class Lexicon:
    """Scores the leaves of queries against a collection. Safe to share among threads.

    Args:
        collection: the articles.
        weights: constants of the ranking.
        cache_bytes: memory for lists that may be needed again.
    """

    def __init__(self, collection: Collection, weights: Weights, cache_bytes: int = CACHE_BYTES) -> None:
        self.collection = collection
        self.weights = weights
        self._lists: ByteBudgetCache[Scored] = ByteBudgetCache(cache_bytes // 4 * 3)
        self._places: ByteBudgetCache[PositionList] = ByteBudgetCache(cache_bytes // 4)
        self._norms = {field: self._norm(field) for field in BOTH}

    def _norm(self, field: Field) -> Scores:
        # A token has one key in each layer, so that the lengths of one layer are those of the other.
        lengths, average = self.collection.lengths(f"{field}_stem")
        weights = self.weights
        if field == "title":
            return length_norms(lengths, average, weights.title, weights.b_title)
        return length_norms(lengths, average, 1.0, weights.b_body)

    def list(self, leaf: Term | Phrase | Prefix, factor: float = 1.0) -> Scored:
        """The articles a leaf matches.

        Args:
            leaf: what is looked for.
            factor: what its scores are multiplied by.
        """
        match leaf:
            case Term():
                key = (leaf.exact, leaf.stem, leaf.field, factor)
                return self._lists.get(key, lambda: self._term(leaf, factor))
            case Prefix():
                return self._lists.get((leaf.start, leaf.field, factor), lambda: self._prefix(leaf, factor))
            case Phrase():
                words = tuple(word.stem for word in leaf.words), tuple(word.exact for word in leaf.words)
                key_of_phrase = (words, leaf.slop, leaf.field, factor)
                return self._lists.get(key_of_phrase, lambda: self._phrase(leaf, factor))

    def _sum(self, parts: Sequence[tuple[Field, Frequencies]]) -> Frequencies:
        """Frequencies of several fields in one, each divided by its norm and weighted."""
        parts = [(field, found) for field, found in parts if len(found[0])]
        if len(parts) == 1:
            field, (docs, times) = parts[0]
            return docs, times * self._norms[field][docs]
        docs = union([found[0] for _, found in parts], self.collection.size)
        sums = np.zeros(len(docs), np.float32)
        for field, (held, times) in parts:
            sums[np.searchsorted(docs, held)] += times * self._norms[field][held]
        return docs, sums

    def _scored(self, parts: Sequence[tuple[Field, Frequencies]], weight: float) -> Scored:
        docs, sums = self._sum(parts)
        rarity = inverse_frequency(len(docs), self.collection.count)
        return Scored(docs, saturate(sums, weight * rarity, self.weights), self.collection.size)

    def _layer(self, layer: str, key: str, field: Field | None, weight: float) -> Scored:
        find = self.collection.postings
        return self._scored([(name, find(f"{name}_{layer}", key)) for name in _fields(field)], weight)

    def _term(self, term: Term, factor: float) -> Scored:
        if term.function:
            factor *= self.weights.function_word
        stem = self._layer("stem", term.stem, term.field, factor * self.weights.stem)
        exact = self._layer("exact", term.exact, term.field, factor * self.weights.exact)
        # The stem is a function of the exact key, so that the articles of the one hold those of the other.
        stem.scores[np.searchsorted(stem.docs, exact.docs)] += exact.scores
        return Scored(stem.docs, stem.scores, stem.size)

    def _prefix(self, prefix: Prefix, factor: float) -> Scored:
        """All words that begin so count as one word: an article's frequency is how many of them it holds."""
        find = self.collection.prefix
        parts = [(name, find(f"{name}_exact", prefix.start, EXPANSIONS)) for name in _fields(prefix.field)]
        return self._scored(parts, factor)

    def _positions(self, name: str, key: str) -> PositionList:
        find = self.collection.positions
        return self._places.get((name, key), lambda: PositionList.of(*find(name, key)))

    def near(self, phrase: Phrase, among: Docs) -> Scored:
        """Those of some documents in which words stand near each other, and what that adds to their scores.

        Args:
            phrase: the words and how near they must be.
            among: documents, ascending and live.
        """
        docs, sums = self._sum([(field, self._found(phrase, field, among)) for field in BOTH])
        rarity = sum(inverse_frequency(len(self.list(word)), self.collection.count) for word in phrase.words)
        scores = saturate(sums, self.weights.proximity * rarity, self.weights)
        return Scored(docs, scores, self.collection.size)

    def kin(self, word: Term) -> Scored:
        """The articles of all words whose stems begin like that of a word, as if they were one word.

        What the stemmer leaves apart by design meets here: derivations (ইতিহাসবিদ),
        compounds (বিশ্ববিদ্যালয়ভিত্তিক) and inflections that no rule foresees.
        """
        start = word.stem[:KIN_LETTERS]
        return self._lists.get(("kin", start), lambda: self._kin(start))

    def _kin(self, start: str) -> Scored:
        find = self.collection.prefix
        parts = [(name, find(f"{name}_stem", start, EXPANSIONS)) for name in BOTH]
        return self._scored(parts, self.weights.kin)

    def _found(self, phrase: Phrase, field: Field, among: Docs | None = None) -> Frequencies:
        words = [self._positions(f"{field}_stem", word.stem) for word in phrase.words]
        docs, times = occurrences(words, phrase.slop, among)
        deleted = self.collection.deleted
        return (docs, times) if deleted is None else (docs[~deleted[docs]], times[~deleted[docs]])

    def _phrase(self, phrase: Phrase, factor: float) -> Scored:
        docs, sums = self._sum([(field, self._found(phrase, field)) for field in _fields(phrase.field)])
        words = [self.list(word) for word in dict.fromkeys(phrase.words)]
        rarity = sum(inverse_frequency(len(word), self.collection.count) for word in words)
        scores = saturate(sums, factor * self.weights.stem * rarity, self.weights)
        for word in words:
            scores += word.at(docs) * np.float32(factor * self.weights.phrase_words)
        return Scored(docs, scores, self.collection.size)
