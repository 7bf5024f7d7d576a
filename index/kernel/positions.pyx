"""Positions of words: phrase search, and the proximity of words in a few documents."""

from libc.math cimport INFINITY
from libc.stdint cimport int64_t, uint16_t, uint32_t, uint64_t, uint8_t
from libc.stdlib cimport free, qsort

import numpy as np

from onneshon.index.kernel.clauses cimport (
    Cursor, Scored, Source, document, documents_of, open_cursor, score, seek, source_of,
)
from onneshon.index.kernel.clock cimport Clock, clock_for, look, spent
from onneshon.index.kernel.memory cimport Numbers, append, array_of, clear, make_room
from onneshon.index.kernel.postings cimport (
    BLOCK, END, Block, Part, Postings, damaged, find_block, load8, positions_of_block, read_frequencies, varint,
)

__all__ = [
    "compare", "estimated", "occurrences", "positions_at", "positions_in_order", "scores_at", "sums", "weighted",
    "worths_of_counts",
]

# The positions of a word in the documents that a cursor visits; those of documents in between are skipped.

cdef struct Reader:
    # Positions of the current document, and where in its block those of the posting ``next`` begin.
    Numbers positions
    int part  # of the block that is being read; -1 for none
    uint32_t number, next
    const uint8_t *at
    Block block
    uint32_t known  # frequencies of the block that are decoded
    uint32_t[BLOCK] frequencies


cdef uint64_t LOWEST_BITS = 0x0101010101010101


cdef int open_block(Reader *reader, const Cursor *cursor) except -1 nogil:
    """Open the block of a cursor's document, and decode its frequencies up to this document."""
    cdef const Part *part = &cursor.source.parts[cursor.part]
    if reader.part != cursor.part or reader.number != cursor.number or reader.next > cursor.at:
        find_block(part, cursor.number, &reader.block)
        reader.at = positions_of_block(part, cursor.number)
        reader.part, reader.number, reader.next, reader.known = cursor.part, cursor.number, 0, 0
    if reader.known <= cursor.at:
        read_frequencies(part, &reader.block, reader.known, cursor.at + 1, reader.frequencies)
        reader.known = cursor.at + 1
    return 0


cdef int frequency(Reader *reader, const Cursor *cursor, uint32_t *times) except -1 nogil:
    """Write the word's frequency in a cursor's document to ``times``."""
    open_block(reader, cursor)
    times[0] = reader.frequencies[cursor.at]
    return 0


cdef int read_positions(Reader *reader, const Cursor *cursor) except -1 nogil:
    """Read the positions in a cursor's document."""
    cdef const uint8_t *end = cursor.source.parts[cursor.part].end
    cdef uint64_t passed = 0, position = 0
    cdef uint32_t i, step, count
    open_block(reader, cursor)
    for i in range(reader.next, cursor.at):
        passed += reader.frequencies[i]
    reader.at = skip(reader.at, end, passed)
    reader.next = cursor.at
    count = reader.frequencies[cursor.at]
    if count > <uint64_t> (end - reader.at):  # a position takes a byte or more
        damaged()
    make_room(&reader.positions, count)
    reader.positions.size = count
    for i in range(count):
        if reader.at < end and reader.at[0] < 128:  # most differences are small
            step = reader.at[0]
            reader.at += 1
        else:
            reader.at = varint(reader.at, end, &step)
        position += step
        if position > END:
            damaged()
        reader.positions.values[i] = <uint32_t> position
    reader.next = cursor.at + 1
    return 0


cdef const uint8_t *skip(const uint8_t *at, const uint8_t *end, uint64_t count) except NULL nogil:
    """Skip ``count`` varints; a byte below 128 ends each. A few bytes from ``end`` on may be read."""
    cdef uint64_t ends
    while count >= 8 and at < end:
        ends = ((~load8(at) >> 7 & LOWEST_BITS) * LOWEST_BITS) >> 56
        count -= ends
        at += 8
    while count and at < end:
        count -= at[0] < 128
        at += 1
    if count or at > end:
        damaged()
    return at


# Phrases: how often some words are consecutive, or nearly so, in each document that contains them all.

cdef enum:
    TITLE = 1  # the fields that a phrase may be searched in; 0 is both
    BODY = 2

cdef struct Word:
    Cursor cursor
    Reader reader
    uint32_t offset  # of the word in the phrase
    uint32_t times  # its frequency in the current document
    size_t at  # index of the first of its positions there that still matters

cdef struct Phrase:
    Word *words  # the rarest first
    Word **ordered  # the same, in the order of the phrase
    Word **rising  # the same, by frequency in the document, ascending
    int count
    uint32_t slop
    uint32_t title  # tokens of the current document's title; positions of the body are greater
    Numbers starts  # of the phrase in the document; candidates until all words are compared


# ---- a phrase, and the documents that contain its words

cdef int open_phrase(Phrase *phrase, list lists, uint32_t slop, uint64_t size) except -1:
    """Open a phrase of these lists, in a collection of ``size`` documents.

    Whether it succeeds or raises, ``close_phrase`` must free its memory.
    """
    cdef int i, offset
    phrase.words = <Word *> clear(len(lists), sizeof(Word))
    phrase.ordered = <Word **> clear(len(lists), sizeof(void *))
    phrase.rising = <Word **> clear(len(lists), sizeof(void *))
    phrase.count, phrase.slop = len(lists), slop
    for offset in range(phrase.count):
        i = rank_of(lists, offset)
        phrase.rising[i] = &phrase.words[i]
        phrase.ordered[offset] = &phrase.words[i]
        open_word(&phrase.words[i], lists[offset], offset, size)
    return 0


cdef int rank_of(list lists, int offset) except -1:
    """The number of lists that are shorter than the one at ``offset``, or as short and before it."""
    cdef int i, rank = 0
    cdef Postings own = lists[offset], other
    for i in range(len(lists)):
        other = lists[i]
        rank += other.entries < own.entries or (other.entries == own.entries and i < offset)
    return rank


cdef int open_word(Word *word, Postings postings, uint32_t offset, uint64_t size) except -1:
    cdef Source source = source_of(postings)
    if postings.count and not postings.parts[0].positions:
        raise ValueError("a phrase is looked for in a field with positions")
    if documents_of(&source) > size:
        raise ValueError("a list has more documents than there are")
    word.offset = offset
    word.reader.part = -1
    open_cursor(&word.cursor, &source)
    return 0


cdef void close_phrase(Phrase *phrase) noexcept nogil:
    cdef int i
    for i in range(phrase.count if phrase.words != NULL else 0):
        free(phrase.words[i].reader.positions.values)
    free(phrase.words)
    free(phrase.ordered)
    free(phrase.rising)
    free(phrase.starts.values)


cdef uint32_t next_together(Phrase *phrase, uint32_t doc) except? 0 nogil:
    """The first document from ``doc`` on that contains all words, END if none; cursors are moved to it."""
    cdef int i = 0
    cdef uint32_t there
    while i < phrase.count:
        seek(&phrase.words[i].cursor, doc)
        there = document(&phrase.words[i].cursor)
        i = i + 1 if there == doc else 0
        doc = there
    return doc


cdef int find_starts(Phrase *phrase) except -1 nogil:
    """Find where the phrase begins in the document at which all cursors are."""
    if phrase.slop:
        return find_loose_starts(phrase)
    cdef int i
    if phrase.count > 2:
        sort_by_times(phrase)
    read_starts(phrase, phrase.rising[0])
    for i in range(1, phrase.count):
        if phrase.starts.size:
            keep_starts(phrase, phrase.rising[i])
    return 0


cdef int sort_by_times(Phrase *phrase) except -1 nogil:
    """Sort the words by frequency in the document, so that few starts remain for the most frequent ones."""
    cdef int i, j
    cdef Word *word
    for i in range(phrase.count):
        word = &phrase.words[i]
        frequency(&word.reader, &word.cursor, &word.times)
        j = i
        while j and phrase.rising[j - 1].times > word.times:
            phrase.rising[j] = phrase.rising[j - 1]
            j -= 1
        phrase.rising[j] = word
    return 0


cdef int read_starts(Phrase *phrase, Word *word) except -1 nogil:
    """Note where the phrase would begin if each occurrence of a word were part of it."""
    cdef size_t i
    read_positions(&word.reader, &word.cursor)
    phrase.starts.size = 0
    for i in range(word.reader.positions.size):
        if word.reader.positions.values[i] >= word.offset:
            append(&phrase.starts, word.reader.positions.values[i] - word.offset)
    return 0


cdef int keep_starts(Phrase *phrase, Word *word) except -1 nogil:
    """Keep only the starts after which a word occurs at its offset."""
    cdef const uint32_t *positions
    cdef size_t i, j = 0, count, kept = 0
    cdef uint64_t wanted
    read_positions(&word.reader, &word.cursor)
    positions, count = word.reader.positions.values, word.reader.positions.size
    for i in range(phrase.starts.size):
        wanted = <uint64_t> phrase.starts.values[i] + word.offset
        while j < count and positions[j] < wanted:
            j += 1
        if j < count and positions[j] == wanted:
            phrase.starts.values[kept] = phrase.starts.values[i]
            kept += 1
    phrase.starts.size = kept
    return 0


cdef int find_loose_starts(Phrase *phrase) except -1 nogil:
    """Find the starts from which the later words follow in order with at most ``slop`` others in between.

    Taking the nearest next occurrence each time gives the narrowest span from a start. The spans of later
    starts never end before those of earlier ones, so that one pass over each word's positions is enough.
    """
    cdef int i
    cdef size_t start
    cdef const Numbers *firsts = &phrase.ordered[0].reader.positions
    cdef uint32_t end
    for i in range(phrase.count):
        read_positions(&phrase.words[i].reader, &phrase.words[i].cursor)
        phrase.words[i].at = 0
    phrase.starts.size = 0
    for start in range(firsts.size):
        end = firsts.values[start]
        for i in range(1, phrase.count):
            if not follow(phrase.ordered[i], &end):
                return 0
        if end - firsts.values[start] > <uint64_t> phrase.slop + phrase.count - 1:
            continue
        if (firsts.values[start] < phrase.title) == (end < phrase.title):  # both in title or both in body
            append(&phrase.starts, firsts.values[start])
    return 0


cdef bint follow(Word *word, uint32_t *end) noexcept nogil:
    """Move ``end`` on to the next occurrence of a word after it; return whether there is one."""
    cdef const Numbers *positions = &word.reader.positions
    while word.at < positions.size and positions.values[word.at] <= end[0]:
        word.at += 1
    if word.at == positions.size:
        return False
    end[0] = positions.values[word.at]
    return True


cdef class Occurrences:
    """The working memory and the results of a phrase search, freed at its end even after an error."""

    cdef Phrase phrase
    cdef Numbers docs, in_title, in_body
    cdef object owners
    cdef const uint32_t[::1] titles
    cdef const uint8_t[::1] kept
    cdef const uint8_t *bits
    cdef int field
    cdef uint32_t end
    cdef Clock clock

    def __dealloc__(self):
        close_phrase(&self.phrase)
        free(self.docs.values)
        free(self.in_title.values)
        free(self.in_body.values)

    cdef int set_up(
        self, list lists, uint32_t slop, const uint32_t[::1] titles, int field, kept, double seconds
    ) except -1:
        open_phrase(&self.phrase, lists, slop, len(titles))
        self.owners, self.titles, self.field, self.clock = lists, titles, field, clock_for(seconds)
        if kept is not None:
            self.kept = kept
            if len(self.kept) * 8 < len(titles):
                raise ValueError("a bit for each document is wanted")
            self.bits = &self.kept[0]
        return 0

    cdef int run(self, uint32_t most, uint32_t looked) except -1 nogil:
        """Examine documents until ``most`` are found or ``looked`` examined; ``end`` is the next one."""
        cdef uint32_t doc = next_together(&self.phrase, 0)
        while doc != END and self.docs.size < most and looked and not spent(&self.clock):
            looked -= 1
            if self.bits == NULL or self.bits[doc // 8] >> (doc % 8) & 1:
                if self.phrase.slop:
                    self.phrase.title = self.titles[doc]
                find_starts(&self.phrase)
                if self.phrase.starts.size:  # in most documents the words are not consecutive
                    self.phrase.title = self.titles[doc]
                    self.take(doc)
            doc = next_together(&self.phrase, doc + 1)
        self.end = doc
        return 0

    cdef tuple arrays(self):
        """The results as arrays."""
        return (
            array_of(self.docs.values, self.docs.size),
            array_of(self.in_title.values, self.in_title.size),
            array_of(self.in_body.values, self.in_body.size),
        )

    cdef int take(self, uint32_t doc) except -1 nogil:
        """Count the starts in title and body, and add the document to the results if there are any."""
        cdef uint32_t titles = 0, bodies
        cdef size_t i
        for i in range(self.phrase.starts.size):
            titles += self.phrase.starts.values[i] < self.phrase.title
        bodies = 0 if self.field == TITLE else <uint32_t> self.phrase.starts.size - titles
        titles = 0 if self.field == BODY else titles
        if titles or bodies:
            append(&self.docs, doc)
            append(&self.in_title, titles)
            append(&self.in_body, bodies)
        return 0


def occurrences(
    lists, uint32_t slop, const uint32_t[::1] title_lengths not None, *, int field=0, kept=None,
    double seconds=INFINITY, uint32_t most=END,
):
    """Find the documents of a phrase, and count its occurrences in each.

    Args:
        lists: the postings of each word, in order; a word may occur more than once.
        slop: the number of other words that may stand between them in all; their order is kept.
        title_lengths: the number of tokens of each document's title, for the whole collection, uint32.
        field: 1 for the title, 2 for the body, 0 for both.
        kept: one bit per document, set if it may be found; None for all.
        seconds: the time budget, after which the documents found so far are returned.
        most: the number of documents after which the search ends.

    Returns:
        The documents that contain the phrase, ascending, and the number of times that it begins in the title
        and in the body of each, all uint32.

    Raises:
        DamageError: a list is damaged.
        ValueError: a list has no positions, or more documents than there are.
    """
    cdef Occurrences found = Occurrences()
    lists = list(lists)
    if lists:
        found.set_up(lists, slop, title_lengths, field, kept, seconds)
        with nogil:
            found.run(most, END)
    return found.arrays()


def estimated(
    lists, uint32_t slop, const uint32_t[::1] title_lengths not None, *, int field=0, kept=None,
    uint32_t most=END, uint32_t looked, uint32_t fewest=0,
):
    """Estimate the document frequency of a phrase, from the first documents that contain all of its words.

    Args:
        lists: as in ``occurrences``, at least one; so are ``slop``, ``title_lengths``, ``field`` and ``kept``.
        most: the number of documents with the phrase after which the search ends.
        looked: the number of documents with all words to examine. If there are more, the rest of the
            collection is assumed to contain the phrase as often as the part examined.
        fewest: if there are fewer documents, only their number is wanted.

    Returns:
        The number, and the result of ``occurrences`` if the count is complete and this is wanted, else None.

    Raises:
        as ``occurrences`` does.
    """
    cdef Occurrences found = Occurrences()
    lists = list(lists)
    found.set_up(lists, slop, title_lengths, field, kept, INFINITY)
    with nogil:
        found.run(most, looked)
    if found.end == END:
        return found.docs.size, found.arrays() if found.docs.size >= fewest else None
    if found.docs.size >= most or not found.end:
        return found.docs.size, None
    return max(found.docs.size, found.docs.size * len(title_lengths) // found.end), None


# Positions and scores of given documents in lists.

cdef class Rows:
    """The positions of a word in the given documents, each with the index of its document."""

    cdef Numbers rows, positions
    cdef Reader reader

    def __dealloc__(self):
        free(self.rows.values)
        free(self.positions.values)
        free(self.reader.positions.values)

    cdef int read(self, const Source *source, const uint32_t *docs, uint32_t size) except -1 nogil:
        cdef Cursor cursor
        cdef uint32_t row
        cdef size_t i
        self.reader.part = -1
        open_cursor(&cursor, source)
        for row in range(size):
            seek(&cursor, docs[row])
            if document(&cursor) == docs[row]:
                read_positions(&self.reader, &cursor)
                for i in range(self.reader.positions.size):
                    append(&self.rows, row)
                    append(&self.positions, self.reader.positions.values[i])
        return 0


def positions_at(Postings postings not None, const uint32_t[::1] docs not None):
    """The positions of a word in some documents.

    Args:
        postings: the word's postings, in a field with positions.
        docs: the documents, ascending, each once, shape (documents,).

    Returns:
        For each occurrence the index of its document in ``docs`` (int64), and its position (uint32); both
        ascend, the positions within a document.

    Raises:
        DamageError: the list is damaged.
        ValueError: the field has no positions.
    """
    cdef Rows found = Rows()
    cdef Source source = source_of(postings)
    if postings.count and not postings.parts[0].positions:
        raise ValueError("the field has no positions")
    if len(docs) and postings.count:
        found.read(&source, &docs[0], <uint32_t> len(docs))
    return (
        array_of(found.rows.values, found.rows.size).astype(np.int64),
        array_of(found.positions.values, found.positions.size),
    )


def positions_in_order(
    lists, list names not None, const uint32_t[::1] docs not None, const uint32_t[::1] titles not None, uint32_t gap
):
    """The positions of any of some words in each of some documents.

    Args:
        lists: the postings of each word, in a field with positions.
        names: the name of each word.
        docs: as of ``positions_at``; so are the errors.
        titles: the number of tokens of the title of each of these documents.
        gap: positions between the title and the body.

    Returns:
        For each document two lists, of title and body: positions in it, ascending, each with the word's name.
    """
    cdef Rows found
    cdef Source source
    cdef Postings postings
    cdef size_t i
    cdef uint32_t row, position
    cdef list rows
    if len(titles) != len(docs):
        raise ValueError("a document has a title")
    rows = [([], []) for _ in range(len(docs))]
    for name, postings in zip(names, lists, strict=True):
        found = Rows()
        source = source_of(postings)
        if postings.count and not postings.parts[0].positions:
            raise ValueError("the field has no positions")
        if len(docs) and postings.count:
            found.read(&source, &docs[0], <uint32_t> len(docs))
        for i in range(found.rows.size):
            row, position = found.rows.values[i], found.positions.values[i]
            if position < titles[row]:
                rows[row][0].append((position, name))
            else:
                rows[row][1].append((<int64_t> position - titles[row] - gap, name))
    for texts in rows:
        for text in texts:
            text.sort()
    return rows


def sums(lists, const uint32_t[::1] docs not None):
    """Sum up the scores that some lists give to some documents.

    Args:
        lists: posting lists with coefficients, or documents with scores.
        docs: the documents, ascending, each once, shape (documents,).

    Returns:
        The sum for each document, uint32; a list that does not contain the document adds 0.

    Raises:
        DamageError: a list is damaged.
    """
    cdef Source source
    cdef uint32_t[::1] found = np.zeros(len(docs), np.uint32)
    cdef Cursor cursor
    cdef Py_ssize_t row
    for given in lists if len(docs) else ():
        source = source_of(given)
        open_cursor(&cursor, &source)
        for row in range(len(docs)):
            seek(&cursor, docs[row])
            if not cursor.size:
                break
            if document(&cursor) == docs[row]:
                found[row] += score(&cursor)
    return np.asarray(found)


def scores_at(given not None, const uint32_t[::1] docs not None):
    """The impacts or scores of some documents in a list.

    Args:
        given: a posting list, or documents with impacts or with scores.
        docs: the documents, ascending, each once, shape (documents,).

    Returns:
        The impact of each (uint8), or the score (uint32); 0 if the list does not contain the document.

    Raises:
        DamageError: the list is damaged.
    """
    cdef Source source = source_of(given)
    cdef uint32_t[::1] found = np.zeros(len(docs), np.uint32)
    cdef Cursor cursor
    cdef Py_ssize_t row
    if len(docs):
        open_cursor(&cursor, &source)
        for row in range(len(docs)):
            seek(&cursor, docs[row])
            if document(&cursor) == docs[row]:
                if cursor.impacts == NULL:
                    found[row] = cursor.scores[cursor.at]
                else:
                    found[row] = cursor.impacts[cursor.at]
    return np.asarray(found) if isinstance(given, Scored) else np.asarray(found).astype(np.uint8)


# Rescoring: positions and proximity of some words in a few documents, by which the best are compared.
#
# All positions of the words in the documents are read first, word by word; then each document is examined.
# ``search.reranking.rescoring`` defines the sums.

cdef enum:
    NEAR, ROW, LEAD, IN_TITLE, ALL  # the sums of each document
    FEATURES
    THREE = 3


cdef struct Way:
    # One way of writing a word in documents.
    Phrase phrase  # of one list or more
    Cursor spelt  # a list that documents must be in too, if ``is_spelt``
    bint is_spelt
    int field

cdef struct QueryWord:
    Way *ways
    int count
    bint content
    bint read
    double worth
    Numbers positions  # document after document, ascending in each
    Numbers ends  # of the positions of each document
    uint8_t *wanted  # of a function word: whether it may matter, for each document; NULL if not noted

cdef struct Few:
    # The documents that are compared.
    const uint32_t *docs
    const uint32_t *titles  # tokens of the title of each document of the collection
    uint32_t size
    uint32_t gap


# ---- reading positions

cdef int read_word(QueryWord *word, const Few *few) except -1 nogil:
    """Read the positions of a word in the documents, if ``wanted`` is noted only in the wanted ones."""
    cdef uint32_t row
    cdef size_t begin
    cdef int i
    word.read = True
    for row in range(few.size):
        begin = word.positions.size
        if word.wanted == NULL or word.wanted[row]:
            for i in range(word.count):
                read_way(&word.positions, &word.ways[i], few.docs[row], few.titles[few.docs[row]])
            if word.count > 1:
                put_in_order(&word.positions, begin)
        append(&word.ends, <uint32_t> word.positions.size)
    return 0


cdef int read_way(Numbers *positions, Way *way, uint32_t doc, uint32_t title) except -1 nogil:
    """Add the positions of one way of writing in a document; documents must come in ascending order."""
    cdef Phrase *phrase = &way.phrase
    cdef uint32_t start, position, length = phrase.count if not phrase.slop else 1
    cdef size_t i, begin = positions.size
    if not phrase.count or next_together(phrase, doc) != doc:
        return 0
    if way.is_spelt:
        seek(&way.spelt, doc)
        if document(&way.spelt) != doc:
            return 0
    phrase.title = title
    find_starts(phrase)
    for i in range(phrase.starts.size):
        start = phrase.starts.values[i]
        if way.field and (start < title) != (way.field == TITLE):
            continue
        for position in range(start, start + length):
            if positions.size == begin or positions.values[positions.size - 1] < position:
                append(positions, position)
    return 0


cdef int put_in_order(Numbers *positions, size_t begin) except -1 nogil:
    """Sort the positions from index ``begin`` on, and drop duplicates."""
    cdef size_t i, kept = begin
    if positions.size == begin:
        return 0
    qsort(positions.values + begin, positions.size - begin, sizeof(uint32_t), &before)
    for i in range(begin, positions.size):
        if kept == begin or positions.values[kept - 1] != positions.values[i]:
            positions.values[kept] = positions.values[i]
            kept += 1
    positions.size = kept
    return 0


cdef int before(const void *first, const void *other) noexcept nogil:
    cdef uint32_t a = (<const uint32_t *> first)[0], b = (<const uint32_t *> other)[0]
    return (a > b) - (a < b)


cdef inline uint32_t positions_in(const QueryWord *word, uint32_t row, const uint32_t **first) noexcept nogil:
    """The number of a word's positions in a document, and where they begin; 0 if the word was not read."""
    cdef uint32_t begin
    if not word.read:
        return 0
    begin = word.ends.values[row - 1] if row else 0
    first[0] = word.positions.values + begin
    return word.ends.values[row] - begin


# ---- comparing positions

cdef double least_distance(
    const QueryWord *first, const QueryWord *second, uint32_t row, uint32_t title
) noexcept nogil:
    """The fewest tokens from a word to the next occurrence of another in the same field; infinite if none."""
    cdef const uint32_t *ones = NULL
    cdef const uint32_t *others = NULL
    cdef uint32_t count = positions_in(first, row, &ones), size = positions_in(second, row, &others)
    cdef uint32_t i, j = 0, least = END
    for i in range(count):
        while j < size and others[j] < ones[i]:
            j += 1
        if j == size:
            break
        if others[j] - ones[i] < least and (ones[i] < title) == (others[j] < title):
            least = others[j] - ones[i]
    return INFINITY if least == END else least


cdef bint follows(const QueryWord *first, const QueryWord *second, uint32_t row, uint32_t tokens) noexcept nogil:
    """Whether ``second`` occurs exactly ``tokens`` tokens after ``first``."""
    cdef const uint32_t *ones = NULL
    cdef const uint32_t *others = NULL
    cdef uint32_t count = positions_in(first, row, &ones), size = positions_in(second, row, &others)
    cdef uint32_t i, j = 0
    for i in range(count):
        while j < size and others[j] < <unsigned long long> ones[i] + tokens:
            j += 1
        if j == size:
            return False
        if others[j] == <unsigned long long> ones[i] + tokens:
            return True
    return False


cdef class Comparison:
    """The words and documents that are compared, freed at the end even after an error."""

    cdef QueryWord *words
    cdef Py_ssize_t count
    cdef int *pairs
    cdef int paired
    cdef Few few
    cdef Clock clock
    cdef object owners
    cdef const uint32_t[::1] docs, titles

    def __dealloc__(self):
        cdef Py_ssize_t i
        cdef int j
        for i in range(self.count if self.words != NULL else 0):
            for j in range(self.words[i].count if self.words[i].ways != NULL else 0):
                close_phrase(&self.words[i].ways[j].phrase)
            free(self.words[i].ways)
            free(self.words[i].positions.values)
            free(self.words[i].ends.values)
            free(self.words[i].wanted)
        free(self.words)
        free(self.pairs)

    cdef int set_up(
        self, tuple words, const uint32_t[::1] docs, const uint32_t[::1] titles, uint32_t gap, double seconds
    ) except -1:
        cdef Py_ssize_t i
        self.owners, self.docs, self.titles = words, docs, titles
        for i in range(len(docs)):
            if (i and docs[i] <= docs[i - 1]) or docs[i] >= <size_t> len(titles):
                raise ValueError("documents ascend and are of the collection")
        self.few = Few(&docs[0], &titles[0], <uint32_t> len(docs), gap)
        self.clock = clock_for(seconds)
        self.words = <QueryWord *> clear(len(words), sizeof(QueryWord))
        self.count = len(words)
        for i, (ways, worth, content) in enumerate(words):
            self.words[i].worth, self.words[i].content = worth, content
            self.set_ways(&self.words[i], list(ways))
        return 0

    cdef int set_pairs(self, list pairs) except -1:
        cdef int i
        self.pairs = <int *> clear(len(pairs), sizeof(int))
        self.paired = len(pairs)
        for i in range(self.paired):
            self.pairs[i] = pairs[i]
            if not 0 <= self.pairs[i] < self.count:
                raise ValueError("a pair is of words that there are")
        return 0

    cdef int set_ways(self, QueryWord *word, list ways) except -1:
        cdef Way *way
        cdef Source source
        cdef int i
        word.ways = <Way *> clear(len(ways), sizeof(Way))
        word.count = len(ways)
        for i, (lists, slop, field, spelt) in enumerate(ways):
            way = &word.ways[i]
            way.field = field
            open_phrase(&way.phrase, list(lists), slop, len(self.titles))
            if spelt is not None:
                source = source_of(spelt)
                if documents_of(&source) > <size_t> len(self.titles):
                    raise ValueError("a list has more documents than there are")
                open_cursor(&way.spelt, &source)
                way.is_spelt = True
        return 0

    cdef int read(self) except -1 nogil:
        """Read the content words, then function words where they may matter, while there is time."""
        cdef Py_ssize_t i
        for i in range(self.count):
            if self.words[i].content:
                if look(&self.clock):
                    return 0
                read_word(&self.words[i], &self.few)
        for i in range(self.count - (THREE - 1)):
            self.want(&self.words[i])
        for i in range(self.few.size):
            if self.may_be_all(<uint32_t> i, self.content_in_title(<uint32_t> i)):
                self.want_in(<uint32_t> i)
        for i in range(self.count):
            if self.words[i].wanted != NULL and not look(&self.clock):
                read_word(&self.words[i], &self.few)
        return 0

    cdef int want(self, QueryWord *three) except -1 nogil:
        """Note where the function word of three neighbours may matter: with both others, if they ``meet``."""
        cdef QueryWord *first = NULL
        cdef QueryWord *last = NULL
        cdef QueryWord *function = NULL
        cdef uint32_t row, tokens = 0
        cdef int i
        cdef const uint32_t *positions = NULL
        for i in range(THREE):
            if not three[i].content:
                if function != NULL:
                    return 0
                function = &three[i]
            elif first == NULL:
                first = &three[i]
            else:
                last = &three[i]
        if function == NULL or not self.meet(first, last):
            return 0
        if function.wanted == NULL:
            function.wanted = <uint8_t *> clear(self.few.size, 1)
        for row in range(self.few.size):
            function.wanted[row] |= positions_in(first, row, &positions) and positions_in(last, row, &positions)
        return 0

    cdef uint32_t content_in_title(self, uint32_t row) noexcept nogil:
        """The number of tokens of a title that are content words of the query."""
        cdef uint32_t title = self.few.titles[self.few.docs[row]], count, j, found = 0
        cdef const uint32_t *positions = NULL
        cdef Py_ssize_t i
        for i in range(self.count):
            count = positions_in(&self.words[i], row, &positions) if self.words[i].content else 0
            for j in range(count):
                if positions[j] >= title:
                    break
                found += 1
        return found

    cdef bint may_be_all(self, uint32_t row, uint32_t content) noexcept nogil:
        """Whether function words, each once, may be the rest of a title with ``content`` content words."""
        cdef uint32_t title = self.few.titles[self.few.docs[row]], functions = 0
        cdef Py_ssize_t i
        for i in range(self.count):
            functions += not self.words[i].content
        return 1 < title and content < title <= content + functions

    cdef int want_in(self, uint32_t row) except -1 nogil:
        """Note that function words may matter in a document."""
        cdef Py_ssize_t i
        for i in range(self.count):
            if not self.words[i].content:
                if self.words[i].wanted == NULL:
                    self.words[i].wanted = <uint8_t *> clear(self.few.size, 1)
                self.words[i].wanted[row] = True
        return 0

    cdef uint32_t in_title(self, uint32_t row) noexcept nogil:
        """The number of query words in a title; function words count if they may be the rest of it."""
        cdef uint32_t title = self.few.titles[self.few.docs[row]], found = self.content_in_title(row)
        cdef const uint32_t *positions = NULL
        cdef Py_ssize_t i
        if self.may_be_all(row, found):
            for i in range(self.count):
                if not self.words[i].content and positions_in(&self.words[i], row, &positions):
                    found += positions[0] < title
        return found

    cdef bint meet(self, const QueryWord *first, const QueryWord *last) noexcept nogil:
        """Whether two of three neighbours are, in any document, as far apart as in the query."""
        cdef uint32_t row
        for row in range(self.few.size):
            if follows(first, last, row, <uint32_t> (last - first)):
                return True
        return False

    cdef int run(
        self, double[:, ::1] into, uint32_t[::1] title_words, double half, double lead
    ) except -1 nogil:
        cdef uint32_t row
        self.read()
        for row in range(self.few.size):
            into[NEAR, row] = self.near(row, half)
            self.single(row, into, lead)
            title_words[row] = self.in_title(row)
        self.rows(into)
        return 0

    cdef double near(self, uint32_t row, double half) noexcept nogil:
        cdef double sum = 0, share = 1.0 / max(self.paired - 1, 1), distance
        cdef uint32_t title = self.few.titles[self.few.docs[row]]
        cdef const QueryWord *word
        cdef const QueryWord *other
        cdef int i, j
        for i in range(self.paired):
            word = &self.words[self.pairs[i]]
            for j in range(i + 1, self.paired):
                other = &self.words[self.pairs[j]]
                distance = least_distance(word, other, row, title)
                sum += (word.worth + other.worth) * share * (1 / (1 + distance / half))
        return sum

    cdef int single(self, uint32_t row, double[:, ::1] into, double lead) except -1 nogil:
        """Write the sums to which each content word adds by itself."""
        cdef uint32_t title = self.few.titles[self.few.docs[row]], count, j
        cdef const uint32_t *positions = NULL
        cdef double leading = 0, in_title = 0, every = 0
        cdef bint all_found = True
        cdef Py_ssize_t i
        for i in range(self.count):
            if not self.words[i].content:
                continue
            every += self.words[i].worth
            count = positions_in(&self.words[i], row, &positions)
            if not count:
                all_found = False
                continue
            if positions[0] < title:
                in_title += self.words[i].worth
            for j in range(count):
                if positions[j] >= title:
                    leading += self.words[i].worth * max(
                        1 - <double> (positions[j] - title - self.few.gap) / lead, <double> 0
                    )
                    break
        into[LEAD, row], into[IN_TITLE, row], into[ALL, row] = leading, in_title, every if all_found else 0
        return 0

    cdef int rows(self, double[:, ::1] into) except -1 nogil:
        """Score three neighbours, with two content words that ``meet``, where both pairs are adjacent."""
        cdef Py_ssize_t at, i
        cdef uint32_t row
        cdef int contents
        cdef QueryWord *three
        cdef double worth
        cdef QueryWord *first
        cdef QueryWord *last
        for at in range(self.count - (THREE - 1)):
            three = &self.words[at]
            first = last = NULL
            contents = 0
            worth = 0
            for i in range(THREE):
                worth += three[i].worth
                if three[i].content:
                    contents += 1
                    if contents == 1:
                        first = &three[i]
                    elif contents == 2:
                        last = &three[i]
            if contents < 2 or not self.meet(first, last):
                continue
            for row in range(self.few.size):
                if follows(&three[0], &three[1], row, 1) and follows(&three[1], &three[2], row, 1):
                    into[ROW, row] += worth
        return 0


def compare(
    words, const uint32_t[::1] docs not None, const uint32_t[::1] title_lengths not None,
    double[:, ::1] into not None, uint32_t[::1] title_words not None, *, pairs, double half, double lead,
    uint32_t gap, double seconds=INFINITY,
):
    """Compare documents by the positions of some words in them.

    Args:
        words: for each, the ways of writing it, its worth, and whether it is a content word. A way is the
            posting lists of consecutive words (mostly one), the number of other words that may stand between
            them, the field (1 title, 2 body, 0 both), and a list that documents must be in too, or None.
        docs: the documents, ascending, each once, shape (documents,).
        title_lengths: the number of tokens of each document's title, for the whole collection.
        into: zeros, shape (5 or more, documents), to which five sums are written for each document: for words
            near each other, for three consecutive neighbours, for words early in the body, for words in the
            title, and for containing all words.
        title_words: shape (documents,), to which the number of query words in each title is written. Function
            words count once each, and only in a title of several tokens that may be nothing but query words.
        pairs: the ascending indexes of those content words that are compared in pairs.
        half: the distance in tokens at which a pair counts half.
        lead: the first tokens of a body, in which a word counts as early.
        gap: positions between title and body.
        seconds: the time budget, after which words not read yet count as absent.

    Returns:
        Whether there was time for all words.

    Raises:
        DamageError: a list is damaged.
        ValueError: arguments that do not fit each other.
    """
    cdef Comparison comparison = Comparison()
    if into.shape[0] < FEATURES or into.shape[1] != len(docs) or len(title_words) != len(docs):
        raise ValueError("room for the sums of each document is wanted")
    if not len(docs):
        return True
    comparison.set_up(tuple(words), docs, title_lengths, gap, seconds)
    comparison.set_pairs(list(pairs))
    with nogil:
        comparison.run(into, title_words, half, lead)
    return not comparison.clock.spent


def worths_of_counts(
    const uint16_t[:, :] anywhere not None, const uint16_t[:, :] in_title not None, list rarities not None,
    const uint32_t[::1] docs not None, tuple body not None, tuple title not None, double k1, double presence
):
    """Score some documents by groups of words that count as one word each, such as all words with a prefix.

    Args:
        anywhere: the number of words of each group in each document, shape (groups, documents).
        in_title: the same for the titles of the documents.
        rarities: the rarity of each group.
        docs: the documents, shape (documents,).
        body: the worth of one occurrence in a body of each length, float64, and the body length of each
            document of the collection, uint32.
        title: the same for titles.
        k1: how slowly frequencies saturate.
        presence: what a document gets for containing any word of a group, however few.

    Returns:
        The sum for each document, float64.

    Raises:
        ValueError: arguments that do not fit each other.
    """
    cdef const double[::1] of_body = body[0], of_title = title[0]
    cdef const uint32_t[::1] bodies = body[1], titles = title[1]
    cdef Py_ssize_t number, row, size = len(docs)
    cdef double[::1] found = np.zeros(size)
    cdef double frequency, rarity
    cdef int there
    if anywhere.shape[0] != len(rarities) or in_title.shape[0] != len(rarities):
        raise ValueError("counts of each word are wanted")
    if anywhere.shape[1] != size or in_title.shape[1] != size:
        raise ValueError("counts of each document are wanted")
    for row in range(size):
        if docs[row] >= <size_t> min(len(bodies), len(titles)):
            raise ValueError("documents are of the collection")
        if bodies[docs[row]] >= <size_t> len(of_body) or titles[docs[row]] >= <size_t> len(of_title):
            raise ValueError("what an occurrence is worth is wanted for each length")
    for number in range(len(rarities)):
        rarity = rarities[number]
        for row in range(size):
            if anywhere[number, row]:
                there = in_title[number, row]
                frequency = (
                    max(anywhere[number, row] - there, 0) * of_body[bodies[docs[row]]]
                    + there * of_title[titles[docs[row]]]
                )
                found[row] += rarity * (frequency * (k1 + 1) / (frequency + k1) + presence)
    return np.asarray(found)


def weighted(const double[:, ::1] rows not None, const double[::1] weights not None):
    """The sum of some rows, each times its weight; that of a column does not depend on how many there are.

    Raises:
        ValueError: there are not as many weights as rows.
    """
    cdef Py_ssize_t number, at
    cdef double[::1] found = np.zeros(rows.shape[1])
    if len(weights) != rows.shape[0]:
        raise ValueError("a weight for each row is wanted")
    for number in range(rows.shape[0]):
        for at in range(rows.shape[1]):
            found[at] += rows[number, at] * weights[number]
    return np.asarray(found)
