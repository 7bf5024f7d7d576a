"""Which verb a word is a form of: its beginning is looked up among stems, the rest among their endings.

What the tables hold, and why, is said where they are made (``index.analysis.verbs``).
"""

from cpython.mem cimport PyMem_Free, PyMem_Realloc
from libc.stdint cimport int32_t, uint8_t, uint32_t, uint64_t

from onneshon.index.kernel.letter_table cimport LONGEST, LetterTable, hash_with, let_go, letters_of, table_of

__all__ = ["VerbForms"]

cdef enum:
    I = 0x987
    O = 0x993
    CHHA = 0x99B
    NA = 0x9A8
    LA = 0x9B2
    AA = 0x9BE
    I_SIGN = 0x9BF
    HASANTA = 0x9CD
    WORDS = 16  # of 64 endings each
    MOST_ENDINGS = 1024

cdef struct Verb:
    int32_t rank, key  # its place in the tables, and the number of its key
    int32_t endings  # the number of their set
    int32_t least  # letters of its forms
    int32_t following  # the next one with the same stem; -1 for none


cdef class VerbForms:
    """The forms of verbs, by stem and ending. Threads may share it.

    Args:
        finite: endings of forms after which a negation may be written on.
        tied: endings that older writing ties to any root with a hasanta, and those that it ties to ল.
    """

    cdef LetterTable finite, tied, tied_doubled
    cdef LetterTable irregular, homographs, homograph_forms, stems, endings
    cdef dict set_numbers, key_numbers
    cdef list sets, keys
    cdef Verb *verbs
    cdef int32_t count, room
    cdef uint64_t *members  # of each set, a bit for each ending

    def __cinit__(self, finite, tied, tied_doubled):
        self.finite, self.tied, self.tied_doubled = table_of(finite), table_of(tied), table_of(tied_doubled)
        self.irregular, self.homographs, self.homograph_forms = LetterTable(), LetterTable(), LetterTable()
        self.stems, self.endings = LetterTable(), LetterTable()
        self.set_numbers, self.key_numbers, self.keys = {}, {}, []

    def __dealloc__(self):
        PyMem_Free(self.verbs)
        PyMem_Free(self.members)

    def add(self, stems not None, dict irregular not None, homographs, homograph_forms):
        """Add what begins with one letter.

        Args:
            stems: of each its letters, its place in the tables, its endings as a frozenset, the key of its verb,
                and the letters that its forms have at least.
            irregular: the key of each irregular form.
            homographs: words that are no forms though they are spelt so.
            homograph_forms: those that may carry a particle of emphasis.

        Raises:
            ValueError: there are too many different endings.
        """
        for form, key in irregular.items():
            self.irregular.put(form, self.number_of_key(key))
        for word in homographs:
            self.homographs.put(word, 0)
        for word in homograph_forms:
            self.homograph_forms.put(word, 0)
        for stem, rank, endings, key, least in stems:
            self.add_stem(stem, rank, self.number_of_set(endings), self.number_of_key(key), least)

    cdef int add_stem(self, str stem, int32_t rank, int32_t endings, int32_t key, int32_t least) except -1:
        """Add a stem, and what only begins one, so that most words are known not to be verbs early on."""
        cdef Py_ssize_t end
        cdef uint32_t[LONGEST] room
        cdef uint32_t *letters = letters_of(stem, room)
        cdef Verb *verb
        try:
            for end in range(1, len(stem)):
                if self.stems.find(letters, end) < 0:
                    self.stems.put(stem[:end], 0)
            if self.count == self.room:
                self.make_room()
            verb = &self.verbs[self.count]
            verb.rank, verb.key, verb.endings, verb.least = rank, key, endings, least
            verb.following = max(self.stems.find(letters, len(stem)), 0) - 1
            self.count += 1
            self.stems.put(stem, self.count)  # its place and one: 0 is for what begins a stem
        finally:
            let_go(letters, room)
        return 0

    cdef int make_room(self) except -1:
        cdef int32_t room = 2 * self.room + 1024
        cdef Verb *verbs = <Verb *> PyMem_Realloc(self.verbs, room * sizeof(Verb))
        if verbs == NULL:
            raise MemoryError
        self.verbs, self.room = verbs, room
        return 0

    cdef int32_t number_of_key(self, str key) except -1:
        number = self.key_numbers.setdefault(key, len(self.keys))
        if number == len(self.keys):
            self.keys.append(key)
        return number

    cdef int32_t number_of_set(self, endings) except -1:
        cdef int32_t ending, number
        cdef uint64_t *members
        known = self.set_numbers.get(endings)
        if known is not None:
            return known
        number = len(self.set_numbers)
        members = <uint64_t *> PyMem_Realloc(self.members, (number + 1) * WORDS * sizeof(uint64_t))
        if members == NULL:
            raise MemoryError
        self.members = members
        members += number * WORDS
        for ending in range(WORDS):
            members[ending] = 0
        for one in endings:
            ending = self.number_of_ending(one)
            members[ending // 64] |= <uint64_t> 1 << ending % 64
        self.set_numbers[endings] = number
        return number

    cdef int32_t number_of_ending(self, str ending) except -1:
        cdef uint32_t[LONGEST] room
        cdef uint32_t *letters = letters_of(ending, room)
        cdef int32_t number = self.endings.find(letters, len(ending))
        let_go(letters, room)
        if number < 0:
            number = <int32_t> self.endings.filled
            if number == MOST_ENDINGS:
                raise ValueError("too many different endings")
            self.endings.put(ending, number)
        return number

    def key(self, str word not None):
        """The key of the verb that a word is a form of; None where the tables know of none."""
        cdef uint32_t[LONGEST] room
        cdef uint32_t *letters = letters_of(word, room)
        cdef int32_t found
        try:
            found = self.key_of(letters, len(word))
        finally:
            let_go(letters, room)
        return None if found < 0 else self.keys[found]

    cdef int32_t key_of(self, uint32_t *letters, Py_ssize_t size) except -2:
        """The number of the key; -1 for none. A particle may follow the form, or a negation a finite one."""
        cdef int32_t found
        cdef Py_ssize_t rest, particle
        if not size or self.homographs.find(letters, size) >= 0:
            return -1
        if is_emphasis(letters[size - 1]) and self.homograph_forms.find(letters, size - 1) >= 0:
            return -1
        found = self.key_of_form(letters, size)
        if found >= 0:
            return found
        particle = particle_of(letters, size)
        if particle:
            found = self.key_of_form(letters, size - particle)
            if found >= 0:
                return found
            # নাই ends in ই as well
            if particle == 3:
                found = self.key_of_form(letters, size - 1)
                if found >= 0:
                    return found
        if size >= 2 and letters[size - 1] == AA and letters[size - 2] == NA:
            rest = size - 2
            if ends_with(self.finite, letters, rest):
                return self.key_of_form(letters, rest)
        return self.key_of_tied(letters, size)

    cdef int32_t key_of_form(self, const uint32_t *letters, Py_ssize_t size) noexcept:
        """The key of a form as the tables generate it; of several verbs, the one that stands first has it."""
        cdef Py_ssize_t end
        cdef uint32_t hashed = 0
        cdef int32_t found, key = -1, rank = 0x7FFFFFFF
        if size < 2 or self.homographs.find(letters, size) >= 0:  # one letter is no form of any verb
            return -1
        found = self.irregular.find(letters, size)
        if found >= 0:
            return found
        for end in range(1, size + 1):
            hashed = hash_with(hashed, letters[end - 1])
            found = self.stems.find_hashed(letters, end, hashed)
            if found < 0:
                break
            if found:
                self.first_of(found - 1, letters + end, size - end, size, &rank, &key)
        return key

    cdef int first_of(
        self, int32_t verb, const uint32_t *ending, Py_ssize_t size, Py_ssize_t whole, int32_t *rank, int32_t *key
    ) noexcept:
        """Of the verbs of a stem that take an ending, the first one if it comes before ``rank``."""
        cdef int32_t number = self.endings.find(ending, size)
        cdef const Verb *one
        while number >= 0 and verb >= 0:
            one = &self.verbs[verb]
            if (
                one.rank < rank[0] and whole >= one.least
                and self.members[one.endings * WORDS + number // 64] >> number % 64 & 1
            ):
                rank[0], key[0] = one.rank, one.key
            verb = one.following
        return 0

    cdef int32_t key_of_tied(self, uint32_t *letters, Py_ssize_t size) except -2:
        """Older writing ties the ending to the root (কর্ছে, বল্লেন); only where no noun can be meant, as in পর্ব."""
        cdef Py_ssize_t at = size - 1, i, rest
        cdef int32_t found
        while at >= 0 and letters[at] != HASANTA:
            at -= 1
        if at <= 0:
            return -1
        rest = size - at - 1
        if not (
            self.tied.find(letters + at + 1, rest) >= 0
            or (rest and letters[at + 1] == CHHA)
            or (letters[at - 1] == LA and self.tied_doubled.find(letters + at + 1, rest) >= 0)
        ):
            return -1
        for i in range(at, size - 1):
            letters[i] = letters[i + 1]
        return self.key_of_form(letters, size - 1)


cdef inline bint is_emphasis(uint32_t letter) noexcept:
    return letter == I or letter == O


cdef Py_ssize_t particle_of(const uint32_t *letters, Py_ssize_t size) noexcept:
    """Letters of the particle that a word ends with, the longest: negation of the perfect, emphasis; 0 for none."""
    cdef uint32_t last = letters[size - 1]
    if last == I_SIGN and size >= 2 and letters[size - 2] == NA:
        return 2
    if last == I and size >= 3 and letters[size - 2] == AA and letters[size - 3] == NA:
        return 3
    return 1 if is_emphasis(last) else 0


cdef bint ends_with(LetterTable table, const uint32_t *letters, Py_ssize_t size) noexcept:
    """Whether a word ends with a string of a table."""
    cdef Py_ssize_t i
    for i in range(1, min(size, table.longest) + 1):
        if table.find(letters + size - i, i) >= 0:
            return True
    return False
