import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onneshon.index import Article
from onneshon.search.results.export import citations

ARTICLE = Article(
    "nodi/2",
    "নদী & জীবন: ৫০% {চর}",
    "",
    dt.date(2022, 8, 5),
    "পরিবেশ",
    "https://example.org/a_b",
    "রফিকুল ইসলাম",
)


def test_every_form_names_author_title_day_and_address() -> None:
    """Every citation format has the author, title, day and address."""
    forms = dict(citations(ARTICLE, ARTICLE.url))
    assert forms["plain"] == "রফিকুল ইসলাম. “নদী & জীবন: ৫০% {চর}”. 2022-08-05. https://example.org/a_b."
    assert forms["bibtex"].splitlines() == [
        "@online{onneshon-nodi-2-2bda06be,",
        "  author = {রফিকুল ইসলাম},",
        r"  title = {নদী \& জীবন: ৫০\% \{চর\}},",
        "  date = {2022-08-05},",
        r"  url = {https://example.org/a\_b},",
        "}",
    ]
    assert forms["ris"].splitlines() == [
        "TY  - NEWS",
        "AU  - রফিকুল ইসলাম",
        "TI  - নদী & জীবন: ৫০% {চর}",
        "DA  - 2022/08/05",
        "UR  - https://example.org/a_b",
        "ER  - ",
    ]


def test_what_is_unknown_is_left_out() -> None:
    """An article without author and day gives no empty fields."""
    for form, text in citations(Article("1", "নদী", ""), "https://example.org/1"):
        assert "author" not in text, form
        assert "AU" not in text, form
        assert ". ." not in text, form


@given(st.text(st.sampled_from("অ্\n\r\u2028\x07 {}\\%TY-"), max_size=30))
def test_no_title_ends_a_field(title: str) -> None:
    """Line breaks and control characters in a title do not begin a new field."""
    forms = dict(citations(Article("1", title, ""), "https://example.org/1"))
    assert len(forms["ris"].splitlines()) == 3 + bool(title.split())
    assert not re.search(r"[\x00-\x09\x0b-\x1f\u2028]", "".join(forms.values()))


def _key_of(article_id: str) -> str:
    return dict(citations(Article(article_id, "নদী", ""), ""))["bibtex"].splitlines()[0]


@pytest.mark.parametrize("article_id", ["ইতিহাস-1", "a b", "{}", "খবর"])
def test_a_key_is_plain(article_id: str) -> None:
    """BibTeX allows letters, digits and hyphens in a key."""
    assert re.fullmatch(r"@online\{onneshon(?:-[A-Za-z0-9]+)+,", _key_of(article_id))


def test_a_plain_id_is_a_key_as_it_is() -> None:
    """A key needs no digest where the id needs no change."""
    assert _key_of("history-01-Bhasha") == "@online{onneshon-history-01-Bhasha,"


@pytest.mark.parametrize(
    "ids", [("ইতিহাস-1", "খেলা-1", "1"), ("খবর", "খেলা"), ("nodi/2", "nodi2", "nodi-2", "nodi 2")]
)
def test_no_two_articles_have_one_key(ids: tuple[str, ...]) -> None:
    """A bibliography may cite both."""
    assert len({_key_of(article_id) for article_id in ids}) == len(ids)
