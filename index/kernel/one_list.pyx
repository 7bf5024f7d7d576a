"""The best documents of one list, of which no block is read that cannot have one."""

from libc.stdint cimport uint32_t, uint64_t
from libc.string cimport memset

from onneshon.index.kernel.blocks cimport BLOCK, Block, Part, find_block, most_of_block, read_docs
from onneshon.index.kernel.clauses cimport Cursor, Source, load_next, score_at
from onneshon.index.kernel.clock cimport spent
from onneshon.index.kernel.passes cimport Search, take


cdef bint is_plain(const Search *search) noexcept nogil:
    """Whether there is one list, all of which is found: blocks that cannot matter need not be read."""
    return (
        search.finders == 1 and not search.followers
        and search.kept == NULL and search.matched == NULL and search.weight == NULL
    )


cdef int run_one(Search *search) except -1 nogil:
    """Go through one list, and look its documents up in those that add where they may be among the best."""
    search.total = search.finding[0].source.df
    return run_array(search) if search.finding[0].source.parts == NULL else run_blocks(search)


cdef int run_array(Search *search) except -1 nogil:
    cdef Cursor *cursor = &search.finding[0]
    cdef uint32_t i, worth
    while cursor.size:
        if spent(&search.clock):
            return 0
        for i in range(cursor.size):
            worth = score_at(cursor, i)
            if worth + <uint64_t> search.rest[0] >= search.best.least:
                take(search, cursor.docs[i], worth)
        load_next(cursor)
    return 0


cdef int run_blocks(Search *search) except -1 nogil:
    cdef const Source *source = &search.finding[0].source
    cdef const Part *part
    cdef int number
    cdef uint32_t i
    cdef uint64_t most
    search.best.least = max(search.best.least, likely_least(source, search.best.k))
    for number in range(source.count):
        part = &source.parts[number]
        for i in range(part.count):
            if spent(&search.clock):
                return 0
            most = <uint64_t> source.floor + search.rest[0]
            if part.table == NULL or source.slope * most_of_block(part, i) + most >= search.best.least:
                take_block(search, part, i)
    return 0


cdef uint32_t likely_least(const Source *source, size_t k) noexcept nogil:
    """A score that k documents have or exceed, as so many blocks have a posting of such; 1 if fewer have."""
    cdef uint32_t[256] blocks
    cdef size_t reaching = 0
    cdef int number, impact
    cdef uint32_t i
    memset(blocks, 0, sizeof(blocks))
    for number in range(source.count):
        for i in range(source.parts[number].count if source.parts[number].table != NULL else 0):
            blocks[most_of_block(&source.parts[number], i)] += 1
    for impact in range(255, 0, -1):
        reaching += blocks[impact]
        if k and reaching >= k:
            return source.slope * impact + source.floor
    return 1


cdef int take_block(Search *search, const Part *part, uint32_t number) except -1 nogil:
    cdef const Source *source = &search.finding[0].source
    cdef Block block
    cdef uint32_t[BLOCK] docs
    cdef uint32_t i, value
    find_block(part, number, &block)
    read_docs(part, number, &block, docs)
    for i in range(block.size):
        value = source.slope * block.impacts[i] + source.floor
        if value + <uint64_t> search.rest[0] >= search.best.least:
            take(search, docs[i], value)
    return 0
