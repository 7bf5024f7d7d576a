"""Finds a term among the front-coded terms of a field, by bisection over the mapped bytes.

A group of 64 terms begins with a whole term; each further one gives how many bytes it shares with the one
before and its own ending. An ending of 255 bytes or more is preceded by its length in four bytes.
"""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize
from cpython.unicode cimport PyUnicode_AsUTF8AndSize
from libc.stdint cimport int64_t, uint8_t, uint32_t, uint64_t
from libc.stdlib cimport free
from libc.string cimport memcpy

from onneshon.index.kernel.heads cimport Head, head_of, heads_before, heads_until
from onneshon.index.kernel.memory cimport clear

from onneshon.index.kernel.errors import DamageError

__all__ = ["Dictionary"]

cdef enum:
    GROUP = 64
    LONG = 255
    SAMPLED = 8192


cdef class Dictionary:
    """The terms of a field, of which ordinals count from 0.

    Args:
        terms: the endings of all terms.
        shared: bytes that each term shares with the one before, 0 where a group begins.
        endings: bytes of each ending, ``LONG`` for as many or more.
        groups: where the endings of each group begin in ``terms``.
        sampled: groups, spread evenly, whose first bytes are laid side by side when a term is first looked for.

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
        """The ordinal of the first term that is not less than this one, and whether it is this one."""
        cdef uint64_t ordinal
        cdef bint found = False
        ordinal = self.place_of(&term[0] if len(term) else NULL, len(term), &found)
        return ordinal, found

    def ordinal(self, str term not None):
        """The ordinal of a term, -1 where it is none."""
        return self.ordinal_of(term)

    def ordinals(self, terms):
        """The ordinal of each of some terms, -1 where it is none."""
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
        ordinal = self.place_of(<const uint8_t *> text, size, &found)
        return ordinal if found else -1

    def term(self, Py_ssize_t ordinal):
        """The term of an ordinal; raises IndexError where there is none.

        Where each ending is, is known from those before; what it does not say, the nearest before that does.
        """
        cdef uint64_t[GROUP] ats, lengths
        cdef uint64_t at, known
        cdef Py_ssize_t one, first = ordinal - ordinal % GROUP
        cdef char *text
        if not 0 <= ordinal < len(self.shared):
            raise IndexError(f"no term {ordinal}")
        at = self.groups[first // GROUP]
        for one in range(first, ordinal + 1):
            lengths[one - first] = self._ending(one, &at)
            ats[one - first] = at
            at += lengths[one - first]
        known = self.shared[ordinal]
        term = PyBytes_FromStringAndSize(NULL, known + lengths[ordinal - first])
        text = PyBytes_AS_STRING(term)
        if lengths[ordinal - first]:
            memcpy(text + known, &self.terms[0] + ats[ordinal - first], lengths[ordinal - first])
        for one in range(ordinal - 1, first - 1, -1):
            if self.shared[one] < known:
                if known - self.shared[one] > lengths[one - first]:
                    break
                memcpy(text + self.shared[one], &self.terms[0] + ats[one - first], known - self.shared[one])
                known = self.shared[one]
        if known:
            raise DamageError("a dictionary is damaged")
        return term

    def group(self, Py_ssize_t group, Py_ssize_t count):
        """The first ``count`` terms of a group; raises IndexError where there are not as many."""
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
        """The ordinals of the terms that begin so: the first, and the one after the last."""
        cdef uint64_t start = 0, stop = 0
        self.bounds_of(prefix, &start, &stop)
        return start, stop

    cdef int bounds_of(self, bytes prefix, uint64_t *start, uint64_t *stop) except -1:
        """As ``range``."""
        cdef bint found = False
        cdef Py_ssize_t last
        cdef bytes after
        start[0] = self.place_of(<const uint8_t *> <char *> prefix, len(prefix), &found)
        prefix = prefix.rstrip(b"\xff")
        if not prefix:
            stop[0] = len(self.shared)
            return 0
        last = len(prefix) - 1
        after = prefix[:last] + bytes((prefix[last] + 1,))  # the least bytes greater than all that begin so
        stop[0] = self.place_of(<const uint8_t *> <char *> after, len(after), &found)
        return 0

    def begins(self, str prefix not None):
        """Whether some term begins so."""
        cdef bytes start = prefix.encode("utf-8", "surrogatepass")
        cdef bint found = False
        cdef Py_ssize_t place = self.place_of(<const uint8_t *> <char *> start, len(start), &found)
        return found or (place < len(self.shared) and self.term(place).startswith(start))

    cdef int64_t place_of(self, const uint8_t *term, size_t size, bint *found) except -1:
        """The ordinal of the first term that is not less than this one; ``found`` where it is this one."""
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
        """Lay the beginnings of some groups side by side."""
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
        cdef size_t alike = common(&self.terms[0] + at, length, term, size)
        return alike < length and (alike == size or self.terms[at + alike] > term[alike])

    cdef int64_t _walk(self, Py_ssize_t group, const uint8_t *term, size_t size, bint *found) except -1 nogil:
        """The first member of a group that is not less than a term.

        While members are less, one that shares more with the member before than that did with the term is
        less, too: most are passed over by a look at how much they share.
        """
        cdef uint64_t at = self.groups[group], length
        cdef size_t alike = 0, cut
        cdef Py_ssize_t ordinal
        for ordinal in range(group * GROUP, min(group * GROUP + GROUP, len(self.shared))):
            length = self._ending(ordinal, &at)
            cut = self.shared[ordinal]
            if cut <= alike:
                alike = cut + common(&self.terms[0] + at, length, term + cut, size - cut)
                if alike == size or (alike - cut < length and self.terms[at + alike - cut] > term[alike]):
                    found[0] = alike == size and alike - cut == length
                    return ordinal
            at += length
        return min(group * GROUP + GROUP, len(self.shared))

    cdef int64_t _ending(self, Py_ssize_t ordinal, uint64_t *at) except -1 nogil:
        """How long an ending is; ``at`` is moved to where it begins, and it lies inside of ``terms``."""
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
    const uint8_t *one, size_t ones, const uint8_t *other, size_t others
) noexcept nogil:
    """How many bytes both begin with."""
    cdef size_t place = 0
    while place < ones and place < others and one[place] == other[place]:
        place += 1
    return place
