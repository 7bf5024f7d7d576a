"""English words and names with a letter too many, too few or wrong."""

import pytest

from onneshon.search.understanding.latin_entries import one_letter_off


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("goverment", "সরকার"),
        ("corruptoin", "দুর্নীতি"),
        ("accidant", "দুর্ঘটনা"),
        ("electon", "নির্বাচন"),
        ("accomodation", "আবাসন"),
        ("jessor", "যশোর"),
    ],
)
def test_one_letter_off_a_word_is_that_word(typed: str, meant: str) -> None:
    """One left out, one added, one for another, or two in the wrong order."""
    found = one_letter_off(typed)
    assert found
    assert found[1].bengali[0] == meant


@pytest.mark.parametrize("typed", ["flod", "kovernment", "gvrnment", "factor", "padmasetu"])
def test_others_are_none(typed: str) -> None:
    """Short ones, with another first letter, two letters off, English words themselves, or Bengali."""
    assert one_letter_off(typed) is None


def test_what_is_as_near_to_two_words_is_neither() -> None:
    """*relection* may be reflection or rejection."""
    assert one_letter_off("reflecton")
    assert one_letter_off("relection") is None
