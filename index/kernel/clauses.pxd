"""Scored lists, whose scores a query adds up, and cursors over them."""

from libc.stdint cimport uint32_t, uint64_t, uint8_t

from onneshon.index.kernel.postings cimport BLOCK, END, Part, Postings

cdef struct Source:
    # Documents and scores, either of a posting list in ``parts`` or of arrays of ``size``.
    const Part *parts
    int count
    uint32_t slope, floor  # an impact scores slope * impact + floor
    const uint32_t *docs
    const uint32_t *scores
    const uint8_t *impacts  # NULL where there are scores
    Py_ssize_t size
    uint64_t df
    uint32_t most  # an upper bound of the scores, in a file that is not damaged

cdef struct Cursor:
    # A position in a source. It only moves forward, even in a damaged file.
    Source source
    int part
    uint32_t number  # of the block in its part, or the index of its first posting in the array
    uint32_t size  # postings of the block; 0 at the end of the source
    uint32_t at  # index of the current posting in the block
    const uint32_t *docs
    const uint8_t *impacts  # NULL where there are scores
    const uint32_t *scores
    uint32_t[BLOCK] buffer

cdef int open_cursor(Cursor *cursor, const Source *source) except -1 nogil
cdef int load_next(Cursor *cursor) except -1 nogil
cdef int seek_block(Cursor *cursor, uint32_t target) except -1 nogil

cdef inline uint32_t document(const Cursor *cursor) noexcept nogil:
    """The current document of a cursor, END if there is none."""
    return cursor.docs[cursor.at] if cursor.size else END

cdef inline uint32_t score_at(const Cursor *cursor, uint32_t index) noexcept nogil:
    """The score of a posting of the cursor's block."""
    if cursor.impacts == NULL:
        return cursor.scores[index]
    return cursor.source.slope * cursor.impacts[index] + cursor.source.floor

cdef inline uint32_t score(const Cursor *cursor) noexcept nogil:
    """The score of the current posting of a cursor that is not at its end."""
    return score_at(cursor, cursor.at)

cdef inline uint32_t not_before(
    const uint32_t *docs, uint32_t at, uint32_t size, uint32_t target
) noexcept nogil:
    """The first index from ``at`` on whose document is not before the target; ``size`` if none."""
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
    cdef uint8_t greatest  # of the impacts

cdef class Scored(ScoredDocs):
    cdef const uint32_t[::1] docs
    cdef const uint32_t[::1] scores

cdef Source source_of(object given) except *
cdef int check_ascending(const uint32_t[::1] docs) except -1
cdef uint64_t documents_of(const Source *source) noexcept nogil
