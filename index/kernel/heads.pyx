"""How some terms begin, side by side: the first steps of a bisection without a look at each term where it is.

Three places of a file are read to look at a term of a dictionary, and all steps but the last are at terms that
nobody has asked for lately. Here a few steps share what the processor fetches at once.
"""

from libc.stdint cimport uint8_t, uint64_t

cdef enum:
    HALF = 8  # bytes of a number


cdef Head head_of(const uint8_t *term, size_t size) noexcept nogil:
    cdef Head head
    head.first = number_of(term, size)
    head.second = number_of(term + HALF, size - HALF) if size > HALF else 0
    return head


cdef uint64_t number_of(const uint8_t *term, size_t size) noexcept nogil:
    """Up to eight bytes as a number, the first the highest."""
    cdef uint64_t number = 0
    cdef size_t i
    for i in range(HALF):
        number = number << 8 | (term[i] if i < size else 0)
    return number


cdef Py_ssize_t heads_before(const Heads *heads, const Head *head) noexcept nogil:
    """How many are less."""
    cdef Py_ssize_t low = 0, high = heads.count, middle
    cdef const Head *one
    while low < high:
        middle = (low + high) // 2
        one = &heads.values[middle]
        if one.first < head.first or (one.first == head.first and one.second < head.second):
            low = middle + 1
        else:
            high = middle
    return low


cdef Py_ssize_t heads_until(const Heads *heads, const Head *head, Py_ssize_t start) noexcept nogil:
    """The place after the last that is equal, from the first one on that is not less."""
    while (
        start < heads.count and heads.values[start].first == head.first
        and heads.values[start].second == head.second
    ):
        start += 1
    return start
