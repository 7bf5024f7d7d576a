"""Words of the same kin as a word of the query, for the best articles only.

What the stemmer leaves apart by design meets here: derivations (ইতিহাসবিদ), compounds
(বিশ্ববিদ্যালয়ভিত্তিক) and inflections that no rule foresees.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from search.documents import Docs, Scores, Valued, summed
from search.scored import DENSE, Scored
from search.scoring import Weights, inverse_frequency, saturate

__all__ = ["KIN_LETTERS", "ManyKin", "kin_of"]

KIN_LETTERS = 4
"""Words whose stems begin with the same characters, so many, are taken for kin."""


@dataclass(frozen=True, slots=True)
class ManyKin:
    """The frequency of kin in every document: so many hold some that a list would be no shorter.

    Few documents are ever asked about, so that scores are made then.

    Attributes:
        frequencies: weighted and length-normed, shape (documents,); 0 where there are none. Three digits are
            enough for what decides among neighbours, and take half the memory.
        weight: of the kin by their rarity.
        weights: the constants of the ranking.
    """

    frequencies: NDArray[np.float16]
    weight: float
    weights: Weights

    @property
    def nbytes(self) -> int:
        """Bytes of memory."""
        return self.frequencies.nbytes + 200

    def at(self, docs: Docs) -> Scores:
        """The scores of some documents; 0 for those without kin."""
        frequencies = self.frequencies[docs].astype(np.float32)
        scores = saturate(frequencies, self.weight, self.weights)
        return np.where(frequencies > 0, scores, np.float32(0))


def kin_of(parts: Sequence[Valued], size: int, articles: int, weights: Weights) -> Scored | ManyKin:
    """The articles of several words, scored as if these were one word.

    Args:
        parts: documents in any order, once for each occurrence, and what one is worth there.
        size: documents in the collection.
        articles: those of them that are not deleted.
        weights: the constants of the ranking.
    """
    if sum(len(docs) for docs, _ in parts) * DENSE < size:
        docs, sums = summed(parts, size)
        weight = weights.kin * inverse_frequency(len(docs), articles)
        return Scored(docs, saturate(sums, weight, weights), size)
    every = np.concatenate([docs for docs, _ in parts])
    worth = np.concatenate([values for _, values in parts])
    frequencies = np.bincount(every, worth, size).astype(np.float16)
    holding = int(np.count_nonzero(frequencies))
    return ManyKin(frequencies, weights.kin * inverse_frequency(holding, articles), weights)
