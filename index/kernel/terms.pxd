"""Looks up the terms of a field, reads their posting lists, and cuts words into two terms."""

from libc.stdint cimport int64_t, uint32_t, uint64_t, uint8_t

from onneshon.index.kernel.postings cimport CheckedBlocks, Part, Sums

cdef struct Head:
    # The first 16 bytes of a term as two numbers, which sort as terms do; bytes after its end are 0.
    uint64_t first, second

cdef struct Heads:
    Head *values  # ascending
    Py_ssize_t count

cdef Head head_of(const uint8_t *term, size_t size) noexcept nogil
cdef Py_ssize_t heads_before(const Heads *heads, const Head *head) noexcept nogil
cdef Py_ssize_t heads_until(const Heads *heads, const Head *head, Py_ssize_t start) noexcept nogil

cdef class Dictionary:
    cdef const uint8_t[::1] terms, shared, endings
    cdef const uint32_t[::1] groups
    cdef Heads heads  # of every ``step``-th group; made at the first look-up
    cdef Py_ssize_t step

    cdef int64_t ordinal_of(self, str term) except -2
    cdef int bounds_of(self, bytes prefix, uint64_t *start, uint64_t *stop) except -1
    cdef int64_t find_ordinal(self, const uint8_t *term, size_t size, bint *found) except -1
    cdef int _sample(self) except -1
    cdef bint _head_is_greater(self, Py_ssize_t group, const uint8_t *term, size_t size) except -1 nogil
    cdef int64_t _walk(self, Py_ssize_t group, const uint8_t *term, size_t size, bint *found) except -1 nogil
    cdef int64_t _ending(self, Py_ssize_t ordinal, uint64_t *at) except -1 nogil

cdef struct Range:
    # The posting lists of consecutive terms.
    const uint8_t *data
    uint64_t size
    const uint32_t *starts  # where the data of each term begins, and the end of the last
    int count
    uint32_t documents, base
    bint positions
    const Sums *sums

cdef int read_list(const Range *range, int index, Part *part) except -1 nogil

cdef class TermRange:
    cdef Range range
    cdef CheckedBlocks checked
    cdef const uint8_t[::1] data
    cdef const uint32_t[::1] starts

    cdef int set_up(
        self, uint64_t first, int count, uint32_t documents, uint32_t base, bint positions, const Sums *sums
    ) except -1

cdef class TermLists:
    cdef readonly Dictionary dictionary
    cdef CheckedBlocks checked
    cdef const uint8_t[::1] data
    cdef const uint32_t[::1] starts
    cdef uint32_t documents
    cdef bint positions

    cdef int64_t df_of(self, const uint8_t *term, size_t size) except -1
    cdef int64_t most_at(self, int64_t ordinal) except -1
    cdef int64_t df_at(self, int64_t ordinal) except -1
    cdef int ensure(self, Py_ssize_t ordinal) except -1
