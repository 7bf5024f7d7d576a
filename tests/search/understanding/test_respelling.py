"""Corrections of conjuncts that are confused with others."""

import pytest
from hypothesis import given

from onneshon.index.analysis.canonical import canonical
from onneshon.search.understanding.respelling import respellings
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
        ("সিধান্ত", "সিদ্ধান্ত"),
        ("উছেদ", "উচ্ছেদ"),
        ("উথান", "উত্থান"),
        ("কেম্প", "ক্যাম্প"),
        ("সডক", "সড়ক"),
        ("ছাএলীগ", "ছাত্রলীগ"),
        ("পরিবতর্ন", "পরিবর্তন"),
        ("দুনীর্তি", "দুর্নীতি"),
        ("র্কমকর্তা", "কর্মকর্তা"),
        ("আর্ন্তজাতিক", "আন্তর্জাতিক"),
        ("মৃতু্যদণ্ড", "মৃত্যুদণ্ড"),
        ("ম্যৃতু", "মৃত্যু"),
        ("উদ্ঘাটন", "উদঘাটন"),
        ("যুকবের", "যুবকের"),
        ("মানা", "মান্না"),
        ("বান্ধ", "বাঁধ"),
        ("চান্দা", "চাঁদা"),
        ("গাঞ্জা", "গাঁজা"),
        ("আন্ধার", "আঁধার"),
        ("মিডিআ", "মিডিয়া"),
        ("উৎযাপন", "উদযাপন"),
        ("উৎঘাটন", "উদঘাটন"),
        ("উৎঘাটন", "উদ্ঘাটন"),
        ("উৎভাবন", "উদ্ভাবন"),
        ("উৎবেগ", "উদ্বেগ"),
        ("ইয়োরোপ", "ইউরোপ"),
        ("ইয়ুরোপ", "ইউরোপ"),
        ("এফবিসিসিয়াই", "এফবিসিসিআই"),
        ("দাইত্ব", "দায়িত্ব"),
        ("নিএ", "নিয়ে"),
        ("পদ্দা", "পদ্মা"),
        ("বিদ্দুৎ", "বিদ্যুৎ"),
        ("বিশ্শ", "বিশ্ব"),
        ("তত্থ", "তথ্য"),
        ("কইরা", "করে"),
        ("মাইরা", "মেরে"),
        ("শুইনা", "শুনে"),
        ("দেইখা", "দেখে"),
        ("ভাইঙ্গা", "ভেঙ্গে"),
        ("ডুইব্বা", "ডুবে"),
        ("কাইট্টা", "কেটে"),
        ("ছিনাইয়া", "ছিনিয়ে"),
        ("বাড়তাছে", "বাড়ছে"),
        ("নিসে", "নিয়েছে"),
        ("পাইসি", "পেয়েছি"),
        ("হইসেন", "হয়েছেন"),
        ("দেখসিলো", "দেখছিল"),
        ("গেসে", "গেছে"),
        ("করেসেন", "করেছেন"),
        ("জিতসে", "জিতেছে"),
        ("হারসি", "হেরেছি"),
        ("বাঁচসে", "বেঁচেছে"),
        ("করতেসে", "করছে"),
        ("লিখতাছে", "লিখেছে"),
        ("যাইতেসে", "যাচ্ছে"),
        ("মারিতে", "মারতে"),
        ("যুগ্ন", "যুগ্ম"),
        ("খাইতাছে", "খাচ্ছে"),
        ("দিতাছেন", "দিচ্ছেন"),
        ("হইতাছিল", "হচ্ছিল"),
        ("করুম", "করব"),
        ("যামু", "যাব"),
        ("আইছে", "এসেছে"),
        ("কইছেন", "বলেছেন"),
        ("কতৃপক্ষ", "কর্তৃপক্ষ"),
        ("অন্তভুক্ত", "অন্তর্ভুক্ত"),
        ("পরামশ", "পরামর্শ"),
        ("শাস্রীয়", "শাস্ত্রীয়"),
        ("হাবিবুল্লা", "হাবিবুল্লাহ"),
        ("অনেকককক", "অনেক"),
        ("সুন্দররর", "সুন্দর"),
        ("আত্নহত্যা", "আত্মহত্যা"),
        ("ব্রাম্মণ", "ব্রাহ্মণ"),
        ("চিন্নিত", "চিহ্নিত"),
        ("আল্লাদ", "আহ্লাদ"),
        ("শ্বাশুড়ি", "শাশুড়ি"),
    ],
)
def test_a_conjunct_is_put_right(typed: str, meant: str) -> None:
    """A respelling changes one conjunct."""
    assert canonical(meant) in list(respellings(canonical(typed)))


@pytest.mark.parametrize("word", ["কই", "ভাইয়ারা", "কইরার", "আইনা"])
def test_only_a_verb_with_its_i_before_the_last_consonant_is_spoken(word: str) -> None:
    """A spoken form ends the word, with its i before the last consonant."""
    assert not [other for other in respellings(canonical(word)) if other.endswith("ে")]


@pytest.mark.parametrize(
    ("word", "other"),
    [("কম", "কর্ম"), ("পাকা", "পার্কা"), ("কাম", "কাব"), ("পানিতাছ", "পানিচ্ছ"), ("অফিসে", "অফিছে"), ("কলসের", "কলছের")],
)
def test_a_short_word_has_lost_no_reph_and_a_noun_is_no_verb(word: str, other: str) -> None:
    """Changing a short word or a noun so would give another word."""
    assert canonical(other) not in respellings(canonical(word))


@pytest.mark.parametrize("word", ["", "আমি", "football", "১৯৭১"])
def test_a_word_without_conjuncts_stays(word: str) -> None:
    """A word without conjuncts has none to confuse."""
    assert word not in list(respellings(word))


@given(bengali_words)
def test_no_respelling_is_the_word_itself(word: str) -> None:
    """No text is among its own respellings."""
    assert word not in list(respellings(word))


@pytest.mark.parametrize(
    ("word", "some", "none"),
    [
        ("রাষ্ট্র", [], ["রাষ্ট্ট"]),
        ("স্ত্রী", [], ["স্থ্রী"]),
        ("স্ত্যা", ["স্থ্যা"], []),
        ("সসাগর", ["স্বসাগর"], ["সস্বাগর"]),
        ("স্তস্ত", ["স্থস্ত", "স্তস্থ"], ["স্থস্থ"]),
        ("কর্ম", ["ক্রর্ম"], []),
        ("ক্রম", [], ["ক্র্রম"]),
        ("কার্য", [], ["কার্য্য"]),
    ],
    ids=[
        "after a hasanta it is part of another conjunct",
        "before a hasanta as well",
        "but for that of a ya-phala",
        "a rule of beginnings is for the first letters alone",
        "one error at a time",
        "a ra-phala was left out at the beginning",
        "where the first consonant is no part of a conjunct",
        "a ya-phala is not there twice",
    ],
)
def test_what_is_put_in_depends_on_what_stands_beside_it(word: str, some: list[str], none: list[str]) -> None:
    """A conjunct is confused with another as a whole."""
    found = respellings(word)
    assert [word for word in some if word in found] == some
    assert not [word for word in none if word in found]


def test_rules_of_the_table_come_before_signs_that_were_left_out() -> None:
    """The rules are in the order of the table, each from left to right."""
    signs = ["স্তকস্ত্য", "স্তর্কস্ত", "স্তকর্স্ত", "স্ত্কস্ত", "স্তক্স্ত"]
    assert [*respellings("স্তকস্ত")][:7] == ["স্থকস্ত", "স্তকস্থ", *signs]


def test_what_stands_under_a_doubled_consonant_leaves_no_room_for_another_phala() -> None:
    """উজ্জ্বল has its ba-phala already; in বিদ্দুৎ the second দ stands for the ya-phala."""
    assert "বিদ্যুৎ" in respellings("বিদ্দুৎ")
    assert not [way for way in respellings("উজ্জ্বল") if "জ্য্ব" in way or "জ্ম্ব" in way]


@pytest.mark.parametrize(("word", "meant"), [("শিক্ষাথী", "শিক্ষার্থী"), ("নিবাহী", "নির্বাহী"), ("ব্রাক্ষণ", "ব্রাহ্মণ")])
def test_a_word_of_three_clusters_may_have_lost_a_reph(word: str, meant: str) -> None:
    """A conjunct may also be confused with one of its shape."""
    assert respellings(canonical(word))[canonical(meant)] == 1.5


@pytest.mark.parametrize(
    ("word", "meant", "distance"),
    [
        ("চট্রগ্রাম", "চট্টগ্রাম", 1.5),
        ("পতিবাদ", "প্রতিবাদ", 1.5),
        ("পরিবতর্ন", "পরিবর্তন", 1.5),
        ("উদ্ঘাটন", "উদঘাটন", 2.5),
        ("কাম", "কমা", 3.0),
        ("নদি", "নিদ", 3.0),
        ("নগর", "গনর", 3.0),
        ("নগর", "নরগ", 3.0),
        ("মানা", "মান্না", 3.0),
    ],
)
@pytest.mark.parametrize("rare", [True, False])
def test_rare_errors_are_farther_and_only_looked_for_if_asked(
    word: str, meant: str, distance: float, *, rare: bool
) -> None:
    """A letter or vowel sign swapped with its neighbour is such an error, anywhere in the word."""
    found = respellings(canonical(word), rare=rare).get(canonical(meant))
    assert found == (distance if rare or distance < 3 else None)
