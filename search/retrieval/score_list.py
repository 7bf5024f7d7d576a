"""Articles with their scores for one part of a query, and the ways in which such lists combine."""

from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from search.retrieval.doc_lists import NOTHING, Docs, Scores

__all__ = ["DENSE", "EMPTY", "ScoreList", "kth_best"]

CHAMPIONS = 128
"""Best articles of a list that are kept apart: pages of ten are answered, and lists pruned, by them."""

DENSE = 8
"""A list that holds more than one in this many documents also keeps a score for every document."""


def kth_best(scores: Scores, k: int) -> float:
    """The k-th best score, or 0 where there are fewer."""
    return float(np.partition(scores, len(scores) - k)[len(scores) - k]) if 0 < k <= len(scores) else 0.0


Array = TypeVar("Array", bound=NDArray[Any])


def _frozen(array: Array) -> Array:
    """The array, which from now on raises ValueError where it is written to: threads and queries share it."""
    array.flags.writeable = False
    return array


class ScoreList:
    """Documents and their scores, immutable; what is derived from them is made when first asked for.

    Args:
        docs: documents, ascending.
        scores: the score of each, above 0 unless nothing in the query scores.
        size: documents in the collection.
    """

    def __init__(self, docs: Docs, scores: Scores, size: int) -> None:
        self.docs = _frozen(docs)
        self.scores = _frozen(scores)
        self.size = size
        self.best = float(scores.max()) if len(scores) else 0.0

    def __len__(self) -> int:
        return len(self.docs)

    @property
    def nbytes(self) -> int:
        """Bytes of memory, with what may yet be derived."""
        derived = 5 * self.size if self.is_dense else 0
        return self.docs.nbytes + self.scores.nbytes + derived + 12 * min(len(self), CHAMPIONS) + 500

    @property
    def is_dense(self) -> bool:
        """Whether a score for every document is worth its memory."""
        return len(self.docs) * DENSE > self.size

    @cached_property
    def dense(self) -> Scores:
        """The score of every document of the collection; 0 for those that do not match."""
        every = np.zeros(self.size, np.float32)
        every[self.docs] = self.scores
        return _frozen(every)

    @cached_property
    def present(self) -> NDArray[np.bool_]:
        """Whether each document of the collection matches."""
        present = np.zeros(self.size, np.bool_)
        present[self.docs] = True
        return _frozen(present)

    @cached_property
    def champions(self) -> tuple[Docs, Scores]:
        """The documents of the best scores, best first."""
        if len(self) <= CHAMPIONS:
            chosen = np.argsort(-self.scores, kind="stable")
        else:
            chosen = np.argpartition(self.scores, len(self) - CHAMPIONS)[len(self) - CHAMPIONS :]
            chosen = chosen[np.argsort(-self.scores[chosen], kind="stable")]
        return _frozen(self.docs[chosen]), _frozen(self.scores[chosen])

    def kth(self, k: int) -> float:
        """The k-th best score, or 0 where there are fewer."""
        if k > CHAMPIONS:
            return kth_best(self.scores, k)
        scores = self.champions[1]
        return float(scores[k - 1]) if k <= len(scores) else 0.0

    def at(self, docs: Docs) -> Scores:
        """The scores of some documents, ascending; 0 for those that do not match."""
        if self.is_dense:
            return self.dense[docs]
        if not len(self):
            return np.zeros(len(docs), np.float32)
        places = np.searchsorted(self.docs, docs)
        found = self.docs.take(places, mode="clip") == docs
        return np.where(found, self.scores.take(places, mode="clip"), np.float32(0))

    def holds(self, docs: Docs) -> NDArray[np.bool_]:
        """Which of some documents, ascending, match."""
        if not len(self):
            return np.zeros(len(docs), np.bool_)
        if self.is_dense:
            return self.present[docs]
        places = np.searchsorted(self.docs, docs)
        found: NDArray[np.bool_] = self.docs.take(places, mode="clip") == docs
        return found

    def where(self, kept: NDArray[np.bool_]) -> "ScoreList":
        """The entries for which ``kept`` is true."""
        return ScoreList(self.docs[kept], self.scores[kept], self.size)

    def times(self, factor: float) -> "ScoreList":
        """The same documents, scored ``factor`` times as high."""
        return self if factor == 1 else ScoreList(self.docs, self.scores * np.float32(factor), self.size)


EMPTY = ScoreList(NOTHING, np.empty(0, np.float32), 0)
