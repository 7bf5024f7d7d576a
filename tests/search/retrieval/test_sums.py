"""Lists of documents add up document by document."""

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from search.retrieval.sums import summed

values = st.dictionaries(st.integers(0, 400), st.integers(1, 9), max_size=60)


@given(st.lists(values, max_size=4))
def test_every_document_has_the_sum_of_its_values(parts: list[dict[int, int]]) -> None:
    """Once each and ascending, whatever lists they are in."""
    lists = [
        (np.array(sorted(part), np.uint32), np.array([part[doc] for doc in sorted(part)], np.float64))
        for part in parts
    ]
    docs, sums = summed(lists)
    expected: Counter[int] = Counter()
    for part in parts:
        expected.update(part)
    assert dict(zip(docs.tolist(), sums.tolist(), strict=True)) == dict(sorted(expected.items()))
