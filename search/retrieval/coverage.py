"""Which articles hold enough of a query: the share of its weight that each one has.

A headline of ten words has one or another of them in common with two articles of three. They are no answers;
an article is one that holds a share of the weight of the words, by inverse document frequency. The share is
taken of what the best article has, so that a query which no article answers well is answered all the same.
"""

from collections.abc import Sequence
from typing import Final

__all__ = ["FEWEST", "LEAST_SHARE", "decides", "whole_weights"]

LEAST_SHARE: Final = 0.4
"""Of the weight of the words that the best article holds, what an article must hold to be found."""

FEWEST: Final = 20
"""Where fewer articles than these hold enough of a query, the best others follow them."""

WHOLE: Final = 1 << 16
"""What the weights of all words of a query add up to, roughly: as whole numbers their sums are exact."""


def decides(rarities: Sequence[float]) -> bool:
    """Whether some articles that hold a word of a query do not hold enough of it.

    Args:
        rarities: of each word that any article holds.
    """
    return bool(rarities) and min(rarities) < LEAST_SHARE * sum(rarities)


def whole_weights(rarities: Sequence[float]) -> list[int]:
    """The weights of words as whole numbers, each at least 1.

    Args:
        rarities: of each word.
    """
    total = sum(rarities) or 1.0
    return [max(1, round(rarity / total * WHOLE)) for rarity in rarities]
