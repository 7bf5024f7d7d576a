"""Finds a term among the front-coded terms of a field, by bisection over the mapped bytes."""

from libc.stdint cimport int64_t, uint8_t, uint32_t, uint64_t

from onneshon.index.kernel.heads cimport Heads


cdef class Dictionary:
    cdef const uint8_t[::1] terms, shared, endings
    cdef const uint32_t[::1] groups
    cdef Heads heads  # of each so many groups; made when a term is first looked for
    cdef Py_ssize_t step

    cdef int64_t ordinal_of(self, str term) except -2
    cdef int bounds_of(self, bytes prefix, uint64_t *start, uint64_t *stop) except -1
    cdef int64_t place_of(self, const uint8_t *term, size_t size, bint *found) except -1
    cdef int _sample(self) except -1
    cdef bint _head_is_greater(self, Py_ssize_t group, const uint8_t *term, size_t size) except -1 nogil
    cdef int64_t _walk(self, Py_ssize_t group, const uint8_t *term, size_t size, bint *found) except -1 nogil
    cdef int64_t _ending(self, Py_ssize_t ordinal, uint64_t *at) except -1 nogil
