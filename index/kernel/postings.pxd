"""Posting lists in mapped files, and the checksums by which damage to a file is noticed."""

from cpython.buffer cimport Py_buffer
from libc.stdint cimport uint32_t, uint64_t, uint8_t
from libc.string cimport memcpy

cdef struct Sums:
    # Checksums of the blocks of some data; the data do not move while the owner is alive.
    const uint8_t *data
    size_t size
    const uint32_t *sums
    uint8_t *unread  # one byte per block: 1 until the block is verified, then 0 for good
    size_t count
    uint32_t shift  # a block has 2**shift bytes
    void *owner

cdef int compare_block(const Sums *sums, size_t number) except -1 nogil

cdef inline int believe(const Sums *sums, const uint8_t *start, const uint8_t *end) except -1 nogil:
    """Verify the blocks that contain some bytes of the data, unless done; no-op if ``sums`` is NULL."""
    cdef size_t number, last
    if sums == NULL or start >= end:
        return 0
    number, last = (start - sums.data) >> sums.shift, (end - 1 - sums.data) >> sums.shift
    while number <= last:
        if sums.unread[number]:
            compare_block(sums, number)
        number += 1
    return 0

cdef class CheckedBlocks:
    cdef Sums own
    cdef const uint8_t[::1] data
    cdef const uint32_t[::1] sums
    cdef size_t block
    cdef object summing, damaged
    cdef bint usual  # whether ``first_wrong`` applies: sums of ``checksum``, block size a power of two
    cdef readonly bint sound
    cdef const Sums *for_reading(self, size_t start, size_t stop) except? NULL
    cpdef check(self, size_t start, size_t stop)
    cdef int compare(self, size_t number) except -1
    cdef int compare_some(self, size_t number, size_t last, bint again) except -1

cdef enum:
    BLOCK = 128  # postings
    PADDING = 16  # bytes after the last list of a section, so that eight can be read at a time
    WIDEST = 32  # bits of a packed number

cdef extern from *:
    """
    #define KERNEL_END 0xFFFFFFFFu
    """
    const uint32_t END "KERNEL_END"  # the document after all others

cdef struct Part:
    # The postings of a term in one segment. A field whose comment does not say "checked" may be damaged.
    const uint8_t *table  # the skip table, one entry per block; NULL for a list of one block
    const uint8_t *blocks  # where the first block begins
    const uint8_t *position_data  # where the positions begin; checked: not after ``end``
    const uint8_t *end  # checked: this and PADDING more bytes may be read
    uint32_t entry  # bytes of an entry of the table
    uint32_t count  # blocks; checked: the table of this many entries lies before ``blocks``
    uint32_t df
    uint32_t documents  # of the segment
    uint32_t base  # the number of the segment's first document in the collection; checked: all are below END
    uint32_t single  # the only document, where df is 1
    uint32_t frequency  # its term frequency
    uint8_t most, gap_width, frequency_width
    bint positions
    const Sums *sums  # to verify each stretch before it is read; NULL if all is verified

cdef struct Block:
    # Where a block of a list lies; checked: all of it lies before ``end`` of its part.
    const uint8_t *gaps
    const uint8_t *impacts
    const uint8_t *frequencies
    uint32_t size  # postings
    uint8_t gap_width, frequency_width

cdef inline uint64_t load8(const uint8_t *at) noexcept nogil:
    cdef uint64_t word
    memcpy(&word, at, 8)
    return word

cdef inline uint32_t load4(const uint8_t *at) noexcept nogil:
    cdef uint32_t word
    memcpy(&word, at, 4)
    return word

cdef inline uint32_t packed(const uint8_t *data, uint32_t index, uint32_t width) noexcept nogil:
    """One number of a bit-packed array, ``width`` of at most 32 bits."""
    cdef uint64_t bit = <uint64_t> index * width
    return <uint32_t> ((load8(data + (bit >> 3)) >> (bit & 7)) & ((<uint64_t> 1 << width) - 1))

cdef int damaged() except -1 nogil
cdef const uint8_t *varint(const uint8_t *at, const uint8_t *end, uint32_t *value) except NULL nogil

cdef int read_header(Part *part, const uint8_t *at, const uint8_t *end) except -1 nogil
cdef uint32_t last_document(const Part *part, uint32_t block) noexcept nogil
cdef uint32_t most_of_block(const Part *part, uint32_t block) noexcept nogil
cdef int find_block(const Part *part, uint32_t number, Block *found) except -1 nogil
cdef int read_docs(const Part *part, uint32_t number, const Block *block, uint32_t *docs) except -1 nogil
cdef int read_frequencies(
    const Part *part, const Block *block, uint32_t start, uint32_t stop, uint32_t *into
) except -1 nogil
cdef const uint8_t *positions_of_block(const Part *part, uint32_t number) except NULL nogil

cdef int copy_docs(const Part *part, uint32_t *docs) except -1 nogil
cdef int copy_impacts(const Part *part, uint8_t *impacts) except -1 nogil
cdef int copy_frequencies(const Part *part, uint32_t *into) except -1 nogil
cdef uint32_t *copy_positions(const Part *part, const uint32_t *frequencies, uint32_t *into) except NULL nogil

cdef class Postings:
    cdef Part *parts
    cdef int count
    cdef Py_ssize_t entries  # sum of the parts' df
    cdef readonly int most
    cdef object owners

cdef class PostingList(Postings):
    cdef Part part
    cdef Py_buffer buffer
    cdef bint open
    cdef int read(
        self, const uint8_t *data, uint64_t size, uint64_t start, uint64_t end, const Sums *sums,
        uint32_t documents, bint positions, uint32_t base
    ) except -1

cdef PostingList list_within(
    object owner, const uint8_t *data, uint64_t size, uint64_t start, uint64_t end, const Sums *sums,
    uint32_t documents, bint positions, uint32_t base
)
