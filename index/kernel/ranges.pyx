"""The posting lists of many terms in a row, such as all that begin alike, without an object for each."""

from cpython.buffer cimport PyBUF_SIMPLE, Py_buffer, PyBuffer_Release, PyObject_GetBuffer
from libc.stdint cimport uint8_t, uint16_t, uint32_t, uint64_t
from libc.stdlib cimport calloc

import numpy as np

from index.kernel.blocks cimport END, PADDING, Part, Postings, read_header
from index.kernel.clauses cimport Cursor, Source, document, open_cursor, seek
from index.kernel.errors import DamageError

__all__ = ["Range", "among"]


cdef class Range(Postings):
    """Posting lists of consecutive terms of a field of one segment, for counting: they are not one list.

    Args:
        data: all lists of a field, and ``PADDING`` bytes more.
        starts: where the data of each term begins, one more than there are terms, uint32.
        start: the first term.
        stop: the one after the last.
        documents: of the segment.
        positions: whether the field has them.
        base: the number of the segment's first document in the collection.

    Raises:
        DamageError: the data cannot be lists.
        ValueError: numbers that no lists have.
    """

    cdef Py_buffer buffer
    cdef bint open

    def __init__(
        self, data, const uint32_t[::1] starts not None, uint64_t start, uint64_t stop, uint32_t documents, *,
        bint positions, uint32_t base=0,
    ):
        cdef uint64_t term
        if self.open:
            raise ValueError("a range is made once")
        if start > stop or stop >= <uint64_t> len(starts) or <uint64_t> base + documents > END:
            raise ValueError("no such terms, or too many documents")
        PyObject_GetBuffer(data, &self.buffer, PyBUF_SIMPLE)
        self.open = True
        self.parts = <Part *> calloc(max(<uint64_t> 1, stop - start), sizeof(Part))
        if self.parts == NULL:
            raise MemoryError
        for term in range(start, stop):
            self.add(starts[term], starts[term + 1], documents, positions, base)

    cdef int add(self, uint64_t begin, uint64_t end, uint32_t documents, bint positions, uint32_t base) except -1:
        cdef Part *part = &self.parts[self.count]
        cdef const uint8_t *bytes = <const uint8_t *> self.buffer.buf
        if begin > end or end > <uint64_t> self.buffer.len or self.buffer.len - end < PADDING:
            raise DamageError("a posting list lies outside its section")
        part.documents, part.base, part.positions = documents, base, positions
        read_header(part, bytes + begin, bytes + end)
        self.count += 1
        self.held += part.df
        self.most = max(self.most, part.most)
        return 0

    def __dealloc__(self):
        if self.open:
            PyBuffer_Release(&self.buffer)


def among(ranges, const uint32_t[::1] docs not None):
    """How many lists of some ranges hold each of a few documents.

    Args:
        ranges: the lists.
        docs: ascending, each once, shape (documents,).

    Returns:
        Counts, uint16; those above 65,535 are given as that.

    Raises:
        DamageError: a list is damaged.
    """
    cdef uint16_t[::1] counts = np.zeros(len(docs) + 1, np.uint16)
    cdef Range one
    cdef int number
    if len(docs):
        for one in ranges:
            with nogil:
                for number in range(one.count):
                    count_among(&one.parts[number], &docs[0], len(docs), &counts[0])
    return np.asarray(counts)[:len(docs)]


cdef int count_among(const Part *part, const uint32_t *docs, Py_ssize_t size, uint16_t *counts) except -1 nogil:
    """Add one to the count of each document that a list holds; both are gone through once."""
    cdef Source source = Source(part, 1, 0, 1, NULL, NULL, 0, part.df, 1)
    cdef Cursor cursor
    cdef Py_ssize_t row = 0
    open_cursor(&cursor, &source)
    while row < size:
        seek(&cursor, docs[row])
        if document(&cursor) == docs[row]:
            counts[row] += counts[row] < 65535
        row += 1
        # Most lists are short: pass over the documents that come before the next of theirs.
        while row < size and docs[row] < document(&cursor):
            row += 1
    return 0
