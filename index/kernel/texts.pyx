"""Splits texts into chunks and clusters, and packs Bengali letters into bytes."""

from cpython.unicode cimport PyUnicode_2BYTE_KIND, PyUnicode_DATA, PyUnicode_FromKindAndData, PyUnicode_KIND
from libc.stdint cimport int64_t, uint16_t, uint32_t, uint8_t
from libc.stdlib cimport free, malloc
from libc.string cimport memset

from onneshon.index.kernel.memory cimport Numbers, make_room as room_for

__all__ = ["Chunks", "Clusters", "pack", "texts_of", "unpack"]

# The chunks of a text between white space, and its clusters, by one pass over its code points each.
#
# Both are approximations that cost a thousandth of what ICU takes; their users must allow for that.

cdef enum:
    CONSONANT = 2
    JOINER = 4
    AFTER = 4
    SPACE = 1
    IN_WORD = 2
    GOES_ON = 4
    BEFORE_LETTER = 8
    BEFORE_DIGIT = 16
    LETTER = 32
    DIGIT = 64


cdef inline size_t first_not_before(const Numbers *numbers, uint32_t value) noexcept nogil:
    """The first of some ascending numbers that is not less than a value."""
    cdef size_t low = 0, high = numbers.size, middle
    while low < high:
        middle = (low + high) // 2
        if numbers.values[middle] < value:
            low = middle + 1
        else:
            high = middle
    return low


ctypedef fused Letter:
    # A code point as CPython stores it in texts of Latin, of nearly any, and of other letters.
    uint8_t
    uint16_t
    uint32_t


cdef uint8_t class_beyond(Py_UCS4 letter) noexcept:
    """The class of a code point that is beyond the table of ``Chunks``."""
    if letter.isspace():
        return SPACE
    return (IN_WORD if letter.isalnum() else 0) | (LETTER if letter.isalpha() else 0) | (DIGIT if letter.isdigit() else 0)


cdef inline uint8_t class_of(Letter letter, const uint8_t[::1] classes) noexcept:
    return classes[letter] if <Py_ssize_t> letter < classes.shape[0] else class_beyond(letter)


cdef uint32_t find_chunks(
    const Letter *letters, Py_ssize_t size, const uint8_t[::1] classes, uint32_t *starts, uint32_t *ends, uint32_t *words
) noexcept:
    """Write where the chunks of a text begin and end, and the words before each; return the number of chunks.

    At each code point a possible next entry is written, and counted only if it is one. This avoids branches,
    of which the processor would mispredict one in three among letters, signs and spaces.
    """
    cdef uint32_t at, number = 0, closed = 0, count = 0, outside = 1, in_word = 0, space, word, goes_on
    cdef uint8_t kind, following
    cdef bint joined
    for at in range(<uint32_t> size):
        kind = class_of(letters[at], classes)
        space, word = kind & SPACE, kind // IN_WORD & 1
        starts[number], words[number], ends[closed] = at, count, at
        number += outside & ~space
        closed += space & ~outside
        count += word & ~in_word
        goes_on = word | (in_word & (kind // GOES_ON))
        if kind & (BEFORE_LETTER | BEFORE_DIGIT) and in_word and not goes_on:
            following = class_of(letters[at + 1], classes) if at + 1 < size else 0
            joined = (kind & BEFORE_LETTER and following & LETTER) or (kind & BEFORE_DIGIT and following & DIGIT)
            goes_on = joined
        outside, in_word = space, goes_on & 1
    ends[closed] = <uint32_t> size
    return number


cdef class Chunks:
    """The stretches of a text without white space, and roughly which words are in each.

    A word is a run of letters, digits and signs; some characters join two runs. Where the analysis finds
    another number of words in a chunk, the numbers of all later words are off by the difference.

    Args:
        text: any text; offsets are code points.
        classes: the class of each code point below their number, as bits: 1 for white space, 2 for what words
            consist of, 4 for what continues a word, 8 for what does so before a letter, 16 for what does so
            before a digit; 32 for letters, 64 for digits. Unicode properties decide on code points above.
    """

    def __init__(self, str text not None, const uint8_t[::1] classes not None):
        cdef int kind = PyUnicode_KIND(text)
        cdef void *data = PyUnicode_DATA(text)
        cdef Py_ssize_t size = len(text)
        cdef uint32_t count
        cdef uint32_t *starts
        cdef uint32_t *ends
        cdef uint32_t *words
        room_for(&self.starts, size // 2 + 2)
        room_for(&self.ends, size // 2 + 2)
        room_for(&self.words, size // 2 + 2)
        starts, ends, words = self.starts.values, self.ends.values, self.words.values
        if kind == 1:
            count = find_chunks(<const uint8_t *> data, size, classes, starts, ends, words)
        elif kind == 2:
            count = find_chunks(<const uint16_t *> data, size, classes, starts, ends, words)
        else:
            count = find_chunks(<const uint32_t *> data, size, classes, starts, ends, words)
        self.starts.size = self.ends.size = self.words.size = count

    def __dealloc__(self):
        free(self.starts.values)
        free(self.ends.values)
        free(self.words.values)

    def __len__(self):
        return self.starts.size

    def __getitem__(self, Py_ssize_t number):
        """Where a chunk begins and ends."""
        if not 0 <= number < <Py_ssize_t> self.starts.size:
            raise IndexError("there is no such chunk")
        return self.starts.values[number], self.ends.values[number]

    def before(self, Py_ssize_t number):
        """The number of words before a chunk."""
        if not 0 <= number < <Py_ssize_t> self.words.size:
            raise IndexError("there is no such chunk")
        return self.words.values[number]

    def holding(self, word):
        """The chunk of a word by the word's number, from 0 on; the nearest chunk if there is no such word."""
        return self.number_holding(word)

    cdef Py_ssize_t number_holding(self, int64_t word) noexcept:
        return max(<Py_ssize_t> first_not_before(&self.words, <uint32_t> max(0, word) + 1) - 1, 0)


cdef uint32_t find_clusters(
    const Letter *letters, uint32_t size, const uint8_t[::1] classes, uint32_t *starts
) noexcept:
    """Write where the clusters of a text begin; return their number."""
    cdef uint32_t at, number = 0, last = <uint32_t> (classes.shape[0] - 1)
    cdef uint8_t kind, joined, before = 0, earlier = 0
    for at in range(size):
        kind = classes[min(<uint32_t> letters[at], last)]
        joined = kind & (before >> AFTER)
        if before & JOINER:
            joined |= kind & CONSONANT & (earlier >> AFTER)
        starts[number] = at
        number += not joined
        earlier, before = before, kind
    return number


cdef class Clusters:
    """Counts the clusters between two offsets of a text, as far as single code points determine them.

    Args:
        text: any text; offsets are code points.
        classes: the class of each code point, as bits, the last one for all after it: 1 for a sign, 2 for a
            consonant, 4 for a joiner; 16 for a code point after which a sign continues the cluster,
            32 for one after which a consonant does, even with a joiner in between.
    """

    def __init__(self, str text not None, const uint8_t[::1] classes not None):
        cdef int width = PyUnicode_KIND(text)
        cdef void *data = PyUnicode_DATA(text)
        if not len(classes):
            raise ValueError("code points have classes")
        self.end = <uint32_t> len(text)
        room_for(&self.starts, self.end + 1)
        if width == 1:
            self.starts.size = find_clusters(<const uint8_t *> data, self.end, classes, self.starts.values)
        elif width == 2:
            self.starts.size = find_clusters(<const uint16_t *> data, self.end, classes, self.starts.values)
        else:
            self.starts.size = find_clusters(<const uint32_t *> data, self.end, classes, self.starts.values)

    def __dealloc__(self):
        free(self.starts.values)

    @property
    def total(self):
        """The number of clusters of the whole text."""
        return self.starts.size

    cdef uint32_t offset(self, Py_ssize_t number) noexcept:
        number = max(number, 0)
        return self.starts.values[number] if number < <Py_ssize_t> self.starts.size else self.end

    cdef Py_ssize_t count_before(self, uint32_t offset) noexcept:
        return first_not_before(&self.starts, offset)

    def before(self, uint32_t offset):
        """The number of clusters that begin before an offset."""
        return self.count_before(offset)

    def earliest(self, uint32_t end, Py_ssize_t width):
        """The first start of a cluster that is at most ``width`` clusters before ``end``."""
        return self.offset(<Py_ssize_t> first_not_before(&self.starts, end) - width)

    def latest(self, uint32_t start, Py_ssize_t width):
        """The last offset that is at most ``width`` clusters after ``start``."""
        return self.offset(<Py_ssize_t> first_not_before(&self.starts, start) + width)


# UTF-8 with one byte per letter of Bengali instead of three: a compressor has a third of the bytes to read.
#
#     0x20 to 0x7f    themselves
#     0x80 to 0xff    U+0980 to U+09FF, the Bengali block
#     0x01 to 0x0e    punctuation that is common in Bengali texts
#     0x1f            an escape: the byte after it stands for itself
#
# Any bytes are restored exactly, whether they are UTF-8 or not.

cdef enum:
    ESCAPE = 0x1F
    SIGNS = 14

# ZWNJ, ZWJ, dandas, dashes, quotation marks, bullet, ellipsis, rupee, thin space: their UTF-8 as numbers.
cdef uint32_t[SIGNS] SIGN
SIGN[:] = [
    0xE2808C, 0xE2808D, 0xE0A5A4, 0xE0A5A5, 0xE28093, 0xE28094, 0xE28098, 0xE28099, 0xE2809C, 0xE2809D,
    0xE280A2, 0xE280A6, 0xE282B9, 0xE28089,
]


cdef inline uint8_t code_of(uint32_t three) noexcept nogil:
    """The byte for three bytes of UTF-8, 0 if there is none."""
    cdef uint8_t i
    if three & 0xFFFEC0 == 0xE0A680:
        return <uint8_t> (0x80 | (three >> 2 & 0x40) | (three & 0x3F))
    if three & 0xF00000 == 0xE00000:
        for i in range(SIGNS):
            if SIGN[i] == three:
                return i + 1
    return 0


def pack(bytes data not None):
    """Pack some bytes."""
    cdef const uint8_t *source = data
    cdef Py_ssize_t at = 0, size = len(data), done = 0
    cdef uint8_t code
    cdef uint8_t *made = <uint8_t *> malloc(2 * size + 1)
    if made == NULL:
        raise MemoryError
    try:
        while at < size:
            code = 0
            if 0x20 <= source[at] < 0x80:
                code = source[at]
                at += 1
            elif at + 2 < size:
                code = code_of(source[at] << 16 | source[at + 1] << 8 | source[at + 2])
                at += 3 if code else 0
            if not code:
                made[done] = ESCAPE
                done += 1
                code = source[at]
                at += 1
            made[done] = code
            done += 1
        return made[:done]
    finally:
        free(made)


def unpack(bytes data not None):
    """Restore the bytes that were packed.

    Raises:
        ValueError: the data are no packed bytes.
    """
    cdef const uint8_t *source = data
    cdef Py_ssize_t at = 0, size = len(data), done = 0
    cdef uint8_t code
    cdef uint32_t three
    cdef uint8_t *made = <uint8_t *> malloc(3 * size + 1)
    if made == NULL:
        raise MemoryError
    try:
        while at < size:
            code = source[at]
            at += 1
            if 0x20 <= code < 0x80 or code == ESCAPE:
                if code == ESCAPE:
                    if at == size:
                        raise ValueError("an escape at the end")
                    code = source[at]
                    at += 1
                made[done] = code
                done += 1
                continue
            if 0 < code <= SIGNS:
                three = SIGN[code - 1]
            elif code >= 0x80:
                three = 0xE0A680 | (code & 0x40) << 2 | (code & 0x3F)
            else:
                raise ValueError(f"a byte 0x{code:02x}")
            made[done], made[done + 1], made[done + 2] = three >> 16, three >> 8 & 0xFF, three & 0xFF
            done += 3
        return made[:done]
    finally:
        free(made)


# The texts of an article by name, from packed JSON of strings: read letter by letter into strings, without
# decoding UTF-8 and JSON in between, which takes three times as long.

cdef enum:
    QUOTE = 34
    BACKSLASH = 92

cdef uint16_t[256] LETTER_OF  # the code point of each byte; 0 if more bytes must be read
cdef uint16_t[256] ESCAPED  # the same for a byte after a backslash


cdef void fill_letters() noexcept:
    cdef int code
    cdef uint32_t three
    memset(LETTER_OF, 0, sizeof(LETTER_OF))
    memset(ESCAPED, 0, sizeof(ESCAPED))
    for code in range(1, 256):
        if code <= SIGNS:
            three = SIGN[code - 1]
            LETTER_OF[code] = <uint16_t> ((three >> 4 & 0xF000) | (three >> 2 & 0xFC0) | (three & 0x3F))
        elif code >= 0x80:
            LETTER_OF[code] = <uint16_t> (0x980 | (code & 0x7F))
        elif code >= 0x20 and code != QUOTE and code != BACKSLASH:
            LETTER_OF[code] = <uint16_t> code
    for code, letter in ((QUOTE, 34), (BACKSLASH, 92), (47, 47), (98, 8), (102, 12), (110, 10), (114, 13), (116, 9)):
        ESCAPED[code] = letter


fill_letters()


cdef inline uint32_t continued(const uint8_t *at, const uint8_t *end) noexcept:
    """The six bits of an escaped continuation byte of UTF-8; a number too great for them if there is none."""
    return at[1] & 0x3F if end - at > 1 and at[0] == ESCAPE and at[1] & 0xC0 == 0x80 else 0x10000


cdef const uint8_t *foreign_letter(const uint8_t *at, const uint8_t *end, uint16_t *letter) noexcept:
    """Read a letter of two or three escaped bytes; return where the next one begins, NULL if this is none."""
    cdef uint32_t first, code
    if end - at < 4 or at[0] != ESCAPE:
        return NULL
    first = at[1]
    code = continued(at + 2, end)
    if 0xC2 <= first < 0xE0:
        code |= (first & 0x1F) << 6
        at += 4
    elif first & 0xF0 == 0xE0:
        code = (first & 0xF) << 12 | code << 6 | continued(at + 4, end)
        if code < 0x800 or 0xD800 <= code < 0xE000:
            return NULL
        at += 6
    else:
        return NULL
    letter[0] = <uint16_t> code
    return at if code < 0x10000 else NULL


cdef const uint8_t *read_string(const uint8_t *at, const uint8_t *end, uint16_t *letters, Py_ssize_t *size) noexcept:
    """Read a JSON string into letters, at most as many as bytes; return its end, NULL if it is not simple."""
    cdef Py_ssize_t count = 0
    cdef uint16_t letter
    if at == end or at[0] != QUOTE:
        return NULL
    at += 1
    while at < end:
        letter = LETTER_OF[at[0]]
        if letter:
            at += 1
        elif at[0] == QUOTE:
            size[0] = count
            return at + 1
        elif at[0] == BACKSLASH:
            letter = ESCAPED[at[1]] if end - at > 1 else 0
            at += 2
            if not letter:
                return NULL
        else:
            at = foreign_letter(at, end, &letter)
            if at == NULL:
                return NULL
        letters[count] = letter
        count += 1
    return NULL


def texts_of(bytes data not None):
    """The texts of a packed JSON object by name; None if it is not written simply, or has other values."""
    cdef const uint8_t *at = data
    cdef const uint8_t *end = at + len(data)
    cdef Py_ssize_t size
    cdef uint16_t *letters = <uint16_t *> malloc(2 * len(data) + 2)
    cdef dict found = {}
    cdef uint8_t before = 123  # the byte before each name: a brace, then commas
    if letters == NULL:
        raise MemoryError
    try:
        while end - at > 1 and at[0] == before:
            at = read_string(at + 1, end, letters, &size)
            if at == NULL or at == end or at[0] != 58:
                return None
            name = PyUnicode_FromKindAndData(PyUnicode_2BYTE_KIND, letters, size)
            at = read_string(at + 1, end, letters, &size)
            if at == NULL:
                return None
            found[name] = PyUnicode_FromKindAndData(PyUnicode_2BYTE_KIND, letters, size)
            before = 44
        return found if found and end - at == 1 and at[0] == 125 else None
    finally:
        free(letters)
