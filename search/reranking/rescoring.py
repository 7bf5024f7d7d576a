"""What decides among the best articles, and finds none: where the words stand, and words that begin the same.

Positions are costly to read and are weak evidence, so that only the ``WINDOW`` best articles get these
features. They keep their positions before all others, whatever the page: every feature is 0 or more.
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
"""Best articles whose order may change."""

HALF = 4
"""Distance in tokens at which two words count half for ``near``."""

PAIR: Final = 2
"""Words of a query that leave nothing to be chosen among them."""

PAIRED = 16
"""Words of a query, the rarest, that are paired for ``near``: pairs grow with the square of their number."""

LEAD = 60
"""Tokens at the beginning of a body in which a word counts for ``lead``."""

BEGINNING: Final = 4
"""Characters in which two stems must agree at the beginning; a stem of three must be the whole beginning."""

SHORTEST: Final = 3
"""Shorter stems begin words of every kind."""

COMMON: Final = 4
"""A beginning is no evidence where articles(beginning) > articles / COMMON."""

FEW: Final = 1_000
"""A beginning in this many articles or fewer is evidence, however many there are in all."""


@dataclass(frozen=True, slots=True)
class Features:
    """What speaks for each document of the window, unweighted; every array of shape (documents,).

    Attributes:
        near: the sum of ``(idf x + idf y) / (1 + d / HALF) / (n - 1)`` for each x before y among n words of
            the query, d tokens from x to the next y at the least.
        row: the sum of ``idf`` of each three neighbours of the query of which both pairs stand side by side.
        lead: the sum of ``idf * (1 - p / LEAD)`` for words that first stand at ``p < LEAD`` in the body.
        title: the sum of ``idf`` of the words in the title.
        all_words: the sum of ``idf`` where every word is found.
        stem_prefix: words whose stems begin like that of a word of the query, see ``beginning_worths``.
        whole_title: the sum of ``idf`` where the title is all words of the query and no others; of the words
            of content, times ``CONTENT_ALONE``, where it is just these (নদী for নদী কাকে বলে); of the words in
            it, where the query has more than the title, see ``WholeTitles``.
    """

    near: Worths
    row: Worths
    lead: Worths
    title: Worths
    all_words: Worths
    stem_prefix: Worths
    whole_title: Worths

    def parts(self, weights: FeatureWeights) -> Mapping[str, Worths]:
        """What each feature adds to the scores, by its name."""
        return {name: getattr(self, name) * getattr(weights, name) for name in NAMES}

    def at(self, index: int) -> "Features":
        """Those of one of the documents."""
        return Features(*(getattr(self, name)[index : index + 1] for name in NAMES))


NAMES: Final = tuple(part.name for part in fields(Features))
_TITLE, _STEM_PREFIX, _WHOLE_TITLE = map(NAMES.index, ("title", "stem_prefix", "whole_title"))


def compared_words(query: Query, statistics: WordStatistics) -> list[QueryWord]:
    """The words of a query to compare articles by; none where they would decide little.

    Of two words both count, a word of grammar too: বিএসএফের আরও is a piece of a title. The name of an author
    beside other words is none of them: whoever wrote an article is seldom named in it.
    """
    if isinstance(query, Prefix) or statistics.weights.features == NO_FEATURES:
        return []
    found = [QueryWord(((query, 1.0),), query)] if isinstance(query, Phrase) else query_words(query)
    found = [word for word in found if not word.is_name] or found
    words = [
        QueryWord(word.terms, word.query, word.function and len(found) != PAIR, _holding(word, statistics))
        for word in found
    ]
    content = [word for word in words if not word.function]
    least = min(len(content), PAIR)
    return words if least and sum([bool(word.holding) for word in content]) >= least else []


def _holding(word: QueryWord, statistics: WordStatistics) -> int:
    """How many articles hold a word."""
    if isinstance(word.query, OneOf | Term):
        return statistics.holding(word.query)
    return max([statistics.holding(term) for term, _ in word.terms])


class Rescorer:
    """Adds to the scores of the best articles.

    Args:
        evidence: where the words stand.
    """

    def __init__(self, evidence: WordEvidence) -> None:
        self._evidence = evidence
        self.weights = evidence.weights.features
        self._weights = np.array([getattr(self.weights, name) for name in NAMES], np.float64)

    def words(self, query: Query) -> list[QueryWord]:
        """The words of a query to compare articles by, see ``compared_words``."""
        return compared_words(query, self._evidence)

    def bonus(self, words: Sequence[QueryWord], docs: Docs, budget: TimeBudget) -> Worths:
        """What the features add to the scores of some documents.

        Args:
            words: of the query, in order.
            docs: documents, ascending and live.
            budget: where it runs out, the words that remain add nothing.
        """
        return weighted(self._rows(words, docs, budget), self._weights)

    def features(self, words: Sequence[QueryWord], docs: Docs, budget: TimeBudget) -> Features:
        """Each feature of some documents.

        Args:
            words: of the query, in order.
            docs: all that are rescored, ascending and live: what one is worth depends on the others.
            budget: where it runs out, the words that remain add nothing.
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
        if len(content) == 1 < len(words):  # a question, which an article answers that need not begin with it
            rows[:] = 0.0
        elif not budget.spent():
            stems = usual_stems([words[number] for number in content])
            rows[_STEM_PREFIX] = beginning_worths(self._evidence, stems, docs)
        rows[_WHOLE_TITLE] = whole
        return rows

    def _idf(self, word: QueryWord) -> float:
        holding = _holding(word, self._evidence) if word.holding is None else word.holding
        return self._evidence.rarity(holding)


def _paired(content: Sequence[int], rarity: Sequence[float]) -> Sequence[int]:
    """The words of content of which each two are compared."""
    if len(content) <= PAIRED:
        return content
    return sorted(sorted(content, key=lambda number: -rarity[number])[:PAIRED])


def shared_beginning(stem: str) -> str:
    """How words begin that begin like a stem; empty where that would be any."""
    return stem[:BEGINNING] if len(stem) >= SHORTEST and is_bengali(stem) else ""


def usual_stems(words: Sequence[QueryWord]) -> list[str]:
    """The stems of what words are usually searched as, if only beside several words: হাইকোর্ট of হাই কোর্ট."""
    found = (_usual_term(word) for word in words if len(word.terms) == 1 or isinstance(word.query, OneOf))
    return [term.stem for term in found if term is not None]


def _usual_term(word: QueryWord) -> Term | None:
    most = word.terms[0][1]
    return next((term for term, times in word.terms if isinstance(term, Term) and times == most), None)


def beginning_worths(evidence: WordEvidence, stems: Sequence[str], docs: Docs) -> Worths:
    """What words that begin like some stems are worth in some documents, unweighted; 0 where there are none.

    What the stemmer leaves apart by design meets here: ইতিহাসবিদ and ইতিহাস. All stems that begin so count as
    one word, whose frequency in the title is how many of them the title has, and in the body how many others
    the body has.

    Args:
        evidence: of the words.
        stems: of words of the query.
        docs: documents, ascending.
    """
    starts = []
    rarities = []
    for stem in stems:
        start = shared_beginning(stem)
        if start and (holding := _document_frequency(evidence, start)):
            starts.append(start)
            rarities.append(evidence.rarity(holding))
    if not starts:
        return np.zeros(len(docs))
    counts = evidence.beginnings(starts, docs)
    body, title = evidence.norms["body"].of_lengths, evidence.norms["title"].of_lengths
    return worths_of_counts(*counts, rarities, docs, body, title, evidence.k1, evidence.weights.presence)


def _document_frequency(evidence: WordEvidence, start: str) -> int:
    """How many documents hold words that begin so; 0 where that is no evidence."""
    holding = evidence.holding_beginning(start)
    return 0 if holding > FEW and holding * COMMON > evidence.articles else holding
