"""The ranking contract: what a posting is worth, the same at build, in the kernel and in ``explain``.

BM25F with BM25+'s lower bound (Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and
Beyond", 2009; Lv and Zhai, "Lower-bounding term frequency normalization", CIKM 2011). What does not depend on
the query is computed once, when an article is written, and stored in a byte, the impact:

    x = sum over title and body of  weight * frequency / (1 - b + b * length / average)
    q = max(1, round(255 x / (x + k1)))

What a query adds for a word is ``idf * (q / 255 * (k1 + 1) + presence)``, as a whole number of units:
``slope * q + floor``. Whole numbers add up to the same sum in any order, on any machine.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

MOST: Final = 255
"""The greatest impact."""

GAP: Final = 16
"""Positions between title and body in a field of both: more than the slop of any phrase."""

FINEST: Final = 1 << 26
"""The most units in a score of 1, if the sum over all words leaves room for them."""

ROOM: Final = 1 << 32
"""The bound of sums of scores, which are added up in 32 bits."""


@dataclass(frozen=True, slots=True)
class Basis:
    """The constants from which impacts are computed: chosen before the first article, kept through updates.

    Attributes:
        average_title: the average length of titles in tokens, above 0.
        average_body: the average length of bodies in tokens, above 0.
        k1: the saturation of term frequency; the larger, the slower.
        b_title: the length normalisation of titles, from 0 to 1.
        b_body: the length normalisation of bodies, from 0 to 1.
        title: the worth of one occurrence in the title, in occurrences in the body.
    """

    average_title: float
    average_body: float
    k1: float = 2.0
    b_title: float = 0.5
    b_body: float = 0.6
    title: float = 2.0

    def to_dict(self) -> dict[str, float]:
        """Convert to a dictionary, as a manifest stores it."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Read the dictionary of ``to_dict``; raises ValueError for a number out of its range."""
        basis = cls(**{name: float(value) for name, value in values.items()})
        positive = basis.average_title, basis.average_body, basis.k1, basis.title
        shares = basis.b_title, basis.b_body
        if not all(math.isfinite(share) for share in (*positive, *shares)):
            raise ValueError("a number of the basis is not finite")
        if min(positive) <= 0 or min(shares) < 0 or max(shares) > 1:
            raise ValueError("a number of the basis is out of its range")
        return basis

    @classmethod
    def of_lengths(cls, titles: Sequence[int], bodies: Sequence[int]) -> Self:
        """The basis of articles with these lengths, in tokens; of none, that of articles of one token."""
        return cls(_average(titles), _average(bodies))


def _average(lengths: Sequence[int]) -> float:
    return max(1.0, sum(lengths) / max(len(lengths), 1))


def norms(basis: Basis, lengths: NDArray[np.integer], *, title: bool) -> NDArray[np.float64]:
    """The worth of one occurrence in texts of these lengths, in occurrences in an average body.

    Args:
        basis: the constants, with the average lengths.
        lengths: the number of tokens of each text, shape (documents,).
        title: whether the texts are titles, not bodies.
    """
    weight, b, average = (
        (basis.title, basis.b_title, basis.average_title)
        if title
        else (1.0, basis.b_body, basis.average_body)
    )
    return weight / (1.0 - b + b * np.asarray(lengths, np.float64) / average)


class Norms:
    """The worth of one occurrence of a word in a text of each document. Threads may share it.

    Args:
        basis: the constants, with the average lengths.
        lengths: the number of tokens of each document's text, shape (documents,).
        title: whether the texts are titles, not bodies.

    Attributes:
        of_lengths: the worth for each length, and the length of each document.
    """

    def __init__(self, basis: Basis, lengths: NDArray[np.integer], *, title: bool) -> None:
        worths = norms(basis, np.arange(int(lengths.max(initial=0)) + 1), title=title)
        self.of_lengths = worths, lengths.astype(np.uint32, copy=False)

    def of(self, docs: NDArray[np.integer]) -> NDArray[np.float64]:
        """The worth in each of some documents; raises IndexError if there is no such document."""
        worths, lengths = self.of_lengths
        found: NDArray[np.float64] = worths.take(lengths.take(docs))
        return found


def impacts(frequencies: NDArray[np.float64], k1: float) -> NDArray[np.uint8]:
    """The impact of each normed frequency: float64, rounded half to even, at least 1."""
    return np.maximum(1, np.rint(MOST * frequencies / (frequencies + k1))).astype(np.uint8)


def frequencies_of_impacts(k1: float) -> NDArray[np.float64]:
    """The normed frequency that each impact from 0 to 255 stands for; that of 255, unbounded, is large."""
    q = np.arange(MOST + 1, dtype=np.float64)
    return k1 * q / (MOST + 0.25 - q)


def inverse_frequency(frequency: int, articles: int) -> float:
    """The weight of a word by its rarity; always above 0.

    Args:
        frequency: the document frequency; deleted articles count until a merge removes them.
        articles: the number of all articles, deleted ones counted likewise.
    """
    return math.log1p(max(articles - frequency + 0.5, 0.5) / (frequency + 0.5))


def units_for(greatest: float) -> int:
    """The number of units in a score of 1 if no sum of scores exceeds ``greatest``: a power of two."""
    units = FINEST
    while units > 1 and greatest * units >= ROOM / 2:
        units >>= 1
    return units


class Coefficients(NamedTuple):
    """What a word adds to the score of an article that contains it: ``slope * impact + floor`` units."""

    slope: int
    floor: int

    def score(self, impact: int) -> int:
        """Units for an impact."""
        return self.slope * impact + self.floor


def coefficients(weight: float, k1: float, presence: float, units: int) -> Coefficients:
    """The coefficients of a word.

    Args:
        weight: the word's rarity times all factors of the query.
        k1: the ``k1`` of the basis.
        presence: the least worth of the word in an article.
        units: the number of units in a score of 1.
    """
    return Coefficients(round(weight * (k1 + 1) / MOST * units), max(1, round(weight * presence * units)))
