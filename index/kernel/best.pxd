"""The best of the documents that come by."""

from libc.stdint cimport uint32_t

cdef struct Best:
    uint32_t *docs
    uint32_t *scores
    uint32_t *copy
    size_t size, room
    size_t k  # how many are wanted; 0 for all
    uint32_t least  # a score below is not among the k best; 1 or more

cdef int open_best(Best *best, size_t k) except -1 nogil
cdef void close_best(Best *best) noexcept nogil
cdef int settle(Best *best) except -1 nogil

cdef inline int push(Best *best, uint32_t doc, uint32_t score) except -1 nogil:
    """Take a document of which the score is not below ``least``."""
    if best.size == best.room:
        make_room(best)
        if score < best.least:
            return 0
    best.docs[best.size] = doc
    best.scores[best.size] = score
    best.size += 1
    return 0

cdef int make_room(Best *best) except -1 nogil
