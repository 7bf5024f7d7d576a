"""Which words are nearly spelt so? A walk over the letters that words have, by length and the frequent first."""

from libc.math cimport log
from libc.stdint cimport int64_t, uint8_t, uint32_t, uint64_t

import numpy as np

from index.kernel.distances cimport IMPOSSIBLE, MOST_LETTERS, distance_of
from index.kernel.errors import DamageError

__all__ = ["BOUNDS", "LENGTHS", "PARTING", "Spellings", "alike"]

cdef extern from *:
    """
    #ifdef _MSC_VER
    #include <intrin.h>
    static int lowest(unsigned __int64 bits) { unsigned long place; _BitScanForward64(&place, bits); return (int) place; }
    #define prefetch(at) ((void) 0)
    #else
    #define prefetch(at) __builtin_prefetch(at)
    #define lowest(bits) __builtin_ctzll(bits)
    #endif
    """
    int lowest(uint64_t bits) noexcept nogil
    void prefetch(const void *at) noexcept nogil

cdef enum:
    CLASS_COUNT = 17
    LENGTH_COUNT = 41
    PARTING_COUNT = 6
    LETTER_BITS = 64
    UNITS = 256
    AT_ONCE = 128
    WORD_ENDS = 0x80

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


cdef struct Bounds:
    # What a word costs at least, by the letters that it and what was typed do not share.
    float[LETTER_BITS] wanting  # each letter of a word that was not typed
    float[LETTER_BITS] extra  # a letter typed that the word does not have
    float shorter  # each letter that the word has fewer than were typed


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
        self, const float[:, :, ::1] table not None, const uint8_t[::1] typed not None, uint64_t signature,
        Py_ssize_t apart, *, int bits, int64_t sounding, int64_t most, uint32_t least, double reach, double gain,
    ):
        """Whether any of the words that may be meant is in more articles than some, and near for so many.

        Args:
            table: what a letter costs that is written as some others; see ``distances``.
            typed: the letters typed.
            signature: of them.
            apart: as of ``near``, and so is ``bits``.
            sounding: the place of the first word that sounds alike; the others follow, the frequent first.
            most: how many of them are looked at.
            least: articles that must be exceeded.
            reach: the distance at which a word of one article is near.
            gain: how much farther off a word may be, for the natural logarithm of its articles.
        """
        cdef bint found
        cdef Bounds bounds
        if table.shape[0] != UNITS or not 1 <= table.shape[1] <= 3 or table.shape[2] != len(typed) + 1:
            raise ValueError("the table is of another text")
        if len(typed) > MOST_LETTERS or gain < 0:
            raise ValueError("too many letters")
        with nogil:
            found = self._sounds_near(table, max(sounding, 0), most, least, reach, gain)
            if not found:
                find_bounds(&bounds, table, typed)
                found = self._looks_near(table, &bounds, signature, len(typed), apart, bits, least, reach, gain)
        return found

    cdef bint _sounds_near(
        self, const float[:, :, ::1] table, int64_t first, int64_t most, uint32_t least, double reach, double gain
    ) except -1 nogil:
        cdef int64_t place, stop = min(first + most, <int64_t> len(self.frequencies))
        for place in range(first, stop):
            if self.frequencies[place] <= least:
                return False
            if self._is_within(table, place, reach, gain):
                return True
        return False

    cdef bint _looks_near(
        self, const float[:, :, ::1] table, const Bounds *bounds, uint64_t signature, Py_ssize_t length,
        Py_ssize_t apart, int bits, uint32_t least, double reach, double gain,
    ) except -1 nogil:
        """Classes of words are passed over that no word can be near enough of, and so are words by their letters."""
        cdef Py_ssize_t number, key, run, i, fewer
        cdef uint32_t greatest = <uint32_t> -1
        cdef float limit
        cdef float[1 << PARTING_COUNT] parted
        cdef int64_t[AT_ONCE] chosen
        cdef int count = 0
        for key in range(1 << self.parting):
            parted[key] = least_cost(bounds, signature, self._parted(signature, key))
        for number in range(CLASS_COUNT):
            if greatest <= least:
                return False
            limit = <float> (reach + gain * log(greatest))
            fewer = 0
            while fewer < apart and (fewer + 1) * bounds.shorter <= limit:
                fewer += 1
            for key in range(1 << self.parting):
                if parted[key] > limit:
                    continue
                run = (number << self.parting) + key
                for i in range(self._first(run, length - fewer), self._first(run, length + apart + 1)):
                    if not differ_at_most(self.signatures[i] ^ signature, bits):
                        continue
                    if least_cost(bounds, signature, self.signatures[i]) > limit:
                        continue
                    chosen[count] = self._place(i)
                    prefetch(&self.starts[chosen[count]])
                    count += 1
                    if count == AT_ONCE:
                        if self._is_one_within(table, chosen, count, least, limit, reach, gain):
                            return True
                        count = 0
            if count and self._is_one_within(table, chosen, count, least, limit, reach, gain):
                return True
            count = 0
            greatest = BOUND[number] - 1
        return False

    cdef bint _is_one_within(
        self, const float[:, :, ::1] table, const int64_t *chosen, int count, uint32_t least, float limit,
        double reach, double gain,
    ) except -1 nogil:
        """Whether one of some words is; their letters are on their way to the processor before the first is read."""
        cdef int i
        for i in range(count):
            if self.starts[chosen[i]] < <size_t> len(self.codes):
                prefetch(&self.codes[self.starts[chosen[i]]])
        for i in range(count):
            if self._is_near(table, chosen[i], limit) and self.frequencies[chosen[i]] > least:
                if self._is_within(table, chosen[i], reach, gain):
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

    cdef bint _is_within(
        self, const float[:, :, ::1] table, int64_t place, double reach, double gain
    ) except -1 nogil:
        """Whether a word is near enough for its frequency."""
        cdef uint32_t frequency = self.frequencies[place]
        return frequency and self._is_near(table, place, <float> (reach + gain * log(frequency)))

    cdef bint _is_near(self, const float[:, :, ::1] table, int64_t place, float most) except -1 nogil:
        cdef uint32_t start = self.starts[place], stop = self.starts[place + 1]
        if start > stop or stop > <size_t> len(self.codes):
            with gil:
                raise DamageError("a word of an impossible length")
        if start == stop:
            return False
        return most >= distance_of(
            &table[0, 0, 0], table.shape[1] - 1, table.shape[2] - 1, &self.codes[start], stop - start, 0, False, most
        )


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


cdef inline float least_cost(const Bounds *bounds, uint64_t typed, uint64_t word) noexcept nogil:
    """What a word of these letters costs at least.

    Each of its letters that was not typed was written as something else, and each letter typed that it does
    not have was written for one of its letters; one cost may account for both.
    """
    cdef uint64_t wanting = word & ~typed, extra = typed & ~word
    cdef float cost = 0, other = 0
    while wanting:
        cost += bounds.wanting[lowest(wanting)]
        wanting &= wanting - 1
    while extra:
        other = max(other, bounds.extra[lowest(extra)])
        extra &= extra - 1
    return max(cost, other)


cdef void find_bounds(Bounds *bounds, const float[:, :, ::1] table, const uint8_t[::1] typed) noexcept nogil:
    """A letter that was not typed costs the least that it costs anywhere; a letter typed, the least of others there."""
    cdef Py_ssize_t unit, taken, place, covered, bit
    cdef float[MOST_LETTERS] least_at
    cdef float cost
    for bit in range(LETTER_BITS):
        bounds.wanting[bit] = IMPOSSIBLE
        bounds.extra[bit] = 0
    bounds.shorter = IMPOSSIBLE
    for place in range(len(typed)):
        least_at[place] = IMPOSSIBLE
    for unit in range(1, UNITS):
        bit = unit & (LETTER_BITS - 1)
        for taken in range(table.shape[1]):
            for place in range(len(typed) + 1 - taken):
                cost = table[unit, taken, place]
                bounds.wanting[bit] = min(bounds.wanting[bit], cost)
                if taken == 2:
                    bounds.shorter = min(bounds.shorter, cost)
                for covered in range(place, place + taken):
                    if bit != typed[covered] & (LETTER_BITS - 1):
                        least_at[covered] = min(least_at[covered], cost)
    for place in range(len(typed)):
        bit = typed[place] & (LETTER_BITS - 1)
        bounds.extra[bit] = max(bounds.extra[bit], least_at[place])


def alike(
    const uint8_t[::1] codes not None, const uint32_t[::1] starts not None, const uint32_t[::1] frequencies not None,
    int64_t first, int64_t stop, uint32_t least, bytes sounds not None, bytes table not None,
):
    """The places of words that are the same once each letter is another one, or none, and none comes twice.

    Args:
        codes: the letters of all words, one word after another, the last letter of each plus 128.
        starts: where each word begins, and where the last ends.
        frequencies: of each word.
        first: the place of the first word to look at; the words after it are less and less frequent.
        stop: after the last.
        least: frequency of the words looked at.
        sounds: what the letters must be.
        table: what each of 128 letters is; 0 for none.

    Raises:
        DamageError: no such words.
    """
    cdef const uint8_t *wanted = sounds
    cdef const uint8_t *sound_of = table
    cdef Py_ssize_t size = len(sounds), known
    cdef uint32_t at, end
    cdef uint8_t sound, before
    cdef int64_t place
    if len(table) != WORD_ENDS or not 0 <= first <= stop <= len(frequencies) or len(starts) != len(frequencies) + 1:
        raise DamageError("no such words")
    found = []
    for place in range(first, stop):
        if frequencies[place] < least:
            break
        at, end = starts[place], starts[place + 1]
        if at > end or end > <size_t> len(codes):
            raise DamageError("a word of an impossible length")
        known = before = 0
        while at < end:
            sound = sound_of[codes[at] & (WORD_ENDS - 1)]
            at += 1
            if sound == 0 or sound == before:
                continue
            if known == size or wanted[known] != sound:
                break
            before = sound
            known += 1
        else:
            if known == size:
                found.append(place)
    return found
