"""Distances of words from what was typed, by the definition of their dynamic programme."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from index.kernel.distances import distances

IMPOSSIBLE = np.float32(99)


def plain_distance(table: NDArray[np.float32], word: list[int], *, beginnings: bool) -> np.float32:
    """One step a unit: the first letters cost what fewer of them did, and the unit written as the rest."""
    _, takes, places = table.shape
    reached = [np.float32(0)] + [IMPOSSIBLE] * (places - 1)
    last = [reached[-1]]
    for unit in word:
        reached = [
            min(
                reached[place - taken] + table[unit, taken, place - taken]
                for taken in range(min(takes, place + 1))
            )
            for place in range(places)
        ]
        last.append(reached[-1])
    return min(last) if beginnings else last[-1]


words = st.lists(st.lists(st.integers(1, 4), max_size=6), min_size=1, max_size=30)


@given(words, st.integers(1, 4), st.integers(1, 7), st.integers(0, 2**32), st.booleans())
def test_words_are_measured_by_their_units(
    rows: list[list[int]], takes: int, places: int, seed: int, beginnings: bool
) -> None:
    """The very same sums, whether or not words begin alike, in whatever order they stand in memory."""
    table = (np.random.default_rng(seed).random((5, takes, places)) * 9).astype(np.float32)
    padded = np.zeros((7, len(rows)), np.uint8)
    for place, row in enumerate(rows):
        padded[: len(row), place] = row
    expected = [plain_distance(table, row, beginnings=beginnings) for row in rows]
    for layout in (padded, np.asfortranarray(padded)):
        assert distances(table, layout, IMPOSSIBLE, beginnings=beginnings).tolist() == expected


def test_no_words_have_no_distances() -> None:
    """Nor have words of no units any but that of writing nothing."""
    table = np.ones((2, 2, 3), np.float32)
    assert distances(table, np.zeros((3, 0), np.uint8), 99, beginnings=False).tolist() == []
    assert distances(table, np.zeros((0, 2), np.uint8), 99, beginnings=False).tolist() == [99, 99]


def test_a_unit_without_costs_is_refused() -> None:
    """Rather than read beyond the table."""
    with pytest.raises(ValueError):
        distances(np.ones((2, 2, 3), np.float32), np.full((1, 1), 2, np.uint8), 99, beginnings=False)
    with pytest.raises(ValueError):
        distances(np.ones((0, 2, 3), np.float32), np.full((1, 1), 2, np.uint8), 99, beginnings=False)
