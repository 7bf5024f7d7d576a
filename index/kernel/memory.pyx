"""Memory outside of Python: of all zeros, and rows of numbers that grow."""

from libc.stdint cimport uint32_t
from libc.stdlib cimport calloc, realloc
from libc.string cimport memcpy

import numpy as np


cdef void *clear(size_t count, size_t size) except NULL nogil:
    """Memory for so many things, all 0; to be freed."""
    cdef void *data = calloc(max(count, <size_t> 1), size)
    if data == NULL:
        with gil:
            raise MemoryError
    return data


cdef int make_room(Numbers *numbers, size_t room) except -1 nogil:
    """Room for so many numbers."""
    cdef void *data
    if room <= numbers.room:
        return 0
    data = realloc(numbers.values, room * sizeof(uint32_t))
    if data == NULL:
        with gil:
            raise MemoryError
    numbers.values, numbers.room = <uint32_t *> data, room
    return 0


cdef object array_of(const uint32_t *values, size_t size):
    """A copy for Python, uint32."""
    cdef uint32_t[::1] view
    array = np.empty(size, np.uint32)
    if size:
        view = array
        memcpy(&view[0], values, size * sizeof(uint32_t))
    return array
