"""Readings of Latin letters by sound; English words and names written as two, or with one wrong letter."""

from dataclasses import replace
from pathlib import Path

import pytest

from onneshon.index.analysis.canonical import canonical
from onneshon.search.understanding.latin_candidates import LatinCandidates
from onneshon.search.understanding.latin_entries import apart
from onneshon.search.understanding.latin_sounds import (
    LatinCandidate,
    _is_longer_form,
    _usual_first,
    one_letter_off,
)
from tests.search.understanding.word_lists import WordList


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
    """The letter may be missing, added or wrong, or two letters swapped."""
    found = one_letter_off(typed)
    assert found
    assert found[1].bengali[0] == meant


@pytest.mark.parametrize("typed", ["flod", "kovernment", "gvrnment", "factor", "padmasetu"])
def test_others_are_none(typed: str) -> None:
    """Not corrected are short words, another first letter, two wrong letters, English and Bengali words."""
    assert one_letter_off(typed) is None


def test_what_is_as_near_to_two_words_is_neither() -> None:
    """*relection* may be reflection or rejection, so it is neither."""
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
    """Two words are joined to an English word or name in any form, even if the first is a function word."""
    assert apart(typed) == word


@pytest.mark.parametrize(
    "typed", ["the rapist", "to day", "ban gla", "kal rat", "b cb", "air port road", "football"]
)
def test_other_pairs_stay_two_words(typed: str) -> None:
    """Pairs with a function word, short parts, unknown words, three words, and a single one stay as typed."""
    assert not apart(typed)


SLIP = LatinCandidate("মালয়শিয়া", "sound", 5.0, 3)
USUAL = LatinCandidate("মালয়েশিয়া", "sound", 4.0, 60)
FAR = replace(USUAL, text="এমন", articles=500)


@pytest.mark.parametrize(
    ("slip", "usual", "behind"),
    [
        (SLIP, USUAL, True),
        (SLIP, replace(USUAL, articles=59), False),
        (replace(SLIP, articles=30), replace(USUAL, articles=600), True),
        (replace(SLIP, articles=31), replace(USUAL, articles=620), False),
        (SLIP, replace(USUAL, score=2.0), True),
        (SLIP, replace(USUAL, score=1.9), False),
        (SLIP, replace(USUAL, score=5.0), False),
        (replace(SLIP, text="আমীন"), replace(USUAL, text="এমন"), False),
        (replace(SLIP, text="নদীতে"), replace(USUAL, text="নদী"), False),
        (replace(SLIP, text="নদী"), replace(USUAL, text="নদীতে"), False),
        (replace(SLIP, text="বানা", articles=5, score=USUAL.score + 0.5), FAR, True),
        (replace(SLIP, text="বানা", articles=6, score=USUAL.score + 0.5), FAR, False),
        (replace(SLIP, text="বানা", articles=5, score=USUAL.score + 0.6), FAR, False),
    ],
    ids=[
        "20 times as many articles",
        "fewer",
        "a slip in 30 articles",
        "a word in more",
        "a slip that is nearer by 3",
        "by more",
        "as near",
        "another word",
        "an ending",
        "the word without it",
        "another word, as near and 100 times as frequent",
        "less frequent",
        "nearer by more than .5",
    ],
)
def test_a_slip_comes_behind_the_usual_spelling(
    slip: LatinCandidate, usual: LatinCandidate, behind: bool
) -> None:
    """The usual spelling has many more articles, and is nearly as near and similar."""
    first, second = _usual_first([slip, usual])
    assert second == usual
    assert first == (replace(slip, score=usual.score - 1.5) if behind else slip)


def test_the_usual_spelling_may_be_meant_where_its_slip_may_be() -> None:
    """The usual spelling becomes plausible through its slip; other words do not through their neighbours."""
    far = replace(USUAL, plausible=False)
    assert [found.plausible for found in _usual_first([SLIP, far])] == [True, True]
    assert [found.plausible for found in _usual_first([replace(SLIP, plausible=False), far])] == [
        False,
        False,
    ]
    assert [found.plausible for found in _usual_first([replace(SLIP, plausible=False), USUAL])] == [
        False,
        True,
    ]


@pytest.mark.parametrize(
    ("word", "other", "longer"),
    [("নদীর", "নদী", True), ("নদীর", "নদীতে", False), ("নদীয়া", "নদী", False), ("আমিও", "আমি", True)],
)
def test_a_longer_form_begins_with_the_word_and_has_its_stem(word: str, other: str, longer: bool) -> None:
    """The form must have both the prefix and the stem."""
    assert _is_longer_form(word, other) is longer


def test_a_slip_is_one_for_the_likeliest_of_several_usual_spellings() -> None:
    """The likeliest one has the best score, in whatever order they come."""
    other = replace(USUAL, text="মালয়েশিয়ায়", score=3.0)
    for found in ([SLIP, USUAL, other], [SLIP, other, USUAL]):
        assert _usual_first(found)[0].score == USUAL.score - 1.5


@pytest.mark.parametrize(
    ("typed", "words", "meant"),
    [
        ("aam", {"আম": 90, "এম": 900}, ["আম"]),
        ("am", {"আম": 90, "এম": 900}, ["এম", "আম"]),
        ("aam", {"এম": 900}, ["এম"]),
    ],
)
def test_two_of_the_letter_a_begin_a_long_one(
    tmp_path: Path, typed: str, words: dict[str, int], meant: list[str]
) -> None:
    """Two a's are আ, unless no word begins so."""
    found = LatinCandidates(WordList(tmp_path, words), lambda _text: 0).of(typed, capitals=False)
    assert [way.text for way in found if way.kind == "sound"] == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("python", ["পাইথন"]), ("prototype", ["প্রোটোটাইপ"]), ("dylan", []), ("mystic", ["মিস্টিক"])],
)
def test_y_between_consonants_may_be_said_as_in_english(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: str, meant: list[str]
) -> None:
    """Articles must have a word so written, and no other word may be near."""
    words = {"পাইথন": 1, "পাঠান": 136, "প্রোটোটাইপ": 1, "দালান": 40, "মিস্টিক": 90, "মাইস্টিক": 9}
    monkeypatch.setattr(
        "onneshon.search.understanding.romanised._WORDS", len(words)
    )  # no more words to choose from
    found = LatinCandidates(WordList(tmp_path, words), lambda _text: 0).of(typed, capitals=False)
    assert [way.text for way in found if way.kind == "sound" and way.plausible] == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("rafiq", "রফিক"), ("qawmi", "কওমি")],
)
def test_q_may_be_said_as_k(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: str, meant: str) -> None:
    """In names from Arabic *q* may be read as *k*."""
    words = {"রফিক": 60, "কওমি": 60}
    monkeypatch.setattr("onneshon.search.understanding.romanised._WORDS", len(words))
    found = LatinCandidates(WordList(tmp_path, words), lambda _text: 0).of(typed, capitals=False)
    assert [canonical(way.text) for way in found if way.plausible] == [canonical(meant)]


@pytest.mark.parametrize("typed", ["tariqur", "michaal", "rafiqal"])
def test_no_name_of_a_person_is_one_letter_off_another(typed: str) -> None:
    """*tariqur* is not a slip for *tariqul*."""
    assert one_letter_off(typed) is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("akter", "আক্তার"), ("talukder", "তালুকদার"), ("howlader", "হাওলাদার"), ("sarker", "সরকার")],
)
def test_names_are_spelt_as_people_do_who_have_them(tmp_path: Path, typed: str, meant: str) -> None:
    """Family names have no case ending (*talukder*, of তালুক), and are not words of a similar sound."""
    words = {"আক্তার": 9, "তালুকদার": 9, "হাওলাদার": 9, "সরকার": 9}
    words |= {"অ্যাক্টের": 90, "তালুক": 90, "হলা": 90, "সড়কের": 90}
    found = LatinCandidates(WordList(tmp_path, words), lambda _text: 0).of(typed, capitals=False)
    assert canonical(found[0].text) == canonical(meant)


@pytest.mark.parametrize(("typed", "meant"), [("kobe", "কবে"), ("kobi", "কবি")])
def test_words_that_ask_are_oftener_in_queries_than_in_articles(
    tmp_path: Path, typed: str, meant: str
) -> None:
    """A question word is no slip for another word, nor for one of another sound."""
    words = WordList(tmp_path, {"কবে": 5, "কবি": 900})
    assert LatinCandidates(words, lambda _text: 0).of(typed, capitals=False)[0].text == meant
