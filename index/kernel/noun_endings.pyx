"""Which endings a noun carries: found letter by letter, no string is made of what each would leave.

What the tables hold, and why, is said where they are read (``index.analysis.stemmer``).
"""

from cpython.mem cimport PyMem_Free, PyMem_Malloc
from cpython.unicode cimport PyUnicode_Substring
from libc.stdint cimport uint8_t, uint32_t
from libc.stdlib cimport free
from libc.string cimport memcmp

from onneshon.index.kernel.letter_table cimport LONGEST, let_go, letters_of, table_of
from onneshon.index.kernel.memory cimport append

__all__ = ["CONSONANT", "VOWEL", "VOWEL_SIGN", "NounEndings"]

cdef enum:
    IS_CONSONANT = 1
    IS_VOWEL = 2
    IS_SIGN = 4
    IS_SPOKEN = 6  # a vowel, by itself or as a sign
    BLOCK = 0x980
    LETTERS = 128  # of the block
    ANUSVARA = 0x982
    VISARGA = 0x983
    YA = 0x9AF
    RA = 0x9B0
    HA = 0x9B9
    AA = 0x9BE
    E = 0x9C7
    O = 0x9CB
    HASANTA = 0x9CD
    ROUNDS = 4  # বিশ্ববিদ্যালয়|গুলো|তে|ও: no noun carries more

CONSONANT, VOWEL, VOWEL_SIGN = IS_CONSONANT, IS_VOWEL, IS_SIGN
"""What a letter is, as bits."""

cdef class NounEndings:
    """Takes endings off nouns. Threads may share it.

    Args:
        classes: what each letter of the Bengali block is, as bits; 128 bytes.
        endings: longest first. Of each the letters, the aksharas that must be left, what must stand before
            it, whether it may follow one akshara alone, and whether it may follow a short noun.
        kept: words that are left as they are.
        tails: last parts of such words.
        short_nouns: nouns of one akshara.

    Raises:
        ValueError: there are not as many classes.
    """

    def __cinit__(self, bytes classes not None, list endings not None, kept, tails, short_nouns):
        if len(classes) != LETTERS:
            raise ValueError("a byte for each letter of the block is wanted")
        self.classes = classes
        self.kept, self.tails, self.short_nouns = table_of(kept), table_of(tails), table_of(short_nouns)
        self.endings = <Ending *> PyMem_Malloc((len(endings) + 1) * sizeof(Ending))
        if self.endings == NULL:
            raise MemoryError
        for text, aksharas, after, one, one_noun in endings:
            self.add(text, aksharas, after, one, one_noun)

    def __dealloc__(self):
        free(self.letters.values)
        PyMem_Free(self.endings)

    cdef int add(self, str text, Py_ssize_t aksharas, Py_UCS4 after, bint one, bint one_noun) except -1:
        cdef Ending *ending = &self.endings[self.count]
        cdef Py_UCS4 letter
        ending.at, ending.size, ending.aksharas = self.letters.size, len(text), aksharas
        ending.after, ending.one, ending.one_noun = after, one, one_noun
        for letter in text:
            append(&self.letters, letter)
        self.count += 1
        return 0

    def without(self, str word not None):
        """A word without its endings; itself if it has none."""
        return self.shortened(word)

    cdef str unmarked(self, str word):
        """A word without a ঃ or a hasanta at its end, where two aksharas are left; not one that is kept."""
        cdef uint32_t[LONGEST] room
        cdef uint32_t *letters
        cdef Py_ssize_t size = len(word)
        while size and is_mark(word[size - 1]):
            size -= 1
        if size == len(word):
            return word
        letters = letters_of(word, room)
        if self.kept.find(letters, len(word)) >= 0 or self.count_of(letters, size, 2) < 2:
            size = len(word)
        let_go(letters, room)
        return PyUnicode_Substring(word, 0, size)

    cdef str shortened(self, str word):
        cdef uint32_t[LONGEST] room
        cdef uint32_t *letters = letters_of(word, room)
        cdef Py_ssize_t size
        try:
            size = self.left(letters, len(word))
        finally:
            let_go(letters, room)
        return word if size == len(word) else PyUnicode_Substring(word, 0, size)

    cdef Py_ssize_t left(self, const uint32_t *letters, Py_ssize_t size) noexcept:
        """Letters of a word that are left without its endings."""
        cdef Py_ssize_t kept = 0, turn
        if self.is_kept(letters, size):
            return size
        for turn in range(ROUNDS):
            size = self.shorter(letters, size, &kept)
            if kept:
                return kept
            if size < 0:
                size = -size
                break
        # ছেলে and ছেলের (which the rule for -ের cuts to ছেল) meet without the ে.
        if size and letters[size - 1] == E and self.count_of(letters, size, 2) > 1:
            size -= 1
        return size

    cdef Py_ssize_t shorter(self, const uint32_t *letters, Py_ssize_t size, Py_ssize_t *kept) noexcept:
        """Letters that are left without the longest ending that fits, minus ``size`` where none does.

        Unless a shorter one leaves a word that is kept, to which ``kept`` is set: বৈঠকে is বৈঠক and ে, not
        বৈঠ and কে.
        """
        cdef Py_ssize_t i, rest, longest = -size
        for i in range(self.count):
            rest = size - self.endings[i].size
            if rest > 0 and self.fits(&self.endings[i], letters, rest):
                longest = rest if longest < 0 else longest
                if self.is_kept(letters, rest):
                    kept[0] = rest
                    break
        return longest

    cdef bint fits(self, const Ending *ending, const uint32_t *letters, Py_ssize_t rest) noexcept:
        """Whether an ending stands after so many letters, and what it leaves may be a word."""
        cdef Py_ssize_t aksharas
        if memcmp(self.letters.values + ending.at, letters + rest, ending.size * sizeof(uint32_t)):
            return False
        if letters[rest - 1] == HASANTA or not self.may_follow(letters, rest, ending.after):
            return False
        aksharas = self.count_of(letters, rest, max(2, ending.aksharas))
        if aksharas < ending.aksharas:
            return False
        if aksharas > 1 or ending.one:
            return True
        return ending.one_noun and self.short_nouns.find(letters, rest) >= 0

    cdef bint may_follow(self, const uint32_t *letters, Py_ssize_t rest, Py_UCS4 after) noexcept:
        cdef uint32_t last = letters[rest - 1]
        if after == c"-":
            return True
        if after == c"c":
            return not self.class_of(last) & IS_SPOKEN
        if after == c"p":  # a ya-phala or a ra-phala
            return (last == YA or last == RA) and rest > 1 and letters[rest - 2] == HASANTA
        if after == c"v":
            return self.class_of(last) & IS_SPOKEN
        if after == c"h":
            return last == HA and rest > 1 and letters[rest - 2] == AA
        if after == c"y":
            return (self.class_of(last) & IS_SPOKEN and last != E) or last == ANUSVARA
        return last == AA or last == O

    cdef bint is_kept(self, const uint32_t *letters, Py_ssize_t size) noexcept:
        cdef Py_ssize_t tail, half = size // 2
        if self.kept.find(letters, size) >= 0:
            return True
        for tail in range(2, min(size, self.tails.longest) + 1):
            if self.tails.find(letters + size - tail, tail) >= 0:
                return True
        # ঝকঝক, ঝিরঝির: what ends the first half belongs to the second as well.
        return (
            half > 1 and 2 * half == size and not self.class_of(letters[size - 1]) & IS_SPOKEN
            and memcmp(letters, letters + half, half * sizeof(uint32_t)) == 0
        )

    cdef Py_ssize_t count_of(self, const uint32_t *letters, Py_ssize_t size, Py_ssize_t enough) noexcept:
        """Aksharas: vowels, and consonants that no hasanta ties to the one before; at most ``enough``."""
        cdef Py_ssize_t i, count = 0
        cdef uint32_t before = 0
        cdef uint8_t kind
        for i in range(size):
            kind = self.class_of(letters[i])
            if kind & IS_VOWEL or (kind & IS_CONSONANT and before != HASANTA):
                count += 1
                if count == enough:
                    break
            before = letters[i]
        return count

    cdef inline uint8_t class_of(self, uint32_t letter) noexcept:
        cdef uint32_t place = letter - BLOCK  # what stands before the block is far beyond its end
        return (<const uint8_t *> self.classes)[place] if place < LETTERS else 0


cdef inline bint is_mark(Py_UCS4 letter) noexcept:
    return letter == VISARGA or letter == HASANTA
