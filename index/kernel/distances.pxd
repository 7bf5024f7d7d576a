"""What it costs to take what was typed for a word."""

from libc.stdint cimport uint8_t

cdef enum:
    MOST_LETTERS = 128
    IMPOSSIBLE = 99  # natural logarithm

cdef float distance_of(
    const float *table, Py_ssize_t most_taken, Py_ssize_t letters, const uint8_t *codes, Py_ssize_t size,
    uint8_t added, bint beginnings, float most,
) noexcept nogil

cdef void allow_insertions(
    float *steps, Py_ssize_t takes, Py_ssize_t places, const float *added
) noexcept nogil
