"""Looks up the terms of a field, reads their posting lists, and cuts words into two terms."""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize
from cpython.unicode cimport PyUnicode_AsEncodedString, PyUnicode_AsUTF8AndSize
from libc.stdint cimport int64_t, uint32_t, uint64_t, uint8_t
from libc.stdlib cimport free
from libc.string cimport memcpy, memset

import numpy as np

from onneshon.index.kernel import DamageError
from onneshon.index.kernel.memory cimport clear
from onneshon.index.kernel.postings cimport (
    END, PADDING, CheckedBlocks, Part, Sums, damaged, list_within, read_header, varint,
)

__all__ = [
    "APART", "HASANTA", "LETTER", "NASAL", "SIGN", "VOWEL", "Dictionary", "StemmedWords", "TermLists",
    "TermPairs", "TermRange", "WordCutter", "front_coded",
]

# The first bytes of some terms in one array: the first steps of a bisection do without the terms in the file.
#
# Reading a term of a dictionary takes three parts of a file, and all steps but the last read terms that
# were not used recently. In this array, a few steps share what the processor fetches at once.

cdef enum:
    HALF = 8  # bytes of a number


cdef Head head_of(const uint8_t *term, size_t size) noexcept nogil:
    cdef Head head
    head.first = number_of(term, size)
    head.second = number_of(term + HALF, size - HALF) if size > HALF else 0
    return head


cdef uint64_t number_of(const uint8_t *term, size_t size) noexcept nogil:
    """Up to eight bytes as a big-endian number."""
    cdef uint64_t number = 0
    cdef size_t i
    for i in range(HALF):
        number = number << 8 | (term[i] if i < size else 0)
    return number


cdef Py_ssize_t heads_before(const Heads *heads, const Head *head) noexcept nogil:
    """The number of heads that are less."""
    cdef Py_ssize_t low = 0, high = heads.count, middle
    cdef const Head *known
    while low < high:
        middle = (low + high) // 2
        known = &heads.values[middle]
        if known.first < head.first or (known.first == head.first and known.second < head.second):
            low = middle + 1
        else:
            high = middle
    return low


cdef Py_ssize_t heads_until(const Heads *heads, const Head *head, Py_ssize_t start) noexcept nogil:
    """The index after the last head that is equal; ``start`` is the first one that is not less."""
    while (
        start < heads.count and heads.values[start].first == head.first
        and heads.values[start].second == head.second
    ):
        start += 1
    return start


# Finds a term among the front-coded terms of a field, by bisection over the mapped bytes.
#
# A group of 64 terms begins with a whole term; each further one is stored as the number of bytes it shares
# with the one before, and its own ending. An ending of 255 bytes or more follows its length in four bytes.

cdef enum:
    GROUP = 64
    LONG = 255
    SAMPLED = 8192
    SHARED = 48  # the most bytes that a term shares with the one before: further ones are written out again


def front_coded(terms not None, bytes last not None, uint64_t number):
    """Front-code some terms as ``Dictionary`` takes them.

    Args:
        terms: the terms as bytes, ascending.
        last: the term before them, empty if there is none.
        number: the number of terms before them.

    Returns:
        The endings, the number of bytes that each term shares with the one before, the length of each ending,
        and where those groups begin in the endings that begin with one of these terms.
    """
    cdef list every = list(terms)
    cdef Py_ssize_t i, count = len(every)
    cdef uint64_t size = 0, at = 0, groups = 0
    cdef uint32_t ending
    cdef bytes term, before = last
    shared, endings, begins = np.empty(count, np.uint8), np.empty(count, np.uint8), np.empty(count, np.uint32)
    cdef uint8_t[::1] of_shared = shared, of_endings = endings, to
    cdef uint32_t[::1] of_groups = begins
    for i in range(count):
        term = every[i]
        of_shared[i] = 0 if (number + i) % GROUP == 0 else shared_bytes(before, term)
        ending = <uint32_t> (len(term) - of_shared[i])
        size += ending + (4 if ending >= LONG else 0)
        of_endings[i] = <uint8_t> min(ending, <uint32_t> LONG)
        before = term
    data = np.empty(size, np.uint8)
    to = data
    for i in range(count):
        if (number + i) % GROUP == 0:
            of_groups[groups] = <uint32_t> at
            groups += 1
        term = every[i]
        ending = <uint32_t> (len(term) - of_shared[i])
        if ending >= LONG:
            memcpy(&to[at], &ending, 4)
            at += 4
        if ending:
            memcpy(&to[at], PyBytes_AS_STRING(term) + of_shared[i], ending)
            at += ending
    return data, shared, endings, begins[:groups]


cdef uint8_t shared_bytes(bytes before, bytes term) noexcept:
    """The length of the common prefix of two terms, at most ``SHARED`` bytes."""
    cdef const char *first = PyBytes_AS_STRING(before)
    cdef const char *second = PyBytes_AS_STRING(term)
    cdef Py_ssize_t at = 0, most = min(len(before), len(term), <Py_ssize_t> SHARED)
    while at < most and first[at] == second[at]:
        at += 1
    return <uint8_t> at


cdef class Dictionary:
    """The terms of a field, whose ordinals count from 0.

    Args:
        terms: the endings of all terms.
        shared: the number of bytes that each term shares with the one before, 0 where a group begins.
        endings: the length of each ending in bytes, ``LONG`` for that or more.
        groups: where the endings of each group begin in ``terms``.
        sampled: the number of groups, evenly spread, whose first bytes the first look-up puts into an array.

    Raises:
        DamageError: the arrays do not fit each other; methods raise it likewise.
    """

    def __init__(
        self,
        const uint8_t[::1] terms not None,
        const uint8_t[::1] shared not None,
        const uint8_t[::1] endings not None,
        const uint32_t[::1] groups not None,
        *,
        Py_ssize_t sampled=SAMPLED,
    ):
        if len(shared) != len(endings) or len(groups) != (len(shared) + GROUP - 1) // GROUP:
            raise DamageError("the parts of a dictionary do not fit each other")
        self.terms, self.shared, self.endings, self.groups = terms, shared, endings, groups
        self.step = max(1, (len(groups) + max(sampled, 1) - 1) // max(sampled, 1))

    def __dealloc__(self):
        free(self.heads.values)

    def __len__(self):
        return len(self.shared)

    def find(self, const uint8_t[::1] term not None):
        """The ordinal of the first term that is not less than the given one, and whether it equals that."""
        cdef uint64_t ordinal
        cdef bint found = False
        ordinal = self.find_ordinal(&term[0] if len(term) else NULL, len(term), &found)
        return ordinal, found

    def ordinal(self, str term not None):
        """The ordinal of a term, -1 if it is not in the dictionary."""
        return self.ordinal_of(term)

    def ordinals(self, terms):
        """The ordinal of each of some terms, -1 if it is not in the dictionary."""
        cdef str term
        return [self.ordinal_of(term) for term in terms]

    cdef int64_t ordinal_of(self, str term) except -2:
        cdef Py_ssize_t size = 0
        cdef bytes encoded
        cdef const char *text
        cdef bint found = False
        cdef int64_t ordinal
        try:
            text = PyUnicode_AsUTF8AndSize(term, &size)
        except UnicodeEncodeError:  # lone surrogates are kept as if they were letters
            encoded = term.encode("utf-8", "surrogatepass")
            text, size = encoded, len(encoded)
        ordinal = self.find_ordinal(<const uint8_t *> text, size, &found)
        return ordinal if found else -1

    def term(self, Py_ssize_t ordinal):
        """The term of an ordinal; raises IndexError if there is none.

        The lengths of the endings before it show where its ending is. The bytes that it shares are taken from
        the nearest earlier endings that have them.
        """
        cdef uint64_t[GROUP] ats, lengths
        cdef uint64_t at, known
        cdef Py_ssize_t number, first = ordinal - ordinal % GROUP
        cdef char *text
        if not 0 <= ordinal < len(self.shared):
            raise IndexError(f"no term {ordinal}")
        at = self.groups[first // GROUP]
        for number in range(first, ordinal + 1):
            lengths[number - first] = self._ending(number, &at)
            ats[number - first] = at
            at += lengths[number - first]
        known = self.shared[ordinal]
        term = PyBytes_FromStringAndSize(NULL, known + lengths[ordinal - first])
        text = PyBytes_AS_STRING(term)
        if lengths[ordinal - first]:
            memcpy(text + known, &self.terms[0] + ats[ordinal - first], lengths[ordinal - first])
        for number in range(ordinal - 1, first - 1, -1):
            if self.shared[number] < known:
                if known - self.shared[number] > lengths[number - first]:
                    break
                memcpy(text + self.shared[number], &self.terms[0] + ats[number - first], known - self.shared[number])
                known = self.shared[number]
        if known:
            raise DamageError("a dictionary is damaged")
        return term

    def group(self, Py_ssize_t group, Py_ssize_t count):
        """The first ``count`` terms of a group; raises IndexError if there are not as many."""
        cdef uint64_t at, length, known = 0
        cdef Py_ssize_t ordinal, first = group * GROUP
        cdef const uint8_t *before = NULL
        cdef bytes term
        if not (0 <= group < len(self.groups) and 0 <= count <= min(GROUP, len(self.shared) - first)):
            raise IndexError(f"no {count} terms in group {group}")
        at = self.groups[group]
        terms = []
        for ordinal in range(first, first + count):
            length = self._ending(ordinal, &at)
            if self.shared[ordinal] > known:
                raise DamageError("a dictionary is damaged")
            known = self.shared[ordinal] + length
            term = PyBytes_FromStringAndSize(NULL, known)
            if self.shared[ordinal]:
                memcpy(PyBytes_AS_STRING(term), before, self.shared[ordinal])
            if length:
                memcpy(PyBytes_AS_STRING(term) + self.shared[ordinal], &self.terms[0] + at, length)
            before = <const uint8_t *> PyBytes_AS_STRING(term)  # the list keeps it
            terms.append(term)
            at += length
        return terms

    def range(self, bytes prefix not None):
        """The ordinals of the terms with a prefix: the first, and the one after the last."""
        cdef uint64_t start = 0, stop = 0
        self.bounds_of(prefix, &start, &stop)
        return start, stop

    cdef int bounds_of(self, bytes prefix, uint64_t *start, uint64_t *stop) except -1:
        """Write the ordinals that ``range`` returns."""
        cdef bint found = False
        cdef Py_ssize_t last
        cdef bytes after
        start[0] = self.find_ordinal(<const uint8_t *> <char *> prefix, len(prefix), &found)
        prefix = prefix.rstrip(b"\xff")
        if not prefix:
            stop[0] = len(self.shared)
            return 0
        last = len(prefix) - 1
        after = prefix[:last] + bytes((prefix[last] + 1,))  # the least bytes above all with the prefix
        stop[0] = self.find_ordinal(<const uint8_t *> <char *> after, len(after), &found)
        return 0

    def begins(self, str prefix not None):
        """Whether any term has a prefix."""
        cdef bytes start = prefix.encode("utf-8", "surrogatepass")
        cdef bint found = False
        cdef Py_ssize_t ordinal = self.find_ordinal(<const uint8_t *> <char *> start, len(start), &found)
        return found or (ordinal < len(self.shared) and self.term(ordinal).startswith(start))

    cdef int64_t find_ordinal(self, const uint8_t *term, size_t size, bint *found) except -1:
        """The ordinal of the first term that is not less than the given one; ``found`` if it equals that."""
        cdef Py_ssize_t low = 0, high = len(self.groups), middle, less
        cdef Head head = head_of(term, size)
        if self.heads.values == NULL:
            self._sample()
        less = heads_before(&self.heads, &head)
        low = (less - 1) * self.step + 1 if less else 0
        high = min(high, heads_until(&self.heads, &head, less) * self.step)
        while low < high:  # the last group whose first term is not greater
            middle = (low + high) // 2
            if self._head_is_greater(middle, term, size):
                high = middle
            else:
                low = middle + 1
        return self._walk(low - 1, term, size, found) if low else 0

    cdef int _sample(self) except -1:
        """Put the first bytes of some groups into an array."""
        cdef Py_ssize_t i, count = (len(self.groups) + self.step - 1) // self.step
        cdef Head *heads = <Head *> clear(count, sizeof(Head))
        cdef uint64_t at, length
        try:
            for i in range(count):
                at = self.groups[i * self.step]
                length = self._ending(i * self.step * GROUP, &at)
                heads[i] = head_of(&self.terms[0] + at, length)
        except DamageError:
            free(heads)
            raise
        self.heads.values, self.heads.count = heads, count
        return 0

    cdef bint _head_is_greater(self, Py_ssize_t group, const uint8_t *term, size_t size) except -1 nogil:
        cdef uint64_t at = self.groups[group]
        cdef uint64_t length = self._ending(group * GROUP, &at)
        cdef size_t equal = common(&self.terms[0] + at, length, term, size)
        return equal < length and (equal == size or self.terms[at + equal] > term[equal])

    cdef int64_t _walk(self, Py_ssize_t group, const uint8_t *term, size_t size, bint *found) except -1 nogil:
        """The ordinal of the first member of a group that is not less than a term.

        After a member that is less, one that shares more with it than it does with the term is less, too:
        most members are skipped because of the number of bytes that they share.
        """
        cdef uint64_t at = self.groups[group], length
        cdef size_t equal = 0, cut
        cdef Py_ssize_t ordinal
        for ordinal in range(group * GROUP, min(group * GROUP + GROUP, len(self.shared))):
            length = self._ending(ordinal, &at)
            cut = self.shared[ordinal]
            if cut <= equal:
                equal = cut + common(&self.terms[0] + at, length, term + cut, size - cut)
                if equal == size or (equal - cut < length and self.terms[at + equal - cut] > term[equal]):
                    found[0] = equal == size and equal - cut == length
                    return ordinal
            at += length
        return min(group * GROUP + GROUP, len(self.shared))

    cdef int64_t _ending(self, Py_ssize_t ordinal, uint64_t *at) except -1 nogil:
        """The length of an ending; moves ``at`` to its start, and checks that it lies inside ``terms``."""
        cdef uint64_t length = self.endings[ordinal], whole = len(self.terms)
        cdef uint32_t written
        if length == LONG and at[0] + 4 <= whole:
            memcpy(&written, &self.terms[0] + at[0], 4)
            length = written
            at[0] += 4
        if at[0] + length > whole:
            with gil:
                raise DamageError("a dictionary is damaged")
        return length


cdef inline size_t common(
    const uint8_t *first, size_t ones, const uint8_t *other, size_t others
) noexcept nogil:
    """The length of the common prefix."""
    cdef size_t length = 0
    while length < ones and length < others and first[length] == other[length]:
        length += 1
    return length


# How often a term directly precedes another.

cdef enum:
    IN_A_BYTE = 255  # counts of this much or more are stored apart

APART = IN_A_BYTE


cdef class TermPairs:
    """Counts pairs of terms.

    Args:
        dictionary: gives terms their numbers, which are their ordinals.
        starts: where the pairs with each term as the first begin, and where the last ones end.
        seconds: the second term of each pair, ascending for each first.
        counts: the count of each pair, ``APART`` for that or more.
        places: the indexes of the pairs whose counts are stored apart, ascending.
        large: the counts of these pairs.

    Raises:
        DamageError: the arrays do not fit each other; methods raise it likewise.
    """

    cdef Dictionary dictionary
    cdef const uint32_t[::1] starts, seconds, places, large
    cdef const uint8_t[::1] counts

    def __init__(
        self,
        Dictionary dictionary not None,
        const uint32_t[::1] starts not None,
        const uint32_t[::1] seconds not None,
        const uint8_t[::1] counts not None,
        const uint32_t[::1] places not None,
        const uint32_t[::1] large not None,
    ):
        if len(starts) != len(dictionary) + 1 or len(seconds) != len(counts) or len(places) != len(large):
            raise DamageError("it has pairs without counts")
        self.dictionary, self.starts, self.seconds = dictionary, starts, seconds
        self.counts, self.places, self.large = counts, places, large

    def count(self, str first not None, str second not None):
        """The number of times that a term directly precedes another."""
        return self.count_of(self.dictionary.ordinal_of(first), self.dictionary.ordinal_of(second))

    def beside(self, str before not None, terms, str after not None):
        """For each of some terms, how often it comes right after ``before`` and right before ``after``."""
        cdef int64_t first = self.dictionary.ordinal_of(before), last = self.dictionary.ordinal_of(after), number
        cdef str term
        cdef list found = []
        for term in terms:
            number = self.dictionary.ordinal_of(term)
            found.append((self.count_of(first, number), self.count_of(number, last)))
        return found

    def range(self, str first not None):
        """The first index of the pairs that begin with a term, and the one after their last."""
        cdef int64_t number = self.dictionary.ordinal_of(first)
        if number < 0:
            return 0, 0
        self.check(number)
        return self.starts[number], self.starts[number + 1]

    cdef int check(self, int64_t first) except -1:
        """Raise DamageError if the pairs of a first term do not lie inside ``seconds``."""
        if self.starts[first] > self.starts[first + 1] or self.starts[first + 1] > <size_t> len(self.seconds):
            raise DamageError("it has pairs in no order")
        return 0

    cdef int64_t count_of(self, int64_t first, int64_t second) except -1:
        """The count of a pair by the ordinals of its terms; a negative one is of no term."""
        cdef Py_ssize_t at
        if first < 0 or second < 0:
            return 0
        self.check(first)
        at = place_of(self.seconds, <uint32_t> second, self.starts[first], self.starts[first + 1])
        if at < 0:
            return 0
        if self.counts[at] != IN_A_BYTE:
            return self.counts[at]
        at = place_of(self.places, <uint32_t> at, 0, len(self.places))
        if at < 0:
            raise DamageError("it has pairs without counts")
        return self.large[at]


cdef Py_ssize_t place_of(const uint32_t[::1] numbers, uint32_t number, Py_ssize_t low, Py_ssize_t high) except -2:
    """The index of a number in a part of an ascending array; -1 if it is not there."""
    cdef Py_ssize_t middle, stop = high
    while low < high:
        middle = (low + high) // 2
        if numbers[middle] < number:
            low = middle + 1
        else:
            high = middle
    return low if low < stop and numbers[low] == number else -1


# The posting lists of the terms of a field: of one term, or of all with a prefix.
#
# Only the parts of a list that are read are verified by their checksums, as a query reads but some parts of
# long lists. The lists of a prefix are read one after another in the file: most are a few bytes, and their
# headers are not worth keeping.

cdef enum:
    LONGEST = 5  # bytes of the varint that a list begins with


cdef int read_list(const Range *range, int index, Part *part) except -1 nogil:
    """Read the header of a list of a range; ``index`` is below ``count``."""
    cdef uint32_t start = range.starts[index], end = range.starts[index + 1]
    if start > end or end > range.size:
        damaged()
    memset(part, 0, sizeof(Part))
    part.documents, part.base, part.positions = range.documents, range.base, range.positions
    part.sums = range.sums
    return read_header(part, range.data + start, range.data + end)


cdef class TermRange:
    """The posting lists of consecutive terms of a segment, such as all with a prefix.

    Args:
        data: all lists of a field, and ``PADDING`` bytes more.
        starts: where the data of each term begins, and where that of the last ends; uint32, (terms + 1,).
        documents: the number of documents of the segment.
        positions: whether the field has positions.
        base: the number of the segment's first document in the collection.

    Raises:
        DamageError: the data cannot be lists; readers of the lists raise it, too.
        ValueError: the document numbers are too great for a list.
    """

    def __init__(
        self, const uint8_t[::1] data not None, const uint32_t[::1] starts not None, uint32_t documents, *,
        bint positions, uint32_t base=0
    ):
        if len(starts) < 1:
            raise DamageError("posting lists lie outside their section")
        self.data, self.starts = data, starts
        self.set_up(0, len(starts) - 1, documents, base, positions, NULL)

    cdef int set_up(
        self, uint64_t first, int count, uint32_t documents, uint32_t base, bint positions, const Sums *sums
    ) except -1:
        """Set the range to the lists of ``count`` terms from ``first`` on, once data and starts are set."""
        if <uint64_t> base + documents > END:
            raise ValueError("too many documents")
        if len(self.data) < PADDING:
            raise DamageError("posting lists lie outside their section")
        self.range = Range(
            &self.data[0], len(self.data) - PADDING, &self.starts[first], count, documents, base, positions, sums
        )
        return 0

    def __len__(self):
        return self.range.count


cdef inline bytes utf8(str term):
    """A term as it is stored; lone surrogates, which UTF-8 lacks, are kept."""
    return PyUnicode_AsEncodedString(term, "utf-8", "surrogatepass")


cdef class TermLists:
    """The posting lists of the terms of a field of a segment.

    Args:
        dictionary: the terms.
        starts: where the data of each term begins, and where that of the last ends; uint32, (terms + 1,).
        data: all lists, and ``PADDING`` bytes more.
        checked: the blocks of the same data with their checksums.
        documents: the number of documents of the segment.
        positions: whether the field has positions.

    Raises:
        DamageError: the arrays do not fit each other; methods raise it likewise.
        ValueError: ``checked`` is of other data.
    """

    def __init__(
        self, Dictionary dictionary not None, const uint32_t[::1] starts not None,
        const uint8_t[::1] data not None, CheckedBlocks checked not None, uint32_t documents, *,
        bint positions
    ):
        if len(starts) != len(dictionary) + 1:
            raise DamageError("the parts of a field do not fit each other")
        if len(data) != len(checked.data) or (len(data) and &data[0] != &checked.data[0]):
            raise ValueError("what is read must be checked")
        self.dictionary, self.starts, self.data, self.checked = dictionary, starts, data, checked
        self.documents, self.positions = documents, positions

    def frequency(self, str term not None):
        """The document frequency of a term; 0 if the field does not have it."""
        cdef int64_t ordinal = self.dictionary.ordinal_of(term)
        return 0 if ordinal < 0 else self.df_at(ordinal)

    def frequencies(self, terms):
        """``frequency`` of each of some terms."""
        return [self.frequency(term) for term in terms]

    def df(self, Py_ssize_t ordinal):
        """The document frequency of the term of an ordinal; raises IndexError if there is none."""
        self.ensure(ordinal)
        return self.df_at(ordinal)

    cdef int64_t df_of(self, const uint8_t *term, size_t size) except -1:
        cdef bint found = False
        cdef int64_t ordinal = self.dictionary.find_ordinal(term, size, &found)
        return self.df_at(ordinal) if found else 0

    cdef int64_t most_at(self, int64_t ordinal) except -1:
        """An upper bound of the document frequency of a term, by the length of its list, which is not read.

        A posting takes a byte for its impact, and one for a position where there are any.
        """
        if self.starts[ordinal] > self.starts[ordinal + 1]:
            raise DamageError("a list ends before it begins")
        return (self.starts[ordinal + 1] - self.starts[ordinal]) // (2 if self.positions else 1)

    cdef int64_t df_at(self, int64_t ordinal) except -1:
        """The document frequency of the term of an ordinal, which must exist."""
        cdef uint32_t df
        cdef uint64_t start = self.starts[ordinal]
        cdef uint64_t stop = min(start + LONGEST, <uint64_t> len(self.data))
        if start >= stop:
            raise DamageError("a list lies outside its section")
        self.checked.check(start, stop)
        varint(&self.data[0] + start, &self.data[0] + stop, &df)
        return df

    cdef int ensure(self, Py_ssize_t ordinal) except -1:
        if not 0 <= ordinal < len(self.starts) - 1:
            raise IndexError(f"no term {ordinal}")
        return 0

    def list_of(self, str term not None, uint32_t base=0):
        """The list of a term, None if the field has no such term.

        Args:
            term: any text.
            base: the number of the segment's first document in the collection.
        """
        cdef int64_t ordinal = self.dictionary.ordinal_of(term)
        return None if ordinal < 0 else self.list_at(ordinal, base)

    def list_at(self, Py_ssize_t ordinal, uint32_t base=0):
        """The list of the term of an ordinal; raises IndexError if there is none."""
        self.ensure(ordinal)
        cdef uint64_t start = self.starts[ordinal], end = self.starts[ordinal + 1]
        cdef const Sums *sums = self.checked.for_reading(start, end)
        return list_within(
            self, &self.data[0] if len(self.data) else NULL, len(self.data), start, end, sums, self.documents,
            self.positions, base
        )

    def beginning(self, str prefix not None, Py_ssize_t most, uint32_t base=0):
        """The lists of all terms with a prefix; None if there are none.

        Args:
            prefix: any text.
            most: terms beyond this many, in dictionary order, are left out.
            base: the number of the segment's first document in the collection.
        """
        cdef uint64_t start = 0, stop = 0
        self.dictionary.bounds_of(utf8(prefix), &start, &stop)
        stop = min(stop, start + <uint64_t> max(most, 0))
        if start >= stop:
            return None
        cdef TermRange found = TermRange.__new__(TermRange)
        found.data, found.starts, found.checked = self.data, self.starts, self.checked
        found.set_up(
            start, stop - start, self.documents, base, self.positions,
            self.checked.for_reading(self.starts[start], self.starts[stop])
        )
        return found


# The ways to cut a word into two words of an index: one pass over its borders, for most without any string.
#
# Cheap tests come first: the dictionaries show that a part is no word, and the length of a list that too few
# documents contain it. The lists themselves, which may have to be fetched from the disk, are read last.

cdef enum:
    IS_LETTER = 1
    IS_VOWEL = 2
    IS_SIGN = 4
    IS_NASAL = 8
    IS_HASANTA = 16
    BLOCK = 0x980
    LETTERS = 128  # of the block
    BYTES = 3  # of each in UTF-8
    A = 0x985
    AA = 0x9BE
    NO_STEM = -1
    MANY = 0x7FFFFFFF

LETTER, VOWEL, SIGN, NASAL, HASANTA = IS_LETTER, IS_VOWEL, IS_SIGN, IS_NASAL, IS_HASANTA
"""The kinds of letters of the Bengali block, as bits; a vowel is a letter, too."""

cdef uint32_t UNKNOWN = <uint32_t> -1  # if the stem of a word is not in the segment

cdef struct Stem:
    Py_ssize_t segment  # the index of a segment that has the stem
    int64_t ordinal  # of the stem in this segment; NO_STEM if no segment has it


cdef class StemmedWords:
    """The words of one segment in their exact forms, and the stem of each.

    Args:
        words: the words in their exact forms.
        stem_of: the ordinal of each word's stem, 2^32 - 1 if the segment does not have it; uint32. Words
            beyond its end have none.
        stems: the posting lists of the stems.
    """

    cdef Dictionary words
    cdef const uint32_t[::1] stem_of
    cdef TermLists stems

    def __init__(self, Dictionary words not None, const uint32_t[::1] stem_of not None, TermLists stems not None):
        self.words, self.stem_of, self.stems = words, stem_of, stems

    cdef bint find(self, const uint8_t *word, size_t size, int64_t *stem) except -1:
        """Whether the segment has a word; ``stem`` is set to the ordinal of its stem, if there is one."""
        cdef bint found = False
        cdef int64_t ordinal = self.words.find_ordinal(word, size, &found)
        if found and ordinal < len(self.stem_of) and self.stem_of[ordinal] != UNKNOWN:
            stem[0] = self.stem_of[ordinal]
            if stem[0] >= len(self.stems.dictionary.shared):
                raise DamageError("a stem that is none")
        return found


cdef class WordCutter:
    """Cuts words into two words of an index. Threads may share it.

    Args:
        segments: of the index, as ``StemmedWords``.
        classes: the kind of each letter of the Bengali block, as bits; 128 bytes.
        passed_over: words that cannot be parts.
        shortest: the fewest letters of a part.
        stem_key: returns the stem of a word that no segment has.

    Raises:
        ValueError: ``classes`` has another length.
    """

    cdef tuple segments
    cdef bytes classes
    cdef frozenset passed_over
    cdef Py_ssize_t shortest
    cdef object stem_key

    def __init__(
        self, segments, bytes classes not None, frozenset passed_over not None, Py_ssize_t shortest,
        stem_key not None,
    ):
        cdef StemmedWords segment
        if len(classes) != LETTERS:
            raise ValueError("a byte for each letter of the block is wanted")
        self.segments = tuple(segments)
        for segment in self.segments:
            if segment is None:
                raise TypeError("words of a segment are wanted")
        self.classes, self.passed_over, self.shortest = classes, passed_over, max(shortest, 1)
        self.stem_key = stem_key

    def cuts(self, str word not None, str stem not None, int fewest, double share):
        """The document frequency of a word in any of its forms, and the ways to cut it between two clusters.

        Args:
            word: a word in canonical spelling.
            stem: its stem.
            fewest: the least document frequency of each part in any of its forms, 1 or more; some document
                must also contain the first part in its exact form.
            share: the least document frequency of each part as a share of that of the word.

        Returns:
            The document frequency, and for each cut that qualifies its offset, the stem and the document
            frequency of the first part, and those of the second. None for a word with an unusual letter or
            cluster.

        Raises:
            DamageError: the data read are damaged.
        """
        cdef Py_ssize_t at
        cdef uint32_t before = 0
        cdef bytes letters
        cdef int64_t frequency
        if not self.is_plain(word):
            return None
        letters = word.encode("utf-8")
        frequency = self.df_of(stem.encode("utf-8", "surrogatepass"))
        found = []
        for at in range(len(word) - self.shortest + 1):
            if at >= self.shortest and self.class_of(word[at]) & IS_LETTER and not before & IS_HASANTA:
                cut = self.cut(word, stem, at, letters, max(<double> max(fewest, 1), share * frequency))
                if cut is not None:
                    found.append(cut)
            before = self.class_of(word[at])
        return frequency, found

    cdef bint is_plain(self, str word) except -1:
        """Whether a word is a sequence of letters, each with at most one sign and one nasal, or a hasanta.

        A vowel after a hasanta is not plain, as the hasanta would end a cluster; nor is a hasanta at the end.
        """
        cdef Py_ssize_t i
        cdef uint8_t kind, before = IS_HASANTA
        for i in range(len(word)):
            kind = self.class_of(word[i])
            if kind & IS_LETTER:
                if kind & IS_VOWEL and before & IS_HASANTA and i:
                    return False
            elif not i or not kind:
                return False
            elif kind & IS_NASAL:
                if not before & (IS_LETTER | IS_SIGN):
                    return False
            elif not before & IS_LETTER or (word[i] == AA and word[i - 1] == A):
                return False
            before = kind
        return not before & IS_HASANTA

    cdef inline uint8_t class_of(self, Py_UCS4 letter) noexcept:
        cdef uint32_t offset = <uint32_t> letter - BLOCK  # wraps around to a great number before the block
        return (<const uint8_t *> <char *> self.classes)[offset] if offset < LETTERS else 0

    cdef tuple cut(self, str word, str stem, Py_ssize_t at, bytes letters, double least):
        """A cut if both parts have a document frequency of ``least`` or more, else None."""
        cdef const uint8_t *start = <const uint8_t *> <char *> letters
        cdef Py_ssize_t middle = BYTES * at
        cdef Stem left, right
        cdef int64_t lefts, rights
        if not self.find(start, middle, &left) or word[:at] in self.passed_over:
            return None
        if left.ordinal == NO_STEM:
            self.find_stem(self.stem_key(word[:at]), &left)
        if self.most_of(&left) < least:
            return None
        self.find(start + middle, len(letters) - middle, &right)
        if right.ordinal == NO_STEM:
            self.find_stem(self.stem_key(word[at:]), &right)
        if self.most_of(&right) < least or word[at:] in self.passed_over:
            return None
        begin = self.text_of(&left)
        if begin == stem:  # the second part is an ending
            return None
        lefts = self.df(&left)
        rights = self.df(&right) if lefts >= least else 0
        if rights < least:
            return None
        return at, begin, lefts, self.text_of(&right), rights

    cdef bint find(self, const uint8_t *word, size_t size, Stem *stem) except -1:
        """Whether any segment has a word; ``stem`` is set to its stem."""
        cdef StemmedWords segment
        cdef bint known = False
        stem.ordinal = NO_STEM
        for stem.segment in range(len(self.segments)):
            segment = <StemmedWords> self.segments[stem.segment]
            known |= segment.find(word, size, &stem.ordinal)
            if stem.ordinal != NO_STEM:
                break
        return known

    cdef int find_stem(self, str key, Stem *stem) except -1:
        """Set ``stem`` to the stem of a key, in the first segment that has it."""
        cdef StemmedWords segment
        cdef bytes letters = key.encode("utf-8", "surrogatepass")
        cdef bint found = False
        for stem.segment in range(len(self.segments)):
            segment = <StemmedWords> self.segments[stem.segment]
            stem.ordinal = segment.stems.dictionary.find_ordinal(
                <const uint8_t *> <char *> letters, len(letters), &found
            )
            if found:
                return 0
        stem.ordinal = NO_STEM
        return 0

    cdef object text_of(self, const Stem *stem):
        cdef StemmedWords segment = <StemmedWords> self.segments[stem.segment]
        return segment.stems.dictionary.term(stem.ordinal).decode("utf-8", "surrogatepass")

    cdef int64_t most_of(self, const Stem *stem) except -1:
        """An upper bound of the document frequency of a stem, without reading its list."""
        cdef StemmedWords segment
        if stem.ordinal == NO_STEM:
            return 0
        segment = <StemmedWords> self.segments[stem.segment]
        return segment.stems.most_at(stem.ordinal) if len(self.segments) == 1 else MANY

    cdef int64_t df(self, const Stem *stem) except -1:
        """The document frequency of a stem in all segments."""
        cdef StemmedWords segment = <StemmedWords> self.segments[stem.segment]
        if len(self.segments) == 1:
            return segment.stems.df_at(stem.ordinal)
        return self.df_of(segment.stems.dictionary.term(stem.ordinal))

    cdef int64_t df_of(self, bytes stem) except -1:
        cdef StemmedWords segment
        cdef int64_t frequency = 0
        for segment in self.segments:
            frequency += segment.stems.df_of(<const uint8_t *> <char *> stem, len(stem))
        return frequency
