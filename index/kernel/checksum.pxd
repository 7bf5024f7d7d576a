"""Sums of blocks, compared when something of a block is about to be read."""

from libc.stdint cimport uint32_t, uint8_t

cdef class CheckedBlocks:
    cdef const uint8_t[::1] data
    cdef const uint32_t[::1] sums
    cdef size_t block
    cdef object summing
    cdef bytearray unread
    cdef readonly size_t left
    cpdef check(self, size_t start, size_t stop)
    cdef int compare(self, size_t start, size_t stop) except -1
    cdef int compare_block(self, size_t number) except -1
    cdef uint32_t sum_of_block(self, size_t number) except? 0
