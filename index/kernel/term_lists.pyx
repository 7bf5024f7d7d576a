"""The posting lists of the terms of a field: of one, or of all that begin alike.

What is read of a list is compared with its sums before, and no more than that: of long lists a query reads
here and there. Lists of terms that begin alike are read one after another where they are: most are a few
bytes, and what they say first is not worth being kept.
"""

from cpython.unicode cimport PyUnicode_AsEncodedString
from libc.stdint cimport int64_t, uint8_t, uint32_t, uint64_t
from libc.string cimport memset

from onneshon.index.kernel.blocks cimport END, PADDING, Part, damaged, list_within, read_header, varint
from onneshon.index.kernel.checksum cimport CheckedBlocks, Sums
from onneshon.index.kernel.dictionary cimport Dictionary

from onneshon.index.kernel.errors import DamageError

__all__ = ["TermLists", "TermRange"]

cdef enum:
    LONGEST = 5  # bytes of the number that a list begins with


cdef int read_list(const Range *range, int place, Part *part) except -1 nogil:
    """Read what a list of a range says of itself; its place is below ``count``."""
    cdef uint32_t start = range.starts[place], end = range.starts[place + 1]
    if start > end or end > range.size:
        damaged()
    memset(part, 0, sizeof(Part))
    part.documents, part.base, part.positions = range.documents, range.base, range.positions
    part.sums = range.sums
    return read_header(part, range.data + start, range.data + end)


cdef class TermRange:
    """The lists of consecutive terms of a segment, such as all that begin alike.

    Args:
        data: all lists of a field, and ``PADDING`` bytes more.
        starts: where the data of each term begins, and where that of the last ends; uint32, (terms + 1,).
        documents: of the segment.
        positions: whether the field has them.
        base: the number of the segment's first document in the collection.

    Raises:
        DamageError: the data cannot be lists; who reads them raises it, too.
        ValueError: numbers that no list has.
    """

    def __init__(
        self, const uint8_t[::1] data not None, const uint32_t[::1] starts not None, uint32_t documents, *,
        bint positions, uint32_t base=0
    ):
        if <uint64_t> base + documents > END:
            raise ValueError("too many documents")
        if len(data) < PADDING or len(starts) < 1:
            raise DamageError("posting lists lie outside their section")
        self.data, self.starts = data, starts
        self.range = Range(
            &data[0], len(data) - PADDING, &starts[0], len(starts) - 1, documents, base, positions, NULL
        )

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
        checked: the same data, to be compared with their sums.
        documents: of the segment.
        positions: whether the field has them.

    Raises:
        DamageError: the arrays do not fit each other; methods raise it likewise.
        ValueError: what is checked is not what is read.
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
        """How many documents have a term; 0 where it is none."""
        cdef int64_t ordinal = self.dictionary.ordinal_of(term)
        return 0 if ordinal < 0 else self.df_at(ordinal)

    def frequencies(self, terms):
        """``frequency`` of each of some terms."""
        return [self.frequency(term) for term in terms]

    def df(self, Py_ssize_t ordinal):
        """How many documents have the term of an ordinal; raises IndexError where there is none."""
        self.ensure(ordinal)
        return self.df_at(ordinal)

    cdef int64_t df_of(self, const uint8_t *term, size_t size) except -1:
        cdef bint found = False
        cdef int64_t ordinal = self.dictionary.place_of(term, size, &found)
        return self.df_at(ordinal) if found else 0

    cdef int64_t most_at(self, int64_t ordinal) except -1:
        """How many documents may have the term of an ordinal, by the length of its list, which is not read.

        A posting takes a byte for its impact, and one for a position where there are any.
        """
        if self.starts[ordinal] > self.starts[ordinal + 1]:
            raise DamageError("a list ends before it begins")
        return (self.starts[ordinal + 1] - self.starts[ordinal]) // (2 if self.positions else 1)

    cdef int64_t df_at(self, int64_t ordinal) except -1:
        """How many documents have the term of an ordinal, which there is."""
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
        """The list of a term, None where the field has no such term.

        Args:
            term: any text.
            base: the number of the segment's first document in the collection.
        """
        cdef int64_t ordinal = self.dictionary.ordinal_of(term)
        return None if ordinal < 0 else self.list_at(ordinal, base)

    def list_at(self, Py_ssize_t ordinal, uint32_t base=0):
        """The list of the term of an ordinal; raises IndexError where there is none."""
        self.ensure(ordinal)
        cdef uint64_t start = self.starts[ordinal], end = self.starts[ordinal + 1]
        cdef const Sums *sums = self.checked.for_reading(start, end)
        return list_within(
            self, &self.data[0] if len(self.data) else NULL, len(self.data), start, end, sums, self.documents,
            self.positions, base
        )

    def beginning(self, str prefix not None, Py_ssize_t most, uint32_t base=0):
        """The lists of all terms that begin so; None where there are none.

        Args:
            prefix: what they begin with.
            most: terms beyond this many, in dictionary order, are left out.
            base: the number of the segment's first document in the collection.
        """
        cdef uint64_t start = 0, stop = 0
        self.dictionary.bounds_of(utf8(prefix), &start, &stop)
        stop = min(stop, start + <uint64_t> max(most, 0))
        if start >= stop:
            return None
        cdef TermRange found = TermRange(
            self.data, self.starts[start:stop + 1], self.documents, positions=self.positions, base=base
        )
        found.checked = self.checked
        found.range.sums = self.checked.for_reading(self.starts[start], self.starts[stop])
        return found
