"""The stem of a Bengali word, and the key that its spelling variants share."""

from cpython.mem cimport PyMem_Free, PyMem_Malloc, PyMem_Realloc
from cpython.unicode cimport PyUnicode_AsUCS4, PyUnicode_FromKindAndData, PyUnicode_Substring
from libc.stdint cimport int32_t, uint32_t, uint64_t, uint8_t
from libc.stdlib cimport free
from libc.string cimport memcmp

from onneshon.index.kernel.memory cimport LONGEST, Numbers, append, clear, let_go, letters_of

__all__ = [
    "CONSONANT", "VOWEL", "VOWEL_SIGN", "Folding", "NounEndings", "Stems", "VerbForms", "canonical_form",
    "is_canonical",
]

# A hash table from strings to numbers, in which letters are looked up without making a string of them.

cdef struct Entry:
    uint32_t hash
    uint32_t key  # where the letters of the string begin
    uint32_t length
    int32_t value  # -1 where the slot is free

cdef inline uint32_t hash_with(uint32_t hashed, uint32_t letter) noexcept nogil:
    """The hash of a string to which one letter is appended."""
    hashed = (hashed ^ letter) * 0x9E3779B1U
    return hashed ^ hashed >> 15


cdef enum:
    FIRST_SLOTS = 1 << 6  # a power of two


cdef class LetterTable:
    """A map from strings to numbers; open addressing, at least half of the slots are free."""

    cdef Entry *slots
    cdef uint32_t mask, filled
    cdef Numbers keys
    cdef readonly Py_ssize_t longest  # letters of the longest string

    def __cinit__(self):
        self.slots = <Entry *> clear(FIRST_SLOTS, sizeof(Entry))
        self.mask = FIRST_SLOTS - 1
        empty(self.slots, FIRST_SLOTS)

    def __dealloc__(self):
        free(self.slots)
        free(self.keys.values)

    cdef int put(self, str letters, int32_t value) except -1:
        """Set the number of a string, 0 or more, in place of any earlier one."""
        cdef Py_ssize_t i, size = len(letters)
        cdef uint32_t hashed = 0
        cdef Entry *slot
        cdef uint32_t[LONGEST] room
        cdef uint32_t *row = letters_of(letters, room)
        try:
            for i in range(size):
                hashed = hash_with(hashed, row[i])
            if 2 * (self.filled + 1) > self.mask + 1:
                self.grow()
            slot = self.slot_of(row, size, hashed)
            if slot.value < 0:
                slot.hash, slot.key, slot.length = hashed, <uint32_t> self.keys.size, <uint32_t> size
                for i in range(size):
                    append(&self.keys, row[i])
                self.filled += 1
                self.longest = max(self.longest, size)
            slot.value = value
        finally:
            let_go(row, room)
        return 0

    cdef int32_t find(self, const uint32_t *letters, Py_ssize_t size) noexcept:
        """The number of a string; -1 if it has none."""
        cdef Py_ssize_t i
        cdef uint32_t hashed = 0
        if size > self.longest:
            return -1
        for i in range(size):
            hashed = hash_with(hashed, letters[i])
        return self.slot_of(letters, size, hashed).value

    cdef int32_t find_hashed(self, const uint32_t *letters, Py_ssize_t size, uint32_t hashed) noexcept:
        """The number of a string whose hash is known; -1 if it has none."""
        return self.slot_of(letters, size, hashed).value

    cdef Entry *slot_of(self, const uint32_t *letters, Py_ssize_t size, uint32_t hashed) noexcept:
        """The slot of a string, or the free one where it goes."""
        cdef uint32_t at = hashed & self.mask
        cdef Entry *slot = &self.slots[at]
        while slot.value >= 0 and not (
            slot.hash == hashed and slot.length == <uint32_t> size
            and memcmp(self.keys.values + slot.key, letters, size * sizeof(uint32_t)) == 0
        ):
            at = (at + 1) & self.mask
            slot = &self.slots[at]
        return slot

    cdef int grow(self) except -1:
        """Double the number of slots."""
        cdef uint32_t i, count = self.mask + 1
        cdef Entry *before = self.slots
        cdef Entry *made = <Entry *> clear(2 * count, sizeof(Entry))
        empty(made, 2 * count)
        self.slots, self.mask = made, 2 * count - 1
        for i in range(count):
            if before[i].value >= 0:
                self.slot_of(self.keys.values + before[i].key, before[i].length, before[i].hash)[0] = before[i]
        free(before)
        return 0


cdef void empty(Entry *slots, uint32_t count) noexcept:
    cdef uint32_t i
    for i in range(count):
        slots[i].value = -1


cdef LetterTable table_of(strings):
    """A table of some strings, each with the number 0."""
    cdef LetterTable table = LetterTable()
    for text in strings:
        table.put(text, 0)
    return table


# Bengali spellings letter by letter: whether a word is in canonical form, and which key its variants share.
#
# Which letters are equal, and why, is explained with the tables (``index.analysis.canonical`` and ``fold``).

cdef enum:
    LETTERS = 128  # of the Bengali block
    MOST = 3  # letters that one letter can become


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


cdef inline bint is_letter(uint32_t letter) noexcept nogil:
    """Whether a letter is in use today, as the canonical form writes it: not ৰ ৱ ৠ ঌ."""
    return (
        A <= letter <= 0x98B or letter == 0x98F or letter == 0x990 or 0x993 <= letter <= 0x9A8 or 0x9AA <= letter <= RA
        or letter == 0x9B2 or 0x9B6 <= letter <= HA or letter == KHANDA_TA or letter == RRA or letter == RHA or letter == YYA
    )


cdef inline bint is_sign(uint32_t letter) noexcept nogil:
    return AA <= letter <= 0x9C4 or letter == 0x9C7 or letter == 0x9C8 or letter == 0x9CB or letter == 0x9CC


cdef inline bint is_consonant(uint32_t letter) noexcept nogil:
    return KA <= letter <= HA


def is_canonical(str word not None):
    """Whether a word consists of letters in use today, each followed by at most one sign, then one mark.

    Then no step of the canonical form has anything to do. It is False for a word that ends in a hasanta, and
    for one with আ as two letters.
    """
    cdef uint32_t[LONGEST] room
    cdef uint32_t *letters = letters_of(word, room)
    cdef bint canonical = is_in_order(letters, len(word))
    let_go(letters, room)
    return canonical


def canonical_form(str word not None):
    """The canonical form of a word that is canonical once dotted letters are composed; None for others."""
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
    """Compose letters with the dot after them, as most texts do not; return the number of letters left."""
    cdef Py_ssize_t at = 0, end = 0
    cdef uint32_t dotted
    while at < size:
        dotted = with_dot(letters[at]) if at + 1 < size and letters[at + 1] == NUKTA else 0
        letters[end] = dotted if dotted else letters[at]
        at, end = at + (2 if dotted else 1), end + 1
    return end


cdef inline uint32_t with_dot(uint32_t letter) noexcept nogil:
    """The letter composed with a dot: ড় ঢ় য়, and র as in old texts; 0 for other letters."""
    if letter == 0x9A1:
        return RRA
    if letter == 0x9A2:
        return RHA
    if letter == YA:
        return YYA
    return RA if letter == 0x9AC else 0


cdef class Folding:
    """Makes the key that spelling variants share. Threads may share it.

    Args:
        equal: letters of the Bengali block, each with what it becomes, three letters at most.
        distinct: spellings that must not be folded with others, each with its key.

    Raises:
        ValueError: a letter is of another block, or becomes more than three letters.
    """

    cdef uint32_t[LETTERS][MOST] becomes
    cdef uint8_t[LETTERS] count  # the number of letters that each becomes
    cdef bint[LETTERS] folded
    cdef dict distinct

    def __cinit__(self, dict equal not None, dict distinct not None):
        cdef Py_ssize_t at, i
        self.distinct = distinct
        for letter, others in equal.items():
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
            return known if known is not None else self.made_equal(letters, len(stem)) or stem
        finally:
            let_go(letters, room)

    cdef bint applies(self, const uint32_t *letters, Py_ssize_t size) noexcept:
        """Whether a stem contains anything that a rule of folding changes; most do not."""
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

    cdef str made_equal(self, uint32_t *letters, Py_ssize_t size):
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
            return self.equal(folded, size)
        finally:
            PyMem_Free(folded)

    cdef str equal(self, const uint32_t *letters, Py_ssize_t size):
        """Replace each letter by what it becomes, but not the য of a ya-phala by জ, nor the ষ of ক্ষ by স."""
        cdef uint32_t *made = <uint32_t *> PyMem_Malloc((MOST * size + 1) * sizeof(uint32_t))
        cdef Py_ssize_t at = 0, end = 0, kept, i
        cdef uint32_t offset
        if made == NULL:
            raise MemoryError
        while at < size:
            kept = untouched(letters + at, size - at)
            offset = letters[at] - BLOCK
            if kept or offset >= LETTERS or not self.folded[offset]:
                for i in range(max(kept, 1)):
                    made[end + i] = letters[at + i]
                at, end = at + max(kept, 1), end + max(kept, 1)
                continue
            for i in range(self.count[offset]):
                made[end + i] = self.becomes[offset][i]
            at, end = at + 1, end + self.count[offset]
        try:
            return PyUnicode_FromKindAndData(4, made, end)
        finally:
            PyMem_Free(made)


cdef inline Py_ssize_t untouched(const uint32_t *letters, Py_ssize_t left) noexcept:
    """The number of letters of a ya-phala or ক্ষ that begins here; 0 if none does."""
    if left > 1 and letters[0] == HASANTA and letters[1] == YA:
        return 2
    return 3 if left > 2 and letters[0] == KA and letters[1] == HASANTA and letters[2] == SSA else 0


cdef inline bint opens_as_a(const uint32_t *letters, Py_ssize_t size) noexcept:
    """Whether a word begins with এ্যা, which sounds like অ্যা."""
    return size > 3 and letters[0] == E and letters[1] == HASANTA and letters[2] == YA and letters[3] == AA


cdef inline bint is_a(uint32_t letter) noexcept:
    return letter == A or letter == LONG_A


cdef inline bint carries_a(uint32_t letter) noexcept:
    """Whether the vowel অ or আ after this letter is written in place of a vowel sign."""
    return is_consonant(letter) or letter == RRA or letter == RHA or letter == YYA or letter == AA


cdef inline bint is_doubled(const uint32_t *letters) noexcept:
    """Whether a letter is doubled after a reph; an aspirated one is doubled by its unaspirated letter."""
    return (
        letters[0] == RA and letters[1] == HASANTA and letters[3] == HASANTA and letters[2] != LINE_FEED
        and (letters[2] == letters[4] or (has_breath_after(letters[2]) and letters[4] == letters[2] + 1))
    )


cdef inline bint has_breath_after(uint32_t letter) noexcept:
    """Whether the next letter of the block is this one aspirated: ক গ, চ জ, ট ড, ত দ, প ব."""
    return (
        letter == KA or letter == 0x997 or letter == 0x99A or letter == 0x99C or letter == 0x99F
        or letter == 0x9A1 or letter == TA or letter == 0x9A6 or letter == 0x9AA or letter == 0x9AC
    )


cdef Py_ssize_t without_doubles(uint32_t *letters, Py_ssize_t size) noexcept:
    """Undouble letters after a reph: পূর্ব্ব and অর্দ্ধ are how পূর্ব and অর্ধ were written until 1936."""
    cdef Py_ssize_t at = 0, end = 0
    while at < size:
        if at + 4 < size and is_doubled(letters + at) and is_consonant(letters[at + 2]):
            letters[end], letters[end + 1], letters[end + 2] = RA, HASANTA, letters[at + 4]
            at, end = at + 5, end + 3
        else:
            letters[end] = letters[at]
            at, end = at + 1, end + 1
    return end


cdef Py_ssize_t with_open_ta(const uint32_t *letters, Py_ssize_t size, uint32_t *made) noexcept:
    """Write ৎ before a consonant as ত and a hasanta."""
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
    """Write ঙ in a conjunct as ং."""
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
    """Write অ and আ after a consonant as the sign া; if either is inside the word, undouble the sign, too."""
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


# The endings of a noun, found letter by letter, without making a string of what each would leave.
#
# The tables, and the reasons for them, are explained where they are read (``index.analysis.stemmer``).

cdef struct Ending:
    size_t at  # where the letters of the ending begin
    Py_ssize_t size, aksharas  # the number of its letters; the number of aksharas that must be left
    Py_UCS4 after  # what must precede it, a code of noun_endings.tsv
    bint one_akshara, one_noun  # whether it may follow any single akshara; whether a short noun


cdef enum:
    IS_CONSONANT = 1
    IS_VOWEL = 2
    IS_SIGN = 4
    IS_SPOKEN = 6  # a vowel, by itself or as a sign
    VISARGA = 0x983
    E_SIGN = 0x9C7
    O_SIGN = 0x9CB
    ROUNDS = 4  # বিশ্ববিদ্যালয়|গুলো|তে|ও: no noun carries more

CONSONANT, VOWEL, VOWEL_SIGN = IS_CONSONANT, IS_VOWEL, IS_SIGN
"""The kinds of letters, as bits."""

cdef class NounEndings:
    """Takes endings off nouns. Threads may share it.

    Args:
        classes: the kind of each letter of the Bengali block, as bits; 128 bytes.
        endings: longest first. For each its letters, the number of aksharas that must be left, what must
            precede it, whether it may follow any single akshara, and whether it may follow a short noun.
        kept: words that keep their endings.
        tails: strings with which further words end that keep their endings.
        short_nouns: nouns of one akshara.

    Raises:
        ValueError: ``classes`` has another length.
    """

    cdef bytes classes
    cdef Numbers letters
    cdef Ending *endings
    cdef Py_ssize_t count
    cdef LetterTable kept, tails, short_nouns

    def __cinit__(self, bytes classes not None, list endings not None, kept, tails, short_nouns):
        if len(classes) != LETTERS:
            raise ValueError("a byte for each letter of the block is wanted")
        self.classes = classes
        self.kept, self.tails, self.short_nouns = table_of(kept), table_of(tails), table_of(short_nouns)
        self.endings = <Ending *> PyMem_Malloc((len(endings) + 1) * sizeof(Ending))
        if self.endings == NULL:
            raise MemoryError
        for text, aksharas, after, one_akshara, one_noun in endings:
            self.add(text, aksharas, after, one_akshara, one_noun)

    def __dealloc__(self):
        free(self.letters.values)
        PyMem_Free(self.endings)

    cdef int add(self, str text, Py_ssize_t aksharas, Py_UCS4 after, bint one_akshara, bint one_noun) except -1:
        cdef Ending *ending = &self.endings[self.count]
        cdef Py_UCS4 letter
        ending.at, ending.size, ending.aksharas = self.letters.size, len(text), aksharas
        ending.after, ending.one_akshara, ending.one_noun = after, one_akshara, one_noun
        for letter in text:
            append(&self.letters, letter)
        self.count += 1
        return 0

    def without(self, str word not None):
        """A word without its endings; the word itself if it has none."""
        return self.shortened(word)

    cdef str unmarked(self, str word):
        """A word without ঃ and hasanta at its end, if it is not ``kept`` and two aksharas are left."""
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
        """The number of letters of a word that are left without its endings."""
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
        # ছেলে and ছেলের (which the rule for -ের cuts to ছেল) have the same stem without the ে.
        if size and letters[size - 1] == E_SIGN and self.count_of(letters, size, 2) > 1:
            size -= 1
        return size

    cdef Py_ssize_t shorter(self, const uint32_t *letters, Py_ssize_t size, Py_ssize_t *kept) noexcept:
        """The number of letters left without the longest ending that fits; ``-size`` if none does.

        If an ending that fits leaves a word that is kept, ``kept`` is set to its length: বৈঠকে is বৈঠক and ে,
        not বৈঠ and কে.
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
        """Whether an ending follows the first ``rest`` letters, and these may be a word."""
        cdef Py_ssize_t aksharas
        if memcmp(self.letters.values + ending.at, letters + rest, ending.size * sizeof(uint32_t)):
            return False
        if letters[rest - 1] == HASANTA or not self.may_follow(letters, rest, ending.after):
            return False
        aksharas = self.count_of(letters, rest, max(2, ending.aksharas))
        if aksharas < ending.aksharas:
            return False
        if aksharas > 1 or ending.one_akshara:
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
            return (self.class_of(last) & IS_SPOKEN and last != E_SIGN) or last == ANUSVARA
        return last == AA or last == O_SIGN

    cdef bint is_kept(self, const uint32_t *letters, Py_ssize_t size) noexcept:
        cdef Py_ssize_t tail, half = size // 2
        if self.kept.find(letters, size) >= 0:
            return True
        for tail in range(2, min(size, self.tails.longest) + 1):
            if self.tails.find(letters + size - tail, tail) >= 0:
                return True
        # ঝকঝক, ঝিরঝির: the two halves are equal, so that their last letter is no ending.
        return (
            half > 1 and 2 * half == size and not self.class_of(letters[size - 1]) & IS_SPOKEN
            and memcmp(letters, letters + half, half * sizeof(uint32_t)) == 0
        )

    cdef Py_ssize_t count_of(self, const uint32_t *letters, Py_ssize_t size, Py_ssize_t enough) noexcept:
        """The number of aksharas, up to ``enough``: vowels, and consonants not tied to one by a hasanta."""
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
        cdef uint32_t offset = letter - BLOCK  # wraps around to a great number before the block
        return (<const uint8_t *> self.classes)[offset] if offset < LETTERS else 0


cdef inline bint is_mark(Py_UCS4 letter) noexcept:
    return letter == VISARGA or letter == HASANTA


# The verb that a word is a form of: its beginning is looked up among stems, the rest among their endings.
#
# The tables, and the reasons for them, are explained where they are made (``index.analysis.verbs``).

cdef enum:
    I = 0x987
    O = 0x993
    CHHA = 0x99B
    NA = 0x9A8
    LA = 0x9B2
    I_SIGN = 0x9BF
    WORDS = 16  # of a set, with the bits of 64 endings each
    MOST_ENDINGS = 1024

cdef struct Verb:
    int32_t rank, key  # its rank in the tables, and the number of its key
    int32_t endings  # the number of its set of endings
    int32_t least  # the fewest letters of its forms
    int32_t following  # the index of the next verb with the same stem; -1 for none


cdef class VerbForms:
    """The forms of verbs, by stem and ending. Threads may share it.

    Args:
        finite: endings of forms to which a negation may be joined.
        tied: endings that older writing ties to any root by a hasanta.
        tied_doubled: endings that it ties so to roots that end in ল.
    """

    cdef LetterTable finite, tied, tied_doubled
    cdef LetterTable irregular, homographs, homograph_forms, stems, endings
    cdef dict set_numbers, key_numbers
    cdef list sets, keys
    cdef Verb *verbs
    cdef int32_t count, room
    cdef uint64_t *members  # for each set of endings, one bit per ending

    def __cinit__(self, finite, tied, tied_doubled):
        self.finite, self.tied, self.tied_doubled = table_of(finite), table_of(tied), table_of(tied_doubled)
        self.irregular, self.homographs, self.homograph_forms = LetterTable(), LetterTable(), LetterTable()
        self.stems, self.endings = LetterTable(), LetterTable()
        self.set_numbers, self.key_numbers, self.keys = {}, {}, []

    def __dealloc__(self):
        PyMem_Free(self.verbs)
        PyMem_Free(self.members)

    def add(self, stems not None, dict irregular not None, homographs, homograph_forms):
        """Add the stems and words that begin with one letter.

        Args:
            stems: for each its letters, its rank in the tables, its endings as a frozenset, the key of its
                verb, and the fewest letters of its forms.
            irregular: the key of each irregular form.
            homographs: words that are spelt like forms but are none.
            homograph_forms: those that a particle of emphasis may follow.

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
        """Add a stem and each beginning of it, so that most words are soon known not to be verbs."""
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
            self.stems.put(stem, self.count)  # its index plus 1: 0 is for beginnings of stems
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
        for text in endings:
            ending = self.number_of_ending(text)
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
        """The key of the verb that a word is a form of; None if the tables have none."""
        cdef uint32_t[LONGEST] room
        cdef uint32_t *letters = letters_of(word, room)
        cdef int32_t found
        try:
            found = self.key_of(letters, len(word))
        finally:
            let_go(letters, room)
        return None if found < 0 else self.keys[found]

    cdef int32_t key_of(self, uint32_t *letters, Py_ssize_t size) except -2:
        """The number of a word's key; -1 for none. A particle may follow a form, a negation a finite form."""
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
        """The number of the key of a form that the tables generate, the first of several verbs'."""
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
        """Note the first of the verbs of a stem that take an ending, if it ranks before ``rank``."""
        cdef int32_t number = self.endings.find(ending, size)
        cdef const Verb *tried
        while number >= 0 and verb >= 0:
            tried = &self.verbs[verb]
            if (
                tried.rank < rank[0] and whole >= tried.least
                and self.members[tried.endings * WORDS + number // 64] >> number % 64 & 1
            ):
                rank[0], key[0] = tried.rank, tried.key
            verb = tried.following
        return 0

    cdef int32_t key_of_tied(self, uint32_t *letters, Py_ssize_t size) except -2:
        """The key of an older form, whose ending is tied to the root (কর্ছে, বল্লেন); not of nouns (পর্ব)."""
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
    """The length of the longest particle that ends a word: negation of the perfect, emphasis; 0 for none."""
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


# The stem of a Bengali word: the tables are tried one after another, and the first that has the word decides.
#
# The tables, and the reasons for their order, are explained where they are read
# (``index.analysis.stemmer``).

cdef enum:
    RI_SIGN = 0x9C3


cdef class Stems:
    """Takes the inflection off words. Threads may share it.

    Args:
        o_endings: words and stems with a final ও or ো, each with its other spelling.
        pronouns: the forms of pronouns, each with its key.
        verb_key: returns the key of the verb that a word is a form of, None if it is none.
        endings: takes the endings off nouns.
        before_members: returns the stem of a noun in ৃ, its ending before the second member of a compound.
        variants: other stems of nouns, each with the stem that is the key.
        folding: makes the key of a stem.
    """

    cdef dict o_endings, pronouns, variants
    cdef object verb_key, before_members
    cdef NounEndings endings
    cdef Folding folding

    def __cinit__(
        self, dict o_endings not None, dict pronouns not None, verb_key, NounEndings endings not None,
        before_members, dict variants not None, Folding folding not None,
    ):
        self.o_endings, self.pronouns, self.verb_key = o_endings, pronouns, verb_key
        self.endings, self.before_members, self.variants = endings, before_members, variants
        self.folding = folding

    def key(self, str word not None):
        """The stem of a word, folded into the key that its spelling variants share."""
        return self.folding.key_of(self.stem_of(word))

    def stem(self, str word not None):
        """A word in canonical form without its inflection."""
        return self.stem_of(word)

    cdef str stem_of(self, str word):
        word = self.endings.unmarked(word)
        word = self.o_endings.get(word, word)
        found = self.pronouns.get(word)
        if found is None:
            found = self.verb_key(word)
        if found is None and word and is_emphasis(word[len(word) - 1]):
            found = self.pronouns.get(word[: len(word) - 1])
        return found if found is not None else self.of_noun(self.endings.shortened(word))

    cdef str of_noun(self, str stem):
        """The stem of a noun that has lost its endings."""
        if stem and stem[len(stem) - 1] == RI_SIGN:
            stem = self.before_members(stem)
        stem = self.o_endings.get(stem, stem)
        return self.variants.get(stem, stem)
