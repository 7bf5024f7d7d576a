"""The best of what was found, in their order: by score, equal scores by id."""

from itertools import pairwise

import numpy as np

from search.retrieval.collection import Collection
from search.retrieval.doc_lists import Docs, Scores

__all__ = ["MANY_TIES", "kth_best", "select"]

MANY_TIES = 2_000
"""Beyond so many tied articles their order is taken from a table of all ids."""


def kth_best(scores: Scores, k: int) -> float:
    """The k-th best score, or 0 where there are fewer."""
    return float(np.partition(scores, len(scores) - k)[len(scores) - k]) if 0 < k <= len(scores) else 0.0


def select(collection: Collection, docs: Docs, scores: Scores, k: int) -> tuple[Docs, Scores, list[str]]:
    """The ``k`` best, best first, ties in the order of their ids; and those ids."""
    if len(docs) > k:
        kept = scores >= kth_best(scores, k)
        docs, scores = docs[kept], scores[kept]
    if len(docs) > k + MANY_TIES:
        order = np.lexsort((collection.id_ranks[docs], -scores))[:k]
        return docs[order], scores[order], collection.ids(docs[order])
    ranking = np.argsort(-scores, kind="stable")
    docs, scores = docs[ranking], scores[ranking]
    borders = [0, *(np.flatnonzero(scores[1:] != scores[:-1]) + 1).tolist(), len(docs)]
    for start, stop in pairwise(borders):
        if start >= k:
            break
        if stop - start > 1:
            names = collection.ids(docs[start:stop])
            docs[start:stop] = docs[start:stop][sorted(range(len(names)), key=names.__getitem__)]
    return docs[:k], scores[:k], collection.ids(docs[:k])
