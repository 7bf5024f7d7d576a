"""How many of the articles found have each category, author, language, year, month, day or keyword.

Counted over everything that matches, from columns of numbers; no stored text is read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias
from unicodedata import normalize

import numpy as np

from onneshon.index.configuration import FACETS
from onneshon.search.query.conditions import FilterField
from onneshon.search.retrieval.bitmaps import Mask
from onneshon.search.retrieval.columns import Columns

__all__ = ["FACETS", "Facet", "FacetName", "FacetValue", "count_facet", "field_of"]

FacetName: TypeAlias = str
"""What can be counted: one of ``FACETS``, or a field that the site declares."""

_LABEL: Final = {"year": 4, "month": 7, "day": 10}
"""Characters of an ISO date that name the year, the month, the day."""


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value and how many of the articles found have it.

    Attributes:
        value: as stored; of dates ``2020``, ``2020-06``, ``2020-06-15``. A filter takes it as it is.
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
            latest first. Articles without a value are not counted.
        more: how many further values there are.
    """

    name: FacetName
    values: tuple[FacetValue, ...]
    more: int = 0


def field_of(name: FacetName) -> FilterField:
    """The filter whose own counts a facet gives, which therefore does not narrow them."""
    return "date" if name in _LABEL else name


def count_facet(
    columns: Columns, name: FacetName, matched: Mask, limit: int, kept: Sequence[str] = ()
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
        counts = _by_date(columns, name, matched)
        shown = counts[:limit] + [one for one in counts[limit:] if one.value in kept]
        return Facet(name, tuple(shown), len(counts) - len(shown))
    return _of_keyword(columns, name, matched, limit, kept)


def _of_keyword(columns: Columns, name: FacetName, matched: Mask, limit: int, kept: Sequence[str]) -> Facet:
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
    values = sorted(values, key=lambda one: (-one.count, one.value))[:limit]
    chosen = {column.code_of.get(normalize("NFC", value), -1) for value in kept} & set(present.tolist())
    known = {one.value for one in values}
    further = [FacetValue(column.values[code], int(counts[code])) for code in sorted(chosen)]
    values += [one for one in further if one.value not in known]
    return Facet(name, tuple(values), len(present) - len(values))


def _by_date(columns: Columns, name: str, matched: Mask) -> list[FacetValue]:
    codes, days = columns.days
    groups, labels = columns.date_labels(_LABEL[name])
    by_day = np.bincount(codes[matched], minlength=len(days))
    counts = np.bincount(groups, by_day, len(labels)).astype(np.int64).tolist()
    known = zip(labels, counts, strict=True)
    return [FacetValue(label, count) for label, count in known if label and count][::-1]
