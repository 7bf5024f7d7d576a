"""Writes and gathers posting lists, and runs loops of a build that no array operation does in one pass."""

from libc.stdint cimport uint32_t, uint64_t, uint8_t
from libc.stdlib cimport free, realloc
from libc.string cimport memcpy

import numpy as np

from onneshon.index.kernel.postings cimport (
    BLOCK, END, Postings, copy_docs, copy_frequencies, copy_impacts, copy_positions, damaged,
)

__all__ = ["count_unions", "encode", "gather"]

# Writes posting lists as ``postings`` reads them; the same postings always give the same bytes.

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
    """The bits that the greatest of some numbers needs, given the bitwise or of them all."""
    cdef uint32_t width = 0
    while bits:
        width += 1
        bits >>= 1
    return width


cdef void put_packed(Writer *out, const uint32_t *values, uint32_t count, uint32_t width) noexcept nogil:
    """Write numbers of ``width`` bits, the lowest bits first; the last byte is padded with zeros."""
    cdef uint64_t bits = 0
    cdef uint32_t filled = 0, i
    for i in range(count):
        bits |= <uint64_t> values[i] << filled
        filled += width
        while filled >= 8:
            put_byte(out, bits & 255)
            bits >>= 8
            filled -= 8
    if filled:
        put_byte(out, <uint32_t> bits)


cdef void put_block(
    Writer *out, const Term *term, uint32_t first, uint32_t count, uint8_t *widths, uint8_t *most
) noexcept nogil:
    """Write a block, its widths of gaps and frequencies to ``widths``, its greatest impact to ``most``."""
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
    """Write the positions of some postings; return where those of the next one begin."""
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
        # The widths are known after the block, and go straight to their place: a block never reallocates.
        put_block(out, term, 0, term.df, out.data + head + 1, &most)
        out.data[head] = most
    else:
        return put_long_term(out, term)
    if term.frequencies != NULL:
        put_positions(out, term, term.positions, 0, term.df)
    return 0


cdef int put_long_term(Writer *out, const Term *term) except -1 nogil:
    """Write the skip table, the blocks, and the positions of a term."""
    cdef uint32_t entry = 10 if term.frequencies == NULL else 15
    cdef uint32_t count = (term.df + BLOCK - 1) // BLOCK
    cdef uint32_t number, size, first
    cdef uint64_t head = out.size, table = head + 1
    cdef uint64_t blocks = table + <uint64_t> count * entry
    cdef uint64_t positions_start
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
    positions_start = out.size
    for number in range(count):
        first = number * BLOCK
        size = min(<uint32_t> BLOCK, term.df - first)
        positions = put_positions(out, term, positions, first, size)
        put_offset(out, table + <uint64_t> number * entry + 8, positions_start)
    return 0


cdef int put_offset(Writer *out, uint64_t offset, uint64_t origin) except -1 nogil:
    """Write at ``offset`` the distance from ``origin`` to the present end of the data."""
    cdef uint64_t distance = out.size - origin
    cdef uint32_t written = <uint32_t> distance
    if distance > END:
        with gil:
            raise ValueError("a term has too many postings")
    memcpy(out.data + offset, &written, 4)
    return 0


cdef bint sound(const Term *term) noexcept nogil:
    """Whether the documents of a term ascend, and its positions in each document never descend."""
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
        counts: the number of documents of each term, at least 1, shape (terms,).
        docs: the documents of each term, ascending, shape (postings,).
        impacts: the impact of each posting, shape (postings,).
        freqs: the number of positions of each posting, at least 1, shape (postings,); None without positions.
        positions: ascending in each posting, shape (occurrences,); None for a field without positions.

    Returns:
        The bytes of all terms, one after another, without padding; and the number of bytes of each, uint32.

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


# The lists of many terms as arrays, for merging.

def gather(lists):
    """Decode posting lists, one after another.

    Returns:
        The number of documents of each list, uint32; the documents and impacts, uint32 and uint8, shape
        (postings,); the frequencies and positions, uint32, or None for a field without positions.

    Raises:
        DamageError: a list is damaged.
    """
    cdef Postings postings
    cdef uint64_t total = 0, done = 0
    cdef int number
    counts = np.empty(len(lists), np.uint32)
    for index, postings in enumerate(lists):
        counts[index] = postings.entries
        total += postings.entries
    cdef uint32_t[::1] docs = np.empty(total + 1, np.uint32)
    cdef uint8_t[::1] impacts = np.empty(total + 1, np.uint8)
    for postings in lists:
        for number in range(postings.count):
            copy_docs(&postings.parts[number], &docs[done])
            copy_impacts(&postings.parts[number], &impacts[done])
            done += postings.parts[number].df
    arrays = counts, np.asarray(docs)[:total], np.asarray(impacts)[:total]
    if not len(lists) or not (<Postings> lists[0]).parts[0].positions:
        return *arrays, None, None
    return *arrays, *occurrences(lists, total)


cdef tuple occurrences(lists, uint64_t total):
    cdef Postings postings
    cdef uint32_t[::1] frequencies = np.empty(total + 1, np.uint32)
    cdef uint64_t done = 0, position_count = 0, room = 0, index
    cdef int number
    for postings in lists:
        for number in range(postings.count):
            copy_frequencies(&postings.parts[number], &frequencies[done])
            done += postings.parts[number].df
            for index in range(done - postings.parts[number].df, done):
                position_count += frequencies[index]
            room += postings.parts[number].end - postings.parts[number].position_data
    if position_count > room:  # a position takes a byte or more
        damaged()
    cdef uint32_t[::1] positions = np.empty(position_count + 1, np.uint32)
    cdef uint32_t *into = &positions[0]
    done = 0
    for postings in lists:
        for number in range(postings.count):
            into = copy_positions(&postings.parts[number], &frequencies[done], into)
            done += postings.parts[number].df
    return np.asarray(frequencies)[:total], np.asarray(positions)[:position_count]


# Loops of a build that no array operation does in one pass.

cdef enum:
    NONE = 0xFFFFFFFF


def count_unions(
    const uint32_t[::1] groups not None,
    const uint32_t[::1] counts not None,
    const uint32_t[::1] docs not None,
    uint32_t[::1] seen not None,
    uint32_t[::1] found not None,
):
    """Count the distinct documents of each group of terms.

    Args:
        groups: the group of each term, the terms of a group consecutive; 2**32 - 1 for none; shape (terms,).
        counts: the number of documents of each term, shape (terms,).
        docs: the documents of one term after another, each below ``len(seen)``; shape (postings,).
        seen: for each document, 1 more than the last group that contained it; kept from call to call.
        found: the number of documents of each group, which is added to.
    """
    cdef Py_ssize_t term, at = 0, end
    cdef uint32_t group
    with nogil:
        for term in range(groups.shape[0]):
            group, end = groups[term], at + counts[term]
            if group != NONE:
                while at < end:
                    if seen[docs[at]] != group + 1:
                        seen[docs[at]] = group + 1
                        found[group] += 1
                    at += 1
            at = end


# ---- From tokens in the order of the text to postings in the order of terms: a counting sort.

def count_tokens(
    const uint32_t[::1] ids not None, const uint32_t[::1] ranks not None, uint32_t[::1] counts not None
):
    """Count the tokens of each term.

    Args:
        ids: the id of each token.
        ranks: the term of each id, below ``len(counts)``.
        counts: the number of tokens of each term, which is added to.

    Raises:
        IndexError: an id or a rank is too great.
    """
    cdef Py_ssize_t token
    with nogil:
        for token in range(ids.shape[0]):
            if ids[token] >= ranks.shape[0] or ranks[ids[token]] >= counts.shape[0]:
                with gil:
                    raise IndexError("a token of no term")
            counts[ranks[ids[token]]] += 1


def scatter(
    const uint32_t[::1] ids not None,
    const uint32_t[::1] lengths not None,
    uint32_t first,
    uint32_t gap,
    const uint32_t[::1] ranks not None,
    uint32_t low,
    uint32_t[::1] cursors not None,
    uint32_t[::1] marks not None,
    uint32_t[::1] positions,
):
    """Write the tokens of some terms to the place of their term in ``marks`` and ``positions``.

    Args:
        ids: the id of each token, of the title and the body of one document after another.
        lengths: the number of tokens of each title and each body in turn, ``len(ids)`` in all.
        first: the number of the first document.
        gap: the number of positions left out between title and body.
        ranks: the term of each id.
        low: the first term wanted, of ``len(cursors)`` consecutive ones.
        cursors: where the next token of each of these terms goes; each is moved on.
        marks: written for each token: twice its document, plus 1 in the body.
        positions: written for each token: its position in the document; None if not wanted.

    Raises:
        IndexError: there are more tokens of a term than were counted, or the lengths do not fit ``ids``.
    """
    cdef Py_ssize_t token = 0, end, text
    cdef uint32_t rank, position, at, terms = <uint32_t> cursors.shape[0]
    cdef uint64_t total = 0
    for text in range(lengths.shape[0]):
        total += lengths[text]
    if total != <uint64_t> ids.shape[0]:
        raise IndexError("texts have other lengths")
    with nogil:
        for text in range(lengths.shape[0]):
            position = 0 if text % 2 == 0 else lengths[text - 1] + gap
            end = token + lengths[text]
            while token < end:
                rank = ranks[ids[token]] - low
                if rank < terms:
                    at = cursors[rank]
                    if at >= marks.shape[0]:
                        with gil:
                            raise IndexError("a term has more tokens than were counted")
                    cursors[rank] = at + 1
                    marks[at] = 2 * (first + <uint32_t> (text // 2)) + text % 2
                    if positions is not None:
                        positions[at] = position
                position += 1
                token += 1


def collapse(
    const uint32_t[::1] ends not None,
    uint32_t[::1] marks not None,
    uint32_t[::1] freqs not None,
    uint32_t[::1] titles not None,
    uint32_t[::1] counts not None,
):
    """Make one posting of all tokens of a term in a document.

    Args:
        ends: where the tokens of each term end, ascending to ``len(marks)``; those of the first begin at 0.
        marks: as ``scatter`` leaves them; overwritten with the document of each posting.
        freqs: written for each posting: the number of its tokens.
        titles: written for each posting: the number of its tokens in the title.
        counts: written for each term: the number of its postings.

    Returns:
        The number of postings.
    """
    cdef Py_ssize_t term, token = 0, done = 0, begin
    cdef uint32_t mark
    if not (marks.shape[0] == freqs.shape[0] == titles.shape[0] and ends.shape[0] == counts.shape[0]):
        raise IndexError("arrays of different lengths")
    with nogil:
        for term in range(ends.shape[0]):
            begin = done
            while token < ends[term] and token < marks.shape[0]:
                mark = marks[token]
                if done > begin and marks[done - 1] == mark >> 1:
                    freqs[done - 1] += 1
                    titles[done - 1] += 1 - (mark & 1)
                else:
                    marks[done] = mark >> 1
                    freqs[done] = 1
                    titles[done] = 1 - (mark & 1)
                    done += 1
                token += 1
            counts[term] = <uint32_t> (done - begin)
    return done
