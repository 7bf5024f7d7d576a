"""The consonants of a word alone, as numbers."""

from libc.stdint cimport uint8_t, uint32_t, uint64_t

cdef enum:
    FIRST_LETTER = 0x980  # of the Bengali block
    LETTER_COUNT = 128


cdef class Skeletons:
    cdef bytes _first, _inner, _kinds, _breathed, _names
    cdef const uint8_t *first
    cdef const uint8_t *inner
    cdef const uint8_t *kinds
    cdef const uint8_t *breathed
    cdef uint8_t[LETTER_COUNT] cluster_of, cluster_symbol
    cdef uint8_t vowel, rhotic, nasal, velar

    cdef Py_ssize_t write(
        self, const uint32_t *letters, Py_ssize_t size, uint8_t *symbols, Py_ssize_t room
    ) noexcept nogil
    cdef Py_ssize_t conjunct(
        self, const uint32_t *letters, Py_ssize_t at, Py_ssize_t size, uint8_t *symbol
    ) noexcept nogil
    cdef uint64_t packed(self, const uint32_t *letters, Py_ssize_t size) noexcept nogil


cdef inline uint8_t code_at(const uint32_t *letters, Py_ssize_t at, Py_ssize_t size) noexcept nogil:
    """The place of a letter in the Bengali block; 0 for another, and beyond the word."""
    if 0 <= at < size and FIRST_LETTER < letters[at] < FIRST_LETTER + LETTER_COUNT:
        return <uint8_t> (letters[at] - FIRST_LETTER)
    return 0
