"""What articles are filtered, counted and sorted by: one number an article, read once and kept."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import Final
from unicodedata import normalize

import numpy as np
from numpy.typing import NDArray

from search.retrieval.collection import Collection

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
    """

    codes: NDArray[np.unsignedinteger]
    values: list[str]
    code_of: dict[str, int]


class Columns:
    """The columns of a collection. Safe to share among threads.

    Args:
        collection: the articles.
    """

    def __init__(self, collection: Collection) -> None:
        self.collection = collection
        self._keywords: dict[str, KeywordColumn] = {}
        self._labels: dict[int, tuple[NDArray[np.intp], list[str]]] = {}
        self._lock = Lock()

    def keyword(self, name: str) -> KeywordColumn:
        """The column of ``category``, ``author`` or ``lang``."""
        with self._lock:
            if name not in self._keywords:
                self._keywords[name] = self._read(name)
            return self._keywords[name]

    def _read(self, name: str) -> KeywordColumn:
        code_of: dict[str, int] = {}
        values: list[str] = []
        parts = []
        for segment in self.collection.segments:
            codes, stored = segment.keyword(name)
            renumbered = np.zeros(max(len(stored), 1), np.uint32)
            for code, value in enumerate(stored):
                renumbered[code] = code_of.setdefault(normalize("NFC", value), len(values))
                if len(code_of) > len(values):
                    values.append(value)
            parts.append(renumbered[codes])
        joined = np.concatenate(parts) if parts else np.zeros(0, np.uint32)
        kind = next(kind for limit, kind in _SMALL if len(values) <= limit)
        return KeywordColumn(joined.astype(kind), values, code_of)

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


def _label(day: int, width: int) -> str:
    return dt.date.fromordinal(day).isoformat()[:width] if day else ""
