"""The keys of documents as strings, and the best documents by score and key."""

from cpython.unicode cimport PyUnicode_DecodeUTF8
from libc.stdint cimport int64_t, uint32_t, uint64_t, uint8_t
from libc.stdlib cimport free
from libc.string cimport memcmp, memmove

import numpy as np

from onneshon.index.kernel import DamageError
from onneshon.index.kernel.memory cimport clear, ones
from onneshon.index.kernel.postings cimport CheckedBlocks

__all__ = ["DocumentKeys", "Keys", "best_first", "near_groups"]

# The keys of documents as strings; the bytes of each are verified by their checksums before they are read.

cdef class DocumentKeys:
    """The keys of the documents of a segment.

    Args:
        data: all keys in UTF-8, one after another.
        ends: where each key ends in ``data``.
        checked_data: the blocks of ``data`` with their checksums.
        checked_ends: the blocks of ``ends`` with theirs.

    Raises:
        ValueError: the blocks are of another size than the data.
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
        """The keys of the given documents, in the same order.

        Raises:
            DamageError: the keys are damaged.
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


# The best documents in order: by score, documents of equal scores by the bytes of their keys.

cdef struct Segment:
    # The keys of a segment's documents, one after another.
    uint32_t base  # the number of the segment's first document
    const uint8_t *data
    size_t size
    const uint32_t *ends  # of each key
    size_t documents

cdef struct Key:
    const uint8_t *data
    size_t size


cdef class Keys:
    """The keys of the documents of a collection.

    Args:
        segments: for each segment the number of its first document, ascending, the keys of its documents one
            after another as bytes, and where each of them ends, uint32.
    """

    cdef Segment *segments
    cdef Py_ssize_t count
    cdef object owners

    def __init__(self, list segments not None):
        cdef const uint8_t[::1] data
        cdef const uint32_t[::1] ends
        cdef Segment *segment
        cdef Py_ssize_t i
        if self.segments != NULL:
            raise ValueError("keys are made once")
        self.segments = <Segment *> clear(len(segments), sizeof(Segment))
        self.count, self.owners = len(segments), []
        for i, (base, data, ends) in enumerate(segments):
            self.owners.append((data, ends))
            segment = &self.segments[i]
            segment.base, segment.size, segment.documents = base, len(data), len(ends)
            segment.data = &data[0] if len(data) else NULL
            segment.ends = &ends[0] if len(ends) else NULL

    def __dealloc__(self):
        free(self.segments)

    cdef int key(self, uint32_t doc, Key *found) except -1 nogil:
        cdef const Segment *segment
        cdef size_t start, stop
        cdef uint32_t row
        cdef Py_ssize_t i = self.count - 1
        while i > 0 and self.segments[i].base > doc:
            i -= 1
        if i >= 0 and doc >= self.segments[i].base:
            segment = &self.segments[i]
            row = doc - segment.base
            if row < segment.documents:
                start, stop = segment.ends[row - 1] if row else 0, segment.ends[row]
                if start <= stop <= segment.size:
                    found.data, found.size = segment.data + start, stop - start
                    return 0
        with gil:
            raise DamageError("the keys of documents are damaged")


cdef class Order:
    """The working memory of ``best_first``, freed at its end even after an error."""

    cdef Keys keys
    cdef Py_ssize_t *best
    cdef const uint32_t[::1] docs
    cdef const double[::1] scores
    cdef bint compared  # whether keys had to be compared

    def __dealloc__(self):
        free(self.best)

    cdef bint comes_first(self, Py_ssize_t row, Py_ssize_t other) except -1 nogil:
        """Whether the document of ``row`` is ordered before that of ``other``."""
        cdef Key a, b
        cdef size_t shared
        cdef int order = 0
        if self.scores[row] != self.scores[other]:
            return self.scores[row] > self.scores[other]
        self.compared = True
        self.keys.key(self.docs[row], &a)
        self.keys.key(self.docs[other], &b)
        shared = min(a.size, b.size)
        if shared:  # a segment without any bytes of keys has a NULL pointer, which ``memcmp`` must not get
            order = memcmp(a.data, b.data, shared)
        if order == 0 and a.size == b.size:
            return row < other
        return order < 0 or (order == 0 and a.size < b.size)

    cdef Py_ssize_t run(self, Py_ssize_t k) except -1 nogil:
        """Keep the k best in a sorted array, whose last one beats most other documents; return its size."""
        cdef Py_ssize_t row, low, high, middle, size = 0
        for row in range(len(self.docs)):
            if size == k and not self.comes_first(row, self.best[size - 1]):
                continue
            low, high = 0, size
            while low < high:
                middle = (low + high) // 2
                if self.comes_first(row, self.best[middle]):
                    high = middle
                else:
                    low = middle + 1
            size = min(size + 1, k)
            memmove(&self.best[low + 1], &self.best[low], (size - 1 - low) * sizeof(Py_ssize_t))
            self.best[low] = row
        return size


def best_first(
    const uint32_t[::1] docs not None, const double[::1] scores not None, Py_ssize_t k, Keys keys not None
):
    """The best documents, best first, those of equal scores in the order of their keys.

    Args:
        docs: the documents, shape (documents,).
        scores: the score of each, shape (documents,).
        k: the number wanted, 0 or more; all if there are fewer.
        keys: the keys of all documents.

    Returns:
        The documents, uint32, the score of each, float64, and whether keys were compared.

    Raises:
        DamageError: the key of a document is missing.
        ValueError: the arrays are of different lengths.
    """
    cdef Order order = Order()
    cdef Py_ssize_t size = 0, i
    if len(docs) != len(scores) or k < 0:
        raise ValueError("a score for each document is wanted")
    order.docs, order.scores, order.keys = docs, scores, keys
    k = min(k, len(docs))
    order.best = <Py_ssize_t *> clear(k, sizeof(Py_ssize_t))
    if k:
        with nogil:
            size = order.run(k)
    cdef uint32_t[::1] best = np.empty(size, np.uint32)
    cdef double[::1] of_best = np.empty(size)
    for i in range(size):
        best[i], of_best[i] = docs[order.best[i]], scores[order.best[i]]
    return np.asarray(best), np.asarray(of_best), bool(order.compared)


def near_groups(const uint64_t[::1] prints not None, Py_ssize_t count, int bits):
    """Group a ranking: a document joins the earliest group whose first document is its near duplicate.

    Args:
        prints: the 64-bit prints of the first documents of the ranking; 0 for one that is like no other.
        count: the number of documents; those after the last print are like no other.
        bits: the number of bits in which two prints of a group may differ.

    Returns:
        The rows that begin groups, the number of further rows in each group, and the group of each row.
    """
    cdef Py_ssize_t row, group, groups = 0
    cdef Py_ssize_t[::1] first = np.empty(count, np.intp), of = np.empty(count, np.intp)
    cdef int64_t[::1] more = np.zeros(count, np.int64)
    cdef uint64_t mine
    if len(prints) > count:
        raise ValueError("more prints than documents")
    for row in range(count):
        mine = prints[row] if row < len(prints) else 0
        for group in range(groups if mine else 0):
            if first[group] < len(prints) and prints[first[group]] and ones(prints[first[group]] ^ mine) <= bits:
                more[group] += 1
                break
        else:
            group = groups
            first[group] = row
            groups += 1
        of[row] = group
    return np.asarray(first)[:groups], np.asarray(more)[:groups], np.asarray(of)
