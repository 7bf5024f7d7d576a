"""Filters by category, author, day and other fields as masks over documents; facet counts of what matches.

Both use columns of numbers: masks are cached, and facets count everything that matches.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias, assert_never
from unicodedata import normalize

import numpy as np

from onneshon.index.analysis.analyzer import analyze
from onneshon.search.query.conditions import (
    Choice,
    Condition,
    Filter,
    FilterField,
    NumberRange,
    Period,
    Selection,
)
from onneshon.search.retrieval.authors import NOBODY, Authors
from onneshon.search.retrieval.budget import BoundedCache
from onneshon.search.retrieval.collection import NOTHING, Bitmap, Collection, Mask, packed
from onneshon.search.retrieval.columns import Columns

_MASK_BYTES: Final = 8 << 20


def _holds(words: list[str], sought: list[str]) -> bool:
    width = len(sought)
    return any(words[i : i + width] == sought for i in range(len(words) - width + 1))


def containing(condition: Filter) -> Callable[[str], bool]:
    """A test of whether a value contains the words of a condition consecutively."""
    sought = [token.exact for token in analyze(condition.value)]
    return lambda value: bool(sought) and _holds([token.exact for token in analyze(value)], sought)


class Filters:
    """Masks of conditions. Safe to share among threads.

    Args:
        collection: the articles.
        authors: the table of names of each author.
    """

    def __init__(self, collection: Collection, authors: Authors = NOBODY) -> None:
        self.collection = collection
        self.columns = Columns(collection, authors)
        self._masks = BoundedCache(_MASK_BYTES)

    def mask(self, condition: Condition) -> Mask:
        """A mask of the documents that meet a condition."""
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
        """Whether any article meets a condition."""
        match condition:
            case Filter("id", value):
                return self.collection.find(value) is not None
            case Filter() if self.collection.deleted is None:
                return bool(self.codes(condition))
            case _:  # not cached: a mask takes a byte for each article
                return bool((self._compute(condition) & self.collection.alive).any())

    def days_beside(self, period: Period) -> tuple[dt.date | None, dt.date | None]:
        """The last day with an article before a period, and the first after it; None where there is none."""
        days = self.collection.dates[self.collection.alive & (self.collection.dates > 0)]
        before = days[days < period.since.toordinal()] if period.since else days[:0]
        after = days[days > period.until.toordinal()] if period.until else days[:0]
        return (
            dt.date.fromordinal(int(before.max())) if len(before) else None,
            dt.date.fromordinal(int(after.min())) if len(after) else None,
        )

    def counted(self, name: str) -> dict[str, int]:
        """The number of articles with each value of a keyword, the most frequent first, then by text."""
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
        wanted = containing(condition)
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
        """A mask of the documents that meet every condition; None where there is no condition."""
        masks = [self.mask(condition) for condition in conditions]
        return np.logical_and.reduce(masks) if masks else None


FacetName: TypeAlias = str
"""The name of a facet: one of ``FACETS``, or a field that the site declares."""

_LABEL: Final = {"year": 4, "month": 7, "day": 10}
"""Characters of an ISO date that name the year, the month, the day."""


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value and how many of the articles found have it.

    Attributes:
        value: the value as stored; for dates ``2020``, ``2020-06``, ``2020-06-15``, for numbers ranges
            such as ``100..<1000``. A filter accepts it unchanged.
        count: the number of articles.
    """

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Facet:
    """The values of one field among the articles found.

    Attributes:
        name: the facet's name.
        values: the most frequent first, ties in the order of their text; years, months and days the
            latest first; ranges of numbers ascending. Articles without a value are not counted.
        more: the number of further values.
        exact: whether all that matches was counted; else a sample of it, in which rare values may be missing.
    """

    name: FacetName
    values: tuple[FacetValue, ...]
    more: int = 0
    exact: bool = True

    def estimated(self, times: int) -> "Facet":
        """The estimated facet of all articles, from that of a sample of one in ``times``."""
        values = tuple(FacetValue(value.value, value.count * times) for value in self.values)
        return replace(self, values=values, exact=False)


def field_of(name: FacetName) -> FilterField:
    """The filter field that a facet counts; filters on this field do not narrow the facet."""
    return "date" if name in _LABEL else name


def count_facet(
    columns: Columns, name: FacetName, matched: Bitmap, limit: int, kept: Sequence[str] = ()
) -> Facet:
    """Count one facet.

    Args:
        columns: the collection's columns.
        name: the facet's name.
        matched: the set of documents to count.
        limit: the most values.
        kept: values to return beyond the limit if any document has them, since filters select them.
    """
    if name in _LABEL:
        return whole_facet(name, _by_date(columns, name, matched), limit, kept)
    return _of_keyword(columns, name, matched, limit, kept)


def count_ranges(columns: Columns, ranges: Sequence[NumberRange], matched: Bitmap) -> list[int]:
    """The number of documents with a number in each of some ranges of one field.

    Args:
        columns: the collection's columns.
        ranges: the ranges, all of the same field.
        matched: the set of documents to count.
    """
    counts = columns.keyword(ranges[0].name).counts(matched) if ranges else NOTHING
    return [int(counts[columns.within(span)].sum()) for span in ranges]


def whole_facet(name: FacetName, values: Sequence[FacetValue], limit: int, kept: Sequence[str]) -> Facet:
    """The facet of a field with all its values in order; the arguments are those of ``count_facet``."""
    shown = [value for rank, value in enumerate(values) if rank < limit or value.value in kept]
    return Facet(name, tuple(shown), len(values) - len(shown))


def range_facet(
    name: FacetName, ranges: Sequence[NumberRange], counts: Sequence[int], limit: int, kept: Sequence[str]
) -> Facet:
    """The facet of a field of numbers: the ranges that any article found is in, ascending."""
    counted = [FacetValue(span.text, count) for span, count in zip(ranges, counts, strict=True) if count]
    return whole_facet(name, counted, limit, kept)


def keyword_facet(
    name: FacetName, best: Sequence[FacetValue], chosen: Iterable[FacetValue], limit: int, different: int
) -> Facet:
    """The facet of a keyword, which may have any number of values.

    Args:
        name: the facet's name.
        best: the most frequent values, in order.
        chosen: the values to return beyond the limit.
        limit: the most values.
        different: the number of distinct values among the articles found.
    """
    shown = [*best[:limit]]
    known = {value.value for value in shown}
    further = sorted(chosen, key=lambda value: value.value)
    shown += [value for value in further if value.count and value.value not in known]
    return Facet(name, tuple(shown), max(different - len(shown), 0))


def _of_keyword(columns: Columns, name: FacetName, matched: Bitmap, limit: int, kept: Sequence[str]) -> Facet:
    column = columns.keyword(name)
    counts = column.counts(matched)
    if (without := column.code_of.get("")) is not None:
        counts[without] = 0
    present = counts.nonzero()[0]
    best = present
    if len(present) > limit:  # an index may have 100,000 authors, and a facet shows ten
        least = np.partition(counts[present], len(present) - limit)[len(present) - limit] if limit else np.inf
        best = present[counts[present] >= least]
    values = [FacetValue(column.values[code], int(counts[code])) for code in best.tolist()]
    values.sort(key=lambda facet_value: (-facet_value.count, facet_value.value))
    chosen = {column.code_of.get(normalize("NFC", value), -1) for value in kept} & set(present.tolist())
    further = [FacetValue(column.values[code], int(counts[code])) for code in chosen]
    return keyword_facet(name, values, further, limit, len(present))


def _by_date(columns: Columns, name: str, matched: Bitmap) -> list[FacetValue]:
    column = columns.dates(_LABEL[name])
    known = zip(column.values, column.counts(matched).tolist(), strict=True)
    return [FacetValue(label, count) for label, count in known if label and count][::-1]
