"""How some terms begin, side by side: the first steps of a bisection without a look at each term where it is."""

from libc.stdint cimport uint8_t, uint64_t

cdef struct Head:
    # The first bytes of a term as numbers in the same order; 0 after its end.
    uint64_t first, second

cdef struct Heads:
    Head *values  # ascending
    Py_ssize_t count

cdef Head head_of(const uint8_t *term, size_t size) noexcept nogil
cdef Py_ssize_t heads_before(const Heads *heads, const Head *head) noexcept nogil
cdef Py_ssize_t heads_until(const Heads *heads, const Head *head, Py_ssize_t start) noexcept nogil
