"""The best of the documents that come by, and all that tie with the last of them.

More are gathered than are wanted; whenever the room is full, those below the k-th best score are dropped.
"""

from libc.stdint cimport uint32_t
from libc.stdlib cimport free, realloc
from libc.string cimport memcpy

cdef enum:
    SPARE = 4  # times as many as are wanted are gathered
    FEW = 256


cdef int open_best(Best *best, size_t k) except -1 nogil:
    best.docs = best.scores = best.copy = NULL
    best.size = best.room = 0
    best.k = k
    best.least = 1
    return grow(best, SPARE * min(k, <size_t> 1 << 20) + FEW)


cdef void close_best(Best *best) noexcept nogil:
    free(best.docs)
    free(best.scores)
    free(best.copy)


cdef int grow(Best *best, size_t room) except -1 nogil:
    cdef uint32_t **each
    cdef void *data
    cdef uint32_t ***all = [&best.docs, &best.scores, &best.copy]
    cdef int i
    for i in range(3):
        each = all[i]
        data = realloc(each[0], room * sizeof(uint32_t))
        if data == NULL:
            with gil:
                raise MemoryError
        each[0] = <uint32_t *> data
    best.room = room
    return 0


cdef int make_room(Best *best) except -1 nogil:
    """Drop what is not among the best; where too many are, get more room."""
    settle(best)
    return grow(best, 2 * best.room) if 2 * best.size > best.room else 0


cdef int settle(Best *best) except -1 nogil:
    """Drop what is below the k-th best score."""
    cdef size_t i, kept = 0
    if not best.k or best.size <= best.k:
        return 0
    memcpy(best.copy, best.scores, best.size * sizeof(uint32_t))
    best.least = greatest(best.copy, best.size, best.k)
    for i in range(best.size):
        if best.scores[i] >= best.least:
            best.docs[kept] = best.docs[i]
            best.scores[kept] = best.scores[i]
            kept += 1
    best.size = kept
    return 0


cdef uint32_t greatest(uint32_t *values, size_t size, size_t k) noexcept nogil:
    """The k-th greatest of some values, 1 <= k <= size, whose order is lost (quickselect: Hoare, 1961)."""
    cdef Py_ssize_t low = 0, high = <Py_ssize_t> size - 1, place = <Py_ssize_t> k - 1, i, j
    cdef uint32_t pivot, swapped
    while low < high:
        pivot = middle_of(values[low], values[(low + high) // 2], values[high])
        i, j = low, high
        while i <= j:
            while values[i] > pivot:
                i += 1
            while values[j] < pivot:
                j -= 1
            if i <= j:
                swapped = values[i]
                values[i], values[j] = values[j], swapped
                i += 1
                j -= 1
        if place <= j:
            high = j
        elif place >= i:
            low = i
        else:
            break
    return values[place]


cdef inline uint32_t middle_of(uint32_t a, uint32_t b, uint32_t c) noexcept nogil:
    return max(min(a, b), min(max(a, b), c))
