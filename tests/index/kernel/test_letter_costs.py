"""What letters cost that are written as others, by the table that has them all."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from onneshon.index.kernel.distances import distances
from onneshon.index.kernel.letter_costs import LetterCosts
from onneshon.index.vocabulary.channels import letter_codes, misspelt
from onneshon.index.vocabulary.writer import signature
from tests.index.kernel.plain_lists import u4
from tests.index.kernel.test_within import edited, edits

spellings = st.text(alphabet="কখসশনণরবমািীুেঁ্ট", min_size=1, max_size=9)


def measured(typed: str, word: str) -> float:
    """As all words are measured."""
    codes = letter_codes([word])
    return float(distances(misspelt().table(typed), codes, u4([0, len(codes)]), np.arange(1))[0])


@given(spellings | st.just("") | st.text(max_size=4), spellings)
def test_a_distance_is_the_one_of_the_whole_table(typed: str, word: str) -> None:
    """To the last bit, and beyond the bound it is infinite."""
    costs, codes, expected = misspelt().letter_costs, letter_codes([word]).tobytes(), measured(typed, word)
    assert costs.distance(typed, codes, 1e9) == expected
    assert costs.distance(typed, codes, expected) == expected
    assert costs.distance(typed, codes, expected - 0.01) in {expected, np.inf}


@given(spellings, edits)
def test_no_bound_is_above_the_distance(word: str, changes: list[tuple[int, int, str]]) -> None:
    """Whatever letters the words share."""
    typed = edited(word, changes)
    least = misspelt().letter_costs.least_distance(typed, signature(word))
    assert 0 <= least <= measured(typed, word) + 1e-4


def test_bounds_tell_words_apart() -> None:
    """A letter that is hardly ever written for another costs much."""
    least = misspelt().letter_costs.least_distance
    assert least("কলম", signature("কলম")) == 0
    assert least("কলম", signature("কলস")) > 2


COLUMNS = np.ones((4, 256), np.float32)


@pytest.mark.parametrize(
    ("columns", "rows", "letters", "other"),
    [
        (COLUMNS[:2], {}, {}, 1.0),
        (COLUMNS[:, :200].copy(), {}, {}, 1.0),
        (COLUMNS, {"কখগ": 3}, {}, 1.0),
        (COLUMNS, {"ক": 4}, {}, 1.0),
        (COLUMNS, {"ক": 3}, {"া": -1.0}, 1.0),
        (COLUMNS, {"ক": 3}, {}, -1.0),
    ],
    ids=[
        "too few rows",
        "too few units",
        "three letters",
        "no such row",
        "a letter for less than nothing",
        "any",
    ],
)
def test_costs_of_other_letters_are_refused(
    columns: NDArray[np.float32], rows: dict[str, int], letters: dict[str, float], other: float
) -> None:
    """They would be read beyond their ends, or make bounds too great."""
    with pytest.raises(ValueError):
        LetterCosts(columns, rows, letters, other, 1.0)


def test_a_word_of_too_many_letters_is_refused() -> None:
    """There is no room for what they cost."""
    with pytest.raises(ValueError):
        misspelt().letter_costs.distance("ক" * 129, b"\x95", 1.0)
