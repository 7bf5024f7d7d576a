"""Counts of adjacent terms, as the kernel reads them from a file's columns."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from onneshon.index.kernel import DamageError
from onneshon.index.kernel.terms import APART, Dictionary, TermPairs, front_coded

WORDS = ("আজ", "ঢাকা", "পদ্মা", "বই", "সেতু")
"""Words in ascending order."""

Columns = dict[str, NDArray[Any]]


def dictionary() -> Dictionary:
    """The dictionary of these words."""
    return Dictionary(*front_coded([word.encode() for word in WORDS], b"", 0))


def columns(times: Mapping[tuple[int, int], int]) -> Columns:
    """The columns for some counts, given by ordinals of words."""
    pairs = sorted(times)
    counts = np.array([times[pair] for pair in pairs], np.uint32)
    starts = np.searchsorted([first for first, _ in pairs], range(len(WORDS) + 1))
    return {
        "starts": starts.astype(np.uint32),
        "seconds": np.array([second for _, second in pairs], np.uint32),
        "counts": np.minimum(counts, APART).astype(np.uint8),
        "places": np.flatnonzero(counts >= APART).astype(np.uint32),
        "large": counts[counts >= APART],
    }


number = st.integers(0, len(WORDS) - 1)


@given(st.dictionaries(st.tuples(number, number), st.sampled_from([1, 2, APART - 1, APART, 70_000])))
def test_every_pair_has_its_count_and_no_other_has_one(times: dict[tuple[int, int], int]) -> None:
    """A single pair and many words between two at once have the same counts."""
    pairs = TermPairs(dictionary(), **columns(times))
    for first, before in enumerate(WORDS):
        here = [times.get((first, second), 0) for second in range(len(WORDS))]
        assert [pairs.count(before, word) for word in WORDS] == here
        for last, after in enumerate(WORDS):
            there = [times.get((second, last), 0) for second in range(len(WORDS))]
            assert pairs.beside(before, WORDS, after) == list(zip(here, there, strict=True))
        start, stop = pairs.range(before)
        assert stop - start == sum(pair[0] == first for pair in times)


def test_a_word_that_nothing_has_stands_beside_nothing() -> None:
    """The same holds for an empty word."""
    pairs = TermPairs(dictionary(), **columns({(2, 4): 7}))
    assert (pairs.count("নদী", "সেতু"), pairs.count("পদ্মা", "নদী"), pairs.range("নদী")) == (0, 0, (0, 0))
    assert pairs.beside("", ["সেতু", "নদী"], "বই") == [(0, 0), (0, 0)]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("starts", [0, 0, 0, 9, 9, 9]),
        ("starts", [0, 0, 5, 2, 2, 2]),
        ("places", [1]),
        ("starts", [0, 2]),
        ("counts", [1]),
        ("large", []),
    ],
)
def test_columns_that_cannot_be_are_damage(name: str, values: list[int]) -> None:
    """Nothing is read beyond the columns."""
    sound = columns({(2, 3): APART, (2, 4): 7})
    damaged = sound | {name: np.array(values, sound[name].dtype)}
    with pytest.raises(DamageError):
        TermPairs(dictionary(), **damaged).count("পদ্মা", "বই")
