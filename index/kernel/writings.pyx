"""One list of all documents that hold something in any of its writings, with impacts as if it were one word."""

from libc.math cimport rint
from libc.stdint cimport uint8_t, uint32_t
from libc.stdlib cimport free

import numpy as np

from index.kernel.blocks cimport END
from index.kernel.clauses cimport Cursor, Source, document, load_next, open_cursor, source_of
from index.kernel.memory cimport Numbers, append, array_of, clear

__all__ = ["as_one_word"]

cdef enum:
    MOST = 255  # the greatest impact
    IMPACTS = 256  # with 0, which no document has


cdef struct Writing:
    Cursor cursor
    double weight
    const double *frequencies  # of each document of an array; NULL for a posting list
    uint8_t[IMPACTS] alone  # for each impact that of the whole where nothing else is held; 0 until it is asked for


cdef inline int step(Cursor *cursor) except -1 nogil:
    cursor.at += 1
    if cursor.at >= cursor.size:
        load_next(cursor)
    return 0


cdef inline uint8_t impact_of(double frequency, double k1) noexcept nogil:
    return <uint8_t> max(1, min(MOST, rint(MOST * frequency / (frequency + k1))))


cdef class Writings:
    """What is put together; let go of at the end, whatever happens."""

    cdef Writing *writings
    cdef int count
    cdef object owners
    cdef Numbers docs, impacts

    def __dealloc__(self):
        free(self.writings)
        free(self.docs.values)
        free(self.impacts.values)

    cdef int set_up(self, list writings) except -1:
        cdef Source source
        cdef const uint32_t[::1] docs
        cdef const double[::1] frequencies
        cdef Writing *writing
        cdef int i
        self.writings = <Writing *> clear(len(writings), sizeof(Writing))
        self.count, self.owners = len(writings), writings
        for i, (found, weight) in enumerate(writings):
            writing = &self.writings[i]
            writing.weight = weight
            if isinstance(found, tuple):
                docs, frequencies = found
                if len(docs) != len(frequencies):
                    raise ValueError("a frequency for each document is wanted")
                source = Source(NULL, 0, 0, 0, NULL, NULL, len(docs), len(docs), 0)
                if len(docs):
                    source.docs, writing.frequencies = &docs[0], &frequencies[0]
            else:
                source = source_of(found)
            open_cursor(&writing.cursor, &source)
        return 0

    cdef int run(self, const double *table, double k1) except -1 nogil:
        cdef uint32_t doc, there, second
        cdef int i, first = 0
        while True:
            doc = second = END
            for i in range(self.count):
                there = document(&self.writings[i].cursor)
                if there < doc:
                    doc, second, first = there, doc, i
                elif there < second:
                    second = there
            if doc == END:
                return 0
            if doc < second:
                self.take_alone(&self.writings[first], second, table, k1)
            else:
                self.take_together(doc, table, k1)

    cdef int take_alone(self, Writing *writing, uint32_t end, const double *table, double k1) except -1 nogil:
        """Take the documents of a writing before one, which are in no other."""
        cdef Cursor *cursor = &writing.cursor
        cdef uint8_t *impact
        while cursor.size and cursor.docs[cursor.at] < end:
            append(&self.docs, cursor.docs[cursor.at])
            if cursor.impacts != NULL:
                impact = &writing.alone[cursor.impacts[cursor.at]]
                if not impact[0]:
                    impact[0] = impact_of(table[cursor.impacts[cursor.at]] * writing.weight, k1)
                append(&self.impacts, impact[0])
            else:
                append(&self.impacts, impact_of(
                    writing.frequencies[cursor.number + cursor.at] * writing.weight, k1
                ))
            step(cursor)
        return 0

    cdef int take_together(self, uint32_t doc, const double *table, double k1) except -1 nogil:
        """Take a document of several writings."""
        cdef Writing *writing
        cdef Cursor *cursor
        cdef double frequency = 0
        cdef int i
        for i in range(self.count):
            writing = &self.writings[i]
            cursor = &writing.cursor
            if document(cursor) == doc:
                if cursor.impacts != NULL:
                    frequency += table[cursor.impacts[cursor.at]] * writing.weight
                else:
                    frequency += writing.frequencies[cursor.number + cursor.at] * writing.weight
                step(cursor)
        append(&self.docs, doc)
        append(&self.impacts, impact_of(frequency, k1))
        return 0


def as_one_word(writings, const double[::1] table not None, double k1):
    """Documents of any of some writings, and the impact of the sum of their frequencies in each.

    Args:
        writings: each a posting list, or documents with the normed frequency of each; and the weight that
            multiplies its frequencies.
        table: the normed frequency that each impact stands for, shape (256,).
        k1: how slowly repetitions stop counting; see ``index.ranking.impacts``.

    Returns:
        Documents, ascending, uint32, and impacts, uint8.

    Raises:
        DamageError: a list is damaged.
        ValueError: arrays of different lengths, or a table of another.
    """
    cdef Writings found = Writings()
    if len(table) <= MOST:
        raise ValueError("each impact stands for a frequency")
    found.set_up(list(writings))
    with nogil:
        found.run(&table[0], k1)
    return (
        array_of(found.docs.values, found.docs.size),
        array_of(found.impacts.values, found.impacts.size).astype(np.uint8),
    )
