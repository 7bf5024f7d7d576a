"""Where some words stand in a few documents, and how near to each other: what the best are compared by.

All that the words have in the documents is read first, word after word; then each document is gone through.
The sums are what ``search.reranking.rescoring`` says of them.
"""

from libc.math cimport INFINITY
from libc.stdint cimport uint8_t, uint32_t
from libc.stdlib cimport free, qsort

from onneshon.index.kernel.blocks cimport END
from onneshon.index.kernel.clauses cimport Cursor, Source, document, documents_of, open_cursor, seek, source_of
from onneshon.index.kernel.clock cimport Clock, clock_for, look
from onneshon.index.kernel.memory cimport Numbers, append, clear
from onneshon.index.kernel.phrases cimport BODY, TITLE, Phrase, close_phrase, find_starts, next_together, open_phrase

__all__ = ["compare"]

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

cdef struct Word:
    Way *ways
    int count
    bint content
    bint read
    double worth
    Numbers places  # document after document, ascending in each
    Numbers ends  # of the places of each document
    uint8_t *wanted  # a function word: in which documents it may matter

cdef struct Few:
    # The documents that are compared.
    const uint32_t *docs
    const uint32_t *titles  # tokens of the title of each document of the collection
    uint32_t size
    uint32_t gap


# ---- reading where words stand

cdef int read_word(Word *word, const Few *few) except -1 nogil:
    """Read where a word stands in the documents, in those that are wanted if that is said."""
    cdef uint32_t row
    cdef size_t begin
    cdef int i
    word.read = True
    for row in range(few.size):
        begin = word.places.size
        if word.wanted == NULL or word.wanted[row]:
            for i in range(word.count):
                read_way(&word.places, &word.ways[i], few.docs[row], few.titles[few.docs[row]])
            if word.count > 1:
                put_in_order(&word.places, begin)
        append(&word.ends, <uint32_t> word.places.size)
    return 0


cdef int read_way(Numbers *places, Way *way, uint32_t doc, uint32_t title) except -1 nogil:
    """Add where a word stands in a document, written so; documents come in ascending order."""
    cdef Phrase *phrase = &way.phrase
    cdef uint32_t start, place, length = phrase.count if not phrase.slop else 1
    cdef size_t i, begin = places.size
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
        for place in range(start, start + length):
            if places.size == begin or places.values[places.size - 1] < place:
                append(places, place)
    return 0


cdef int put_in_order(Numbers *places, size_t begin) except -1 nogil:
    """Sort the places from one on, each once."""
    cdef size_t i, kept = begin
    if places.size == begin:
        return 0
    qsort(places.values + begin, places.size - begin, sizeof(uint32_t), &before)
    for i in range(begin, places.size):
        if kept == begin or places.values[kept - 1] != places.values[i]:
            places.values[kept] = places.values[i]
            kept += 1
    places.size = kept
    return 0


cdef int before(const void *one, const void *other) noexcept nogil:
    cdef uint32_t a = (<const uint32_t *> one)[0], b = (<const uint32_t *> other)[0]
    return (a > b) - (a < b)


cdef inline uint32_t places_in(const Word *word, uint32_t row, const uint32_t **first) noexcept nogil:
    """How many places a word has in a document, and the first of them; none of a word that was not read."""
    cdef uint32_t begin
    if not word.read:
        return 0
    begin = word.ends.values[row - 1] if row else 0
    first[0] = word.places.values + begin
    return word.ends.values[row] - begin


# ---- comparing places

cdef double least_distance(
    const Word *first, const Word *second, uint32_t row, uint32_t title
) noexcept nogil:
    """Tokens from any occurrence of a word to the next one of another in the same text; infinite if none."""
    cdef const uint32_t *ones = NULL
    cdef const uint32_t *others = NULL
    cdef uint32_t count = places_in(first, row, &ones), size = places_in(second, row, &others)
    cdef uint32_t i, j = 0, least = END
    for i in range(count):
        while j < size and others[j] < ones[i]:
            j += 1
        if j == size:
            break
        if others[j] - ones[i] < least and (ones[i] < title) == (others[j] < title):
            least = others[j] - ones[i]
    return INFINITY if least == END else least


cdef bint follows(const Word *first, const Word *second, uint32_t row, uint32_t tokens) noexcept nogil:
    """Whether one word stands just so many tokens after another."""
    cdef const uint32_t *ones = NULL
    cdef const uint32_t *others = NULL
    cdef uint32_t count = places_in(first, row, &ones), size = places_in(second, row, &others)
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

    cdef Word *words
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
            free(self.words[i].places.values)
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
        self.words = <Word *> clear(len(words), sizeof(Word))
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

    cdef int set_ways(self, Word *word, list ways) except -1:
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
        for i in range(self.count):
            if self.words[i].wanted != NULL and not look(&self.clock):
                read_word(&self.words[i], &self.few)
        return 0

    cdef int want(self, Word *three) except -1 nogil:
        """Note where the function word of three neighbours may matter: where the others are, if they meet."""
        cdef Word *first = NULL
        cdef Word *last = NULL
        cdef Word *function = NULL
        cdef uint32_t row, tokens = 0
        cdef int i
        cdef const uint32_t *places = NULL
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
            function.wanted[row] |= places_in(first, row, &places) and places_in(last, row, &places)
        return 0

    cdef bint meet(self, const Word *first, const Word *last) noexcept nogil:
        """Whether two of three neighbours stand in any document as far from each other as in the query."""
        cdef uint32_t row
        for row in range(self.few.size):
            if follows(first, last, row, <uint32_t> (last - first)):
                return True
        return False

    cdef int run(self, double[:, ::1] into, double half, double lead) except -1 nogil:
        cdef uint32_t row
        self.read()
        for row in range(self.few.size):
            into[NEAR, row] = self.near(row, half)
            self.single(row, into, lead)
        self.rows(into)
        return 0

    cdef double near(self, uint32_t row, double half) noexcept nogil:
        cdef double sum = 0, share = 1.0 / max(self.paired - 1, 1), distance
        cdef uint32_t title = self.few.titles[self.few.docs[row]]
        cdef const Word *one
        cdef const Word *other
        cdef int i, j
        for i in range(self.paired):
            one = &self.words[self.pairs[i]]
            for j in range(i + 1, self.paired):
                other = &self.words[self.pairs[j]]
                distance = least_distance(one, other, row, title)
                sum += (one.worth + other.worth) * share * (1 / (1 + distance / half))
        return sum

    cdef int single(self, uint32_t row, double[:, ::1] into, double lead) except -1 nogil:
        """What each word of content is worth by itself."""
        cdef uint32_t title = self.few.titles[self.few.docs[row]], count, j
        cdef const uint32_t *places = NULL
        cdef double leading = 0, in_title = 0, every = 0
        cdef bint all_held = True
        cdef Py_ssize_t i
        for i in range(self.count):
            if not self.words[i].content:
                continue
            every += self.words[i].worth
            count = places_in(&self.words[i], row, &places)
            if not count:
                all_held = False
                continue
            if places[0] < title:
                in_title += self.words[i].worth
            for j in range(count):
                if places[j] >= title:
                    leading += self.words[i].worth * max(
                        1 - <double> (places[j] - title - self.few.gap) / lead, <double> 0
                    )
                    break
        into[LEAD, row], into[IN_TITLE, row], into[ALL, row] = leading, in_title, every if all_held else 0
        return 0

    cdef int rows(self, double[:, ::1] into) except -1 nogil:
        """Three neighbours, two of content at least which meet somewhere: where both pairs stand side by side."""
        cdef Py_ssize_t at, i
        cdef uint32_t row
        cdef int contents
        cdef Word *three
        cdef double worth
        cdef Word *first
        cdef Word *last
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
    double[:, ::1] into not None, *, pairs, double half, double lead, uint32_t gap, double seconds=INFINITY,
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
    if into.shape[0] < FEATURES or into.shape[1] != len(docs):
        raise ValueError("room for the sums of each document is wanted")
    if not len(docs):
        return True
    comparison.set_up(tuple(words), docs, title_lengths, gap, seconds)
    comparison.set_pairs(list(pairs))
    with nogil:
        comparison.run(into, half, lead)
    return not comparison.clock.spent
