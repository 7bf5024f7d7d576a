import csv
import datetime as dt
import io
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onneshon.index import Article
from onneshon.search.results.export import EXPORTS, exported, harmless

PADMA = Article("padma", "পদ্মা, “সেতু”", "মাওয়া ঘাট।", dt.date(2023, 10, 15), "অর্থনীতি", author="শাহানা পারুল")
RIVER = Article("2", "নদী", "", lang="bn")
FOUND = [(PADMA, "https://example.org/padma"), (RIVER, "")]


def _file(form: str, *articles: tuple[Article, str]) -> str:
    return "".join(exported(EXPORTS[form], articles or FOUND))


def _rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_a_table_has_a_heading_and_a_row_an_article() -> None:
    """The file begins with a byte order mark for spreadsheets; texts with commas and quotes stay whole."""
    text = _file("csv")
    assert text.startswith("\ufeff")
    assert _rows(text) == [
        ["id", "title", "author", "date", "category", "lang", "url"],
        ["padma", "পদ্মা, “সেতু”", "শাহানা পারুল", "2023-10-15", "অর্থনীতি", "bn", "https://example.org/padma"],
        ["2", "নদী", "", "", "", "bn", ""],
    ]


def test_a_line_of_json_says_what_is_known() -> None:
    """Unknown fields are left out."""
    first, second = map(json.loads, _file("jsonl").splitlines())
    assert (first["title"], first["date"], first["url"]) == (
        PADMA.title,
        "2023-10-15",
        "https://example.org/padma",
    )
    assert second == {"id": "2", "title": "নদী", "lang": "bn"}


def test_references_are_told_apart() -> None:
    """Each BibTeX entry has its own key, and each RIS entry its end mark."""
    assert re.findall(r"^@online\{(.*),$", _file("bibtex"), re.MULTILINE) == ["onneshon-padma", "onneshon-2"]
    assert [line[:2] for line in _file("ris").splitlines() if line[:2] in {"TY", "ER"}] == ["TY", "ER"] * 2


@pytest.mark.parametrize("title", ["=HYPERLINK(1)", "+১", "-১", "@ক", "\t=1", " =1", "＝1", "\ufeff=1"])
def test_no_cell_is_a_formula(title: str) -> None:
    """A title that looks like a formula is not executed by the spreadsheet that opens the table."""
    cell = _rows(_file("csv", (Article("1", title), "")))[1][1]
    assert cell.startswith("'")
    assert harmless("নদী = জীবন") == "নদী = জীবন"


@given(st.text(st.sampled_from("অ,\"'\n\r\u2028\x07=\u202e"), max_size=20))
def test_a_text_stays_in_its_cell(title: str) -> None:
    """A title stays in its cell whatever it contains; a line of JSON is one line, and gives it back."""
    article = Article("1", title, "নদী")
    assert [len(row) for row in _rows(_file("csv", (article, "")))] == [7, 7]
    (line,) = _file("jsonl", (article, "")).splitlines()
    assert json.loads(line).get("title", "") == title
