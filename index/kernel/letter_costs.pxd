"""What it costs that letters are written as others, of one word that was typed."""

from libc.stdint cimport int32_t, uint8_t, uint32_t, uint64_t

from onneshon.index.kernel.bits cimport lowest
from onneshon.index.kernel.distances cimport MOST_LETTERS
from onneshon.index.kernel.letter_table cimport LetterTable

cdef enum:
    TAKES = 3  # a letter is written as none, as one or as two
    UNITS = 256
    LETTER_BITS = 64
    LETTER_COUNT = 128  # of the Bengali block


cdef struct Bounds:
    # What a word costs at least, by the letters that it and what was typed do not share.
    float[LETTER_BITS] wanting  # each letter of a word that was not typed
    float[LETTER_BITS] extra  # a letter typed that the word does not have
    float shorter  # each letter that the word has fewer than were typed


cdef struct Typed:
    Py_ssize_t size
    uint64_t signature  # one bit for each letter
    uint8_t[MOST_LETTERS] bits  # of each letter the place of its bit
    int32_t[TAKES][MOST_LETTERS + 1] rows  # of so many letters from a place on
    float[MOST_LETTERS] added  # what each letter costs that no letter of the word accounts for
    uint8_t[UNITS] made  # the units whose costs are in the table
    float *table  # of each unit its costs by the letters taken and by the place


cdef struct Least:
    # Of a row the least cost, the bit of its unit, and the least cost of units of other bits.
    float cost, other
    uint8_t bit


cdef class LetterCosts:
    cdef const float[:, ::1] columns
    cdef LetterTable rows
    cdef float[LETTER_BITS] *wanting
    cdef Least *least
    cdef float[LETTER_COUNT] added
    cdef float other, repeated

    cdef Typed *read(self, str typed) except NULL
    cdef int32_t row_of(self, const uint32_t *letters, Py_ssize_t size) noexcept
    cdef float distance_to(
        self, Typed *typed, const uint8_t *codes, Py_ssize_t size, float most
    ) noexcept nogil
    cdef void make(self, Typed *typed, uint8_t unit) noexcept nogil
    cdef void bound(self, Bounds *bounds, const Typed *typed) noexcept nogil
    cdef float least_but(self, int32_t row, uint8_t bit) noexcept nogil
    cdef float least_at(self, const Typed *typed, Py_ssize_t place, uint8_t bit) noexcept nogil
    cdef float least_of_two(self, const Typed *typed, Py_ssize_t place, uint8_t bit) noexcept nogil


cdef void forget(Typed *typed) noexcept nogil


cdef inline float least_cost(const Bounds *bounds, uint64_t typed, uint64_t word) noexcept nogil:
    """What a word of these letters costs at least.

    Each of its letters that was not typed was written as something else, and each letter typed that it does
    not have was written for one of its letters; one cost may account for both.
    """
    cdef uint64_t wanting = word & ~typed, extra = typed & ~word
    cdef float cost = 0, other = 0
    while wanting:
        cost += bounds.wanting[lowest(wanting)]
        wanting &= wanting - 1
    while extra:
        other = max(other, bounds.extra[lowest(extra)])
        extra &= extra - 1
    return max(cost, other)
