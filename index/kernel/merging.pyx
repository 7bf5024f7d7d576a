"""Disjunctions of short lists: document after document, each looked at once, whatever it must hold.

Where few documents are found, going from one to the next costs less than looking through windows of sums. What
each of them holds is kept, so that what is enough can be said afterwards.
"""

from libc.stdint cimport uint8_t, uint32_t, uint64_t
from libc.stdlib cimport free

from index.kernel.blocks cimport END
from index.kernel.clauses cimport Cursor, document, load_next, score
from index.kernel.clock cimport spent
from index.kernel.memory cimport append
from index.kernel.passes cimport Search, take



cdef class Merged:
    """The documents of any of some lists, ascending, with their sums and what they hold."""

    def __dealloc__(self):
        free(self.docs.values)
        free(self.sums.values)
        free(self.held.values)

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
                append(&self.docs, doc)
                append(&self.sums, sum)
                append(&self.held, held)
                search.greatest = max(search.greatest, held)
        return 0

    cdef int choose(self, Search *search, uint32_t cut) except -1 nogil:
        """Count the documents that hold enough, and take those that may be among the best."""
        cdef uint32_t doc
        cdef size_t i
        for i in range(self.docs.size):
            search.total_all += self.held.values[i] == search.whole
            if self.held.values[i] < cut:
                continue
            doc = self.docs.values[i]
            search.total += 1
            if search.matched != NULL:
                search.matched[doc // 8] |= <uint8_t> (1 << doc % 8)
            if <uint64_t> self.sums.values[i] + search.rest[0] >= search.best.least:
                take(search, doc, self.sums.values[i])
        return 0
