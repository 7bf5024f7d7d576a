"""Which words are pronounced alike, however they are spelt."""

from pathlib import Path

import pytest
from hypothesis import given

from onneshon.index.analysis.canonical import canonical
from onneshon.search.understanding.usual_spellings import homophones, phonetic_key
from tests.search.understanding.word_lists import WordList
from tests.strategies import bengali_words


@pytest.mark.parametrize(
    ("spelt", "otherwise"),
    [
        ("ধংস", "ধ্বংস"),
        ("শশুর", "শ্বশুর"),
        ("জোতি", "জ্যোতি"),
        ("ব্যাক্তি", "ব্যক্তি"),
        ("ব্রাম্মণ", "ব্রাহ্মণ"),
        ("সজ্জ", "সহ্য"),
        ("যক্ষা", "যক্ষ্মা"),
        ("অধ্যক্ষ্য", "অধ্যক্ষ"),
        ("আকাংখা", "আকাঙ্ক্ষা"),
        ("অগ্গান", "অজ্ঞান"),
        ("সান্তনা", "সান্ত্বনা"),
        ("বিদ্দুৎ", "বিদ্যুৎ"),
        ("আত্বীয়", "আত্মীয়"),
        ("উচ্ছাস", "উচ্ছ্বাস"),
        ("সফটওয়ার", "সফটওয়্যার"),
        ("ইন্জিন", "ইঞ্জিন"),
        ("বাঙ্গালী", "বাঙালি"),
        ("চিকিতসা", "চিকিৎসা"),
    ],
)
def test_homophones_have_one_key(spelt: str, otherwise: str) -> None:
    """Spelling differences that are not heard do not change the key."""
    assert phonetic_key(canonical(spelt)) == phonetic_key(canonical(otherwise))


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("শরম", "শ্রম"),
        ("জনম", "জন্ম"),
        ("ট্রাক", "ট্র্যাক"),
        ("বিবরণ", "বিবর্ণ"),
        ("হ্যারি", "জারি"),
        ("মানা", "মান্না"),
        ("স্মরণ", "সরণ"),
        ("নিম্ন", "নিন্ন"),
    ],
)
def test_what_is_said_otherwise_has_another_key(word: str, other: str) -> None:
    """A vowel between consonants, a doubled consonant, and a sign below র or ল are heard."""
    assert phonetic_key(canonical(word)) != phonetic_key(canonical(other))


@given(bengali_words)
def test_every_word_has_a_key(word: str) -> None:
    """Any text has a key."""
    assert isinstance(phonetic_key(word), str)


def heard(directory: Path, word: str, words: dict[str, int], least: int = 1) -> list[tuple[str, int]]:
    """The homophones of a word among the given words."""
    vocabulary = WordList(directory, words).vocabulary
    assert vocabulary
    return list(homophones(canonical(word), vocabulary, least))


def test_homophones_come_by_their_articles(tmp_path: Path) -> None:
    """Homophones in too few articles are left out, as are the word itself and spellings that fold to it."""
    words = {"উজ্জল": 55, "উজ্জ্বল": 116, "উজ্বল": 5, "উজ্যল": 1, "ঊজ্জল": 70}
    assert heard(tmp_path, "উজ্জল", words, 5) == [(canonical("উজ্জ্বল"), 116), (canonical("উজ্বল"), 5)]


@pytest.mark.parametrize(("typed", "other", "meant"), [("ধংস", "ধ্বংস", True), ("জ্বেলে", "জেলে", False)])
def test_nobody_adds_a_phala_at_the_beginning(tmp_path: Path, typed: str, other: str, meant: bool) -> None:
    """Writers do not add a phala at the beginning, but many leave one out."""
    assert bool(heard(tmp_path, typed, {other: 200})) == meant
