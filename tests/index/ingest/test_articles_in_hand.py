"""Articles given one by one, as objects or JSON, are read like those of files."""

import datetime as dt
import json
import math
import uuid
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from onneshon.index import Article, BuildError, CorpusError, build, open_index, open_writer, update
from onneshon.index.configuration import Configuration, KeywordField
from onneshon.index.errors import KINDS
from onneshon.index.ingest.articles_in_hand import SiteRecords, checked_in_hand, intake_of
from onneshon.index.ingest.corpus import Corpus, read_articles
from onneshon.index.ingest.intake import Problems

SITE = Configuration(
    fields=(KeywordField("tags", several=True), KeywordField("section")),
    mapping={"title": ("headline",), "body": ("content", "text"), "section": ("meta.page",)},
)


def _read(record: dict[str, Any], site: Configuration = SITE) -> Any:
    return SiteRecords(site).read(record, "the body", "ক")


def test_a_name_is_that_of_a_field_however_its_letters_are_composed() -> None:
    """The author of ``onneshon.toml`` cannot see how the sending program composes letters."""
    site = Configuration(mapping={"category": ("বিষ\u09df",)})
    assert _read({"title": "নদী", "বিষ\u09af\u09bc": "ভাঙন"}, site).article.category == "ভাঙন"


def test_fields_have_the_names_that_the_site_gives_them() -> None:
    """Declared fields are renamed too, wherever they are in the record."""
    record = {"headline": "হাওরে পাখি", "text": "শীত এসেছে।", "tags": ["পাখি", "শীত"], "meta": {"page": "দেশ"}}
    article, unused = _read(record)
    assert (article.id, article.title, article.body, unused) == ("ক", "হাওরে পাখি", "শীত এসেছে।", [])
    assert article.keywords == {"tags": ("পাখি", "শীত"), "section": ("দেশ",)}


def test_a_value_that_is_no_number_is_reported_and_left_out() -> None:
    """The article is accepted without it."""
    site = Configuration(fields=(KeywordField("views", type="number"), KeywordField("desk")))
    article, unused = _read({"title": "নদী", "views": "অনেক", "desk": "অনেক"}, site)
    assert (article.keywords, unused) == ({"desk": ("অনেক",)}, ["views"])
    article, unused = _read({"title": "নদী", "views": "১,২০০"}, site)
    assert (article.keywords, unused) == ({"views": ("১,২০০",)}, [])


def test_an_article_as_the_api_answers_it_can_be_sent_back() -> None:
    """Its declared fields are in ``keywords``, and would otherwise be lost by changing a title."""
    record = {"id": "ক", "title": "নদী", "lang": "bn", "keywords": {"tags": ["নদী"], "section": ["দেশ"]}}
    article, unused = _read(record)
    assert (article.keywords, unused) == ({"tags": ("নদী",), "section": ("দেশ",)}, [])


@pytest.mark.parametrize(
    ("record", "unused"),
    [
        ({"title": "নদী", "text": "পদ্মা"}, ["text"]),
        ({"title": "নদী", "Body": "পদ্মা", "tags": ["নদী"]}, ["Body", "tags"]),
        ({"title": "নদী", "keywords": ["নদী"]}, ["keywords"]),
        ({"title": "নদী", "body": "পদ্মা", "date": None}, []),
    ],
)
def test_what_nothing_is_made_of_is_reported_by_its_name(record: dict[str, Any], unused: list[str]) -> None:
    """A site without settings has only our names."""
    assert _read(record, Configuration()).unused == unused


def test_a_keyword_of_no_field_is_reported() -> None:
    """A misspelt name, or a field that the site no longer has."""
    record = {"title": "নদী", "keywords": {"tags": ["নদী"], "sectoin": ["দেশ"]}}
    assert _read(record).unused == ["keywords.sectoin"]


def test_a_list_of_keywords_is_none_of_the_fields_of_a_site() -> None:
    """Web pages have such a list in their heads: it does not say of which field each is."""
    assert _read({"title": "নদী", "keywords": ["নদী"]}).unused == ["keywords"]


def test_a_text_typed_for_a_font_becomes_unicode() -> None:
    """A single article is converted like one in a file."""
    article, _ = _read({"title": "Avgvi †mvbvi evsjv", "body": "Avwg evsjvi Mvb MvB|"})
    assert (article.title, article.body) == ("আমার সোনার বাংলা", "আমি বাংলার গান গাই।")


@pytest.mark.parametrize("value", [True, 1, "1", "TRUE"])
def test_a_record_withdraws_an_article_by_the_name_that_the_site_has_for_ids(value: object) -> None:
    """The record is one of a file of changes."""
    records = SiteRecords(Configuration(mapping={"id": ("nid",)}))
    assert records.withdrawn({"nid": 17, "deleted": value}, "line 1") == "17"
    assert records.withdrawn({"nid": 17, "title": "a", "deleted": 0}, "line 1") is None


UUID = "6fa459ea-ee8a-4ca4-894e-db77e160355e"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (uuid.UUID(UUID), UUID),
        (Decimal("17.0"), "17"),
        (Decimal(12345678901234567890), "12345678901234567890"),
        (17.0, "17"),
        (-0.0, "0"),
    ],
    ids=repr,
)
def test_what_databases_have_for_ids_are_ids(value: object, expected: str) -> None:
    """Ids of articles, and of withdrawn ones."""
    assert _read({"id": value, "title": "নদী"}).article.id == expected
    assert (
        _read({"nid": value, "title": "নদী"}, Configuration(mapping={"id": ("nid",)})).article.id == expected
    )
    assert SiteRecords(SITE).withdrawn({"id": value, "deleted": True}, "line 1") == expected


@pytest.mark.parametrize(
    "value", [1.5, 2.0**53, math.nan, math.inf, Decimal("1.5"), Decimal("NaN"), Decimal("1e999999"), True, []]
)
def test_what_names_no_article_is_no_id(value: object) -> None:
    """From 2**53 on, several integers are the same float."""
    with pytest.raises(CorpusError, match="id is"):
        _read({"id": value, "title": "নদী"})
    with pytest.raises(CorpusError, match="no id"):
        SiteRecords(SITE).withdrawn({"id": value, "deleted": True}, "line 1")


def test_a_language_comes_without_its_region() -> None:
    """The region is dropped like in a file."""
    assert _read({"title": "নদী", "lang": "bn-BD"}).article.lang == "bn"


@pytest.mark.parametrize("blank", [" ", "\u00a0\n", "\u3000"], ids=repr)
def test_a_blank_author_or_category_is_none(blank: str) -> None:
    """In a file and in an object; it would be counted, shown as nothing, and chosen by nobody."""
    expected = Article("1", "নদী", "ভাঙন ")
    record = {"id": "1", "title": "নদী", "body": "ভাঙন ", "category": blank, "author": blank}
    assert _read(record).article == expected
    given = Article("1", "নদী", "ভাঙন ", category=blank, author=blank)
    assert checked_in_hand(given, "article 1") == expected


def test_the_names_are_reported_where_none_is_known() -> None:
    """The message says where they can be mapped."""
    with pytest.raises(
        CorpusError, match=r"neither title nor body; its fields are story, tags: .*\[mapping\]"
    ):
        _read({"story": "নদী", "tags": []})


def test_a_record_makes_the_same_article_alone_and_in_a_file(tmp_path: Path) -> None:
    """With our names, as a file without a site has them."""
    record = {
        "id": "ক",
        "title": "নদী",
        "body": "পদ্মার পাড়",
        "date": "2026-11-26",
        "author": "শামসুর",
        "url": "x",
    }
    file = tmp_path / "rows.jsonl"
    file.write_text(json.dumps(record) + "\n", "utf-8")
    assert [_read(record, Configuration()).article] == [*read_articles([file])]


GOOD = Article("১", "পদ্মা", "পদ্মার পলি।", dt.date(2024, 2, 21), "নদী", "https://example.org/1", "মেঘনা", "bn")

BAD: dict[str, tuple[object, str]] = {
    "a dictionary": ({"id": "2"}, "type"),
    "a path among them": (Path("articles.jsonl"), "type"),
    "no id": (replace(GOOD, id=""), "id"),
    "a line break in the id": (replace(GOOD, id="2\n"), "id"),
    "the same id": (replace(GOOD, title="যমুনা"), "duplicate"),
    "no text": (Article("2"), "empty"),
    "NUL": (Article("2", "ক\0"), "nul"),
    "half of a pair": (Article("2", "\ud800"), "surrogate"),
    "a number for a title": (Article("2", title=1971), "type"),  # type: ignore[arg-type]
    "a moment for a day": (Article("2", "ক", date=dt.datetime(2024, 2, 21, tzinfo=dt.UTC)), "type"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_wrong_is_reported_with_the_number_of_the_article(name: str) -> None:
    """Faults are counted by kind, and the other articles are passed on."""
    bad, kind = BAD[name]
    told: list[CorpusError] = []
    problems = Problems(listener=told.append)
    intake = intake_of([GOOD, bad, replace(GOOD, id="3")], problems)  # type: ignore[arg-type]
    assert [article.id for article in intake] == ["১", "3"]
    assert (intake.seen, intake.given, dict(problems.counts)) == (3, 2, {kind: 1})
    assert kind in KINDS
    assert str(told[0]).startswith("article 2: ")


def test_paths_and_articles_are_told_apart() -> None:
    """The first item decides; an empty iterable counts as paths."""
    assert intake_of(iter([Path("a.jsonl"), Path("b.txt")]), Problems()).sources == ("a.jsonl", "b.txt")
    assert intake_of(iter([GOOD]), Problems()).sources == ()
    for alone in ("a.jsonl", Path("a.jsonl"), ["a.jsonl"]):
        assert intake_of(alone, Problems()).sources == ("a.jsonl",)
    assert isinstance(intake_of([], Problems()), Corpus)


def test_paths_may_be_texts_as_those_of_an_engine_may(tmp_path: Path) -> None:
    """A program that calls ``Engine.open("var/index")`` may also call ``build(articles, "var/index")``."""
    directory, file = str(tmp_path / "index"), tmp_path / "নদী.txt"
    file.write_text("পদ্মা একটি নদী।", "utf-8")
    assert build(str(file), directory).articles == 1
    assert update([GOOD], directory).added == 1
    with open_writer(directory) as writer:
        writer.delete(GOOD.id)
    with open_index(directory) as reader:
        assert [reader.article("নদী")] == [*read_articles([str(file)])]


def test_articles_are_built_and_read_back(tmp_path: Path) -> None:
    """Every field, from a generator that is read once."""
    articles = [replace(GOOD, id=str(number)) for number in range(30)]
    report = build((article for article in articles), tmp_path / "index")
    assert (report.seen, report.articles) == (30, 30)
    with open_index(tmp_path / "index", verify=True) as reader:
        assert [reader.article(article.id) for article in articles] == articles
        assert reader.manifest.sources == ()


@pytest.mark.parametrize("source", [[], [Article("1")]], ids=["none", "none good"])
def test_without_a_good_article_there_is_no_index(tmp_path: Path, source: Any) -> None:
    """An empty iterable and one without good articles are refused, like such files."""
    with pytest.raises(BuildError, match="no article could be read"):
        build(source, tmp_path / "index")


def test_where_no_article_is_good_the_first_fault_is_reported(tmp_path: Path) -> None:
    """The error has the number of faults too: a caller in a program sees nothing else of them."""
    articles = [Article(str(number), "পদ্মা", date="2020-01-01") for number in range(3)]  # type: ignore[arg-type]
    with pytest.raises(BuildError, match=r"\(3 were reported\), the first: article 1: .*date"):
        build(articles, tmp_path / "index")
    with pytest.raises(BuildError, match="what was given is empty;"):
        build([], tmp_path / "index")


def test_a_field_without_values_is_asked_to_have_one() -> None:
    """An empty tuple passes as a tuple of strings otherwise."""
    with pytest.raises(CorpusError, match="each with a tuple of one string or more"):
        checked_in_hand(Article("ক", "নদী", keywords={"tags": ()}), "article 1")
