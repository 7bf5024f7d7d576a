"""Several variants scored as one word, compared with sums document by document."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onneshon.index.kernel.counting import as_one_word
from onneshon.index.ranking import frequencies_of_impacts, impacts
from tests.index.kernel.plain_lists import Plain, kernel_lists, postings, u4

K1 = 2.0
TABLE = frequencies_of_impacts(K1)
SIZE = 7_000
"""Number of documents, enough for several windows."""

weights = st.sampled_from([1.0, 0.6, 0.05])
arrays = st.dictionaries(st.integers(0, SIZE - 1), st.floats(0.01, 90), max_size=300)


@given(
    st.lists(st.tuples(postings(SIZE, positions=False), weights), max_size=3),
    st.lists(st.tuples(arrays, weights), max_size=2),
)
def test_frequencies_of_all_writings_are_added_up(
    lists: list[tuple[Plain, float]], computed: list[tuple[dict[int, float], float]]
) -> None:
    """Each frequency times its weight, from lists and arrays; the impact is that of the sum."""
    sums: dict[int, float] = {}
    for plain, weight in lists:
        for doc, (impact, _) in sorted(plain.entries.items()):
            sums[doc] = sums.get(doc, 0.0) + float(TABLE[impact]) * weight
    for values, weight in computed:
        for doc, frequency in values.items():
            sums[doc] = sums.get(doc, 0.0) + frequency * weight
    variants = [(kernel_lists(plain, [0, SIZE // 2, SIZE]), weight) for plain, weight in lists]
    found = [
        ((u4(sorted(values)), np.array([values[doc] for doc in sorted(values)])), weight)
        for values, weight in computed
    ]
    docs, entries = as_one_word([*variants, *found], TABLE, K1)
    assert docs.tolist() == sorted(sums)
    assert entries.tolist() == impacts(np.array([sums[doc] for doc in sorted(sums)]), K1).tolist()
    assert (docs.dtype.name, entries.dtype.name) == ("uint32", "uint8")


def test_what_does_not_fit_is_refused() -> None:
    """A table that is too short, documents without frequencies, and unordered documents."""
    with pytest.raises(ValueError, match="impact"):
        as_one_word([], TABLE[:9], K1)
    with pytest.raises(ValueError, match="frequency"):
        as_one_word([((u4([1, 2]), np.ones(1)), 1.0)], TABLE, K1)
    with pytest.raises(ValueError, match="ascend"):
        as_one_word([((u4([2, 1]), np.ones(2)), 1.0)], TABLE, K1)


def test_documents_of_every_window_are_taken_once() -> None:
    """Documents at the ends of windows and far apart."""
    docs = [0, 63, 64, 2_047, 2_048, 4_095, 4_096, 100_000, 2**32 - 2]
    found, _ = as_one_word([((u4(docs), np.ones(9)), 1.0), ((u4(docs[::2]), np.ones(5)), 1.0)], TABLE, K1)
    assert found.tolist() == docs
