"""How many lists hold each document, and one list of all that hold something in any of its variants."""

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

# How many lists hold each document, which documents any list holds, and how often codes occur among some.

cdef extern from *:
    """
    #ifdef _MSC_VER
    #include <intrin.h>
    static int lowest(unsigned __int64 bits) { unsigned long index; _BitScanForward64(&index, bits); return (int) index; }
    #else
    #define lowest(bits) __builtin_ctzll(bits)
    #endif
    """
    int lowest(uint64_t bits) noexcept nogil  # the index of the lowest bit that is set, of a number that is not 0

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
        """Note some lists, and say how many they are."""
        cdef Postings postings
        if isinstance(lists, TermRange):
            several.range = (<TermRange> lists).range
            several.count = several.range.count
            return several.count
        postings = lists
        several.parts, several.count = postings.parts, postings.count
        return 1

    cdef bint next_part(self, Part *part) except -1 nogil:
        """The next part, if there is one more; its documents are of the collection."""
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
    cdef uint16_t[::1] found_counts = np.empty(len(docs) + 1, np.uint16)
    for i in range(len(found)):
        found_counts[i] = counts[found[i]]
    return docs, np.asarray(found_counts)[:len(docs)]


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


cdef inline uint64_t word_of(const uint8_t *bitmap, Py_ssize_t offset, Py_ssize_t size) noexcept nogil:
    cdef uint64_t word = 0
    memcpy(&word, bitmap + offset, min(<Py_ssize_t> 8, size - offset))
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
    """How often each code occurs among the documents of a bitmap.

    Args:
        bitmap: a bit for each document.
        codes: of each document; those that are not below ``values`` are not counted.
        values: codes that there are.
        docs: where documents have several or none, the document of each code.

    Returns:
        Counts, int64, shape (values,).
    """
    cdef int64_t[::1] counts = np.zeros(values + 1, np.int64)
    with nogil:
        if docs is None:
            count_by_document(bitmap, codes, counts, values)
        else:
            count_by_value(bitmap, codes, docs, counts, values)
    return np.asarray(counts)[:values]


# One list of all documents that hold something in any of its variants, with impacts as if it were one word.
#
# A window of documents after another: each variant adds its frequencies to those of the documents in it.

cdef enum:
    MOST_IMPACT = 255  # the greatest impact
    IMPACTS = 256  # with 0, which no document has
    WINDOW = 2048  # documents; what is noted of them stays in the nearest cache
    GROUPS = 32  # of a window


cdef struct Variant:
    Cursor cursor
    double weight
    const double *frequencies  # of each document of an array; NULL for a posting list
    uint8_t[IMPACTS] alone  # for each impact that of the whole where nothing else is held; 0 until it is asked for


cdef struct Window:
    # What is known of the documents from ``first`` on; of one whose bit is 0 nothing.
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
    """What is put together; let go of at the end, whatever happens.

    Attributes:
        most: documents of all variants, each for itself.
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
        """Fill arrays with room for the most documents that there can be; gives how many there are."""
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
        """Add the documents of a variant that are in the window, and leave its cursor after them."""
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
        """Add a frequency to a document, and what impact it has alone."""
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
        """Move the documents of the window to arrays; gives how many there were."""
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
    """Documents of any of some variants, and the impact of the sum of their frequencies in each.

    Args:
        variants: each a posting list, or documents with the normed frequency of each; and the weight that
            multiplies its frequencies.
        table: the normed frequency that each impact stands for, shape (256,).
        k1: how slowly repetitions stop counting; see ``index.ranking.impacts``.

    Returns:
        Documents, ascending, uint32, and impacts, uint8.

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
