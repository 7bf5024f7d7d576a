"""Lists of documents with a value each, added up document by document."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from search.retrieval.doc_lists import NOTHING, Docs

__all__ = ["summed"]


def summed(parts: Sequence[tuple[Docs, NDArray[np.float64]]]) -> tuple[Docs, NDArray[np.float64]]:
    """Documents of any of some lists, ascending, with the sums of their values in the order of the lists.

    Args:
        parts: documents, ascending and once each, with their values, all above 0.
    """
    filled = [part for part in parts if len(part[0])]
    if len(filled) < 2:  # noqa: PLR2004 (nothing to add)
        return filled[0] if filled else (NOTHING, np.empty(0))
    every = np.concatenate([docs for docs, _ in filled])
    values = np.concatenate([values for _, values in filled])
    order = np.argsort(every, kind="stable")
    every, values = every[order], values[order]
    first = np.flatnonzero(np.concatenate(([True], every[1:] != every[:-1])))
    return every[first], np.add.reduceat(values, first)
