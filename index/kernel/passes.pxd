"""One pass over the documents of a collection: what it works with and what it has found."""

from libc.stdint cimport uint8_t, uint32_t, uint64_t

from onneshon.index.kernel.best cimport Best
from onneshon.index.kernel.clauses cimport Cursor, Source
from onneshon.index.kernel.clock cimport Clock
from onneshon.index.kernel.memory cimport Numbers

cdef enum:
    WINDOW = 8192  # documents; their sums stay in the nearest cache
    GROUP = 64  # documents of which none is looked at where none was added to

cdef struct Gathered:
    # Documents, ascending, with their sums and how much they hold.
    Numbers docs, sums, held

cdef struct Search:
    # One pass over the documents.
    uint32_t size  # documents in all
    uint32_t lo  # the first document of the window
    uint32_t *sums
    uint8_t *touched  # a byte a group
    const uint8_t *kept  # a bit a document, NULL for all
    Py_ssize_t kept_bytes
    uint8_t *matched  # likewise; NULL where it is not asked for
    # How much each document of the window holds, where that is asked for; else NULL.
    uint32_t *held
    uint32_t *marks  # the last thing that a document was seen to hold
    uint32_t cut  # documents that hold less are not found
    uint32_t whole  # what a document of everything holds
    uint32_t greatest  # that a document was seen to hold
    uint64_t total, total_all
    # Where documents go until it is known what the greatest holds; NULL where they are taken at once.
    Gathered *gathered
    double share  # of what the greatest holds, below which a document is not found
    uint32_t reachable  # the most that any document can hold
    Cursor *finding
    int finders
    uint32_t *weight  # of the thing that each finding list is of; 0 for none
    uint32_t *thing  # its number, counted from 1; 0 where no other list is of it
    Cursor *following  # lists that are added to the documents of a window that were found in it
    int followers
    Cursor *adding  # lists in which single documents are looked up
    int adders
    uint32_t *rest  # the most that this and the later adding lists add
    Best best
    Clock clock

cdef uint32_t cut_of(double share, uint32_t greatest) noexcept nogil
cdef int gather(Gathered *gathered, uint32_t doc, uint32_t sum, uint32_t held) except -1 nogil
cdef int take(Search *search, uint32_t doc, uint32_t sum) except -1 nogil

cdef class Found:
    cdef readonly object docs, scores, total, total_all, matched, complete

cdef class Memory:
    cdef Search search
    cdef Cursor *cursors
    cdef Cursor *excluded
    cdef Source *sources
    cdef int excluders
    cdef bint wants_matched
    cdef object owners, matched
    cdef const uint8_t[::1] kept
    cdef int set_up(
        self, list finding, list following, list adding, list excluded, uint32_t size, kept, bint matched,
        double seconds
    ) except -1
    cdef int read_sources(self, uint32_t size) except -1
    cdef int keep(self, kept) except -1
    cdef int begin_windows(self) except -1
    cdef int begin_matched(self) except -1
    cdef int begin(self, size_t k) except -1
    cdef object found(self)
