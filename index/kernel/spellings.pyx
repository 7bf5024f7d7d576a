"""Which words are nearly spelt so? A walk over the letters that words have, by length and the frequent first."""

from libc.math cimport log
from libc.stdint cimport int64_t, uint8_t, uint32_t, uint64_t

import numpy as np

from index.kernel.errors import DamageError
from index.kernel.letter_costs cimport Bounds, LetterCosts, Typed, forget, least_cost

__all__ = ["BOUNDS", "LENGTHS", "PARTING", "Spellings"]

cdef extern from *:
    """
    #ifdef _MSC_VER
    #define prefetch(at) ((void) 0)
    #else
    #define prefetch(at) __builtin_prefetch(at)
    #endif
    """
    void prefetch(const void *at) noexcept nogil

cdef enum:
    CLASS_COUNT = 17
    LENGTH_COUNT = 41
    PARTING_COUNT = 6
    AT_ONCE = 128

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


cdef struct Wanted:
    # A word is looked for that is in more articles than ``least``, and near for so many.
    Typed *typed
    Bounds bounds
    uint32_t least
    double reach, gain


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

    cdef const uint32_t[::1] order, runs, frequencies, starts
    cdef const uint64_t[::1] signatures
    cdef const uint8_t[::1] codes
    cdef int parting

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
                    for i in range(self._first(run, length - apart), self._first(run, length + apart + 1)):
                        if differ_at_most(self.signatures[i] ^ signature, bits):
                            places[found] = self._place(i)
                            found += 1
        return np.asarray(places)[:found].copy()

    def is_any_within(
        self, LetterCosts costs not None, str word not None, Py_ssize_t apart, *, int bits, int64_t sounding,
        int64_t most, uint32_t least, double reach, double gain,
    ):
        """Whether any of the words that may be meant is in more articles than some, and near for so many.

        Args:
            costs: what letters cost that are written as others.
            word: as it was typed.
            apart: as of ``near``, and so is ``bits``.
            sounding: the place of the first word that sounds alike; the others follow, the frequent first.
            most: how many of them are looked at.
            least: articles that must be exceeded.
            reach: the distance at which a word of one article is near.
            gain: how much farther off a word may be, for the natural logarithm of its articles.

        Raises:
            ValueError: a word of too many letters.
        """
        cdef bint found
        cdef Wanted wanted
        cdef Typed *typed = costs.read(word)
        wanted.typed, wanted.least, wanted.reach, wanted.gain = typed, least, reach, max(gain, 0)
        try:
            with nogil:
                found = self._sounds_near(costs, &wanted, max(sounding, 0), most)
                found = found or self._looks_near(costs, &wanted, apart, bits)
            return found
        finally:
            forget(typed)

    cdef bint _sounds_near(self, LetterCosts costs, Wanted *wanted, int64_t first, int64_t most) except -1 nogil:
        cdef int64_t place, stop = min(first + most, <int64_t> len(self.frequencies))
        for place in range(first, stop):
            if self.frequencies[place] <= wanted.least:
                return False
            if self._is_within(costs, wanted, place):
                return True
        return False

    cdef bint _looks_near(self, LetterCosts costs, Wanted *wanted, Py_ssize_t apart, int bits) except -1 nogil:
        """Classes of words are passed over that no word can be near enough of, and so are words by their letters."""
        cdef Py_ssize_t number, key, run, i, fewer, length = wanted.typed.size
        cdef uint32_t greatest = <uint32_t> -1
        cdef uint64_t signature = wanted.typed.signature
        cdef float limit
        cdef float[1 << PARTING_COUNT] parted
        cdef int64_t[AT_ONCE] chosen
        cdef int count = 0
        costs.bound(&wanted.bounds, wanted.typed)
        for key in range(1 << self.parting):
            parted[key] = least_cost(&wanted.bounds, signature, self._parted(signature, key))
        for number in range(CLASS_COUNT):
            if greatest <= wanted.least:
                return False
            limit = <float> (wanted.reach + wanted.gain * log(greatest))
            fewer = 0
            while fewer < apart and (fewer + 1) * wanted.bounds.shorter <= limit:
                fewer += 1
            for key in range(1 << self.parting):
                if parted[key] > limit:
                    continue
                run = (number << self.parting) + key
                for i in range(self._first(run, length - fewer), self._first(run, length + apart + 1)):
                    if not differ_at_most(self.signatures[i] ^ signature, bits):
                        continue
                    if least_cost(&wanted.bounds, signature, self.signatures[i]) > limit:
                        continue
                    chosen[count] = self._place(i)
                    prefetch(&self.starts[chosen[count]])
                    count += 1
                    if count == AT_ONCE:
                        if self._is_one_within(costs, wanted, chosen, count, limit):
                            return True
                        count = 0
            if count and self._is_one_within(costs, wanted, chosen, count, limit):
                return True
            count = 0
            greatest = BOUND[number] - 1
        return False

    cdef bint _is_one_within(
        self, LetterCosts costs, const Wanted *wanted, const int64_t *chosen, int count, float limit
    ) except -1 nogil:
        """Whether one of some words is; their letters are on their way to the processor before the first is read."""
        cdef int i
        for i in range(count):
            if self.starts[chosen[i]] < <size_t> len(self.codes):
                prefetch(&self.codes[self.starts[chosen[i]]])
        for i in range(count):
            if self._is_near(costs, wanted, chosen[i], limit) and self.frequencies[chosen[i]] > wanted.least:
                if self._is_within(costs, wanted, chosen[i]):
                    return True
        return False

    cdef uint64_t _parted(self, uint64_t signature, Py_ssize_t key) noexcept nogil:
        """A signature with other parting letters."""
        cdef int i
        for i in range(self.parting):
            signature &= ~(<uint64_t> 1 << PARTING_BIT[i])
            signature |= <uint64_t> (key >> i & 1) << PARTING_BIT[i]
        return signature

    cdef Py_ssize_t _first(self, Py_ssize_t run, Py_ssize_t length) noexcept nogil:
        """Where the words of a class and of parting letters begin that have so many letters or more."""
        return self.runs[run * LENGTH_COUNT + min(max(length, 0), LENGTH_COUNT)]

    cdef int64_t _place(self, Py_ssize_t i) except -1 nogil:
        if self.order[i] >= <size_t> len(self.frequencies):
            with gil:
                raise DamageError("an order of no words")
        return self.order[i]

    cdef bint _is_within(self, LetterCosts costs, const Wanted *wanted, int64_t place) except -1 nogil:
        """Whether a word is near enough for its frequency."""
        cdef uint32_t frequency = self.frequencies[place]
        cdef float most = <float> (wanted.reach + wanted.gain * log(frequency)) if frequency else -1
        return frequency and self._is_near(costs, wanted, place, most)

    cdef bint _is_near(self, LetterCosts costs, const Wanted *wanted, int64_t place, float most) except -1 nogil:
        cdef uint32_t start = self.starts[place], stop = self.starts[place + 1]
        if start > stop or stop > <size_t> len(self.codes):
            with gil:
                raise DamageError("a word of an impossible length")
        if start == stop:
            return False
        return most >= costs.distance_to(wanted.typed, &self.codes[start], stop - start, most)


cdef inline bint differ_at_most(uint64_t bits, int most) noexcept nogil:
    """Whether so many bits are set, or fewer: each step takes one away."""
    if most == 4:  # without a jump
        bits &= bits - 1
        bits &= bits - 1
        bits &= bits - 1
        bits &= bits - 1
        return bits == 0
    while most > 0:
        bits &= bits - 1
        most -= 1
    return bits == 0
