"""What features are worth in a few documents: words that begin alike, and the weighted sum of all."""

from libc.stdint cimport uint16_t, uint32_t

import numpy as np

__all__ = ["Norms", "alike", "weighted"]


cdef class Norms:
    """What one occurrence of a word is worth in a text of each document, by the length of the text.

    Args:
        lengths: tokens of the text of each document, shape (documents,).
        table: what an occurrence is worth in texts of 0, 1, 2 ... tokens, up to the longest.

    Raises:
        ValueError: a text is longer.
    """

    cdef const uint32_t[::1] lengths
    cdef const double[::1] table

    def __init__(self, const uint32_t[::1] lengths not None, const double[::1] table not None):
        cdef Py_ssize_t i
        cdef uint32_t longest = 0
        for i in range(len(lengths)):
            longest = max(longest, lengths[i])
        if len(lengths) and longest >= len(table):
            raise ValueError("a text is longer than the table")
        self.lengths, self.table = lengths, table

    def of(self, const uint32_t[::1] docs not None):
        """What it is worth in each of some documents, float64; raises IndexError where there is none such."""
        cdef double[::1] found = np.empty(len(docs))
        cdef Py_ssize_t i
        self.check(docs)
        for i in range(len(docs)):
            found[i] = self.table[self.lengths[docs[i]]]
        return np.asarray(found)

    cdef int check(self, const uint32_t[::1] docs) except -1:
        cdef Py_ssize_t i
        for i in range(len(docs)):
            if docs[i] >= <size_t> len(self.lengths):
                raise IndexError(f"no document {docs[i]}")
        return 0


def alike(
    const uint16_t[:, ::1] anywhere not None, const uint16_t[:, ::1] in_title not None,
    const uint32_t[::1] docs not None, Norms bodies not None, Norms titles not None, rarities, double k1,
    double presence,
):
    """What words that begin alike are worth: those of a beginning count as one word.

    Args:
        anywhere: how many words of each beginning each document has, shape (beginnings, documents).
        in_title: how many of them its title has; where these are more, they count for all.
        docs: the documents, shape (documents,).
        bodies: what one occurrence in the body of each document of the collection is worth.
        titles: the same in its title.
        rarities: the inverse document frequency of each beginning.
        k1: how slowly repetitions stop counting.
        presence: what having a word is worth at the least.

    Returns:
        The sum over all beginnings for each document, float64.

    Raises:
        IndexError: a document is not of the collection.
        ValueError: the arrays do not fit each other.
    """
    cdef Py_ssize_t size = len(docs), row, i
    cdef double[::1] total = np.zeros(size)
    cdef double frequency, rarity
    cdef int elsewhere
    if not (
        anywhere.shape[0] == in_title.shape[0] == len(rarities)
        and anywhere.shape[1] == in_title.shape[1] == size
    ):
        raise ValueError("the counts of documents do not fit each other")
    bodies.check(docs)
    titles.check(docs)
    for row in range(anywhere.shape[0]):
        rarity = rarities[row]
        for i in range(size):
            if anywhere[row, i]:
                elsewhere = max(0, <int> anywhere[row, i] - <int> in_title[row, i])
                frequency = elsewhere * bodies.table[bodies.lengths[docs[i]]]
                frequency += in_title[row, i] * titles.table[titles.lengths[docs[i]]]
                total[i] += rarity * (frequency * (k1 + 1) / (frequency + k1) + presence)
    return np.asarray(total)


def weighted(const double[:, ::1] features not None, const double[::1] weights not None):
    """The sum of features, each times its weight, for each document.

    Args:
        features: shape (features, documents).
        weights: shape (features,).

    Returns:
        Sums, float64, shape (documents,); added up in the order of the features.

    Raises:
        ValueError: the arrays do not fit each other.
    """
    cdef Py_ssize_t row, i, size = features.shape[1]
    cdef double[::1] total = np.zeros(size)
    if features.shape[0] != len(weights):
        raise ValueError("a weight for each feature is wanted")
    for row in range(len(weights)):
        for i in range(size):
            total[i] += features[row, i] * weights[row]
    return np.asarray(total)
