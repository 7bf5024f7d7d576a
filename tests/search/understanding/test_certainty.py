"""How sure a correction is that is a slip of the hand inside a long word."""

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
    """Whichever was typed."""
    assert slip_of_hand(canonical(typed), canonical(meant)) == 3.5
    assert slip_of_hand(canonical(meant), canonical(typed)) == 3.5


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("পরিবল্পনা", "পরিকল্পনা"), ("মানববন্থন", "মানববন্ধন"), ("করেনাভাইরাস", "করোনাভাইরাস")],
)
def test_a_wrong_letter_is_a_slip_but_less_surely(typed: str, meant: str) -> None:
    """Other words differ so more often."""
    assert slip_of_hand(canonical(typed), canonical(meant)) == 2.5


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("মুখপত্র", "মুখপাত্র"),
        ("দিনাজপুর", "দিনাপুর"),
        ("অপরিচিত", "অপরাজিত"),
        ("সভাপতি", "সভাপতা"),
        ("পেশাদারি", "পেশাদার"),
        ("অপ্রয়োজনীয়", "প্রয়োজনীয়"),
        ("প্রধানমন্ত্রীকে", "প্রধানমন্ত্রী"),
        ("করোনাভাইরাস", "করোনাভাইরাস"),
    ],
    ids=[
        "short",
        "one of them short",
        "two other letters",
        "a last one",
        "at the end",
        "in front",
        "two letters",
        "the same",
    ],
)
def test_what_makes_other_words_is_no_slip(word: str, other: str) -> None:
    """Endings are where words differ that are none; of short ones a sign makes two."""
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
    """And no surer than that, so that what was typed is searched too; what is surer by itself stays so."""
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
    """One that is there, and far before all others, is just that certain; the more articles, the farther."""
    nearest, further = farthest(canonical(word), articles, least)
    other = Candidate("পদ্মা", frequency, nearest + further * math.log(frequency), 1.0)
    assert alone(canonical(word), articles, other, GAP_AT_MOST) == pytest.approx(least)
