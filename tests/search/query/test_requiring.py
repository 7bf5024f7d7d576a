"""A query of which an article must hold a word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onneshon.search.query.parser import parse, requiring
from onneshon.search.query.tree import All, content


@pytest.mark.parametrize(
    ("text", "typed", "expected"),
    [
        ("খালেদা জিয়া বিমানবালা", "বিমানবালা", "খালেদা জিয়া +বিমানবালা"),
        ("নদী ২০২৪ চর", "২০২৪", "নদী +(২০২৪) চর"),
        ("বন্যা ৭ মার্চ", "৭ মার্চ", "বন্যা +(৭ মার্চ)"),
        ("এক নদী পলি চর জেলে নৌকা ইলিশ", "চর", "চর AND (এক নদী পলি জেলে নৌকা ইলিশ)"),
    ],
)
def test_the_word_is_required_where_it_stands(text: str, typed: str, expected: str) -> None:
    """By a plus sign; of a headline, in which that is punctuation, by AND."""
    assert requiring(text, typed, typed) == expected


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("নদী +চর", "নদী"),
        ('"নদী চর" পলি', "পলি"),
        ("নদী চর নদী", "নদী"),
        ("নদী, চর", "নদী"),
        ("title:নদী চর", "চর"),
    ],
)
def test_what_is_more_than_plain_words_is_left_alone(text: str, typed: str) -> None:
    """Its signs may mean something else beside one more; so may a word that comes twice."""
    assert requiring(text, typed, typed) is None


def test_a_word_is_required_as_it_was_read() -> None:
    """Beside other words it might be read otherwise."""
    assert requiring("how to lose weight", "lose", "হার") == "how to +হার weight"


@given(
    st.lists(
        st.sampled_from(["নদী", "পলি", "চর", "জেলে", "২০২৪", "ইলিশ", "মেলা", "নৌকা"]), min_size=2, unique=True
    )
)
def test_every_article_of_it_holds_the_word(words: list[str]) -> None:
    """It is a condition of the tree, and what else was asked for is still asked for."""
    query = parse(requiring(" ".join(words), words[0], words[0]) or "").query
    assert isinstance(query, All)
    assert [concept.text for concept in content(query.children[0])] == [words[0]]  # type: ignore[union-attr]
    assert {concept.text for concept in content(query)} == {*words}  # type: ignore[union-attr]
