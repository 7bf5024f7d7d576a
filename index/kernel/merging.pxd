"""Disjunctions of short lists."""

from libc.stdint cimport uint32_t

from index.kernel.memory cimport Numbers
from index.kernel.passes cimport Search

cdef enum:
    # Whether merging lists costs less than adding them up in windows.
    MOST_LISTS = 8  # each of which is looked at for each document
    SPARSE = 16  # documents of the collection for each posting, at the least

cdef class Merged:
    cdef Numbers docs, sums, held
    cdef int merge(self, Search *search) except -1 nogil
    cdef int choose(self, Search *search, uint32_t cut) except -1 nogil
