"""How words sound, and the noisy channel: what it costs to read typed letters as a word."""

from cpython.mem cimport PyMem_Free, PyMem_Malloc
from libc.math cimport INFINITY, log, log1p
from libc.stdint cimport int32_t, int64_t, uint32_t, uint64_t, uint8_t
from libc.stdlib cimport free
from libc.string cimport memcpy, memset

import numpy as np

from onneshon.index.kernel import DamageError
from onneshon.index.kernel.memory cimport LONGEST, Numbers, let_go, letters_of, make_room, ones

__all__ = [
    "BLOCK", "CONSONANT", "GLIDE", "LETTERS", "SILENCES_BA", "SILENCES_MA", "SPOKEN", "Skeletons", "Sounding",
    "Costs", "distances", "is_bengali", "near_signatures", "nearest", "worths",
]

# What it costs to read the typed letters as each of many words: the inner loop of the noisy channel.

cdef enum:
    MOST_LETTERS = 128
    MOST_UNITS = 256
    IMPOSSIBLE = 99  # a cost, in natural logarithms
    FOUR = 4
    FREQUENCY_BITS = 32
    OUTER = 3  # units at the beginning of a word, and at its end, whose least cost is known by their place
    AHEAD = 8  # words by which memory is prefetched

cdef float ROUNDING = 1e-3  # above the difference that the order of addition makes to a word's distance


cdef class Costs:
    """The costs of writing each sound unit as some of the typed letters. Threads may share it.

    A superfluous letter may follow a unit or, at the start of the word, precede it. Unit 0 stands for none,
    and changes nothing.

    Args:
        units: the number of units, unit 0 included.
        listed: by number of letters, and by where these begin, the units known to be written so, each with
            its cost; for 0 letters one list serves all places.
        unlisted: the cost of any other unit, by number of letters.
        added: the cost of each typed letter if it is superfluous.

    Raises:
        ValueError: no such units, or letters without a cost.
    """

    # All positions in the typed letters are processed four at a time.
    cdef float *steps  # costs by unit, by the number of letters it is written as, by the position after these
    cdef float *least  # least costs by unit, at any place
    cdef float *first  # least costs of a word's first units: by the number of units before, by unit
    cdef float *last  # the same from the end of the word
    cdef Py_ssize_t units, takes, letters, width

    def __cinit__(self, Py_ssize_t units, list listed not None, list unlisted not None, list added not None):
        cdef Py_ssize_t takes = len(listed), letters = len(added), width = (letters + FOUR) // FOUR * FOUR, unit, size
        if not 0 < units <= 2 * MOST_UNITS or not 0 < takes == len(unlisted) or letters > MOST_LETTERS:
            raise ValueError("no such units, or letters without a cost")
        self.units, self.takes, self.letters, self.width = units, takes, letters, width
        size = units * (takes * width + 1 + 2 * OUTER) + letters
        self.steps = <float *> PyMem_Malloc(size * sizeof(float))
        if self.steps == NULL:
            raise MemoryError
        self.least = self.steps + units * takes * width
        self.first, self.last = self.least + units, self.least + (1 + OUTER) * units
        self.lay_out(listed, unlisted, added)

    def __dealloc__(self):
        PyMem_Free(self.steps)

    cdef int lay_out(self, list listed, list unlisted, list added) except -1:
        """Fill the tables. Units that are listed nowhere all cost the same, and most are such."""
        cdef Py_ssize_t taken, position, place, unit, plain = 0, block = self.takes * self.width
        cdef float cost
        cdef float *steps = self.steps
        cdef float *costs = self.last + OUTER * self.units
        cdef uint8_t[2 * MOST_UNITS] changed
        memset(changed, 0, sizeof(changed))
        for position in range(self.letters):
            costs[position] = added[position]
        for position in range(block):
            steps[position] = INFINITY
        for taken in range(min(self.takes, self.letters + 1)):
            for position in range(taken, self.letters + 1):
                steps[taken * self.width + position] = unlisted[taken]
        for unit in range(1, self.units):
            memcpy(steps + unit * block, steps, block * sizeof(float))
        for taken in range(min(self.takes, self.letters + 1)):
            for position in range(self.letters + 1 - taken if taken else 1):
                for unit, cost in listed[taken][position]:
                    if not 0 < unit < self.units:
                        raise ValueError("no such units, or letters without a cost")
                    changed[unit] = True
                    for place in range(position, position + 1 if taken else self.letters + 1):
                        steps[unit * block + taken * self.width + place + taken] = cost
        for position in range(block):
            steps[position] = IMPOSSIBLE if steps[position] < INFINITY else INFINITY
        for position in range(self.letters + 1):
            steps[position] = 0
        self.sum_up(0)
        for unit in range(1, self.units):
            if plain and not changed[unit]:
                self.copy(unit, plain)
                continue
            self.allow_additions(steps + unit * block, costs)
            self.sum_up(unit)
            if not changed[unit]:
                plain = unit
        return 0

    cdef void copy(self, Py_ssize_t unit, Py_ssize_t other) noexcept:
        """Copy the costs of another unit."""
        cdef Py_ssize_t block = self.takes * self.width, outer
        memcpy(self.steps + unit * block, self.steps + other * block, block * sizeof(float))
        self.least[unit] = self.least[other]
        for outer in range(OUTER):
            self.first[outer * self.units + unit] = self.first[outer * self.units + other]
            self.last[outer * self.units + unit] = self.last[outer * self.units + other]

    cdef void allow_additions(self, float *steps, const float *added) noexcept:
        cdef Py_ssize_t taken, position
        cdef const float *fewer
        cdef float *here
        for taken in range(1, min(self.takes, self.letters + 1)):
            fewer, here = steps + (taken - 1) * self.width + taken - 1, steps + taken * self.width + taken
            for position in range(self.letters + 1 - taken):
                here[position] = min(here[position], fewer[position] + added[position + taken - 1])
            for position in range(self.letters + 1 - taken if taken > 1 else 1):
                here[position] = min(here[position], fewer[position + 1] + added[position])

    cdef void sum_up(self, Py_ssize_t unit) noexcept:
        """Note a unit's least costs: at any place, and where it can be written as an outer unit of a word."""
        cdef const float *steps = self.steps + unit * self.takes * self.width
        cdef Py_ssize_t taken, outer, place, begun = 0, most = self.letters + 1
        cdef float least = INFINITY, first = INFINITY, last = INFINITY
        for taken in range(self.takes):
            least = min(least, least_of(steps + taken * self.width, self.width))
        self.least[unit] = least
        for outer in range(OUTER):
            for taken in range(min(self.takes, most)):
                for place in range(begun, min(outer * (self.takes - 1) + 1, most - taken)):
                    first = min(first, steps[taken * self.width + taken + place])
                    last = min(last, steps[taken * self.width + self.letters - place])
            begun = outer * (self.takes - 1) + 1
            self.first[outer * self.units + unit], self.last[outer * self.units + unit] = first, last

    cdef inline float at_least(self, Py_ssize_t unit, Py_ssize_t before, Py_ssize_t behind) noexcept nogil:
        """A lower bound of a unit's cost, given the numbers of units before and behind it in a word."""
        cdef float least = self.least[unit]
        if before < OUTER:
            least = max(least, self.first[before * self.units + unit])
        if behind < OUTER:
            least = max(least, self.last[behind * self.units + unit])
        return least

    cdef float all_at_least(self, const uint8_t *codes, Py_ssize_t size) noexcept nogil:
        """A lower bound of a word's cost."""
        cdef Py_ssize_t unit
        cdef float least = 0
        for unit in range(size):
            least += self.at_least(codes[unit], unit, size - 1 - unit)
        return least

    cdef float distance(
        self, float *room, const uint8_t *codes, Py_ssize_t size, bint beginnings, float most, float ahead
    ) noexcept nogil:
        """The least cost of writing a word, or the nearest beginning of it, as all typed letters.

        Returns infinity as soon as the distance must exceed ``most``. ``ahead`` is a lower bound of the cost
        of the units to come, initially of the whole word.
        """
        # Costs by position. Unreachable positions precede the first, as many as a unit may have letters.
        cdef float *reached = room + self.takes
        cdef float *after = reached + self.width + self.takes
        cdef const float *steps
        cdef Py_ssize_t unit, taken, position
        cdef float nearest
        for position in range(self.width):
            reached[position] = INFINITY if position > self.letters else IMPOSSIBLE
        reached[0] = 0
        nearest = reached[self.letters]
        for unit in range(size):
            steps = self.steps + codes[unit] * self.takes * self.width
            go_on(reached, steps, after, self.width)
            for taken in range(1, self.takes):
                go_on_nearer(reached - taken, steps + taken * self.width, after, self.width)
            reached, after = after, reached
            if most < INFINITY:
                ahead -= self.at_least(codes[unit], unit, size - 1 - unit)
                if least_of(reached, self.width) + ahead > most:
                    return INFINITY
            nearest = min(nearest, reached[self.letters])
        return nearest if beginnings else reached[self.letters]

    cdef float *room(self) except NULL:
        """Memory for the two arrays of ``distance``, which the caller frees."""
        cdef Py_ssize_t size = 2 * (self.width + self.takes), position
        cdef float *room = <float *> PyMem_Malloc(size * sizeof(float))
        if room == NULL:
            raise MemoryError
        for position in range(size):
            room[position] = INFINITY
        return room

    cdef int check(
        self, const uint8_t *codes, size_t size, const uint32_t *starts, size_t words, int64_t index
    ) except -1 nogil:
        """Check that a word exists, and that every unit of it has costs."""
        cdef size_t unit
        if not 0 <= index < <int64_t> words:
            with gil:
                raise ValueError("no such word")
        if starts[index] > starts[index + 1] or starts[index + 1] > size:
            with gil:
                raise ValueError("a word of an impossible length")
        if self.units < MOST_UNITS:
            for unit in range(starts[index], starts[index + 1]):
                if codes[unit] >= self.units:
                    with gil:
                        raise ValueError("a word of no units")
        return 0


cdef inline void go_on(const float *reached, const float *steps, float *after, Py_ssize_t width) noexcept nogil:
    cdef Py_ssize_t position
    for position in range(width):
        after[position] = reached[position] + steps[position]


cdef inline void go_on_nearer(const float *reached, const float *steps, float *after, Py_ssize_t width) noexcept nogil:
    cdef Py_ssize_t position
    cdef float through
    for position in range(width):
        through = reached[position] + steps[position]
        after[position] = through if through < after[position] else after[position]


cdef inline float least_of(const float *values, Py_ssize_t width) noexcept nogil:
    """The least of some values, compared four at a time."""
    cdef float[FOUR] least
    cdef Py_ssize_t at = FOUR, lane
    for lane in range(FOUR):
        least[lane] = values[lane]
    while at < width:
        for lane in range(FOUR):
            least[lane] = values[at + lane] if values[at + lane] < least[lane] else least[lane]
        at += FOUR
    return min(min(least[0], least[1]), min(least[2], least[3]))


def distances(
    Costs costs not None, const uint8_t[::1] codes not None, const uint32_t[::1] starts not None,
    const int64_t[::1] indexes not None, *, bint beginnings=False,
):
    """The distance of each of some words from the typed letters.

    Args:
        costs: the costs for the typed letters.
        codes: the units of all words, one word after another.
        starts: where each word begins, and where the last ends.
        indexes: the words to measure.
        beginnings: whether to measure the nearest beginning of each word.

    Returns:
        The distances, float32, shape (words,).

    Raises:
        ValueError: there is no such word, or a unit without costs.
    """
    cdef float[::1] found = np.empty(len(indexes) + 1, np.float32)
    cdef Py_ssize_t i
    cdef uint32_t start
    cdef const uint8_t *first = &codes[0] if len(codes) else NULL
    cdef float *room
    if not len(starts):
        raise ValueError("no such words")
    room = costs.room()
    try:
        with nogil:
            for i in range(len(indexes)):
                costs.check(first, len(codes), &starts[0], len(starts) - 1, indexes[i])
                start = starts[indexes[i]]
                found[i] = costs.distance(
                    room, first + start, starts[indexes[i] + 1] - start, beginnings, INFINITY, 0
                )
    finally:
        PyMem_Free(room)
    return np.asarray(found)[:len(indexes)]


def nearest(
    Costs costs not None, const uint8_t[::1] codes not None, const uint32_t[::1] starts not None,
    const uint32_t[::1] frequencies not None, const int64_t[::1] indexes not None, *, double most, double weight=0,
    double weight_of_logarithm=0, uint32_t least=1, Py_ssize_t best=0,
):
    """Those of some words that are near enough to the typed letters; frequent words may be farther.

    Args:
        costs: the costs for the typed letters.
        codes: the units of all words, one word after another.
        starts: where each word begins, and where the last ends.
        frequencies: the document frequencies of all words.
        indexes: the words to measure.
        most: the greatest distance minus the worth of the frequency.
        weight: the factor of ``worths`` in the worth of the frequency.
        weight_of_logarithm: the factor of the natural logarithm of the frequency, which is added to it.
        least: the least frequency of the words wanted.
        best: the number of words wanted, those of least distance minus worth; 0 for all.

    Returns:
        Indexes and distances, float32, of the words wanted, and maybe of some that are little farther.

    Raises:
        ValueError: there is no such word, a unit without costs, or a word that is in no article.
    """
    cdef Py_ssize_t i, count = 0, size, bits, words = len(frequencies)
    cdef int64_t index
    cdef uint32_t frequency
    cdef const uint8_t *first = &codes[0] if len(codes) else NULL
    cdef float distance, ahead
    cdef double limit
    cdef double[FREQUENCY_BITS + 1] limits
    cdef double[::1] left = np.full(best + 1, most)
    cdef int64_t[::1] found = np.empty(len(indexes), np.int64)
    cdef float[::1] of_found = np.empty(len(indexes), np.float32)
    cdef float *room
    if best < 0 or words != len(starts) - 1:
        raise ValueError("each word has a frequency")
    for bits in range(FREQUENCY_BITS + 1):
        limits[bits] = worth_of(2.0 ** bits, weight, weight_of_logarithm) + ROUNDING
    room = costs.room()
    try:
        with nogil:
            for i in range(len(indexes)):
                if i + 2 * AHEAD < len(indexes) and 0 <= indexes[i + AHEAD] < words:
                    fetch(&frequencies[0] + indexes[i + 2 * AHEAD])
                    fetch(&starts[0] + indexes[i + 2 * AHEAD])
                    fetch(first + starts[indexes[i + AHEAD]])
                index = indexes[i]
                costs.check(first, len(codes), &starts[0], words, index)
                frequency = frequencies[index]
                if not frequency:
                    with gil:
                        raise ValueError("a word that no article holds")
                if frequency < least:
                    continue
                limit = left[best - 1 if best else 0] + limits[bits_of(frequency)]
                size = starts[index + 1] - starts[index]
                ahead = costs.all_at_least(first + starts[index], size)
                if ahead > limit:
                    continue
                distance = costs.distance(room, first + starts[index], size, False, <float> limit, ahead)
                if distance > limit:
                    continue
                found[count], of_found[count] = index, distance
                count += 1
                if best:
                    put_in_order(&left[0], best, distance - worth_of(frequency, weight, weight_of_logarithm))
    finally:
        PyMem_Free(room)
    return np.asarray(found)[:count], np.asarray(of_found)[:count]


def worths(const uint32_t[::1] frequencies not None, double weight):
    """The worth of frequencies in distance; a word in one or two articles is as often a slip as a word.

    Returns:
        float64, shape (words,).
    """
    cdef double[::1] found = np.empty(len(frequencies))
    cdef Py_ssize_t i
    for i in range(len(frequencies)):
        found[i] = worth_of(frequencies[i], weight, 0)
    return np.asarray(found)


cdef inline double worth_of(double frequency, double weight, double weight_of_logarithm) noexcept nogil:
    cdef double worth = weight * (log1p(frequency) - 1 / frequency) if weight else 0
    return worth + (weight_of_logarithm * log(frequency) if weight_of_logarithm else 0)


cdef inline Py_ssize_t bits_of(uint32_t number) noexcept nogil:
    cdef Py_ssize_t bits = 0
    while number:
        number >>= 1
        bits += 1
    return bits


cdef void put_in_order(double *least, Py_ssize_t count, double value) noexcept nogil:
    """Insert a value among the least ones so far, which ascend, in place of the greatest if it is less."""
    cdef Py_ssize_t at = count - 1
    if value >= least[at]:
        return
    while at and least[at - 1] > value:
        least[at] = least[at - 1]
        at -= 1
    least[at] = value


cdef extern from *:
    """
    #include <stdint.h>
    #if defined(__GNUC__) || defined(__clang__)
    #define ONES __builtin_popcountll
    #define fetch __builtin_prefetch
    #define INLINED inline __attribute__((always_inline))
    #else
    #define INLINED inline
    #define fetch(address) ((void) (address))
    static INLINED int ONES(uint64_t bits) {
        bits -= bits >> 1 & 0x5555555555555555;
        bits = (bits & 0x3333333333333333) + (bits >> 2 & 0x3333333333333333);
        return (int) (((bits + (bits >> 4)) & 0x0F0F0F0F0F0F0F0F) * 0x0101010101010101 >> 56);
    }
    #endif
    static INLINED size_t look(
        const uint64_t *numbers, uint32_t start, uint32_t stop, uint64_t number, int bits, uint32_t *places
    ) {
        size_t found = 0;
        for (uint32_t at = start; at < stop; at++) {
            places[found] = at;
            found += ONES(numbers[at] ^ number) <= bits;
        }
        return found;
    }
    #if (defined(__GNUC__) || defined(__clang__)) && defined(__x86_64__)
    __attribute__((target("popcnt"))) static size_t counting(
        const uint64_t *numbers, uint32_t start, uint32_t stop, uint64_t number, int bits, uint32_t *places
    ) { return look(numbers, start, stop, number, bits, places); }
    static size_t bits_apart(
        const uint64_t *numbers, uint32_t start, uint32_t stop, uint64_t number, int bits, uint32_t *places
    ) {
        return __builtin_cpu_supports("popcnt") ? counting(numbers, start, stop, number, bits, places)
                                                : look(numbers, start, stop, number, bits, places);
    }
    #else
    #define bits_apart look
    #endif
    """
    void fetch(const void *address) nogil
    # Writes the places of numbers that differ from ``number`` in at most ``bits`` bits; returns how many.
    # Nearly all processors count bits by one instruction, but portable code must first test for it.
    size_t bits_apart(
        const uint64_t *numbers, uint32_t start, uint32_t stop, uint64_t number, int bits, uint32_t *places
    ) nogil


def near_signatures(
    const uint32_t[::1] order not None, const uint64_t[::1] signatures not None, const uint32_t[::1] runs not None,
    tuple sizes not None, uint64_t signature, tuple lengths not None, *, uint64_t parting, int bits, Py_ssize_t enough,
    tuple classes not None,
):
    """The indexes of words whose letters are nearly those of a signature, class by class until there are enough.

    Args:
        order: the index of each word, sorted by class, part and length.
        signatures: the signature of each word in that order, one bit for each letter that occurs in it.
        runs: where the words of each class, part and length begin, and where the last ones end.
        sizes: the number of runs of a class, and of a part.
        signature: the signature of the typed letters.
        lengths: the least and the greatest length of words.
        parting: the bits of a signature that all words of a part share.
        bits: the most bits in which signatures may differ.
        enough: the number of words found from which on no further class is searched.
        classes: the first class to search, and the one after the last.

    Raises:
        ValueError: the runs do not fit the words.
    """
    cdef Py_ssize_t per_class = sizes[0], per_part = sizes[1], shortest = lengths[0], longest = lengths[1]
    cdef Py_ssize_t part, run, count = len(runs) - 1, begun = classes[0], ended = classes[1]
    cdef uint32_t start, stop
    cdef Numbers found = Numbers(NULL, 0, 0)
    if not 0 <= shortest <= longest < per_part or per_class < per_part or per_class % per_part or count % per_class:
        raise ValueError("no such runs")
    if len(order) != len(signatures) or begun < 0:
        raise ValueError("each word has letters, and the first class is 0")
    try:
        with nogil:
            for part in range(begun * per_class // per_part, min(count, ended * per_class) // per_part):
                run = part * per_part
                if run % per_class == 0 and <Py_ssize_t> found.size >= enough:
                    break
                start, stop = runs[run + shortest], runs[run + longest + 1]
                if stop > <size_t> len(signatures):
                    with gil:
                        raise ValueError("a run of no words")
                if start >= stop or ones((signatures[start] ^ signature) & parting) > bits:
                    continue
                if found.size + stop - start > found.room:
                    make_room(&found, 2 * (found.size + stop - start))
                found.size += bits_apart(&signatures[0], start, stop, signature, bits, found.values + found.size)
        indexes = np.empty(found.size, np.int64)
        words_at(indexes, found.values, order)
        return indexes
    finally:
        free(found.values)


cdef void words_at(int64_t[::1] indexes, const uint32_t *places, const uint32_t[::1] order):
    cdef Py_ssize_t i
    for i in range(len(indexes)):
        indexes[i] = order[places[i]]


# The skeleton of a single word, made letter by letter; ``skeletons`` makes the same for many words.
#
# The tables, and the reasons for them, are explained in ``index.vocabulary.skeleton``, and which letters make
# one unit in ``index.vocabulary.sound_units``.

cdef enum:
    FIRST_LETTER = 0x980  # of the Bengali block
    LETTER_COUNT = 128

cdef inline uint8_t code_at(const uint32_t *letters, Py_ssize_t at, Py_ssize_t size) noexcept nogil:
    """The offset of a letter in the Bengali block; 0 for other letters and outside of the word."""
    if 0 <= at < size and FIRST_LETTER < letters[at] < FIRST_LETTER + LETTER_COUNT:
        return <uint8_t> (letters[at] - FIRST_LETTER)
    return 0


cdef enum:
    IS_SPOKEN = 1
    IS_GLIDE = 2
    IS_CONSONANT = 4
    BEFORE_BA = 8
    BEFORE_MA = 16
    # Letters by their offsets in the block.
    A = 0x05
    E = 0x0F
    O = 0x13
    BA = 0x2C
    MA = 0x2E
    YA = 0x2F
    RA = 0x30
    AA_SIGN = 0x3E
    E_SIGN = 0x47
    HASANTA = 0x4D
    YYA = 0x5F
    FIRST_WORD_LETTER = 0x981
    LAST_WORD_LETTER = 0x9E3
    PACKED = 16  # symbols, of four bits each
    V_AND_R = 0xFF  # two symbols for one letter

BLOCK, LETTERS = FIRST_LETTER, LETTER_COUNT
"""The first code point of the Bengali block, and its number of letters."""

SPOKEN, GLIDE, CONSONANT = IS_SPOKEN, IS_GLIDE, IS_CONSONANT
SILENCES_BA, SILENCES_MA = BEFORE_BA, BEFORE_MA
"""Properties of a letter, as bits: it has a sound of its own, is a glide inside a word, is a consonant,
and keeps a ba-phala or a ma-phala after it silent."""


cdef class Skeletons:
    """Makes skeletons of words. Threads may share it.

    Args:
        names: the symbols, numbered from 1 on; the first is that of vowels at the beginning of a word.
        first: the symbol of each letter of the Bengali block at the beginning of a word, 0 for none, 255 for
            the first symbol and that of র; 128 bytes, as all tables have.
        inner: the symbol of each letter inside a word.
        kinds: the properties of each letter, as bits.
        breathed: the aspirated letter of each letter, 0 for none.
        clusters: conjuncts that are one sound: the letter before and the one after the hasanta, and the symbol.

    Raises:
        ValueError: a table has another number of bytes, or there are more symbols than four bits allow.
    """

    cdef bytes _first, _inner, _kinds, _breathed, _names
    cdef const uint8_t *first
    cdef const uint8_t *inner
    cdef const uint8_t *kinds
    cdef const uint8_t *breathed
    cdef uint8_t[LETTER_COUNT] cluster_of, cluster_symbol
    cdef uint8_t vowel, rhotic, nasal, velar

    def __cinit__(
        self, bytes names not None, bytes first not None, bytes inner not None, bytes kinds not None,
        bytes breathed not None, list clusters not None,
    ):
        if not len(first) == len(inner) == len(kinds) == len(breathed) == LETTERS:
            raise ValueError("a byte for each letter of the block is wanted")
        if not 0 < len(names) < PACKED or max(inner) > len(names):
            raise ValueError("as many symbols as have four bits are wanted")
        self._names, self._first, self._inner, self._kinds, self._breathed = names, first, inner, kinds, breathed
        self.first, self.inner, self.kinds, self.breathed = first, inner, kinds, breathed
        self.vowel, self.rhotic = 1, inner[RA]
        self.nasal, self.velar = names.find(b"n") + 1, names.find(b"g") + 1
        for before, after, symbol in clusters:
            self.cluster_of[before & (LETTER_COUNT - 1)] = after
            self.cluster_symbol[before & (LETTER_COUNT - 1)] = symbol

    def of(self, str word not None):
        """The skeleton of a word in canonical spelling; empty without consonant or initial vowel."""
        cdef uint32_t[LONGEST] room
        cdef uint32_t *letters = letters_of(word, room)
        cdef Py_ssize_t i, count
        cdef const uint8_t *names = self._names
        cdef uint8_t *symbols = <uint8_t *> PyMem_Malloc(len(word) + 1)
        try:
            if symbols == NULL:
                raise MemoryError
            count = self.write(letters, len(word), symbols, len(word) + 1)
            for i in range(count):
                symbols[i] = names[symbols[i] - 1]
            return symbols[:count].decode("ascii")
        finally:
            PyMem_Free(symbols)
            let_go(letters, room)

    cdef uint64_t packed(self, const uint32_t *letters, Py_ssize_t size) noexcept nogil:
        """The skeleton of a word as ``pack_skeleton`` packs it, four bits per symbol; 0 for none."""
        cdef uint8_t[PACKED] symbols
        cdef Py_ssize_t i, count = self.write(letters, size, symbols, PACKED)
        cdef uint64_t number = 0
        for i in range(PACKED):
            number = number << 4 | (symbols[i] if i < count else 0)
        return number

    cdef Py_ssize_t write(
        self, const uint32_t *letters, Py_ssize_t size, uint8_t *symbols, Py_ssize_t room
    ) noexcept nogil:
        """Write the symbols of a word, no more than ``room``, and return their number.

        A repeated symbol is dropped, since people double letters or not, and g after n, since ng is ং or ঙ্গ.
        """
        cdef Py_ssize_t at = 0, taken, count = 0
        cdef uint8_t letter, symbol, last = 0
        cdef bint begun = False
        while at < size and count < room:
            letter, symbol = code_at(letters, at, size), 0
            taken = self.conjunct(letters, at, size, &symbol)
            if taken:
                symbol = 0 if begun and symbol == self.vowel else symbol
            elif self.kinds[letter] & IS_SPOKEN:
                symbol = self.inner[letter]
                if not begun:
                    symbol = 0 if at and self.kinds[letter] & IS_GLIDE else self.first[letter]
            begun = begun or taken > 0 or self.kinds[letter] & IS_SPOKEN
            at += max(taken, 1)
            if symbol == V_AND_R:
                symbols[count] = self.vowel
                count += 1
                symbol = self.rhotic
            if symbol and symbol != last and not (symbol == self.velar and last == self.nasal) and count < room:
                symbols[count] = last = symbol
                count += 1
        return count

    cdef Py_ssize_t conjunct(
        self, const uint32_t *letters, Py_ssize_t at, Py_ssize_t size, uint8_t *symbol
    ) noexcept nogil:
        """The number of letters at ``at`` that make one unit, and its symbol; 0 for a unit of one letter."""
        cdef uint8_t letter = code_at(letters, at, size), after = code_at(letters, at + 1, size)
        cdef uint8_t third = code_at(letters, at + 2, size)
        if letter == HASANTA:
            if after == YA:
                return 3 if third == AA_SIGN else 2
            if after == BA and self.kinds[code_at(letters, at - 1, size)] & BEFORE_BA:
                return 2
            return 2 if after == MA and self.kinds[code_at(letters, at - 1, size)] & BEFORE_MA else 0
        if letter == O and after == YYA:
            symbol[0] = self.vowel
            return 3 if third == AA_SIGN or third == E_SIGN else 2
        if after != HASANTA:
            return 0
        if third == YA and code_at(letters, at + 3, size) == AA_SIGN:
            if letter == A or letter == E:
                symbol[0] = self.vowel
                return 4
            if letter == RA and at == 0:
                return 0
        if not self.kinds[letter] & IS_CONSONANT or not self.kinds[third] & IS_CONSONANT:
            return 0
        if self.cluster_of[letter] == third:
            symbol[0] = self.cluster_symbol[letter]
            return 3
        if letter == RA:
            symbol[0] = self.rhotic
            return 2
        return 2 if letter == third or self.breathed[letter] == third else 0


def is_bengali(str word not None):
    """Whether a word has two letters or more, all of them Bengali and none a digit."""
    cdef Py_UCS4 letter
    for letter in word:
        if not FIRST_WORD_LETTER <= letter <= LAST_WORD_LETTER:
            return False
    return len(word) > 1


# The words that sound like one, and the index of a word: bisection over packed skeletons of a vocabulary.

cdef enum:
    WORD_ENDS = 0x80  # added to the last letter of a word


cdef class Sounding:
    """The words of a vocabulary, sorted by skeleton. Threads may share it.

    Args:
        rules: makes the skeleton of a word.
        same: what each of the 128 letters of the Bengali block becomes when spellings are compared that a
            reader does not distinguish; 0 for letters that do not count.
        skeletons: the packed skeleton of each word, ascending.
        frequencies: the frequency of each word, descending among words of one skeleton.
        starts: where the letters of each word begin, and where those of the last end.
        codes: the offsets of all words' letters in the block, that of the last letter of each word plus 128.

    Raises:
        DamageError: the arrays do not fit each other; methods raise it likewise.
    """

    cdef Skeletons rules
    cdef bytes same
    cdef const uint64_t[::1] skeletons
    cdef const uint32_t[::1] frequencies, starts
    cdef const uint8_t[::1] codes

    def __init__(
        self, Skeletons rules not None, bytes same not None, const uint64_t[::1] skeletons not None,
        const uint32_t[::1] frequencies not None, const uint32_t[::1] starts not None,
        const uint8_t[::1] codes not None,
    ):
        if len(same) != LETTER_COUNT:
            raise ValueError("a byte for each letter of the block is wanted")
        if len(skeletons) != len(frequencies) or len(starts) != len(frequencies) + 1:
            raise DamageError("columns of words do not fit each other")
        self.rules, self.same = rules, same
        self.skeletons, self.frequencies, self.starts, self.codes = skeletons, frequencies, starts, codes

    def range(self, str word not None):
        """The indexes of the words with the skeleton of a word: the first, and the one after the last."""
        cdef uint32_t[LONGEST] room
        cdef uint32_t *letters = letters_of(word, room)
        cdef uint64_t packed = self.rules.packed(letters, len(word))
        cdef Py_ssize_t start = 0
        let_go(letters, room)
        if not packed:
            return 0, 0
        start = self.first(packed)
        return start, (self.first(packed + 1) if packed + 1 else len(self.skeletons))

    def find(self, str word not None):
        """The index of a word; -1 if it is not in the vocabulary."""
        cdef uint32_t[LONGEST] room
        cdef uint32_t *letters = letters_of(word, room)
        try:
            return self.index_of(letters, len(word))
        finally:
            let_go(letters, room)

    def equal(self, str word not None, Py_ssize_t heard, uint32_t least):
        """The indexes of words that equal a word once ``same`` replaces letters and drops repeated ones.

        Args:
            word: a word in canonical spelling.
            heard: the number of its first letters that its skeleton is made of.
            least: the least frequency of the words.

        Returns:
            The indexes, frequent words first; that of the word itself may be among them.
        """
        cdef uint32_t[LONGEST] room
        cdef uint32_t *letters = letters_of(word, room)
        cdef Py_ssize_t index
        cdef uint64_t packed = self.rules.packed(letters, min(heard, len(word)))
        found = []
        try:
            if packed and are_of_block(letters, len(word)):
                for index in range(self.first(packed), len(self.skeletons)):
                    if self.skeletons[index] != packed or self.frequencies[index] < least:
                        break
                    if self.is_equal(letters, len(word), index):
                        found.append(index)
            return found
        finally:
            let_go(letters, room)

    cdef bint is_equal(self, const uint32_t *letters, Py_ssize_t size, Py_ssize_t index) except -1:
        """Whether two words are equal as simplified by ``equal``: compares letters that count one by one."""
        cdef const uint8_t *same = self.same
        cdef uint8_t here = 0, there = 0
        cdef Py_ssize_t i = 0
        cdef uint32_t at = self.starts[index], end = self.end_of(index)
        while True:
            here = next_of_word(same, letters, &i, size, here)
            there = next_of_codes(same, &self.codes[0], &at, end, there)
            if here != there:
                return False
            if not here:
                return True

    cdef Py_ssize_t index_of(self, const uint32_t *letters, Py_ssize_t size) except -2:
        cdef uint64_t packed = self.rules.packed(letters, size)
        cdef Py_ssize_t index
        if not packed:
            return -1
        for index in range(self.first(packed), len(self.skeletons)):
            if self.skeletons[index] != packed:
                break
            if self.starts[index + 1] - self.starts[index] == <size_t> size and self.is_word(index, letters, size):
                return index
        return -1

    cdef bint is_word(self, Py_ssize_t index, const uint32_t *letters, Py_ssize_t size) except -1:
        cdef uint32_t at = self.starts[index], end = self.end_of(index)
        cdef Py_ssize_t i
        for i in range(size):
            if letters[i] - FIRST_LETTER >= LETTER_COUNT:
                return False
            if self.codes[at + i] != letters[i] - FIRST_LETTER + (WORD_ENDS if at + i + 1 == end else 0):
                return False
        return True

    cdef uint32_t end_of(self, Py_ssize_t index) except? 0:
        """Where the letters of a word end, which are checked to lie inside ``codes``."""
        if self.starts[index] > self.starts[index + 1] or self.starts[index + 1] > <size_t> len(self.codes):
            raise DamageError("a word of an impossible length")
        return self.starts[index + 1]

    cdef Py_ssize_t first(self, uint64_t packed) noexcept nogil:
        """The index of the first word whose skeleton is not less than ``packed``."""
        cdef Py_ssize_t low = 0, high = len(self.skeletons), middle
        while low < high:
            middle = (low + high) // 2
            if self.skeletons[middle] < packed:
                low = middle + 1
            else:
                high = middle
        return low


cdef bint are_of_block(const uint32_t *letters, Py_ssize_t size) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(size):
        if letters[i] - FIRST_LETTER >= LETTER_COUNT:
            return False
    return True


cdef inline uint8_t next_of_word(
    const uint8_t *same, const uint32_t *letters, Py_ssize_t *i, Py_ssize_t size, uint8_t before
) noexcept nogil:
    """What the next letter that counts becomes by ``same``, 0 at the end of the word."""
    cdef uint8_t sound
    while i[0] < size:
        sound = same[letters[i[0]] - FIRST_LETTER]
        i[0] += 1
        if sound and sound != before:
            return sound
    return 0


cdef inline uint8_t next_of_codes(
    const uint8_t *same, const uint8_t *codes, uint32_t *at, uint32_t end, uint8_t before
) noexcept nogil:
    cdef uint8_t sound
    while at[0] < end:
        sound = same[codes[at[0]] & (WORD_ENDS - 1)]
        at[0] += 1
        if sound and sound != before:
            return sound
    return 0
