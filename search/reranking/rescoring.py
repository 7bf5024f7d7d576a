"""Rescores the best articles by features that find none themselves: positions and shared prefixes of words.

Positions are costly to read and are weak evidence, so that only the ``WINDOW`` best articles get these
features. These articles stay before all others, whatever the page: every feature is 0 or more.
The form is that of a linear model over features that are sums of inverse document frequencies (Metzler and
Croft, "Linear feature-based models for information retrieval", Information Retrieval 10, 2007).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Final

import numpy as np

from onneshon.index.analysis.script import is_bengali
from onneshon.index.kernel.positions import compare, weighted, worths_of_counts
from onneshon.index.ranking import GAP
from onneshon.search.query.tree import OneOf, Phrase, Prefix, Query, Term
from onneshon.search.reranking.query_words import FUNCTION_WORD, QueryWord, WholeTitles, Worths, query_words
from onneshon.search.retrieval.bm25f import NO_FEATURES, FeatureWeights
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.retrieval.collection import Docs
from onneshon.search.retrieval.evidence import WordEvidence, WordStatistics

WINDOW = 100
"""The number of best articles that are rescored."""

HALF = 4
"""Distance in tokens at which two words count half for ``near``."""

PAIR: Final = 2
"""In a query of this many words function words count too; of more, as many content words must be indexed."""

PAIRED = 16
"""The most words of a query, the rarest, that are paired for ``near``: pairs grow with its square."""

LEAD = 60
"""The number of tokens at the beginning of a body that count for ``lead``."""

BEGINNING: Final = 4
"""The length in characters of the prefix that two stems must share; a stem of three is itself the prefix."""

SHORTEST: Final = 3
"""The least length of a stem; shorter ones are prefixes of unrelated words."""

COMMON: Final = 4
"""A prefix is no evidence where articles(prefix) > articles / COMMON."""

FEW: Final = 1_000
"""A prefix in this many articles or fewer is evidence, whatever the size of the index."""


@dataclass(frozen=True, slots=True)
class Features:
    """The unweighted features of each document of the window; every array of shape (documents,).

    Attributes:
        near: the sum of ``(idf x + idf y) / (1 + d / HALF) / (n - 1)`` for each x before y among n words of
            the query, d tokens from x to the next y at the least.
        row: the sum of ``idf`` of each three neighbours of the query of which both pairs are adjacent.
        lead: the sum of ``idf * (1 - p / LEAD)`` for words first found at position ``p < LEAD`` of the body.
        title: the sum of ``idf`` of the words in the title.
        all_words: the sum of ``idf`` where every word is found.
        stem_prefix: words whose stems share a prefix with that of a query word, see ``beginning_worths``.
        whole_title: the sum of ``idf`` where the title is all words of the query and no others; that of the
            content words, times ``CONTENT_ALONE``, where it is just these (নদী for নদী কাকে বলে); that of the
            words in it, where the query has more than the title, see ``WholeTitles``.
    """

    near: Worths
    row: Worths
    lead: Worths
    title: Worths
    all_words: Worths
    stem_prefix: Worths
    whole_title: Worths

    def parts(self, weights: FeatureWeights) -> Mapping[str, Worths]:
        """The weighted features, which are added to the scores, by name."""
        return {name: getattr(self, name) * getattr(weights, name) for name in NAMES}

    def at(self, index: int) -> "Features":
        """The features of one of the documents."""
        return Features(*(getattr(self, name)[index : index + 1] for name in NAMES))


NAMES: Final = tuple(part.name for part in fields(Features))
_TITLE, _STEM_PREFIX, _WHOLE_TITLE = map(NAMES.index, ("title", "stem_prefix", "whole_title"))


def compared_words(query: Query, statistics: WordStatistics) -> list[QueryWord]:
    """The words of a query to compare articles by; none where they would decide little.

    In a query of two words both count, even a function word: বিএসএফের আরও is a part of a title. An author's
    name is left out next to other words: the author of an article is seldom named in it.
    """
    if isinstance(query, Prefix) or statistics.weights.features == NO_FEATURES:
        return []
    found = [QueryWord(((query, 1.0),), query)] if isinstance(query, Phrase) else query_words(query)
    found = [word for word in found if not word.is_name] or found
    words = [
        QueryWord(
            word.terms,
            word.query,
            word.function and len(found) != PAIR,
            _document_frequency(word, statistics),
        )
        for word in found
    ]
    content = [word for word in words if not word.function]
    least = min(len(content), PAIR)
    return words if least and sum([bool(word.document_frequency) for word in content]) >= least else []


def _document_frequency(word: QueryWord, statistics: WordStatistics) -> int:
    """The document frequency of a word."""
    if isinstance(word.query, OneOf | Term):
        return statistics.document_frequency(word.query)
    return max([statistics.document_frequency(term) for term, _ in word.terms])


class Rescorer:
    """Computes the features of the best articles, and what they add to the scores.

    Args:
        evidence: the positions and statistics of words.
    """

    def __init__(self, evidence: WordEvidence) -> None:
        self._evidence = evidence
        self.weights = evidence.weights.features
        self._weights = np.array([getattr(self.weights, name) for name in NAMES], np.float64)

    def words(self, query: Query) -> list[QueryWord]:
        """The words of a query to compare articles by, see ``compared_words``."""
        return compared_words(query, self._evidence)

    def bonus(self, words: Sequence[QueryWord], docs: Docs, budget: TimeBudget) -> Worths:
        """The sum of the weighted features of some documents, to add to their scores.

        Args:
            words: the words of the query, in order.
            docs: documents, ascending and live.
            budget: the time budget; where it runs out, the words that remain add nothing.
        """
        return weighted(self._rows(words, docs, budget), self._weights)

    def features(self, words: Sequence[QueryWord], docs: Docs, budget: TimeBudget) -> Features:
        """The features of some documents.

        Args:
            words: the words of the query, in order.
            docs: all documents that are rescored, ascending and live: their features depend on each other.
            budget: the time budget; where it runs out, the words that remain add nothing.
        """
        return Features(*self._rows(words, docs, budget))

    def _rows(self, words: Sequence[QueryWord], docs: Docs, budget: TimeBudget) -> Worths:
        """The features in the order of ``NAMES``, shape (features, documents)."""
        content = [number for number, word in enumerate(words) if not word.function]
        rarity = [self._idf(word) for word in words]
        rows = np.zeros((len(NAMES), len(docs)))
        title_words = np.zeros(len(docs), np.uint32)
        positions = self._evidence.positions
        complete = compare(
            [
                (
                    [positions.standing(term) for term, _ in word.terms],
                    idf * (FUNCTION_WORD if word.function else 1),
                    not word.function,
                )
                for word, idf in zip(words, rarity, strict=True)
            ],
            docs,
            positions.title_lengths,
            rows,
            title_words,
            pairs=_paired(content, rarity),
            half=HALF,
            lead=LEAD,
            gap=GAP,
            seconds=budget.left,
        )
        budget.exceeded |= not complete
        whole: Worths | float = 0.0
        if not budget.spent():
            whole = WholeTitles(positions, words, rarity, docs, rows[_TITLE], title_words).worths()
        if len(content) == 1 < len(words):  # a question, whose answer need not begin with its word
            rows[:] = 0.0
        elif not budget.spent():
            stems = usual_stems([words[number] for number in content])
            rows[_STEM_PREFIX] = beginning_worths(self._evidence, stems, docs)
        rows[_WHOLE_TITLE] = whole
        return rows

    def _idf(self, word: QueryWord) -> float:
        df = word.document_frequency
        return self._evidence.rarity(_document_frequency(word, self._evidence) if df is None else df)


def _paired(content: Sequence[int], rarity: Sequence[float]) -> Sequence[int]:
    """The content words that are paired for ``near``."""
    if len(content) <= PAIRED:
        return content
    return sorted(sorted(content, key=lambda number: -rarity[number])[:PAIRED])


def shared_beginning(stem: str) -> str:
    """The prefix that related words share with a stem; empty where it would match unrelated words."""
    return stem[:BEGINNING] if len(stem) >= SHORTEST and is_bengali(stem) else ""


def usual_stems(words: Sequence[QueryWord]) -> list[str]:
    """The stems of words' likeliest single-word variants, also next to phrases: হাইকোর্ট of হাই কোর্ট."""
    found = (_usual_term(word) for word in words if len(word.terms) == 1 or isinstance(word.query, OneOf))
    return [term.stem for term in found if term is not None]


def _usual_term(word: QueryWord) -> Term | None:
    most = word.terms[0][1]
    return next((term for term, times in word.terms if isinstance(term, Term) and times == most), None)


def beginning_worths(evidence: WordEvidence, stems: Sequence[str], docs: Docs) -> Worths:
    """The unweighted worth in some documents of words that share a prefix with some stems; 0 without any.

    This relates words that the stemmer keeps apart by design: ইতিহাসবিদ and ইতিহাস. All stems with the prefix
    count as one word, whose frequency in the title is their number in the title, and in the body the number
    of further ones in the body.

    Args:
        evidence: the statistics of words.
        stems: the stems of the query's words.
        docs: documents, ascending.
    """
    starts = []
    rarities = []
    for stem in stems:
        start = shared_beginning(stem)
        if start and (df := _prefix_document_frequency(evidence, start)):
            starts.append(start)
            rarities.append(evidence.rarity(df))
    if not starts:
        return np.zeros(len(docs))
    counts = evidence.beginnings(starts, docs)
    body, title = evidence.norms["body"].of_lengths, evidence.norms["title"].of_lengths
    return worths_of_counts(*counts, rarities, docs, body, title, evidence.k1, evidence.weights.presence)


def _prefix_document_frequency(evidence: WordEvidence, start: str) -> int:
    """The document frequency of a prefix; 0 where it is too common to be evidence."""
    df = evidence.prefix_document_frequency(start)
    return 0 if df > FEW and df * COMMON > evidence.articles else df
