"""Sound units of Bengali words, and what Latin spellings may stand for."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onneshon.index.analysis.canonical import canonical
from onneshon.index.vocabulary.channels import (
    LOAN_CODES,
    Insertions,
    latin_distances,
    latin_from_words,
    misspelt,
    read_costs,
    romanised,
    scholarly,
)
from onneshon.index.vocabulary.skeleton import (
    READINGS_AT_MOST,
    SKELETON_SYMBOLS,
    pack_skeleton,
    pack_skeletons,
    readings,
    skeleton,
    squeeze,
)
from onneshon.index.vocabulary.sound_units import UNITS, is_loan, unit_codes, units
from tests.strategies import bengali_text, bengali_words


def sounds(word: str) -> str:
    """The sound units of a word, in one line."""
    return " ".join(units(canonical(word)))


def skeleton_of(word: str) -> str:
    """The skeleton of a word as typed."""
    return skeleton(canonical(word))


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("কলম", "ক o1 ল o2 ম o3"),
        ("গল্প", "গ o1 ল প o4"),
        ("বাংলা", "ব া ং ল া."),
        ("রং", "র o1 ং"),
        ("বই", "ব o1 ই2."),
        ("ইতিহাস", "ই ত ি হ া স o3"),
    ],
)
def test_unwritten_vowels_are_said(word: str, expected: str) -> None:
    """The vowel after a bare consonant is a unit, distinguished by its position; hasanta removes it."""
    assert sounds(word) == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("ক্ষমা", "ক্ষ o1 ম া."),
        ("বিজ্ঞান", "ব ি জ্ঞ া ন o3"),
        ("স্বাধীন", "স ্ব া ধ ী ন o3"),
        ("আত্মা", "আ ত ্ম া."),
        ("আম্বিয়া", "আ ম ব ি \u09df া."),
        ("বিদ্যা", "ব ি দ ্যা"),
        ("আচ্ছা", "আ = ছ া."),
        ("বিল্লা", "ব ি = ল া."),
        ("কর্ম", "ক o1 র্ ম o4"),
        ("কার্যালয়", "ক া র্ য া ল o2 \u09df. o3"),
        ("র\u200d্যাব", "র ্যা ব o3"),
        ("হওয়া", "হ o1 ও\u09dfা"),
    ],
)
def test_conjuncts_are_taken_as_they_are_said(word: str, expected: str) -> None:
    """ক্ষ and জ্ঞ are one unit, silent phalas are units of their own, and doubling is marked."""
    assert sounds(word) == expected


@pytest.mark.parametrize(
    ("spelling", "other"),
    [("মানুষ", "মানুস"), ("তাড়াতাড়ি", "তারাতারি"), ("ভালো", "বালো"), ("যদি", "জদি"), ("সংঘ", "সঙ্ঘ"), ("স্মৃতি", "সৃতি")],
)
def test_spellings_of_one_sound_share_a_skeleton(spelling: str, other: str) -> None:
    """Letters that writers confuse are merged."""
    assert skeleton_of(spelling) == skeleton_of(other)


@pytest.mark.parametrize(
    ("latin", "word"),
    [
        ("bangladesher", "বাংলাদেশের"),
        ("shonar", "সোনার"),
        ("rabindranath", "রবীন্দ্রনাথ"),
        ("soggroho", "সংগ্রহ"),
        ("swadhinota", "স্বাধীনতা"),
        ("khoma", "ক্ষমা"),
        ("poriksa", "পরীক্ষা"),
        ("taksim", "তাকসিম"),
        ("biggan", "বিজ্ঞান"),
        ("second", "সেকেন্ড"),
        ("chemistry", "কেমিস্ট্রি"),
        ("station", "স্টেশন"),
        ("messenger", "মেসেঞ্জার"),
        ("bridge", "ব্রিজ"),
        ("gb", "জিবি"),
        ("sms", "এসএমএস"),
        ("hour", "আওয়ার"),
        ("zia", "জিয়া"),
        ("xray", "এক্সরে"),
        ("chand", "চাঁদ"),
        ("panch", "পাঁচ"),
        ("series", "সিরিজ"),
        ("knock", "নক"),
        ("padma", "পদ্মা"),
        ("smart", "স্মার্ট"),
        ("picture", "পিকচার"),
        ("page", "পেজ"),
    ],
)
def test_a_latin_spelling_reaches_its_word(latin: str, word: str) -> None:
    """One of its readings is the skeleton of the Bengali word."""
    assert skeleton_of(word) in readings(latin)


@pytest.mark.parametrize(
    ("latin", "other"),
    [
        ("sera", "জেরা"),
        ("bosti", "বোজটি"),
        ("kinar", "নর"),
        ("mon", "ন"),
        ("dan", "ন"),
        ("tar", "সার"),
        ("banno", "বাও"),
        ("gari", "জরি"),
        ("megh", "মেন"),
    ],
)
def test_what_a_letter_may_be_beside_others_it_is_not_elsewhere(latin: str, other: str) -> None:
    """S is জ only between vowels, k silent before n at the beginning, g জ before e and i."""
    assert skeleton_of(other) not in readings(latin)


def test_readings_are_few_and_different() -> None:
    """Ambiguous letters multiply readings, whose number is limited."""
    found = readings("cgzthsgxctchiocgz")
    assert len(found) == len(set(found)) <= READINGS_AT_MOST


@pytest.mark.parametrize(("latin", "first", "second"), [("hsc", "hsk", "এইচএসসি"), ("cng", "kn", "সিএনজি")])
def test_an_abbreviation_is_read_letter_by_letter_next(latin: str, first: str, second: str) -> None:
    """That reading comes after the likeliest reading as a word, before all others."""
    assert readings(latin)[:2] == [first, skeleton_of(second)]
    assert len(readings(latin)) > 2


@pytest.mark.parametrize(
    ("latin", "spelt", "is_read"),
    [
        ("h", "এইচ", True),
        ("bcb", "বিসিবি", True),
        ("ugc", "ইউজিসি", True),
        ("ugcw", "ইউজিসিডব্লিউ", False),
        ("wwwbd", "ডব্লিউডব্লিউডব্লিউবিডি", True),
        ("wwwbdc", "ডব্লিউডব্লিউডব্লিউবিডিসি", False),
    ],
)
def test_only_a_short_word_may_be_letters_spelt_out(latin: str, spelt: str, *, is_read: bool) -> None:
    """Up to three letters, or five without a vowel: longer words would match names of letters by chance."""
    assert (skeleton_of(spelt) in readings(latin)) is is_read


@pytest.mark.parametrize("typed", ["nodi", "tren", "bas"])
def test_a_beginning_is_as_far_as_the_nearest_that_a_word_has(typed: str) -> None:
    """Each prefix is measured as a whole word, with the costs of Bengali or of English spelling."""
    for word in ["নদীর", "মেলা", "ট্রেনের", "বাসস্ট্যান্ড", "স্টেশন"]:
        codes = unit_codes([word])[:-1, None]
        ends = range(1, len(codes) + 1)
        looks = np.array([is_loan(word)], np.uint8)
        nearest = min(latin_distances(typed, codes[:end], looks).item() for end in ends)
        assert latin_from_words(typed, [word], beginnings=True).item() == pytest.approx(nearest, abs=1e-4)


@pytest.mark.parametrize("typed", ["nodi", "mel", "a"])
def test_how_far_a_word_is_depends_on_no_word_beside_it(typed: str) -> None:
    """The order and length of the other words do not matter; words with that beginning are nearest."""
    words = ["আম", "নদী", "মেলা", "আমন্ত্রণ", "মেলামেশা"]
    alone = [latin_from_words(typed, [word], beginnings=True).item() for word in words]
    assert latin_from_words(typed, words, beginnings=True).tolist() == alone
    assert latin_from_words(typed, words[::-1], beginnings=True).tolist() == alone[::-1]
    near = {word for word, distance in zip(words, alone, strict=True) if distance < 2}
    assert near == {word for word in words if word.startswith({"n": "নদী", "m": "মেল", "a": "আ"}[typed[0]])}


def test_letters_beyond_a_short_word_are_no_letters_of_a_longer_one() -> None:
    """The padding beside the longer word is no sequence of letters that may be typed."""
    (alone,) = latin_from_words("bask", ["বাস"], beginnings=True).tolist()
    assert latin_from_words("bask", ["বাস", "বাসস্ট্যান্ড"], beginnings=True).tolist()[0] == alone


def test_what_is_not_latin_has_no_reading() -> None:
    """Other letters are ignored."""
    assert readings("") == readings("১২৩") == []


def test_doubled_symbols_and_g_after_n_are_dropped() -> None:
    """Doubling, and the g of ng, are optional in writing."""
    assert squeeze("bnngll") == "bnl"
    assert squeeze("bnngngk") == "bnk"
    assert squeeze("ggnng") == "gn"


def test_packed_skeletons_sort_as_skeletons() -> None:
    """Numbers have the order of the symbols, with a prefix before longer skeletons."""
    some = ["V", "Vb", "bn", "bnl", "bnldsr", "h"]
    by_symbol = sorted(some, key=lambda skeleton: [SKELETON_SYMBOLS.index(symbol) for symbol in skeleton])
    assert sorted(some, key=pack_skeleton) == by_symbol
    assert pack_skeleton("bn" * 8) == pack_skeleton("bn" * 9)
    assert pack_skeletons(["ঋণ", "১২", ""]).tolist() == [pack_skeleton("Vrn"), 0, 0]


@pytest.mark.parametrize(("word", "loan"), [("স্টেশন", True), ("ফাইল", True), ("মানুষ", False), ("নদী", False)])
def test_words_from_english_are_recognised(word: str, *, loan: bool) -> None:
    """Retroflex stops and clusters are typical of them."""
    assert is_loan(word) is loan


@given(bengali_text)
def test_any_text_has_units_and_a_skeleton(text: str) -> None:
    """Any text of the Bengali block is covered, and codes fit into a byte."""
    found = units(text)
    assert set(found) <= set(UNITS)
    assert [UNITS[code - 1] for code in unit_codes([text])[:-1]] == found
    assert set(skeleton(text)) <= set(SKELETON_SYMBOLS)


@given(st.lists(bengali_text | bengali_words, max_size=8))
def test_words_taken_together_sound_as_each_alone(words: list[str]) -> None:
    """No rule reaches across words, not even past a word without units."""
    alone = [unit_codes([word]) for word in words]
    assert unit_codes(words).tobytes() == b"".join(codes.tobytes() for codes in alone)


def test_every_unit_has_a_code_for_both_spellings() -> None:
    """Units are distinct, and twice as many codes still fit into a byte."""
    assert len(set(UNITS)) == len(UNITS) == LOAN_CODES
    assert 2 * LOAN_CODES < 256


@pytest.mark.parametrize("style", ["native", "loan", "scholarly"])
def test_the_tables_cover_every_unit(style: str) -> None:
    """Every unit has costs, none of them negative."""
    costs = read_costs(f"romanisation_{style}.tsv", UNITS)
    assert all(unit and min(unit.values()) >= 0 for unit in costs)


def test_letters_without_a_unit_cost_by_what_they_are() -> None:
    """A repeated letter costs less than an alien one, and a silent final e less than another vowel."""
    insertions = Insertions(letters={"o": 4.0, "e": 4.0}, other=6.0, repeated=1.0, last={"e": 2.0})
    assert insertions.costs("vvoe") == [6.0, 1.0, 4.0, 2.0]


def test_channels_are_made_once() -> None:
    """Tables are read at the first use only."""
    assert romanised() is romanised()
    assert scholarly() is scholarly()
    assert misspelt() is misspelt()
