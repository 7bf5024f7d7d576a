"""The columns by which articles are filtered, counted and sorted: codes and numbers, read once and cached."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from unicodedata import normalize

import numpy as np
from numpy.typing import NDArray

from onneshon.index.columnar.keywords import code_type
from onneshon.index.columnar.sections import distinct
from onneshon.index.kernel.counting import codes
from onneshon.index.literals import number_of
from onneshon.search.query.conditions import NumberRange
from onneshon.search.retrieval.authors import NOBODY, Authors
from onneshon.search.retrieval.collection import Bitmap, Collection, Docs, packed


@dataclass(frozen=True, slots=True)
class KeywordColumn:
    """The values of a keyword.

    Attributes:
        codes: for each document the index of its value in ``values``, in the smallest unsigned type.
        values: each value once, as it was first stored; values that are equal in NFC are one.
        code_of: the code of each value in NFC; for an author, of every name in the site's table.
        docs: the document of each of ``codes``, ascending; None where no document has several values.
    """

    codes: NDArray[np.unsignedinteger]
    values: list[str]
    code_of: dict[str, int]
    docs: NDArray[np.uint32] | None = None

    def counts(self, matched: Bitmap) -> NDArray[np.int64]:
        """The number of documents with each value.

        Args:
            matched: the set of documents to count.
        """
        return codes(matched, self.codes, len(self.values), self.docs)

    def having(self, chosen: NDArray[np.bool_], size: int) -> NDArray[np.bool_]:
        """A mask of the documents with any chosen value; ``chosen`` is a mask over codes."""
        if self.docs is None:
            return chosen[self.codes] if len(chosen) else np.zeros(size, np.bool_)
        found = np.zeros(size, np.bool_)
        found[self.docs[chosen[self.codes]]] = True
        return found


class Columns:
    """The columns of a collection. Safe to share among threads.

    Args:
        collection: the articles.
        authors: the table of names of each author.
    """

    def __init__(self, collection: Collection, authors: Authors = NOBODY) -> None:
        self.collection = collection
        self._authors = authors
        self._keywords: dict[str, KeywordColumn] = {}
        self._numbers: dict[str, NDArray[np.float64]] = {}
        self._dates: dict[int, KeywordColumn] = {}
        self._lock = Lock()

    def keyword(self, name: str) -> KeywordColumn:
        """The column of ``category``, ``author``, ``lang`` or a declared field."""
        with self._lock:
            if name not in self._keywords:
                self._keywords[name] = self._read(name)
            return self._keywords[name]

    def numbers(self, name: str) -> NDArray[np.float64]:
        """The values of a keyword as numbers; NaN for a value that is no number."""
        values = self.keyword(name).values
        with self._lock:
            if name not in self._numbers:
                read = (number_of(value) for value in values)
                self._numbers[name] = np.array(
                    [np.nan if number is None else number for number in read], np.float64
                )
            return self._numbers[name]

    def within(self, span: NumberRange) -> NDArray[np.bool_]:
        """A mask over the values of a keyword: which are numbers in a range."""
        numbers = self.numbers(span.name)
        found = ~np.isnan(numbers)
        if span.least is not None:
            found &= (numbers > span.least) if span.above else (numbers >= span.least)
        if span.most is not None:
            found &= (numbers < span.most) if span.below else (numbers <= span.most)
        return found

    def extent(self, name: str) -> tuple[float, float] | None:
        """The least and the greatest number of a field in live articles; None where there is none."""
        numbers = self.numbers(name)
        present = numbers[(self.keyword(name).counts(packed(self.collection.alive)) > 0) & ~np.isnan(numbers)]
        return (float(present.min()), float(present.max())) if len(present) else None

    def numbers_of(self, name: str, docs: Docs) -> NDArray[np.float64]:
        """The number of a field in each of some documents, the greatest of several; NaN where it has none."""
        column, numbers = self.keyword(name), self.numbers(name)
        if column.docs is None:
            return numbers[column.codes[docs]] if len(column.codes) else np.full(len(docs), np.nan)
        found = np.full(self.collection.size, np.nan)
        np.fmax.at(found, column.docs, numbers[column.codes])
        return found[docs]

    def _read(self, name: str) -> KeywordColumn:
        """Read a column: a code per document, or per value where documents have several."""
        code_of: dict[str, int] = {"": 0}
        values = [""]
        columns = [segment.keyword(name) for segment in self.collection.segments]
        names = self._authors.every if name == "author" else {}
        renumbered = [_renumbered(column.values, code_of, values, names) for column in columns]
        kind = code_type(len(values))
        if all(column.docs is None for column in columns):
            parts = [new.astype(kind)[column.codes] for column, new in zip(columns, renumbered, strict=True)]
            return KeywordColumn(np.concatenate([np.zeros(0, kind), *parts]), values, code_of)
        pairs = [
            ((docs.astype(np.int64) + base) << 32) | new[codes]
            for base, new, (docs, codes) in zip(
                self.collection.bases, renumbered, (column.pairs() for column in columns), strict=False
            )
        ]
        # Two encodings of one value count once, also where one document has both.
        joined = distinct(np.concatenate(pairs))
        docs, codes = joined >> 32, joined & ((1 << 32) - 1)
        return KeywordColumn(codes.astype(kind), values, code_of, docs.astype(np.uint32))

    @cached_property
    def declared(self) -> tuple[str, ...]:
        """The declared fields that have values in articles."""
        return tuple(sorted({name for each in self.collection.segments for name in each.declared}))

    def dates(self, width: int) -> KeywordColumn:
        """The days, months or years of the articles; "" for unknown ones.

        Args:
            width: the characters of an ISO date to keep: 4 for years, 7 for months, 10 for days.
        """
        with self._lock:
            if width not in self._dates:
                days, of_days = np.unique(self.collection.dates, return_inverse=True)  # noqa: TID251  # inverse
                every = [_label(day, width) for day in days.tolist()]
                labels = sorted(set(every))
                indexes = {label: index for index, label in enumerate(labels)}
                groups = np.array([indexes[label] for label in every], code_type(len(labels)))
                self._dates[width] = KeywordColumn(groups[of_days], labels, indexes)
            return self._dates[width]


def _renumbered(
    stored: list[str], code_of: dict[str, int], values: list[str], names: Mapping[str, Sequence[str]]
) -> NDArray[np.uint32]:
    """Map the codes of a segment to those of the collection, adding values that are new.

    Args:
        stored: the values of the segment.
        code_of: the codes of the collection; changed in place.
        values: the values of the collection; changed in place.
        names: for a value in NFC all its names, the one shown first; absent where it has no other name.
    """
    renumbered = np.zeros(max(len(stored), 1), np.uint32)
    for code, value in enumerate(stored):
        key = normalize("NFC", value)
        if key not in code_of:
            known = names.get(key)
            code_of.update(dict.fromkeys(known or (key,), len(values)))
            values.append(known[0] if known else value)
        renumbered[code] = code_of[key]
    return renumbered


def _label(day: int, width: int) -> str:
    return dt.date.fromordinal(day).isoformat()[:width] if day else ""
