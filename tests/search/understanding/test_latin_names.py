"""Which words of an English query are names that are in no table."""

from dataclasses import replace
from pathlib import Path

import pytest

from onneshon.search.understanding.latin_candidates import LatinCandidates
from onneshon.search.understanding.latin_language import is_name, named, with_surnames
from onneshon.search.understanding.latin_sounds import LatinCandidate
from onneshon.search.understanding.latin_spans import LatinSpan
from tests.search.understanding.word_lists import PairList, WordList

FAKHRUL = LatinCandidate("ফখরুল", "sound", 1.0, 200)


def heard(text: str, per_letter: float, articles: int, *, plausible: bool = True) -> LatinCandidate:
    """A candidate by sound."""
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
    """Long words are hardly ever near another by chance; *-er* is not ের."""
    assert is_name(candidate, LatinSpan(0, 1, typed)) == name


@pytest.mark.parametrize(
    ("per_letter", "articles", "plausible", "name"),
    [(0.75, 2, True, True), (0.76, 2, True, False), (0.2, 1, True, False), (0.2, 2, False, False)],
)
def test_a_capital_makes_a_short_word_a_name(
    per_letter: float, articles: int, plausible: bool, name: bool
) -> None:
    """*Deol* is capitalised among small letters."""
    candidate = heard("ববি", per_letter, articles, plausible=plausible)
    assert is_name(candidate, LatinSpan(0, 1, "deol", named=True)) == name


def test_a_name_is_searched_in_its_commonest_spelling_and_found_in_others() -> None:
    """Newspapers spell such a loan in several ways."""
    rare, usual = heard("হাইপারসোনিক", 0.9, 4), heard("হাইপারসনিক", 1.1, 7)
    other = heard("হাইপার", 0.8, 3)
    found = named(LatinSpan(0, 1, "hypersonic", (rare, usual, other)))
    assert [way.text for way in found] == ["হাইপারসনিক", "হাইপার"]
    assert found[0].spellings == ("হাইপারসোনিক",)
    assert found[0].score == rare.score


def test_names_of_letters_stay_what_they_are() -> None:
    """*bcb* is not read as a name."""
    letters = replace(FAKHRUL, text="বিসিবি", kind="letters")
    assert named(LatinSpan(0, 1, "bcb", (letters, heard("বিচিবি", 0.9, 4)))) == (letters,)


HARRY = LatinSpan(0, 1, "harry", (LatinCandidate("হ্যারি", "name", 3.0, 30),))
POTTER = LatinSpan(1, 2, "potter", (LatinCandidate("কুমার", "meaning", 4.0, 300, sure=True),))


@pytest.mark.parametrize(
    ("first", "second", "behind", "read"),
    [
        (HARRY, POTTER, "পটার", "পটার"),
        (HARRY, POTTER, "পাতা", "কুমার"),
        (replace(HARRY, typed="dhaka"), POTTER, "পটার", "কুমার"),
        (replace(HARRY, typed="xylem"), POTTER, "পটার", "কুমার"),
        (replace(HARRY, ending="er"), POTTER, "পটার", "কুমার"),
        (replace(HARRY, candidates=()), POTTER, "পটার", "কুমার"),
        (HARRY, replace(POTTER, candidates=(replace(POTTER.candidates[0], kind="loan"),)), "পটার", "কুমার"),
        (HARRY, replace(POTTER, typed="war"), "আর", "কুমার"),
        (HARRY, POTTER, "", "কুমার"),
    ],
    ids=[
        "behind him",
        "another word",
        "no person",
        "in no table",
        "of him",
        "a person that no article has",
        "no English word by its meaning",
        "a function word",
        "nothing behind him",
    ],
)
def test_an_english_word_behind_a_person_is_a_surname_that_articles_have_there(
    tmp_path: Path, first: LatinSpan, second: LatinSpan, behind: str, read: str
) -> None:
    """*harry potter* does not mean কুমার; the usual meaning is kept as the last candidate."""
    pairs = PairList({("হ্যারি", behind): 9} if behind else {}, {})
    index = WordList(tmp_path, {"হ্যারি": 30, "পটার": 20, "কুমার": 300}, pairs=pairs)
    spans = with_surnames([first, second], index)
    assert spans[0] == first
    found = spans[1].candidates
    assert (found[0].text, found[-1].text) == (read, "কুমার")
    assert read == "কুমার" or (found[0].kind, found[0].articles, found[0].sure) == ("name", 20, True)


def test_an_english_word_that_stands_behind_a_person_by_its_meaning_is_that(tmp_path: Path) -> None:
    """A word that follows a person in articles keeps its meaning, whatever else follows that person."""
    pairs = PairList({("হ্যারি", "পটার"): 9, ("হ্যারি", "কুমার"): 2}, {})
    index = WordList(tmp_path, {"পটার": 20, "কুমার": 300}, pairs=pairs)
    assert with_surnames([HARRY, POTTER], index) == [HARRY, POTTER]


@pytest.mark.parametrize(
    ("query", "read"),
    [("michael", "মাইকেল"), ("peter", "পিটার"), ("james", "জেমস"), ("steven", "স্টিভেন"), ("jane", "জানে")],
)
def test_given_names_are_no_words_that_sound_so(tmp_path: Path, query: str, read: str) -> None:
    """A given name is no near English word either, unless Banglish often has that word."""
    words = {"মিছিল": 90, "পেটের": 90, "যানজট": 90, "সাত": 900, "জানে": 900, "জেন": 9}
    words |= dict.fromkeys(("মাইকেল", "পিটার", "জেমস", "স্টিভেন"), 9)
    found = LatinCandidates(WordList(tmp_path, words), lambda _text: 0).of(query, capitals=False)
    assert found[0].text == read
