"""Documents that are gathered before it is known which of them hold enough."""

from libc.stdint cimport uint32_t

from onneshon.index.kernel.passes cimport Gathered, Search

cdef enum:
    # Whether merging lists costs less than adding them up in windows.
    MOST_LISTS = 8  # each of which is looked at for each document
    SPARSE = 16  # documents of the collection for each posting, at the least

cdef int choose(Search *search, uint32_t cut) except -1 nogil

cdef class Merged:
    cdef Gathered gathered
    cdef int merge(self, Search *search) except -1 nogil
