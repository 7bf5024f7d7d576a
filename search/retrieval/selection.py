"""The best of what was found, in their order: by score, equal scores by id."""

from onneshon.index.kernel.keys import best_first
from onneshon.search.retrieval.collection import Collection
from onneshon.search.retrieval.doc_lists import Docs, Scores

__all__ = ["select"]


def select(collection: Collection, docs: Docs, scores: Scores, k: int) -> tuple[Docs, Scores, list[str]]:
    """The ``k`` best, best first, ties in the order of their ids; and those ids."""
    best, of_best, ids_decided = best_first(docs, scores, k, collection.keys)
    if ids_decided:
        collection.check_ids()
    return best, of_best, collection.ids(best)
