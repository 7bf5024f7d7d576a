"""How words sound, and what it costs to take what was typed for one of them."""

from cpython.mem cimport PyMem_Free, PyMem_Malloc
from libc.math cimport INFINITY
from libc.stdint cimport int32_t, int64_t, uint32_t, uint64_t, uint8_t
from libc.stdlib cimport free

import numpy as np

from onneshon.index.kernel import DamageError
from onneshon.index.kernel.memory cimport LONGEST, Numbers, append, array_of, let_go, letters_of, ones

__all__ = [
    "BLOCK", "CONSONANT", "GLIDE", "LETTERS", "SILENCES_BA", "SILENCES_MA", "SPOKEN", "Skeletons", "Sounding",
    "cost_table", "distances", "is_bengali", "near_signatures",
]

# What it costs to take what was typed for each of many words: the inner loop of the noisy channel.

cdef enum:
    MOST_LETTERS = 128
    IMPOSSIBLE = 99  # natural logarithm
    FOUR = 4


cdef struct Laid:
    # What units cost, laid out so that all positions of a text are gone through four at a time.
    float *steps  # by unit, by how many letters it is written as, by the position after these
    float *reached  # by position; before the first are as many as a unit may be written as, all out of reach
    float *after
    Py_ssize_t takes, letters, width


cdef int lay_out(Laid *laid, const float[:, :, ::1] table) except -1:
    """Copy a table; ``steps`` are to be freed, the rest lies behind them."""
    cdef Py_ssize_t units = table.shape[0], takes = table.shape[1], positions = table.shape[2]
    cdef Py_ssize_t width = (positions + FOUR - 1) // FOUR * FOUR, unit, taken, position, size
    cdef float *steps
    size = (units * takes + 2) * width + 2 * takes
    laid.steps = steps = <float *> PyMem_Malloc(size * sizeof(float))
    if steps == NULL:
        raise MemoryError
    laid.takes, laid.letters, laid.width = takes, positions - 1, width
    for position in range(size):
        steps[position] = INFINITY
    for unit in range(units):
        for taken in range(min(takes, positions)):
            for position in range(positions - taken):
                steps[position + taken] = table[unit, taken, position]
            steps += width
        steps += max(takes - positions, 0) * width
    laid.reached = steps + takes
    laid.after = laid.reached + width + takes
    return 0


cdef float distance_of(
    Laid *laid, const uint8_t *codes, Py_ssize_t size, uint8_t added, bint beginnings, float most
) noexcept nogil:
    """The least cost of all typed letters for a word, or for the nearest beginning of it.

    Given up where no way can lead to a word any more that is no farther off than ``most``: it is farther then.
    """
    cdef float *reached = laid.reached
    cdef float *after = laid.after
    cdef const float *steps
    cdef Py_ssize_t unit, taken, position
    cdef float nearest
    for position in range(laid.width):
        reached[position] = INFINITY if position > laid.letters else IMPOSSIBLE
    reached[0] = 0
    nearest = reached[laid.letters]
    for unit in range(size):
        steps = laid.steps + (codes[unit] + added) * laid.takes * laid.width
        go_on(reached, steps, after, laid.width)
        for taken in range(1, laid.takes):
            go_on_nearer(reached - taken, steps + taken * laid.width, after, laid.width)
        reached, after = after, reached
        if least_of(reached, laid.width) > most:
            return INFINITY
        nearest = min(nearest, reached[laid.letters])
    return nearest if beginnings else reached[laid.letters]


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
    """The least of some values, four side by side."""
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
    const float[:, :, ::1] table not None, const uint8_t[::1] codes not None, const uint32_t[::1] starts not None,
    const int64_t[::1] indexes not None, *, uint8_t added=0, bint beginnings=False,
    const double[::1] worths=None, Py_ssize_t best=0, double within=INFINITY,
):
    """The distance of each of some words from what was typed.

    Args:
        table: what a unit (axis 0) costs that is written as so many letters (axis 1) from a position (axis 2) on;
            positions are one more than the letters. Row 0 stands for no unit, and changes nothing.
        codes: the units of all words, one word after another.
        starts: where each word begins, and where the last ends.
        indexes: the words to measure.
        added: to each code.
        beginnings: measure the nearest beginning of each word.
        worths: what to take from each distance; None for nothing.
        best: how many words with the least of what is left are measured; the others may be infinitely far. 0 for all.
        within: what is left of the words wanted, at most; the others may be infinitely far.

    Returns:
        float32, shape (words,).

    Raises:
        ValueError: no such words, or codes without a row.
    """
    cdef float[::1] found = np.empty(len(indexes) + 1, np.float32)
    cdef Py_ssize_t i, unit, letters = table.shape[2] - 1
    cdef uint32_t start, stop
    cdef double[::1] least = np.full(best + 1, within)
    cdef double worth = 0
    cdef Laid laid
    if not 0 <= letters <= MOST_LETTERS or table.shape[1] < 1 or table.shape[0] < 1:
        raise ValueError("the table is of no text")
    if best < 0 or ((best or within < INFINITY) and beginnings) or (worths is not None and len(worths) != len(indexes)):
        raise ValueError("each word is worth something, and the best are measured to their ends")
    for i in range(len(indexes)):
        if not 0 <= indexes[i] < len(starts) - 1:
            raise ValueError("no such word")
        start, stop = starts[indexes[i]], starts[indexes[i] + 1]
        if start > stop or stop > len(codes):
            raise ValueError("a word of an impossible length")
        if table.shape[0] <= 255 + added:
            for unit in range(start, stop):
                if codes[unit] + added >= table.shape[0]:
                    raise ValueError("a word of no units")
    if not len(codes):
        return np.asarray(found)[:len(indexes)]
    lay_out(&laid, table)
    with nogil:
        for i in range(len(indexes)):
            start, stop = starts[indexes[i]], starts[indexes[i] + 1]
            if worths is not None:
                worth = worths[i]
            found[i] = distance_of(
                &laid, &codes[0] + start, stop - start, added, beginnings,
                <float> (least[best - 1 if best else 0] + worth + ROUNDING),
            )
            if best and found[i] - worth < least[best - 1]:
                put_in_order(&least[0], best, found[i] - worth)
    PyMem_Free(laid.steps)
    return np.asarray(found)[:len(indexes)]


cdef float ROUNDING = 1e-3  # more than what distances of one word differ by, added up in another order


cdef void put_in_order(double *least, Py_ssize_t count, double value) noexcept nogil:
    """Put a value among the least ones so far, ascending, in the place of the greatest."""
    cdef Py_ssize_t at = count - 1
    while at and least[at - 1] > value:
        least[at] = least[at - 1]
        at -= 1
    least[at] = value


def near_signatures(
    const uint32_t[::1] order not None, const uint64_t[::1] signatures not None, const uint32_t[::1] runs not None,
    tuple sizes not None, uint64_t signature, tuple lengths not None, *, uint64_t parting, int bits, Py_ssize_t enough,
    tuple classes not None,
):
    """The indexes of words whose letters are nearly those of a signature, class by class until there are enough.

    Args:
        order: the index of each word.
        signatures: of each word in that order, one bit for each letter that occurs in it.
        runs: where the words of each class, of each of its parts and of each length begin, and the last end.
        sizes: the runs of a class, and those of a part.
        signature: of what was typed.
        lengths: the least and the greatest.
        parting: bits of the letters that all words of a part have alike.
        bits: in which signatures may differ.
        enough: words found from which on no further class is looked at.
        classes: the first to look at, and the one after the last.

    Raises:
        ValueError: the runs are none of these words.
    """
    cdef Py_ssize_t per_class = sizes[0], per_part = sizes[1], shortest = lengths[0], longest = lengths[1]
    cdef Py_ssize_t run, count = len(runs) - 1, begun = classes[0], ended = classes[1]
    cdef uint32_t at, stop
    cdef Numbers found = Numbers(NULL, 0, 0)
    if not 0 <= shortest <= longest < per_part or per_class < per_part or per_class % per_part or count % per_class:
        raise ValueError("no such runs")
    if len(order) != len(signatures) or begun < 0:
        raise ValueError("each word has letters, and the first class is 0")
    try:
        for run in range(begun * per_class, min(count, ended * per_class), per_part):
            if run % per_class == 0 and <Py_ssize_t> found.size >= enough:
                break
            at, stop = runs[run + shortest], runs[run + longest + 1]
            if stop > <size_t> len(signatures):
                raise ValueError("a run of no words")
            if at >= stop or ones((signatures[at] ^ signature) & parting) > bits:
                continue
            for at in range(at, stop):
                if ones(signatures[at] ^ signature) <= bits:
                    append(&found, order[at])
        return array_of(found.values, found.size).astype(np.int64)
    finally:
        free(found.values)


def cost_table(const float[:, ::1] columns not None, const int32_t[:, ::1] chosen not None, const float[::1] added not None):
    """What each unit costs that is written as so many of the letters typed, from each position on.

    A unit may be followed by a letter too many, or, at the start of the word, preceded by one.

    Args:
        columns: what each unit (axis 1) costs that is written as some letters (axis 0).
        chosen: the row of the letters typed, so many (axis 0) from a position (axis 1) on; positions are one more than
            the letters.
        added: what each letter costs that no unit accounts for.

    Returns:
        float32, shape (units, letters taken, positions); unit 0 stands for none, and changes nothing.

    Raises:
        ValueError: no such rows.
    """
    cdef Py_ssize_t units = columns.shape[1], takes = chosen.shape[0], positions = chosen.shape[1], unit, taken, position
    if positions != len(added) + 1 or not units or not takes:
        raise ValueError("letters without a cost")
    for taken in range(min(takes, positions)):
        for position in range(positions - taken):
            if not 0 <= chosen[taken, position] < columns.shape[0]:
                raise ValueError("no such letters")
    cdef float[:, :, ::1] table = np.empty((units, takes, positions), np.float32)
    for unit in range(units):
        for taken in range(takes):
            for position in range(positions):
                table[unit, taken, position] = IMPOSSIBLE
                if unit and position + taken < positions:
                    table[unit, taken, position] = columns[chosen[taken, position], unit]
        if unit:
            allow_insertions(&table[unit, 0, 0], takes, positions, &added[0] if positions > 1 else NULL)
    table[0, 0, :] = 0
    return np.asarray(table)


cdef void allow_insertions(
    float *steps, Py_ssize_t takes, Py_ssize_t positions, const float *added
) noexcept nogil:
    cdef Py_ssize_t taken, position
    cdef const float *fewer
    cdef float *here
    for taken in range(1, min(takes, positions)):
        fewer, here = steps + (taken - 1) * positions, steps + taken * positions
        for position in range(positions - taken):
            here[position] = min(here[position], fewer[position] + added[position + taken - 1])
        for position in range(positions - taken if taken > 1 else 1):
            here[position] = min(here[position], fewer[position + 1] + added[position])


# The consonants of a word alone, found letter by letter: what ``skeletons`` makes of many words.
#
# What the tables hold, and why, is said where they are made (``index.vocabulary.skeleton``), and which letters
# are one unit where units are (``index.vocabulary.sound_units``).

cdef enum:
    FIRST_LETTER = 0x980  # of the Bengali block
    LETTER_COUNT = 128

cdef inline uint8_t code_at(const uint32_t *letters, Py_ssize_t at, Py_ssize_t size) noexcept nogil:
    """The offset of a letter in the Bengali block; 0 for another, and beyond the word."""
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
"""Where the Bengali block begins, and how many letters it has."""

SPOKEN, GLIDE, CONSONANT = IS_SPOKEN, IS_GLIDE, IS_CONSONANT
SILENCES_BA, SILENCES_MA = BEFORE_BA, BEFORE_MA
"""What a letter is, as bits: whether it has a sound of its own, glides inside a word, and keeps a ba-phala or a
ma-phala after it silent."""


cdef class Skeletons:
    """Makes skeletons of words. Threads may share it.

    Args:
        names: the symbols, of which each is a number from 1 on: the first is that of vowels, which begin words.
        first: the symbol of each letter of the Bengali block where it begins a word, 0 for none, 255 for the
            first symbol and that of র; 128 bytes, as all tables have.
        inner: the symbol of each letter inside a word.
        kinds: what each letter is, as bits.
        breathed: the letter that is each one breathed, 0 for none.
        clusters: conjuncts that are one sound: the letter before and the one after the hasanta, and the symbol.

    Raises:
        ValueError: a table has not as many bytes.
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
        """The skeleton of a word in canonical spelling; empty where it has no consonant or first vowel."""
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
        """A skeleton as ``pack_skeleton`` has it, four bits a symbol; 0 for none."""
        cdef uint8_t[PACKED] symbols
        cdef Py_ssize_t i, count = self.write(letters, size, symbols, PACKED)
        cdef uint64_t number = 0
        for i in range(PACKED):
            number = number << 4 | (symbols[i] if i < count else 0)
        return number

    cdef Py_ssize_t write(
        self, const uint32_t *letters, Py_ssize_t size, uint8_t *symbols, Py_ssize_t room
    ) noexcept nogil:
        """The symbols of a word, no more than there is room for, and how many they are.

        A symbol after itself is dropped, since people double or not, and g after n, since ng is ং or ঙ্গ.
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
        """How many letters here are one unit, and its symbol; 0 for a letter that is one by itself."""
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
    """Whether a word has two letters or more, all of them Bengali ones, and none is a digit."""
    cdef Py_UCS4 letter
    for letter in word:
        if not FIRST_WORD_LETTER <= letter <= LAST_WORD_LETTER:
            return False
    return len(word) > 1


# Which words sound like one, and which is it? Bisection over the packed skeletons of the words of a vocabulary.

cdef enum:
    WORD_ENDS = 0x80  # added to the last letter of a word


cdef class Sounding:
    """The words of a vocabulary, those of one skeleton beside each other. Threads may share it.

    Args:
        rules: make the skeleton of a word.
        same: what each of the 128 letters of the Bengali block is where spellings are compared that a reader does
            not tell apart; 0 for none.
        skeletons: of each word, packed, ascending.
        frequencies: of each word; in one skeleton less and less.
        starts: where the letters of each word begin, and where the last end.
        codes: the letters of all words, the last letter of each plus 128.

    Raises:
        DamageError: they do not fit each other; methods raise it likewise.
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
        """The indexes of the words that sound like one: the first, and the one after the last."""
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
        """The index of a word; -1 where there is none."""
        cdef uint32_t[LONGEST] room
        cdef uint32_t *letters = letters_of(word, room)
        try:
            return self.index_of(letters, len(word))
        finally:
            let_go(letters, room)

    def equal(self, str word not None, Py_ssize_t heard, uint32_t least):
        """The indexes of words that are the same once each letter is another one, or none, and none comes twice.

        Args:
            word: in canonical spelling.
            heard: letters of it that its skeleton is made of, the first.
            least: frequency of the words.

        Returns:
            Places, the frequent first; that of the word itself may be among them.
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
        """Whether two words are the same, much simplified: each goes from one letter that counts to the next."""
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
        """Where the letters of a word end, all of which are there."""
        if self.starts[index] > self.starts[index + 1] or self.starts[index + 1] > <size_t> len(self.codes):
            raise DamageError("a word of an impossible length")
        return self.starts[index + 1]

    cdef Py_ssize_t first(self, uint64_t packed) noexcept nogil:
        """The index of the first word whose skeleton is not less."""
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
    """What the next letter of a word is that counts, 0 at its end."""
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
