"""How far a typed word is from each of many: the cheapest way in which units of a word give all typed letters.

One step of the dynamic programme takes the next unit of a word. Words that begin as the one before them go on
from where that one was after the units they share.
"""

from libc.stdint cimport uint8_t
from libc.stdlib cimport free

import numpy as np

from index.kernel.memory cimport clear

__all__ = ["distances"]

cdef struct Table:
    const float *costs  # of a unit written as so many letters from a place on; shape (units, takes, places)
    Py_ssize_t units, takes, places


cdef void take_unit(const Table *table, uint8_t unit, const float *before, float *after) noexcept nogil:
    """What the first letters cost with one unit more, for each number of letters."""
    cdef const float *costs = table.costs + unit * table.takes * table.places
    cdef Py_ssize_t taken, place
    cdef float through
    for place in range(table.places):
        after[place] = before[place] + costs[place]
    for taken in range(1, min(table.takes, table.places)):
        costs += table.places
        for place in range(table.places - taken):
            through = before[place] + costs[place]
            after[place + taken] = min(after[place + taken], through)


cdef int measure(const Table *table, const uint8_t[:, :] words, float *rows, float *found, bint beginnings) noexcept nogil:
    """The distance of each word; 1 where a code has no row in the table."""
    cdef Py_ssize_t word, depth, length, known = 0, letters = table.places - 1
    cdef float *row
    for word in range(words.shape[1]):
        depth = 0
        while word and depth < known and words[depth, word] == words[depth, word - 1]:
            depth += 1
        length = depth
        while length < words.shape[0] and words[length, word]:
            if words[length, word] >= table.units:
                return 1
            row = rows + length * table.places
            take_unit(table, words[length, word], row, row + table.places)
            length += 1
        known = length
        found[word] = rows[length * table.places + letters]
        if beginnings:
            for depth in range(length):
                found[word] = min(found[word], rows[depth * table.places + letters])
    return 0


def distances(const float[:, :, ::1] table not None, const uint8_t[:, :] words not None, impossible, *, bint beginnings):
    """The distance of each of some words from what was typed.

    Args:
        table: what a unit (axis 0) costs that is written as so many letters (axis 1) from a place (axis 2) on;
            unit 0 is none.
        words: units, shape (units of the longest word, words); 0 fills up the shorter ones.
        impossible: more than any word costs.
        beginnings: whether the distance is that of the nearest beginning of a word.

    Returns:
        Costs, float32, shape (words,).

    Raises:
        ValueError: a unit is not in the table.
    """
    cdef Table costs = Table(NULL, table.shape[0], table.shape[1], table.shape[2])
    if not table.shape[0] or not table.shape[1] or not table.shape[2]:
        raise ValueError("a table has costs")
    costs.costs = &table[0, 0, 0]
    cdef float[::1] found = np.empty(words.shape[1] + 1, np.float32)
    cdef float *rows = <float *> clear((words.shape[0] + 1) * table.shape[2], sizeof(float))
    cdef float most = impossible
    cdef Py_ssize_t place
    cdef int wrong
    with nogil:
        for place in range(1, costs.places):
            rows[place] = most
        wrong = measure(&costs, words, rows, &found[0], beginnings)
    free(rows)
    if wrong:
        raise ValueError("a unit is not in the table")
    return np.asarray(found)[:words.shape[1]]
