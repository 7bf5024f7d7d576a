"""Articles that say nearly the same are shown as one, the best of them.

Going down the ranking, an article joins the first group whose best article it nearly equals, or begins one.
What is further up decides, so that pages follow one another whatever their size.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from onneshon.search.reranking.ranker import Outcome
from onneshon.search.retrieval.collection import Docs, Mask

__all__ = [
    "ALIKE_BITS",
    "Groups",
    "Leaders",
    "end_of_complete",
    "enough_for",
    "grouped",
    "leaders",
    "ranked_for",
]

ALIKE_BITS: Final = 8
"""Bits in which fingerprints of alike articles may differ. Of 17,757 articles of a newspaper each pair within
8 bits shared a fifth of its runs of three words or more, half of them three quarters; from 11 bits on some
shared none."""

AT_LEAST: Final = 100
MOST: Final = 1_000
"""Ranks in which articles are grouped: twice as many as are asked for, between these. What is beyond stands
alone."""


class Leaders(NamedTuple):
    """Which articles of a ranking are shown.

    Attributes:
        first: their places in the ranking.
        alike: how many further articles are in the group of each.
        groups: of every article of the ranking, the number of its group, counted from 0.
    """

    first: NDArray[np.intp]
    alike: NDArray[np.int64]
    groups: NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Groups:
    """A ranking with one article of each group.

    Attributes:
        outcome: the best of each.
        alike: how many further articles are in the group of each, as far as was ranked.
        docs: the whole ranking.
        of: the number of the group of each of these.
    """

    outcome: Outcome
    alike: NDArray[np.int64]
    docs: Docs
    of: NDArray[np.intp]


def ranked_for(k: int) -> int:
    """How many articles are ranked for groups among which the first ``k`` are shown."""
    return max(k, min(max(2 * k, AT_LEAST), MOST))


def enough_for(k: int) -> int:
    """How many articles, ranked, have ``k`` to show however many are alike, unless no more match."""
    return k + MOST


def grouped(found: Outcome, fingerprints: NDArray[np.uint64]) -> Groups:
    """The best of each group of articles that are alike.

    Args:
        found: a ranking.
        fingerprints: of all documents of the collection; 0 for one that is like no other.
    """
    first, alike, groups = leaders(found.docs, fingerprints)
    ids = [found.ids[place] for place in first.tolist()]
    shown = found._replace(docs=found.docs[first], scores=found.scores[first], ids=ids)
    return Groups(shown, alike, found.docs, groups)


def end_of_complete(groups: NDArray[np.intp], complete: Mask) -> int:
    """How many groups there are up to the last in which an article has everything that was asked for.

    Args:
        groups: the group of each article of a ranking.
        complete: which of these have everything.
    """
    return int(groups[complete].max(initial=-1)) + 1


def leaders(docs: Docs, fingerprints: NDArray[np.uint64]) -> Leaders:
    """Which articles of a ranking are shown, and behind which of these the others stand.

    Args:
        docs: a ranking.
        fingerprints: as of ``grouped``.
    """
    prints = fingerprints[docs[:MOST]]
    led_by = np.arange(len(docs))
    alike = np.zeros(len(docs), np.int64)
    near = np.bitwise_count(prints[:, None] ^ prints) <= ALIKE_BITS
    near &= (prints[:, None] != 0) & (prints != 0)
    near &= np.tri(len(prints), k=-1, dtype=np.bool_)
    for place in np.flatnonzero(near.any(axis=1)).tolist():
        before = np.flatnonzero(near[place])
        led = before[led_by[before] == before]
        if len(led):
            led_by[place] = led[0]
            alike[led[0]] += 1
    first = np.flatnonzero(led_by == np.arange(len(led_by)))
    return Leaders(first, alike[first], first.searchsorted(led_by))
