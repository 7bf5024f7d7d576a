"""Where words stand: positions, phrases, and how near words are to each other in a few documents."""

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

# Where a word stands in the documents that a cursor comes to; positions before are passed over unread.

cdef struct Reader:
    # Positions of the document at hand, and where in a block those of the next are.
    Numbers positions
    int part  # of the block that is being read; -1 for none
    uint32_t number, next
    const uint8_t *at
    Block block
    uint32_t known  # of its frequencies
    uint32_t[BLOCK] frequencies


cdef uint64_t LOWEST_BITS = 0x0101010101010101


cdef int open_block(Reader *reader, const Cursor *cursor) except -1 nogil:
    """Get ready for the document at a cursor: for its block, whose frequencies are read as far as that."""
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
    """How often the document at a cursor holds the word."""
    open_block(reader, cursor)
    times[0] = reader.frequencies[cursor.at]
    return 0


cdef int read_positions(Reader *reader, const Cursor *cursor) except -1 nogil:
    """Read the positions of the document at a cursor."""
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
    """Pass over some numbers: bytes below 128 end one. ``end`` and some bytes more may be read."""
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


# How often some words stand in a row, or near it, in each document that holds them all.

cdef enum:
    TITLE = 1  # the texts that a phrase may be looked for in; 0 is both
    BODY = 2

cdef struct Word:
    Cursor cursor
    Reader reader
    uint32_t offset  # in the phrase
    uint32_t times  # that the document at hand holds it
    size_t at  # the first of its positions there that matters still

cdef struct Phrase:
    Word *words  # the rarest first
    Word **ordered  # the same, in the order of the phrase
    Word **rising  # the same, those first of which the document holds fewest
    int count
    uint32_t slop
    uint32_t title  # tokens of the title of the document at hand; positions of the body are greater
    Numbers starts  # of the phrase in the document, as far as is known


# ---- a phrase, and the documents that hold its words

cdef int open_phrase(Phrase *phrase, list lists, uint32_t slop, uint64_t size) except -1:
    """Get ready for a phrase of these lists, in a collection of so many documents.

    Whether it succeeds or not, ``close_phrase`` lets go of what it holds.
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
    """How many lists are shorter than one, or as short and before it."""
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
    """The first document from this one on that holds all words, END if none; cursors are moved to it."""
    cdef int i = 0
    cdef uint32_t there
    while i < phrase.count:
        seek(&phrase.words[i].cursor, doc)
        there = document(&phrase.words[i].cursor)
        i = i + 1 if there == doc else 0
        doc = there
    return doc


cdef int find_starts(Phrase *phrase) except -1 nogil:
    """Where the phrase begins in the document at which all cursors are."""
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
    """Few starts are left to compare with the positions of the words that the document holds most often."""
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
    """Where the phrase begins if each occurrence of a word is one in it."""
    cdef size_t i
    read_positions(&word.reader, &word.cursor)
    phrase.starts.size = 0
    for i in range(word.reader.positions.size):
        if word.reader.positions.values[i] >= word.offset:
            append(&phrase.starts, word.reader.positions.values[i] - word.offset)
    return 0


cdef int keep_starts(Phrase *phrase, Word *word) except -1 nogil:
    """Only those starts are left after which a word stands at its offset."""
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
    """Starts from which the later words follow in order with at most ``slop`` others in between.

    Taking the nearest next occurrence each time gives the narrowest stretch from a start. Ends of later
    starts are never before those of earlier ones, so that each word's positions are gone through once.
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
        if (firsts.values[start] < phrase.title) == (end < phrase.title):  # both in one text
            append(&phrase.starts, firsts.values[start])
    return 0


cdef bint follow(Word *word, uint32_t *end) noexcept nogil:
    """Move the end on to the next occurrence of a word after it; whether there is one."""
    cdef const Numbers *positions = &word.reader.positions
    while word.at < positions.size and positions.values[word.at] <= end[0]:
        word.at += 1
    if word.at == positions.size:
        return False
    end[0] = positions.values[word.at]
    return True


cdef class Occurrences:
    """What looking for a phrase takes, and what is found; let go of at its end, whatever happens."""

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
        """Look through documents until so many are found, or so many looked at; ``end`` is the first one left."""
        cdef uint32_t doc = next_together(&self.phrase, 0)
        while doc != END and self.docs.size < most and looked and not spent(&self.clock):
            looked -= 1
            if self.bits == NULL or self.bits[doc // 8] >> (doc % 8) & 1:
                if self.phrase.slop:
                    self.phrase.title = self.titles[doc]
                find_starts(&self.phrase)
                if self.phrase.starts.size:  # in most documents the words are not in a row
                    self.phrase.title = self.titles[doc]
                    self.take(doc)
            doc = next_together(&self.phrase, doc + 1)
        self.end = doc
        return 0

    cdef tuple arrays(self):
        """What was found, as arrays."""
        return (
            array_of(self.docs.values, self.docs.size),
            array_of(self.in_title.values, self.in_title.size),
            array_of(self.in_body.values, self.in_body.size),
        )

    cdef int take(self, uint32_t doc) except -1 nogil:
        """Count the starts in each text."""
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
    """How often a phrase stands in each document.

    Args:
        lists: the postings of each word, in order; a word may come again.
        slop: how many other words may stand among them in all, the words in their order.
        title_lengths: tokens of the title of each document of the collection, uint32.
        field: 1 for the title, 2 for the body, 0 for both.
        kept: a bit for each document that may be found; None for all.
        seconds: after which what was found by then is given.
        most: documents after which no more are looked for.

    Returns:
        Documents that hold the phrase, ascending, and how often it begins in the title and in the body of
        each, all uint32.

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
    """About how many documents hold a phrase, from the first ones that hold all of its words.

    Args:
        lists: as in ``occurrences``, at least one; so are ``slop``, ``title_lengths``, ``field`` and ``kept``.
        most: where so many hold it, no more are looked for.
        looked: documents with all words that are looked at. If there are more, the rest of the collection is
            taken to hold the phrase as often as the part that was seen.
        fewest: of fewer documents nobody wants to know more than how many.

    Returns:
        How many, and what ``occurrences`` gives where that was counted to the end and is wanted, else None.

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


# What a list says of some documents.

cdef class Rows:
    """Positions where a word stands, and of which of the documents that were asked for."""

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
    """Where a word stands in some documents.

    Args:
        postings: of the word, in a field with positions.
        docs: ascending, each once, shape (documents,).

    Returns:
        For each occurrence the number of its document among ``docs`` (int64), and its position (uint32); both
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
    """Where any of some words stands in each of some documents.

    Args:
        lists: the postings of each word, in a field with positions.
        names: of the words.
        docs: as those of ``positions_at``, whose errors these are.
        titles: tokens of the title of each of these documents.
        gap: positions between the title and the body.

    Returns:
        For each document two lists, of the title and of the body: positions in them, ascending, each with its word.
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
    """What some lists add up to for some documents.

    Args:
        lists: posting lists with coefficients, or documents with scores.
        docs: ascending, each once, shape (documents,).

    Returns:
        The sum of the scores of each, uint32; a list adds 0 where it has it not.

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
    """What a list gives some documents.

    Args:
        given: a posting list, or documents with impacts or with scores.
        docs: ascending, each once, shape (documents,).

    Returns:
        The impact of each (uint8), or the score (uint32); 0 where the list has it not.

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


# Where some words stand in a few documents, and how near to each other: what the best are compared by.
#
# All that the words have in the documents is read first, word after word; then each document is gone through.
# The sums are what ``search.reranking.rescoring`` says of them.

cdef enum:
    NEAR, ROW, LEAD, IN_TITLE, ALL  # what is given of each document
    FEATURES
    THREE = 3


cdef struct Way:
    # One way in which documents write a word.
    Phrase phrase  # of one list or more
    Cursor spelt  # only what is here as well counts, where there is such a list
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
    uint8_t *wanted  # a function word: in which documents it may matter

cdef struct Few:
    # The documents that are compared.
    const uint32_t *docs
    const uint32_t *titles  # tokens of the title of each document of the collection
    uint32_t size
    uint32_t gap


# ---- reading where words stand

cdef int read_word(QueryWord *word, const Few *few) except -1 nogil:
    """Read where a word stands in the documents, in those that are wanted if that is said."""
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
    """Add where a word stands in a document, written so; documents come in ascending order."""
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
    """Sort the positions from one on, each once."""
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
    """How many positions a word has in a document, and the first of them; none of a word that was not read."""
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
    """Tokens from any occurrence of a word to the next one of another in the same text; infinite if none."""
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
    """Whether one word stands just so many tokens after another."""
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
    """The words and documents that are compared; let go of at the end, whatever happens."""

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
        """Read the words of content, then function words where they may matter; as far as there is time."""
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
        """Note where the function word of three neighbours may matter: where the others are, if they meet."""
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
        """How many tokens of a title are words of content."""
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
        """Whether a title of so many words of content may have function words for the rest, each once."""
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
        """How many tokens of a title are words, function words where they may be the rest of it."""
        cdef uint32_t title = self.few.titles[self.few.docs[row]], found = self.content_in_title(row)
        cdef const uint32_t *positions = NULL
        cdef Py_ssize_t i
        if self.may_be_all(row, found):
            for i in range(self.count):
                if not self.words[i].content and positions_in(&self.words[i], row, &positions):
                    found += positions[0] < title
        return found

    cdef bint meet(self, const QueryWord *first, const QueryWord *last) noexcept nogil:
        """Whether two of three neighbours stand in any document as far from each other as in the query."""
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
        """What each word of content is worth by itself."""
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
        """Three neighbours, two of content at least which meet somewhere: where both pairs stand side by side."""
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
    """Compare documents by where some words stand in them.

    Args:
        words: each as the ways of writing it, what it is worth, and whether it is a word of content. A way is
            the posting lists of words side by side (of one, mostly), how many others may stand among them, in
            which text (1 the title, 2 the body, 0 both), and a list in which documents must be, or None.
        docs: ascending, each once, shape (documents,).
        title_lengths: tokens of the title of each document of the collection.
        into: zeros, shape (5 or more, documents). Five sums for each document are put there: for words near
            each other, for three neighbours in a row, for words early in the body, for words in the title,
            for holding all.
        title_words: shape (documents,). Tokens of each title that are words are counted there, function words,
            each once, only of a title of several tokens that may be nothing but words.
        pairs: numbers of words of content, ascending: those of which each two are compared.
        half: distance in tokens at which two words count half.
        lead: tokens of a body in which a word counts for standing early.
        gap: positions between title and body.
        seconds: after which words that were not read yet count as if they were not there.

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
    """What words that count as one, such as all that begin alike, are worth in some documents.

    Args:
        anywhere: how many of them each document holds, shape (such words, documents).
        in_title: the same of its title.
        rarities: of each of such words.
        docs: shape (documents,).
        body: what one occurrence is worth in a body of each length, float64, and the length of that of each
            document of the collection, uint32.
        title: the same of titles.
        k1: how slowly repetitions stop counting.
        presence: what holding any is worth at the least.

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
    """The sum of some rows, each times its weight: the same of each column, however many there are.

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
