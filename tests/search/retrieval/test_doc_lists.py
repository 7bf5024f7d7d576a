from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.retrieval.doc_lists import WeightedDocs, merge, sum_duplicates

SIZE = 400

lists = st.dictionaries(st.integers(0, SIZE - 1), st.integers(1, 9), max_size=60)
repeated = st.lists(st.tuples(st.integers(0, SIZE - 1), st.integers(1, 9)), max_size=60)


def valued(pairs: list[tuple[int, int]]) -> WeightedDocs:
    """Documents and values as the search has them."""
    return np.array([doc for doc, _ in pairs], np.intp), np.array([worth for _, worth in pairs], np.float32)


def as_counter(found: WeightedDocs) -> Counter[int]:
    """The value of each document; checks that they ascend."""
    docs, values = found[0].tolist(), found[1].tolist()
    assert docs == sorted(set(docs))
    return Counter(dict(zip(docs, map(int, values), strict=True)))


@given(lists, lists)
def test_two_lists_add_up(one: dict[int, int], other: dict[int, int]) -> None:
    """Every document of either is there once, in order, with both values; the lists stay as they were."""
    first, second = valued(sorted(one.items())), valued(sorted(other.items()))
    assert as_counter(merge(first, second)) == Counter(one) + Counter(other)
    assert as_counter(first) == Counter(one)
    assert as_counter(second) == Counter(other)


@pytest.mark.parametrize("size", [SIZE, 100_000])
@given(repeated, repeated)
def test_repeated_documents_add_up(
    size: int, one: list[tuple[int, int]], other: list[tuple[int, int]]
) -> None:
    """In any order and any number of times, in collections large and small."""
    expected: Counter[int] = Counter()
    for doc, worth in [*one, *other]:
        expected[doc] += worth
    assert as_counter(sum_duplicates([valued(one), valued(other)], size)) == expected


def test_nothing_adds_up_to_nothing() -> None:
    """There may be no lists at all."""
    assert as_counter(sum_duplicates([], SIZE)) == Counter()
