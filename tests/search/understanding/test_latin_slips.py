"""English words and names in two words, or with a letter too many, too few or wrong."""

import pytest

from onneshon.search.understanding.latin_entries import apart
from onneshon.search.understanding.latin_slips import one_letter_off


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


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("foot ball", "football"),
        ("lock down", "lockdown"),
        ("earth quakes", "earthquakes"),
        ("chapai nawab ganj", "chapainawabganj"),
        ("face book", "facebook"),
        ("boli via", "bolivia"),
        ("his tory", "history"),
    ],
)
def test_two_words_are_the_one_that_a_table_has(typed: str, word: str) -> None:
    """English or a name, in any form of it, also where the first part is a function word by chance."""
    assert apart(typed) == word


@pytest.mark.parametrize(
    "typed", ["the rapist", "to day", "ban gla", "kal rat", "b cb", "air port road", "football"]
)
def test_other_pairs_stay_two_words(typed: str) -> None:
    """A function word before a word, short parts, what no table has, three words, and one."""
    assert not apart(typed)
