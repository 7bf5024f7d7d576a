"""What is known of one article and the words of a query: what an explanation of its score is made from."""

from typing import Protocol

import numpy as np

from onneshon.index.kernel.clauses import ScoredDocs
from onneshon.index.kernel.positions import scores_at, sums
from onneshon.search.query.tree import Field, Leaf, Query, Term
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.retrieval.collection import Layer
from onneshon.search.retrieval.evidence import WordEvidence
from onneshon.search.retrieval.executor import Executor


class ArticleEvidence(Protocol):
    """What is known of one article and the words of a query, whoever scored it."""

    @property
    def words(self) -> WordEvidence:
        """Where its words stand, and how rare they are."""

    @property
    def doc(self) -> int:
        """Its number there."""

    @property
    def units(self) -> int:
        """Units in a score of 1, of which scores are whole numbers."""

    def score(self, leaf: Leaf, factor: float, /) -> float:
        """What a leaf adds to the score; 0 where the article does not have it."""

    def impact(self, term: Term, layer: Layer, factor: float, /) -> int:
        """The impact of a word in a layer, 0 where it is not there; its scores have a factor."""

    def holding(self, term: Term, layer: Layer, /) -> int:
        """How many articles hold a word in a layer."""

    def length(self, field: Field, /) -> int:
        """Tokens of one of its texts."""

    def found_by(self, query: Query, /) -> bool:
        """Whether it is found by a condition, by words side by side, or by what is excluded."""


class IndexedArticle:
    """An article of an index in a directory.

    Args:
        executor: of the index.
        doc: the number of the article.
        units: units in a score of 1.
        budget: where it runs out, nothing more is looked for.
    """

    def __init__(self, executor: Executor, doc: int, units: int, budget: TimeBudget) -> None:
        self.words = executor.term_scorer
        self.doc = doc
        self.units = units
        self._budget = budget
        self._executor = executor
        self._docs = np.array([doc], np.uint32)

    def score(self, leaf: Leaf, factor: float) -> float:
        """As of ``ArticleEvidence``."""
        scored = self.words.scored(leaf, factor, self.units)
        return sum(map(self._added, (scored.main, *scored.more))) if self._added(scored.main) else 0.0

    def _added(self, part: ScoredDocs) -> float:
        return float(sums([part], self._docs)[0]) / self.units

    def impact(self, term: Term, layer: Layer, _factor: float) -> int:
        """As of ``ArticleEvidence``."""
        return int(scores_at(self.words.postings(term, layer), self._docs)[0])

    def holding(self, term: Term, layer: Layer) -> int:
        """As of ``ArticleEvidence``."""
        return self.words.postings(term, layer).df

    def length(self, field: Field) -> int:
        """As of ``ArticleEvidence``."""
        collection = self._executor.collection
        lengths = collection.title_lengths if field == "title" else collection.body_lengths
        return int(lengths[self.doc])

    def found_by(self, query: Query) -> bool:
        """As of ``ArticleEvidence``."""
        return self._executor.finds(query, self.doc, self._budget)
