"""Conjuncts that are mistaken for others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.analysis.canonical import canonical
from search.understanding.respelling import _pattern, _rules, respellings
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
def test_a_rule_is_passed_over_only_where_it_finds_nothing(word: str) -> None:
    """As if each were tried on each word."""
    tried = [
        word[: match.start()] + rule.meant + word[match.end() :]
        for rule in _rules()
        for match in _pattern(rule.typed).finditer(word)
    ]
    assert [*respellings(word)][: len(tried)] == tried
