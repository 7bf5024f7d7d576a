"""Strings of letters by what is noted of them: a table that asks for no string to be made."""

from libc.stdint cimport int32_t, uint32_t

from onneshon.index.kernel.memory cimport Numbers

cdef enum:
    LONGEST = 96  # letters of a word for which no memory is asked for

cdef struct Entry:
    uint32_t hash
    uint32_t key  # where its letters begin
    uint32_t length
    int32_t value  # -1 where the place is free


cdef class LetterTable:
    cdef Entry *places
    cdef uint32_t mask, filled
    cdef Numbers keys
    cdef readonly Py_ssize_t longest  # letters of the longest string

    cdef int put(self, str letters, int32_t value) except -1
    cdef int32_t find(self, const uint32_t *letters, Py_ssize_t size) noexcept
    cdef int32_t find_hashed(self, const uint32_t *letters, Py_ssize_t size, uint32_t hashed) noexcept
    cdef Entry *place_of(self, const uint32_t *letters, Py_ssize_t size, uint32_t hashed) noexcept
    cdef int grow(self) except -1


cdef inline uint32_t hash_with(uint32_t hashed, uint32_t letter) noexcept nogil:
    """The hash of a string with one letter more."""
    hashed = (hashed ^ letter) * 0x9E3779B1U
    return hashed ^ hashed >> 15


cdef LetterTable table_of(strings)
cdef uint32_t *letters_of(str word, uint32_t *room) except NULL
cdef void let_go(uint32_t *letters, const uint32_t *room) noexcept
