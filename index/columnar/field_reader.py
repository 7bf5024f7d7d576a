"""The postings of one field, read in place from the mapped file; see ``postings.py`` for the layout."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.columnar.arrays import I8, U4, running_sums, starts_of
from index.columnar.blocks import TermBlock
from index.columnar.counts import CountColumn
from index.columnar.format import SectionFile
from index.columnar.postings import DOC_STREAMS, FREQ_STREAMS, MARKS, PLACE_STREAMS, class_parts
from index.columnar.terms import GROUP, TermDictionary, term_bytes, term_text

__all__ = ["FieldReader"]

NO_FREQ = 0
POSTINGS = MARKS.index("postings")


class FieldReader:
    """One field of one segment. Immutable, and safe to share between threads.

    Args:
        file: the segment's inverted file.
        name: of the field, which the file has.
        lengths: tokens of the field in each document, shape (documents,).

    Attributes:
        lengths: as given.
        total_length: tokens of the field in all documents.
        term_count: distinct terms.
        has_positions: whether ``positions`` may be asked for.
    """

    def __init__(self, file: SectionFile, name: str, lengths: U4) -> None:
        facts = file.facts["fields"][name]
        self.lengths = lengths
        self.total_length = int(lengths.sum(dtype=np.int64))
        self.term_count: int = facts["terms"]
        self.has_positions: bool = facts["positions"]
        self.posting_count: int = facts["postings"]
        self.dictionary = TermDictionary(file, name)
        self._df = CountColumn(file, f"{name}/df")
        self._cf = CountColumn(file, f"{name}/cf") if f"{name}/cf" in file else self._df
        self._first = file.array(f"{name}/first")
        self._classes = file.array(f"{name}/classes")
        self._marks = file.array(f"{name}/marks").reshape(-1, len(MARKS))
        self._streams = {part: file.array(f"{name}/{part}") for part in MARKS[:-1]}
        self._weights = file.array(f"{name}/weights") if f"{name}/weights" in file else None
        self._values = file.array(f"{name}/values")
        self._value_ends = file.array(f"{name}/value_ends") if f"{name}/value_ends" in file else None

    def ordinal(self, term: str) -> int | None:
        """The place of a term in the order of terms, None where the field has no such term."""
        ordinal, found = self.dictionary.find(term_bytes(term))
        return ordinal if found else None

    def term(self, ordinal: int) -> str:
        """The term of that place."""
        return term_text(self.dictionary[ordinal])

    def terms(self) -> Iterator[str]:
        """All terms in the order of their code points."""
        return map(term_text, self.dictionary.iterate())

    def prefix_range(self, prefix: str) -> range:
        """The ordinals of the terms that begin so."""
        return self.dictionary.prefix_range(term_bytes(prefix))

    def doc_frequency(self, ordinal: int) -> int:
        """How many documents have the term, deleted ones included."""
        return self._df[ordinal]

    def doc_frequencies(self, start: int, stop: int) -> I8:
        """``doc_frequency`` of a range of ordinals."""
        return self._df.rows(start, stop)

    def collection_frequency(self, ordinal: int) -> int:
        """How often the term occurs in all documents."""
        return self._cf[ordinal]

    def collection_frequencies(self, start: int, stop: int) -> I8:
        """``collection_frequency`` of a range of ordinals."""
        return self._cf.rows(start, stop)

    def postings(self, ordinal: int) -> tuple[U4, U4]:
        """The documents of a term, ascending, and how often each has it; both of shape (documents,)."""
        return self.docs(ordinal), self.freqs(ordinal)

    def docs(self, ordinal: int) -> U4:
        """The documents of a term, ascending."""
        count = self._df[ordinal]
        docs = np.empty(count, np.uint32)
        docs[0] = self._first[ordinal]
        if count > 1:
            number = int(self._classes[ordinal]) & 3
            start = self._start(ordinal, number - 1)
            docs[1:] = self._streams[DOC_STREAMS[number - 1]][start : start + count - 1]
            np.cumsum(docs, out=docs)
        return docs

    def freqs(self, ordinal: int) -> U4:
        """How often each document of a term has it."""
        count = self._df[ordinal]
        number = int(self._classes[ordinal]) >> 2 & 3
        if number == NO_FREQ:
            return np.ones(count, np.uint32)
        start = self._start(ordinal, len(DOC_STREAMS) + number - 1)
        return self._streams[FREQ_STREAMS[number - 1]][start : start + count].astype(np.uint32)

    def positions(self, ordinal: int) -> U4:
        """The token positions of a term, document after document; shape (collection frequency,)."""
        number = int(self._classes[ordinal]) >> 4 & 3
        if not number:
            return np.empty(0, np.uint32)
        start = self._start(ordinal, len(DOC_STREAMS) + len(FREQ_STREAMS) + number - 1)
        stream = self._streams[PLACE_STREAMS[number - 1]]
        return stream[start : start + self._cf[ordinal]].astype(np.uint32)

    def weights(self, ordinal: int) -> NDArray[np.float64] | None:
        """The weights of a term's postings where they are not the frequencies, else None."""
        if self._weights is None:
            return None
        start = self._start(ordinal, POSTINGS)
        return self._weights[start : start + self._df[ordinal]]

    def values(self, ordinal: int) -> list[bytes] | None:
        """The values of a term's postings as Whoosh encoded them, None where the columns say it all."""
        if self._value_ends is None:
            return None
        start = self._start(ordinal, POSTINGS)
        ends = self._value_ends[start : start + self._df[ordinal]].tolist()
        begins = [int(self._value_ends[start - 1]) if start else 0, *ends[:-1]]
        return [self._values[begin:end].tobytes() for begin, end in zip(begins, ends, strict=True)]

    def _start(self, ordinal: int, column: int) -> int:
        """Where the term begins in the stream of that column of ``MARKS``."""
        group = ordinal // GROUP
        begin = group * GROUP
        mark = int(self._marks[group, column])
        if ordinal == begin:
            return mark
        return mark + int(self._sizes(begin, ordinal, column).sum())

    def _sizes(self, start: int, stop: int, column: int) -> I8:
        """How many elements each term of a range has in the stream of that column."""
        if column == POSTINGS:
            return self._df.rows(start, stop)
        classes = self._classes[start:stop]
        if column < len(DOC_STREAMS):
            return np.where(classes & 3 == column + 1, self._df.rows(start, stop) - 1, 0)
        column -= len(DOC_STREAMS)
        if column < len(FREQ_STREAMS):
            return np.where(classes >> 2 & 3 == column + 1, self._df.rows(start, stop), 0)
        column -= len(FREQ_STREAMS)
        return np.where(classes >> 4 & 3 == column + 1, self._cf.rows(start, stop), 0)

    def docs_in_range(self, start: int, stop: int) -> U4:
        """The documents of all terms of a range of ordinals, term after term, with repetitions."""
        counts = self._df.rows(start, stop)
        if not len(counts):
            return np.empty(0, np.uint32)
        starts = starts_of(counts)
        steps = np.empty(int(counts.sum()), np.int64)
        classes = np.repeat(self._classes[start:stop] & 3, counts)
        classes[starts] = 0
        steps[starts] = self._first[start:stop]
        self._scatter(steps, classes, start, DOC_STREAMS, 0)
        return running_sums(steps, starts, counts).astype(np.uint32)

    def _scatter(
        self, into: NDArray[Any], classes: NDArray[np.uint8], start: int, parts: tuple[str, ...], column: int
    ) -> None:
        """Put each stream's elements from the term ``start`` on where ``classes`` names the stream."""
        for number, part in enumerate(parts, 1):
            places = np.flatnonzero(classes == number)
            if len(places):
                begin = self._start(start, column + number - 1)
                into[places] = self._streams[part][begin : begin + len(places)]

    def block(self, start: int, stop: int) -> TermBlock:
        """The postings of a range of ordinals, for merging; without weights and values."""
        counts = self._df.rows(start, stop)
        _, freq_classes, place_classes = class_parts(self._classes[start:stop])
        freqs = np.ones(int(counts.sum()), np.uint32)
        self._scatter(
            freqs, np.repeat(freq_classes.astype(np.uint8), counts), start, FREQ_STREAMS, len(DOC_STREAMS)
        )
        positions = None
        if self.has_positions:
            occurrences = self._cf.rows(start, stop)
            positions = np.empty(int(occurrences.sum()), np.uint32)
            places = np.repeat(place_classes.astype(np.uint8), occurrences)
            self._scatter(positions, places, start, PLACE_STREAMS, len(DOC_STREAMS) + len(FREQ_STREAMS))
        terms = self.dictionary.range(start, stop)
        return TermBlock(terms, counts, self.docs_in_range(start, stop), freqs, positions)

    def ordinals_by_doc(self, documents: int) -> I8:
        """For a field with one term in a document: the ordinal of each document's term, -1 where it has none."""
        ordinals = np.full(documents, -1, np.int64)
        counts = self._df.rows(0, self.term_count)
        ordinals[self.docs_in_range(0, self.term_count)] = np.repeat(np.arange(self.term_count), counts)
        return ordinals
