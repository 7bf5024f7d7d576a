"""Which words sound like one, and which is it? Bisection over the packed skeletons of the words of a vocabulary."""

from libc.stdint cimport int64_t, uint8_t, uint32_t, uint64_t

from onneshon.index.kernel.errors import DamageError
from onneshon.index.kernel.letter_table cimport LONGEST, let_go, letters_of
from onneshon.index.kernel.skeletons cimport FIRST_LETTER, LETTER_COUNT, Skeletons

__all__ = ["Sounding"]

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
        """The places of the words that sound like one: the first, and the one after the last."""
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
        """The place of a word; -1 where there is none."""
        cdef uint32_t[LONGEST] room
        cdef uint32_t *letters = letters_of(word, room)
        try:
            return self.place_of(letters, len(word))
        finally:
            let_go(letters, room)

    def alike(self, str word not None, Py_ssize_t heard, uint32_t least):
        """The places of words that are the same once each letter is another one, or none, and none comes twice.

        Args:
            word: in canonical spelling.
            heard: letters of it that its skeleton is made of, the first.
            least: frequency of the words.

        Returns:
            Places, the frequent first; that of the word itself may be among them.
        """
        cdef uint32_t[LONGEST] room
        cdef uint32_t *letters = letters_of(word, room)
        cdef Py_ssize_t place
        cdef uint64_t packed = self.rules.packed(letters, min(heard, len(word)))
        found = []
        try:
            if packed and are_of_block(letters, len(word)):
                for place in range(self.first(packed), len(self.skeletons)):
                    if self.skeletons[place] != packed or self.frequencies[place] < least:
                        break
                    if self.is_alike(letters, len(word), place):
                        found.append(place)
            return found
        finally:
            let_go(letters, room)

    cdef bint is_alike(self, const uint32_t *letters, Py_ssize_t size, Py_ssize_t place) except -1:
        """Whether two words are the same, much simplified: each goes from one letter that counts to the next."""
        cdef const uint8_t *same = self.same
        cdef uint8_t here = 0, there = 0
        cdef Py_ssize_t i = 0
        cdef uint32_t at = self.starts[place], end = self.end_of(place)
        while True:
            here = next_of_word(same, letters, &i, size, here)
            there = next_of_codes(same, &self.codes[0], &at, end, there)
            if here != there:
                return False
            if not here:
                return True

    cdef Py_ssize_t place_of(self, const uint32_t *letters, Py_ssize_t size) except -2:
        cdef uint64_t packed = self.rules.packed(letters, size)
        cdef Py_ssize_t place
        if not packed:
            return -1
        for place in range(self.first(packed), len(self.skeletons)):
            if self.skeletons[place] != packed:
                break
            if self.starts[place + 1] - self.starts[place] == <size_t> size and self.is_word(place, letters, size):
                return place
        return -1

    cdef bint is_word(self, Py_ssize_t place, const uint32_t *letters, Py_ssize_t size) except -1:
        cdef uint32_t at = self.starts[place], end = self.end_of(place)
        cdef Py_ssize_t i
        for i in range(size):
            if letters[i] - FIRST_LETTER >= LETTER_COUNT:
                return False
            if self.codes[at + i] != letters[i] - FIRST_LETTER + (WORD_ENDS if at + i + 1 == end else 0):
                return False
        return True

    cdef uint32_t end_of(self, Py_ssize_t place) except? 0:
        """Where the letters of a word end, all of which are there."""
        if self.starts[place] > self.starts[place + 1] or self.starts[place + 1] > <size_t> len(self.codes):
            raise DamageError("a word of an impossible length")
        return self.starts[place + 1]

    cdef Py_ssize_t first(self, uint64_t packed) noexcept nogil:
        """The place of the first word whose skeleton is not less."""
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
