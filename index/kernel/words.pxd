"""The words of a build, for other modules of the kernel."""

from libc.stdint cimport int64_t, uint16_t

from onneshon.index.kernel.memory cimport Numbers


cdef class WordTable:
    cdef object exact_of, stem_key
    cdef readonly list exact_terms, stem_terms
    cdef dict numbers, stem_numbers
    cdef Numbers stems
    cdef const uint16_t[::1] classes
    cdef int64_t number_of(self, str word) except -2
    cdef int64_t learn(self, str exact) except -2
    cdef int64_t plain(self, str text, Py_ssize_t at, Py_ssize_t end) except -2
    cdef uint16_t class_at(self, int kind, void *data, Py_ssize_t at) noexcept
