"""Conjuncts that are mistaken for others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onneshon.index.analysis.canonical import canonical
from onneshon.search.understanding.respelling import respellings
from onneshon.search.understanding.tables import read_rows
from tests.index.kernel.plain_conjuncts import plain_others
from tests.strategies import bengali_words


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("চট্রগ্রাম", "চট্টগ্রাম"),
        ("স্হানীয়", "স্থানীয়"),
        ("সেচ্ছাসেবক", "স্বেচ্ছাসেবক"),
        ("মুক্তিযুদধ", "মুক্তিযুদ্ধ"),
        ("টাংগাইল", "টাঙ্গাইল"),
        ("স্বাস্থ", "স্বাস্থ্য"),
        ("স্বাস্হ্য", "স্বাস্থ্য"),
        ("পতিবাদ", "প্রতিবাদ"),
        ("রক্কা", "রক্ষা"),
        ("সডক", "সড়ক"),
        ("ছাএলীগ", "ছাত্রলীগ"),
    ],
)
def test_a_conjunct_is_put_right(typed: str, meant: str) -> None:
    """One at a time."""
    assert canonical(meant) in list(respellings(canonical(typed)))


@pytest.mark.parametrize("word", ["", "আমি", "football", "১৯৭১"])
def test_a_word_without_conjuncts_stays(word: str) -> None:
    """There is nothing to mistake."""
    assert word not in list(respellings(word))


@given(bengali_words)
def test_no_respelling_is_the_word_itself(word: str) -> None:
    """Whatever the text."""
    assert word not in list(respellings(word))


@given(bengali_words | st.text(st.sampled_from("সশষথতহটডঢযয়গকখঙংদধবন্এত্র"), max_size=9))
def test_the_rules_are_those_of_the_table(word: str) -> None:
    """As if each were tried on each word."""
    assert respellings(word) == [
        *plain_others(word, [(typed, meant) for typed, meant in read_rows("respellings.tsv")])
    ]
