"""The letters of a word, in a room on the stack if they fit."""

from cpython.mem cimport PyMem_Free, PyMem_Malloc
from cpython.unicode cimport PyUnicode_AsUCS4
from libc.stdint cimport uint32_t

cdef enum:
    LONGEST = 96  # letters of a word for which no memory is asked for


cdef inline uint32_t *letters_of(str word, uint32_t *room) except NULL:
    """The letters of a word, in a room for ``LONGEST`` if they fit; ``let_go`` of them."""
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
