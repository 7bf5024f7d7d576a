"""How many lists hold each document, which documents any list holds, and how often codes occur among some."""

from libc.stdint cimport int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.string cimport memcpy

import numpy as np

from index.kernel.blocks cimport BLOCK, Block, Part, Postings, find_block, read_docs
from index.kernel.clauses cimport Source, documents_of, source_of

__all__ = ["bits", "codes", "distinct", "documents", "union"]

cdef enum:
    GROUP = 64  # documents of which none is looked at where none was counted
    MOST = 65535  # lists


cdef int check(list lists, uint32_t size) except -1:
    """All documents of the lists are below ``size``."""
    cdef Source source
    for one in lists:
        source = source_of(<Postings?> one)
        if documents_of(&source) > size:
            raise ValueError("a list has more documents than there are")
    return 0


cdef int count_part(const Part *part, uint16_t *counts, uint8_t *touched) except -1 nogil:
    cdef Block block
    cdef uint32_t[BLOCK] docs
    cdef uint32_t number, i
    for number in range(part.count):
        find_block(part, number, &block)
        read_docs(part, number, &block, docs)
        for i in range(block.size):
            counts[docs[i]] += 1
            touched[docs[i] // GROUP] = 1
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
        lists: posting lists, up to 65,535.
        size: documents of the collection.
        kept: a bit for each document that may be counted; None for all.

    Returns:
        Documents of any list, ascending (uint32), and how many of the lists hold each (uint16).

    Raises:
        DamageError: a list is damaged.
        ValueError: too many lists, or a list has more documents than there are.
    """
    lists = list(lists)
    check(lists, size)
    if len(lists) > MOST:
        raise ValueError("too many lists")
    cdef uint16_t[::1] counts = np.zeros(size // GROUP * GROUP + GROUP, np.uint16)
    cdef uint8_t[::1] touched = np.zeros(size // GROUP + 1, np.uint8)
    cdef Postings one
    cdef int i
    for one in lists:
        with nogil:
            for i in range(one.count):
                count_part(&one.parts[i], &counts[0], &touched[0])
    places = np.flatnonzero(touched)
    rows = np.asarray(counts).reshape(-1, GROUP)[places]
    if kept is not None:
        rows *= np.unpackbits(padded(kept, size).reshape(-1, GROUP // 8)[places], axis=1, bitorder="little")
    at, within = rows.nonzero()
    return (places[at] * GROUP + within).astype(np.uint32), rows[at, within]


def padded(kept, uint32_t size):
    """A bitmap of whole groups."""
    kept = np.asarray(kept, np.uint8)
    if len(kept) * 8 < size:
        raise ValueError("a bit for each document is wanted")
    whole = np.zeros((size // GROUP + 1) * GROUP // 8, np.uint8)
    whole[:(size + 7) // 8] = kept[:(size + 7) // 8]
    return whole


def union(lists, uint32_t size):
    """A bitmap of the documents of any of some posting lists, uint8; errors as those of ``distinct``."""
    lists = list(lists)
    check(lists, size)
    cdef uint8_t[::1] bitmap = np.zeros((size + 7) // 8 + 1, np.uint8)
    cdef Postings one
    cdef int i
    for one in lists:
        with nogil:
            for i in range(one.count):
                mark_part(&one.parts[i], &bitmap[0])
    return np.asarray(bitmap)[:(size + 7) // 8]


cdef inline uint64_t word_of(const uint8_t *bitmap, Py_ssize_t place, Py_ssize_t size) noexcept nogil:
    cdef uint64_t word = 0
    memcpy(&word, bitmap + place, min(<Py_ssize_t> 8, size - place))
    return word


cdef inline int lowest(uint64_t word) noexcept nogil:
    """The place of the lowest bit that is set."""
    return ones((word & (0 - word)) - 1)


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
    with nogil:
        for place in range(0, size, 8):
            total += ones(word_of(&bitmap[0], place, size))
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
