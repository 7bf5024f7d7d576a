"""One pass over the documents of a collection: what it works with and what it has found."""

from libc.math cimport ceil
from libc.stdint cimport uint8_t, uint32_t, uint64_t
from libc.stdlib cimport free

import numpy as np

from onneshon.index.kernel.best cimport close_best, open_best, push
from onneshon.index.kernel.blocks cimport END
from onneshon.index.kernel.clauses cimport (
    Cursor, Source, document, documents_of, open_cursor, score, seek, source_of,
)
from onneshon.index.kernel.clock cimport clock_for
from onneshon.index.kernel.memory cimport append, array_of, clear

__all__ = ["Found"]


cdef uint32_t cut_of(double share, uint32_t greatest) noexcept nogil:
    """The least whole number that is not below the share."""
    return <uint32_t> ceil(share * greatest)


cdef int gather(Gathered *gathered, uint32_t doc, uint32_t sum, uint32_t held) except -1 nogil:
    append(&gathered.docs, doc)
    append(&gathered.sums, sum)
    append(&gathered.held, held)
    return 0


cdef int take(Search *search, uint32_t doc, uint32_t sum) except -1 nogil:
    """Add what only adds, and keep the document where it can be among the best."""
    cdef Cursor *cursor
    cdef int i
    for i in range(search.adders):
        if <uint64_t> sum + search.rest[i] < search.best.least:
            return 0
        cursor = &search.adding[i]
        seek(cursor, doc)
        if document(cursor) == doc:
            sum += score(cursor)
    return push(&search.best, doc, sum) if sum >= search.best.least else 0


cdef class Found:
    """What was found.

    Attributes:
        docs: documents, ascending, uint32: the k best, all that tie with the last of them, and no others; of
            k = 0 all.
        scores: of each, uint32.
        total: how many documents were found.
        total_all: how many of these hold every thing that was asked for; ``total`` where none was told of.
        matched: a bit for each document that was found, uint8; None where it was not asked for.
        complete: False where time ran out before every document was looked at.
    """

    def __init__(self, docs, scores, total, total_all, matched, complete):
        self.docs, self.scores, self.matched = docs, scores, matched
        self.total, self.total_all, self.complete = total, total_all, complete


cdef class Memory:
    """What a pass works with; let go of at its end, whatever happens."""

    def __dealloc__(self):
        close_best(&self.search.best)
        free(self.search.sums)
        free(self.search.touched)
        free(self.search.held)
        free(self.search.marks)
        free(self.search.thing)
        free(self.search.weight)
        free(self.search.rest)
        free(self.cursors)
        free(self.sources)

    cdef int set_up(
        self, list finding, list following, list adding, list excluded, uint32_t size, kept, bint matched,
        double seconds
    ) except -1:
        cdef Search *search = &self.search
        self.owners = (*finding, *following, *adding, *excluded)
        self.excluders = len(excluded)
        search.size, search.finders, search.followers, search.adders = (
            size, len(finding), len(following), len(adding)
        )
        self.cursors = <Cursor *> clear(len(self.owners), sizeof(Cursor))
        self.sources = <Source *> clear(len(self.owners), sizeof(Source))
        search.rest = <uint32_t *> clear(len(adding) + 1, sizeof(uint32_t))
        search.finding = self.cursors
        search.following = search.finding + search.finders
        search.adding = search.following + search.followers
        self.excluded = search.adding + search.adders
        self.read_sources(size)
        self.keep(kept)
        self.wants_matched = matched
        search.clock = clock_for(seconds)
        return 0

    cdef int read_sources(self, uint32_t size) except -1:
        cdef int i
        cdef uint64_t most = 0
        cdef int before = self.search.finders + self.search.followers
        for i in range(len(self.owners)):
            self.sources[i] = source_of(self.owners[i])
            if documents_of(&self.sources[i]) > size:
                raise ValueError("a list has more documents than there are")
        for i in range(before + self.search.adders - 1, -1, -1):
            most += self.sources[i].most
            if i >= before:
                self.search.rest[i - before] = <uint32_t> min(most, <uint64_t> END)
        if most >= END:
            raise ValueError("the scores of all lists are too great")
        return 0

    cdef int keep(self, kept) except -1:
        if kept is None:
            return 0
        self.kept = kept
        if len(self.kept) * 8 < self.search.size:
            raise ValueError("a bit for each document is wanted")
        if len(self.kept):
            self.search.kept, self.search.kept_bytes = &self.kept[0], len(self.kept)
        return 0

    cdef int begin_windows(self) except -1:
        """Get room for a window: its sums, and what its documents hold where that is asked for."""
        cdef Search *search = &self.search
        cdef bint marked = False
        cdef int i
        if search.sums != NULL:
            return 0
        search.sums = <uint32_t *> clear(WINDOW, sizeof(uint32_t))
        search.touched = <uint8_t *> clear(WINDOW // GROUP, 1)
        if search.weight == NULL:
            return 0
        search.held = <uint32_t *> clear(WINDOW, sizeof(uint32_t))
        for i in range(search.finders):
            marked |= search.thing[i] != 0
        if marked:
            search.marks = <uint32_t *> clear(WINDOW, sizeof(uint32_t))
        return 0

    cdef int begin_matched(self) except -1:
        cdef uint8_t[::1] view
        self.matched = view = np.zeros((self.search.size + GROUP - 1) // GROUP * 8, np.uint8)
        if len(view):
            self.search.matched = &view[0]
        return 0

    cdef int begin(self, size_t k) except -1:
        """Forget what was found, and set all cursors to the first documents."""
        cdef Search *search = &self.search
        cdef int i
        close_best(&search.best)
        open_best(&search.best, k)
        search.total = search.total_all = search.greatest = 0
        if self.wants_matched:
            self.begin_matched()
        for i in range(len(self.owners)):
            open_cursor(&self.cursors[i], &self.sources[i])
        return 0

    cdef object found(self):
        cdef Search *search = &self.search
        docs = array_of(search.best.docs, search.best.size)
        scores = array_of(search.best.scores, search.best.size)
        matched = None if self.matched is None else np.asarray(self.matched)[:(search.size + 7) // 8]
        total_all = search.total if search.weight == NULL else search.total_all
        return Found(docs, scores, search.total, total_all, matched, not search.clock.spent)
