"""Which suggestion completes an unfinished text, and when the text is complete as it is."""

from pathlib import Path

import pytest

from onneshon.index import Article
from onneshon.index.analysis.canonical import canonical
from onneshon.search import Engine
from onneshon.search.understanding.suggestion import AsRead, Suggestion, SuggestionKind, first_begun
from tests.search.understanding.word_lists import PairList, WordList

ARTICLES = {"হাসি": 30, "হাসিনা": 90, "করো": 9, "করোনা": 900, "মাছের": 50, "দাম": 500, "দা": 50, "দাগ": 50}


def whole_or(text: str, row: Suggestion, folder: Path, read: AsRead | None = None) -> str:
    """What is searched for a text if this row is its first word or phrase suggestion."""
    pairs = PairList({("মাছের", "দাম"): 20, ("মাছের", "দাগ"): 2}, ARTICLES)
    index = WordList(folder, ARTICLES, pairs=pairs)
    title = Suggestion(f"{text}…", "title", 1)
    return first_begun(text, read or AsRead(text, 0), [title, row], index)


@pytest.mark.parametrize(
    ("text", "row", "count", "searched"),
    [
        ("করো", "করোনা", 900, "করোনা"),
        ("হাসি", "হাসিনা", 90, "হাসি"),
        ("হাসি", "হাসিনা", 300, "হাসি"),
        ("হাসি", "হাসিনা", 301, "হাসিনা"),
        ("হাসিন", "হাসিনার", 90, "হাসিনার"),
        ("দামে", "দাম", 500, "দামে"),
        ("মাছের দা", "মাছের দাম", 20, "মাছের দাম"),
        ("মাছের দা", "মাছের দাম", 5, "মাছের দা"),
        ("মাছের দাগ", "মাছের দাগি", 40, "মাছের দাগ"),
        ("।", "করোনা", 900, "করোনা"),
    ],
)
def test_a_bengali_word_is_whole_by_its_articles_and_its_company(
    tmp_path: Path, text: str, row: str, count: int, searched: str
) -> None:
    """A word needs a tenth of the row's articles, and ten times as many after a word it never follows."""
    kind: SuggestionKind = "phrase" if " " in row else "word"
    assert whole_or(text, Suggestion(row, kind, count), tmp_path) == searched


@pytest.mark.parametrize(
    ("text", "read", "row", "searched"),
    [
        ("road acc", AsRead("সড়ক দুদক", 139), "সড়ক দুর্ঘটনা", "সড়ক দুর্ঘটনা"),
        ("bcb president", AsRead("বিসিবি সভাপতি", 9, listed=True), "বিসিবি প্রেসিডেন্টস", "bcb president"),
        ("humayun ahmed", AsRead("হুমায়ূন আহমেদ", 9), "হুমায়ূন আহমেদের", "হুমায়ূন আহমেদ"),
    ],
)
def test_latin_letters_are_whole_where_a_table_has_the_word(
    tmp_path: Path, text: str, read: AsRead, row: str, searched: str
) -> None:
    """An abbreviation of the same letters does not count as a complete word."""
    assert whole_or(text, Suggestion(row, "phrase", 190), tmp_path, read) == searched


def test_a_text_that_nothing_goes_on_from_is_whole(tmp_path: Path) -> None:
    """Titles are no completions of a word."""
    index = WordList(tmp_path, ARTICLES)
    assert first_begun("খপুষ্প", AsRead("খপুষ্প", 0), [Suggestion("খপুষ্প ও করোনা", "title", 1)], index) == "খপুষ্প"


SAID = [Article(str(at), "সড়ক দুর্ঘটনায় নিহত", "সড়ক দুর্ঘটনা বাড়ছে।") for at in range(4)]
CLAIMED = [Article(f"c{at}", "দুদকের মামলা", "দুদক সড়ক নিয়ে মামলা করেছে।") for at in range(4)]


@pytest.fixture(scope="module")
def engine() -> Engine:
    """An engine over four articles on road accidents and four on the anti-corruption commission."""
    return Engine.of([*SAID, *CLAIMED])


def test_hits_are_those_of_the_first_row(engine: Engine) -> None:
    """A page, several pages and a scan have the first row's hits, but a literal search has not."""
    row = engine.suggest("road acc")[0].text
    page = engine.search("road acc", unfinished=True, group=False)
    assert canonical(page.query) == canonical(row) == canonical("সড়ক দুর্ঘটনা")
    assert {hit.id for hit in page} == {article.id for article in SAID}
    assert {article.id for article in engine.scan("road acc", unfinished=True)} == {hit.id for hit in page}
    assert engine.search("road acc").query == "road acc"
    assert engine.search("road acc", unfinished=True, literal=True).query == "road acc"
