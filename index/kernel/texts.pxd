"""The chunks and the clusters of texts, for other modules of the kernel."""

from libc.stdint cimport int64_t, uint8_t, uint32_t

from onneshon.index.kernel.memory cimport Numbers


cdef class Chunks:
    cdef Numbers starts, ends, words
    cdef Py_ssize_t number_holding(self, int64_t word) noexcept


cdef class Clusters:
    cdef Numbers starts
    cdef uint32_t end
    cdef uint32_t offset(self, Py_ssize_t number) noexcept
    cdef Py_ssize_t count_before(self, uint32_t offset) noexcept
