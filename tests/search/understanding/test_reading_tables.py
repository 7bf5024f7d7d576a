"""The tables for reading words in Latin letters: English words, names, abbreviations, letters."""

import re
import string
from collections.abc import Mapping

import pytest

from onneshon.index.analysis.canonical import canonical
from onneshon.search.understanding import latin_entries, tables
from onneshon.search.understanding.latin_entries import (
    LatinEntry,
    acronyms,
    english_words,
    exonyms,
    irregular_forms,
    letter_names,
)
from onneshon.search.understanding.tables import read_rows

WORDS = {"english_words.tsv": english_words, "exonyms.tsv": exonyms, "acronyms.tsv": acronyms}
_LATIN = re.compile(r"[a-z0-9]+(?:[ '.,-]+[a-z0-9]+)*")
_PIECES = re.compile("[\u0980-\u09ff\u200d]+")
_DIGITS = {0x9E6 + digit: str(digit) for digit in range(10)}


def bengali_forms(entries: Mapping[str, LatinEntry]) -> list[str]:
    """Every Bengali form of a table."""
    return [form for entry in entries.values() for form in entry.bengali]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("flood", "বন্যা"),
        ("road accident", "সড়ক দুর্ঘটনা"),
        ("hospital", "হাসপাতাল"),
        ("load shedding", "লোডশেডিং"),
        ("human body", "মানবদেহ"),
        ("photosynthesis", "সালোকসংশ্লেষণ"),
        ("firefly", "জোনাকি"),
    ],
)
def test_english_words_are_given_in_bengali(typed: str, meant: str) -> None:
    """The first form is what newspapers write most."""
    assert english_words()[typed].bengali[0] == " ".join(map(canonical, meant.split()))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("jessore", "যশোর"), ("ganges", "গঙ্গা"), ("cox's bazar", "কক্সবাজার"), ("coxs bazar", "কক্সবাজার")],
)
def test_names_are_given_in_all_their_spellings(typed: str, meant: str) -> None:
    """Reading by sound would not give these names."""
    assert exonyms()[typed].bengali[0] == meant


@pytest.mark.parametrize(
    ("typed", "meant"), [("nasa", "নাসা"), ("acc", "দুদক"), ("unicef", "ইউনিসেফ"), ("rab", "র‍্যাব")]
)
def test_abbreviations_have_their_own_spelling(typed: str, meant: str) -> None:
    """The names of their letters would not give these forms."""
    assert acronyms()[typed].bengali[0] == meant


@pytest.mark.parametrize("name", WORDS)
def test_latin_is_typed_as_readers_type(name: str) -> None:
    """The keys are small letters and digits with single spaces, each once."""
    typed = [row[0] for row in read_rows(name)]
    assert [latin for latin in typed if not _LATIN.fullmatch(latin) or "  " in latin] == []
    assert len(typed) == len(set(typed))


@pytest.mark.parametrize("name", WORDS)
def test_bengali_is_in_its_canonical_form(name: str) -> None:
    """Forms have one encoding and no other script, except digits and the joiner that shapes র‍্য."""
    forms = bengali_forms(WORDS[name]())
    words = [word for form in forms for word in _PIECES.findall(form)]
    assert [form for form in forms if _PIECES.sub("", form).strip(" .-")] == []
    assert [w for w in words if canonical(w) != w.replace("\u200d", "").translate(_DIGITS)] == []


@pytest.mark.parametrize("name", WORDS)
def test_alternatives_are_few_and_differ(name: str) -> None:
    """There are one to three forms, none empty or repeated."""
    for entry in WORDS[name]().values():
        assert 1 <= len(entry.bengali) <= 3
        assert all(entry.bengali)
        assert len(set(entry.bengali)) == len(entry.bengali)


@pytest.mark.parametrize("name", WORDS)
def test_rows_are_sorted_under_their_headings(name: str) -> None:
    """Each group under a heading is sorted, so that an editor finds a word."""
    text = (tables._TABLES / name).read_text("utf-8")
    for group in re.split(r"^#.*\n", text, flags=re.MULTILINE):
        assert group.splitlines() == sorted(group.splitlines())


def test_a_word_stands_in_one_table() -> None:
    """A word in two tables could contradict itself."""
    assert not english_words().keys() & exonyms().keys()
    assert not english_words().keys() & acronyms().keys()
    assert not exonyms().keys() & acronyms().keys()


def test_an_irregular_form_leads_to_a_word_and_is_none_itself() -> None:
    """*stole* leads to steal; a form with a row of its own is not listed."""
    forms = irregular_forms()
    assert [form for form, word in forms.items() if word not in english_words()] == []
    assert not forms.keys() & (english_words().keys() | exonyms().keys() | acronyms().keys())


def test_tables_are_large_enough_for_news() -> None:
    """The sizes are fixed so that no edit loses a part without notice."""
    assert len(english_words()) >= 5000
    assert sum(" " in english for english in english_words()) >= 900
    assert len(exonyms()) >= 1500
    assert len(acronyms()) >= 250


def test_words_of_two_readings_are_marked() -> None:
    """*ban* may also be বান, and *who* may ask; *flood* has no other reading."""
    assert english_words()["ban"].ambiguous
    assert acronyms()["who"].ambiguous
    assert not english_words()["flood"].ambiguous


def test_an_abbreviation_that_its_letters_give_is_not_listed() -> None:
    """বিসিবি follows from the names of b, c and b."""
    names = letter_names()
    for typed, entry in acronyms().items():
        assert entry.bengali != ("".join(names.get(letter, ("?",))[0] for letter in typed),)


def test_all_letters_have_names() -> None:
    """A to Z have names in canonical Bengali."""
    assert list(letter_names()) == list(string.ascii_lowercase)
    assert [n for names in letter_names().values() for n in names if canonical(n) != n] == []


def test_a_line_of_another_form_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names the table and the word."""
    monkeypatch.setattr(latin_entries, "read_rows", lambda _: [("flood", "বন্যা", "food")])
    english_words.cache_clear()
    try:
        with pytest.raises(ValueError, match=r"english_words\.tsv.*'flood'"):
            english_words()
    finally:
        english_words.cache_clear()
