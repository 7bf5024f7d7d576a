"""The posting lists of the terms of a field, and of those that follow each other."""

from libc.stdint cimport uint8_t, uint32_t, uint64_t

from index.kernel.blocks cimport Part
from index.kernel.checksum cimport CheckedBlocks, Sums
from index.kernel.dictionary cimport Dictionary

cdef struct Range:
    # The lists of consecutive terms.
    const uint8_t *data
    uint64_t size
    const uint32_t *starts  # where the data of each term begins, and where that of the last ends
    int count
    uint32_t documents, base
    bint positions
    const Sums *sums

cdef int read_list(const Range *range, int place, Part *part) except -1 nogil

cdef class TermRange:
    cdef Range range
    cdef CheckedBlocks checked
    cdef const uint8_t[::1] data
    cdef const uint32_t[::1] starts

cdef class TermLists:
    cdef Dictionary dictionary
    cdef CheckedBlocks checked
    cdef const uint8_t[::1] data
    cdef const uint32_t[::1] starts
    cdef uint32_t documents
    cdef bint positions
