"""How certain it is that a correction mends a slip of the hand inside a long word."""

import math

import pytest

from onneshon.index.analysis.canonical import canonical
from onneshon.index.vocabulary.vocabulary import Candidate
from onneshon.search.understanding.certainty import GAP_AT_MOST, alone, farthest, slip_of_hand


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("জলবদ্ধতা", "জলাবদ্ধতা"),
        ("বান্দরবন", "বান্দরবান"),
        ("কাউন্সিলার", "কাউন্সিলর"),
        ("মন্ত্রাণলয়ের", "মন্ত্রণালয়ের"),
        ("মৃত্যুরবণ", "মৃত্যুবরণ"),
        ("বৃস্পতিবারের", "বৃহস্পতিবারের"),
    ],
)
def test_a_letter_more_or_less_and_two_that_changed_places_are_slips(typed: str, meant: str) -> None:
    """An added or missing letter and two swapped letters count alike in either direction."""
    assert slip_of_hand(canonical(typed), canonical(meant)) == 3.5
    assert slip_of_hand(canonical(meant), canonical(typed)) == 3.5


@pytest.mark.parametrize(
    ("typed", "meant", "worth"),
    [
        ("পরিবল্পনা", "পরিকল্পনা", 2.5),
        ("মানববন্থন", "মানববন্ধন", 2.5),
        ("করেনাভাইরাস", "করোনাভাইরাস", 2.5),
        ("আধুপত্য", "আধিপত্য", 1.5),
        ("উছেদ", "উচ্ছেদ", 1.5),
        ("সংশিষ্ট", "সংশ্লিষ্ট", 1.5),
        ("মুক্তিযোধা", "মুক্তিযোদ্ধা", 3.5),
        ("পবৃদ্ধি", "প্রবৃদ্ধি", 1.5),
        ("কাক্রখানা", "কারখানা", 3.5),
        ("সবিধান", "সংবিধান", 3.5),
        ("সখ্যাটা", "সংখ্যাটা", 2.5),
        ("হাঁসপাতাল", "হাসপাতাল", 3.5),
        ("দুঘটনা", "দুঃঘটনা", 3.5),
        ("অনুষ্ঠন", "অনুষ্ঠান", 2.5),
        ("পরিবাশ", "পরিবেশ", 1.5),
    ],
)
def test_the_rarer_right_words_differ_so_the_surer_it_is_a_slip(typed: str, meant: str, worth: float) -> None:
    """The certainty depends on the kind of mistake and on the lengths of the words."""
    assert slip_of_hand(canonical(typed), canonical(meant)) == worth


@pytest.mark.parametrize(("typed", "worth"), [("মুখপত্র", 2.5), ("মুখপাতর", 2.5), ("মুখিপাত্র", 1.5)])
def test_one_too_many_is_less_of_a_slip_than_one_left_out(typed: str, worth: float) -> None:
    """In words that are not very long an added letter is less likely a slip than a missing one."""
    assert slip_of_hand(canonical(typed), "মুখপাত্র") == worth


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("নগর", "নাগর"),
        ("চিন্তা", "চিতা"),
        ("অপরিচিত", "অপরাজিত"),
        ("সভাপতি", "সভাপতা"),
        ("পেশাদারি", "পেশাদার"),
        ("অপ্রয়োজনীয়", "প্রয়োজনীয়"),
        ("প্রধানমন্ত্রীকে", "প্রধানমন্ত্রী"),
        ("রাজনীবিদ", "রাজনীতিবিদ"),
        ("করোনাভাইরাস", "করোনাভাইরাস"),
        ("অনভিজ্ঞতা", "অভিজ্ঞতা"),
        ("অভিপ্রেত", "অনভিপ্রেত"),
        ("বাজেটে", "বাজেট"),
    ],
    ids=[
        "short",
        "two clusters",
        "two other letters",
        "a last one",
        "at the end",
        "in front",
        "two letters",
        "a whole cluster",
        "the same",
        "the contrary",
        "of the contrary",
        "an ending",
    ],
)
def test_what_makes_other_words_is_no_slip(word: str, other: str) -> None:
    """Words that differ in their endings are different words, and so are short ones that differ in a sign."""
    assert not slip_of_hand(canonical(word), canonical(other))


@pytest.mark.parametrize(
    ("articles", "frequency", "distance", "surer"),
    [
        (2, 20, 5.0, 2.0),
        (2, 19, 5.0, None),
        (0, 10, 5.0, 2.0),
        (0, 9, 5.0, None),
        (2, 20, 8.0, None),
        (2, 20, 0.5, None),
    ],
    ids=["ten times", "less", "of none, ten", "nine", "farther", "nearer"],
)
def test_a_slip_is_likely_where_ten_times_the_articles_have_the_other(
    articles: int, frequency: int, distance: float, surer: float | None
) -> None:
    """With ten times the articles a slip is likely, and the typed word is searched too unless it is surer."""
    slip, other = (Candidate(word, frequency, distance, 1.0) for word in ("জলাবদ্ধতা", "জলবদ্ধতার"))
    plain, found = (alone("জলবদ্ধতা", articles, candidate, 5.0) for candidate in (other, slip))
    more = distance > 5.0  # too far to become likely
    assert found == pytest.approx(surer or plain + 3.5 * more)


@pytest.mark.parametrize(("word", "articles"), [("নির্বাচণ", 0), ("নির্বাচণ", 7), ("সড়খ", 1)])
@pytest.mark.parametrize("least", [-3.0, 0.0, 2.0])
@pytest.mark.parametrize("frequency", [1, 50, 9000])
def test_words_are_looked_for_as_far_as_they_may_be_certain_enough(
    word: str, articles: int, least: float, frequency: int
) -> None:
    """At the distance that ``farthest`` gives, a word has exactly the least certainty."""
    nearest, further = farthest(canonical(word), articles, least)
    other = Candidate("পদ্মা", frequency, nearest + further * math.log(frequency), 1.0)
    assert alone(canonical(word), articles, other, GAP_AT_MOST) == pytest.approx(least)
