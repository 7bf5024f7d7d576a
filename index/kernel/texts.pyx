"""A text as chunks between white space and as clusters, by one pass over its code points each.

Both are approximations that cost a thousandth of what ICU takes; who uses them knows what is exact.
"""

from cpython.unicode cimport PyUnicode_DATA, PyUnicode_KIND, PyUnicode_READ
from libc.stdint cimport uint8_t, uint32_t
from libc.stdlib cimport free

from onneshon.index.kernel.memory cimport Numbers, append

__all__ = ["Chunks", "Clusters"]

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


cdef inline uint8_t class_of(Py_UCS4 one, const uint8_t[::1] classes):
    if <Py_ssize_t> one < len(classes):
        return classes[one]
    if one.isspace():
        return SPACE
    return (IN_WORD if one.isalnum() else 0) | (LETTER if one.isalpha() else 0) | (DIGIT if one.isdigit() else 0)


cdef class Chunks:
    """The stretches of a text without white space, and roughly which words stand in each.

    A word is a run of letters, digits and signs; some characters hold two runs together. Where analysis makes
    something else of a chunk, the words behind it have other numbers than here, by as many.

    Args:
        text: any; places are code points.
        classes: of each code point below their number: 1 for white space, 2 for what words are made of, 4 for
            what goes on with a word that has begun, 8 for what does so before a letter, 16 for what does so
            before a digit; 32 for letters, 64 for digits. Code points above are looked up elsewhere.
    """

    cdef Numbers starts, ends, words

    def __init__(self, str text not None, const uint8_t[::1] classes not None):
        cdef int kind = PyUnicode_KIND(text)
        cdef void *data = PyUnicode_DATA(text)
        cdef Py_ssize_t at, size = len(text), count = 0
        cdef bint in_chunk = False, in_word = False
        cdef uint8_t one, following = 0
        if size:
            following = class_of(PyUnicode_READ(kind, data, 0), classes)
        for at in range(size):
            one = following
            following = class_of(PyUnicode_READ(kind, data, at + 1), classes) if at + 1 < size else 0
            if one & SPACE:
                if in_chunk:
                    append(&self.ends, <uint32_t> at)
                in_chunk = in_word = False
                continue
            if not in_chunk:
                append(&self.starts, <uint32_t> at)
                append(&self.words, <uint32_t> count)
                in_chunk = True
            if one & IN_WORD:
                count += not in_word
                in_word = True
            elif in_word and not one & GOES_ON:
                in_word = (one & BEFORE_LETTER and following & LETTER) or (one & BEFORE_DIGIT and following & DIGIT)
        if in_chunk:
            append(&self.ends, <uint32_t> size)

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
        """How many words stand before a chunk."""
        if not 0 <= number < <Py_ssize_t> self.words.size:
            raise IndexError("there is no such chunk")
        return self.words.values[number]

    def holding(self, word):
        """The chunk of a word by its number, from 0 on; the nearest of a number that no word has."""
        cdef uint32_t number = max(0, word)
        cdef size_t place = first_not_before(&self.words, number + 1)
        return max(<Py_ssize_t> place - 1, 0)


cdef class Clusters:
    """How many clusters lie between two places of a text, as far as its code points one by one tell.

    Args:
        text: any; places are code points.
        classes: of each code point up to the last that is not like all that follow: 1 for a sign, 2 for a
            consonant, 4 for a joiner, which belong to the cluster before them where what is there takes them:
            16 for what takes signs, 32 for what takes consonants, be that over a joiner.
    """

    cdef Numbers starts
    cdef uint32_t end

    def __init__(self, str text not None, const uint8_t[::1] classes not None):
        cdef int width = PyUnicode_KIND(text)
        cdef void *data = PyUnicode_DATA(text)
        cdef Py_ssize_t at, last = len(classes) - 1
        cdef uint8_t kind, before = 0, earlier = 0
        cdef bint begins
        if last < 0:
            raise ValueError("code points have classes")
        self.end = <uint32_t> len(text)
        for at in range(len(text)):
            kind = classes[min(<Py_ssize_t> PyUnicode_READ(width, data, at), last)]
            begins = (kind & (before >> AFTER)) == 0
            if kind & CONSONANT and before & JOINER and earlier & (CONSONANT << AFTER):
                begins = False
            if begins or not at:
                append(&self.starts, <uint32_t> at)
            earlier, before = before, kind

    def __dealloc__(self):
        free(self.starts.values)

    @property
    def total(self):
        """Clusters of the whole text."""
        return self.starts.size

    cdef uint32_t place(self, Py_ssize_t number):
        number = max(number, 0)
        return self.starts.values[number] if number < <Py_ssize_t> self.starts.size else self.end

    def before(self, uint32_t place):
        """The clusters that begin before a place."""
        return first_not_before(&self.starts, place)

    def earliest(self, uint32_t end, Py_ssize_t width):
        """The first beginning of a cluster from which it is at most ``width`` clusters to ``end``."""
        return self.place(<Py_ssize_t> first_not_before(&self.starts, end) - width)

    def latest(self, uint32_t start, Py_ssize_t width):
        """The last place to which it is at most ``width`` clusters from ``start``."""
        return self.place(<Py_ssize_t> first_not_before(&self.starts, start) + width)
