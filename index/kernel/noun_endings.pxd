"""Which endings a noun carries; see ``noun_endings.pyx``."""

from libc.stdint cimport uint8_t, uint32_t

from onneshon.index.kernel.letter_table cimport LetterTable
from onneshon.index.kernel.memory cimport Numbers

cdef struct Ending:
    size_t at  # where its letters begin
    Py_ssize_t size, aksharas  # letters that it has; aksharas that must be left
    Py_UCS4 after  # what must stand before it, as noun_endings.tsv says
    bint one, one_noun  # whether it may follow one akshara alone; or a short noun


cdef class NounEndings:
    cdef bytes classes
    cdef Numbers letters
    cdef Ending *endings
    cdef Py_ssize_t count
    cdef LetterTable kept, tails, short_nouns

    cdef int add(self, str text, Py_ssize_t aksharas, Py_UCS4 after, bint one, bint one_noun) except -1
    cdef str unmarked(self, str word)
    cdef str shortened(self, str word)
    cdef Py_ssize_t left(self, const uint32_t *letters, Py_ssize_t size) noexcept
    cdef Py_ssize_t shorter(self, const uint32_t *letters, Py_ssize_t size, Py_ssize_t *kept) noexcept
    cdef bint fits(self, const Ending *ending, const uint32_t *letters, Py_ssize_t rest) noexcept
    cdef bint may_follow(self, const uint32_t *letters, Py_ssize_t rest, Py_UCS4 after) noexcept
    cdef bint is_kept(self, const uint32_t *letters, Py_ssize_t size) noexcept
    cdef Py_ssize_t count_of(self, const uint32_t *letters, Py_ssize_t size, Py_ssize_t enough) noexcept
    cdef uint8_t class_of(self, uint32_t letter) noexcept
