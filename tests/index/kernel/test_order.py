"""The best documents in the order of their scores."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onneshon.index.kernel import DamageError
from onneshon.index.kernel.keys import Keys, best_first, near_groups
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
    """Keys are ordered by bytes, that is by code points; equal keys keep the order of documents."""
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
    """Keys that end outside of their bytes, and documents without a key."""
    base, data, _ = keys_of(["নদী", "শহর"])
    equal, docs = np.ones(2), u4([0, 1])
    for ends in (u4([9, 99]), u4([9, 3]), u4([9])):
        with pytest.raises(DamageError):
            best_first(docs, equal, 2, Keys([(base, data, ends)]))
    with pytest.raises(DamageError):
        best_first(docs, equal, 2, Keys([]))
    assert best_first(docs, np.array([1.0, 2.0]), 2, Keys([]))[0].tolist() == [1, 0]


def test_a_score_for_each_document_is_wanted() -> None:
    """Arrays of different lengths and a negative number are refused."""
    with pytest.raises(ValueError, match="a score for each document"):
        best_first(u4([0, 1]), np.ones(1), 1, Keys([]))
    with pytest.raises(ValueError, match="a score for each document"):
        best_first(u4([0]), np.ones(1), -1, Keys([]))


@given(st.lists(st.integers(0, 12) | st.integers(0, 2**64 - 1), max_size=40), st.integers(0, 6))
def test_who_nearly_equals_the_first_of_a_group_joins_the_earliest(prints: list[int], bits: int) -> None:
    """Fingerprint 0 is similar to none; a document without a fingerprint begins a group."""
    first, more, groups = near_groups(np.array(prints, np.uint64), len(prints) + 2, bits)
    leaders: list[int] = []
    expected = []
    for row in range(len(prints) + 2):
        mine = prints[row] if row < len(prints) else 0
        near = (
            group
            for group, leader in enumerate(leaders)
            if mine
            and leader < len(prints)
            and prints[leader]
            and (prints[leader] ^ mine).bit_count() <= bits
        )
        group = next(near, len(leaders))
        if group == len(leaders):
            leaders.append(row)
        expected.append(group)
    assert (first.tolist(), groups.tolist()) == (leaders, expected)
    assert more.tolist() == [expected.count(group) - 1 for group in range(len(leaders))]


def test_there_are_no_more_prints_than_documents() -> None:
    """Those beyond would belong to no document."""
    with pytest.raises(ValueError, match="prints"):
        near_groups(np.zeros(3, np.uint64), 2, 8)
