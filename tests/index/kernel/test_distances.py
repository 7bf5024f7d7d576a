"""Distances between words and a typed one, compared with the definition of their dynamic programme."""

from itertools import product
from math import log, log1p
from typing import Any, TypeAlias

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from onneshon.index.kernel.spelling import Costs, distances, nearest, worths
from tests.index.kernel.plain_lists import u4

IMPOSSIBLE = np.float32(99)
Floats: TypeAlias = NDArray[np.float32]
UNITS = 7


def plain_table(given_costs: "Given") -> Floats:
    """Listed costs of each unit; or with an unintended letter after the unit, or before the first."""
    takes, places = len(given_costs.unlisted), len(given_costs.added) + 1
    added = np.array(given_costs.added, np.float32)
    table = np.full((UNITS, takes, places), IMPOSSIBLE, np.float32)
    for taken in range(min(takes, places)):
        table[:, taken, : places - taken] = given_costs.unlisted[taken]
        for place in range(places - taken):
            for unit, cost in given_costs.listed[taken][place if taken else 0]:
                table[unit, taken, place] = cost
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


def plain_distance(table: Floats, word: list[int], *, beginnings: bool) -> np.float32:
    """One step a unit: the first letters by the cheapest split, and the unit written as the rest."""
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


class Given:
    """Random costs: some units are listed at some places, most are not."""

    def __init__(self, takes: int, letters: int, seed: int) -> None:
        random = np.random.default_rng(seed)
        self.added = (random.random(letters) * 4).tolist()
        self.unlisted = [8.0, 8.0, 99.0, 99.0][:takes]
        self.listed = [
            [
                [(unit, float(random.random() * 9)) for unit in range(1, UNITS) if random.random() < 0.3]
                for _ in range(letters + 1 - taken if taken else 1)
            ]
            for taken in range(takes)
        ]

    def costs(self) -> Costs:
        """The costs as the kernel has them."""
        return Costs(UNITS, self.listed, self.unlisted, self.added)


words = st.lists(st.lists(st.integers(1, UNITS - 1), max_size=9), min_size=1, max_size=30)
costs_of = st.builds(Given, st.integers(1, 4), st.integers(0, 9), st.integers(0, 2**32))


def columns_of(rows: list[list[int]]) -> tuple[NDArray[np.uint8], NDArray[np.uint32]]:
    """The units of consecutive words, and the offset of each word."""
    codes = np.array([code for row in rows for code in row], np.uint8)
    return codes, u4([0, *np.cumsum([len(row) for row in rows])])


@given(words, costs_of, st.integers(0, 2**32), st.booleans())
def test_words_are_measured_by_their_units(
    rows: list[list[int]], chosen_costs: Given, seed: int, beginnings: bool
) -> None:
    """Sums are equal to the last bit, for words in any order."""
    table = plain_table(chosen_costs)
    chosen = np.random.default_rng(seed).integers(0, len(rows), 10)
    expected = [plain_distance(table, rows[place], beginnings=beginnings) for place in chosen]
    found = distances(chosen_costs.costs(), *columns_of(rows), chosen, beginnings=beginnings)
    assert found.tolist() == expected


@pytest.mark.parametrize(
    ("codes", "starts", "places"),
    [
        ([7], [0, 1], [0]),
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
    """The error prevents reads beyond the ends of costs and words."""
    costs, columns = Given(2, 3, 0).costs(), (np.array(codes, np.uint8), u4(starts))
    with pytest.raises(ValueError):
        distances(costs, *columns, np.array(places, np.int64))
    with pytest.raises(ValueError):
        nearest(costs, *columns, u4([5] * (len(starts) - 1)), np.array(places, np.int64), most=99)


@pytest.mark.parametrize(
    ("units", "listed", "unlisted", "letters"),
    [
        (3, [[[(3, 1.0)]]], [8.0], 1),
        (3, [[[(0, 1.0)]]], [8.0], 1),
        (3, [[[(-1, 1.0)]]], [8.0], 1),
        (0, [[[]]], [8.0], 1),
        (513, [[[]]], [8.0], 1),
        (3, [[[]]], [8.0, 8.0], 1),
        (3, [], [], 1),
        (3, [[[]]], [8.0], 129),
    ],
)
def test_costs_that_are_not_there_are_refused(
    units: int, listed: list[Any], unlisted: list[float], letters: int
) -> None:
    """Nothing is written beyond the units or the letters."""
    with pytest.raises(ValueError):
        Costs(units, listed, unlisted, [1.0] * letters)


def _least(frequencies: list[int], weight: float, logarithm: float) -> NDArray[np.float64]:
    """The bonus of each frequency."""
    return np.array([weight * (log1p(f) - 1 / f) + logarithm * log(f) for f in frequencies])


@given(
    words,
    costs_of,
    st.sampled_from([(0.0, 0.0), (0.55, 0.0), (0.0, 0.6)]),
    st.floats(-4, 40),
    st.integers(1, 9),
    st.integers(0, 2**32),
)
def test_those_within_a_distance_are_found(  # noqa: PLR0917 (what was drawn)
    rows: list[list[int]],
    chosen_costs: Given,
    weights: tuple[float, float],
    most: float,
    least: int,
    seed: int,
) -> None:
    """Distance less bonus is within the limit, or a little above it, and equal to the last bit."""
    frequencies = np.random.default_rng(seed).choice([1, 2, 3, 8, 9, 10, 5000, 2**32 - 1], len(rows))
    columns, places = columns_of(rows), np.arange(len(rows))
    every = distances(chosen_costs.costs(), *columns, places)
    indexes, found = nearest(
        chosen_costs.costs(),
        *columns,
        u4(frequencies),
        places,
        most=most,
        weight=weights[0],
        weight_of_logarithm=weights[1],
        least=least,
    )
    near = every - _least(frequencies.tolist(), *weights) <= most
    assert set(np.flatnonzero(near & (frequencies >= least)).tolist()) <= set(indexes.tolist())
    assert (found == every[indexes]).all()
    assert (frequencies[indexes] >= least).all()
    assert (found - _least(frequencies[indexes].tolist(), *weights) <= most + 1).all()


@given(words, costs_of, st.integers(1, 6), st.integers(0, 2**32))
def test_the_best_are_found(rows: list[list[int]], chosen_costs: Given, best: int, seed: int) -> None:
    """Those with the least distance less bonus are found, whatever words come before them."""
    frequencies = np.random.default_rng(seed).integers(1, 1000, len(rows))
    columns, places = columns_of(rows), np.arange(len(rows))
    left = distances(chosen_costs.costs(), *columns, places) - _least(frequencies.tolist(), 0.55, 0)
    indexes, _ = nearest(
        chosen_costs.costs(), *columns, u4(frequencies), places, most=1e6, weight=0.55, best=best
    )
    assert sorted(left[indexes].tolist())[:best] == sorted(left.tolist())[:best]


def test_a_word_of_no_article_is_refused() -> None:
    """So are a wrong number of frequencies, and a negative number of wanted words."""
    costs, columns = Given(2, 3, 0).costs(), columns_of([[1], [2]])
    for frequencies, best in product(([0, 1], [1], [1, 1]), (0, -1)):
        if frequencies != [1, 1] or best < 0:
            with pytest.raises(ValueError, match=r"article|frequency"):
                nearest(costs, *columns, u4(frequencies), np.arange(2), most=9, best=best)


def test_frequencies_are_worth_their_logarithms() -> None:
    """Frequencies of one or two articles are worth less than that."""
    assert worths(u4([1, 2, 900]), 0.55) == pytest.approx(_least([1, 2, 900], 0.55, 0))
