"""Postings from tokens, some terms at a time, so that memory has bounds."""

import numpy as np
import pytest

from onneshon.index.indexer.inversion import _ranges


@pytest.mark.parametrize(
    ("counts", "most", "ranges"),
    [
        ([], 9, []),
        ([4, 4, 4, 4], 8, [(0, 2), (2, 4)]),
        ([4, 4, 4, 4], 7, [(0, 1), (1, 2), (2, 3), (3, 4)]),
        ([9, 1, 1, 9], 2, [(0, 1), (1, 3), (3, 4)]),
        ([1, 1, 6, 1, 1, 1], 8, [(0, 3), (3, 6)]),
        ([2, 2, 2], 99, [(0, 3)]),
    ],
    ids=["none", "as many as fit", "one each", "too many of a term", "from where it stopped", "all"],
)
def test_terms_are_inverted_that_have_so_many_tokens_together(
    counts: list[int], most: int, ranges: list[tuple[int, int]]
) -> None:
    """Each once and in order; a term of more tokens by itself."""
    assert [*_ranges(np.array(counts, np.uint32), most)] == ranges
