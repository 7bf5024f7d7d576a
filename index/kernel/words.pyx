"""Numbers the words of a build, each with its stem, and turns the chunks of texts into these numbers."""

from cpython.unicode cimport PyUnicode_DATA, PyUnicode_KIND, PyUnicode_READ, PyUnicode_Substring
from libc.stdint cimport int64_t, uint16_t, uint32_t, uint64_t, uint8_t
from libc.stdlib cimport calloc, free, realloc
from libc.string cimport memcmp, memcpy

import numpy as np

from onneshon.index.kernel.memory cimport Numbers, append, array_of

__all__ = ["ChunkTable", "WordTable"]

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
    ABBREVIATED = 4  # code points, at most, of a word that a full stop may abbreviate: মো. and Dr.

cdef uint32_t SENTENCE_END = 0x80000000


cdef class WordTable:
    """Numbers exact keys in the order in which they first occur, and keeps the stem of each.

    An exact key is its own exact key, so that most words are found in the table as they occur in texts.

    Args:
        exact_of: returns the exact key of a word as it occurs in texts; empty if none of it is visible.
        stem_key: returns the stem key of an exact key.
        classes: for each code point below their number, its roles in a chunk of one plain word, as bits: 1
            may precede the word, 2 may follow it; 4 begins a word of Bengali, 8 is part of one, 16, 32 and 64
            are what words of other kinds consist of; of those that may follow, 128 ends a sentence, 256 is a
            full stop, 512 closes quotes and the like. No part of a word may precede or follow a word.

    Attributes:
        exact_terms: exact keys by number.
        stem_terms: stem keys by number.
    """

    cdef object exact_of, stem_key
    cdef readonly list exact_terms, stem_terms
    cdef dict numbers, stem_numbers
    cdef Numbers stems
    cdef const uint16_t[::1] classes

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
        """The number of a word as it occurs in texts; -1 if none of it is visible."""
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
        """The number of a chunk's only plain word, plus 2**31 if it ends a sentence; -1 for other chunks."""
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


# The words of texts as numbers: chunks between spaces are looked up, without making strings of them.

cdef enum:
    LONGEST = 256  # code points of a chunk that may be kept
    FIRST_SLOTS = 1 << 12  # a power of two
    LINE_END = 10

cdef uint32_t NO_WORD = 0xFFFFFFFF

cdef struct Chunk:
    uint32_t key  # where its code points begin
    uint32_t words  # the number of its word; of several words the index of the first in ``series``
    uint32_t hash
    uint16_t length  # code points; 0 where the slot is free
    uint16_t count  # words


cdef class ChunkTable:
    """Collects the words of texts, with a cache of the words of chunks.

    A full cache is emptied: chunks that occur again are analysed again, and have the same words.

    Args:
        words: returns the numbers of a chunk's words, each below 2**31, plus 2**31 if it ends a sentence;
            2**32 - 1 is no word, and ends the sentence before it. Called for chunks that are not cached.
        budget: bytes of memory for the cache.
        longest: the most code points of a chunk that is cached.
        plain: numbers the words of chunks that are one plain word; None to call ``words`` for all chunks.
    """

    cdef object words
    cdef WordTable plain
    cdef uint64_t budget
    cdef Py_ssize_t longest
    cdef Chunk *slots
    cdef uint64_t mask, filled
    cdef uint16_t *keys  # the code points of all cached chunks, none beyond 16 bits
    cdef uint64_t keys_size, keys_room
    cdef Numbers series  # words of cached chunks that have several
    cdef Numbers found
    cdef uint64_t begun  # words found before the current text

    def __init__(self, words, uint64_t budget, Py_ssize_t longest, WordTable plain=None):
        self.words, self.plain = words, plain
        self.budget = budget
        self.longest = min(longest, <Py_ssize_t> LONGEST)
        self.resize(FIRST_SLOTS)

    def __dealloc__(self):
        free(self.slots)
        free(self.keys)
        free(self.series.values)
        free(self.found.values)

    @property
    def bytes_kept(self):
        """Bytes of memory of the cache."""
        return (
            (self.mask + 1) * sizeof(Chunk) + self.keys_room * sizeof(uint16_t)
            + self.series.room * sizeof(uint32_t)
        )

    def add(self, str text not None):
        """Read a text; return its number of words."""
        cdef Py_ssize_t at = 0, end, size = len(text)
        cdef int kind = PyUnicode_KIND(text)
        cdef void *data = PyUnicode_DATA(text)
        self.begun = self.found.size
        while at < size:
            end = at
            while end < size and PyUnicode_READ(kind, data, end) != 32 and PyUnicode_READ(kind, data, end) != LINE_END:
                end += 1
            if end > at:
                self.read(text, kind, data, at, end)
            if end < size and PyUnicode_READ(kind, data, end) == LINE_END:
                self.end_sentence()
            at = end + 1
        self.end_sentence()
        return self.found.size - self.begun

    def take(self):
        """The words of all texts since the last call, uint32, and for each 1 if it ends its sentence, uint8.

        A sentence ends with its line and its text, if not before.
        """
        words = np.empty(self.found.size, np.uint32)
        ends = np.empty(self.found.size, np.uint8)
        cdef uint32_t[::1] numbers = words
        cdef uint8_t[::1] marks = ends
        cdef uint64_t at
        for at in range(self.found.size):
            numbers[at] = self.found.values[at] & ~SENTENCE_END
            marks[at] = self.found.values[at] >> 31
        self.found.size = 0
        return words, ends

    cdef void end_sentence(self) noexcept:
        """Mark the last word of the current text as the end of a sentence."""
        if self.found.size > self.begun:
            self.found.values[self.found.size - 1] |= SENTENCE_END

    cdef int put(self, uint32_t word) except -1:
        """Add a word, or end the sentence for ``NO_WORD``."""
        if word == NO_WORD:
            self.end_sentence()
            return 0
        return append(&self.found, word)

    cdef int read(self, str text, int kind, void *data, Py_ssize_t at, Py_ssize_t end) except -1:
        """Add the words of a chunk, from the cache or by its analysis."""
        cdef uint16_t[LONGEST] key
        cdef uint64_t hashed = 0
        cdef uint32_t character, i, length = <uint32_t> (end - at)
        cdef Chunk *slot
        if end - at > self.longest:
            return self.ask(text, at, end, NULL, 0, 0)
        for i in range(length):
            character = PyUnicode_READ(kind, data, at + i)
            if character > 0xFFFF:
                return self.ask(text, at, end, NULL, 0, 0)
            key[i] = <uint16_t> character
            hashed = (hashed ^ character) * 0x9E3779B97F4A7C15ULL
            hashed ^= hashed >> 29
        slot = self.find(key, length, <uint32_t> hashed)
        if not slot.length:
            return self.ask(text, at, end, key, length, <uint32_t> hashed)
        if slot.count == 1:
            return self.put(slot.words)
        for i in range(slot.count):
            self.put(self.series.values[slot.words + i])
        return 0

    cdef Chunk *find(self, const uint16_t *key, uint32_t length, uint32_t hashed) noexcept:
        """The slot of a chunk, or the free one where it goes: at least half of the slots are free."""
        cdef uint64_t at = hashed & self.mask
        cdef Chunk *slot = &self.slots[at]
        while slot.length and not (
            slot.hash == hashed and slot.length == length
            and memcmp(self.keys + slot.key, key, length * sizeof(uint16_t)) == 0
        ):
            at = (at + 1) & self.mask
            slot = &self.slots[at]
        return slot

    cdef int ask(
        self, str text, Py_ssize_t at, Py_ssize_t end, const uint16_t *key, uint32_t length, uint32_t hashed
    ) except -1:
        """Have a chunk analysed, and cache its words if it has a key."""
        cdef uint32_t word
        cdef Chunk *slot
        cdef list words = self.words_of(text, at, end)
        for word in words:
            self.put(word)
        if key == NULL or len(words) > 0xFFFF:
            return 0
        self.make_room(length, len(words))
        slot = self.find(key, length, hashed)
        slot.hash, slot.length, slot.count = hashed, length, len(words)
        slot.key = <uint32_t> self.keys_size
        memcpy(self.keys + self.keys_size, key, length * sizeof(uint16_t))
        self.keys_size += length
        self.filled += 1
        if len(words) == 1:
            slot.words = words[0]
            return 0
        slot.words = <uint32_t> self.series.size
        for word in words:
            append(&self.series, word)
        return 0

    cdef list words_of(self, str text, Py_ssize_t at, Py_ssize_t end):
        """The numbers of the words of a chunk."""
        cdef int64_t number = self.plain.plain(text, at, end) if self.plain is not None else -1
        return [number] if number >= 0 else list(self.words(PyUnicode_Substring(text, at, end)))

    cdef int make_room(self, uint64_t characters, uint64_t words) except -1:
        """Make room to cache a chunk of this many code points and words, if need be by emptying the cache."""
        cdef uint64_t slots = (self.mask + 1) << (2 * (self.filled + 1) > self.mask + 1)
        cdef uint64_t room = self.keys_room
        cdef void *data
        if self.keys_size + characters > room:
            room = max(<uint64_t> 1 << 12, room + room // 2, self.keys_size + characters)
        cdef uint64_t series = self.series.room
        if self.series.size + words > series:
            series = max(<uint64_t> 1 << 10, 2 * series)
        if slots * sizeof(Chunk) + 2 * room + 4 * series > self.budget or room > 0xFFFFFFFF:
            self.forget()
            slots, room = FIRST_SLOTS, 1 << 12
        if slots > self.mask + 1:
            self.resize(slots)
        if room > self.keys_room:
            data = realloc(self.keys, room * sizeof(uint16_t))
            if data == NULL:
                raise MemoryError
            self.keys, self.keys_room = <uint16_t *> data, room
        return 0

    cdef int forget(self) except -1:
        self.filled = self.keys_size = self.keys_room = self.series.size = self.series.room = 0
        free(self.keys)
        free(self.series.values)
        self.keys, self.series.values = NULL, NULL
        return self.resize(FIRST_SLOTS)

    cdef int resize(self, uint64_t slots) except -1:
        """Make a table of this size, and move the cached chunks there."""
        cdef Chunk *before = self.slots
        cdef uint64_t at, count = self.mask + 1 if before != NULL else 0
        cdef Chunk *made = <Chunk *> calloc(slots, sizeof(Chunk))
        if made == NULL:
            raise MemoryError
        self.slots, self.mask = made, slots - 1
        for at in range(count):
            if before[at].length and self.filled:
                self.find(self.keys + before[at].key, before[at].length, before[at].hash)[0] = before[at]
        free(before)
        return 0
