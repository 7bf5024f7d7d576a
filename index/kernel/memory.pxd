"""C memory: zeroed arrays, growing arrays of numbers, and the code points of a word."""

from cpython.mem cimport PyMem_Free, PyMem_Malloc
from cpython.unicode cimport PyUnicode_AsUCS4
from libc.stdint cimport uint32_t, uint64_t
from libc.stdlib cimport calloc, realloc
from libc.string cimport memcpy

cdef enum:
    LONGEST = 96  # code points of a word for which no memory is allocated

cdef struct Numbers:
    uint32_t *values
    size_t size, room


cdef inline int ones(uint64_t bits) noexcept nogil:
    """The number of set bits."""
    bits -= bits >> 1 & 0x5555555555555555ULL
    bits = (bits & 0x3333333333333333ULL) + (bits >> 2 & 0x3333333333333333ULL)
    return <int> (((bits + (bits >> 4)) & 0x0F0F0F0F0F0F0F0FULL) * 0x0101010101010101ULL >> 56)


cdef inline void *clear(size_t count, size_t size) except NULL nogil:
    """Zeroed memory for ``count`` items of ``size`` bytes, which the caller frees."""
    cdef void *data = calloc(max(count, <size_t> 1), size)
    if data == NULL:
        with gil:
            raise MemoryError
    return data


cdef inline int make_room(Numbers *numbers, size_t room) except -1 nogil:
    """Make room for at least ``room`` numbers."""
    cdef void *data
    if room <= numbers.room:
        return 0
    data = realloc(numbers.values, room * sizeof(uint32_t))
    if data == NULL:
        with gil:
            raise MemoryError
    numbers.values, numbers.room = <uint32_t *> data, room
    return 0


cdef inline int append(Numbers *numbers, uint32_t value) except -1 nogil:
    if numbers.size == numbers.room:
        make_room(numbers, 2 * numbers.room + 64)
    numbers.values[numbers.size] = value
    numbers.size += 1
    return 0


cdef inline object array_of(const uint32_t *values, size_t size):
    """A copy as a NumPy array, uint32."""
    import numpy as np

    cdef uint32_t[::1] view
    array = np.empty(size, np.uint32)
    if size:
        view = array
        memcpy(&view[0], values, size * sizeof(uint32_t))
    return array


cdef inline uint32_t *letters_of(str word, uint32_t *room) except NULL:
    """The code points of a word, in ``room`` (for ``LONGEST``) or in memory that ``let_go`` frees."""
    cdef Py_ssize_t size = len(word)
    cdef uint32_t *letters = room
    if size > LONGEST:
        letters = <uint32_t *> PyMem_Malloc(size * sizeof(uint32_t))
        if letters == NULL:
            raise MemoryError
    if size:
        PyUnicode_AsUCS4(word, <Py_UCS4 *> letters, size, 0)
    return letters


cdef inline void let_go(uint32_t *letters, const uint32_t *room) noexcept:
    if letters != room:
        PyMem_Free(letters)
