"""The best documents in their order."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onneshon.index.kernel import DamageError
from onneshon.index.kernel.keys import Keys, best_first
from tests.index.kernel.plain_lists import u4

KEYS = ["", "a", "ab", "b", "নদী", "নদীর", "শহর", "\U0001f600", "\ue000", "a"]


def keys_of(names: list[str], base: int = 0) -> tuple[int, np.ndarray, np.ndarray]:
    """The keys of a segment as the kernel reads them."""
    data = [name.encode() for name in names]
    return base, np.frombuffer(b"".join(data), np.uint8), np.cumsum([*map(len, data)], dtype=np.uint32)


@given(
    st.lists(st.tuples(st.sampled_from(KEYS), st.sampled_from([0.0, 0.5, 1.0, 7.25])), max_size=40),
    st.integers(0, 45),
    st.integers(0, 40),
)
def test_the_best_come_first_and_equal_ones_by_their_keys(
    found: list[tuple[str, float]], k: int, cut: int
) -> None:
    """The order of code points is that of bytes; equal keys stay in the order of documents."""
    names = [name for name, _ in found]
    cut = min(cut, len(names))
    segments = [keys_of(names[:cut]), keys_of(names[cut:], cut)]
    scores = np.array([score for _, score in found], np.float64)
    docs = np.arange(len(found), dtype=np.uint32)
    best, of_best, compared = best_first(docs, scores, k, Keys(segments))
    order = sorted(range(len(found)), key=lambda place: (-scores[place], names[place]))
    assert best.tolist() == order[:k]
    assert of_best.tolist() == scores[order[:k]].tolist()
    if len({*scores.tolist()}) == len(scores):
        assert not compared


def test_a_damaged_key_is_noticed_where_it_decides() -> None:
    """Keys that end outside of what there is, and documents that have none."""
    base, data, _ = keys_of(["নদী", "শহর"])
    equal, docs = np.ones(2), u4([0, 1])
    for ends in (u4([9, 99]), u4([9, 3]), u4([9])):
        with pytest.raises(DamageError):
            best_first(docs, equal, 2, Keys([(base, data, ends)]))
    with pytest.raises(DamageError):
        best_first(docs, equal, 2, Keys([]))
    assert best_first(docs, np.array([1.0, 2.0]), 2, Keys([]))[0].tolist() == [1, 0]


def test_a_score_for_each_document_is_wanted() -> None:
    """Arrays of different lengths are no documents with scores."""
    with pytest.raises(ValueError, match="a score for each document"):
        best_first(u4([0, 1]), np.ones(1), 1, Keys([]))
    with pytest.raises(ValueError, match="a score for each document"):
        best_first(u4([0]), np.ones(1), -1, Keys([]))
