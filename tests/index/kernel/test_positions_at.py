"""Positions and scores of given documents in posting lists."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onneshon.index.kernel.clauses import Clause, Impacts, Scored
from onneshon.index.kernel.positions import positions_at, scores_at
from tests.index.kernel.plain_lists import Plain, kernel_list, kernel_lists, postings, u4

SIZE = 3_000

chosen = st.lists(st.integers(0, SIZE - 1), unique=True, max_size=200).map(sorted)


@given(postings(SIZE, positions=True), chosen, st.integers(1, SIZE - 1))
def test_positions_of_a_word_in_some_documents(plain: Plain, docs: list[int], cut: int) -> None:
    """Documents without the word have no positions; postings of other documents are skipped."""
    docs = sorted({*docs, *plain.docs[::7]})
    rows, positions = positions_at(kernel_lists(plain, [0, cut, SIZE]), u4(docs))
    expected = [
        (row, position)
        for row, doc in enumerate(docs)
        if doc in plain.entries
        for position in plain.entries[doc][1] or []
    ]
    assert list(zip(rows.tolist(), positions.tolist(), strict=True)) == expected
    assert rows.dtype.name == "int64"


@given(postings(SIZE, positions=False), chosen, st.integers(1, SIZE - 1))
def test_what_a_list_gives_some_documents(plain: Plain, docs: list[int], cut: int) -> None:
    """The impact or the score of each document; 0 where the list lacks it."""
    docs = sorted({*docs, *plain.docs[::7]})
    expected = [plain.entries[doc][0] if doc in plain.entries else 0 for doc in docs]
    found = scores_at(kernel_lists(plain, [0, cut, SIZE]), u4(docs))
    assert (found.tolist(), found.dtype.name) == (expected, "uint8")
    scores = scores_at(Scored(u4(plain.docs), u4(1000 * impact for impact in plain.impacts)), u4(docs))
    assert (scores.tolist(), scores.dtype.name) == ([1000 * score for score in expected], "uint32")
    impacts = scores_at(Impacts(u4(plain.docs), np.array(plain.impacts, np.uint8), 7, 7), u4(docs))
    assert (impacts.tolist(), impacts.dtype.name) == (expected, "uint8")


def test_nothing_is_held_of_no_documents_or_by_no_list() -> None:
    """The arrays are empty or zero, and of the same types."""
    plain = kernel_list(Plain({3: (1, [2])}), 10)
    empty = kernel_lists(Plain({}), [0, 10])
    assert [len(part) for part in positions_at(plain, u4([]))] == [0, 0]
    assert [len(part) for part in positions_at(empty, u4([3]))] == [0, 0]
    assert scores_at(plain, u4([])).tolist() == []
    assert scores_at(empty, u4([3])).tolist() == [0]
    assert scores_at(Clause(plain, 7, 7), u4([3])).tolist() == [1]


def test_a_field_without_positions_is_refused() -> None:
    """The error prevents a wrong answer of no positions."""
    with pytest.raises(ValueError):
        positions_at(kernel_list(Plain({3: (1, None)}), 10), u4([3]))
