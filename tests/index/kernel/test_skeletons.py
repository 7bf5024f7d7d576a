"""Skeletons of words, computed letter by letter."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onneshon.index.analysis.canonical import canonical
from onneshon.index.kernel.spelling import LETTERS, Skeletons, is_bengali
from onneshon.index.vocabulary.skeleton import _SYMBOL_AT_START, _SYMBOL_OF, SKELETONS, squeeze
from onneshon.index.vocabulary.sound_units import units
from tests.strategies import bengali_letters, bengali_text, bengali_words

letters = bengali_letters | st.sampled_from("্্্্যাবমরওঅএকষজঞঙগতথ\u09dfেx")


@given(bengali_words | st.text(letters, max_size=150))
def test_a_skeleton_is_what_units_make_of_the_word(word: str) -> None:
    """Its first letter may sound otherwise than inside a word; words have any length."""
    symbols = [(_SYMBOL_OF if at else _SYMBOL_AT_START).get(unit, "") for at, unit in enumerate(units(word))]
    assert SKELETONS.of(word) == squeeze("".join(symbols).replace("R", "Vr"))


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("র্যাব", "rb"), ("কার্যালয়", "krjl"), ("ওয়ার্ড", "Vrd"), ("হাওয়া", "h"), ("অ্যাপ", "Vp"), ("এ্যাড", "Vd"),
        ("অক্ষর", "Vkr"), ("বিজ্ঞান", "bgn"), ("লজ্জা", "lj"), ("সঙ্গে", "sn"), ("উচ্ছ্বাস", "Vsbs"), ("স্বাধীন", "sdn"),
        ("আত্মা", "Vt"), ("আম্বিয়া", "Vmb"), ("ঋণ", "Vrn"), ("ঁইট", "t"), ("বই", "b"), ("পূর্ব্ব", "prb"),
        ("বিদ্যা", "bd"),
    ],
)  # fmt: skip
def test_conjuncts_are_taken_as_they_are_said(word: str, expected: str) -> None:
    """One word of each kind of conjunct."""
    assert SKELETONS.of(canonical(word)) == expected


@given(bengali_words | bengali_text | st.text(st.characters(min_codepoint=0x97F, max_codepoint=0x9E5)))
def test_a_bengali_word_is_of_two_letters_or_more(word: str) -> None:
    """Letters from the chandrabindu on, digits excepted."""
    assert is_bengali(word) == (len(word) > 1 and all("\u0981" <= letter <= "\u09e3" for letter in word))


@pytest.mark.parametrize(
    ("names", "table"), [(b"Vr", bytes(LETTERS - 1)), (b"", bytes(LETTERS)), (b"V", b"\2" * LETTERS)]
)
def test_tables_that_do_not_fit_are_refused(names: bytes, table: bytes) -> None:
    """Tables that are too short would be read beyond their ends."""
    with pytest.raises(ValueError):
        Skeletons(names, table, table, bytes(LETTERS), bytes(LETTERS), [])
