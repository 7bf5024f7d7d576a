"""The words of texts by number: what stands between two spaces is looked up, and no string is made of it."""

from cpython.unicode cimport PyUnicode_DATA, PyUnicode_KIND, PyUnicode_READ, PyUnicode_Substring
from libc.stdint cimport uint16_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free, realloc
from libc.string cimport memcmp, memcpy, memset

import numpy as np

__all__ = ["ChunkTable"]

cdef enum:
    LONGEST = 256  # code points of a chunk that may be kept
    FIRST_PLACES = 1 << 12  # a power of two

cdef struct Chunk:
    uint32_t key  # where its code points begin
    uint32_t words  # its word's number; of several the place of the first
    uint32_t hash
    uint16_t length  # code points; 0 where the place is free
    uint16_t count  # words

cdef struct Numbers:
    uint32_t *at
    uint64_t size, room


cdef int put(Numbers *numbers, uint32_t value) except -1:
    cdef uint64_t room
    cdef void *data
    if numbers.size == numbers.room:
        room = max(1 << 10, 2 * numbers.room)
        data = realloc(numbers.at, room * sizeof(uint32_t))
        if data == NULL:
            raise MemoryError
        numbers.at, numbers.room = <uint32_t *> data, room
    numbers.at[numbers.size] = value
    numbers.size += 1
    return 0


cdef class ChunkTable:
    """Collects the words of texts; the words of chunks met lately are remembered.

    When the table is full all of it is forgotten: what comes again is asked for again, and has the same words.

    Args:
        words: the numbers of the words of a chunk, each below 2**32; called for those that are not remembered.
        budget: bytes of memory for what is remembered.
        longest: code points of a chunk that is remembered.
    """

    cdef object words
    cdef uint64_t budget
    cdef Py_ssize_t longest
    cdef Chunk *places
    cdef uint64_t mask, filled
    cdef uint16_t *keys  # of all chunks, which hold no code point beyond 16 bits
    cdef uint64_t keys_size, keys_room
    cdef Numbers series  # words of chunks that have several
    cdef Numbers found

    def __init__(self, words, uint64_t budget, Py_ssize_t longest):
        self.words = words
        self.budget = budget
        self.longest = min(longest, <Py_ssize_t> LONGEST)
        self.resize(FIRST_PLACES)

    def __dealloc__(self):
        free(self.places)
        free(self.keys)
        free(self.series.at)
        free(self.found.at)

    @property
    def held(self):
        """Bytes of what is remembered."""
        return (
            (self.mask + 1) * sizeof(Chunk) + self.keys_room * sizeof(uint16_t)
            + self.series.room * sizeof(uint32_t)
        )

    def add(self, str text not None):
        """Read a text; how many words it has."""
        cdef Py_ssize_t at = 0, end, size = len(text)
        cdef int kind = PyUnicode_KIND(text)
        cdef void *data = PyUnicode_DATA(text)
        cdef uint64_t before = self.found.size
        while at < size:
            end = at
            while end < size and PyUnicode_READ(kind, data, end) != 32 and PyUnicode_READ(kind, data, end) != 10:
                end += 1
            if end > at:
                self.read(text, kind, data, at, end)
            at = end + 1
        return self.found.size - before

    def take(self):
        """The words of all texts since the last call, uint32."""
        taken = np.empty(self.found.size, np.uint32)
        cdef uint32_t[::1] view = taken
        if self.found.size:
            memcpy(&view[0], self.found.at, self.found.size * sizeof(uint32_t))
        self.found.size = 0
        return taken

    cdef int read(self, str text, int kind, void *data, Py_ssize_t at, Py_ssize_t end) except -1:
        """Find the words of a chunk, or ask for them."""
        cdef uint16_t[LONGEST] key
        cdef uint64_t hashed = 0
        cdef uint32_t character, i, length = <uint32_t> (end - at)
        cdef Chunk *place
        if end - at > self.longest:
            return self.ask(text, at, end, NULL, 0, 0)
        for i in range(length):
            character = PyUnicode_READ(kind, data, at + i)
            if character > 0xFFFF:
                return self.ask(text, at, end, NULL, 0, 0)
            key[i] = <uint16_t> character
            hashed = (hashed ^ character) * 0x9E3779B97F4A7C15ULL
            hashed ^= hashed >> 29
        place = self.find(key, length, <uint32_t> hashed)
        if not place.length:
            return self.ask(text, at, end, key, length, <uint32_t> hashed)
        if place.count == 1:
            return put(&self.found, place.words)
        for i in range(place.count):
            put(&self.found, self.series.at[place.words + i])
        return 0

    cdef Chunk *find(self, const uint16_t *key, uint32_t length, uint32_t hashed) noexcept:
        """The place of a chunk, or the free one where it goes: at least half of the places are free."""
        cdef uint64_t at = hashed & self.mask
        cdef Chunk *place = &self.places[at]
        while place.length and not (
            place.hash == hashed and place.length == length
            and memcmp(self.keys + place.key, key, length * sizeof(uint16_t)) == 0
        ):
            at = (at + 1) & self.mask
            place = &self.places[at]
        return place

    cdef int ask(
        self, str text, Py_ssize_t at, Py_ssize_t end, const uint16_t *key, uint32_t length, uint32_t hashed
    ) except -1:
        """Have a chunk analysed, and remember its words if it has a key."""
        cdef uint32_t word
        cdef Chunk *place
        cdef list words = list(self.words(PyUnicode_Substring(text, at, end)))
        for word in words:
            put(&self.found, word)
        if key == NULL or len(words) > 0xFFFF:
            return 0
        self.make_room(length, len(words))
        place = self.find(key, length, hashed)
        place.hash, place.length, place.count = hashed, length, len(words)
        place.key = <uint32_t> self.keys_size
        memcpy(self.keys + self.keys_size, key, length * sizeof(uint16_t))
        self.keys_size += length
        self.filled += 1
        if len(words) == 1:
            place.words = words[0]
            return 0
        place.words = <uint32_t> self.series.size
        for word in words:
            put(&self.series, word)
        return 0

    cdef int make_room(self, uint64_t characters, uint64_t words) except -1:
        """See that a chunk of so many code points and words can be remembered."""
        cdef uint64_t places = (self.mask + 1) << (2 * (self.filled + 1) > self.mask + 1)
        cdef uint64_t room = self.keys_room
        cdef void *data
        if self.keys_size + characters > room:
            room = max(<uint64_t> 1 << 12, room + room // 2, self.keys_size + characters)
        cdef uint64_t series = self.series.room
        if self.series.size + words > series:
            series = max(<uint64_t> 1 << 10, 2 * series)
        if places * sizeof(Chunk) + 2 * room + 4 * series > self.budget or room > 0xFFFFFFFF:
            self.forget()
            places, room = FIRST_PLACES, 1 << 12
        if places > self.mask + 1:
            self.resize(places)
        if room > self.keys_room:
            data = realloc(self.keys, room * sizeof(uint16_t))
            if data == NULL:
                raise MemoryError
            self.keys, self.keys_room = <uint16_t *> data, room
        return 0

    cdef int forget(self) except -1:
        self.filled = self.keys_size = self.keys_room = self.series.size = self.series.room = 0
        free(self.keys)
        free(self.series.at)
        self.keys, self.series.at = NULL, NULL
        return self.resize(FIRST_PLACES)

    cdef int resize(self, uint64_t places) except -1:
        """Make a table of so many places, and move there what is remembered."""
        cdef Chunk *before = self.places
        cdef uint64_t at, count = self.mask + 1 if before != NULL else 0
        cdef Chunk *made = <Chunk *> calloc(places, sizeof(Chunk))
        if made == NULL:
            raise MemoryError
        self.places, self.mask = made, places - 1
        for at in range(count):
            if before[at].length and self.filled:
                self.find(self.keys + before[at].key, before[at].length, before[at].hash)[0] = before[at]
        free(before)
        return 0
