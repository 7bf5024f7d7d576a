"""The best of some scores in their order."""

from libc.stdlib cimport free, qsort

import numpy as np

from index.kernel.memory cimport clear

__all__ = ["best_first"]


cdef struct Place:
    double score
    Py_ssize_t place


cdef int comes_first(const void *one, const void *other) noexcept nogil:
    """The greater score first, of equal ones the lower place."""
    cdef const Place *a = <const Place *> one
    cdef const Place *b = <const Place *> other
    if a.score != b.score:
        return -1 if a.score > b.score else 1
    return (a.place > b.place) - (a.place < b.place)


cdef double kth_best(const Place *places, double *values, Py_ssize_t size, Py_ssize_t k) noexcept nogil:
    """The k-th greatest score, 1 <= k <= size (quickselect: Hoare, 1961)."""
    cdef Py_ssize_t low = 0, high = size - 1, i, j
    cdef double pivot
    for i in range(size):
        values[i] = places[i].score
    while low < high:
        pivot = values[(low + high) // 2]
        i, j = low, high
        while i <= j:
            while values[i] > pivot:
                i += 1
            while values[j] < pivot:
                j -= 1
            if i <= j:
                values[i], values[j] = values[j], values[i]
                i += 1
                j -= 1
        if k - 1 <= j:
            high = j
        elif k - 1 >= i:
            low = i
        else:
            break
    return values[k - 1]


def best_first(const double[::1] scores not None, Py_ssize_t k):
    """The places of the best scores, best first, equal ones in the order of their places.

    Args:
        scores: numbers, shape (documents,).
        k: how many; those that tie with the last of them come as well. All where there are no more.

    Returns:
        Places, intp.
    """
    cdef Py_ssize_t size = len(scores), kept = 0, i
    cdef Place *places = <Place *> clear(size, sizeof(Place))
    cdef double *values = NULL
    cdef double least
    cdef Py_ssize_t[::1] into
    try:
        for i in range(size):
            places[i] = Place(scores[i], i)
        kept = size
        if 0 < k < size:
            values = <double *> clear(size, sizeof(double))
            least = kth_best(places, values, size, k)
            kept = 0
            for i in range(size):
                if places[i].score >= least:
                    places[kept] = places[i]
                    kept += 1
        qsort(places, kept, sizeof(Place), &comes_first)
        found = np.empty(kept, np.intp)
        into = found
        for i in range(kept):
            into[i] = places[i].place
        return found
    finally:
        free(places)
        free(values)
