"""How many of the articles found have each category, author, language, year, month, day or keyword.

Counted over everything that matches, from columns of numbers; no stored text is read.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias
from unicodedata import normalize

import numpy as np

from onneshon.search.query.conditions import FilterField, NumberRange
from onneshon.search.retrieval.collection import NOTHING, Bitmap
from onneshon.search.retrieval.columns import Columns

FacetName: TypeAlias = str
"""What can be counted: one of ``FACETS``, or a field that the site declares."""

_LABEL: Final = {"year": 4, "month": 7, "day": 10}
"""Characters of an ISO date that name the year, the month, the day."""


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value and how many of the articles found have it.

    Attributes:
        value: as stored; of dates ``2020``, ``2020-06``, ``2020-06-15``. of numbers ranges
            such as ``100..<1000``. A filter takes it as it is.
        count: articles.
    """

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Facet:
    """The values of one field among the articles found.

    Attributes:
        name: of the field.
        values: the most frequent first, equal ones in the order of their text; years, months and days the
            latest first; ranges of numbers from the least on. Articles without a value are not counted.
        more: how many further values there are.
        exact: whether all that matches was counted; else a sample of it, in which rare values may be missing.
    """

    name: FacetName
    values: tuple[FacetValue, ...]
    more: int = 0
    exact: bool = True

    def estimated(self, times: int) -> "Facet":
        """The facet of all, from that of a sample of which each article stands for so many."""
        values = tuple(FacetValue(value.value, value.count * times) for value in self.values)
        return replace(self, values=values, exact=False)


def field_of(name: FacetName) -> FilterField:
    """The filter whose own counts a facet gives, which therefore does not narrow them."""
    return "date" if name in _LABEL else name


def count_facet(
    columns: Columns, name: FacetName, matched: Bitmap, limit: int, kept: Sequence[str] = ()
) -> Facet:
    """Count one facet.

    Args:
        columns: of the collection.
        name: of the facet.
        matched: which documents to count.
        limit: most values.
        kept: values that are given beyond the limit if any document has them, since they are chosen now.
    """
    if name in _LABEL:
        return whole_facet(name, _by_date(columns, name, matched), limit, kept)
    return _of_keyword(columns, name, matched, limit, kept)


def count_ranges(columns: Columns, ranges: Sequence[NumberRange], matched: Bitmap) -> list[int]:
    """How many of some documents have a number in each of some ranges of one field.

    Args:
        columns: of the collection.
        ranges: of its numbers.
        matched: which documents to count.
    """
    counts = columns.keyword(ranges[0].name).counts(matched) if ranges else NOTHING
    return [int(counts[columns.within(span)].sum()) for span in ranges]


def whole_facet(name: FacetName, values: Sequence[FacetValue], limit: int, kept: Sequence[str]) -> Facet:
    """The facet of a field of which every value was counted, in their order; the arguments as above."""
    shown = [value for rank, value in enumerate(values) if rank < limit or value.value in kept]
    return Facet(name, tuple(shown), len(values) - len(shown))


def range_facet(
    name: FacetName, ranges: Sequence[NumberRange], counts: Sequence[int], limit: int, kept: Sequence[str]
) -> Facet:
    """The facet of a number: the ranges that any article found is in, ascending."""
    counted = [FacetValue(span.text, count) for span, count in zip(ranges, counts, strict=True) if count]
    return whole_facet(name, counted, limit, kept)


def keyword_facet(
    name: FacetName, best: Sequence[FacetValue], chosen: Iterable[FacetValue], limit: int, different: int
) -> Facet:
    """The facet of a keyword, which may have any number of values.

    Args:
        name: of the facet.
        best: the most frequent values, in their order.
        chosen: those that are given beyond the limit.
        limit: most values.
        different: how many values any article found has.
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
    if len(present) > limit:  # an index may have 100,000 authors, of whom ten are shown
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
