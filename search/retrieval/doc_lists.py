"""Lists of documents with a value for each, and how such lists add up."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["NOTHING", "Docs", "Scores", "WeightedDocs", "merge", "sum_duplicates"]

Docs = NDArray[np.intp]
"""Documents of a collection, ascending; of the type NumPy indexes with, which spares conversions."""

Scores = NDArray[np.float32]

WeightedDocs = tuple[Docs, Scores]
"""Documents and the value of each."""

FEW = 3
"""Lists of less than one in so many documents are sorted, longer ones counted document by document."""

NOTHING: Docs = np.empty(0, np.intp)


def merge(one: WeightedDocs, other: WeightedDocs) -> WeightedDocs:
    """Documents of either list, ascending, with the sum of their values.

    Args:
        one: documents, ascending and once each, with their values.
        other: the same; the shorter list is looked up in the longer one.
    """
    (docs, values), (others, more) = (one, other) if len(one[0]) >= len(other[0]) else (other, one)
    if not len(others):
        return docs, values
    places = docs.searchsorted(others)
    known = docs.take(places, mode="clip") == others
    sums = values.copy()
    sums[places[known]] += more[known]
    if known.all():
        return docs, sums
    new = ~known
    return _inserted(docs, sums, places[new], others[new], more[new])


def _inserted(docs: Docs, values: Scores, places: Docs, others: Docs, more: Scores) -> WeightedDocs:
    spots = places + np.arange(len(others))
    old = np.ones(len(docs) + len(others), np.bool_)
    old[spots] = False
    merged = np.empty(len(old), np.intp)
    sums = np.empty(len(old), np.float32)
    merged[spots], merged[old] = others, docs
    sums[spots], sums[old] = more, values
    return merged, sums


def sum_duplicates(parts: Sequence[WeightedDocs], size: int) -> WeightedDocs:
    """Documents of any of the lists, ascending, with the sum of their values.

    Args:
        parts: documents in any order and any number of times, with their values, all above 0.
        size: documents in the collection.
    """
    if not parts:
        return NOTHING, np.empty(0, np.float32)
    docs = np.concatenate([part[0] for part in parts])
    values = np.concatenate([part[1] for part in parts])
    if len(docs) * FEW > size:
        sums = np.bincount(docs, values, size)
        docs = sums.nonzero()[0]
        return docs, sums[docs].astype(np.float32)
    # A document above its place in one number: sorting numbers is twice as fast as sorting places by them.
    keys = docs << 32 | np.arange(len(docs))
    keys.sort()
    docs, values = keys >> 32, values[keys & 0xFFFFFFFF]
    first = np.flatnonzero(np.diff(docs, prepend=-1))
    return docs[first], np.add.reduceat(values, first) if len(first) else np.empty(0, np.float32)
