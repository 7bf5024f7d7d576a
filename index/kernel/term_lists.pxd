"""The posting lists of the terms of a field, and of those that follow each other."""

from libc.stdint cimport int64_t, uint8_t, uint32_t, uint64_t

from onneshon.index.kernel.blocks cimport Part
from onneshon.index.kernel.checksum cimport CheckedBlocks, Sums
from onneshon.index.kernel.dictionary cimport Dictionary

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
