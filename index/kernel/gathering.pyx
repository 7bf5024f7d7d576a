"""The lists of many terms as arrays, for merging."""

from libc.stdint cimport uint8_t, uint32_t, uint64_t

import numpy as np

from onneshon.index.kernel.blocks cimport (
    Postings, copy_docs, copy_frequencies, copy_impacts, copy_positions, damaged,
)

__all__ = ["gather"]


def gather(lists):
    """Decode lists, one after another.

    Returns:
        Documents of each list, uint32; documents and impacts, uint32 and uint8, shape (postings,); frequencies
        and positions, uint32, or None for a field without.

    Raises:
        DamageError: a list is not one.
    """
    cdef Postings one
    cdef uint64_t total = 0, done = 0
    cdef int number
    counts = np.empty(len(lists), np.uint32)
    for place, one in enumerate(lists):
        counts[place] = one.held
        total += one.held
    cdef uint32_t[::1] docs = np.empty(total + 1, np.uint32)
    cdef uint8_t[::1] impacts = np.empty(total + 1, np.uint8)
    for one in lists:
        for number in range(one.count):
            copy_docs(&one.parts[number], &docs[done])
            copy_impacts(&one.parts[number], &impacts[done])
            done += one.parts[number].df
    arrays = counts, np.asarray(docs)[:total], np.asarray(impacts)[:total]
    if not len(lists) or not (<Postings> lists[0]).parts[0].positions:
        return *arrays, None, None
    return *arrays, *occurrences(lists, total)


cdef tuple occurrences(lists, uint64_t total):
    cdef Postings one
    cdef uint32_t[::1] frequencies = np.empty(total + 1, np.uint32)
    cdef uint64_t done = 0, places = 0, room = 0, place
    cdef int number
    for one in lists:
        for number in range(one.count):
            copy_frequencies(&one.parts[number], &frequencies[done])
            done += one.parts[number].df
            for place in range(done - one.parts[number].df, done):
                places += frequencies[place]
            room += one.parts[number].end - one.parts[number].places
    if places > room:  # a position takes a byte or more
        damaged()
    cdef uint32_t[::1] positions = np.empty(places + 1, np.uint32)
    cdef uint32_t *into = &positions[0]
    done = 0
    for one in lists:
        for number in range(one.count):
            into = copy_positions(&one.parts[number], &frequencies[done], into)
            done += one.parts[number].df
    return np.asarray(frequencies)[:total], np.asarray(positions)[:places]
