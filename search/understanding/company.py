"""What company words keep in articles: whether two stand side by side, or beside the same words.

That is the language model of a noisy channel (Kernighan, Church and Gale, "A spelling correction program
based on a noisy channel model", COLING 1990), with the index for a corpus.
"""

import math
from collections.abc import Sequence
from functools import lru_cache
from itertools import islice
from typing import Final, Protocol

__all__ = ["Company", "PairCounts"]

SMOOTHING: Final = 0.5
"""Added to pairs that were counted and to those that are expected."""

FOLLOWERS: Final = 200
"""Words behind a word that are compared, the commonest."""

REMEMBERED: Final = 16_384
"""Pairs whose gain is remembered."""


class PairCounts(Protocol):
    """How often words stand side by side in all text; see ``index.vocabulary.pairs``."""

    @property
    def total(self) -> int:
        """Words of all text."""

    def count(self, first: str, second: str, /) -> int:
        """How often one word stands directly behind another."""

    def followers(self, first: str, /) -> Sequence[tuple[str, int]]:
        """The words behind one, the commonest first."""

    def occurrences(self, word: str, /) -> int:
        """How often a word stands in all text."""


class Company:
    """Compares words by what stands beside them. Threads may share it.

    Args:
        pairs: of the index; None where it was built without, and words keep no company.
    """

    def __init__(self, pairs: PairCounts | None) -> None:
        self.known = pairs is not None
        self._pairs = pairs
        self.gain = lru_cache(REMEMBERED)(self._gain)

    def _gain(self, left: str, right: str) -> float:
        """The logarithm of how much more often two words stand side by side than by chance."""
        if self._pairs is None:
            return 0.0
        chance = self._pairs.occurrences(left) * self._pairs.occurrences(right) / max(self._pairs.total, 1)
        if not chance:
            return 0.0
        return math.log((self._pairs.count(left, right) + SMOOTHING) / (chance + SMOOTHING))

    def likeness(self, word: str, other: str) -> float:
        """How much two words stand before the same words: from 0 to 1, the affinity of Bhattacharyya."""
        if self._pairs is None:
            return 0.0
        ones = dict(islice(self._pairs.followers(word), FOLLOWERS))
        others = dict(self._pairs.followers(other)) if ones else {}
        shared = sum(math.sqrt(count * others[word]) for word, count in ones.items() if word in others)
        return shared / math.sqrt(sum(ones.values()) * sum(others.values())) if shared else 0.0
