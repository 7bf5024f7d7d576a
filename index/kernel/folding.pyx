"""Bengali spellings letter by letter: is a word in canonical form, and under which key do spellings alike meet.

Which letters are alike, and why, is said where the tables are (``index.analysis.canonical`` and ``fold``).
"""

from cpython.mem cimport PyMem_Free, PyMem_Malloc
from cpython.unicode cimport PyUnicode_FromKindAndData
from libc.stdint cimport uint32_t

from onneshon.index.kernel.letter_table cimport LONGEST, let_go, letters_of

__all__ = ["Folding", "canonical_form", "is_canonical"]

cdef enum:
    BLOCK = 0x980
    NASAL_FIRST = 0x981
    NASAL_LAST = 0x983
    A = 0x985
    LONG_A = 0x986
    E = 0x98F
    KA = 0x995
    NGA = 0x999
    TA = 0x9A4
    YA = 0x9AF
    RA = 0x9B0
    SSA = 0x9B7
    HA = 0x9B9
    ANUSVARA = 0x982
    AA = 0x9BE
    NUKTA = 0x9BC
    HASANTA = 0x9CD
    KHANDA_TA = 0x9CE
    RRA = 0x9DC
    RHA = 0x9DD
    YYA = 0x9DF
    LINE_FEED = 10


cdef inline bint is_letter(uint32_t one) noexcept nogil:
    """Letters of today as the canonical form writes them: no ৰ ৱ ৠ ঌ."""
    return (
        A <= one <= 0x98B or one == 0x98F or one == 0x990 or 0x993 <= one <= 0x9A8 or 0x9AA <= one <= RA
        or one == 0x9B2 or 0x9B6 <= one <= HA or one == KHANDA_TA or one == RRA or one == RHA or one == YYA
    )


cdef inline bint is_sign(uint32_t one) noexcept nogil:
    return AA <= one <= 0x9C4 or one == 0x9C7 or one == 0x9C8 or one == 0x9CB or one == 0x9CC


cdef inline bint is_consonant(uint32_t one) noexcept nogil:
    return KA <= one <= HA


def is_canonical(str word not None):
    """Whether a word is letters of today, each with at most one sign and one mark after it, in that order.

    Then no step of the canonical form has anything to do. A word that ends in a hasanta is none, nor one with
    আ in two letters.
    """
    cdef uint32_t[LONGEST] room
    cdef uint32_t *letters = letters_of(word, room)
    cdef bint canonical = is_in_order(letters, len(word))
    let_go(letters, room)
    return canonical


def canonical_form(str word not None):
    """The canonical form of a word that is ``is_canonical`` once letters with a dot are one; None of others."""
    cdef uint32_t[LONGEST] room
    cdef uint32_t *letters = letters_of(word, room)
    cdef Py_ssize_t size = joined(letters, len(word))
    try:
        if not is_in_order(letters, size):
            return None
        return word if size == len(word) else PyUnicode_FromKindAndData(4, letters, size)
    finally:
        let_go(letters, room)


cdef bint is_in_order(const uint32_t *letters, Py_ssize_t size) noexcept:
    """Whether letters are canonical."""
    cdef Py_ssize_t at = 0
    cdef uint32_t letter, following = 0
    while at < size:
        letter = letters[at]
        if not is_letter(letter):
            return False
        at += 1
        following = letters[at] if at < size else 0
        if following == HASANTA:
            at += 1
            continue
        if is_sign(following):
            if letter == A and following == AA:
                return False
            at += 1
            following = letters[at] if at < size else 0
        if NASAL_FIRST <= following <= NASAL_LAST:
            at += 1
    return size > 0 and following != HASANTA


cdef Py_ssize_t joined(uint32_t *letters, Py_ssize_t size) noexcept:
    """How many letters are left once those that a dot follows are one with it, as most texts do not have them."""
    cdef Py_ssize_t at = 0, end = 0
    cdef uint32_t one
    while at < size:
        one = with_dot(letters[at]) if at + 1 < size and letters[at + 1] == NUKTA else 0
        letters[end] = one if one else letters[at]
        at, end = at + (2 if one else 1), end + 1
    return end


cdef inline uint32_t with_dot(uint32_t letter) noexcept nogil:
    """ড় ঢ় য়, and র as old texts have it; 0 of other letters."""
    if letter == 0x9A1:
        return RRA
    if letter == 0x9A2:
        return RHA
    if letter == YA:
        return YYA
    return RA if letter == 0x9AC else 0


cdef class Folding:
    """The key under which spelling variants meet. Threads may share it.

    Args:
        alike: letters of the Bengali block, each with what it becomes, three letters at most.
        distinct: spellings that keep to themselves, each with its key.

    Raises:
        ValueError: a letter is of another block, or becomes more.
    """

    def __cinit__(self, dict alike not None, dict distinct not None):
        cdef Py_ssize_t at, i
        self.distinct = distinct
        for letter, others in alike.items():
            at = ord(letter) - BLOCK
            if not 0 <= at < LETTERS or len(others) > MOST:
                raise ValueError("a letter of the block becomes at most three others")
            self.folded[at], self.count[at] = True, len(others)
            for i in range(len(others)):
                self.becomes[at][i] = ord(others[i])

    def key(self, str stem not None):
        """The key of a stem in canonical form."""
        return self.key_of(stem)

    cdef str key_of(self, str stem):
        cdef uint32_t[LONGEST] room
        cdef uint32_t *letters = letters_of(stem, room)
        try:
            if not self.applies(letters, len(stem)):
                return stem
            known = self.distinct.get(stem)
            return known if known is not None else self.made_alike(letters, len(stem)) or stem
        finally:
            let_go(letters, room)

    cdef bint applies(self, const uint32_t *letters, Py_ssize_t size) noexcept:
        """Whether a stem holds what any rule is about; most hold nothing of the kind."""
        cdef Py_ssize_t at
        if opens_as_a(letters, size):
            return True
        for at in range(size):
            if BLOCK <= letters[at] < BLOCK + LETTERS and self.folded[letters[at] - BLOCK]:
                return True
            if at and is_a(letters[at]) and carries_a(letters[at - 1]):
                return True
            if at + 4 < size and is_doubled(letters + at):
                return True
        return False

    cdef str made_alike(self, uint32_t *letters, Py_ssize_t size):
        cdef uint32_t *folded = <uint32_t *> PyMem_Malloc(MOST * (size + 1) * sizeof(uint32_t))
        if folded == NULL:
            raise MemoryError
        try:
            if opens_as_a(letters, size):
                letters[0] = A
            size = without_doubles(letters, size)
            size = with_open_ta(letters, size, folded)
            size = with_anusvara(folded, size)
            size = with_signs(folded, size)
            return self.alike(folded, size)
        finally:
            PyMem_Free(folded)

    cdef str alike(self, const uint32_t *letters, Py_ssize_t size):
        """Each letter as what it becomes; the য of a ya-phala is no জ, and the ষ of ক্ষ no স."""
        cdef uint32_t *made = <uint32_t *> PyMem_Malloc((MOST * size + 1) * sizeof(uint32_t))
        cdef Py_ssize_t at = 0, end = 0, kept, i
        cdef uint32_t place
        if made == NULL:
            raise MemoryError
        while at < size:
            kept = untouched(letters + at, size - at)
            place = letters[at] - BLOCK
            if kept or place >= LETTERS or not self.folded[place]:
                for i in range(max(kept, 1)):
                    made[end + i] = letters[at + i]
                at, end = at + max(kept, 1), end + max(kept, 1)
                continue
            for i in range(self.count[place]):
                made[end + i] = self.becomes[place][i]
            at, end = at + 1, end + self.count[place]
        try:
            return PyUnicode_FromKindAndData(4, made, end)
        finally:
            PyMem_Free(made)


cdef inline Py_ssize_t untouched(const uint32_t *letters, Py_ssize_t left) noexcept:
    """Letters of a ya-phala or of ক্ষ; 0 where none begins."""
    if left > 1 and letters[0] == HASANTA and letters[1] == YA:
        return 2
    return 3 if left > 2 and letters[0] == KA and letters[1] == HASANTA and letters[2] == SSA else 0


cdef inline bint opens_as_a(const uint32_t *letters, Py_ssize_t size) noexcept:
    """Whether a word begins with এ্যা, which is অ্যা to the ear."""
    return size > 3 and letters[0] == E and letters[1] == HASANTA and letters[2] == YA and letters[3] == AA


cdef inline bint is_a(uint32_t letter) noexcept:
    return letter == A or letter == LONG_A


cdef inline bint carries_a(uint32_t letter) noexcept:
    """What a vowel অ or আ is written after as if it were its sign."""
    return is_consonant(letter) or letter == RRA or letter == RHA or letter == YYA or letter == AA


cdef inline bint is_doubled(const uint32_t *letters) noexcept:
    """A letter twice after a reph."""
    return (
        letters[0] == RA and letters[1] == HASANTA and letters[3] == HASANTA and letters[2] == letters[4]
        and letters[2] != LINE_FEED
    )


cdef Py_ssize_t without_doubles(uint32_t *letters, Py_ssize_t size) noexcept:
    """পূর্ব্ব is how পূর্ব was written until 1936."""
    cdef Py_ssize_t at = 0, end = 0, i
    while at < size:
        if at + 4 < size and is_doubled(letters + at) and is_consonant(letters[at + 2]):
            for i in range(3):
                letters[end + i] = letters[at + i]
            at, end = at + 5, end + 3
        else:
            letters[end] = letters[at]
            at, end = at + 1, end + 1
    return end


cdef Py_ssize_t with_open_ta(const uint32_t *letters, Py_ssize_t size, uint32_t *made) noexcept:
    """ৎ before a consonant as ত and a hasanta."""
    cdef Py_ssize_t at, end = 0
    for at in range(size):
        if letters[at] == KHANDA_TA and at + 1 < size and is_consonant(letters[at + 1]):
            made[end], made[end + 1] = TA, HASANTA
            end += 2
        else:
            made[end] = letters[at]
            end += 1
    return end


cdef Py_ssize_t with_anusvara(uint32_t *letters, Py_ssize_t size) noexcept:
    """ঙ in a conjunct as ং."""
    cdef Py_ssize_t at = 0, end = 0
    while at < size:
        if letters[at] == NGA and at + 1 < size and letters[at + 1] == HASANTA:
            letters[end] = ANUSVARA
            at += 2
        else:
            letters[end] = letters[at]
            at += 1
        end += 1
    return end


cdef Py_ssize_t with_signs(uint32_t *letters, Py_ssize_t size) noexcept:
    """Vowels অ and আ after a consonant as the sign া; where any stands inside, the sign once instead of twice."""
    cdef Py_ssize_t at, end = 0
    cdef uint32_t before = 0, letter
    cdef bint inside = False
    for at in range(size):
        letter = letters[at]
        if at and is_a(letter):
            inside = True
            if at + 1 < size and carries_a(before) and letters[at + 1] != LINE_FEED:
                letters[at] = AA
        before = letter
    if not inside:
        return size
    at = 0
    while at < size:
        letters[end] = letters[at]
        at += 2 if letters[at] == AA and at + 1 < size and letters[at + 1] == AA else 1
        end += 1
    return end
