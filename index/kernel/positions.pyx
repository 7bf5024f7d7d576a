"""Where a word stands in the documents that a cursor comes to; positions before are passed over unread."""

from libc.stdint cimport uint8_t, uint32_t, uint64_t

from onneshon.index.kernel.blocks cimport (
    END, Part, damaged, find_block, load8, places_of_block, read_frequencies, varint,
)
from onneshon.index.kernel.clauses cimport Cursor
from onneshon.index.kernel.memory cimport make_room

cdef uint64_t LOWEST_BITS = 0x0101010101010101


cdef int open_block(Reader *reader, const Cursor *cursor) except -1 nogil:
    """Get ready for the document at a cursor: for its block, whose frequencies are read as far as that."""
    cdef const Part *part = &cursor.source.parts[cursor.part]
    if reader.part != cursor.part or reader.number != cursor.number or reader.next > cursor.at:
        find_block(part, cursor.number, &reader.block)
        reader.at = places_of_block(part, cursor.number)
        reader.part, reader.number, reader.next, reader.known = cursor.part, cursor.number, 0, 0
    if reader.known <= cursor.at:
        read_frequencies(part, &reader.block, reader.known, cursor.at + 1, reader.frequencies)
        reader.known = cursor.at + 1
    return 0


cdef int frequency(Reader *reader, const Cursor *cursor, uint32_t *times) except -1 nogil:
    """How often the document at a cursor holds the word."""
    open_block(reader, cursor)
    times[0] = reader.frequencies[cursor.at]
    return 0


cdef int read_places(Reader *reader, const Cursor *cursor) except -1 nogil:
    """Read the positions of the document at a cursor."""
    cdef const uint8_t *end = cursor.source.parts[cursor.part].end
    cdef uint64_t passed = 0, place = 0
    cdef uint32_t i, step, count
    open_block(reader, cursor)
    for i in range(reader.next, cursor.at):
        passed += reader.frequencies[i]
    reader.at = skip(reader.at, end, passed)
    reader.next = cursor.at
    count = reader.frequencies[cursor.at]
    if count > <uint64_t> (end - reader.at):  # a position takes a byte or more
        damaged()
    make_room(&reader.places, count)
    reader.places.size = count
    for i in range(count):
        if reader.at < end and reader.at[0] < 128:  # most differences are small
            step = reader.at[0]
            reader.at += 1
        else:
            reader.at = varint(reader.at, end, &step)
        place += step
        if place > END:
            damaged()
        reader.places.values[i] = <uint32_t> place
    reader.next = cursor.at + 1
    return 0


cdef const uint8_t *skip(const uint8_t *at, const uint8_t *end, uint64_t count) except NULL nogil:
    """Pass over some numbers: bytes below 128 end one. ``end`` and some bytes more may be read."""
    cdef uint64_t ends
    while count >= 8 and at < end:
        ends = ((~load8(at) >> 7 & LOWEST_BITS) * LOWEST_BITS) >> 56
        count -= ends
        at += 8
    while count and at < end:
        count -= at[0] < 128
        at += 1
    if count or at > end:
        damaged()
    return at
