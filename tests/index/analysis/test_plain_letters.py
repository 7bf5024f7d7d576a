"""The kernel's fold and test of canonical words agree with patterns and replacements."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onneshon.index.analysis.canonical import STEPS
from onneshon.index.analysis.stemmer import SOUND_ALIKE, fold, homophones
from onneshon.index.kernel.stems import Folding, canonical_form, is_canonical
from tests.index.analysis import plain_letters
from tests.strategies import bengali_letters

STRETCHES = [
    "ক্ষ",
    "্য",
    "র্ব্ব",
    "র্ক্ক",
    "ঙ্গ",
    "ৎক",
    "কঅ",
    "াআ",
    "াা",
    "অা",
    "এ\u09cdযা",
    "কাঁ",
    "নঃ",
    "য\u09bc",
    "ড\u09bc",
    "ঢ\u09bc",
    "ব\u09bc",
    "ক\u09bc",
]

words = st.lists(
    st.sampled_from([*STRETCHES, *"কতনমরলসহযশষণ্ািীোঁং", *homophones()]) | bengali_letters, max_size=8
).map("".join)


@given(words)
def test_spellings_alike_have_the_key_that_the_rules_say(word: str) -> None:
    """The fold agrees for any letters, and for whole words of the tables."""
    assert fold(word) == plain_letters.fold(word)


@given(words)
def test_canonical_words_are_reported_as_the_pattern_says(word: str) -> None:
    """All steps together lead to a canonical word."""
    assert is_canonical(word) == plain_letters.is_canonical(word)
    form = canonical_form(word)
    assert form == plain_letters.canonical_form(word)
    assert form == word or not is_canonical(word)
    stepped = word
    for _, apply in STEPS:
        stepped = apply(stepped)
    assert form in {stepped, None}


@pytest.mark.parametrize(
    "word", ["", "ক" * 300 + "শ্ব" * 50, "শ" * 96, "ষ" * 97, "নদী\U0001f600", "নদী river"]
)
def test_words_of_any_length_and_letters_are_folded(word: str) -> None:
    """Words longer than the kernel's buffer, with letters of other blocks, and without any."""
    assert fold(word) == plain_letters.fold(word)
    assert is_canonical(word) == plain_letters.is_canonical(word)


@pytest.mark.parametrize("alike", [{"a": "b"}, {"ক": "খগঘঙ"}], ids=["another block", "four letters"])
def test_a_table_that_is_none_is_refused(alike: dict[str, str]) -> None:
    """Else letters would be looked up beyond its end."""
    with pytest.raises(ValueError, match="letter of the block"):
        Folding(alike, {})


def test_what_folds_to_nothing_keeps_itself() -> None:
    """A key is never empty."""
    assert [fold(word) for word in ("ঁ", "ঃ", "ঽ")] == ["ঁ", "ঃ", "ঽ"]
    assert all(len(others) <= 3 for others in SOUND_ALIKE.values())
