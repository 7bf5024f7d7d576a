"""Writes posting lists as ``blocks`` reads them; the same bytes for the same postings."""

from libc.stdint cimport uint8_t, uint32_t, uint64_t
from libc.stdlib cimport free, realloc
from libc.string cimport memcpy

import numpy as np

from onneshon.index.kernel.blocks cimport BLOCK, END

__all__ = ["encode"]

cdef struct Writer:
    uint8_t *data
    uint64_t size, room

cdef struct Term:
    # The postings of one term.
    uint32_t df
    const uint32_t *docs
    const uint8_t *impacts
    const uint32_t *frequencies  # NULL in fields without positions
    const uint32_t *positions


cdef int make_room(Writer *out, uint64_t more) except -1 nogil:
    cdef uint64_t room
    cdef void *data
    if out.size + more <= out.room:
        return 0
    room = max(2 * out.room, out.size + more)
    data = realloc(out.data, room)
    if data == NULL:
        with gil:
            raise MemoryError
    out.data, out.room = <uint8_t *> data, room
    return 0


cdef inline void put(Writer *out, const void *data, size_t size) noexcept nogil:
    memcpy(out.data + out.size, data, size)
    out.size += size


cdef inline void put_byte(Writer *out, uint32_t value) noexcept nogil:
    out.data[out.size] = <uint8_t> value
    out.size += 1


cdef inline void put_varint(Writer *out, uint32_t value) noexcept nogil:
    while value >= 128:
        put_byte(out, value & 127 | 128)
        value >>= 7
    put_byte(out, value)


cdef inline uint32_t width_of(uint32_t bits) noexcept nogil:
    """Bits that the greatest of some numbers needs, given all of them or-ed together."""
    cdef uint32_t width = 0
    while bits:
        width += 1
        bits >>= 1
    return width


cdef void put_packed(Writer *out, const uint32_t *values, uint32_t count, uint32_t width) noexcept nogil:
    """The lowest bits first; the last byte is filled up with zeros."""
    cdef uint64_t bits = 0
    cdef uint32_t held = 0, i
    for i in range(count):
        bits |= <uint64_t> values[i] << held
        held += width
        while held >= 8:
            put_byte(out, bits & 255)
            bits >>= 8
            held -= 8
    if held:
        put_byte(out, <uint32_t> bits)


cdef void put_block(
    Writer *out, const Term *term, uint32_t first, uint32_t count, uint8_t *widths, uint8_t *most
) noexcept nogil:
    """One block; the widths of its gaps and frequencies and its greatest impact are written to places of theirs."""
    cdef uint32_t[BLOCK] gaps
    cdef uint32_t[BLOCK] times
    cdef uint32_t i, every_gap = 0, every_time = 0
    cdef uint32_t before = term.docs[first - 1] if first else END  # END + 1 is 0: counted from -1
    for i in range(count):
        gaps[i] = term.docs[first + i] - before - 1
        before = term.docs[first + i]
        every_gap |= gaps[i]
        most[0] = max(most[0], term.impacts[first + i])
        if term.frequencies != NULL:
            times[i] = term.frequencies[first + i] - 1
            every_time |= times[i]
    widths[0] = width_of(every_gap)
    put_packed(out, gaps, count, widths[0])
    put(out, term.impacts + first, count)
    if term.frequencies != NULL:
        widths[1] = width_of(every_time)
        put_packed(out, times, count, widths[1])


cdef const uint32_t *put_positions(
    Writer *out, const Term *term, const uint32_t *positions, uint32_t first, uint32_t count
) except NULL nogil:
    """The positions of some postings; gives where those of the next stand."""
    cdef uint32_t i, j, before
    for i in range(first, first + count):
        make_room(out, 5 * <uint64_t> term.frequencies[i])
        before = 0
        for j in range(term.frequencies[i]):
            put_varint(out, positions[j] - before)
            before = positions[j]
        positions += term.frequencies[i]
    return positions


cdef int put_term(Writer *out, const Term *term) except -1 nogil:
    cdef uint32_t i
    cdef uint64_t head
    cdef uint8_t most = 0
    make_room(out, 64 + 10 * <uint64_t> term.df)  # at most 9 bytes and a bit a posting, without positions
    put_varint(out, term.df)
    if term.df == 1:
        put_varint(out, term.docs[0])
        put_byte(out, term.impacts[0])
        if term.frequencies != NULL:
            put_varint(out, term.frequencies[0])
    elif term.df <= BLOCK:
        head = out.size
        out.size += 2 if term.frequencies == NULL else 3
        # The widths are known after the block: data may have moved, but not within it.
        put_block(out, term, 0, term.df, out.data + head + 1, &most)
        out.data[head] = most
    else:
        return put_long_term(out, term)
    if term.frequencies != NULL:
        put_positions(out, term, term.positions, 0, term.df)
    return 0


cdef int put_long_term(Writer *out, const Term *term) except -1 nogil:
    """The skip table, the blocks, and the positions."""
    cdef uint32_t entry = 10 if term.frequencies == NULL else 15
    cdef uint32_t count = (term.df + BLOCK - 1) // BLOCK
    cdef uint32_t number, size, first
    cdef uint64_t head = out.size, table = head + 1
    cdef uint64_t blocks = table + <uint64_t> count * entry
    cdef uint64_t places
    cdef uint8_t *at
    cdef const uint32_t *positions = term.positions
    out.size = blocks
    out.data[head] = 0
    for number in range(count):
        first = number * BLOCK
        size = min(<uint32_t> BLOCK, term.df - first)
        at = out.data + table + <uint64_t> number * entry
        memcpy(at, term.docs + first + size - 1, 4)
        at[entry - (2 if term.frequencies == NULL else 3)] = 0
        put_block(
            out, term, first, size, at + entry - (1 if term.frequencies == NULL else 2),
            at + entry - (2 if term.frequencies == NULL else 3),
        )
        put_offset(out, table + <uint64_t> number * entry + 4, blocks)
        out.data[head] = max(out.data[head], at[entry - (2 if term.frequencies == NULL else 3)])
    if term.frequencies == NULL:
        return 0
    places = out.size
    for number in range(count):
        first = number * BLOCK
        size = min(<uint32_t> BLOCK, term.df - first)
        positions = put_positions(out, term, positions, first, size)
        put_offset(out, table + <uint64_t> number * entry + 8, places)
    return 0


cdef int put_offset(Writer *out, uint64_t place, uint64_t origin) except -1 nogil:
    """Write to a place how far the data goes now, counted from an origin."""
    cdef uint64_t distance = out.size - origin
    cdef uint32_t written = <uint32_t> distance
    if distance > END:
        with gil:
            raise ValueError("a term has too many postings")
    memcpy(out.data + place, &written, 4)
    return 0


cdef bint sound(const Term *term) noexcept nogil:
    """Whether documents and positions ascend and everything is there at least once."""
    cdef uint32_t i, j
    cdef const uint32_t *positions = term.positions
    for i in range(term.df):
        if term.docs[i] == END or (i and term.docs[i] <= term.docs[i - 1]):
            return False
        if term.frequencies != NULL:
            for j in range(1, term.frequencies[i]):
                if positions[j] < positions[j - 1]:
                    return False
            positions += term.frequencies[i]
    return True


cdef int check_counts(const uint32_t[::1] counts, uint64_t total, str what) except -1:
    cdef uint64_t found = 0
    cdef Py_ssize_t i
    for i in range(len(counts)):
        if not counts[i]:
            raise ValueError(f"something has no {what}")
        found += counts[i]
    if found != total:
        raise ValueError(f"there are {total} {what}, not {found}")
    return 0


def encode(
    const uint32_t[::1] counts not None,
    const uint32_t[::1] docs not None,
    const uint8_t[::1] impacts not None,
    const uint32_t[::1] freqs,
    const uint32_t[::1] positions,
):
    """Encode the postings of some terms.

    Args:
        counts: documents of each term, at least 1, shape (terms,).
        docs: documents of each term, ascending, shape (postings,).
        impacts: shape (postings,).
        freqs: positions of each posting, at least 1, shape (postings,); None for a field without positions.
        positions: ascending in each posting, shape (occurrences,); None likewise.

    Returns:
        The bytes of all terms, one after another, without padding; and how many bytes each has, uint32.

    Raises:
        ValueError: the arrays do not fit each other.
    """
    if (freqs is None) != (positions is None):
        raise ValueError("frequencies and positions come together")
    if len(docs) != len(impacts) or (freqs is not None and len(freqs) != len(docs)):
        raise ValueError("documents, impacts and frequencies are of different numbers")
    check_counts(counts, len(docs), "documents")
    if freqs is not None:
        check_counts(freqs, len(positions), "positions")
    sizes = np.empty(len(counts), np.uint32)
    if not len(counts):
        return b"", sizes
    return encode_checked(counts, docs, impacts, freqs, positions, sizes), sizes


cdef bytes encode_checked(
    const uint32_t[::1] counts,
    const uint32_t[::1] docs,
    const uint8_t[::1] impacts,
    const uint32_t[::1] freqs,
    const uint32_t[::1] positions,
    uint32_t[::1] sizes,
):
    cdef Writer out = Writer(NULL, 0, 0)
    cdef Term term = Term(0, &docs[0], &impacts[0], NULL, NULL)
    cdef Py_ssize_t i, j
    cdef uint64_t before
    if freqs is not None:
        term.frequencies, term.positions = &freqs[0], &positions[0]
    try:
        for i in range(len(counts)):
            with nogil:
                term.df = counts[i]
                if not sound(&term):
                    with gil:
                        raise ValueError("documents or positions of a term do not ascend")
                before = out.size
                put_term(&out, &term)
                if out.size - before > END:
                    with gil:
                        raise ValueError("a term has too many postings")
                sizes[i] = <uint32_t> (out.size - before)
                term.docs += term.df
                term.impacts += term.df
                if freqs is not None:
                    for j in range(term.df):
                        term.positions += term.frequencies[j]
                    term.frequencies += term.df
        return out.data[:out.size]
    finally:
        free(out.data)
