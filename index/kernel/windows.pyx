"""Disjunctions, a window of documents after another.

Each list adds its scores to an array of sums, which is then looked through once.
"""

from libc.stdint cimport uint8_t, uint32_t, uint64_t
from libc.string cimport memcpy, memset

from onneshon.index.kernel.blocks cimport END
from onneshon.index.kernel.clauses cimport Cursor, document, load_next, not_before, score_at, seek
from onneshon.index.kernel.clock cimport spent
from onneshon.index.kernel.merging cimport choose
from onneshon.index.kernel.passes cimport GROUP, WINDOW, Search, cut_of, gather, take

cdef enum:
    FEW_GROUPS = 16  # so many are cleared one by one, more with all others


cdef int run_windows(Search *search) except -1 nogil:
    cdef uint32_t first, hi
    cdef int i
    while True:
        first = END
        for i in range(search.finders):
            first = min(first, document(&search.finding[i]))
        if first == END or spent(&search.clock):
            return 0
        search.lo = first // GROUP * GROUP
        hi = <uint32_t> min(<uint64_t> search.lo + WINDOW, <uint64_t> search.size)
        for i in range(search.finders):
            add_window(search, i, hi)
        for i in range(search.followers):
            follow_window(search, &search.following[i], hi)
        scan_window(search)


# ---- adding up

cdef int add_window(Search *search, int number, uint32_t hi) except -1 nogil:
    """Add the postings of a list that are in the window, and leave its cursor after them."""
    cdef Cursor *cursor = &search.finding[number]
    cdef uint32_t stop
    while cursor.size and cursor.docs[cursor.at] < hi:
        stop = cursor.size
        if cursor.docs[stop - 1] >= hi:
            stop = not_before(cursor.docs, cursor.at, stop, hi)
        add_scores(search, cursor, stop)
        if search.held != NULL and search.weight[number]:
            add_held(search, cursor, stop, search.thing[number], search.weight[number])
        cursor.at = stop
        if stop == cursor.size:
            load_next(cursor)
    return 0


cdef int follow_window(Search *search, Cursor *cursor, uint32_t hi) except -1 nogil:
    """Add the postings of a list to the sums of a window that are not 0."""
    cdef uint32_t i, place, stop
    seek(cursor, search.lo)
    while cursor.size and cursor.docs[cursor.at] < hi:
        stop = cursor.size
        if cursor.docs[stop - 1] >= hi:
            stop = not_before(cursor.docs, cursor.at, stop, hi)
        for i in range(cursor.at, stop):
            place = cursor.docs[i] - search.lo
            search.sums[place] += score_at(cursor, i) & (0 - <uint32_t> (search.sums[place] != 0))
        cursor.at = stop
        if stop == cursor.size:
            load_next(cursor)
    return 0


cdef void add_scores(Search *search, const Cursor *cursor, uint32_t stop) noexcept nogil:
    cdef uint32_t *sums = search.sums
    cdef uint8_t *touched = search.touched
    cdef uint32_t slope = cursor.source.slope, floor = cursor.source.floor
    cdef uint32_t i, place, lo = search.lo
    if cursor.impacts == NULL:
        for i in range(cursor.at, stop):
            place = cursor.docs[i] - lo
            sums[place] += cursor.scores[i]
            touched[place // GROUP] = 1
    else:
        for i in range(cursor.at, stop):
            place = cursor.docs[i] - lo
            sums[place] += slope * cursor.impacts[i] + floor
            touched[place // GROUP] = 1


cdef void add_held(
    Search *search, const Cursor *cursor, uint32_t stop, uint32_t thing, uint32_t weight
) noexcept nogil:
    """Lists of one thing come one after another, so that a mark tells whether another of them was there."""
    cdef uint32_t *held = search.held
    cdef uint32_t *marks = search.marks
    cdef uint32_t i, place, lo = search.lo
    if not thing:
        for i in range(cursor.at, stop):
            held[cursor.docs[i] - lo] += weight
        return
    for i in range(cursor.at, stop):
        place = cursor.docs[i] - lo
        if marks[place] != thing:
            marks[place] = thing
            held[place] += weight


# ---- looking through a window

cdef int scan_window(Search *search) except -1 nogil:
    cdef uint32_t group, groups = 0
    for group in range(WINDOW // GROUP):
        if search.touched[group]:
            scan_group(search, group * GROUP)
            groups += 1
    if groups > FEW_GROUPS:
        clear_groups(search, 0, WINDOW // GROUP)
    else:
        for group in range(WINDOW // GROUP):
            if search.touched[group]:
                clear_groups(search, group, 1)
    return 0


cdef void clear_groups(Search *search, uint32_t group, uint32_t count) noexcept nogil:
    memset(search.touched + group, 0, count)
    memset(search.sums + group * GROUP, 0, count * GROUP * sizeof(uint32_t))
    if search.held != NULL:
        memset(search.held + group * GROUP, 0, count * GROUP * sizeof(uint32_t))
    if search.marks != NULL:
        memset(search.marks + group * GROUP, 0, count * GROUP * sizeof(uint32_t))


cdef int scan_group(Search *search, uint32_t place) except -1 nogil:
    """Count the documents of a group, and take those that may be among the best."""
    cdef uint32_t *sums = search.sums + place
    cdef uint32_t lo = search.lo + place
    cdef uint32_t i, found = 0, high = 0
    cdef uint32_t least = search.best.least - min(search.best.least - 1, search.rest[0])  # 1 or more
    if search.kept != NULL:
        keep_only(sums, kept_word(search, lo))
    if search.held != NULL:
        keep_holders(search, place)
    for i in range(GROUP):  # the compiler makes this a few steps for four or more documents each
        found += sums[i] != 0
        high |= sums[i] >= least
    if search.gathered != NULL:
        return gather_group(search, place) if found else 0
    search.total += found
    if found and search.matched != NULL:
        mark_matched(search.matched + lo // 8, sums)
    if high:
        for i in range(GROUP):
            if sums[i] >= least:
                take(search, lo + i, sums[i])
    return 0


cdef int gather_group(Search *search, uint32_t place) except -1 nogil:
    """Keep the documents of a group for later, and raise what is enough as far as is known by now."""
    cdef uint32_t i
    for i in range(place, place + GROUP):
        if search.sums[i]:
            gather(search.gathered, search.lo + i, search.sums[i], search.held[i])
    search.cut = cut_of(search.share, search.greatest)
    if search.greatest == search.reachable:  # no document holds more
        choose(search, search.cut)
        search.gathered = NULL
    return 0


cdef uint64_t kept_word(const Search *search, uint32_t doc) noexcept nogil:
    """The bits of 64 documents; those that the bitmap does not reach are 0."""
    cdef uint64_t word = 0
    memcpy(&word, search.kept + doc // 8, min(<Py_ssize_t> 8, search.kept_bytes - doc // 8))
    return word


cdef void keep_only(uint32_t *sums, uint64_t word) noexcept nogil:
    cdef uint32_t i
    if word == ~(<uint64_t> 0):
        return
    for i in range(GROUP):
        sums[i] &= 0 - <uint32_t> (word >> i & 1)


cdef void keep_holders(Search *search, uint32_t place) noexcept nogil:
    """Take away the documents that hold too little; those that are not kept hold nothing."""
    cdef uint32_t *sums = search.sums + place
    cdef uint32_t *held = search.held + place
    cdef uint32_t i, holds, every = 0, more = 0
    cdef uint32_t whole = search.whole, cut = search.cut, greatest = search.greatest
    for i in range(GROUP):
        holds = held[i] = held[i] & (0 - <uint32_t> (sums[i] != 0))
        every += holds == whole
        more |= holds > greatest
        sums[i] &= 0 - <uint32_t> (holds >= cut)
    search.total_all += every
    if more:
        for i in range(GROUP):
            search.greatest = max(search.greatest, held[i])


cdef void mark_matched(uint8_t *bits, const uint32_t *sums) noexcept nogil:
    cdef uint64_t word = 0
    cdef uint32_t i
    for i in range(GROUP):
        word |= <uint64_t> (sums[i] != 0) << i
    memcpy(bits, &word, 8)
