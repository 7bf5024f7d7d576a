"""Which words are nearly spelt so? A walk over the letters that words have, by length and the frequent first."""

from libc.math cimport INFINITY
from libc.stdint cimport int64_t, uint8_t, uint32_t, uint64_t

import numpy as np

from onneshon.index.kernel.errors import DamageError
from onneshon.index.kernel.letter_costs cimport Bounds, LetterCosts, Typed, least_cost

__all__ = ["BOUNDS", "LENGTHS", "PARTING", "Spellings"]

cdef enum:
    LENGTH_COUNT = 41

cdef uint32_t[CLASS_COUNT] BOUND
BOUND[:] = [31_623, 10_000, 3_162, 1_000, 316, 100, 32, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]
BOUNDS = tuple(BOUND)
"""The least frequency of each class of words, the frequent first."""

cdef int i
cdef uint8_t[PARTING_COUNT] PARTING_BIT
PARTING_BIT[:] = [62, 48, 63, 7, 40, 13]
PARTING = tuple([PARTING_BIT[i] for i in range(PARTING_COUNT)])  # one by one: a row of bytes is no C string
"""Bits of letters that about every second or third word has (া র ি ে ন ্), the first that part words."""

LENGTHS = LENGTH_COUNT
"""Lengths that are told apart: words of more letters stand with those of one less than so many."""


cdef class Spellings:
    """The words of a vocabulary, by their letters.

    Args:
        order: the places of all words: in classes of frequency, the most frequent first; in each by which
            of the first of ``PARTING`` they have, and then by length.
        runs: where the words of each class, parting letters and length begin in ``order``, and the last end.
        signatures: of each word in that order, one bit for each letter that occurs in it.
        frequencies: of each word by its place.
        starts: where the letters of each word begin, and where the last end.
        codes: the letters of all words, the last letter of each plus 128.

    Raises:
        DamageError: they do not fit each other; methods raise it likewise.
    """

    def __init__(
        self,
        const uint32_t[::1] order not None, const uint32_t[::1] runs not None,
        const uint64_t[::1] signatures not None, const uint32_t[::1] frequencies not None,
        const uint32_t[::1] starts not None, const uint8_t[::1] codes not None,
    ):
        cdef Py_ssize_t i, words = len(frequencies)
        if len(order) != words or len(signatures) != words or len(starts) != words + 1:
            raise DamageError("columns of words do not fit each other")
        self.parting = 0
        while self.parting < PARTING_COUNT and len(runs) > CLASS_COUNT * LENGTH_COUNT << self.parting:
            if len(runs) == (CLASS_COUNT * LENGTH_COUNT << self.parting) + 1:
                break
            self.parting += 1
        if len(runs) != (CLASS_COUNT * LENGTH_COUNT << self.parting) + 1 or runs[len(runs) - 1] != <size_t> words:
            raise DamageError("words are not in runs")
        for i in range(len(runs) - 1):
            if runs[i] > runs[i + 1]:
                raise DamageError("words are not in runs")
        self.order, self.runs, self.signatures = order, runs, signatures
        self.frequencies, self.starts, self.codes = frequencies, starts, codes

    def near(self, uint64_t signature, Py_ssize_t length, Py_ssize_t apart, *, int bits, Py_ssize_t enough):
        """The places of words that have nearly the same letters: the frequent ones, or all there are.

        Args:
            signature: of what was typed.
            length: of it.
            apart: letters by which lengths may differ.
            bits: in which signatures may differ.
            enough: where so many are found in some classes of words, no word of a rarer class is looked at.

        Returns:
            int64, in no order.
        """
        cdef Py_ssize_t number, key, run, i, found = 0
        cdef int64_t[::1] places = np.empty(len(self.order), np.int64)
        with nogil:
            for number in range(CLASS_COUNT):
                if found >= enough:
                    break
                for key in range(1 << self.parting):
                    run = (number << self.parting) + key
                    for i in range(self.first(run, length - apart), self.first(run, length + apart + 1)):
                        if differ_at_most(self.signatures[i] ^ signature, bits):
                            places[found] = self.place(i)
                            found += 1
        return np.asarray(places)[:found].copy()

    cdef void look_ahead(self, const int64_t *places, int count) noexcept nogil:
        """Have the letters of some words on their way to the processor before the first is read."""
        cdef int i
        for i in range(count):
            prefetch(&self.frequencies[places[i]])
            if self.starts[places[i]] < <size_t> len(self.codes):
                prefetch(&self.codes[self.starts[places[i]]])

    cdef void part(self, const Bounds *bounds, const Typed *typed, float *parted) noexcept nogil:
        """What words of each of the parting letters cost at least."""
        cdef Py_ssize_t key
        for key in range(1 << self.parting):
            parted[key] = least_cost(bounds, typed.signature, self._parted(typed.signature, key))

    cdef int gather(
        self, Run *found, Py_ssize_t number, const float *parted, float limit, Py_ssize_t shortest, Py_ssize_t longest
    ) noexcept nogil:
        """The runs of a class that words may be in which cost no more than the limit, and how many they are.

        They lie all over the columns: all are on their way to the processor before the first is read.
        """
        cdef Py_ssize_t key, first = number << self.parting
        cdef int count = 0
        for key in range(1 << self.parting):
            if parted[key] <= limit:
                prefetch(&self.runs[(first + key) * LENGTH_COUNT + min(max(shortest, 0), LENGTH_COUNT)])
        for key in range(1 << self.parting):
            if parted[key] <= limit:
                found[count].first = self.first(first + key, shortest)
                found[count].stop = self.first(first + key, longest + 1)
                found[count].cost = parted[key]
                if found[count].first < found[count].stop:
                    prefetch(&self.signatures[found[count].first])
                    count += 1
        return count

    cdef uint64_t _parted(self, uint64_t signature, Py_ssize_t key) noexcept nogil:
        """A signature with other parting letters."""
        cdef int i
        for i in range(self.parting):
            signature &= ~(<uint64_t> 1 << PARTING_BIT[i])
            signature |= <uint64_t> (key >> i & 1) << PARTING_BIT[i]
        return signature

    cdef Py_ssize_t first(self, Py_ssize_t run, Py_ssize_t length) noexcept nogil:
        """Where the words of a class and of parting letters begin that have so many letters or more."""
        return self.runs[run * LENGTH_COUNT + min(max(length, 0), LENGTH_COUNT)]

    cdef int64_t place(self, Py_ssize_t i) except -1 nogil:
        if self.order[i] >= <size_t> len(self.frequencies):
            with gil:
                raise DamageError("an order of no words")
        return self.order[i]

    cdef float distance(self, LetterCosts costs, Typed *typed, int64_t place, float most) except -1 nogil:
        """How far a word is from what was typed; infinitely far beyond ``most``, and where it has no letters."""
        cdef uint32_t start = self.starts[place], stop = self.starts[place + 1]
        if start > stop or stop > <size_t> len(self.codes):
            with gil:
                raise DamageError("a word of an impossible length")
        if start == stop:
            return INFINITY
        return costs.distance_to(typed, &self.codes[start], stop - start, most)


cdef uint32_t least_of_class(Py_ssize_t number) noexcept nogil:
    """The least frequency of a class of words, the frequent first."""
    return BOUND[number]
