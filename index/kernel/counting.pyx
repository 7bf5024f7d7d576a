"""How many lists hold each document, which documents any list holds, and how often codes occur among some."""

from libc.stdint cimport int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.stdlib cimport free
from libc.string cimport memcpy, memset

import numpy as np

from onneshon.index.kernel.bits cimport lowest
from onneshon.index.kernel.blocks cimport BLOCK, Block, Part, Postings, find_block, read_docs
from onneshon.index.kernel.clauses cimport Cursor, Source, document, not_before, open_cursor, seek
from onneshon.index.kernel.memory cimport clear
from onneshon.index.kernel.term_lists cimport Range, TermRange, read_list

__all__ = ["among", "bits", "codes", "distinct", "documents", "union"]

cdef enum:
    GROUP = 64  # documents of which a word has the bits
    MOST = 65535  # lists
    LONGER = 8  # times as many documents hold a term as are looked for, where these are looked up one by one
    SIEVE = 1024  # bytes, of which each has a bit for eight remainders: many more than there are few documents


cdef struct Several:
    # Posting lists: the parts of one, or a range of terms where these are NULL.
    const Part *parts
    Range range
    int count


cdef class Lists:
    """The parts of some posting lists, which are gone through once."""

    cdef Several *several
    cdef Py_ssize_t rest
    cdef int place
    cdef uint32_t size
    cdef tuple owners

    def __init__(self, lists, uint32_t size):
        cdef Py_ssize_t i, number = 0
        self.owners = tuple(lists)
        self.several = <Several *> clear(len(self.owners), sizeof(Several))
        self.rest, self.size = len(self.owners), size
        for i in range(self.rest):
            number += self.take(&self.several[i], self.owners[i])
        if number > MOST:
            raise ValueError("too many lists")

    def __dealloc__(self):
        free(self.several)

    cdef int take(self, Several *several, object lists) except -1:
        """Note some lists, and say how many they are."""
        cdef Postings one
        if isinstance(lists, TermRange):
            several.range = (<TermRange> lists).range
            several.count = several.range.count
            return several.count
        one = lists
        several.parts, several.count = one.parts, one.count
        return 1

    cdef bint next_part(self, Part *part) except -1 nogil:
        """The next part, if there is one more; its documents are of the collection."""
        cdef Several *several
        while self.rest:
            several = &self.several[self.rest - 1]
            if self.place < several.count:
                if several.parts == NULL:
                    read_list(&several.range, self.place, part)
                else:
                    part[0] = several.parts[self.place]
                if <uint64_t> part.base + part.documents > self.size:
                    with gil:
                        raise ValueError("a list has more documents than there are")
                self.place += 1
                return True
            self.rest -= 1
            self.place = 0
        return False


cdef int count_part(const Part *part, uint16_t *counts, uint64_t *counted) except -1 nogil:
    """Count the documents of a list, and note them; counts next to no noted document may be anything."""
    cdef Block block
    cdef uint32_t[BLOCK] docs
    cdef uint32_t number, i, doc
    for number in range(part.count):
        find_block(part, number, &block)
        read_docs(part, number, &block, docs)
        for i in range(block.size):
            doc = docs[i]
            if not counted[doc // GROUP]:
                memset(counts + doc // GROUP * GROUP, 0, GROUP * sizeof(uint16_t))
            counted[doc // GROUP] |= <uint64_t> 1 << doc % GROUP
            counts[doc] += 1
    return 0


cdef int mark_part(const Part *part, uint8_t *bitmap) except -1 nogil:
    cdef Block block
    cdef uint32_t[BLOCK] docs
    cdef uint32_t number, i
    for number in range(part.count):
        find_block(part, number, &block)
        read_docs(part, number, &block, docs)
        for i in range(block.size):
            bitmap[docs[i] // 8] |= <uint8_t> (1 << docs[i] % 8)
    return 0


def distinct(lists, uint32_t size, kept=None):
    """How many of some lists each document is in.

    Args:
        lists: posting lists and ranges of terms, of up to 65,535 lists.
        size: documents of the collection.
        kept: a bit for each document that may be counted; None for all.

    Returns:
        Documents of any list, ascending (uint32), and how many of the lists hold each (uint16).

    Raises:
        DamageError: a list is damaged.
        ValueError: too many lists, or a list has more documents than there are.
    """
    cdef Lists parts = Lists(lists, size)
    cdef uint16_t[::1] counts = np.empty(size // GROUP * GROUP + GROUP, np.uint16)
    counted = np.zeros((size + GROUP - 1) // GROUP + 1, np.uint64)
    cdef uint64_t[::1] words = counted
    cdef Part part
    cdef Py_ssize_t i
    with nogil:
        while parts.next_part(&part):
            count_part(&part, &counts[0], &words[0])
    if kept is not None:
        if len(kept) * 8 < size:
            raise ValueError("a bit for each document is wanted")
        marks = counted.view(np.uint8)[:(size + 7) // 8]
        np.bitwise_and(marks, kept[:len(marks)], out=marks)
    docs = documents(counted.view(np.uint8))
    cdef const uint32_t[::1] found = docs
    cdef uint16_t[::1] held = np.empty(len(docs) + 1, np.uint16)
    for i in range(len(found)):
        held[i] = counts[found[i]]
    return docs, np.asarray(held)[:len(docs)]


def union(lists, uint32_t size):
    """A bitmap of the documents of any of some lists, uint8; lists and errors as those of ``distinct``."""
    cdef Lists parts = Lists(lists, size)
    cdef uint8_t[::1] bitmap = np.zeros((size + 7) // 8 + 1, np.uint8)
    cdef Part part
    with nogil:
        while parts.next_part(&part):
            mark_part(&part, &bitmap[0])
    return np.asarray(bitmap)[:(size + 7) // 8]


cdef class Few:
    """A few documents, with a small filter by which most others are told apart at once."""

    cdef const uint32_t[::1] docs
    cdef uint8_t[SIEVE] sieve  # a bit for all documents of the same remainder
    cdef uint32_t size

    def __init__(self, const uint32_t[::1] docs, uint32_t size):
        cdef Py_ssize_t i
        self.docs = docs
        self.size = <uint32_t> len(docs)
        memset(self.sieve, 0, sizeof(self.sieve))
        for i in range(len(docs)):
            if docs[i] >= size or (i and docs[i] <= docs[i - 1]):
                raise ValueError("documents ascend and are of the collection")
            self.sieve[docs[i] // 8 % SIEVE] |= <uint8_t> (1 << docs[i] % 8)

    cdef int count(self, const Part *part, uint16_t *counts) except -1 nogil:
        """Count those that a list holds."""
        cdef Block block
        cdef uint32_t[BLOCK] docs
        cdef uint32_t number, i, place
        if part.df > <uint64_t> self.size * LONGER:
            return self.look_up(part, counts)
        for number in range(part.count):
            find_block(part, number, &block)
            read_docs(part, number, &block, docs)
            for i in range(block.size):
                if self.sieve[docs[i] // 8 % SIEVE] >> (docs[i] % 8) & 1:
                    place = not_before(&self.docs[0], 0, self.size, docs[i])
                    if place < self.size and self.docs[place] == docs[i]:
                        counts[place] += 1
        return 0

    cdef int look_up(self, const Part *part, uint16_t *counts) except -1 nogil:
        """The same for a list with many more documents than there are here."""
        cdef Source source = Source(part, 1, 0, 1, NULL, NULL, NULL, 0, part.df, 1)
        cdef Cursor cursor
        cdef uint32_t i
        open_cursor(&cursor, &source)
        for i in range(self.size):
            seek(&cursor, self.docs[i])
            counts[i] += document(&cursor) == self.docs[i]
        return 0


def among(groups, const uint32_t[::1] docs not None, uint32_t size):
    """How many lists of each of some groups hold each of a few documents.

    Args:
        groups: of lists, each as those of ``distinct``, with their errors.
        docs: ascending, each once, shape (documents,).
        size: documents of the collection.

    Returns:
        Counts, uint16, shape (groups, documents).
    """
    cdef Few few = Few(docs, size)
    cdef Lists parts
    cdef uint16_t[:, ::1] counts = np.zeros((max(len(groups), 1), max(len(docs), 1)), np.uint16)
    cdef Part part
    cdef Py_ssize_t group
    for group, lists in enumerate(groups):
        parts = Lists(lists, size)
        with nogil:
            while few.size and parts.next_part(&part):
                few.count(&part, &counts[group, 0])
    return np.asarray(counts)[:len(groups), :len(docs)]


cdef inline uint64_t word_of(const uint8_t *bitmap, Py_ssize_t place, Py_ssize_t size) noexcept nogil:
    cdef uint64_t word = 0
    memcpy(&word, bitmap + place, min(<Py_ssize_t> 8, size - place))
    return word


cdef inline int ones(uint64_t word) noexcept nogil:
    """Bits that are set (the sum of ever wider fields)."""
    word -= word >> 1 & <uint64_t> 0x5555555555555555
    word = (word & <uint64_t> 0x3333333333333333) + (word >> 2 & <uint64_t> 0x3333333333333333)
    word = word + (word >> 4) & <uint64_t> 0x0F0F0F0F0F0F0F0F
    return <int> (word * <uint64_t> 0x0101010101010101 >> 56)


def bits(const uint8_t[::1] bitmap not None):
    """How many bits are set."""
    cdef int64_t total = 0
    cdef Py_ssize_t place, size = len(bitmap)
    cdef uint64_t word
    with nogil:
        for place in range(0, size, 8):
            word = word_of(&bitmap[0], place, size)
            if word:
                total += ones(word)
    return total


def documents(const uint8_t[::1] bitmap not None):
    """The documents of a bitmap, ascending, uint32."""
    cdef uint32_t[::1] found = np.empty(bits(bitmap) + 1, np.uint32)
    cdef Py_ssize_t place, size = len(bitmap), done = 0
    cdef uint64_t word
    with nogil:
        for place in range(0, size, 8):
            word = word_of(&bitmap[0], place, size)
            while word:
                found[done] = <uint32_t> (place * 8 + lowest(word))
                done += 1
                word &= word - 1
    return np.asarray(found)[:done]


def codes(const uint8_t[::1] bitmap not None, const uint32_t[::1] codes not None, uint32_t values):
    """How often each code occurs among the documents of a bitmap.

    Args:
        bitmap: a bit for each document.
        codes: of each document; those that are not below ``values`` are not counted.
        values: codes that there are.

    Returns:
        Counts, int64, shape (values,).
    """
    cdef int64_t[::1] counts = np.zeros(values + 1, np.int64)
    cdef Py_ssize_t place, size = min(<Py_ssize_t> len(bitmap), (len(codes) + 7) // 8), doc
    cdef Py_ssize_t docs = len(codes)
    cdef uint64_t word
    with nogil:
        for place in range(0, size, 8):
            word = word_of(&bitmap[0], place, size)
            while word:
                doc = place * 8 + lowest(word)
                if doc < docs:
                    counts[min(codes[doc], values)] += 1
                word &= word - 1
    return np.asarray(counts)[:values]
