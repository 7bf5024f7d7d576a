"""Bengali spellings letter by letter; see ``folding.pyx``."""

from libc.stdint cimport uint8_t, uint32_t

cdef enum:
    LETTERS = 128  # of the Bengali block
    MOST = 3  # letters that one becomes


cdef class Folding:
    cdef uint32_t[LETTERS][MOST] becomes
    cdef uint8_t[LETTERS] count  # letters that each becomes
    cdef bint[LETTERS] folded
    cdef dict distinct

    cdef str key_of(self, str stem)
    cdef bint applies(self, const uint32_t *letters, Py_ssize_t size) noexcept
    cdef str made_alike(self, uint32_t *letters, Py_ssize_t size)
    cdef str alike(self, const uint32_t *letters, Py_ssize_t size)
