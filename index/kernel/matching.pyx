"""Top-k search: the best documents of a disjunction or a conjunction of lists, with exact totals."""

from libc.math cimport ceil
from libc.stdint cimport uint32_t, uint64_t, uint8_t
from libc.stdlib cimport free, realloc
from libc.string cimport memcpy, memset

import numpy as np

from onneshon.index.kernel.clauses cimport (
    Cursor, Source, document, documents_of, load_next, not_before, open_cursor, score, score_at, seek,
    source_of,
)
from onneshon.index.kernel.clock cimport Clock, clock_for, spent
from onneshon.index.kernel.memory cimport Numbers, append, array_of, clear
from onneshon.index.kernel.postings cimport BLOCK, END, Block, Part, find_block, most_of_block, read_docs

__all__ = ["Found", "conjunction", "disjunction"]

# The k best of a stream of documents, and all that tie with the last of them.
#
# More than k are gathered; whenever the room is full, those below the k-th best score are dropped.

cdef struct Best:
    uint32_t *docs
    uint32_t *scores
    uint32_t *copy
    size_t size, room
    size_t k  # the number wanted; 0 for all
    uint32_t least  # a lower score is not among the k best; 1 or more

cdef inline int push(Best *best, uint32_t doc, uint32_t score) except -1 nogil:
    """Take a document whose score is not below ``least``."""
    if best.size == best.room:
        make_room(best)
        if score < best.least:
            return 0
    best.docs[best.size] = doc
    best.scores[best.size] = score
    best.size += 1
    return 0


cdef enum:
    SPARE = 4  # room for this many times k documents
    LEAST_ROOM = 256  # and for this many more


cdef int open_best(Best *best, size_t k) except -1 nogil:
    best.docs = best.scores = best.copy = NULL
    best.size = best.room = 0
    best.k = k
    best.least = 1
    return grow(best, SPARE * min(k, <size_t> 1 << 20) + LEAST_ROOM)


cdef void close_best(Best *best) noexcept nogil:
    free(best.docs)
    free(best.scores)
    free(best.copy)


cdef int grow(Best *best, size_t room) except -1 nogil:
    cdef uint32_t **each
    cdef void *data
    cdef uint32_t ***all = [&best.docs, &best.scores, &best.copy]
    cdef int i
    for i in range(3):
        each = all[i]
        data = realloc(each[0], room * sizeof(uint32_t))
        if data == NULL:
            with gil:
                raise MemoryError
        each[0] = <uint32_t *> data
    best.room = room
    return 0


cdef int make_room(Best *best) except -1 nogil:
    """Drop documents that are not among the best; double the room if more than half of it stays in use."""
    settle(best)
    return grow(best, 2 * best.room) if 2 * best.size > best.room else 0


cdef int settle(Best *best) except -1 nogil:
    """Drop documents below the k-th best score."""
    cdef size_t i, kept = 0
    if not best.k or best.size <= best.k:
        return 0
    memcpy(best.copy, best.scores, best.size * sizeof(uint32_t))
    best.least = greatest(best.copy, best.size, best.k)
    for i in range(best.size):
        if best.scores[i] >= best.least:
            best.docs[kept] = best.docs[i]
            best.scores[kept] = best.scores[i]
            kept += 1
    best.size = kept
    return 0


cdef uint32_t greatest(uint32_t *values, size_t size, size_t k) noexcept nogil:
    """The k-th greatest of some values, 1 <= k <= size, which are reordered (quickselect: Hoare, 1961)."""
    cdef Py_ssize_t low = 0, high = <Py_ssize_t> size - 1, index = <Py_ssize_t> k - 1, i, j
    cdef uint32_t pivot, swapped
    while low < high:
        pivot = middle_of(values[low], values[(low + high) // 2], values[high])
        i, j = low, high
        while i <= j:
            while values[i] > pivot:
                i += 1
            while values[j] < pivot:
                j -= 1
            if i <= j:
                swapped = values[i]
                values[i], values[j] = values[j], swapped
                i += 1
                j -= 1
        if index <= j:
            high = j
        elif index >= i:
            low = i
        else:
            break
    return values[index]


cdef inline uint32_t middle_of(uint32_t a, uint32_t b, uint32_t c) noexcept nogil:
    return max(min(a, b), min(max(a, b), c))


# One pass over the documents of a collection: its working memory and its results.

cdef enum:
    WINDOW = 8192  # documents; their sums stay in the nearest cache
    GROUP = 64  # documents, which are not scanned if no list added to any of them

cdef struct Gathered:
    # Ascending documents, with their sums and coverages (the summed weight of the concepts in each).
    Numbers docs, sums, coverage

cdef struct Search:
    # One pass over the documents.
    uint32_t size  # documents in all
    uint32_t lo  # the first document of the window
    uint32_t *sums
    uint8_t *touched  # one byte per group: whether a list added to it
    const uint8_t *kept  # one bit per document, set if it may be found; NULL for all
    Py_ssize_t kept_bytes
    uint8_t *matched  # one bit per document, set if it is found; NULL if not wanted
    # The coverage of each document of the window (see ``Gathered``); NULL if not wanted.
    uint32_t *coverage
    uint32_t *marks  # the last concept that was added to each coverage
    uint32_t cut  # documents of less coverage are not found
    uint32_t whole  # the coverage of a document that contains every concept
    uint32_t greatest  # the greatest coverage seen
    uint64_t total, total_all
    # Where documents wait until the greatest coverage is known; NULL if they are taken at once.
    Gathered *gathered
    double share  # of the greatest coverage, below which a document is not found
    uint32_t reachable  # the greatest coverage that any document can have
    Cursor *finding
    int finders
    uint32_t *weight  # of the concept that each finding list belongs to; 0 for none
    uint32_t *concept  # the number of this concept, from 1; 0 if no other list belongs to it
    Cursor *following  # lists that add, window by window, to the documents found there
    int followers
    Cursor *adding  # lists in which single documents are looked up
    int adders
    uint32_t *rest  # for each adding list, the most that it and the later ones can add
    Best best
    Clock clock


cdef uint32_t cut_of(double share, uint32_t greatest) noexcept nogil:
    """The least coverage that is not below ``share`` of the greatest."""
    return <uint32_t> ceil(share * greatest)


cdef int gather(Gathered *gathered, uint32_t doc, uint32_t sum, uint32_t coverage) except -1 nogil:
    append(&gathered.docs, doc)
    append(&gathered.sums, sum)
    append(&gathered.coverage, coverage)
    return 0


cdef int take(Search *search, uint32_t doc, uint32_t sum) except -1 nogil:
    """Add the scores of the adding lists to a document, and keep it if it can be among the best."""
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
    """The documents that a search found.

    Attributes:
        docs: documents, ascending, uint32: the k best, all that tie with the last of them, and no others; all
            if k is 0.
        scores: the score of each, uint32.
        total: the number of documents found.
        total_all: the number of them that contain every concept; ``total`` if no concepts were given.
        matched: one bit per document, set for those found, uint8; None if not wanted.
        complete: False if time ran out before every document was examined.
    """

    cdef readonly object docs, scores, total, total_all, matched, complete

    def __init__(self, docs, scores, total, total_all, matched, complete):
        self.docs, self.scores, self.matched = docs, scores, matched
        self.total, self.total_all, self.complete = total, total_all, complete


cdef class Memory:
    """The working memory of a pass, freed at its end even after an error."""

    cdef Search search
    cdef Cursor *cursors
    cdef Cursor *excluded
    cdef Source *sources
    cdef int excluders
    cdef bint wants_matched
    cdef object owners, matched
    cdef const uint8_t[::1] kept

    def __dealloc__(self):
        close_best(&self.search.best)
        free(self.search.sums)
        free(self.search.touched)
        free(self.search.coverage)
        free(self.search.marks)
        free(self.search.concept)
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
        """Allocate a window: the sums of its documents, and their coverages if these are wanted."""
        cdef Search *search = &self.search
        cdef bint marked = False
        cdef int i
        if search.sums != NULL:
            return 0
        search.sums = <uint32_t *> clear(WINDOW, sizeof(uint32_t))
        search.touched = <uint8_t *> clear(WINDOW // GROUP, 1)
        if search.weight == NULL:
            return 0
        search.coverage = <uint32_t *> clear(WINDOW, sizeof(uint32_t))
        for i in range(search.finders):
            marked |= search.concept[i] != 0
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
        """Forget earlier results, and set all cursors to the first documents."""
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


# Documents that are gathered before it is known how much coverage is enough; and disjunctions of short lists.
#
# Enough is a share of the greatest coverage, which is known only after all documents were examined. Where few
# are found, going from one to the next costs less than scanning windows of sums.

cdef enum:
    # Where merging lists costs less than adding them up in windows.
    MOST_LISTS = 8  # lists at most, as each is examined for each document
    SPARSE = 16  # documents of the collection for each posting, at least


cdef int choose(Search *search, uint32_t cut) except -1 nogil:
    """Count the gathered documents of enough coverage, and take those that may be among the best."""
    cdef const uint32_t *docs = search.gathered.docs.values
    cdef const uint32_t *sums = search.gathered.sums.values
    cdef const uint32_t *coverage = search.gathered.coverage.values
    cdef uint32_t doc
    cdef size_t i
    search.cut = cut
    search.total = search.total_all = 0
    if search.adders:
        raise_least(search)
    for i in range(search.gathered.docs.size):
        search.total_all += coverage[i] == search.whole
        if coverage[i] < cut:
            continue
        doc = docs[i]
        search.total += 1
        if search.matched != NULL:
            search.matched[doc // 8] |= <uint8_t> (1 << doc % 8)
        if <uint64_t> sums[i] + search.rest[0] >= search.best.least:
            take(search, doc, sums[i])
    return 0


cdef int raise_least(Search *search) except -1 nogil:
    """Raise ``least`` to the k-th best sum without the adding lists, which can only increase it."""
    cdef const uint32_t *sums = search.gathered.sums.values
    cdef size_t i
    for i in range(search.gathered.docs.size if search.best.k else 0):
        if sums[i] >= search.best.least and search.gathered.coverage.values[i] >= search.cut:
            push(&search.best, search.gathered.docs.values[i], sums[i])
    settle(&search.best)
    search.best.size = 0
    return 0


cdef class Merged:
    """The documents of any of some lists, ascending, with their sums and coverages."""

    cdef Gathered gathered

    def __dealloc__(self):
        free(self.gathered.docs.values)
        free(self.gathered.sums.values)
        free(self.gathered.coverage.values)

    cdef int merge(self, Search *search) except -1 nogil:
        """Merge all finding lists while there is time, and note the greatest coverage."""
        cdef Cursor *cursor
        cdef uint32_t doc, sum, coverage, last
        cdef int i
        while not spent(&search.clock):
            doc = END
            for i in range(search.finders):
                doc = min(doc, document(&search.finding[i]))
            if doc == END:
                break
            sum = coverage = last = 0
            for i in range(search.finders):
                cursor = &search.finding[i]
                if document(cursor) != doc:
                    continue
                sum += score(cursor)
                if search.weight != NULL and (not search.concept[i] or search.concept[i] != last):
                    coverage += search.weight[i]
                    last = search.concept[i]  # lists of one concept are consecutive
                cursor.at += 1
                if cursor.at == cursor.size:
                    load_next(cursor)
            if search.kept == NULL or search.kept[doc // 8] >> (doc % 8) & 1:
                gather(&self.gathered, doc, sum, coverage)
                search.greatest = max(search.greatest, coverage)
        return 0


# The best documents of a single list, without reading blocks that cannot contain one.

cdef bint is_plain(const Search *search) noexcept nogil:
    """Whether all documents of a single list are found: blocks that cannot matter need not be read."""
    return (
        search.finders == 1 and not search.followers
        and search.kept == NULL and search.matched == NULL and search.weight == NULL
    )


cdef int run_one(Search *search) except -1 nogil:
    """Go through the list, and look up in the adding lists those documents that may be among the best."""
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
    """A score that the greatest impacts of k blocks reach, so that k documents do; 1 if fewer reach any."""
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


# Disjunctions, one window of documents after another.
#
# Each list adds its scores to an array of sums, which is then scanned once.

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
    """Add the postings of a list that are in the window, and move its cursor past them."""
    cdef Cursor *cursor = &search.finding[number]
    cdef uint32_t stop
    while cursor.size and cursor.docs[cursor.at] < hi:
        stop = cursor.size
        if cursor.docs[stop - 1] >= hi:
            stop = not_before(cursor.docs, cursor.at, stop, hi)
        add_scores(search, cursor, stop)
        if search.coverage != NULL and search.weight[number]:
            add_coverage(search, cursor, stop, search.concept[number], search.weight[number])
        cursor.at = stop
        if stop == cursor.size:
            load_next(cursor)
    return 0


cdef int follow_window(Search *search, Cursor *cursor, uint32_t hi) except -1 nogil:
    """Add the postings of a list to the sums of a window that are not 0."""
    cdef uint32_t i, offset, stop
    seek(cursor, search.lo)
    while cursor.size and cursor.docs[cursor.at] < hi:
        stop = cursor.size
        if cursor.docs[stop - 1] >= hi:
            stop = not_before(cursor.docs, cursor.at, stop, hi)
        for i in range(cursor.at, stop):
            offset = cursor.docs[i] - search.lo
            search.sums[offset] += score_at(cursor, i) & (0 - <uint32_t> (search.sums[offset] != 0))
        cursor.at = stop
        if stop == cursor.size:
            load_next(cursor)
    return 0


cdef void add_scores(Search *search, const Cursor *cursor, uint32_t stop) noexcept nogil:
    cdef uint32_t *sums = search.sums
    cdef uint8_t *touched = search.touched
    cdef uint32_t slope = cursor.source.slope, floor = cursor.source.floor
    cdef uint32_t i, offset, lo = search.lo
    if cursor.impacts == NULL:
        for i in range(cursor.at, stop):
            offset = cursor.docs[i] - lo
            sums[offset] += cursor.scores[i]
            touched[offset // GROUP] = 1
    else:
        for i in range(cursor.at, stop):
            offset = cursor.docs[i] - lo
            sums[offset] += slope * cursor.impacts[i] + floor
            touched[offset // GROUP] = 1


cdef void add_coverage(
    Search *search, const Cursor *cursor, uint32_t stop, uint32_t concept, uint32_t weight
) noexcept nogil:
    """Add a concept's weight once per document: its lists are consecutive, so a mark shows it was added."""
    cdef uint32_t *coverage = search.coverage
    cdef uint32_t *marks = search.marks
    cdef uint32_t i, offset, lo = search.lo
    if not concept:
        for i in range(cursor.at, stop):
            coverage[cursor.docs[i] - lo] += weight
        return
    for i in range(cursor.at, stop):
        offset = cursor.docs[i] - lo
        if marks[offset] != concept:
            marks[offset] = concept
            coverage[offset] += weight


# ---- scanning a window

cdef int scan_window(Search *search) except -1 nogil:
    cdef uint32_t group
    for group in range(WINDOW // GROUP):
        if search.touched[group]:
            scan_group(search, group * GROUP)
            clear_group(search, group)
    return 0


cdef void clear_group(Search *search, uint32_t group) noexcept nogil:
    search.touched[group] = 0
    memset(search.sums + group * GROUP, 0, GROUP * sizeof(uint32_t))
    if search.coverage != NULL:
        memset(search.coverage + group * GROUP, 0, GROUP * sizeof(uint32_t))
    if search.marks != NULL:
        memset(search.marks + group * GROUP, 0, GROUP * sizeof(uint32_t))


cdef int scan_group(Search *search, uint32_t offset) except -1 nogil:
    """Count the documents of a group, and take those that may be among the best."""
    cdef uint32_t *sums = search.sums + offset
    cdef uint32_t lo = search.lo + offset
    cdef uint32_t i, found = 0, high = 0
    cdef uint32_t least = search.best.least - min(search.best.least - 1, search.rest[0])  # 1 or more
    if search.kept != NULL:
        keep_only(sums, kept_word(search, lo))
    if search.coverage != NULL:
        keep_holders(search, offset)
    for i in range(GROUP):  # the compiler vectorises this, four or more documents a step
        found += sums[i] != 0
        high |= sums[i] >= least
    if search.gathered != NULL:
        return gather_group(search, offset) if found else 0
    search.total += found
    if found and search.matched != NULL:
        mark_matched(search.matched + lo // 8, sums)
    if high:
        for i in range(GROUP):
            if sums[i] >= least:
                take(search, lo + i, sums[i])
    return 0


cdef int gather_group(Search *search, uint32_t offset) except -1 nogil:
    """Gather the documents of a group, and raise ``cut`` by the greatest coverage seen so far."""
    cdef uint32_t i
    for i in range(offset, offset + GROUP):
        if search.sums[i]:
            gather(search.gathered, search.lo + i, search.sums[i], search.coverage[i])
    search.cut = cut_of(search.share, search.greatest)
    if search.greatest == search.reachable:  # no document can have more coverage
        choose(search, search.cut)
        search.gathered = NULL
    return 0


cdef uint64_t kept_word(const Search *search, uint32_t doc) noexcept nogil:
    """The bits of 64 documents; those beyond the end of the bitmap are 0."""
    cdef uint64_t word = 0
    memcpy(&word, search.kept + doc // 8, min(<Py_ssize_t> 8, search.kept_bytes - doc // 8))
    return word


cdef void keep_only(uint32_t *sums, uint64_t word) noexcept nogil:
    cdef uint32_t i
    if word == ~(<uint64_t> 0):
        return
    for i in range(GROUP):
        sums[i] &= 0 - <uint32_t> (word >> i & 1)


cdef void keep_holders(Search *search, uint32_t offset) noexcept nogil:
    """Remove the documents of too little coverage, once the coverage of those without a sum is cleared."""
    cdef uint32_t *sums = search.sums + offset
    cdef uint32_t *coverage = search.coverage + offset
    cdef uint32_t i, holds, every = 0, more = 0
    cdef uint32_t whole = search.whole, cut = search.cut, greatest = search.greatest
    for i in range(GROUP):
        holds = coverage[i] = coverage[i] & (0 - <uint32_t> (sums[i] != 0))
        every += holds == whole
        more |= holds > greatest
        sums[i] &= 0 - <uint32_t> (holds >= cut)
    search.total_all += every
    if more:
        for i in range(GROUP):
            search.greatest = max(search.greatest, coverage[i])


cdef void mark_matched(uint8_t *bits, const uint32_t *sums) noexcept nogil:
    cdef uint64_t word = 0
    cdef uint32_t i
    for i in range(GROUP):
        word |= <uint64_t> (sums[i] != 0) << i
    memcpy(bits, &word, 8)


# The best documents of any of some lists, or of all of them, with exact totals.
#
# A disjunction scans windows of documents, or goes from one document to the next where its lists are short;
# of a single list it reads the blocks that can matter. A conjunction looks up each document of its rarest
# list in the others. Lists that only add to scores are read for documents that can be among the best.

cdef enum:
    FEW = 3  # look-ups pay off if the lists that only add are at least this many times longer in all
    TRIES = 256  # documents tried to find one that contains everything


# ---- conjunction

cdef bint is_kept(const Search *search, uint32_t doc) noexcept nogil:
    return search.kept == NULL or search.kept[doc // 8] >> (doc % 8) & 1


cdef int run_documents(
    Search *search, Cursor *excluded, int excluders, uint32_t tries, uint64_t wanted
) except -1 nogil:
    """Try up to ``tries`` documents of the first list, until ``wanted`` of them are found."""
    cdef Cursor *first = &search.finding[0]
    cdef uint32_t doc, next_doc
    while first.size and tries and search.total < wanted:
        tries -= 1
        if first.at == 0 and spent(&search.clock):
            return 0
        doc = document(first)
        next_doc = meet(search, doc)
        if next_doc == doc:
            if is_kept(search, doc) and not any_holds(excluded, excluders, doc):
                take_match(search, doc)
            next_doc = doc + 1
        seek(first, next_doc)
    return 0


cdef uint32_t meet(Search *search, uint32_t doc) except? 0 nogil:
    """The document if all lists contain it, else a later one that no document of all lists precedes."""
    cdef int i
    cdef uint32_t there
    for i in range(1, search.finders):
        seek(&search.finding[i], doc)
        there = document(&search.finding[i])
        if there != doc:
            return there
    return doc


cdef bint any_holds(Cursor *lists, int count, uint32_t doc) except -1 nogil:
    cdef int i
    for i in range(count):
        seek(&lists[i], doc)
        if document(&lists[i]) == doc:
            return True
    return False


cdef int take_match(Search *search, uint32_t doc) except -1 nogil:
    cdef uint32_t sum = 0
    cdef int i
    for i in range(search.finders):
        sum += score(&search.finding[i])
    search.total += 1
    if search.matched != NULL:
        search.matched[doc // 8] |= <uint8_t> (1 << doc % 8)
    return take(search, doc, sum) if <uint64_t> sum + search.rest[0] >= search.best.least else 0


# ---- passes

cdef int run(Memory memory, size_t k) except -1:
    """Go once through all documents, for the k best or for those that may have enough coverage."""
    cdef Search *search = &memory.search
    memory.begin(k)
    if not is_plain(search):
        memory.begin_windows()
    with nogil:
        if is_plain(search):
            run_one(search)
        else:
            run_windows(search)
        settle(&search.best)
    return 0


cdef int note_concepts(Memory memory, list concept_of, list weights) except -1:
    """Prepare to sum up coverages: the concept of each list, from 1 on, and the weight of each concept."""
    cdef Search *search = &memory.search
    cdef int i
    search.concept = <uint32_t *> clear(len(concept_of), sizeof(uint32_t))
    search.weight = <uint32_t *> clear(len(concept_of), sizeof(uint32_t))
    for i in range(len(concept_of)):
        if concept_of[i]:
            search.weight[i] = weights[concept_of[i] - 1]
            search.concept[i] = concept_of[i] if concept_of.count(concept_of[i]) > 1 else 0
    search.whole = sum(weights)
    return 0


cdef list greatest_first(adding):
    """Sort adding lists by greatest score: after the first, the rest mostly cannot matter any more."""
    return sorted(adding, key=lambda clause: clause.most, reverse=True)


cdef tuple concepts_of_lists(int count, concepts):
    """For each list the number of its concept, from 1 on, or 0; and the weight of each concept."""
    concept_of, weights = [0] * count, []
    for number, (lists, weight) in enumerate(concepts, 1):
        if not 1 <= weight <= 65536 or number > 65535:
            raise ValueError("a weight lies between 1 and 65,536")
        weights.append(weight)
        for index in lists:
            if not 0 <= index < count or concept_of[index]:
                raise ValueError("a list belongs to one concept at the most")
            concept_of[index] = number
    return concept_of, weights


cdef object of_sufficient(
    list lists, adding, size_t k, uint32_t size, kept, concepts, double share, size_t fewest, bint matched,
    bint count, double seconds,
):
    """Search where some concepts suffice alone, and all others not even together, so that they only add.

    Returns None where this is not known to be so, where too few are found, and where it would be no faster.
    """
    cdef Memory memory
    cdef Found found
    cdef uint32_t cut = cut_of(share, sum([weight for _, weight in concepts]))
    if not all([len(indexes) == 1 for indexes, _ in concepts]) or len(concepts) < len(lists):
        return None
    sufficient = [lists[indexes[0]] for indexes, weight in concepts if weight >= cut]
    others = [(lists[indexes[0]], weight) for indexes, weight in concepts if weight < cut]
    if not others or sum([weight for _, weight in others]) >= cut:
        return None
    found_by = sum([clause.df for clause in sufficient])
    if found_by < fewest or found_by * FEW > sum([clause.df for clause, _ in others]):
        return None
    memory = Memory()
    memory.set_up(sorted(lists, key=lambda clause: clause.df), [], [], [], size, kept, False, seconds)
    memory.begin(1)
    with nogil:
        run_documents(&memory.search, NULL, 0, END if count else TRIES, END if count else 1)
    if not memory.search.total or memory.search.clock.spent:
        return None
    adding = [*[clause for clause, _ in others], *adding]
    found = disjunction(
        sufficient, adding, k, size, kept=kept, matched=matched, count=False, seconds=seconds
    )
    if found.total < fewest and found.complete:
        return None
    found.total_all = memory.search.total
    return found


def disjunction(
    finding, adding, size_t k, uint32_t size, *, kept=None, concepts=(), double share=0.0, size_t fewest=0,
    bint matched=False, bint count=True, double seconds=float("inf"),
):
    """Search for documents of any of some lists, ranked by the sums of their scores.

    Args:
        finding: the lists; documents of a sum above 0 are found.
        adding: lists that only add to the scores of documents found by others.
        k: the number of best documents wanted; 0 for all.
        size: the number of documents of the collection, above every document number in the lists.
        kept: one bit per document, set if it may be found, the lowest bit of a byte first; None for all.
        concepts: each with the indexes in ``finding`` of the lists that belong to it (a list belongs to one
            concept at most) and its weight, from 1 to 65,536.
        share: of the greatest summed weight of concepts in any document: documents of less are not found.
        fewest: if fewer documents are found, the best ``fewest`` without regard to ``share`` are found too.
        matched: whether the documents found are wanted as a bitmap.
        count: whether totals must be exact; if not, the number with every concept may not be.
        seconds: the time budget, after which the documents found so far are returned.

    Raises:
        DamageError: a list is damaged.
        ValueError: arguments that do not fit each other.
    """
    cdef Memory memory = Memory()
    cdef Search *search = &memory.search
    lists = list(finding)
    concept_of, weights = concepts_of_lists(len(lists), concepts)
    if not 0 <= share <= 1:
        raise ValueError("a share lies between 0 and 1")
    if share and len(weights) > 1:
        found = of_sufficient(lists, adding, k, size, kept, concepts, share, fewest, matched, count, seconds)
        if found is not None:
            return found
    order = sorted(range(len(lists)), key=concept_of.__getitem__)
    noted = bool(weights and (len(weights) > 1 or 0 in concept_of))  # else every document contains all
    most = sum([clause.df for clause in lists])
    plain = len(lists) == 1 and kept is None and not matched and not noted
    sparse = not plain and len(lists) <= MOST_LISTS and most * SPARSE <= size
    if plain or sparse:
        most = 0  # documents are looked up one by one in all adding lists, not only in the longer ones
    following = [clause for clause in adding if clause.df <= most]
    adding = greatest_first([clause for clause in adding if clause.df > most])
    memory.set_up([lists[i] for i in order], following, adding, [], size, kept, matched, seconds)
    if noted:
        note_concepts(memory, [concept_of[i] for i in order], weights)
    else:
        share = 0.0
    gathered = max(k, fewest) if k else 0
    present = {concept_of[i] for i in order if lists[i].df}
    search.reachable = sum([weights[concept - 1] for concept in present if concept])
    if sparse or (share and not plain):
        return best_of(run_gathered(memory, gathered, share, fewest, sparse), k)
    run(memory, gathered)
    return best_of(memory.found(), k)


cdef object run_gathered(Memory memory, size_t k, double share, size_t fewest, bint sparse):
    """The best documents of enough coverage, and the best ``fewest`` of all if fewer have enough."""
    cdef Search *search = &memory.search
    cdef Merged merged = Merged()
    search.gathered, search.share = &merged.gathered, share
    if not sparse:
        run(memory, k)
    else:
        memory.begin(k)
        with nogil:
            merged.merge(search)
    finish(search)
    found = memory.found()
    if not search.cut or found.total >= fewest or not found.complete:
        return found
    search.gathered, search.share = &merged.gathered if sparse else NULL, 0
    if sparse:
        memory.begin(fewest)
        finish(search)
    else:  # documents of less coverage were dropped
        search.cut = 0
        run(memory, fewest)
    return with_others(found, memory.found(), fewest, found.total_all)


cdef int finish(Search *search) except -1:
    """Take the best of the gathered documents, now that the greatest coverage is known."""
    with nogil:
        if search.gathered != NULL:
            choose(search, cut_of(search.share, search.greatest))
        settle(&search.best)
    return 0


cdef object with_others(enough, others, size_t fewest, total_all):
    """All documents of ``enough``, and the best ``fewest`` of ``others``."""
    best = np.lexsort((others.docs, -others.scores.astype(np.int64)))[:fewest]
    docs, first = np.unique(np.concatenate([enough.docs, others.docs[best]]), return_index=True)
    scores = np.concatenate([enough.scores, others.scores[best]])[first]
    if enough.matched is not None:
        np.bitwise_or.at(enough.matched, docs // 8, (1 << docs % 8).astype(np.uint8))
    return Found(docs, scores, len(docs), total_all, enough.matched, others.complete)


cdef object best_of(found, size_t k):
    """The k best, and all that tie with the last of them."""
    if not k or len(found.docs) <= k:
        return found
    kept = found.scores >= np.partition(found.scores, len(found.scores) - k)[len(found.scores) - k]
    return Found(
        found.docs[kept], found.scores[kept], found.total, found.total_all, found.matched, found.complete
    )


def conjunction(
    required, adding, size_t k, uint32_t size, *, kept=None, excluded=(), bint matched=False, bint count=True,
    double seconds=float("inf"),
):
    """Search for documents of all lists, ranked by the sums of their scores; without lists none is found.

    Args:
        required: the lists.
        excluded: lists whose documents are not found.
        adding: as of ``disjunction``, and so are the arguments not named here and the errors.
    """
    cdef Memory memory = Memory()
    cdef Search *search = &memory.search
    lists = sorted(required, key=lambda clause: clause.df)
    memory.set_up(lists, [], greatest_first(adding), list(excluded), size, kept, matched, seconds)
    memory.begin(k)
    if search.finders:
        with nogil:
            run_documents(search, memory.excluded, memory.excluders, END, END)
            settle(&search.best)
    return memory.found()
