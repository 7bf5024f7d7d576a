"""What a word costs at least, and at all, that was typed as another: costs are laid out as far as they are asked for.

The sums are those of ``cost_table`` and ``distances``, to the last bit: of a word that is held against a few
others, few letters are looked at.
"""

from libc.stdint cimport int32_t, uint8_t, uint32_t, uint64_t
from libc.stdlib cimport free, malloc

import numpy as np

from onneshon.index.kernel.distances cimport IMPOSSIBLE, MOST_LETTERS, allow_insertions, distance_of
from onneshon.index.kernel.letter_table cimport LONGEST, LetterTable, let_go, letters_of
from onneshon.index.kernel.memory cimport clear

__all__ = ["LetterCosts"]

cdef enum:
    FIRST_LETTER = 0x980
    NO_BIT = 255


cdef class LetterCosts:
    """What letters of the Bengali block cost that are written as others. Threads may share it.

    Args:
        columns: what each unit (axis 1, 256 of them) costs that is written as some letters (axis 0): first as
            none, as any one letter, and as any two.
        rows: the row of the letters that are listed.
        letters: what a letter costs that no unit accounts for.
        other: what any other such letter costs.
        repeated: what such a letter costs after itself.

    Raises:
        ValueError: costs below 0, units written as more than two letters, or other rows than there are.
    """

    def __cinit__(
        self, const float[:, ::1] columns not None, dict rows not None, dict letters not None, float other,
        float repeated,
    ):
        cdef Py_ssize_t i, row
        if columns.shape[0] < TAKES or columns.shape[1] != UNITS or min(0, other, repeated, *letters.values()) < 0:
            raise ValueError("costs of other letters")
        self.columns = np.ascontiguousarray(np.asarray(columns).T)  # a word is of few units
        self.rows, self.other, self.repeated = LetterTable(), other, repeated
        for spelt, row in rows.items():
            if len(spelt) >= TAKES or not 0 <= row < columns.shape[0]:
                raise ValueError("letters without a row")
            self.rows.put(spelt, <int32_t> row)
        for i in range(LETTER_COUNT):
            self.added[i] = letters.get(chr(FIRST_LETTER + i), other)
        self.wanting = <float[LETTER_BITS] *> clear(columns.shape[0], sizeof(float) * LETTER_BITS)
        self.least = <Least *> clear(columns.shape[0], sizeof(Least))
        for row in range(columns.shape[0]):
            note_least(&columns[row, 0], self.wanting[row], &self.least[row])

    def __dealloc__(self):
        free(self.wanting)
        free(self.least)

    def distance(self, str typed not None, const uint8_t[::1] codes not None, float most):
        """How far a word of some letters is from what was typed; infinitely far beyond ``most``."""
        cdef Typed *read = self.read(typed)
        try:
            return self.distance_to(read, &codes[0] if len(codes) else NULL, len(codes), most)
        finally:
            forget(read)

    def least_distance(self, str typed not None, uint64_t signature):
        """What a word costs at least that has letters of these bits."""
        cdef Typed *read = self.read(typed)
        cdef Bounds bounds
        self.bound(&bounds, read)
        cost = least_cost(&bounds, read.signature, signature)
        forget(read)
        return cost

    cdef Typed *read(self, str word) except NULL:
        """A word as it was typed, to be forgotten."""
        cdef uint32_t[LONGEST] room
        cdef uint32_t *letters
        cdef Py_ssize_t place, size = len(word)
        cdef Typed *typed
        if size > MOST_LETTERS:
            raise ValueError("too many letters")
        typed = <Typed *> malloc(sizeof(Typed) + UNITS * TAKES * (size + 1) * sizeof(float))
        if typed == NULL:
            raise MemoryError
        letters = letters_of(word, room)
        typed.size, typed.signature = size, 0
        typed.table = <float *> (typed + 1)
        for place in range(UNITS):
            typed.made[place] = False
        for place in range(size + 1):
            typed.rows[0][place] = self.row_of(letters, 0)
            typed.rows[1][place] = self.row_of(letters + place, 1) if place < size else 0
            typed.rows[2][place] = self.row_of(letters + place, 2) if place + 1 < size else 0
        for place in range(size):
            typed.bits[place] = letters[place] & (LETTER_BITS - 1)
            typed.signature |= <uint64_t> 1 << typed.bits[place]
            typed.added[place] = self.other
            if letters[place] - FIRST_LETTER < LETTER_COUNT:
                typed.added[place] = self.added[letters[place] - FIRST_LETTER]
            if place and letters[place] == letters[place - 1]:
                typed.added[place] = min(typed.added[place], self.repeated)
        let_go(letters, room)
        return typed

    cdef int32_t row_of(self, const uint32_t *letters, Py_ssize_t size) noexcept:
        """The row of some letters; of those that are not listed, the one for as many."""
        cdef int32_t row = self.rows.find(letters, size)
        return <int32_t> size if row < 0 else row

    cdef float distance_to(self, Typed *typed, const uint8_t *codes, Py_ssize_t size, float most) noexcept nogil:
        """How far a word is from what was typed; infinitely far beyond ``most``."""
        cdef Py_ssize_t i
        for i in range(size):
            if not typed.made[codes[i]]:
                self.make(typed, codes[i])
        return distance_of(typed.table, TAKES - 1, typed.size, codes, size, 0, False, most)

    cdef void make(self, Typed *typed, uint8_t unit) noexcept nogil:
        """Lay out what a unit costs."""
        cdef Py_ssize_t taken, place, places = typed.size + 1
        cdef float *steps = typed.table + unit * TAKES * places
        cdef const float *costs = &self.columns[unit, 0]
        for taken in range(TAKES):
            for place in range(places):
                steps[taken * places + place] = IMPOSSIBLE
                if unit and place + taken < places:
                    steps[taken * places + place] = costs[typed.rows[taken][place]]
        if unit:
            allow_insertions(steps, TAKES, places, typed.added)
        else:
            for place in range(places):
                steps[place] = 0
        typed.made[unit] = True

    cdef void bound(self, Bounds *bounds, const Typed *typed) noexcept nogil:
        """A letter that was not typed costs the least that it costs anywhere; a letter typed, the least of others there.

        A letter that no unit accounts for makes nothing cheaper.
        """
        cdef Py_ssize_t taken, place, bit
        cdef const float *wanting
        cdef float cost
        for bit in range(LETTER_BITS):
            bounds.wanting[bit] = IMPOSSIBLE
            bounds.extra[bit] = 0
        bounds.shorter = IMPOSSIBLE
        for taken in range(TAKES):
            for place in range(typed.size + 1 - taken if taken else 1):
                wanting = self.wanting[typed.rows[taken][place]]
                for bit in range(LETTER_BITS):
                    bounds.wanting[bit] = min(bounds.wanting[bit], wanting[bit])
        for place in range(typed.size):
            bit = typed.bits[place]
            cost = self.least_at(typed, place, bit)
            if place:
                cost = min(cost, self.least_of_two(typed, place - 1, bit))
            if place + 1 < typed.size:
                cost = min(cost, self.least_of_two(typed, place, bit))
                bounds.shorter = min(bounds.shorter, self.least_of_two(typed, place, NO_BIT))
            bounds.extra[bit] = max(bounds.extra[bit], min(cost, <float> IMPOSSIBLE))

    cdef float least_at(self, const Typed *typed, Py_ssize_t place, uint8_t bit) noexcept nogil:
        """What a letter typed costs at least that was written for a letter of another bit."""
        return min(
            self.least_but(typed.rows[1][place], bit), self.least_but(typed.rows[0][place], bit) + typed.added[place]
        )

    cdef float least_of_two(self, const Typed *typed, Py_ssize_t place, uint8_t bit) noexcept nogil:
        """What two letters typed cost at least that were written for one letter of another bit."""
        cdef float one = min(
            self.least_at(typed, place, bit) + typed.added[place + 1],
            self.least_at(typed, place + 1, bit) + typed.added[place],
        )
        return min(self.least_but(typed.rows[2][place], bit), one)

    cdef float least_but(self, int32_t row, uint8_t bit) noexcept nogil:
        """The least cost of a row but for the units of a bit."""
        return self.least[row].other if self.least[row].bit == bit else self.least[row].cost


cdef void forget(Typed *typed) noexcept nogil:
    free(typed)


cdef void note_least(const float *costs, float *wanting, Least *least) noexcept nogil:
    """The least costs of a row: of the units of each bit, of all, and of all but those of the cheapest's bit."""
    cdef Py_ssize_t unit, bit
    for bit in range(LETTER_BITS):
        wanting[bit] = IMPOSSIBLE
    for unit in range(1, UNITS):
        wanting[unit & (LETTER_BITS - 1)] = min(wanting[unit & (LETTER_BITS - 1)], costs[unit])
    least.cost = least.other = IMPOSSIBLE
    for bit in range(LETTER_BITS):
        if wanting[bit] < least.cost:
            least.other, least.cost, least.bit = least.cost, wanting[bit], <uint8_t> bit
        else:
            least.other = min(least.other, wanting[bit])
