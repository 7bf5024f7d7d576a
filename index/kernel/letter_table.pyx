"""Strings of letters by what is noted of them: a table that asks for no string to be made."""

from cpython.mem cimport PyMem_Free, PyMem_Malloc
from cpython.unicode cimport PyUnicode_AsUCS4
from libc.stdint cimport int32_t, uint32_t
from libc.stdlib cimport free
from libc.string cimport memcmp

from onneshon.index.kernel.memory cimport append, clear

cdef enum:
    FIRST_PLACES = 1 << 6  # a power of two


cdef class LetterTable:
    """Numbers by strings; open addressing, at least half of the places are free."""

    def __cinit__(self):
        self.places = <Entry *> clear(FIRST_PLACES, sizeof(Entry))
        self.mask = FIRST_PLACES - 1
        empty(self.places, FIRST_PLACES)

    def __dealloc__(self):
        free(self.places)
        free(self.keys.values)

    cdef int put(self, str letters, int32_t value) except -1:
        """Note a number of 0 or more for a string, in place of one noted before."""
        cdef Py_ssize_t i, size = len(letters)
        cdef uint32_t hashed = 0
        cdef Entry *place
        cdef uint32_t[LONGEST] room
        cdef uint32_t *row = letters_of(letters, room)
        try:
            for i in range(size):
                hashed = hash_with(hashed, row[i])
            if 2 * (self.filled + 1) > self.mask + 1:
                self.grow()
            place = self.place_of(row, size, hashed)
            if place.value < 0:
                place.hash, place.key, place.length = hashed, <uint32_t> self.keys.size, <uint32_t> size
                for i in range(size):
                    append(&self.keys, row[i])
                self.filled += 1
                self.longest = max(self.longest, size)
            place.value = value
        finally:
            let_go(row, room)
        return 0

    cdef int32_t find(self, const uint32_t *letters, Py_ssize_t size) noexcept:
        """What was noted for a string; -1 for none."""
        cdef Py_ssize_t i
        cdef uint32_t hashed = 0
        if size > self.longest:
            return -1
        for i in range(size):
            hashed = hash_with(hashed, letters[i])
        return self.place_of(letters, size, hashed).value

    cdef int32_t find_hashed(self, const uint32_t *letters, Py_ssize_t size, uint32_t hashed) noexcept:
        """What was noted for a string whose hash is known; -1 for none."""
        return self.place_of(letters, size, hashed).value

    cdef Entry *place_of(self, const uint32_t *letters, Py_ssize_t size, uint32_t hashed) noexcept:
        """The place of a string, or the free one where it goes."""
        cdef uint32_t at = hashed & self.mask
        cdef Entry *place = &self.places[at]
        while place.value >= 0 and not (
            place.hash == hashed and place.length == <uint32_t> size
            and memcmp(self.keys.values + place.key, letters, size * sizeof(uint32_t)) == 0
        ):
            at = (at + 1) & self.mask
            place = &self.places[at]
        return place

    cdef int grow(self) except -1:
        """Twice as many places."""
        cdef uint32_t i, count = self.mask + 1
        cdef Entry *before = self.places
        cdef Entry *made = <Entry *> clear(2 * count, sizeof(Entry))
        empty(made, 2 * count)
        self.places, self.mask = made, 2 * count - 1
        for i in range(count):
            if before[i].value >= 0:
                self.place_of(self.keys.values + before[i].key, before[i].length, before[i].hash)[0] = before[i]
        free(before)
        return 0


cdef void empty(Entry *places, uint32_t count) noexcept:
    cdef uint32_t i
    for i in range(count):
        places[i].value = -1


cdef LetterTable table_of(strings):
    """A table in which some strings are noted, each with 0."""
    cdef LetterTable table = LetterTable()
    for one in strings:
        table.put(one, 0)
    return table


cdef uint32_t *letters_of(str word, uint32_t *room) except NULL:
    """The letters of a word, in a room for ``LONGEST`` if they fit; ``let_go`` of them."""
    cdef Py_ssize_t size = len(word)
    cdef uint32_t *letters = room
    if size > LONGEST:
        letters = <uint32_t *> PyMem_Malloc(size * sizeof(uint32_t))
        if letters == NULL:
            raise MemoryError
    if size:
        PyUnicode_AsUCS4(word, <Py_UCS4 *> letters, size, 0)
    return letters


cdef void let_go(uint32_t *letters, const uint32_t *room) noexcept:
    if letters != room:
        PyMem_Free(letters)
