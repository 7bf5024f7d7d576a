"""The keys of documents as texts, each compared with its sums before it is read."""

from cpython.unicode cimport PyUnicode_DecodeUTF8
from libc.stdint cimport uint8_t, uint32_t, uint64_t

from onneshon.index.kernel.checksum cimport CheckedBlocks

from onneshon.index.kernel.errors import DamageError

__all__ = ["DocumentKeys"]


cdef class DocumentKeys:
    """The keys of the documents of a segment.

    Args:
        data: all keys in UTF-8, one after another.
        ends: where each of them ends.
        checked_data: the same data, to be compared with their sums.
        checked_ends: likewise.

    Raises:
        ValueError: what is checked is not what is read.
    """

    cdef const uint8_t[::1] data
    cdef const uint32_t[::1] ends
    cdef CheckedBlocks checked_data, checked_ends

    def __init__(
        self, const uint8_t[::1] data not None, const uint32_t[::1] ends not None,
        CheckedBlocks checked_data not None, CheckedBlocks checked_ends not None,
    ):
        if len(data) != len(checked_data.data) or len(ends) * 4 != len(checked_ends.data):
            raise ValueError("what is read must be checked")
        self.data, self.ends = data, ends
        self.checked_data, self.checked_ends = checked_data, checked_ends

    def of(self, docs):
        """The keys of some documents, in their order.

        Raises:
            DamageError: they are not as they were written.
            IndexError: there is no such document.
        """
        cdef Py_ssize_t doc
        return [self.text(doc) for doc in docs]

    cdef str text(self, Py_ssize_t doc):
        cdef uint64_t start = 0, stop
        if not 0 <= doc < len(self.ends):
            raise IndexError(f"no document {doc}")
        self.checked_ends.check((doc - 1 if doc else doc) * 4, (doc + 1) * 4)
        if doc:
            start = self.ends[doc - 1]
        stop = self.ends[doc]
        if not start <= stop <= <uint64_t> len(self.data):
            raise DamageError("the keys of documents are damaged")
        if start == stop:
            return ""
        self.checked_data.check(start, stop)
        return PyUnicode_DecodeUTF8(<const char *> &self.data[start], stop - start, "surrogatepass")
