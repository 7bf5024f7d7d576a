"""What comes one by one is read as files are: names of a site, its fields, texts typed for a font."""

import json
from pathlib import Path
from typing import Any

import pytest

from onneshon.index.configuration import Configuration, KeywordField
from onneshon.index.errors import CorpusError
from onneshon.index.ingest.articles_in_hand import SiteRecords
from onneshon.index.ingest.corpus import read_articles

SITE = Configuration(
    fields=(KeywordField("tags", several=True), KeywordField("section")),
    mapping={"title": ("headline",), "body": ("content", "text"), "section": ("meta.page",)},
)


def _read(record: dict[str, Any], site: Configuration = SITE) -> Any:
    return SiteRecords(site).read(record, "the body", "ক")


def test_fields_have_the_names_that_the_site_gives_them() -> None:
    """Its own fields among them, wherever they stand."""
    record = {"headline": "হাওরে পাখি", "text": "শীত এসেছে।", "tags": ["পাখি", "শীত"], "meta": {"page": "দেশ"}}
    article, unused = _read(record)
    assert (article.id, article.title, article.body, unused) == ("ক", "হাওরে পাখি", "শীত এসেছে।", [])
    assert article.keywords == {"tags": ("পাখি", "শীত"), "section": ("দেশ",)}


def test_a_value_that_is_no_number_is_told_of_and_left_out() -> None:
    """The article is taken without it."""
    site = Configuration(fields=(KeywordField("views", type="number"), KeywordField("desk")))
    article, unused = _read({"title": "নদী", "views": "অনেক", "desk": "অনেক"}, site)
    assert (article.keywords, unused) == ({"desk": ("অনেক",)}, ["views"])
    article, unused = _read({"title": "নদী", "views": "১,২০০"}, site)
    assert (article.keywords, unused) == ({"views": ("১,২০০",)}, [])


def test_an_article_as_the_api_answers_it_can_be_sent_back() -> None:
    """Its further fields stand in ``keywords`` there; they would be lost by changing a title."""
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
def test_what_nothing_is_made_of_is_told_by_its_name(record: dict[str, Any], unused: list[str]) -> None:
    """A site that says nothing has our names alone."""
    assert _read(record, Configuration()).unused == unused


def test_a_keyword_of_no_field_is_told() -> None:
    """A name with a slip in it, or of a field that the site has no more."""
    record = {"title": "নদী", "keywords": {"tags": ["নদী"], "sectoin": ["দেশ"]}}
    assert _read(record).unused == ["keywords.sectoin"]


def test_a_list_of_keywords_is_none_of_the_fields_of_a_site() -> None:
    """As pages have it in their heads: it says not of which field each is."""
    assert _read({"title": "নদী", "keywords": ["নদী"]}).unused == ["keywords"]


def test_a_text_typed_for_a_font_becomes_unicode() -> None:
    """As in a file."""
    article, _ = _read({"title": "Avgvi †mvbvi evsjv", "body": "Avwg evsjvi Mvb MvB|"})
    assert (article.title, article.body) == ("আমার সোনার বাংলা", "আমি বাংলার গান গাই।")


@pytest.mark.parametrize("value", [True, 1, "1", "TRUE"])
def test_a_record_withdraws_an_article_by_the_name_that_the_site_has_for_ids(value: object) -> None:
    """As in a file of changes."""
    records = SiteRecords(Configuration(mapping={"id": ("nid",)}))
    assert records.withdrawn({"nid": 17, "deleted": value}, "line 1") == "17"
    assert records.withdrawn({"nid": 17, "title": "a", "deleted": 0}, "line 1") is None


def test_a_language_comes_without_its_region() -> None:
    """As in a file."""
    assert _read({"title": "নদী", "lang": "bn-BD"}).article.lang == "bn"


def test_the_names_are_told_where_none_is_known() -> None:
    """And where they can be said."""
    with pytest.raises(
        CorpusError, match=r"neither title nor body; its fields are story, tags: .*\[mapping\]"
    ):
        _read({"story": "নদী", "tags": []})


def test_a_record_makes_the_same_article_alone_and_in_a_file(tmp_path: Path) -> None:
    """With our names, which a file has without a site."""
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
