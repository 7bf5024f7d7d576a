"""The lists of a field by their terms: where each is, and how many documents it has."""

from libc.stdint cimport int64_t, uint8_t, uint32_t, uint64_t

from index.kernel.dictionary cimport Dictionary


cdef class Lists:
    cdef readonly Dictionary dictionary
    cdef const uint32_t[::1] starts
    cdef const uint8_t[::1] data
    cdef const uint32_t[::1] sums
    cdef uint8_t[::1] unread
    cdef uint64_t block
    cdef object memory, check
    cdef uint32_t documents
    cdef bint positions

    cdef int64_t most_at(self, int64_t ordinal) except -1
    cdef int64_t df_at(self, int64_t ordinal) except -1
    cdef int64_t df_of(self, const uint8_t *term, size_t size) except -1
    cdef int read(self, uint64_t start, uint64_t stop) except -1
    cdef bint is_sound(self, uint64_t block) noexcept
