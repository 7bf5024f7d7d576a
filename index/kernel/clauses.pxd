"""What a query adds up: lists with the scores of their postings, and cursors over them."""

from libc.stdint cimport uint32_t, uint64_t, uint8_t

from onneshon.index.kernel.postings cimport BLOCK, END, Part, Postings

cdef struct Source:
    # Documents and scores: of a posting list in ``parts``, or arrays of ``size``.
    const Part *parts
    int count
    uint32_t slope, floor  # of impacts
    const uint32_t *docs
    const uint32_t *scores
    const uint8_t *impacts  # NULL where there are scores
    Py_ssize_t size
    uint64_t df
    uint32_t most  # no score of it is greater, in a file that is not damaged

cdef struct Cursor:
    # A position in a source. Documents before it are never seen again, whatever is damaged.
    Source source
    int part
    uint32_t number  # of the block in its part, or the index in the array
    uint32_t size  # postings of the block; 0 at the end
    uint32_t at
    const uint32_t *docs
    const uint8_t *impacts  # NULL where there are scores
    const uint32_t *scores
    uint32_t[BLOCK] buffer

cdef int open_cursor(Cursor *cursor, const Source *source) except -1 nogil
cdef int load_next(Cursor *cursor) except -1 nogil
cdef int seek_block(Cursor *cursor, uint32_t target) except -1 nogil

cdef inline uint32_t document(const Cursor *cursor) noexcept nogil:
    """The document at a cursor, END where there is none."""
    return cursor.docs[cursor.at] if cursor.size else END

cdef inline uint32_t score_at(const Cursor *cursor, uint32_t index) noexcept nogil:
    """What a posting of a cursor's block is worth."""
    if cursor.impacts == NULL:
        return cursor.scores[index]
    return cursor.source.slope * cursor.impacts[index] + cursor.source.floor

cdef inline uint32_t score(const Cursor *cursor) noexcept nogil:
    """What the posting at a cursor, which is not at its end, is worth."""
    return score_at(cursor, cursor.at)

cdef inline uint32_t not_before(
    const uint32_t *docs, uint32_t at, uint32_t size, uint32_t target
) noexcept nogil:
    """The first index from ``at`` on of a document that is not before the target; ``size`` if none."""
    while at + 8 < size and docs[at + 8] < target:
        at += 8
    while at < size and docs[at] < target:
        at += 1
    return at

cdef inline int seek(Cursor *cursor, uint32_t target) except -1 nogil:
    """Move on to the first document that is not before the target."""
    if cursor.size and cursor.docs[cursor.size - 1] < target:
        seek_block(cursor, target)
    cursor.at = not_before(cursor.docs, cursor.at, cursor.size, target)
    return 0

cdef class ScoredDocs:
    cdef Source source

cdef class Clause(ScoredDocs):
    cdef object owner

cdef class Impacts(ScoredDocs):
    cdef const uint32_t[::1] docs
    cdef const uint8_t[::1] impacts
    cdef uint8_t greatest  # impact

cdef class Scored(ScoredDocs):
    cdef const uint32_t[::1] docs
    cdef const uint32_t[::1] scores

cdef Source source_of(object given) except *
cdef int check_ascending(const uint32_t[::1] docs) except -1
cdef uint64_t documents_of(const Source *source) noexcept nogil
