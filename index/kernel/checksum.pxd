"""Sums of blocks, compared when something of a block is about to be read."""

from libc.stdint cimport uint8_t, uint32_t

cdef struct Sums:
    # Of the blocks of some data; the data stay where they are as long as the owner is there.
    const uint8_t *data
    size_t size
    const uint32_t *sums
    uint8_t *unread  # a byte a block: whether it is still to be compared; never set again
    size_t count
    uint32_t shift  # a block has so many bits' worth of bytes
    void *owner

cdef int compare_block(const Sums *sums, size_t number) except -1 nogil

cdef inline int believe(const Sums *sums, const uint8_t *start, const uint8_t *end) except -1 nogil:
    """Compare the blocks of some bytes, which lie in the data, where that was not done; nothing of no sums."""
    cdef size_t number, last
    if sums == NULL or start >= end:
        return 0
    number, last = (start - sums.data) >> sums.shift, (end - 1 - sums.data) >> sums.shift
    while number <= last:
        if sums.unread[number]:
            compare_block(sums, number)
        number += 1
    return 0

cdef class CheckedBlocks:
    cdef Sums own
    cdef const uint8_t[::1] data
    cdef const uint32_t[::1] sums
    cdef size_t block
    cdef object summing, damaged
    cdef bint usual  # whether ``first_wrong`` can tell: sums of the kernel, and blocks of a power of two
    cdef readonly bint sound
    cdef const Sums *for_reading(self, size_t start, size_t stop) except? NULL
    cpdef check(self, size_t start, size_t stop)
    cdef int compare(self, size_t number) except -1
    cdef int compare_some(self, size_t number, size_t last, bint again) except -1
