"""The lists of a field by their terms: where each is, and how many documents it has."""

from libc.stdint cimport int64_t, uint8_t, uint32_t, uint64_t

from index.kernel.blocks cimport varint
from index.kernel.checksum cimport sum_of
from index.kernel.dictionary cimport Dictionary

from index.kernel.blocks import PostingList
from index.kernel.errors import DamageError

__all__ = ["Lists"]

cdef enum:
    LONGEST = 5  # bytes of the number that a list begins with


cdef class Lists:
    """The lists of one field of one segment. Threads may share it.

    Args:
        dictionary: the terms.
        starts: where the list of each begins in the data, and where the last ends; uint32.
        data: the lists, see ``encoding.pyx``.
        documents: of the segment.
        positions: whether lists have frequencies and positions.
        unread: a byte for each block of the data, other than 0 until it was compared with its sum; none where
            there is nothing to compare.
        sums: of each block, see ``checksum.pyx``, uint32; None where they are of another kind.
        block: bytes of a block.
        check: called with a start and a stop, compares the blocks between them; raises what is to be raised.

    Raises:
        DamageError: the parts do not fit each other; methods raise it likewise.

    Attributes:
        dictionary: the terms.
    """

    def __init__(
        self, Dictionary dictionary not None, const uint32_t[::1] starts not None, data not None,
        uint32_t documents, *, bint positions, uint8_t[::1] unread not None, const uint32_t[::1] sums,
        Py_ssize_t block, check not None,
    ):
        if len(starts) != len(dictionary.shared) + 1 and len(dictionary.shared):
            raise DamageError("a list for each term is wanted")
        if block < 1:
            raise ValueError("a block has bytes")
        self.dictionary, self.starts, self.data, self.memory = dictionary, starts, data, data
        self.documents, self.positions = documents, positions
        if sums is not None and len(sums) != len(unread):
            raise ValueError("a sum for each block is wanted")
        self.unread, self.sums, self.block, self.check = unread, sums, block, check

    def frequency(self, str term not None):
        """How many documents have a term; 0 where it is none."""
        cdef bytes key = term.encode("utf-8", "surrogatepass")
        return self.df_of(<const uint8_t *> <char *> key, len(key))

    def df(self, Py_ssize_t ordinal):
        """How many documents have the term of an ordinal; raises IndexError where there is none."""
        if not 0 <= ordinal < len(self.dictionary.shared):
            raise IndexError(f"no term {ordinal}")
        return self.df_at(ordinal)

    def postings(self, Py_ssize_t ordinal, uint32_t base=0):
        """The list of a term.

        Args:
            ordinal: of the term; raises IndexError where there is none.
            base: what the number of the segment's first document is in the collection.
        """
        cdef uint32_t start, stop
        if not 0 <= ordinal < len(self.dictionary.shared):
            raise IndexError(f"no term {ordinal}")
        start, stop = self.starts[ordinal], self.starts[ordinal + 1]
        self.read(start, stop)
        return PostingList(self.memory, start, stop, self.documents, positions=self.positions, base=base)

    def list_of(self, str term not None, uint32_t base=0):
        """The list of a term, None where the field has no such term; see ``postings``."""
        cdef bytes key = term.encode("utf-8", "surrogatepass")
        cdef bint found = False
        cdef int64_t ordinal = self.dictionary.place_of(<const uint8_t *> <char *> key, len(key), &found)
        return self.postings(ordinal, base) if found else None

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
        cdef uint32_t df, start = self.starts[ordinal]
        cdef uint64_t stop = min(<uint64_t> start + LONGEST, <uint64_t> len(self.data))
        if start >= stop:
            raise DamageError("a list lies outside its section")
        self.read(start, stop)
        varint(&self.data[0] + start, &self.data[0] + stop, &df)
        return df

    cdef int read(self, uint64_t start, uint64_t stop) except -1:
        """Whatever is read of the data was compared with its sum."""
        cdef uint64_t block
        if start < stop:
            for block in range(start // self.block, min((stop - 1) // self.block + 1, <uint64_t> len(self.unread))):
                if self.unread[block] and not self.is_sound(block):
                    self.check(start, stop)
                    break
        return 0

    cdef bint is_sound(self, uint64_t block) noexcept:
        """Whether a block is as it was written, which is noted; not where its sum is of another kind."""
        cdef uint64_t start = block * self.block, size = <uint64_t> len(self.data)
        if self.sums is None or start >= size:
            return False
        if sum_of(&self.data[0] + start, min(self.block, size - start)) != self.sums[block]:
            return False
        self.unread[block] = 0
        return True
