"""English words in Bengali letters: which are recognised by sound, and when a search uses their meaning."""

from pathlib import Path

import pytest

from onneshon.index.analysis.analyzer import analyze
from onneshon.index.analysis.canonical import canonical
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.understanding.latin_entries import heard_as_english
from onneshon.search.understanding.readings import Readings
from tests.search.understanding.word_lists import WordList


@pytest.mark.parametrize(
    ("heard", "meaning"),
    [
        ("টেম্পারেচার", "তাপমাত্রা"),
        ("কিডন্যাপ", "অপহরণ"),
        ("ভার্ডিক্ট", "রায়"),
        ("প্যাসেঞ্জার", "যাত্রী"),
        ("ফিশ", None),
        ("বিমান", None),
        ("ফরমালিন", None),
        ("রিমান্ড", None),
        ("নাড়াতে", None),
        ("গণ্ডার", None),
        ("স্মাইল", None),
    ],
    ids=[
        "irregular",
        "regular",
        "with a reph",
        "two readings",
        "too short",
        "no loan",
        "unknown",
        "a loan",
        "as narrate",
        "far from gender",
        "no sail",
    ],
)
def test_a_word_is_known_by_how_english_is_spelt(heard: str, meaning: str | None) -> None:
    """A word must have the sounds and the length of the English word."""
    found = heard_as_english(canonical(heard))
    assert (found and found[0][0]) == (meaning and canonical(meaning))


@pytest.mark.parametrize(
    ("articles", "forms", "read"),
    [(0, 0, "অপহরণ"), (3, 0, "অপহরণ"), (11, 0, None), (0, 3, "অপহরণ"), (0, 12, None)],
    ids=["of no article", "of few", "of more", "few in another form", "more in another form"],
)
def test_what_few_articles_have_is_searched_by_what_it_means(
    tmp_path: Path, articles: int, forms: int, read: str | None
) -> None:
    """The word itself is searched for too, where articles have it."""
    words = {"অপহরণ": 150, "কিডন্যাপ": articles, "কিডন্যাপের": forms}
    index = WordList(tmp_path, {word: count for word, count in words.items() if count})
    query = "কিডন্যাপ"
    found = Readings(index, lambda _stems: 0).read(query, analyze(query), TimeBudget())
    assert [reading.text for reading in found] == ([read] if read else [])
    assert [reading.kind for reading in found] == (["meaning"] if read else [])
    assert [reading.typed_too for reading in found] == ([articles > 0] if read else [])


def test_a_form_is_known_by_its_stem_and_what_no_article_has_is_not_meant(tmp_path: Path) -> None:
    """A final র may be an ending; if no article has the meaning, the word stays as it is."""
    for query, meant in (("টেম্পারেচারের", "তাপমাত্রা"), ("টেম্পারেচার", "তাপমাত্রা"), ("কিডন্যাপকে", "অপহরণ")):
        for word, read in ((meant, [meant]), ("নদী", [])):
            index = WordList(tmp_path, {word: 9})
            found = Readings(index, lambda _stems: 0).read(query, analyze(query), TimeBudget())
            assert [reading.text for reading in found] == read


def test_what_means_itself_is_not_read(tmp_path: Path) -> None:
    """ডাস্টবিন is written as it sounds, though a table has it under its meaning."""
    index = WordList(tmp_path, {"ডাস্টবিন": 9})
    assert not Readings(index, lambda _stems: 0).read("ডাস্টবিনে", analyze("ডাস্টবিনে"), TimeBudget())


@pytest.mark.parametrize(
    ("typed", "known", "meaning"), [("আইনস্টাইনকে", "আইনস্টাইন", "দৃষ্টান্ত"), ("পুঁটি", "পুঁটি", "কুমার")]
)
def test_what_is_no_part_of_the_word_is_not_heard(
    tmp_path: Path, typed: str, known: str, meaning: str
) -> None:
    """With its ending the word is *instance*; *potter* would need an ending that is not there."""
    index = WordList(tmp_path, {known: 3, meaning: 90})
    assert not Readings(index, lambda _stems: 0).read(typed, analyze(typed), TimeBudget())


@pytest.mark.parametrize(
    ("typed", "near", "meaning", "read"),
    [
        ("ব্যাতিল", "বাতিল", "লড়াই", "বাতিল"),
        ("বোর্ডেড়", "বোর্ডের", "সীমান্ত", "বোর্ডের"),
        ("পেপ্যার", "পেপার", "মরিচ", "পেপার"),
        ("পভার্টি", "পার্টি", "দারিদ্র্য", "দারিদ্র্য"),
    ],
    ids=["no battle", "no border", "no pepper", "no party"],
)
def test_what_may_be_a_slip_for_a_word_of_the_same_consonants_is_not_english(
    tmp_path: Path, typed: str, near: str, meaning: str, read: str
) -> None:
    """A search for বাতিল must not say that it looked for লড়াই; but another consonant is another word."""
    index = WordList(tmp_path, {near: 34, meaning: 90, "নির্দেশ": 400})
    query = f"{typed} নির্দেশ"
    found = Readings(index, lambda _stems: 0).read(query, analyze(query), TimeBudget())
    assert [reading.text for reading in found] == [read]
