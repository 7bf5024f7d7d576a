"""Which words of a query are abbreviated, and from which words."""

from pathlib import Path

import pytest

from onneshon import Article, Engine
from onneshon.index.analysis.analyzer import analyze
from onneshon.index.analysis.canonical import canonical
from onneshon.search.retrieval.budget import TimeBudget
from onneshon.search.understanding.abbreviations import whole_word
from onneshon.search.understanding.reading_queries import cut_short
from onneshon.search.understanding.readings import Readings
from onneshon.search.understanding.synonyms import shipped_synonyms
from tests.search.understanding.word_lists import PairList, WordList, context_of

WORDS = {
    "সহ": 1500, "সহকারী": 900, "সহকারীর": 90, "সহযোগী": 400, "সহজ": 700,
    "শিক্ষক": 600, "অধ্যাপক": 500, "সুপ্রীম": 300, "কোর্ট": 800, "কোর্টের": 400, "এর": 9000, "কোল্ড": 90,
    "পুনঃ": 1, "পুনঃস্থাপন": 20, "পুনর্নির্বাচন": 90,
}  # fmt: skip
PAIRS = {
    ("সহকারী", "শিক্ষক"): 21, ("সহকারীর", "শিক্ষক"): 4, ("সহযোগী", "শিক্ষক"): 12, ("সহজ", "শিক্ষক"): 13,
    ("সহকারী", "অধ্যাপক"): 4, ("সহযোগী", "অধ্যাপক"): 5, ("সহজ", "অধ্যাপক"): 6,
    ("সহকারী", "কোর্ট"): 40, ("সহ", "কোর্ট"): 1,
    ("সুপ্রীম", "কোর্টের"): 80, ("সুপ্রীম", "কোর্ট"): 20, ("সুপ্রীম", "সহকারী"): 4, ("সুপ্রীম", "সহকারীর"): 1,
    ("কোল্ড", "এর"): 30, ("সহকারী", "পরিচালক"): 4, ("পুনর্নির্বাচন", "শিক্ষক"): 30,
}  # fmt: skip


@pytest.fixture
def index(tmp_path: Path) -> WordList:
    """An index of a few words, with the frequencies of some adjacent pairs."""
    return WordList(tmp_path, WORDS, pairs=PairList(PAIRS, WORDS))


@pytest.mark.parametrize(
    ("text", "positions"),
    [
        ("সহঃ শিক্ষক", {0}),
        ("সহ. শিক্ষক", {0}),
        ("সহ শিক্ষক.", {1}),
        ("বি.এন.পি নেতা", set()),
        ("বি.এন.পি. নেতা", set()),
        ("চ.ছ.জ. নেতা", {0}),
        ("দুঃখ ও শোক", set()),
        ("৩.৫ কোটি", set()),
        ("সহ.(শিক্ষক)", set()),
    ],
)
def test_a_word_is_cut_short_by_its_mark(text: str, positions: set[int]) -> None:
    """An abbreviation has a visarga at its end, or a full stop that nothing follows; not one inside it."""
    assert cut_short(text, analyze(text), shipped_synonyms()) == positions


@pytest.mark.parametrize(
    ("before", "typed", "after", "whole"),
    [
        ("", "সহঃ", "শিক্ষক", "সহকারী"),
        ("", "সহ", "শিক্ষক", "সহকারী"),
        ("", "সহঃ", "অধ্যাপক", None),
        ("", "সহ", "কোর্ট", None),
        ("", "সহঃ", "পরিচালক", None),
        ("", "পুনঃ", "শিক্ষক", None),
        ("", "পুন", "শিক্ষক", "পুনর্নির্বাচন"),
        ("সুপ্রীম", "কোঃ", "", "কোর্ট"),
        ("", "কোঃ", "এর", None),
        ("", "সহকারীঃ", "শিক্ষক", None),
        ("সুপ্রীম", "সহঃ", "", "সহকারী"),
        ("সুপ্রীম", "স", "", None),
        ("", "সহঃ", "", None),
    ],
)
def test_what_most_that_begins_so_is_there_is_meant(
    index: WordList, before: str, typed: str, after: str, whole: str | None
) -> None:
    """In all its forms the meant word has five times the articles of the rest, and the short word is none."""
    exact = analyze(typed)[0].exact
    found = whole_word(canonical(before), exact, canonical(after), index, context_of(index))
    assert (found.word if found else None) == (whole and canonical(whole))
    assert found is None or found.kind == "unfinished"


def read(index: WordList, text: str) -> list[str]:
    """The readings of a text's abbreviated words."""
    tokens = analyze(text)
    found = Readings(index, lambda _: 0).read(
        text, tokens, TimeBudget(), cut_short(text, tokens, shipped_synonyms())
    )
    return [canonical(reading.text) for reading in found]


@pytest.mark.parametrize("typed", ["সহঃ শিক্ষক", "সহ. শিক্ষক"])
def test_an_abbreviation_is_read_as_the_whole_word(index: WordList, typed: str) -> None:
    """An abbreviation is read as the whole word, although as many articles have the short form as a word."""
    assert read(index, typed) == [canonical("সহকারী")]
    assert read(index, "সহ শিক্ষক") == []
    assert canonical("সহকারী") in read(index, f"dhaka {typed}")


def test_a_short_word_with_a_visarga_is_no_misspelling(tmp_path: Path) -> None:
    """A short word with a visarga is not corrected to the one without; in a longer one it means a colon."""
    index = WordList(tmp_path, {"গ্রা": 40, "প্রধানমন্ত্রী": 900})
    assert read(index, "গ্রাঃ") == []
    assert read(index, "প্রধানমন্তীঃ") == [canonical("প্রধানমন্ত্রী")]


@pytest.mark.parametrize(
    ("typed", "kind"),
    [("সহঃ শিক্ষক", "unfinished"), ("মেঃ জেনারেল", None), ("রাঃ শিক্ষক", None)],
)
def test_what_a_table_has_and_a_form_of_address_is_not_cut_short(typed: str, kind: str | None) -> None:
    """Abbreviations in a table and forms of address are not completed, although articles have such words."""
    text = "সহকারী শিক্ষক, মেধাবী জেনারেল এবং রাগী শিক্ষক। " * 6
    with Engine.of([Article(str(n), "", text) for n in range(3)]) as engine:
        readings = engine.search(typed).readings
    assert [reading.kind for reading in readings] == ([kind] if kind else [])
