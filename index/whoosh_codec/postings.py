"""Stored values, lengths and fields of a segment as Whoosh's readers and matchers ask for them."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import W3PerDocReader, W3Segment
from whoosh.filedb.filestore import FileStorage
from whoosh.util.numeric import byte_to_length

from onneshon.index.article import TEXT_FIELDS
from onneshon.index.columnar.documents import DocumentsReader, IdOrder
from onneshon.index.columnar.impact_field import ImpactField
from onneshon.index.columnar.keywords import Keywords
from onneshon.index.columnar.section_file import DOCUMENTS_EXT, SectionFile
from onneshon.index.columnar.sections import U4
from onneshon.index.columnar.term_dictionary import TermDictionary, term_bytes


def open_sections(storage: Any, filename: str) -> SectionFile:
    """Map a file of a Whoosh storage; where the storage is not a folder, read it.

    Raises:
        IndexCorruptError: the file is missing or cut short.
    """
    if isinstance(storage, FileStorage):
        return SectionFile.open(Path(storage.folder) / filename)
    stream = storage.open_file(filename)
    try:
        return SectionFile(bytes(stream.get(0, storage.file_length(filename))), filename)
    finally:
        stream.close()


STEPS = np.array([byte_to_length(step) for step in range(256)], np.int64)
"""The lengths that Whoosh distinguishes."""


def round_lengths(lengths: NDArray[np.integer]) -> NDArray[np.int64]:
    """Lengths as Whoosh weighs them, rounded to its 256 steps."""
    return STEPS[np.minimum(np.searchsorted(STEPS, lengths, "left"), len(STEPS) - 1)]


def field_lengths(documents: DocumentsReader, field: str) -> NDArray[np.uint32]:
    """Tokens of a field in each document, shape (documents,); for fields of words, those of their texts."""
    if field in documents.fields or field not in TEXT_FIELDS:
        return documents.lengths(field)
    titles = documents.lengths("title")
    return titles if field.startswith("title_") else titles + documents.lengths("body")


class PerDocumentReader(W3PerDocReader):  # type: ignore[misc]  # Whoosh has no types
    """Answers Whoosh's questions about documents; lengths are rounded as Whoosh's scores expect.

    Attributes:
        documents: the reader of the documents.
    """

    def __init__(self, storage: Any, segment: W3Segment) -> None:
        super().__init__(storage, segment)
        self.documents = DocumentsReader(open_sections(storage, segment.make_filename(DOCUMENTS_EXT)))

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        """The stored values of a document."""
        return self.documents.stored[docnum]

    def lengths(self, fieldname: str) -> NDArray[np.uint32]:
        """The exact lengths of a field."""
        return field_lengths(self.documents, fieldname)

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        """Tokens of a field in a document, as Whoosh rounds it; ``default`` where it has none."""
        length = self.lengths(fieldname)[docnum]
        return int(round_lengths(length)) if length else default

    def min_field_length(self, fieldname: str) -> int:
        """The least length of a field, as Whoosh rounds it."""
        return self._extreme(fieldname, np.min)

    def max_field_length(self, fieldname: str) -> int:
        """The greatest length of a field, as Whoosh rounds it."""
        return self._extreme(fieldname, np.max)

    def _extreme(self, fieldname: str, choose: Any) -> int:
        lengths = self.lengths(fieldname)
        return int(round_lengths(choose(lengths, keepdims=True))[0]) if len(lengths) else 0


class SortedTerms(list[bytes]):
    """Terms in memory, with the interface of a dictionary in a file."""

    def find(self, term: bytes) -> tuple[int, bool]:
        """The ordinal of the first term not less than ``term``, and whether it is equal."""
        ordinal = bisect_left(self, term)
        return ordinal, ordinal < len(self) and self[ordinal] == term

    def from_ordinal(self, start: int = 0) -> Iterator[bytes]:
        """All terms from an ordinal on."""
        return iter(self[start:])


class Field(Protocol):
    """A field of a segment; its terms are numbered in their order from 0.

    Attributes:
        dictionary: the terms of the field.
        lengths: tokens of the field in each document, shape (documents,).
        has_positions: whether ``positions`` may be asked for.
    """

    dictionary: TermDictionary | SortedTerms
    lengths: U4
    has_positions: bool

    def doc_frequency(self, ordinal: int) -> int:
        """The number of documents with the term, deleted ones included."""

    def docs(self, ordinal: int) -> U4:
        """These documents, ascending."""

    def freqs(self, ordinal: int) -> U4:
        """The frequency of the term in each of its documents."""

    def positions(self, ordinal: int) -> U4:
        """The positions of the term, document after document."""

    def weights(self, ordinal: int) -> NDArray[Any]:
        """The weight of the term in each of its documents: its frequency."""


class WordField:
    """A field of words, see ``Field``.

    Args:
        field: the field's postings.
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
    """A field of whole values, see ``Field``; the documents of each are collected in memory.

    Args:
        terms: the values in order.
        docs: the documents of each value, ascending, value after value.
        counts: the number of documents of each value.
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
        """The field of a column."""
        docs, codes = column.pairs()
        order = np.argsort(codes, kind="stable")
        counts = np.bincount(codes, minlength=len(column.values))[1:]
        return cls(
            [term_bytes(value) for value in column.values[1:]], docs[order].astype(np.uint32), counts, lengths
        )

    @classmethod
    def of_ids(cls, ids: IdOrder, documents: DocumentsReader, lengths: U4) -> "ValueField":
        """The field of the ids."""
        keys = [term_bytes(key) for key in documents.keys.of(ids.docs)]
        terms = list(dict.fromkeys(keys))
        ordinals = {term: ordinal for ordinal, term in enumerate(terms)}
        counts = np.bincount([ordinals[key] for key in keys], minlength=len(terms))
        return cls(terms, ids.docs, counts, lengths)

    def doc_frequency(self, ordinal: int) -> int:
        """The number of documents with the value."""
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
