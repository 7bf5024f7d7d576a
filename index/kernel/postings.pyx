"""Posting lists in mapped files, and the checksums by which damage to a file is noticed."""

from cpython.buffer cimport PyBUF_SIMPLE, PyBuffer_Release, PyObject_GetBuffer
from libc.stdint cimport uint32_t, uint64_t, uint8_t
from libc.stdlib cimport free, malloc
from libc.string cimport memchr, memcpy, memset

import numpy as np

from onneshon.index.kernel import DamageError
from onneshon.index.kernel.memory cimport clear

__all__ = ["CheckedBlocks", "PostingList", "Postings", "checksum"]

# A checksum by which damage is noticed, computed at the speed of memory.

cdef enum:
    FEW = 4  # blocks; only to verify more of them is the GIL released
    AT_ONCE = 64  # blocks verified each time the GIL is released

cdef uint64_t ODD = 0x9E3779B97F4A7C15  # the golden ratio of 2**64: odd, so that multiplying loses no bit


cdef inline uint64_t _word(const unsigned char *data) noexcept nogil:
    cdef uint64_t word
    memcpy(&word, data, 8)
    return word


cdef inline uint64_t _mixed(uint64_t total, uint64_t word) noexcept nogil:
    # A bijection of the total so far, so that a single changed word always changes the sum.
    total = (total ^ word) * ODD
    return (total << 31) | (total >> 33)


cdef uint32_t sum_of(const unsigned char *data, size_t size) noexcept nogil:
    """The checksum, by four independent strands that a processor works on in parallel."""
    cdef uint64_t one = size, two = ODD, three = ~ODD, four = 1, rest
    cdef size_t at = 0
    while at + 32 <= size:
        one = _mixed(one, _word(data + at))
        two = _mixed(two, _word(data + at + 8))
        three = _mixed(three, _word(data + at + 16))
        four = _mixed(four, _word(data + at + 24))
        at += 32
    while at < size:
        rest = 0
        memcpy(&rest, data + at, min(<size_t>8, size - at))
        one = _mixed(one, rest)
        at += 8
    one = _mixed(_mixed(_mixed(one, two), three), four)
    one = _mixed(one, one >> 32)
    return <uint32_t>(one ^ (one >> 32))


def checksum(const unsigned char[::1] data not None):
    """The checksum of some bytes, below 2**32. A change within eight bytes goes unnoticed once in 2**32."""
    cdef uint32_t total
    if not len(data):
        return 0
    with nogil:
        total = sum_of(&data[0], len(data))
    return total


cdef int compare_block(const Sums *sums, size_t number) except -1 nogil:
    if first_wrong(sums, number, number + 1, True) == number:
        with gil:
            raise (<CheckedBlocks> sums.owner).damaged()
    return 0


cdef size_t first_wrong(const Sums *sums, size_t number, size_t stop, bint again) noexcept nogil:
    """The first damaged block from ``number`` on, else ``stop``; those before it are marked as verified."""
    cdef size_t start
    while number < stop:
        start = number << sums.shift
        if again or sums.unread[number]:
            if sum_of(sums.data + start, min(<size_t> 1 << sums.shift, sums.size - start)) != sums.sums[number]:
                break
            sums.unread[number] = 0
        number += 1
    return number


cdef class CheckedBlocks:
    """Data whose blocks are each verified by a checksum before their bytes are trusted.

    Threads may share it: the worst is that two verify the same block.

    Args:
        data: the data as written.
        sums: the checksum of each block.
        block: bytes in a block, 1 or more; the last may have fewer.
        damaged: returns the exception to raise for a block that is not as it was written.
        summing: the function that made the checksums; None for ``checksum``.

    Raises:
        ValueError: there is not a sum for each block.

    Attributes:
        sound: whether every block was verified.
    """

    def __init__(
        self, const uint8_t[::1] data not None, const uint32_t[::1] sums not None, size_t block, damaged,
        summing=None,
    ):
        if self.own.unread != NULL:
            raise ValueError("blocks are made once")
        if not block or len(sums) != (len(data) + block - 1) // block:
            raise ValueError("a sum for each block is wanted")
        self.data, self.sums, self.block, self.damaged, self.summing = data, sums, block, damaged, summing
        self.own.data = &data[0] if len(data) else NULL
        self.own.sums = &sums[0] if len(sums) else NULL
        self.own.size, self.own.count = len(data), len(sums)
        self.own.unread = <uint8_t *> clear(self.own.count, 1)
        memset(self.own.unread, 1, self.own.count)
        while (<size_t> 1 << self.own.shift) < block:
            self.own.shift += 1
        self.own.owner = <void *> self
        self.usual = summing is None and <size_t> 1 << self.own.shift == block
        self.sound = not len(sums)

    def __dealloc__(self):
        free(self.own.unread)

    cdef const Sums *for_reading(self, size_t start, size_t stop) except? NULL:
        """The sums to verify the bytes from ``start`` to ``stop`` by on reading; NULL if verified."""
        if not self.sound and self.usual:
            return &self.own
        self.check(start, stop)
        return NULL

    cpdef check(self, size_t start, size_t stop):
        """Verify the blocks of the bytes from ``start`` to ``stop``, which may lie beyond the end.

        Raises:
            whatever ``damaged`` returns: a block is not as it was written.
        """
        cdef size_t number = start // self.block
        cdef size_t last = min((stop + self.block - 1) // self.block, self.own.count)
        if self.sound or start >= stop or number >= last:
            return
        if memchr(self.own.unread + number, 1, last - number) == NULL:
            return
        self.compare_some(number, last, False)
        self.sound = memchr(self.own.unread, 1, self.own.count) == NULL

    def check_all(self):
        """Verify all blocks, even those that were verified before; raises as ``check`` does."""
        self.compare_some(0, self.own.count, True)
        self.sound = True

    cdef int compare_some(self, size_t number, size_t last, bint again) except -1:
        """Verify blocks, with ``again`` also those verified before; the GIL is released if there are many."""
        cdef size_t stop, wrong
        while number < last and not self.usual:
            if again or self.own.unread[number]:
                self.compare(number)
            number += 1
        while number < last:
            stop = min(number + AT_ONCE, last)
            if stop - number > FEW:
                with nogil:
                    wrong = first_wrong(&self.own, number, stop, again)
            else:
                wrong = first_wrong(&self.own, number, stop, again)
            if wrong < stop:
                raise self.damaged()
            number = stop
        return 0

    cdef int compare(self, size_t number) except -1:
        cdef size_t start = number * self.block
        cdef size_t size = min(self.block, self.own.size - start)
        cdef uint32_t total
        if self.summing is None:
            total = sum_of(self.own.data + start, size)
        else:
            total = self.summing(self.data[start:start + size])
        if total != self.own.sums[number]:
            raise self.damaged()
        self.own.unread[number] = 0
        return 0


# Posting lists in mapped files: a header, a skip table, blocks of 128 postings, all checked as they are read.
#
# A term's data; numbers are little-endian, and brackets mark what only fields with positions have:
#
#     df (varint)
#     df = 1      document (varint), impact (1 byte), [frequency (varint)]
#     df > 1      greatest impact (1 byte)
#     df 2..128   width of gaps (1), [width of frequencies (1)], one block
#     df > 128    skip table, per block: last document (4), end of the block (4), [end of its positions (4)],
#                 greatest impact (1), width of gaps (1), [width of frequencies (1)]; then the blocks
#     a block     gaps less one, bit-packed; impacts, a byte each; [frequencies less one, bit-packed]
#     positions   [posting after posting, differences as varints, the first absolute]
#
# Nothing in a file is trusted: before a block is read, its bytes are checked to lie inside the list and to
# match their checksums; after it is read, its documents are checked to be documents of the segment.

cdef enum:
    HEADER = 16  # bytes, enough for all that precedes the table or the block of a list
    AT_A_TIME = 4  # gaps decoded from one load
    LOADED = 57  # bits that a load of eight bytes yields at least, at whichever bit of a byte they begin


cdef int damaged() except -1 nogil:
    with gil:
        raise DamageError("a posting list is damaged")


cdef const uint8_t *varint(const uint8_t *at, const uint8_t *end, uint32_t *value) except NULL nogil:
    """Read a number of up to 32 bits, seven a byte, the lowest first; return where the next one begins."""
    cdef uint64_t number = 0
    cdef int shift = 0
    while at < end and shift < 35:
        number |= <uint64_t> (at[0] & 127) << shift
        shift += 7
        at += 1
        if (at - 1)[0] < 128:
            if number > END:
                break
            value[0] = <uint32_t> number
            return at
    damaged()
    return NULL


# ---- the header of a list

cdef int read_header(Part *part, const uint8_t *at, const uint8_t *end) except -1 nogil:
    part.end = end
    believe(part.sums, at, at + min(<size_t> (end - at), <size_t> HEADER))
    at = varint(at, end, &part.df)
    if part.df < 1 or part.df > part.documents or at >= end or part.df > <uint64_t> (end - at):
        damaged()
    if part.df == 1:
        return read_single(part, at)
    part.most = at[0]
    at += 1
    part.count = (part.df + BLOCK - 1) // BLOCK
    return read_lone(part, at) if part.count == 1 else read_table(part, at)


cdef int read_single(Part *part, const uint8_t *at) except -1 nogil:
    part.count = 1
    part.frequency = 1
    at = varint(at, part.end, &part.single)
    if part.single >= part.documents or at >= part.end:
        damaged()
    part.blocks = at
    part.most = at[0]
    at += 1
    if part.positions:
        at = varint(at, part.end, &part.frequency)
    part.position_data = at
    return 0


cdef int read_lone(Part *part, const uint8_t *at) except -1 nogil:
    cdef Block block
    if part.end - at < 2:
        damaged()
    part.gap_width = at[0]
    part.frequency_width = at[1] if part.positions else 0
    part.blocks = at + (2 if part.positions else 1)
    part.position_data = part.end
    find_block(part, 0, &block)
    part.position_data = block.frequencies + packed_bytes(part.df, part.frequency_width)
    return 0


cdef int read_table(Part *part, const uint8_t *at) except -1 nogil:
    part.entry = 15 if part.positions else 10
    part.table = at
    if <uint64_t> (part.end - at) < <uint64_t> part.count * part.entry:
        damaged()
    part.blocks = at + <uint64_t> part.count * part.entry
    believe(part.sums, at, part.blocks)
    if <uint64_t> (part.end - part.blocks) < end_of_block(part, part.count - 1):
        damaged()
    part.position_data = part.blocks + end_of_block(part, part.count - 1)
    return 0


# ---- the skip table

cdef uint32_t last_document(const Part *part, uint32_t block) noexcept nogil:
    """The last document of a block; for lists without a table an upper bound of it."""
    if part.df == 1:
        return part.single
    return load4(part.table + <uint64_t> block * part.entry) if part.table != NULL else part.documents - 1


cdef uint32_t most_of_block(const Part *part, uint32_t block) noexcept nogil:
    """The greatest impact of a block of a list with a table."""
    return (widths_of_block(part, block) - 1)[0]


cdef uint32_t end_of_block(const Part *part, uint32_t block) noexcept nogil:
    return load4(part.table + <uint64_t> block * part.entry + 4)


cdef const uint8_t *widths_of_block(const Part *part, uint32_t block) noexcept nogil:
    return part.table + <uint64_t> block * part.entry + (13 if part.positions else 9)


cdef uint32_t size_of_block(const Part *part, uint32_t block) noexcept nogil:
    return part.df - block * BLOCK if block == part.count - 1 else BLOCK


# ---- blocks

cdef inline uint64_t packed_bytes(uint64_t count, uint64_t width) noexcept nogil:
    return (count * width + 7) >> 3


cdef int find_block(const Part *part, uint32_t number, Block *found) except -1 nogil:
    """Find a block of a list by its number, which is below ``part.count``."""
    cdef const uint8_t *start = part.blocks
    cdef const uint8_t *end = part.position_data
    cdef const uint8_t *widths
    found.size = size_of_block(part, number)
    found.gap_width = part.gap_width
    found.frequency_width = part.frequency_width
    if part.df == 1:
        found.gaps = found.impacts = found.frequencies = start
        return 0
    if part.table != NULL:
        end = start + end_of_block(part, number)
        if number:
            start += end_of_block(part, number - 1)
        widths = widths_of_block(part, number)
        found.gap_width = widths[0]
        found.frequency_width = widths[1] if part.positions else 0
    if found.gap_width > WIDEST or found.frequency_width > WIDEST or start > end or end > part.position_data:
        damaged()
    cdef uint64_t gaps = packed_bytes(found.size, found.gap_width)
    cdef uint64_t all_bytes = gaps + found.size + packed_bytes(found.size, found.frequency_width)
    if all_bytes > <uint64_t> (end - start):
        damaged()
    believe(part.sums, start, start + all_bytes)
    found.gaps = start
    found.impacts = start + gaps
    found.frequencies = found.impacts + found.size
    return 0


cdef int read_docs(const Part *part, uint32_t number, const Block *block, uint32_t *docs) except -1 nogil:
    """Write a block's documents, numbered in the collection; they ascend, and end as the table says."""
    cdef uint64_t doc = part.base, word
    cdef uint64_t mask = (<uint64_t> 1 << block.gap_width) - 1
    cdef uint32_t i = 0, j, bit = 0, width = block.gap_width
    if part.df == 1:
        docs[0] = part.base + part.single
        return 0
    if number:
        doc += <uint64_t> last_document(part, number - 1) + 1
    while width * AT_A_TIME <= LOADED and i + AT_A_TIME <= block.size:
        word = load8(block.gaps + (bit >> 3)) >> (bit & 7)
        for j in range(AT_A_TIME):
            doc += word & mask
            word >>= width
            docs[i + j] = <uint32_t> (doc + i + j)
        i += AT_A_TIME
        bit += AT_A_TIME * width
    for i in range(i, block.size):
        doc += (load8(block.gaps + (bit >> 3)) >> (bit & 7)) & mask
        docs[i] = <uint32_t> (doc + i)
        bit += width
    doc += block.size
    if doc > <uint64_t> part.base + part.documents:  # the last document is the greatest
        damaged()
    if part.table != NULL and doc != <uint64_t> part.base + last_document(part, number) + 1:
        damaged()
    return 0


cdef int read_frequencies(
    const Part *part, const Block *block, uint32_t start, uint32_t stop, uint32_t *into
) except -1 nogil:
    """Write the term frequencies, 1 or more, of the postings of a block from ``start`` to ``stop``."""
    cdef uint32_t i
    if part.df == 1:
        into[0] = part.frequency
        return 0
    for i in range(start, stop):
        into[i] = packed(block.frequencies, i, block.frequency_width) + 1
        if not into[i]:
            damaged()
    return 0


cdef const uint8_t *positions_of_block(const Part *part, uint32_t number) except NULL nogil:
    """Where the positions of a block begin."""
    cdef uint64_t start = 0, stop = part.end - part.position_data
    if part.table != NULL:
        stop = min(stop, <uint64_t> load4(part.table + <uint64_t> number * part.entry + 8))
    if number:
        start = load4(part.table + <uint64_t> (number - 1) * part.entry + 8)
    if start > stop:
        damaged()
    believe(part.sums, part.position_data + start, part.position_data + stop)
    return part.position_data + start


# ---- a whole list

cdef int copy_docs(const Part *part, uint32_t *docs) except -1 nogil:
    cdef Block block
    cdef uint32_t number
    for number in range(part.count):
        find_block(part, number, &block)
        read_docs(part, number, &block, docs + <uint64_t> number * BLOCK)
    return 0


cdef int copy_impacts(const Part *part, uint8_t *impacts) except -1 nogil:
    cdef Block block
    cdef uint32_t number, i
    for number in range(part.count):
        find_block(part, number, &block)
        for i in range(block.size):
            impacts[<uint64_t> number * BLOCK + i] = block.impacts[i]
    return 0


cdef int copy_frequencies(const Part *part, uint32_t *into) except -1 nogil:
    cdef Block block
    cdef uint32_t number
    for number in range(part.count):
        find_block(part, number, &block)
        read_frequencies(part, &block, 0, block.size, into + <uint64_t> number * BLOCK)
    return 0


cdef uint32_t *copy_positions(
    const Part *part, const uint32_t *frequencies, uint32_t *into
) except NULL nogil:
    """Write all positions; return where the next may be written."""
    cdef const uint8_t *at = part.position_data
    cdef uint32_t posting, i, step
    cdef uint64_t position
    believe(part.sums, part.position_data, part.end)
    for posting in range(part.df):
        position = 0
        for i in range(frequencies[posting]):
            at = varint(at, part.end, &step)
            position += step
            if position > END:
                damaged()
            into[0] = <uint32_t> position
            into += 1
    return into


cdef class Postings:
    """A term's postings in several segments as one list.

    Args:
        lists: the list of each segment that contains the term, their bases ascending.

    Raises:
        ValueError: two lists share document numbers, or only some have positions.

    Attributes:
        df: the number of documents in the list.
        most: the greatest impact.
    """

    def __init__(self, lists):
        cdef PostingList owner
        cdef int index
        cdef uint64_t start = 0
        if self.parts != NULL:
            raise ValueError("a posting list is made once")
        self.owners = tuple(lists)
        self.parts = <Part *> malloc(max(1, len(self.owners)) * sizeof(Part))
        if self.parts == NULL:
            raise MemoryError
        for index in range(len(self.owners)):
            owner = self.owners[index]
            if owner.part.base < start or owner.part.positions != (<PostingList> self.owners[0]).part.positions:
                raise ValueError("posting lists do not make one list")
            start = <uint64_t> owner.part.base + owner.part.documents
            self.parts[index] = owner.part
            self.count = index + 1
            self.entries += owner.entries
            self.most = max(self.most, owner.most)

    def __dealloc__(self):
        free(self.parts)

    @property
    def df(self):
        return self.entries

    def docs(self):
        """All documents, ascending, uint32."""
        cdef uint32_t[::1] docs = np.empty(max(1, self.entries), np.uint32)
        cdef uint64_t done = 0
        cdef int number
        with nogil:
            for number in range(self.count):
                copy_docs(&self.parts[number], &docs[done])
                done += self.parts[number].df
        return np.asarray(docs)[:self.entries]

    def impacts(self):
        """The impact in each document, uint8."""
        cdef uint8_t[::1] impacts = np.empty(max(1, self.entries), np.uint8)
        cdef uint64_t done = 0
        cdef int number
        with nogil:
            for number in range(self.count):
                copy_impacts(&self.parts[number], &impacts[done])
                done += self.parts[number].df
        return np.asarray(impacts)[:self.entries]

    def frequencies(self):
        """The term frequency in each document, uint32; 1 where the field has no positions."""
        cdef uint32_t[::1] found = np.empty(max(1, self.entries), np.uint32)
        cdef uint64_t done = 0
        cdef int number
        with nogil:
            for number in range(self.count):
                copy_frequencies(&self.parts[number], &found[done])
                done += self.parts[number].df
        return np.asarray(found)[:self.entries]

    def decode(self):
        """Documents and impacts."""
        return self.docs(), self.impacts()

    def positions(self):
        """All positions, uint32, posting after posting, ascending in each; empty if the field has none."""
        cdef uint32_t[::1] frequencies = np.append(self.frequencies(), np.uint32(1))
        cdef uint64_t done = 0, total = 0, room = 0
        cdef int number
        if not self.count or not self.parts[0].positions:
            return np.empty(0, np.uint32)
        for done in range(self.entries):
            total += frequencies[done]
        for number in range(self.count):
            room += self.parts[number].end - self.parts[number].position_data
        if total > room:  # a position takes a byte or more
            damaged()
        cdef uint32_t[::1] positions = np.empty(total + 1, np.uint32)
        cdef uint32_t *into = &positions[0]
        done = 0
        with nogil:
            for number in range(self.count):
                into = copy_positions(&self.parts[number], &frequencies[done], into)
                done += self.parts[number].df
        return np.asarray(positions)[:total]


cdef class PostingList(Postings):
    """A term's postings in one segment.

    Args:
        data: all lists of a field, and ``PADDING`` bytes more.
        start: where the term's data begins.
        end: where the term's data ends.
        documents: the number of documents of the segment.
        positions: whether the field has positions.
        base: the number of the segment's first document in the collection.

    Raises:
        DamageError: the data cannot be a list; methods raise it likewise.
        ValueError: the document numbers are too great for a list.
    """

    def __cinit__(self):
        self.open = False

    def __init__(
        self, data, uint64_t start, uint64_t end, uint32_t documents, *, bint positions, uint32_t base=0
    ):
        if self.open or self.count:
            raise ValueError("a posting list is made once")
        PyObject_GetBuffer(data, &self.buffer, PyBUF_SIMPLE)
        self.open = True
        self.read(
            <const uint8_t *> self.buffer.buf, self.buffer.len, start, end, NULL, documents, positions, base
        )

    cdef int read(
        self, const uint8_t *data, uint64_t size, uint64_t start, uint64_t end, const Sums *sums,
        uint32_t documents, bint positions, uint32_t base
    ) except -1:
        """Read the list's header from data that do not move while the list is alive."""
        if <uint64_t> base + documents > END:
            raise ValueError("too many documents")
        if start > end or end > size or size - end < PADDING:
            raise DamageError("a posting list lies outside its section")
        self.part.documents, self.part.base, self.part.positions = documents, base, positions
        self.part.sums = sums
        read_header(&self.part, data + start, data + end)
        self.parts = &self.part
        self.count = 1
        self.entries = self.part.df
        self.most = self.part.most
        return 0

    def __dealloc__(self):
        self.parts = NULL  # it points to ``part``, which is not freed by itself
        if self.open:
            PyBuffer_Release(&self.buffer)


cdef PostingList list_within(
    object owner, const uint8_t *data, uint64_t size, uint64_t start, uint64_t end, const Sums *sums,
    uint32_t documents, bint positions, uint32_t base
):
    """A ``PostingList`` of data and checksums that do not move while the owner is alive."""
    cdef PostingList found = PostingList.__new__(PostingList)
    found.owners = owner
    found.read(data, size, start, end, sums, documents, positions, base)
    return found
