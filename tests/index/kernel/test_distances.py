"""Distances of words from what was typed, by the definition of their dynamic programme."""

from typing import Any, TypeAlias

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from onneshon.index.kernel.spelling import cost_table, distances
from tests.index.kernel.plain_lists import u4

IMPOSSIBLE = np.float32(99)


def plain_distance(table: NDArray[np.float32], word: list[int], *, beginnings: bool) -> np.float32:
    """One step a unit: the first letters cost what fewer of them did, and the unit written as the rest."""
    _, takes, places = table.shape
    reached = [np.float32(0)] + [IMPOSSIBLE] * (places - 1)
    last = [reached[-1]]
    for unit in word:
        reached = [
            min(
                reached[end - taken] + table[unit, taken, end - taken] for taken in range(min(takes, end + 1))
            )
            for end in range(places)
        ]
        last.append(reached[-1])
    return min(last) if beginnings else last[-1]


words = st.lists(st.lists(st.integers(1, 4), max_size=6), min_size=1, max_size=30)


@given(words, st.tuples(st.integers(1, 4), st.integers(1, 7)), st.integers(0, 2**32), st.booleans())
def test_words_are_measured_by_their_units(
    rows: list[list[int]], shape: tuple[int, int], seed: int, beginnings: bool
) -> None:
    """The very same sums, of some words in any order, with a number added to each code."""
    random = np.random.default_rng(seed)
    table = (random.random((7, *shape)) * 9).astype(np.float32)
    codes = np.array([code for row in rows for code in row], np.uint8)
    starts = u4(np.cumsum([0, *map(len, rows)]).tolist())
    chosen = random.integers(0, len(rows), 10)
    for added in (0, 2):
        expected = [
            plain_distance(table, [code + added for code in rows[place]], beginnings=beginnings)
            for place in chosen
        ]
        found = distances(table, codes, starts, chosen, added=added, beginnings=beginnings)
        assert not len(codes) or found.tolist() == expected


@pytest.mark.parametrize(
    ("codes", "starts", "places"),
    [
        ([2], [0, 1], [0]),
        ([1], [0, 2], [0]),
        ([1], [1, 0], [0]),
        ([1], [0, 1], [1]),
        ([1], [0, 1], [-1]),
        ([1], [], [0]),
    ],
    ids=[
        "a unit without costs", "a word that is cut off", "a word that ends before it begins",
        "after all words", "before all words", "no words",
    ],
)  # fmt: skip
def test_words_that_are_not_there_are_refused(codes: list[int], starts: list[int], places: list[int]) -> None:
    """Rather than read beyond the table or the words."""
    table = np.ones((2, 2, 3), np.float32)
    with pytest.raises(ValueError):
        distances(table, np.array(codes, np.uint8), u4(starts), np.array(places, np.int64))


def plain_table(
    columns: NDArray[np.float32], chosen: NDArray[np.int32], added: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Each unit as listed; then with a letter after it that nobody meant, or one before the first."""
    takes, places = chosen.shape
    table = np.full((columns.shape[1], takes, places), IMPOSSIBLE, np.float32)
    for taken in range(min(takes, places)):
        for place in range(places - taken):
            table[:, taken, place] = columns[chosen[taken, place]]
    for taken in range(1, min(takes, places)):
        starts = places - taken
        behind = table[:, taken - 1, :starts] + added[taken - 1 :]
        ahead = table[:, taken - 1, 1 : starts + 1] + added[:starts]
        table[:, taken, :starts] = np.minimum(table[:, taken, :starts], behind)
        ahead = ahead if taken > 1 else ahead[:, :1]
        table[:, taken, : ahead.shape[1]] = np.minimum(table[:, taken, : ahead.shape[1]], ahead)
    table[0] = IMPOSSIBLE
    table[0, 0] = 0
    return table


@given(st.integers(1, 4), st.integers(0, 6), st.integers(1, 9), st.integers(0, 2**32))
def test_costs_are_those_of_each_unit_and_of_letters_too_many(
    takes: int, letters: int, units: int, seed: int
) -> None:
    """The very same sums."""
    random = np.random.default_rng(seed)
    columns = (random.random((5, units)) * 9).astype(np.float32)
    chosen = random.integers(0, 5, (takes, letters + 1), np.int32)
    added = (random.random(letters) * 4).astype(np.float32)
    assert np.array_equal(cost_table(columns, chosen, added), plain_table(columns, chosen, added))


@pytest.mark.parametrize(
    ("chosen", "letters"), [([[0, 5]], 1), ([[-1, 0]], 1), ([[0, 0]], 2), ([[0, 0], [9, 0]], 1)]
)
def test_costs_that_are_not_there_are_refused(chosen: list[list[int]], letters: int) -> None:
    """Rather than read beyond the columns, or the letters."""
    with pytest.raises(ValueError):
        cost_table(np.ones((5, 3), np.float32), np.array(chosen, np.int32), np.ones(letters, np.float32))


Floats: TypeAlias = NDArray[np.floating[Any]]


def _measured(rows: list[list[int]], seed: int, **wanted: Any) -> tuple[Floats, Floats, Floats]:
    """The distances of words by costs at random, what each is worth, and the distances that are wanted."""
    random = np.random.default_rng(seed)
    table = (random.random((7, 3, 6)) * 9).astype(np.float32)
    codes = np.array([code for row in rows for code in row], np.uint8)
    starts = u4([0, *np.cumsum([len(row) for row in rows])])
    worths = random.random(len(rows)) * 4
    words_of = (table, codes, starts, np.arange(len(rows)))
    return distances(*words_of), worths, distances(*words_of, worths=worths, **wanted)


@given(words.filter(any), st.integers(1, 6), st.integers(0, 2**32))
def test_the_best_are_measured_as_if_all_were(rows: list[list[int]], best: int, seed: int) -> None:
    """Those with the least of distance less worth; others are as far or infinitely far."""
    every, worths, found = _measured(rows, seed, best=best)
    order = np.argsort(every - worths, kind="stable")[:best]
    assert np.argsort(found - worths, kind="stable")[:best].tolist() == order.tolist()
    assert (found[order] == every[order]).all()
    assert ((found == every) | np.isinf(found)).all()


@given(words.filter(any), st.floats(-4, 40), st.integers(0, 2**32))
def test_those_within_a_distance_are_measured_as_if_all_were(
    rows: list[list[int]], within: float, seed: int
) -> None:
    """Less what they are worth; others are as far or infinitely far."""
    every, worths, found = _measured(rows, seed, within=within)
    near = every <= within + worths
    assert (found[near] == every[near]).all()
    assert ((found == every) | np.isinf(found)).all()


def test_every_word_that_is_weighed_has_a_worth() -> None:
    """And beginnings are measured to their ends."""
    table, codes, starts = np.zeros((2, 1, 1), np.float32), np.ones(2, np.uint8), u4([0, 1, 2])
    for more in ({"worths": np.zeros(1), "best": 1}, {"best": 1, "beginnings": True}, {"best": -1}):
        with pytest.raises(ValueError, match="best"):
            distances(table, codes, starts, np.arange(2), **more)
