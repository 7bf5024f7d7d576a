"""What company words keep in articles: whether two stand side by side, or beside the same words.

That is the language model of a noisy channel (Kernighan, Church and Gale, "A spelling correction program
based on a noisy channel model", COLING 1990), with the index for a corpus.
"""

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final

from onneshon.index.vocabulary.pairs import WordPairs

__all__ = ["Company"]

SMOOTHING: Final = 0.5
"""Added to pairs that were counted and to those that are expected."""

FOLLOWERS: Final = 100
"""Words behind a word that are looked for behind another, the commonest."""

REMEMBERED: Final = 16_384
"""Pairs whose gain is remembered."""


class Company:
    """Compares words by what stands beside them. Threads may share it.

    Args:
        pairs: of the index; None where it was built without.
        together: how many articles have two words side by side, which is asked where there are no pairs.
        articles: how many articles have a word.
        count: how many articles there are.
    """

    def __init__(
        self,
        pairs: WordPairs | None,
        together: Callable[[str, str], int],
        articles: Callable[[str], int],
        count: int,
    ) -> None:
        self.known = pairs is not None
        self._pairs = pairs
        self._together = together
        self._articles = articles
        self._total = max(pairs.total if pairs is not None else count, 1)
        self.gain = lru_cache(REMEMBERED)(self._gain)

    def stand(self, left: str, right: str) -> bool:
        """Whether two words stand side by side anywhere, in any forms."""
        if not (left and right):
            return False
        return self.seen(left, right) or self._together(left, right) > 0

    def seen(self, left: str, right: str) -> bool:
        """Whether two words stand side by side often enough to be kept."""
        return self._pairs is not None and self._pairs.count(left, right) > 0

    def beside(self, before: str, word: str, after: str) -> bool:
        """Whether a word stands behind one word or before another so often; none is empty."""
        return bool(before and self.seen(before, word)) or bool(after and self.seen(word, after))

    def _gain(self, left: str, right: str) -> float:
        """The logarithm of how much more often two words stand side by side than by chance.

        Where only articles are counted, what no article has says nothing.
        """
        if self._pairs is None:
            together = self._together(left, right)
            chance = self._articles(left) * self._articles(right) / self._total if together else 0
            return math.log1p(together / (1 + chance))
        chance = self._pairs.occurrences(left) * self._pairs.occurrences(right) / self._total
        if not chance:
            return 0.0
        return math.log((self._pairs.count(left, right) + SMOOTHING) / (chance + SMOOTHING))

    def followers(self, word: str, beginning: str = "") -> Sequence[tuple[str, int]]:
        """The words behind one that begin so, and how often each stands there, commonest first."""
        return self._pairs.followers(word, beginning) if self._pairs is not None else ()

    def likeness(self, word: str, other: str) -> float:
        """How much two words stand before the same words: from 0 to 1, after Bhattacharyya."""
        if self._pairs is None:
            return 0.0
        count = self._pairs.count
        beside = self.followers(word)[:FOLLOWERS]
        shared = sum(math.sqrt(times * count(other, follower)) for follower, times in beside)
        if not shared:
            return 0.0
        return shared / math.sqrt(sum(times for _, times in beside) * self._pairs.occurrences(other))
