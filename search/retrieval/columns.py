"""What articles are filtered, counted and sorted by: one number an article, read once and kept."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import Final
from unicodedata import normalize

import numpy as np
from numpy.typing import NDArray

from onneshon.index.numbers import number_of
from onneshon.search.query.conditions import FILTER_FIELDS, NumberRange
from onneshon.search.retrieval.bitmaps import Mask
from onneshon.search.retrieval.collection import Collection
from onneshon.search.retrieval.doc_lists import Docs

__all__ = ["Columns", "KeywordColumn"]

_SMALL: Final = ((1 << 8, np.uint8), (1 << 16, np.uint16), (1 << 32, np.uint32))
"""Types of codes by how many codes there are."""


@dataclass(frozen=True, slots=True)
class KeywordColumn:
    """The values of a keyword.

    Attributes:
        codes: for each document the place of its value in ``values``, in the smallest unsigned type.
        values: each value once, as it was first stored; those that differ in encoding alone (NFC) are one.
        code_of: the code of a value in NFC.
        docs: where a document has several values: the document of each of ``codes``, ascending.
    """

    codes: NDArray[np.unsignedinteger]
    values: list[str]
    code_of: dict[str, int]
    docs: NDArray[np.uint32] | None = None

    def counts(self, matched: Mask) -> NDArray[np.intp]:
        """How many of some documents have each value.

        Args:
            matched: which documents to count.
        """
        chosen = matched if self.docs is None else matched[self.docs]
        return np.bincount(self.codes[chosen], minlength=len(self.values))

    def having(self, chosen: NDArray[np.bool_], size: int) -> NDArray[np.bool_]:
        """Which documents have any of the values that are chosen by their codes."""
        if self.docs is None:
            return chosen[self.codes] if len(chosen) else np.zeros(size, np.bool_)
        found = np.zeros(size, np.bool_)
        found[self.docs[chosen[self.codes]]] = True
        return found


class Columns:
    """The columns of a collection. Safe to share among threads.

    Args:
        collection: the articles.
    """

    def __init__(self, collection: Collection) -> None:
        self.collection = collection
        self._keywords: dict[str, KeywordColumn] = {}
        self._numbers: dict[str, NDArray[np.float64]] = {}
        self._labels: dict[int, tuple[NDArray[np.intp], list[str]]] = {}
        self._lock = Lock()

    def keyword(self, name: str) -> KeywordColumn:
        """The column of ``category``, ``author``, ``lang`` or a declared field."""
        with self._lock:
            if name not in self._keywords:
                ours = name in FILTER_FIELDS
                self._keywords[name] = self._read(name) if ours else self._read_declared(name)
            return self._keywords[name]

    def numbers(self, name: str) -> NDArray[np.float64]:
        """The number that each value of a keyword is; NaN for a value that is none."""
        values = self.keyword(name).values
        with self._lock:
            if name not in self._numbers:
                read = (number_of(value) for value in values)
                self._numbers[name] = np.array([np.nan if one is None else one for one in read], np.float64)
            return self._numbers[name]

    def within(self, span: NumberRange) -> NDArray[np.bool_]:
        """Which values of a keyword are numbers in a range."""
        numbers = self.numbers(span.name)
        found = ~np.isnan(numbers)
        if span.least is not None:
            found &= (numbers > span.least) if span.above else (numbers >= span.least)
        if span.most is not None:
            found &= (numbers < span.most) if span.below else (numbers <= span.most)
        return found

    def extent(self, name: str) -> tuple[float, float] | None:
        """The least and the greatest number that articles have in a field; None where none has any."""
        numbers = self.numbers(name)
        held = numbers[(self.keyword(name).counts(self.collection.alive) > 0) & ~np.isnan(numbers)]
        return (float(held.min()), float(held.max())) if len(held) else None

    def numbers_of(self, name: str, docs: Docs) -> NDArray[np.float64]:
        """The number of each of some documents in a field, of several the greatest; NaN where it has none."""
        column, numbers = self.keyword(name), self.numbers(name)
        if column.docs is None:
            return numbers[column.codes[docs]] if len(column.codes) else np.full(len(docs), np.nan)
        found = np.full(self.collection.size, np.nan)
        np.fmax.at(found, column.docs, numbers[column.codes])
        return found[docs]

    def _read(self, name: str) -> KeywordColumn:
        code_of: dict[str, int] = {}
        values: list[str] = []
        parts = []
        for segment in self.collection.segments:
            codes, stored = segment.keyword(name)
            parts.append(_renumbered(stored, code_of, values)[codes])
        joined = np.concatenate(parts) if parts else np.zeros(0, np.uint32)
        kind = next(kind for limit, kind in _SMALL if len(values) <= limit)
        return KeywordColumn(joined.astype(kind), values, code_of)

    def _read_declared(self, name: str) -> KeywordColumn:
        """As ``_read`` where no document has more than one value."""
        code_of: dict[str, int] = {"": 0}
        values = [""]
        parts = [np.empty(0, np.int64)]
        for base, segment in zip(self.collection.bases, self.collection.segments, strict=False):
            docs, codes, stored = segment.keywords(name)
            parts.append((docs + base << 32) | _renumbered(stored, code_of, values)[codes])
        # Two encodings of one value are one, also where one document has both.
        pairs = np.unique(np.concatenate(parts))
        at, given = pairs >> 32, pairs & ((1 << 32) - 1)
        kind = next(kind for limit, kind in _SMALL if len(values) <= limit)
        if (np.diff(at) > 0).all():
            joined = np.zeros(self.collection.size, np.uint32)
            joined[at] = given
            return KeywordColumn(joined.astype(kind), values, code_of)
        return KeywordColumn(given.astype(kind), values, code_of, at.astype(np.uint32))

    @cached_property
    def declared(self) -> tuple[str, ...]:
        """The declared fields that articles have values of."""
        return tuple(sorted({name for each in self.collection.segments for name in each.declared}))

    @cached_property
    def days(self) -> tuple[NDArray[np.unsignedinteger], NDArray[np.int32]]:
        """For each document the place of its day, and the days, ascending: ordinals, 0 for unknown."""
        days, codes = np.unique(self.collection.dates, return_inverse=True)
        kind = next(kind for limit, kind in _SMALL if len(days) <= limit)
        return codes.astype(kind), days

    def date_labels(self, width: int) -> tuple[NDArray[np.intp], list[str]]:
        """For each of ``days`` the place of its label, and the labels, ascending; "" for unknown days.

        Args:
            width: characters of an ISO date that are the label: 4 for years, 7 for months, 10 for days.
        """
        with self._lock:
            if width not in self._labels:
                every = [_label(day, width) for day in self.days[1].tolist()]
                labels = sorted(set(every))
                places = {label: place for place, label in enumerate(labels)}
                self._labels[width] = (np.array([places[label] for label in every], np.intp), labels)
            return self._labels[width]


def _renumbered(stored: list[str], code_of: dict[str, int], values: list[str]) -> NDArray[np.uint32]:
    """For the values of a segment their codes in the whole, in which those that are new are noted."""
    renumbered = np.zeros(max(len(stored), 1), np.uint32)
    for code, value in enumerate(stored):
        renumbered[code] = code_of.setdefault(normalize("NFC", value), len(values))
        if len(code_of) > len(values):
            values.append(value)
    return renumbered


def _label(day: int, width: int) -> str:
    return dt.date.fromordinal(day).isoformat()[:width] if day else ""
