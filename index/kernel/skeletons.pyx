"""The consonants of a word alone, found letter by letter: what ``skeletons`` makes of many words.

What the tables hold, and why, is said where they are made (``index.vocabulary.skeleton``), and which letters
are one unit where units are (``index.vocabulary.sound_units``).
"""

from cpython.mem cimport PyMem_Free, PyMem_Malloc
from libc.stdint cimport uint8_t, uint32_t, uint64_t

from onneshon.index.kernel.letter_table cimport LONGEST, let_go, letters_of

__all__ = ["BLOCK", "CONSONANT", "GLIDE", "LETTERS", "SILENCES_BA", "SILENCES_MA", "SPOKEN", "Skeletons", "is_bengali"]

cdef enum:
    IS_SPOKEN = 1
    IS_GLIDE = 2
    IS_CONSONANT = 4
    BEFORE_BA = 8
    BEFORE_MA = 16
    # Letters by their places in the block.
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
