"""What features are worth in a few documents: words that begin alike, and the weighted sum of all."""

from libc.stdint cimport uint16_t

import numpy as np

__all__ = ["alike", "weighted"]


def alike(
    const uint16_t[:, ::1] anywhere not None, const uint16_t[:, ::1] in_title not None,
    const double[::1] body_norms not None, const double[::1] title_norms not None,
    const double[::1] rarities not None, double k1, double presence,
):
    """What words that begin alike are worth: those of a beginning count as one word.

    Args:
        anywhere: how many words of each beginning each document has, shape (beginnings, documents).
        in_title: how many of them its title has; where these are more, they count for all.
        body_norms: what one occurrence in the body of each document is worth, shape (documents,).
        title_norms: the same in its title.
        rarities: the inverse document frequency of each beginning, shape (beginnings,).
        k1: how slowly repetitions stop counting.
        presence: what having a word is worth at the least.

    Returns:
        The sum over all beginnings for each document, float64.

    Raises:
        ValueError: the arrays do not fit each other.
    """
    cdef Py_ssize_t rows = len(rarities), size = len(body_norms), row, i
    cdef double[::1] total = np.zeros(size)
    cdef double frequency
    cdef int elsewhere
    if not (len(title_norms) == size and anywhere.shape[0] == in_title.shape[0] == rows):
        raise ValueError("the counts of documents do not fit each other")
    if not anywhere.shape[1] == in_title.shape[1] == size:
        raise ValueError("the counts of documents do not fit each other")
    for row in range(rows):
        for i in range(size):
            if anywhere[row, i]:
                elsewhere = max(0, <int> anywhere[row, i] - <int> in_title[row, i])
                frequency = elsewhere * body_norms[i] + in_title[row, i] * title_norms[i]
                total[i] += rarities[row] * (frequency * (k1 + 1) / (frequency + k1) + presence)
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
