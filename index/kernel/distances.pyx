"""What it costs to take what was typed for each of many words: the inner loop of the noisy channel."""

from libc.math cimport INFINITY
from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t

import numpy as np

__all__ = ["cost_table", "distances"]


cdef float distance_of(
    const float *table, Py_ssize_t most_taken, Py_ssize_t letters, const uint8_t *codes, Py_ssize_t size,
    uint8_t added, bint beginnings, float most,
) noexcept nogil:
    """The least cost of all typed letters for a word, or for the nearest beginning of it.

    Given up where no way can lead to a word any more that is no farther off than ``most``: it is farther then.
    """
    cdef float[MOST_LETTERS + 1] reached, after
    cdef const float *steps
    cdef float through, nearest, least
    cdef Py_ssize_t unit, taken, place
    reached[0] = 0
    for place in range(1, letters + 1):
        reached[place] = IMPOSSIBLE
    nearest = reached[letters]
    for unit in range(size):
        steps = table + <Py_ssize_t> (codes[unit] + added) * (most_taken + 1) * (letters + 1)
        for place in range(letters + 1):
            after[place] = reached[place] + steps[place]
        for taken in range(1, min(most_taken, letters) + 1):
            steps += letters + 1
            for place in range(letters + 1 - taken):
                through = reached[place] + steps[place]
                if through < after[place + taken]:
                    after[place + taken] = through
        least = INFINITY
        for place in range(letters + 1):
            reached[place] = after[place]
            least = min(least, after[place])
        if least > most:
            return INFINITY
        nearest = min(nearest, reached[letters])
    return nearest if beginnings else reached[letters]


def distances(
    const float[:, :, ::1] table not None, const uint8_t[::1] codes not None, const uint32_t[::1] starts not None,
    const int64_t[::1] places not None, *, uint8_t added=0, bint beginnings=False,
):
    """The distance of each of some words from what was typed.

    Args:
        table: what a unit (axis 0) costs that is written as so many letters (axis 1) from a place (axis 2) on;
            places are one more than the letters. Row 0 stands for no unit, and changes nothing.
        codes: the units of all words, one word after another.
        starts: where each word begins, and where the last ends.
        places: the words to measure.
        added: to each code.
        beginnings: measure the nearest beginning of each word.

    Returns:
        float32, shape (words,).

    Raises:
        ValueError: no such words, or codes without a row.
    """
    cdef float[::1] found = np.empty(len(places) + 1, np.float32)
    cdef Py_ssize_t i, unit, letters = table.shape[2] - 1
    cdef uint32_t start, stop
    if not 0 <= letters <= MOST_LETTERS or table.shape[1] < 1 or table.shape[0] < 1:
        raise ValueError("the table is of no text")
    for i in range(len(places)):
        if not 0 <= places[i] < len(starts) - 1:
            raise ValueError("no such word")
        start, stop = starts[places[i]], starts[places[i] + 1]
        if start > stop or stop > len(codes):
            raise ValueError("a word of an impossible length")
        for unit in range(start, stop):
            if codes[unit] + added >= table.shape[0]:
                raise ValueError("a word of no units")
    if not len(codes):
        return np.asarray(found)[:len(places)]
    with nogil:
        for i in range(len(places)):
            start, stop = starts[places[i]], starts[places[i] + 1]
            found[i] = distance_of(
                &table[0, 0, 0], table.shape[1] - 1, letters, &codes[0] + start, stop - start, added, beginnings,
                INFINITY,
            )
    return np.asarray(found)[:len(places)]


def cost_table(const float[:, ::1] columns not None, const int32_t[:, ::1] chosen not None, const float[::1] added not None):
    """What each unit costs that is written as so many of the letters typed, from each place on.

    A unit may be followed by a letter too many, or, at the start of the word, preceded by one.

    Args:
        columns: what each unit (axis 1) costs that is written as some letters (axis 0).
        chosen: the row of the letters typed, so many (axis 0) from a place (axis 1) on; places are one more than
            the letters.
        added: what each letter costs that no unit accounts for.

    Returns:
        float32, shape (units, letters taken, places); unit 0 stands for none, and changes nothing.

    Raises:
        ValueError: no such rows.
    """
    cdef Py_ssize_t units = columns.shape[1], takes = chosen.shape[0], places = chosen.shape[1], unit, taken, place
    if places != len(added) + 1 or not units or not takes:
        raise ValueError("letters without a cost")
    for taken in range(min(takes, places)):
        for place in range(places - taken):
            if not 0 <= chosen[taken, place] < columns.shape[0]:
                raise ValueError("no such letters")
    cdef float[:, :, ::1] table = np.empty((units, takes, places), np.float32)
    for unit in range(units):
        for taken in range(takes):
            for place in range(places):
                table[unit, taken, place] = IMPOSSIBLE
                if unit and place + taken < places:
                    table[unit, taken, place] = columns[chosen[taken, place], unit]
        if unit:
            allow_insertions(&table[unit, 0, 0], takes, places, &added[0] if places > 1 else NULL)
    table[0, 0, :] = 0
    return np.asarray(table)


cdef void allow_insertions(
    float *steps, Py_ssize_t takes, Py_ssize_t places, const float *added
) noexcept nogil:
    cdef Py_ssize_t taken, place
    cdef const float *fewer
    cdef float *here
    for taken in range(1, min(takes, places)):
        fewer, here = steps + (taken - 1) * places, steps + taken * places
        for place in range(places - taken):
            here[place] = min(here[place], fewer[place] + added[place + taken - 1])
        for place in range(places - taken if taken > 1 else 1):
            here[place] = min(here[place], fewer[place + 1] + added[place])
