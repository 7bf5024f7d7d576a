"""The words of a build by number, each with its stem; and chunks of texts that are one plain word."""

from cpython.unicode cimport PyUnicode_DATA, PyUnicode_KIND, PyUnicode_READ, PyUnicode_Substring
from libc.stdint cimport int64_t, uint16_t
from libc.stdlib cimport free

from onneshon.index.kernel.memory cimport Numbers, append, array_of

__all__ = ["WordTable"]

cdef enum:
    BEFORE = 1
    AFTER = 2
    BEGINS = 4
    PART = 8
    OTHER_SORTS = 16 + 32 + 64
    ENDS = 128
    STOPS = 256
    CLOSES = 512

cdef enum:
    ABBREVIATED = 4  # code points of a word after which a full stop may be that of an abbreviation: মো. and Dr.

cdef int64_t SENTENCE_END = 0x80000000


cdef class WordTable:
    """Numbers exact keys in the order in which they are met, and knows the stem of each.

    An exact key is its own exact key, so that the table also answers for most words as they are written.

    Args:
        exact_of: gives the exact key of a word as it is written; empty where nothing of it is visible.
        stem_key: gives the stem key of an exact key.
        classes: of each code point below their number what it may be in a chunk that is one plain word: 1 for what
            stands before the word, 2 for what stands after it; 4 for what begins a word of Bengali, 8 for what is
            part of one, 16, 32 and 64 for what words of other sorts consist of; of what stands after it, 128 for
            what ends a sentence, 256 for a full stop, 512 for what closes quotes and the like. Nothing that is
            part of a word stands beside words.

    Attributes:
        exact_terms: exact keys by number.
        stem_terms: stem keys by number.
    """

    def __init__(self, exact_of, stem_key, const uint16_t[::1] classes not None):
        self.exact_of, self.stem_key, self.classes = exact_of, stem_key, classes
        self.exact_terms, self.stem_terms, self.numbers, self.stem_numbers = [], [], {}, {}

    def __dealloc__(self):
        free(self.stems.values)

    @property
    def stem_of(self):
        """The number of the stem of each exact key, uint32."""
        return array_of(self.stems.values, self.stems.size)

    def number(self, str word not None):
        """The number of a word as it is written; -1 where nothing of it is visible."""
        return self.number_of(word)

    cdef int64_t number_of(self, str word) except -2:
        known = self.numbers.get(word)
        if known is not None:
            return known
        cdef str exact = self.exact_of(word)
        if not exact:
            return -1
        known = self.numbers.get(exact)
        return self.learn(exact) if known is None else known

    cdef int64_t learn(self, str exact) except -2:
        """Give a number to an exact key that has none."""
        cdef int64_t number = len(self.exact_terms)
        stem = self.stem_key(exact)
        known = self.stem_numbers.get(stem)
        if known is None:
            known = self.stem_numbers[stem] = len(self.stem_terms)
            self.stem_terms.append(stem)
        append(&self.stems, known)
        self.numbers[exact] = number
        self.exact_terms.append(exact)
        return number

    cdef int64_t plain(self, str text, Py_ssize_t at, Py_ssize_t end) except -2:
        """The number of the one plain word of a chunk, 2**31 more where a sentence ends after it; -1 of others."""
        cdef int kind = PyUnicode_KIND(text)
        cdef void *data = PyUnicode_DATA(text)
        cdef Py_ssize_t first, last
        cdef uint16_t script, sort, ends = 0
        cdef bint stops = False
        while at < end and self.class_at(kind, data, at) & BEFORE:
            at += 1
        first = last = at
        script = self.class_at(kind, data, at) if at < end else 0
        script = PART if script & BEGINS else script & OTHER_SORTS
        while last < end and self.class_at(kind, data, last) & script:
            last += 1
        if last == first:
            return -1
        for at in range(last, end):
            sort = self.class_at(kind, data, at)
            if not sort & AFTER:
                return -1
            ends |= sort & ENDS
            stops = sort & STOPS or (stops and sort & CLOSES)
        cdef int64_t number = self.number_of(PyUnicode_Substring(text, first, last))
        if number >= 0 and (ends or (stops and last - first > ABBREVIATED)):
            number += SENTENCE_END
        return number

    cdef uint16_t class_at(self, int kind, void *data, Py_ssize_t at) noexcept:
        cdef Py_UCS4 letter = PyUnicode_READ(kind, data, at)
        return self.classes[<Py_ssize_t> letter] if <Py_ssize_t> letter < self.classes.shape[0] else 0
