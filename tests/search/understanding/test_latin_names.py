"""Which words of an English query are names that no table has."""

from dataclasses import replace

import pytest

from onneshon.search.understanding.latin_names import is_name, named
from onneshon.search.understanding.latin_sounds import LatinCandidate
from onneshon.search.understanding.latin_spans import LatinSpan

FAKHRUL = LatinCandidate("ফখরুল", "sound", 1.0, 200)


def heard(text: str, per_letter: float, articles: int, *, plausible: bool = True) -> LatinCandidate:
    """A word that sounds so."""
    return LatinCandidate(text, "sound", -per_letter, articles, plausible=plausible, per_letter=per_letter)


@pytest.mark.parametrize(
    ("typed", "candidate", "name"),
    [
        ("modi", heard("মোদি", 0.45, 20), True),
        ("modi", heard("মুদি", 0.46, 20), False),
        ("deol", heard("দেওল", 0.16, 19), False),
        ("modi", heard("মোদি", 0.1, 20, plausible=False), False),
        ("greeta", heard("গ্রেটা", 0.4, 2), True),
        ("greeta", heard("গ্রেটা", 0.41, 2), False),
        ("greeta", heard("গ্রেটা", 0.2, 1), False),
        ("trader", heard("ট্রেডের", 0.3, 30), False),
        ("helipad", heard("হেলিপ্যাড", 0.55, 4), True),
        ("helipad", heard("হেলিপ্যাড", 0.56, 4), False),
        ("fakhrul", heard("ফখরুল", 0.6, 200), True),
        ("fakhrul", heard("ফখরুল", 0.61, 200), False),
        ("hypersonic", heard("হাইপারসনিক", 0.97, 7, plausible=False), True),
        ("hyperb", heard("হাইপার", 0.2, 7, plausible=False), False),
    ],
)
def test_a_name_is_the_nearer_the_shorter_and_rarer_it_is(
    typed: str, candidate: LatinCandidate, name: bool
) -> None:
    """Long words are near another by chance next to never; *-er* is no ের."""
    assert is_name(candidate, LatinSpan(0, 1, typed)) == name


@pytest.mark.parametrize(
    ("per_letter", "articles", "plausible", "name"),
    [(0.75, 2, True, True), (0.76, 2, True, False), (0.2, 1, True, False), (0.2, 2, False, False)],
)
def test_a_capital_makes_a_short_word_a_name(
    per_letter: float, articles: int, plausible: bool, name: bool
) -> None:
    """*Bobby Deol* among small letters."""
    candidate = heard("ববি", per_letter, articles, plausible=plausible)
    assert is_name(candidate, LatinSpan(0, 1, "deol", named=True)) == name


def test_a_name_is_searched_in_its_commonest_spelling_and_found_in_others() -> None:
    """Of a loan that newspapers spell as they please."""
    rare, usual = heard("হাইপারসোনিক", 0.9, 4), heard("হাইপারসনিক", 1.1, 7)
    other = heard("হাইপার", 0.8, 3)
    found = named(LatinSpan(0, 1, "hypersonic", (rare, usual, other)))
    assert [way.text for way in found] == ["হাইপারসনিক", "হাইপার"]
    assert found[0].spellings == ("হাইপারসোনিক",)
    assert found[0].score == rare.score


def test_names_of_letters_stay_what_they_are() -> None:
    """*bcb* is no name."""
    letters = replace(FAKHRUL, text="বিসিবি", kind="letters")
    assert named(LatinSpan(0, 1, "bcb", (letters, heard("বিচিবি", 0.9, 4)))) == (letters,)
