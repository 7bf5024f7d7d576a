"""Filters for the parts and conditions of a query, and the number of articles that match them.

Document frequencies of words come from the vocabulary; all else is counted in the cluster, and cached as long
as a generation lives. Single words cost no request; all phrases and sets of variants together cost one.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from threading import Lock
from typing import Final, assert_never
from unicodedata import normalize

from onneshon.index.analysis.analyzer import analyze
from onneshon.index.ranking import Basis, inverse_frequency
from onneshon.opensearch.searching.dsl import NOTHING_MATCHES, Dsl, any_of, term
from onneshon.opensearch.searching.words import Words
from onneshon.opensearch.storage.documents import stem_number
from onneshon.search.query.conditions import Condition, Filter, NumberRange, Period, Selection
from onneshon.search.query.tree import (
    Field,
    Leaf,
    OneOf,
    Phrase,
    Prefix,
    Query,
    Term,
    Variant,
    content,
    leaves,
)
from onneshon.search.retrieval.bm25f import Weights
from onneshon.search.retrieval.collection import Layer, list_name
from onneshon.search.retrieval.evidence import END
from onneshon.search.retrieval.term_scorer import LAYERS

Count = Callable[[Sequence[Dsl]], tuple[list[int], bool]]
"""Counts the articles that match each query, and reports whether all of the index was counted."""

COUNTED_BESIDE: Final = 30_000
"""Up to this many articles that may match, counts are made in the search for hits, not in one of their own.

All matches are visited then, where the best alone could be found without; but a further search costs more.
The cluster caches the counts of a search of their own as long as no article changes.
"""

REMEMBERED: Final = 100_000
"""The largest number of cached counts; beyond, all are dropped."""

ASKED: Final = 4_096
"""The number of leaves whose counting queries are cached."""


def condition_filter(condition: Condition) -> Dsl:
    """A filter for the articles that meet a condition."""
    match condition:
        case Period():
            return _period(condition)
        case Selection(choices, negated):
            found = any_of([condition_filter(choice) for choice in choices])
            return {"bool": {"must_not": [found]}} if negated else found
        case Filter("id", value):
            return {"term": {"id": {"value": value}}}
        case Filter(name, value, whole=True):
            return {"term": {f"keywords.{name}": {"value": normalize("NFC", value)}}}
        case Filter(name, value):
            return _words(f"words.{name}", value)
        case NumberRange(name):
            return _numbers(condition, f"numbers.{name}")
        case _:
            assert_never(condition)


def _words(field: str, value: str) -> Dsl:
    """A filter for a field value that contains the words of another as a phrase."""
    words = " ".join(token.exact for token in analyze(value))
    return {"match_phrase": {field: {"query": words}}} if words else NOTHING_MATCHES


def _numbers(span: NumberRange, field: str) -> Dsl:
    least, most = "gt" if span.above else "gte", "lt" if span.below else "lte"
    ends = {name: end for name, end in ((least, span.least), (most, span.most)) if end is not None}
    return {"range": {field: ends}}


def _period(period: Period) -> Dsl:
    ends = (("gte", period.since), ("lte", period.until))
    days = {name: day.isoformat() for name, day in ends if day is not None}
    return {"range": {"date": days}} if days else {"exists": {"field": "date"}}


_SEQUENCES: Final[dict[Field, str]] = {"title": "title_stems", "body": "body_stems"}


def key_of(word: Term, layer: Layer) -> tuple[str, str]:
    """The field and the term for a word in a layer; in the exact one if only its exact form counts."""
    layer = "exact" if word.spelt_so else layer
    return list_name(layer, word.field), word.exact if layer == "exact" else word.stem


def leaf_filter(leaf: Leaf) -> Dsl:
    """A filter for the articles of a leaf."""
    match leaf:
        case Term():
            return term(*key_of(leaf, "stem"))
        case Prefix(_, start, field):
            return {"prefix": {list_name("exact", field): {"value": start}}}
        case Phrase():
            return phrase_filter(leaf)
        case OneOf(_, variants):
            return any_of([variant_filter(variant, "stem") for variant in variants])
        case _:
            assert_never(leaf)


def variant_filter(variant: Variant, layer: Layer) -> Dsl:
    """A filter for the articles of a variant in a layer; that of a phrase is the same in both."""
    query = variant.query
    if isinstance(query, Phrase):
        return leaf_filter(query)
    return term(*key_of(query, layer))


def phrase_filter(phrase: Phrase) -> Dsl:
    """A filter for articles with the words in this order in one field, at most ``slop`` others between."""
    stems = " ".join(word.stem for word in phrase.words)
    fields: tuple[Field, ...] = (phrase.field,) if phrase.field else ("title", "body")
    return any_of([_in_row(_SEQUENCES[field], stems, phrase.slop) for field in fields])


def _in_row(field: str, stems: str, slop: int) -> Dsl:
    if not slop:
        return {"match_phrase": {field: {"query": stems}}}
    return {"intervals": {field: {"match": {"query": stems, "max_gaps": slop, "mode": "ordered"}}}}


def numbers_of(phrase: Phrase) -> list[int]:
    """The stem numbers of a phrase, as in column ``stream``, as signed numbers of 32 bits."""
    return [(stem_number(word.stem) ^ 1 << 31) - (1 << 31) for word in phrase.words]


class ClusterStatistics:
    """Document frequencies of words and counts of queries of a generation; threads may share it.

    A ``WordStatistics``.

    Args:
        words: the generation's words.
        basis: the constants from which its impacts were computed.
        weights: constants of the ranking.
        count: counts queries in the cluster.
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
        """The number of articles from which rarities are computed."""
        return self.words.count

    def rarity(self, document_frequency: int) -> float:
        """The inverse document frequency of a term that ``document_frequency`` articles contain."""
        return inverse_frequency(document_frequency, self.words.count)

    def count_each(self, queries: Sequence[Dsl]) -> list[int]:
        """The number of articles that match each query; one request counts those that are not cached."""
        keys, known = [*map(_key, queries)], self._known
        new = {key: query for key, query in zip(keys, queries, strict=True) if key not in known}
        counts, whole = self._count([*new.values()]) if new else ([], True)
        found = dict(zip(new, counts, strict=True))
        if whole:  # else the articles of a lost shard would be left out for good
            self._keep(found)
        return [found[key] if key in found else known[key] for key in keys]

    def known(self, queries: Sequence[Dsl]) -> list[int | None]:
        """The number of articles that match each query; None where that was not counted yet."""
        known = self._known
        return [known.get(_key(query)) for query in queries]

    def known_by(self, key: str) -> int | None:
        """The number of articles that match the query of a key; None where that was not counted yet."""
        return self._known.get(key)

    def learn(self, queries: Sequence[Dsl], counts: Sequence[int]) -> None:
        """Cache counts of articles that match the queries."""
        self._keep(dict(zip(map(_key, queries), counts, strict=True)))

    def _keep(self, counts: Mapping[str, int]) -> None:
        with self._lock:
            if len(self._known) > REMEMBERED:
                self._known = {}  # other threads may still read the old dictionary
            self._known.update(counts)

    def expect(self, leaves: Iterable[Leaf]) -> None:
        """Count in one request the leaves that will be asked for one by one."""
        asked = (_asked(leaf, layer) for leaf in leaves for layer in self._counted_in(leaf))
        if new := [query for key, query in asked if self.known_by(key) is None]:
            self.count_each(new)

    def _counted_in(self, leaf: Leaf) -> Sequence[Layer]:
        """The layers in which a leaf is counted on the cluster."""
        if isinstance(leaf, OneOf):
            return [layer for layer in LAYERS if self._alone(leaf, layer) is None]
        return LAYERS[:1] if self._of_word(leaf) is None else ()

    def _counted(self, leaf: Leaf, layer: Layer = "stem") -> int:
        key, query = _asked(leaf, layer)
        known = self.known_by(key)
        return self.count_each([query])[0] if known is None else known

    def are_few(self, query: Query) -> bool:
        """Whether so few articles may match that the search for hits counts them too."""
        most = 0
        for concept in content(query):
            most += sum(map(self.size, [concept] if isinstance(concept, Leaf) else leaves(concept)))
        return most <= COUNTED_BESIDE

    def size_of(self, leaves: Sequence[Leaf]) -> int:
        """The number of articles that have any of the leaves."""
        if len(leaves) == 1:
            return self.size(leaves[0])
        return self.count_each([any_of([leaf_filter(leaf) for leaf in leaves])])[0]

    def prefix_document_frequency(self, start: str) -> int:
        """The number of articles that contain a stem with a prefix of three or of four characters."""
        return self.words.prefix_document_frequency(start)

    def document_frequency(self, leaf: Leaf) -> int:
        """The document frequency of a leaf, from which its rarity is computed."""
        if isinstance(leaf, OneOf):
            return self.document_frequency_in(leaf, "stem")
        known = self._of_word(leaf)
        return self._counted(leaf) if known is None else known

    def size(self, leaf: Leaf) -> int:
        """The number of articles that a leaf finds."""
        return self.document_frequency(leaf)

    def term_document_frequency(self, term: Term, layer: Layer) -> int:
        """The document frequency of a word in a layer; in the exact one if only its exact form counts."""
        layer = "exact" if term.spelt_so else layer
        key = term.exact if layer == "exact" else term.stem
        return self.words.key_document_frequency(layer, key, title=term.field == "title")

    def document_frequency_in(self, unit: OneOf, layer: Layer) -> int:
        """The number of articles that have any variant of one concept in a layer."""
        alone = self._alone(unit, layer)
        return self._counted(unit, layer) if alone is None else alone

    def _alone(self, unit: OneOf, layer: Layer) -> int | None:
        """The same without a request, if the concept is a single word; else None."""
        return self._of_word(unit.variants[0].query, layer) if len(unit.variants) == 1 else None

    def _of_word(self, leaf: Leaf, layer: Layer = "stem") -> int | None:
        """The document frequency of a word; None for any other leaf."""
        return self.term_document_frequency(leaf, layer) if isinstance(leaf, Term) else None

    def key_document_frequency(self, key: str, layer: Layer = "stem") -> int:
        """The document frequency of a word."""
        return self.words.key_document_frequency(layer, key)

    def are_indexed(self, keys: Sequence[str], layer: Layer = "stem") -> list[bool]:
        """For each word, whether some article contains it."""
        return [self.words.key_document_frequency(layer, key) > 0 for key in keys]

    def stem_of(self, word: str) -> str | None:
        """The stem of a word in canonical spelling; None where no article has it."""
        return self.words.stem_of(word)

    def begins(self, start: str) -> bool:
        """Whether the exact form of some word has a prefix."""
        return self.words.begins("exact", start)

    def cuts(self, word: str, stem: str, fewest: int, share: float) -> None:
        """Do nothing: the words are tables of Python, where each part is looked up by itself."""

    def count(self, stems: Sequence[str], most: int = END, wanted: int = 1) -> int:  # noqa: ARG002 (the cluster counts all)
        """The number of articles with the words as a phrase; counted only if some article has each word."""
        phrase = Phrase(tuple(Term(stem, stem, stem) for stem in stems))
        return self.document_frequency(phrase) if all(map(self.key_document_frequency, stems)) else 0


@lru_cache(ASKED)
def _asked(leaf: Leaf, layer: Layer) -> tuple[str, Dsl]:
    """The key and the query that counts the articles of a leaf in a layer; one search needs it often."""
    if isinstance(leaf, OneOf):
        query = any_of([variant_filter(variant, layer) for variant in leaf.variants])
    else:
        query = leaf_filter(leaf)
    return _key(query), query


def _key(query: Dsl) -> str:
    return repr(query)
