"""How often some words stand in a row, or near it, in each document that holds them all."""

from libc.math cimport INFINITY
from libc.stdint cimport uint8_t, uint32_t, uint64_t
from libc.stdlib cimport free

from onneshon.index.kernel.blocks cimport END, Postings
from onneshon.index.kernel.clauses cimport Cursor, Source, document, documents_of, open_cursor, seek, source_of
from onneshon.index.kernel.clock cimport Clock, clock_for, spent
from onneshon.index.kernel.memory cimport Numbers, append, array_of, clear
from onneshon.index.kernel.positions cimport frequency, read_places

__all__ = ["estimated", "occurrences"]

# ---- a phrase, and the documents that hold its words

cdef int open_phrase(Phrase *phrase, list lists, uint32_t slop, uint64_t size) except -1:
    """Get ready for a phrase of these lists, in a collection of so many documents.

    Whether it succeeds or not, ``close_phrase`` lets go of what is held.
    """
    cdef int i, place
    phrase.words = <Word *> clear(len(lists), sizeof(Word))
    phrase.ordered = <Word **> clear(len(lists), sizeof(void *))
    phrase.rising = <Word **> clear(len(lists), sizeof(void *))
    phrase.count, phrase.slop = len(lists), slop
    for place in range(phrase.count):
        i = rank_of(lists, place)
        phrase.rising[i] = &phrase.words[i]
        phrase.ordered[place] = &phrase.words[i]
        open_word(&phrase.words[i], lists[place], place, size)
    return 0


cdef int rank_of(list lists, int place) except -1:
    """How many lists are shorter than one, or as short and before it."""
    cdef int i, rank = 0
    cdef Postings one = lists[place], other
    for i in range(len(lists)):
        other = lists[i]
        rank += other.held < one.held or (other.held == one.held and i < place)
    return rank


cdef int open_word(Word *word, Postings postings, uint32_t place, uint64_t size) except -1:
    cdef Source source = source_of(postings)
    if postings.count and not postings.parts[0].positions:
        raise ValueError("a phrase is looked for in a field with positions")
    if documents_of(&source) > size:
        raise ValueError("a list has more documents than there are")
    word.place = place
    word.reader.part = -1
    open_cursor(&word.cursor, &source)
    return 0


cdef void close_phrase(Phrase *phrase) noexcept nogil:
    cdef int i
    for i in range(phrase.count if phrase.words != NULL else 0):
        free(phrase.words[i].reader.places.values)
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
    read_places(&word.reader, &word.cursor)
    phrase.starts.size = 0
    for i in range(word.reader.places.size):
        if word.reader.places.values[i] >= word.place:
            append(&phrase.starts, word.reader.places.values[i] - word.place)
    return 0


cdef int keep_starts(Phrase *phrase, Word *word) except -1 nogil:
    """Only those starts are left after which a word stands at its place."""
    cdef const uint32_t *places
    cdef size_t i, j = 0, count, kept = 0
    cdef uint64_t wanted
    read_places(&word.reader, &word.cursor)
    places, count = word.reader.places.values, word.reader.places.size
    for i in range(phrase.starts.size):
        wanted = <uint64_t> phrase.starts.values[i] + word.place
        while j < count and places[j] < wanted:
            j += 1
        if j < count and places[j] == wanted:
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
    cdef const Numbers *firsts = &phrase.ordered[0].reader.places
    cdef uint32_t end
    for i in range(phrase.count):
        read_places(&phrase.words[i].reader, &phrase.words[i].cursor)
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
    cdef const Numbers *places = &word.reader.places
    while word.at < places.size and places.values[word.at] <= end[0]:
        word.at += 1
    if word.at == places.size:
        return False
    end[0] = places.values[word.at]
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
