"""The fields of a segment as Whoosh's readers and matchers ask for them: words, and whole values."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from onneshon.index.arrays import U4
from onneshon.index.columnar.documents import DocumentsReader, IdOrder
from onneshon.index.columnar.impact_field import ImpactField
from onneshon.index.columnar.keywords import Keywords
from onneshon.index.columnar.term_dictionary import TermDictionary, term_bytes

__all__ = ["Field", "SortedTerms", "ValueField", "WordField"]


class SortedTerms(list[bytes]):
    """Terms in memory, asked as those in a file are."""

    def find(self, term: bytes) -> tuple[int, bool]:
        """The ordinal of the first term that is not less than this one, and whether it is this one."""
        ordinal = bisect_left(self, term)
        return ordinal, ordinal < len(self) and self[ordinal] == term

    def from_ordinal(self, start: int = 0) -> Iterator[bytes]:
        """All terms from an ordinal on."""
        return iter(self[start:])


class Field(Protocol):
    """A field of a segment; its terms are numbered in their order from 0.

    Attributes:
        dictionary: its terms.
        lengths: tokens of the field in each document, shape (documents,).
        has_positions: whether ``positions`` may be asked for.
    """

    dictionary: TermDictionary | SortedTerms
    lengths: U4
    has_positions: bool

    def doc_frequency(self, ordinal: int) -> int:
        """How many documents have the term, deleted ones included."""

    def docs(self, ordinal: int) -> U4:
        """These documents, ascending."""

    def freqs(self, ordinal: int) -> U4:
        """How often each of them has it."""

    def positions(self, ordinal: int) -> U4:
        """Its positions, document after document."""

    def weights(self, ordinal: int) -> NDArray[Any]:
        """What it is worth in each of them: how often it is there."""


class WordField:
    """A field of words, see ``Field``.

    Args:
        field: it.
        lengths: tokens of the field in each document.
    """

    def __init__(self, field: ImpactField, lengths: U4) -> None:
        self.dictionary: TermDictionary | SortedTerms = field.dictionary
        self.lengths = lengths
        self.has_positions = field.has_positions
        self.doc_frequency = field.df
        self.docs = field.docs
        self.freqs = field.freqs
        self.positions = field.positions

    def weights(self, ordinal: int) -> NDArray[Any]:
        """The frequencies."""
        return self.freqs(ordinal)


class ValueField:
    """A field of whole values, see ``Field``; the documents of each are put together in memory.

    Args:
        terms: the values in order.
        docs: the documents of each, ascending, value after value.
        counts: how many each has.
        lengths: tokens of the field in each document, which are none.
    """

    has_positions = False

    def __init__(self, terms: Sequence[bytes], docs: U4, counts: NDArray[np.integer], lengths: U4) -> None:
        self.dictionary: TermDictionary | SortedTerms = SortedTerms(terms)
        self.lengths = lengths
        self._docs = docs
        self._bounds = np.concatenate(([0], np.cumsum(counts))).tolist()

    @classmethod
    def of_column(cls, column: Keywords, lengths: U4) -> "ValueField":
        """That of a column."""
        docs, codes = column.pairs()
        order = np.argsort(codes, kind="stable")
        counts = np.bincount(codes, minlength=len(column.values))[1:]
        return cls(
            [term_bytes(value) for value in column.values[1:]], docs[order].astype(np.uint32), counts, lengths
        )

    @classmethod
    def of_ids(cls, ids: IdOrder, documents: DocumentsReader, lengths: U4) -> "ValueField":
        """That of the ids."""
        keys = [term_bytes(key) for key in documents.keys.of(ids.docs)]
        terms = list(dict.fromkeys(keys))
        place = {term: ordinal for ordinal, term in enumerate(terms)}
        counts = np.bincount([place[key] for key in keys], minlength=len(terms))
        return cls(terms, ids.docs, counts, lengths)

    def doc_frequency(self, ordinal: int) -> int:
        """How many documents have the value."""
        return len(self.docs(ordinal))

    def docs(self, ordinal: int) -> U4:
        """These documents, ascending."""
        return self._docs[self._bounds[ordinal] : self._bounds[ordinal + 1]]

    def freqs(self, ordinal: int) -> U4:
        """Once each."""
        return np.ones(self.doc_frequency(ordinal), np.uint32)

    weights = freqs

    def positions(self, _ordinal: int) -> U4:
        """None."""
        return np.empty(0, np.uint32)
