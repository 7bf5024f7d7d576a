"""One list of all documents that hold something in any of its writings, with impacts as if it were one word.

A window of documents after another: each writing adds its frequencies to those of the documents in it.
"""

from libc.math cimport rint
from libc.stdint cimport uint8_t, uint32_t, uint64_t
from libc.stdlib cimport free

import numpy as np

from onneshon.index.kernel.bits cimport lowest
from onneshon.index.kernel.blocks cimport END
from onneshon.index.kernel.clauses cimport (
    Cursor, Source, check_ascending, document, load_next, not_before, open_cursor, source_of,
)
from onneshon.index.kernel.memory cimport clear

__all__ = ["as_one_word"]

cdef enum:
    MOST = 255  # the greatest impact
    IMPACTS = 256  # with 0, which no document has
    WINDOW = 2048  # documents; what is noted of them stays in the nearest cache
    GROUP = 64  # documents that have a bit each in one number
    GROUPS = 32  # of a window


cdef struct Writing:
    Cursor cursor
    double weight
    const double *frequencies  # of each document of an array; NULL for a posting list
    uint8_t[IMPACTS] alone  # for each impact that of the whole where nothing else is held; 0 until it is asked for


cdef struct Window:
    # What is known of the documents from ``first`` on; of one whose bit is 0 nothing.
    uint32_t first
    uint64_t[GROUPS] held
    double[WINDOW] frequencies
    uint8_t[WINDOW] impacts


cdef inline uint8_t impact_of(double frequency, double k1) noexcept nogil:
    return <uint8_t> max(1, min(MOST, rint(MOST * frequency / (frequency + k1))))


cdef Source source_of_array(const uint32_t[::1] docs, const double[::1] frequencies) except *:
    cdef Source source = Source(NULL, 0, 0, 0, NULL, NULL, NULL, len(docs), len(docs), 0)
    if len(docs) != len(frequencies):
        raise ValueError("a frequency for each document is wanted")
    check_ascending(docs)
    if len(docs):
        source.docs = &docs[0]
    return source


cdef class Writings:
    """What is put together; let go of at the end, whatever happens.

    Attributes:
        most: documents of all writings, each for itself.
    """

    cdef Writing *writings
    cdef Window *window
    cdef int count
    cdef size_t most
    cdef object owners
    cdef const double *table
    cdef double k1

    def __dealloc__(self):
        free(self.writings)
        free(self.window)

    cdef int set_up(self, list writings, const double *table, double k1) except -1:
        cdef Source source
        cdef const double[::1] frequencies
        cdef Writing *writing
        cdef int i
        self.writings = <Writing *> clear(len(writings), sizeof(Writing))
        self.window = <Window *> clear(1, sizeof(Window))
        self.count, self.owners, self.table, self.k1 = len(writings), writings, table, k1
        for i, (found, weight) in enumerate(writings):
            writing = &self.writings[i]
            writing.weight = weight
            if isinstance(found, tuple):
                frequencies = found[1]
                source = source_of_array(found[0], frequencies)
                if len(frequencies):
                    writing.frequencies = &frequencies[0]
            else:
                source = source_of(found)
            self.most += source.df
            open_cursor(&writing.cursor, &source)
        return 0

    cdef size_t run(self, uint32_t *docs, uint8_t *impacts) except? 0 nogil:
        """Fill arrays with room for the most documents that there can be; gives how many there are."""
        cdef uint32_t first
        cdef size_t done = 0
        cdef int i
        while True:
            first = END
            for i in range(self.count):
                first = min(first, document(&self.writings[i].cursor))
            if first == END:
                return done
            self.window.first = first // GROUP * GROUP
            for i in range(self.count):
                self.add(&self.writings[i])
            done += self.take(&docs[done], &impacts[done])

    cdef int add(self, Writing *writing) except -1 nogil:
        """Add the documents of a writing that are in the window, and leave its cursor after them."""
        cdef Cursor *cursor = &writing.cursor
        cdef uint32_t stop
        cdef uint64_t end = <uint64_t> self.window.first + WINDOW
        while cursor.size and cursor.docs[cursor.at] < end:
            stop = cursor.size
            if cursor.docs[stop - 1] >= end:
                stop = not_before(cursor.docs, cursor.at, stop, <uint32_t> end)
            self.add_postings(writing, stop)
            cursor.at = stop
            if stop == cursor.size:
                load_next(cursor)
        return 0

    cdef void add_postings(self, Writing *writing, uint32_t stop) noexcept nogil:
        cdef const Cursor *cursor = &writing.cursor
        cdef const uint32_t *docs = cursor.docs
        cdef const uint8_t *impacts = cursor.impacts
        cdef uint8_t *alone = writing.alone
        cdef uint32_t i
        cdef double frequency
        if impacts == NULL:
            for i in range(cursor.at, stop):
                frequency = writing.frequencies[cursor.number + i] * writing.weight
                self.add_one(docs[i], frequency, impact_of(frequency, self.k1))
            return
        for i in range(cursor.at, stop):
            frequency = self.table[impacts[i]] * writing.weight
            if not alone[impacts[i]]:
                alone[impacts[i]] = impact_of(frequency, self.k1)
            self.add_one(docs[i], frequency, alone[impacts[i]])

    cdef inline void add_one(self, uint32_t doc, double frequency, uint8_t alone) noexcept nogil:
        """Add a frequency to a document, and what impact it has alone."""
        cdef Window *window = self.window
        cdef uint32_t place = doc - window.first
        cdef uint64_t bit = <uint64_t> 1 << place % GROUP
        if window.held[place // GROUP] & bit:
            frequency += window.frequencies[place]
            alone = impact_of(frequency, self.k1)
        window.held[place // GROUP] |= bit
        window.frequencies[place] = frequency
        window.impacts[place] = alone

    cdef size_t take(self, uint32_t *docs, uint8_t *impacts) noexcept nogil:
        """Move the documents of the window to arrays; gives how many there were."""
        cdef Window *window = self.window
        cdef uint32_t group, place
        cdef uint64_t held
        cdef size_t done = 0
        for group in range(GROUPS):
            held = window.held[group]
            window.held[group] = 0
            while held:
                place = group * GROUP + lowest(held)
                docs[done], impacts[done] = window.first + place, window.impacts[place]
                done += 1
                held &= held - 1
        return done


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
        ValueError: arrays of different lengths, documents that do not ascend, or a table of another length.
    """
    cdef Writings together = Writings()
    cdef uint32_t[::1] docs
    cdef uint8_t[::1] held
    cdef size_t found = 0
    if len(table) <= MOST:
        raise ValueError("each impact stands for a frequency")
    together.set_up(list(writings), &table[0], k1)
    docs, held = np.empty(together.most, np.uint32), np.empty(together.most, np.uint8)
    if together.most:
        with nogil:
            found = together.run(&docs[0], &held[0])
    return np.asarray(docs)[:found], np.asarray(held)[:found]
