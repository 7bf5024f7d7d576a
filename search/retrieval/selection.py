"""The best of what was found, in their order: by score, equal scores by id."""

import numpy as np

from index.kernel.order import best_first
from search.retrieval.collection import Collection
from search.retrieval.doc_lists import Docs, Scores

__all__ = ["MANY_TIES", "select"]

MANY_TIES = 2_000
"""Beyond so many tied articles their order is taken from a table of all ids."""


def select(collection: Collection, docs: Docs, scores: Scores, k: int) -> tuple[Docs, Scores, list[str]]:
    """The ``k`` best, best first, ties in the order of their ids; and those ids."""
    places = best_first(scores, k)
    docs, scores = docs[places], scores[places]
    if len(docs) > k + MANY_TIES:
        order = np.lexsort((collection.id_ranks[docs], -scores))[:k]
        return docs[order], scores[order], collection.ids(docs[order])
    names, values = collection.ids(docs), scores.tolist()
    if len({*values}) == len(values):
        return docs, scores, names
    ranking = sorted(range(len(values)), key=lambda place: (-values[place], names[place]))[:k]
    return docs[ranking], scores[ranking], [names[place] for place in ranking]
