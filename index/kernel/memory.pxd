"""Memory outside of Python: of all zeros, and rows of numbers that grow."""

from libc.stdint cimport uint32_t

cdef struct Numbers:
    uint32_t *values
    size_t size, room

cdef void *clear(size_t count, size_t size) except NULL nogil
cdef int make_room(Numbers *numbers, size_t room) except -1 nogil
cdef object array_of(const uint32_t *values, size_t size)

cdef inline int append(Numbers *numbers, uint32_t value) except -1 nogil:
    if numbers.size == numbers.room:
        make_room(numbers, 2 * numbers.room + 64)
    numbers.values[numbers.size] = value
    numbers.size += 1
    return 0
