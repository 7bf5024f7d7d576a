"""Documents that are gathered before it is known which hold enough; and disjunctions of short lists.

How much is enough depends on what the best document holds, which is known when all were looked at. Where few
are found, going from one to the next costs less than looking through windows of sums.
"""

from libc.stdint cimport uint8_t, uint32_t, uint64_t
from libc.stdlib cimport free

from onneshon.index.kernel.blocks cimport END
from onneshon.index.kernel.clauses cimport Cursor, document, load_next, score
from onneshon.index.kernel.clock cimport spent
from onneshon.index.kernel.passes cimport Search, gather, take



cdef int choose(Search *search, uint32_t cut) except -1 nogil:
    """Of what was gathered count the documents that hold enough, and take those that may be among the best."""
    cdef const uint32_t *docs = search.gathered.docs.values
    cdef const uint32_t *sums = search.gathered.sums.values
    cdef const uint32_t *held = search.gathered.held.values
    cdef uint32_t doc
    cdef size_t i
    search.cut = cut
    search.total = search.total_all = 0
    for i in range(search.gathered.docs.size):
        search.total_all += held[i] == search.whole
        if held[i] < cut:
            continue
        doc = docs[i]
        search.total += 1
        if search.matched != NULL:
            search.matched[doc // 8] |= <uint8_t> (1 << doc % 8)
        if <uint64_t> sums[i] + search.rest[0] >= search.best.least:
            take(search, doc, sums[i])
    return 0


cdef class Merged:
    """The documents of any of some lists, ascending, with their sums and what they hold."""

    def __dealloc__(self):
        free(self.gathered.docs.values)
        free(self.gathered.sums.values)
        free(self.gathered.held.values)

    cdef int merge(self, Search *search) except -1 nogil:
        """Read all lists, as far as there is time, and note the greatest that a document holds."""
        cdef Cursor *cursor
        cdef uint32_t doc, sum, held, last
        cdef int i
        while not spent(&search.clock):
            doc = END
            for i in range(search.finders):
                doc = min(doc, document(&search.finding[i]))
            if doc == END:
                break
            sum = held = last = 0
            for i in range(search.finders):
                cursor = &search.finding[i]
                if document(cursor) != doc:
                    continue
                sum += score(cursor)
                if search.weight != NULL and (not search.thing[i] or search.thing[i] != last):
                    held += search.weight[i]
                    last = search.thing[i]  # lists of one thing come one after another
                cursor.at += 1
                if cursor.at == cursor.size:
                    load_next(cursor)
            if search.kept == NULL or search.kept[doc // 8] >> (doc % 8) & 1:
                gather(&self.gathered, doc, sum, held)
                search.greatest = max(search.greatest, held)
        return 0
