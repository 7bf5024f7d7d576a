"""Counts the lists that contain each document, and merges the lists of a word's variants into one."""

from libc.math cimport rint
from libc.stdint cimport int64_t, uint16_t, uint32_t, uint64_t, uint8_t
from libc.stdlib cimport free
from libc.string cimport memcpy, memset

import numpy as np

from onneshon.index.kernel.clauses cimport (
    Cursor, Source, check_ascending, document, load_next, not_before, open_cursor, seek, source_of,
)
from onneshon.index.kernel.memory cimport clear
from onneshon.index.kernel.postings cimport BLOCK, END, Block, Part, Postings, find_block, read_docs
from onneshon.index.kernel.terms cimport Range, TermRange, read_list

__all__ = ["among", "as_one_word", "bits", "codes", "distinct", "documents", "union"]

# The number of lists that contain each document, unions of lists, and counts of codes among documents.

cdef extern from *:
    """
    #ifdef _MSC_VER
    #include <intrin.h>
    static int lowest(unsigned __int64 bits) { unsigned long index; _BitScanForward64(&index, bits); return (int) index; }
    #else
    #define lowest(bits) __builtin_ctzll(bits)
    #endif
    """
    int lowest(uint64_t bits) noexcept nogil  # the index of the lowest set bit of a number that is not 0

cdef enum:
    GROUP = 64  # documents whose bits make one 64-bit word
    MOST = 65535  # lists that can be counted in 16 bits
    LONGER = 8  # a list this many times longer than the documents sought is not read through but searched
    SIEVE = 1024  # bytes, one bit for each of 8192 remainders: many more than there are documents sought


cdef struct Several:
    # Posting lists: the parts of a single one, or those of a range of terms where ``parts`` is NULL.
    const Part *parts
    Range range
    int count


cdef class Lists:
    """An iterator over the parts of some posting lists."""

    cdef Several *several
    cdef Py_ssize_t rest
    cdef int index
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
        """Note a posting list or a range of terms; return its number of lists."""
        cdef Postings postings
        if isinstance(lists, TermRange):
            several.range = (<TermRange> lists).range
            several.count = several.range.count
            return several.count
        postings = lists
        several.parts, several.count = postings.parts, postings.count
        return 1

    cdef bint next_part(self, Part *part) except -1 nogil:
        """Whether there is a next part, read into ``part``; its documents are known to be below ``size``."""
        cdef Several *several
        while self.rest:
            several = &self.several[self.rest - 1]
            if self.index < several.count:
                if several.parts == NULL:
                    read_list(&several.range, self.index, part)
                else:
                    part[0] = several.parts[self.index]
                if <uint64_t> part.base + part.documents > self.size:
                    with gil:
                        raise ValueError("a list has more documents than there are")
                self.index += 1
                return True
            self.rest -= 1
            self.index = 0
        return False


cdef int count_part(const Part *part, uint16_t *counts, uint64_t *counted) except -1 nogil:
    """Count a list's documents and set their bits; counts of a group without a bit are uninitialised."""
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
    """The documents of any of some lists, and the number of lists that contain each.

    Args:
        lists: posting lists and ranges of terms, up to 65,535 lists in all.
        size: the number of documents of the collection.
        kept: one bit per document, set for those that may be counted; None for all.

    Returns:
        The documents, ascending (uint32), and the number of lists that contain each (uint16).

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
    cdef uint16_t[::1] found_counts = np.empty(len(docs) + 1, np.uint16)
    for i in range(len(found)):
        found_counts[i] = counts[found[i]]
    return docs, np.asarray(found_counts)[:len(docs)]


def union(lists, uint32_t size):
    """A bitmap of the documents of any of some lists, uint8; arguments and errors as of ``distinct``."""
    cdef Lists parts = Lists(lists, size)
    cdef uint8_t[::1] bitmap = np.zeros((size + 7) // 8 + 1, np.uint8)
    cdef Part part
    with nogil:
        while parts.next_part(&part):
            mark_part(&part, &bitmap[0])
    return np.asarray(bitmap)[:(size + 7) // 8]


cdef class Few:
    """A few documents to look for, with a small filter that rejects most others at once."""

    cdef const uint32_t[::1] docs
    cdef uint8_t[SIEVE] sieve  # the bit of each document's number modulo 8 * SIEVE
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
        """Add 1 to the counts of those documents that a list contains."""
        cdef Block block
        cdef uint32_t[BLOCK] docs
        cdef uint32_t number, i, row
        if part.df > <uint64_t> self.size * LONGER:
            return self.look_up(part, counts)
        for number in range(part.count):
            find_block(part, number, &block)
            read_docs(part, number, &block, docs)
            for i in range(block.size):
                if self.sieve[docs[i] // 8 % SIEVE] >> (docs[i] % 8) & 1:
                    row = not_before(&self.docs[0], 0, self.size, docs[i])
                    if row < self.size and self.docs[row] == docs[i]:
                        counts[row] += 1
        return 0

    cdef int look_up(self, const Part *part, uint16_t *counts) except -1 nogil:
        """Do the same for a list that is much longer, by a seek for each document."""
        cdef Source source = Source(part, 1, 0, 1, NULL, NULL, NULL, 0, part.df, 1)
        cdef Cursor cursor
        cdef uint32_t i
        open_cursor(&cursor, &source)
        for i in range(self.size):
            seek(&cursor, self.docs[i])
            counts[i] += document(&cursor) == self.docs[i]
        return 0


def among(groups, const uint32_t[::1] docs not None, uint32_t size):
    """Count, for each group of lists, those that contain each of a few documents.

    Args:
        groups: groups of lists; the lists of each, and the errors, are as of ``distinct``.
        docs: the documents, ascending, each once, shape (documents,).
        size: the number of documents of the collection.

    Returns:
        The counts, uint16, shape (groups, documents).
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


cdef inline uint64_t word_of(const uint8_t *bitmap, Py_ssize_t offset, Py_ssize_t size) noexcept nogil:
    cdef uint64_t word = 0
    memcpy(&word, bitmap + offset, min(<Py_ssize_t> 8, size - offset))
    return word


cdef inline int ones(uint64_t word) noexcept nogil:
    """The number of set bits, by sums of ever wider fields."""
    word -= word >> 1 & <uint64_t> 0x5555555555555555
    word = (word & <uint64_t> 0x3333333333333333) + (word >> 2 & <uint64_t> 0x3333333333333333)
    word = word + (word >> 4) & <uint64_t> 0x0F0F0F0F0F0F0F0F
    return <int> (word * <uint64_t> 0x0101010101010101 >> 56)


def bits(const uint8_t[::1] bitmap not None):
    """The number of set bits of a bitmap."""
    cdef int64_t total = 0
    cdef Py_ssize_t offset, size = len(bitmap)
    cdef uint64_t word
    with nogil:
        for offset in range(0, size, 8):
            word = word_of(&bitmap[0], offset, size)
            if word:
                total += ones(word)
    return total


def documents(const uint8_t[::1] bitmap not None):
    """The documents of a bitmap, ascending, uint32."""
    cdef uint32_t[::1] found = np.empty(bits(bitmap) + 1, np.uint32)
    cdef Py_ssize_t offset, size = len(bitmap), done = 0
    cdef uint64_t word
    with nogil:
        for offset in range(0, size, 8):
            word = word_of(&bitmap[0], offset, size)
            while word:
                found[done] = <uint32_t> (offset * 8 + lowest(word))
                done += 1
                word &= word - 1
    return np.asarray(found)[:done]


ctypedef fused Code:
    uint8_t
    uint16_t
    uint32_t


cdef void count_by_document(
    const uint8_t[::1] bitmap, const Code[::1] codes, int64_t[::1] counts, Py_ssize_t values
) noexcept nogil:
    cdef Py_ssize_t offset, docs = len(codes), size = min(<Py_ssize_t> len(bitmap), (docs + 7) // 8), doc
    cdef uint64_t word
    for offset in range(0, size, 8):
        word = word_of(&bitmap[0], offset, size)
        while word:
            doc = offset * 8 + lowest(word)
            if doc < docs:
                counts[min(<Py_ssize_t> codes[doc], values)] += 1
            word &= word - 1


cdef void count_by_value(
    const uint8_t[::1] bitmap, const Code[::1] codes, const uint32_t[::1] docs, int64_t[::1] counts,
    Py_ssize_t values
) noexcept nogil:
    cdef Py_ssize_t i, size = 8 * <Py_ssize_t> len(bitmap)
    for i in range(min(len(codes), len(docs))):
        if docs[i] < size and bitmap[docs[i] >> 3] >> (docs[i] & 7) & 1:
            counts[min(<Py_ssize_t> codes[i], values)] += 1


def codes(
    const uint8_t[::1] bitmap not None, const Code[::1] codes not None, Py_ssize_t values,
    const uint32_t[::1] docs=None
):
    """Count the codes of the documents of a bitmap, as for a facet.

    Args:
        bitmap: one bit per document.
        codes: the code of each document; those that are not below ``values`` are not counted.
        values: the number of codes.
        docs: the document of each code, where documents have several codes or none; else None.

    Returns:
        The counts, int64, shape (values,).
    """
    cdef int64_t[::1] counts = np.zeros(values + 1, np.int64)
    with nogil:
        if docs is None:
            count_by_document(bitmap, codes, counts, values)
        else:
            count_by_value(bitmap, codes, docs, counts, values)
    return np.asarray(counts)[:values]


# Merges the lists of a word's variants into one, with impacts as if all variants were one word.
#
# It works window by window: each variant adds its frequencies to those of the documents in the window.

cdef enum:
    MOST_IMPACT = 255  # the greatest impact
    IMPACTS = 256  # including 0, which no document has
    WINDOW = 2048  # documents; their frequencies and impacts stay in the nearest cache
    GROUPS = 32  # of 64 documents in a window


cdef struct Variant:
    Cursor cursor
    double weight
    const double *frequencies  # of each document of an array; NULL for a posting list
    uint8_t[IMPACTS] alone  # by impact in this list, the merged impact if nothing is added; 0 until computed


cdef struct Window:
    # Frequencies and impacts of the documents from ``first`` on; undefined where the bit in ``present`` is 0.
    uint32_t first
    uint64_t[GROUPS] present
    double[WINDOW] frequencies
    uint8_t[WINDOW] impacts


cdef inline uint8_t impact_of(double frequency, double k1) noexcept nogil:
    return <uint8_t> max(1, min(MOST_IMPACT, rint(MOST_IMPACT * frequency / (frequency + k1))))


cdef Source source_of_array(const uint32_t[::1] docs, const double[::1] frequencies) except *:
    cdef Source source = Source(NULL, 0, 0, 0, NULL, NULL, NULL, len(docs), len(docs), 0)
    if len(docs) != len(frequencies):
        raise ValueError("a frequency for each document is wanted")
    check_ascending(docs)
    if len(docs):
        source.docs = &docs[0]
    return source


cdef class Variants:
    """The working memory of ``as_one_word``, freed at its end even after an error.

    Attributes:
        most: the sum of the variants' document frequencies.
    """

    cdef Variant *variants
    cdef Window *window
    cdef int count
    cdef size_t most
    cdef object owners
    cdef const double *table
    cdef double k1

    def __dealloc__(self):
        free(self.variants)
        free(self.window)

    cdef int set_up(self, list variants, const double *table, double k1) except -1:
        cdef Source source
        cdef const double[::1] frequencies
        cdef Variant *variant
        cdef int i
        self.variants = <Variant *> clear(len(variants), sizeof(Variant))
        self.window = <Window *> clear(1, sizeof(Window))
        self.count, self.owners, self.table, self.k1 = len(variants), variants, table, k1
        for i, (found, weight) in enumerate(variants):
            variant = &self.variants[i]
            variant.weight = weight
            if isinstance(found, tuple):
                frequencies = found[1]
                source = source_of_array(found[0], frequencies)
                if len(frequencies):
                    variant.frequencies = &frequencies[0]
            else:
                source = source_of(found)
            self.most += source.df
            open_cursor(&variant.cursor, &source)
        return 0

    cdef size_t run(self, uint32_t *docs, uint8_t *impacts) except? 0 nogil:
        """Fill arrays that have room for ``most`` documents; return the number of documents written."""
        cdef uint32_t first
        cdef size_t done = 0
        cdef int i
        while True:
            first = END
            for i in range(self.count):
                first = min(first, document(&self.variants[i].cursor))
            if first == END:
                return done
            self.window.first = first // GROUP * GROUP
            for i in range(self.count):
                self.add(&self.variants[i])
            done += self.take(&docs[done], &impacts[done])

    cdef int add(self, Variant *variant) except -1 nogil:
        """Add the documents of a variant that are in the window, and move its cursor past them."""
        cdef Cursor *cursor = &variant.cursor
        cdef uint32_t stop
        cdef uint64_t end = <uint64_t> self.window.first + WINDOW
        while cursor.size and cursor.docs[cursor.at] < end:
            stop = cursor.size
            if cursor.docs[stop - 1] >= end:
                stop = not_before(cursor.docs, cursor.at, stop, <uint32_t> end)
            self.add_postings(variant, stop)
            cursor.at = stop
            if stop == cursor.size:
                load_next(cursor)
        return 0

    cdef void add_postings(self, Variant *variant, uint32_t stop) noexcept nogil:
        cdef const Cursor *cursor = &variant.cursor
        cdef const uint32_t *docs = cursor.docs
        cdef const uint8_t *impacts = cursor.impacts
        cdef uint8_t *alone = variant.alone
        cdef uint32_t i
        cdef double frequency
        if impacts == NULL:
            for i in range(cursor.at, stop):
                frequency = variant.frequencies[cursor.number + i] * variant.weight
                self.add_one(docs[i], frequency, impact_of(frequency, self.k1))
            return
        for i in range(cursor.at, stop):
            frequency = self.table[impacts[i]] * variant.weight
            if not alone[impacts[i]]:
                alone[impacts[i]] = impact_of(frequency, self.k1)
            self.add_one(docs[i], frequency, alone[impacts[i]])

    cdef inline void add_one(self, uint32_t doc, double frequency, uint8_t alone) noexcept nogil:
        """Add a frequency to a document; ``alone`` is the impact of this frequency by itself."""
        cdef Window *window = self.window
        cdef uint32_t row = doc - window.first
        cdef uint64_t bit = <uint64_t> 1 << row % GROUP
        if window.present[row // GROUP] & bit:
            frequency += window.frequencies[row]
            alone = impact_of(frequency, self.k1)
        window.present[row // GROUP] |= bit
        window.frequencies[row] = frequency
        window.impacts[row] = alone

    cdef size_t take(self, uint32_t *docs, uint8_t *impacts) noexcept nogil:
        """Move the documents of the window to arrays; return their number."""
        cdef Window *window = self.window
        cdef uint32_t group, row
        cdef uint64_t present
        cdef size_t done = 0
        for group in range(GROUPS):
            present = window.present[group]
            window.present[group] = 0
            while present:
                row = group * GROUP + lowest(present)
                docs[done], impacts[done] = window.first + row, window.impacts[row]
                done += 1
                present &= present - 1
        return done


def as_one_word(variants, const double[::1] table not None, double k1):
    """The documents of any of some variants, and the impact of the sum of the variants' frequencies in each.

    Args:
        variants: pairs of a posting list, or documents with their normed frequencies, and the weight that
            multiplies these frequencies.
        table: the normed frequency that each impact stands for, shape (256,).
        k1: how slowly frequencies saturate; see ``index.ranking.impacts``.

    Returns:
        The documents, ascending, uint32, and their impacts, uint8.

    Raises:
        DamageError: a list is damaged.
        ValueError: arrays of different lengths, documents that do not ascend, or a table of another length.
    """
    cdef Variants together = Variants()
    cdef uint32_t[::1] docs
    cdef uint8_t[::1] impacts
    cdef size_t found = 0
    if len(table) <= MOST_IMPACT:
        raise ValueError("each impact stands for a frequency")
    together.set_up(list(variants), &table[0], k1)
    docs, impacts = np.empty(together.most, np.uint32), np.empty(together.most, np.uint8)
    if together.most:
        with nogil:
            found = together.run(&docs[0], &impacts[0])
    return np.asarray(docs)[:found], np.asarray(impacts)[:found]
