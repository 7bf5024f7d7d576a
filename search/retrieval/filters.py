"""Conditions on an article's category, author, language, day, id or keywords, as masks that are kept."""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import assert_never
from unicodedata import normalize

import numpy as np

from onneshon.index.analysis.analyzer import analyze
from onneshon.search.query.conditions import Choice, Condition, Filter, NumberRange, Period, Selection
from onneshon.search.retrieval.authors import NOBODY, Authors
from onneshon.search.retrieval.budget import BoundedCache
from onneshon.search.retrieval.collection import Collection, Mask, packed
from onneshon.search.retrieval.columns import Columns

CACHE_BYTES = 8 << 20


def _holds(words: list[str], sought: list[str]) -> bool:
    width = len(sought)
    return any(words[i : i + width] == sought for i in range(len(words) - width + 1))


def holding(condition: Filter) -> Callable[[str], bool]:
    """Whether a value holds the words of a condition in a row."""
    sought = [token.exact for token in analyze(condition.value)]
    return lambda value: bool(sought) and _holds([token.exact for token in analyze(value)], sought)


class Filters:
    """Masks of conditions. Safe to share among threads.

    Args:
        collection: the articles.
        authors: which names are of one author.
    """

    def __init__(self, collection: Collection, authors: Authors = NOBODY) -> None:
        self.collection = collection
        self.columns = Columns(collection, authors)
        self._masks = BoundedCache(CACHE_BYTES)

    def mask(self, condition: Condition) -> Mask:
        """Which documents meet a condition."""
        return self._masks.get(condition, lambda: self._compute(condition))

    def _compute(self, condition: Condition) -> Mask:
        match condition:
            case Period():
                return self._period(condition)
            case Selection(choices, negated):
                chosen = [self._compute(choice) for choice in choices]
                found: Mask = np.logical_or.reduce(chosen or [np.zeros(self.collection.size, np.bool_)])
                return ~found if negated else found
            case Filter("id", value):
                return self._with_id(value)
            case Filter():
                return self._with_keyword(condition)
            case NumberRange(name):
                return self.columns.keyword(name).having(self.columns.within(condition), self.collection.size)
            case _:
                assert_never(condition)

    def _with_keyword(self, condition: Filter) -> Mask:
        column = self.columns.keyword(condition.name)
        chosen = np.zeros(len(column.values), np.bool_)
        chosen[self.codes(condition)] = True
        return column.having(chosen, self.collection.size)

    def has_any(self, condition: Choice) -> bool:
        """Whether an article meets a condition on a keyword, an id or a day."""
        match condition:
            case Filter("id", value):
                return self.collection.find(value) is not None
            case Filter() if self.collection.deleted is None:
                return bool(self.codes(condition))
            case _:  # not kept: a mask takes a byte for each article
                return bool((self._compute(condition) & self.collection.alive).any())

    def days_beside(self, period: Period) -> tuple[dt.date | None, dt.date | None]:
        """The last day of an article before a period, and the first after it; None where there is none."""
        days = self.collection.dates[self.collection.alive & (self.collection.dates > 0)]
        before = days[days < period.since.toordinal()] if period.since else days[:0]
        after = days[days > period.until.toordinal()] if period.until else days[:0]
        return (
            dt.date.fromordinal(int(before.max())) if len(before) else None,
            dt.date.fromordinal(int(after.min())) if len(after) else None,
        )

    def counted(self, name: str) -> dict[str, int]:
        """How many articles have each value of a keyword, the most frequent first, then by their text."""
        column = self.columns.keyword(name)
        counts = column.counts(packed(self.collection.alive)).tolist()
        known = [
            (-count, value) for count, value in zip(counts, column.values, strict=True) if value and count
        ]
        return {value: -count for count, value in sorted(known)}

    def codes(self, condition: Filter) -> list[int]:
        """The codes of the values that a condition on a keyword allows; none where no article has one."""
        column = self.columns.keyword(condition.name)
        if condition.whole:
            code = column.code_of.get(normalize("NFC", condition.value))
            return [] if code is None else [code]
        wanted = holding(condition)
        return [code for value, code in column.code_of.items() if wanted(value)]

    def _with_id(self, article_id: str) -> Mask:
        found = np.zeros(self.collection.size, np.bool_)
        doc = self.collection.find(article_id)
        if doc is not None:
            found[doc] = True
        return found

    def _period(self, period: Period) -> Mask:
        days = self.collection.dates
        known = days > 0
        if period.since is not None:
            known &= days >= period.since.toordinal()
        if period.until is not None:
            known &= days <= period.until.toordinal()
        return known

    def all_of(self, conditions: Iterable[Condition]) -> Mask | None:
        """Which documents meet every condition; None where there is none."""
        masks = [self.mask(condition) for condition in conditions]
        return np.logical_and.reduce(masks) if masks else None
