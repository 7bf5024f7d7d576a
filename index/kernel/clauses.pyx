"""Scored lists, whose scores a query adds up, and cursors over them."""

from libc.stdint cimport uint32_t, uint64_t, uint8_t

from onneshon.index.kernel.postings cimport BLOCK, END, Block, Part, Postings, find_block, last_document, read_docs

__all__ = ["Clause", "Impacts", "Scored", "ScoredDocs"]

cdef int open_cursor(Cursor *cursor, const Source *source) except -1 nogil:
    """Set a cursor to the first document of a source."""
    cursor.source = source[0]
    cursor.part = 0
    cursor.impacts = NULL
    cursor.scores = NULL
    cursor.docs = cursor.buffer
    return load_array(cursor, 0) if source.parts == NULL else load(cursor, 0)


cdef int load_array(Cursor *cursor, Py_ssize_t index) except -1 nogil:
    cdef Py_ssize_t rest = max(0, cursor.source.size - index)
    cursor.at = 0
    cursor.number = <uint32_t> index
    cursor.size = <uint32_t> min(rest, BLOCK)
    cursor.docs = cursor.source.docs + index
    if cursor.source.impacts == NULL:
        cursor.scores = cursor.source.scores + index
    else:
        cursor.impacts = cursor.source.impacts + index
    return 0


cdef int load(Cursor *cursor, uint32_t number) except -1 nogil:
    """Read a block of the cursor's part."""
    cdef Block block
    cdef const Part *part
    cursor.at = cursor.size = 0
    if cursor.part >= cursor.source.count:
        return 0
    part = &cursor.source.parts[cursor.part]
    find_block(part, number, &block)
    read_docs(part, number, &block, cursor.buffer)
    cursor.number = number
    cursor.impacts = block.impacts
    cursor.size = block.size
    return 0


cdef int load_next(Cursor *cursor) except -1 nogil:
    """Move on to the first posting after the current block."""
    if cursor.source.parts == NULL:
        return load_array(cursor, <Py_ssize_t> cursor.number + cursor.size)
    if cursor.part < cursor.source.count and cursor.number + 1 < cursor.source.parts[cursor.part].count:
        return load(cursor, cursor.number + 1)
    cursor.part += 1
    return load(cursor, 0)


cdef int seek_block(Cursor *cursor, uint32_t target) except -1 nogil:
    """Move to the block with the first document not before the target; the current block ends before it."""
    cdef const Part *part
    cdef uint32_t number = cursor.number + 1
    if cursor.source.parts == NULL:
        return seek_array(cursor, target)
    while cursor.part < cursor.source.count:
        part = &cursor.source.parts[cursor.part]
        if target < part.base + part.documents:
            number = gallop(part, number, target - part.base if target > part.base else 0)
            if number < part.count:
                load(cursor, number)
                if cursor.docs[cursor.size - 1] >= target:
                    return 0
        cursor.part += 1
        number = 0
    return load(cursor, 0)


cdef uint32_t gallop(const Part *part, uint32_t number, uint32_t target) noexcept nogil:
    """The first block from ``number`` on whose last document is not before the target."""
    cdef uint32_t low = number, high = number, step = 1
    while high < part.count and last_document(part, high) < target:
        low = high + 1
        high += step
        step *= 2
    high = min(high, part.count)
    while low < high:
        number = (low + high) // 2
        if last_document(part, number) < target:
            low = number + 1
        else:
            high = number
    return low


cdef int seek_array(Cursor *cursor, uint32_t target) except -1 nogil:
    cdef Py_ssize_t low = <Py_ssize_t> cursor.number + cursor.size, high = low, step = BLOCK
    cdef Py_ssize_t middle, size = cursor.source.size
    while high < size and cursor.source.docs[high] < target:
        low = high + 1
        high += step
        step *= 2
    high = min(high, size)
    while low < high:
        middle = (low + high) // 2
        if cursor.source.docs[middle] < target:
            low = middle + 1
        else:
            high = middle
    return load_array(cursor, low)


cdef uint32_t greatest(uint32_t slope, uint32_t floor, uint8_t most) except? 0:
    """The score of the greatest impact."""
    cdef uint64_t score = <uint64_t> slope * most + floor
    if score >= END:
        raise ValueError("the scores of a list are too great")
    return <uint32_t> score


cdef int check_ascending(const uint32_t[::1] docs) except -1:
    cdef Py_ssize_t i
    for i in range(len(docs)):
        if docs[i] == END or (i and docs[i] <= docs[i - 1]):
            raise ValueError("documents must ascend")
    return 0


cdef class ScoredDocs:
    """Ascending documents, each with a score above 0: what all scored lists have in common.

    Attributes:
        df: the number of documents.
        most: the greatest score.
    """

    @property
    def df(self):
        return self.source.df

    @property
    def most(self):
        return self.source.most


cdef class Clause(ScoredDocs):
    """A posting list in which each posting scores ``slope * impact + floor`` units.

    Args:
        postings: the list.
        slope: units for each step of the impact.
        floor: units for containing the term; 1 or more, as only documents with units are found.

    Raises:
        ValueError: a score would not fit into 32 bits.

    Attributes:
        postings: the list.
        slope: units for each step of the impact.
        floor: units for containing the term.
    """

    def __init__(self, Postings postings not None, uint32_t slope, uint32_t floor):
        cdef uint32_t most = greatest(slope, floor, postings.most) if postings.entries else 0
        self.owner = postings
        self.source = Source(
            postings.parts, postings.count, slope, floor, NULL, NULL, NULL, 0, postings.entries, most
        )
        if not postings.count:
            self.source.parts = NULL

    @property
    def postings(self):
        return self.owner

    @property
    def slope(self):
        return self.source.slope

    @property
    def floor(self):
        return self.source.floor


cdef class Impacts(ScoredDocs):
    """Documents with impacts computed before, in which each document scores ``slope * impact + floor`` units.

    Args:
        docs: the documents, ascending, shape (documents,).
        impacts: the impact of each, shape (documents,).
        slope: units for each step of the impact.
        floor: units for being in the list; 1 or more, as only documents with units are found.

    Raises:
        ValueError: the arrays are of different lengths, the documents do not ascend, or a score would not fit
            into 32 bits.
    """

    def __init__(
        self, const uint32_t[::1] docs not None, const uint8_t[::1] impacts not None, uint32_t slope,
        uint32_t floor,
    ):
        cdef Py_ssize_t i
        cdef uint8_t most = 0
        if len(docs) != len(impacts):
            raise ValueError("an impact for each document is wanted")
        check_ascending(docs)
        for i in range(len(docs)):
            most = max(most, impacts[i])
        self.docs, self.impacts = docs, impacts
        self.source = Source(NULL, 0, slope, floor, NULL, NULL, NULL, len(docs), len(docs), 0)
        self.greatest = most
        if len(docs):
            self.source.docs, self.source.impacts = &docs[0], &impacts[0]
            self.source.most = greatest(slope, floor, most)

    @property
    def nbytes(self):
        """Bytes of memory in use."""
        return 5 * len(self.docs) + 300

    def worth(self, uint32_t slope, uint32_t floor):
        """The same documents with another slope and floor; arguments and errors as of the class."""
        cdef Impacts same = Impacts.__new__(Impacts)
        same.docs, same.impacts, same.greatest, same.source = self.docs, self.impacts, self.greatest, self.source
        same.source.slope, same.source.floor = slope, floor
        if len(self.docs):
            same.source.most = greatest(slope, floor, self.greatest)
        return same


cdef class Scored(ScoredDocs):
    """Documents with scores computed before.

    Args:
        docs: the documents, ascending, shape (documents,).
        scores: the score of each, 1 or more, shape (documents,).

    Raises:
        ValueError: the arrays are of different lengths, or the documents do not ascend.
    """

    def __init__(self, const uint32_t[::1] docs not None, const uint32_t[::1] scores not None):
        cdef Py_ssize_t i
        cdef uint32_t most = 0
        if len(docs) != len(scores):
            raise ValueError("a score for each document is wanted")
        check_ascending(docs)
        for i in range(len(docs)):
            most = max(most, scores[i])
        self.docs, self.scores = docs, scores
        self.source = Source(NULL, 0, 0, 0, NULL, NULL, NULL, len(docs), len(docs), most)
        if len(docs):
            self.source.docs, self.source.scores = &docs[0], &scores[0]


cdef Source source_of(object given) except *:
    """The source of a scored list, or of a posting list at 1 unit a posting; valid while ``given`` lives."""
    if isinstance(given, ScoredDocs):
        return (<ScoredDocs> given).source
    return Clause(given, 0, 1).source


cdef uint64_t documents_of(const Source *source) noexcept nogil:
    """A number above the numbers of all documents of a source."""
    if source.parts != NULL:
        return <uint64_t> source.parts[source.count - 1].base + source.parts[source.count - 1].documents
    return <uint64_t> source.docs[source.size - 1] + 1 if source.size else 0
