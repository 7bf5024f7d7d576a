"""Words with one conjunct in the place of another: found letter by letter, no pattern is asked for what is not there.

Which are taken for which stands in a table where they are asked for (``search.understanding.respelling``).
"""

from libc.stdint cimport uint32_t, uint64_t
from libc.stdlib cimport free
from libc.string cimport memcmp

from onneshon.index.kernel.letter_table cimport LONGEST, let_go, letters_of
from onneshon.index.kernel.memory cimport Numbers, append, clear

__all__ = ["Conjuncts"]

cdef enum:
    KA = 0x995
    YA = 0x9AF
    HA = 0x9B9
    HASANTA = 0x9CD
    RRA = 0x9DC
    RHA = 0x9DD
    YYA = 0x9DF

cdef struct Rule:
    size_t at  # where the letters begin that are looked for
    Py_ssize_t size
    bint begins  # whether only at the beginning of a word
    uint64_t letters  # one bit for each


cdef class Conjuncts:
    """Puts other conjuncts into words. Threads may share it.

    Args:
        rules: what is looked for, and what is put in its place; ^ before the first is the beginning of a word.

    Raises:
        ValueError: a rule looks for nothing.
    """

    cdef Rule *rules
    cdef list meant
    cdef Numbers letters

    def __cinit__(self, list rules not None):
        cdef str typed, meant
        cdef Rule *rule
        cdef Py_UCS4 letter
        self.rules = <Rule *> clear(len(rules), sizeof(Rule))
        self.meant = []
        for typed, meant in rules:
            rule = &self.rules[len(self.meant)]
            rule.begins = typed.startswith("^")
            typed = typed.removeprefix("^")
            if not typed:
                raise ValueError("a rule looks for nothing")
            rule.at, rule.size = self.letters.size, len(typed)
            for letter in typed:
                append(&self.letters, letter)
                rule.letters |= bit_of(letter)
            self.meant.append(meant)

    def __dealloc__(self):
        free(self.rules)
        free(self.letters.values)

    def others(self, str word not None):
        """The words that one may stand for by one such error; not all of them are words.

        Those of the rules come first, in their order and from the left to the right. Then a ra-phala that was
        left out at the beginning, a ya-phala at the end, and a hasanta between any two consonants.
        """
        cdef uint32_t[LONGEST] room
        cdef uint32_t *letters = letters_of(word, room)
        cdef Py_ssize_t place, size = len(word)
        found = []
        try:
            self.replace(word, letters, size, found)
            if size and is_consonant(letters[0]) and not (size > 1 and letters[1] == HASANTA):
                found.append(word[:1] + "\u09cd\u09b0" + word[1:])
            if size > 1 and letters[size - 2] == HASANTA and is_consonant(letters[size - 1]):
                if letters[size - 1] != YA:
                    found.append(word + "\u09cd\u09af")
            for place in range(1, size):
                if is_consonant(letters[place - 1]) and is_consonant(letters[place]):
                    found.append(word[:place] + "\u09cd" + word[place:])
            return found
        finally:
            let_go(letters, room)

    cdef int replace(self, str word, const uint32_t *letters, Py_ssize_t size, list found) except -1:
        """Add what the rules make of a word."""
        cdef uint64_t there = 0
        cdef Py_ssize_t number, place
        cdef Rule *rule
        for place in range(size):
            there |= bit_of(letters[place])
        for number in range(len(self.meant)):
            rule = &self.rules[number]
            if rule.letters & ~there:
                continue
            place = 0
            while place + rule.size <= size:
                if self.is_at(rule, letters, place, size):
                    found.append(word[:place] + <str> self.meant[number] + word[place + rule.size:])
                    place += rule.size
                else:
                    place += 1
                if rule.begins:
                    break
        return 0

    cdef bint is_at(self, const Rule *rule, const uint32_t *letters, Py_ssize_t place, Py_ssize_t size) noexcept:
        """Whether what a rule looks for is here; beside a hasanta it is part of another conjunct.

        A ya-phala may follow any.
        """
        cdef Py_ssize_t after = place + rule.size
        if letters[place] != self.letters.values[rule.at]:
            return False
        if memcmp(letters + place, self.letters.values + rule.at, rule.size * sizeof(uint32_t)):
            return False
        if place and letters[place - 1] == HASANTA:
            return False
        return not (after < size and letters[after] == HASANTA and not (after + 1 < size and letters[after + 1] == YA))


cdef inline bint is_consonant(uint32_t letter) noexcept nogil:
    return KA <= letter <= HA or letter == RRA or letter == RHA or letter == YYA


cdef inline uint64_t bit_of(uint32_t letter) noexcept nogil:
    return <uint64_t> 1 << (letter & 63)
