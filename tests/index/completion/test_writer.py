"""The written suggestions: words, phrases and titles, with their weights."""

import math
from pathlib import Path

import pytest

from onneshon.index.completion.completion import Completion
from onneshon.index.completion.titles import FREQUENT
from onneshon.index.completion.writer import FAMILIAR, FORM, TITLE_WEIGHT
from onneshon.index.errors import IndexCorruptError
from tests.index.completion.suggesting import completion_of, damaged


def words_of(completion: Completion, start: str = "") -> dict[str, tuple[float, int]]:
    """All words with a prefix, with their weights and numbers of articles."""
    return {row.text: (row.weight, row.articles) for row in completion.beginning("word", start, 1_000)}


def test_a_word_weighs_its_articles_and_its_titles(tmp_path: Path) -> None:
    """A title weighs as much as many articles; the displayed count is of articles."""
    completion = completion_of(tmp_path, {"নদী": (5, 2), "নগর": 7})
    assert words_of(completion) == {"নদী": (5 + 2 * TITLE_WEIGHT, 5), "নগর": (7.0, 7)}


@pytest.mark.parametrize(
    ("articles", "least"), [(0, 2), (10_000, 2), (31_000, 2), (32_000, 3), (100_000, 3), (1_000_000, 4)]
)
def test_rare_words_are_not_suggested(tmp_path: Path, articles: int, least: int) -> None:
    """The minimum rises with the number of articles, as slips become more frequent."""
    rising = {"আম": 1, "জাম": 2, "কাঁঠাল": 3, "লিচু": 4}
    found = words_of(completion_of(tmp_path, rising, articles=articles))
    assert found == {word: (count, count) for word, count in rising.items() if count >= least}


def test_what_begins_with_a_sign_is_no_beginning(tmp_path: Path) -> None:
    """A vowel sign after a letter of another script begins no suggestion."""
    assert [*words_of(completion_of(tmp_path, {"\u09be": 9, "\u0982শ": 9, "আশ": 9}))] == ["আশ"]


def test_the_form_that_stands_for_a_word_weighs_as_all_of_them(tmp_path: Path) -> None:
    """Only forms in enough articles are added: others may be slips."""
    forms = {"সেতু": FORM, "সেতুর": FORM + 1, "সেতুতে": FORM - 1}
    assert words_of(completion_of(tmp_path, forms)) == {
        "সেতু": (2 * FORM + 1, FORM),
        "সেতুর": (FORM + 1, FORM + 1),
        "সেতুতে": (FORM - 1, FORM - 1),
    }


def test_latin_words_have_no_forms(tmp_path: Path) -> None:
    """Stems of Latin words are not determined."""
    assert words_of(completion_of(tmp_path, {"train": 90, "trains": 80})) == {
        "train": (90, 90),
        "trains": (80, 80),
    }


def test_a_phrase_is_what_enough_titles_say(tmp_path: Path) -> None:
    """The weight is the number of titles, and the spelling is theirs."""
    titles = ["ঢাকা মহানগর কমিটি"] * FREQUENT + ["খুলনা মহানগর"] * (FREQUENT - 1)
    rows = completion_of(tmp_path, {"ঢাকা": 9}, titles).beginning("phrase", "", 9)
    assert {(row.text, row.weight, row.articles) for row in rows} == {
        ("ঢাকা মহানগর", FREQUENT, FREQUENT),
        ("মহানগর কমিটি", FREQUENT, FREQUENT),
        ("ঢাকা মহানগর কমিটি", FREQUENT, FREQUENT),
    }


def test_titles_of_the_same_words_are_one(tmp_path: Path) -> None:
    """The most frequent spelling is shown; a title without words is dropped."""
    titles = ["ঢাকা কলেজ", "ঢাকা: কলেজ!", "ঢাকা: কলেজ!", "…", "যশোর"]
    rows = completion_of(tmp_path, {"ঢাকা": (9, 6)}, titles).beginning("title", "", 9)
    familiar = (math.log1p(6) + math.log1p(0)) / 2
    assert [(row.text, row.articles) for row in rows] == [("ঢাকা: কলেজ!", 3), ("যশোর", 1)]
    assert rows[0].weight == pytest.approx(3 + FAMILIAR * familiar)
    assert rows[1].weight == 1


def test_words_are_written_as_most_titles_write_them(tmp_path: Path) -> None:
    """A word in no title stays as it is, except for য়."""
    titles = ["র\u200d্যাব এল", "র\u200d্যাব গেল", "র্যাব", "সময\u09bc"]
    completion = completion_of(tmp_path, {"র্যাব": 3, "সময়": 3, "বিষয়": 3, "কথা": 3}, titles)
    written = [completion.written(word) for word in ("র্যাব", "সময়", "বিষয়", "কথা", "নেই")]
    assert written == ["র\u200d্যাব", "সময\u09bc", "বিষয\u09bc", "কথা", "নেই"]


def test_a_damaged_file_is_reported(tmp_path: Path) -> None:
    """``verify`` reads the whole file."""
    completion_of(tmp_path, {"আমড়া": 4}).verify()
    with pytest.raises(IndexCorruptError):
        damaged(tmp_path, "আমড়া").verify()


def test_an_index_may_have_no_suggestions(tmp_path: Path) -> None:
    """Such an index was built without them."""
    assert Completion.open(tmp_path) is None
