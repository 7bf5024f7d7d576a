"""Lengths of stretches of a text in clusters, counted for a whole text at once.

ICU needs milliseconds for a long article; a snippet needs no more than a bound that no reader sees exceeded.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.analysis.script import EXTENDING, HASANTA, JOINERS, JOINING

__all__ = ["ClusterLengths"]

SIGN, CONSONANT = 1, 2
"""What may belong to the cluster before it: a sign after anything Bengali, a consonant after a hasanta."""

AFTER = 4
"""Bits by which what a code point takes into its cluster is moved, beside what it is itself."""

LAST = 0x200F
"""Code points from here on take nothing and belong to nothing."""


def _classes() -> NDArray[np.uint8]:
    table = np.zeros(LAST + 1, np.uint8)
    table[0x980:0xA00] = SIGN << AFTER
    table[[ord(one) for one in (*EXTENDING, *JOINERS)]] = SIGN | SIGN << AFTER
    table[[ord(one) for one in JOINING]] |= CONSONANT
    table[ord(HASANTA)] |= CONSONANT << AFTER
    return table


_CLASSES = _classes()


class ClusterLengths:
    """How many clusters lie between two places of a text, counted as Bengali is: never fewer than there are.

    Args:
        text: any; places are code points.
    """

    def __init__(self, text: str) -> None:
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
        kinds = _CLASSES.take(codes, mode="clip")
        begins = np.ones(len(codes), np.bool_)
        begins[1:] = (kinds[1:] & (kinds[:-1] >> AFTER)) == 0
        if any(joiner in text for joiner in JOINERS):
            joiners = np.isin(codes[1:-1], [ord(joiner) for joiner in JOINERS])
            begins[2:] &= ~((kinds[2:] & CONSONANT > 0) & joiners & (codes[:-2] == ord(HASANTA)))
        self._starts = np.flatnonzero(begins)
        self._end = len(codes)

    @property
    def total(self) -> int:
        """Clusters of the whole text."""
        return len(self._starts)

    def _place(self, number: int) -> int:
        return int(self._starts[max(number, 0)]) if number < len(self._starts) else self._end

    def before(self, places: Sequence[int]) -> list[int]:
        """For each of some places, the clusters that begin before it."""
        found: list[int] = self._starts.searchsorted(places).tolist()
        return found

    def earliest(self, end: int, width: int) -> int:
        """The first beginning of a cluster from which it is at most ``width`` clusters to ``end``."""
        return self._place(int(self._starts.searchsorted(end)) - width)

    def latest(self, start: int, width: int) -> int:
        """The last place to which it is at most ``width`` clusters from ``start``."""
        return self._place(int(self._starts.searchsorted(start)) + width)
