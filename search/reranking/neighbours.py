"""Three neighbours of a query that stand side by side; function words are read only where they may matter."""

from collections.abc import Callable, Iterator, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from search.reranking.occurrences import Occurrences
from search.reranking.query_words import QueryWord
from search.retrieval.phrases import Places

__all__ = ["rows_of_three"]

Rows = NDArray[np.bool_]
"""Whether something is so in each document, shape (rows,)."""


def rows_of_three(
    words: Sequence[QueryWord], found: Occurrences, places: Callable[[QueryWord], Places]
) -> Iterator[tuple[int, Rows]]:
    """For each three neighbours, in which documents both pairs of them stand side by side.

    The positions of function words make the longest lists of all. They are read where the two words of
    content beside them do meet; three neighbours with two function words are passed over.

    Args:
        words: of the query, in order.
        found: where those of content stand.
        places: reads where a function word stands.

    Yields:
        The place of the first of the three in ``words``, and the documents.
    """
    contents = iter(found.places)
    known = [None if word.function else next(contents) for word in words]

    @cache
    def of(at: int) -> Places:
        part = known[at]
        return places(words[at]) if part is None else part

    @cache
    def met(at: int) -> Rows:
        return found.follows(of(at), of(at + 1))

    for at in range(len(words) - 2):
        content = [i for i in range(at, at + 3) if not words[i].function]
        if len(content) > 1 and found.follows(of(content[0]), of(content[1]), content[1] - content[0]).any():
            yield at, met(at) & met(at + 1)
