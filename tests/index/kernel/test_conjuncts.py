"""Conjuncts put in the place of others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onneshon.index.kernel.conjuncts import Conjuncts
from tests.index.kernel.plain_conjuncts import plain_others
from tests.strategies import bengali_words, mixed_text

LETTERS = "সতয্"

rules = st.lists(
    st.tuples(
        st.text(LETTERS, min_size=1, max_size=3) | st.text(LETTERS, min_size=1, max_size=2).map("^{}".format),
        st.text(LETTERS, max_size=4),
    ),
    max_size=6,
)


@given(st.text(LETTERS, max_size=12) | bengali_words | mixed_text, rules)
def test_conjuncts_are_put_in_as_by_patterns(word: str, some: list[tuple[str, str]]) -> None:
    """In the order of the rules and from the left to the right, whatever the text."""
    assert Conjuncts(some).others(word) == [*plain_others(word, some)]


@pytest.mark.parametrize("typed", ["", "^"])
def test_a_rule_that_looks_for_nothing_is_refused(typed: str) -> None:
    """It would find it everywhere."""
    with pytest.raises(ValueError):
        Conjuncts([(typed, "ক")])
