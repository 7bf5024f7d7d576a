"""Titles during a build: they are kept and counted, and their phrases found."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from onneshon.index.completion import titles as titles_module
from onneshon.index.completion.titles import FREQUENT, Spelling, TitleSpool, TitleWords, titles_in


def phrases_of(titles: Iterable[str]) -> dict[str, int]:
    """Phrases with the number of titles that contain them."""
    words = TitleWords()
    for title in titles:
        words.add(title)
    return {
        " ".join(words.exact[number] for number in run): count
        for found in words.phrases()
        for run, count in zip(found.words.tolist(), found.counts.tolist(), strict=True)
    }


@pytest.mark.parametrize("letters", [10, 10_000])
def test_a_spool_gives_titles_back(tmp_path: Path, letters: int) -> None:
    """In memory or on disk, with single spaces; empty titles are dropped."""
    spool = TitleSpool(tmp_path)
    given = ["ঢাকা\n কলেজ ", "", "ক" * letters, "শেষ\ud800"] * 20
    for title in given:
        spool.add(title)
    kept = ["ঢাকা কলেজ", "ক" * letters, "শেষ\ud800"] * 20
    assert [*spool] == kept
    assert [*spool] == kept
    spool.copy_to(tmp_path / "titles")
    with (tmp_path / "titles").open("rb") as copied:
        assert [*titles_in(copied)] == kept
    spool.close()


def test_the_words_of_a_title_have_numbers() -> None:
    """Equal words have equal numbers, however they are encoded."""
    words = TitleWords()
    numbers = words.add("সময\u09bc ও সময়, নদী")
    assert numbers == [1, 2, 1, 3]
    assert words.exact == ["", "সময়", "ও", "নদী"]
    assert words.add("নদী") == [3]


def test_phrases_are_of_two_to_four_words() -> None:
    """Each run of two to four words counts as often as it occurs in titles."""
    title = "পদ্মা মেঘনা নদী পারাপার বন্ধ"
    words = title.split()
    runs = {" ".join(words[start : start + length]) for length in (2, 3, 4) for start in range(6 - length)}
    assert phrases_of([title] * FREQUENT) == dict.fromkeys(runs, FREQUENT)


def test_a_rare_run_is_no_phrase() -> None:
    """A run of three is not frequent because two of its words are."""
    titles = ["মেঘনা নদী শান্ত", "মেঘনা নদী অশান্ত", "মেঘনা নদী গভীর"]
    assert phrases_of(titles) == {"মেঘনা নদী": 3}
    assert phrases_of(titles[:2]) == {}


def test_a_phrase_neither_begins_nor_ends_in_a_function_word() -> None:
    """Inside a phrase function words are allowed."""
    assert phrases_of(["রাজা ও রানি"] * 3) == {"রাজা ও রানি": 3}


@pytest.mark.parametrize("title", ["ঢাকা, কলেজ", "ঢাকা (কলেজ)", "ঢাকা —কলেজ", "‘ঢাকা’ কলেজ"])
def test_punctuation_ends_a_phrase(title: str) -> None:
    """So does the end of a title."""
    assert phrases_of([title] * FREQUENT) == {}
    assert phrases_of(["ঢাকা", "কলেজ"] * FREQUENT) == {}


def test_a_joiner_ends_no_phrase() -> None:
    """A joiner is part of a word, and so is a Latin letter."""
    assert phrases_of(["আর\u200c B-কলেজ"] * 3) == {"b কলেজ": 3}
    assert phrases_of(["BNP নেতা"] * 3) == {"bnp নেতা": 3}


def test_of_too_many_phrases_the_most_frequent_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit holds for each length."""
    monkeypatch.setattr(titles_module, "PHRASES", 1)
    assert phrases_of(["মেঘনা নদী"] * 3 + ["ছোট নদী"] * 4 + ["মরা নদী"] * 3) == {"ছোট নদী": 4}


def test_the_commonest_spelling_is_shown() -> None:
    """The most frequent spelling is shown; in a tie, the last in the order of letters."""
    spelling = Spelling()
    for surface, times in (("Bnp", 1), ("BNP", 2), ("bnp", 1)):
        spelling.count("bnp", surface, times)
    assert spelling.of("bnp") == "BNP"
    spelling.count("bnp", "bnp", 1)
    assert spelling.of("bnp") == "bnp"


def test_a_word_no_title_has_is_written_like_most() -> None:
    """With য় as one code point or two, whichever is more frequent; in a tie as one."""
    spelling = Spelling()
    spelling.count("সময়", "সময\u09bc", 1)
    assert spelling.of("বিষয়") == "বিষয\u09bc"
    spelling.count("সময়", "সময়", 1)
    assert spelling.of("বিষয়") == "বিষয়"
