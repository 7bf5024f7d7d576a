"""Conditions on an article's category, author, language or day, as masks that are kept."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.analysis.analyzer import analyze
from search.query.tree import Filter
from search.retrieval.cache import ByteBudgetCache
from search.retrieval.collection import Collection

__all__ = ["Filters", "Period"]

Mask = NDArray[np.bool_]

CACHE_BYTES = 32 << 20


@dataclass(frozen=True, slots=True)
class Period:
    """Days from ``since`` to ``until``, both included; None leaves an end open."""

    since: dt.date | None = None
    until: dt.date | None = None


def _holds(words: list[str], sought: list[str]) -> bool:
    width = len(sought)
    return any(words[i : i + width] == sought for i in range(len(words) - width + 1))


def _test(condition: Filter) -> Callable[[str], bool]:
    if condition.whole:
        return condition.value.__eq__
    sought = [token.exact for token in analyze(condition.value)]
    return lambda value: bool(sought) and _holds([token.exact for token in analyze(value)], sought)


class Filters:
    """Masks of conditions. Safe to share among threads.

    Args:
        collection: the articles.
    """

    def __init__(self, collection: Collection) -> None:
        self.collection = collection
        self._masks = ByteBudgetCache(CACHE_BYTES)

    def mask(self, condition: Filter | Period) -> Mask:
        """Which documents meet a condition."""
        return self._masks.get(condition, lambda: self._compute(condition))

    def _compute(self, condition: Filter | Period) -> Mask:
        if isinstance(condition, Period):
            return self._period(condition)
        return self.collection.keyword_mask(condition.name, _test(condition))

    def _period(self, period: Period) -> Mask:
        days = self.collection.dates
        known = days > 0
        if period.since is not None:
            known &= days >= period.since.toordinal()
        if period.until is not None:
            known &= days <= period.until.toordinal()
        return known

    def all_of(self, conditions: Iterable[Filter | Period]) -> Mask | None:
        """Which documents meet every condition; None where there is none."""
        masks = [self.mask(condition) for condition in conditions]
        return np.logical_and.reduce(masks) if masks else None
