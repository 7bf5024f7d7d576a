"""The cost of having typed a word, over a channel of three units with simple costs."""

import numpy as np
import pytest

from onneshon.index.vocabulary.channels import Channel, Insertions

CEILING = 9.0
CHANNEL = Channel(
    [{"k": 0.5, "kh": 1.0, "": 2.0}, {"a": 0.25, "o": 20.0}, {"r": 0.0}],
    Insertions({"a": 3.0, "h": 1.5}, other=6.0, repeated=1.0, last={"e": 2.0, "a": 4.0}),
    CEILING,
)
"""ক is written k, kh or left out; া is written a, and hardly ever o; র is written r."""


@pytest.mark.parametrize(
    ("typed", "word", "cost"),
    [
        ("kar", [1, 2, 3], 0.75),
        ("khar", [1, 2, 3], 1.25),
        ("ar", [1, 2, 3], 2.25),
        ("kor", [1, 2, 3], 0.5 + CEILING),  # no letter costs more than the ceiling, though it is listed
        ("xar", [1, 2, 3], 8.25),  # a letter for no unit, and one unit left out
        ("x", [3], 9.0),  # or the letter for the unit
        ("ka", [1, 2, 3], 0.75 + CEILING),  # left out, though that is not listed
        ("kxr", [1, 2, 3], 0.5 + CEILING),
        ("kaar", [1, 2, 3], 1.75),  # a repeated letter
        ("kare", [1, 2, 3], 2.75),  # a letter that ends words
        ("kara", [1, 2, 3], 3.75),  # the lower of the two costs that it has there
        ("karx", [1, 2, 3], 6.75),
        ("hkar", [1, 2, 3], 2.25),
        ("k", [1], 0.5),
        ("", [1], 2.0),
    ],
)
def test_a_word_costs_what_its_units_and_other_letters_do(typed: str, word: list[int], cost: float) -> None:
    """The cost is that of the cheapest way in which its units can have been written."""
    assert CHANNEL.distances(typed, np.array(word, np.uint8)[:, None]).item() == pytest.approx(cost)


def test_the_beginning_of_a_word_is_as_far_as_its_nearest() -> None:
    """The best prefix counts; words of several lengths are measured together."""
    words = np.array([[1, 1, 3], [2, 2, 0], [3, 0, 0]], np.uint8)
    assert CHANNEL.distances("ka", words, beginnings=True).tolist() == pytest.approx(
        [0.75, 0.75, 12.0], abs=1e-6
    )
    assert CHANNEL.distances("ka", words).tolist()[:2] == pytest.approx([9.75, 0.75])


@pytest.mark.parametrize(
    ("typed", "beginning", "whole"),
    [("s", 1.0, 8.0), ("as", 1.25, 8.25), ("sh", 1.0, 1.0), ("sa", 8.25, 8.25)],
    ids=["begins it", "behind another unit", "all of it", "within the letters"],
)
def test_the_last_letters_may_begin_what_a_unit_is_written_as(
    typed: str, beginning: float, whole: float
) -> None:
    """Only the end of a beginning may break off between the letters of one unit: শ is written sh."""
    channel = Channel([{"sh": 1.0}, {"a": 0.25}], Insertions({}, 7.0, repeated=7.0), ceiling=8.0)
    word = np.array([2, 1] if typed == "as" else [1, 2] if typed == "sa" else [1], np.uint8)[:, None]
    assert channel.distances(typed, word, beginnings=True).item() == pytest.approx(beginning)
    assert channel.distances(typed, word).item() == pytest.approx(whole)
