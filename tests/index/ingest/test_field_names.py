"""Fields are recognised by common names, in Bengali and in English."""

import datetime as dt
import json
from pathlib import Path

import pytest

from onneshon.index.configuration import ARTICLE_FIELDS, Configuration, KeywordField
from onneshon.index.ingest.fields import FieldMapping
from onneshon.index.ingest.readers.record import ReadingOptions, field_names, field_of, plain_field_name
from tests.index.ingest.readers.reading import read_file


def test_the_table_has_each_field_once_and_each_name_for_one_field() -> None:
    """Names that differ only by case or spaces are the same."""
    assert tuple(field_names()) == ARTICLE_FIELDS
    names = [plain_field_name(name) for names in field_names().values() for name in names]
    assert len(names) == len({*names})


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("শিরোনাম", "title"),
        (" শিরোনাম : ", "title"),
        ("HEADLINE", "title"),
        ("Post Title", "title"),
        ("মূল_লেখা", "body"),
        ("Content", "body"),
        ("প্রকাশের তারিখ", "date"),
        ("publishedAt", "date"),
        ("Published-At", "date"),
        ("বিভাগ", "category"),
        ("শ্রেণী", "category"),
        ("লেখক", "author"),
        ("প্রতিবেদক", "author"),
        ("রচয়িতা", "author"),
        ("রচ\u09df\u09bfতা", "author"),
        ("Permalink", "url"),
        ("ভাষা", "lang"),
        ("_id", "id"),
        ("views", None),
        ("নদী", None),
        ("", None),
    ],
)
def test_a_name_is_that_of_a_field(name: str, field: str | None) -> None:
    """Case does not matter, nor does the composition of letters."""
    found = field_of(name)
    assert (found and found[0]) == field


@pytest.mark.parametrize(
    "typed", ["মূল বই\u09df\u09cbর", "মূল বই\u09af\u09bc\u09c7\u09beর", "মূল বই\u09af\u09bc\u09cbর"]
)
@pytest.mark.parametrize(
    "named", ["মূল বই\u09df\u09cbর", "মূল বই\u09af\u09bc\u09c7\u09beর", "মূল বই\u09af\u09bc\u09cbর"]
)
def test_a_name_that_is_given_is_found_however_its_letters_are_composed(
    tmp_path: Path, typed: str, named: str
) -> None:
    """The user cannot see how the source composes letters."""
    read = read_file(tmp_path / "news.csv", f"{named},views\nনদী,৫\n", mapping={"title": (typed,)})
    assert read.titles == ["নদী"]


TABLE = "ক্রম,শিরোনাম,মূল লেখা,প্রকাশের তারিখ,লেখক,বিভাগ\n১,নদীর কথা,পদ্মা একটি নদী।,২১ ফেব্রুয়ারি ২০২৪,জসীম উদ্‌দীন,প্রকৃতি\n"


@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_table_in_bengali_is_read_as_it_is(tmp_path: Path, code: str) -> None:
    """The encodings are those that spreadsheets write."""
    read = read_file(tmp_path / "news.csv", TABLE.encode(code))
    assert read.faults == []
    (article,) = read.articles
    assert (article.title, article.body) == ("নদীর কথা", "পদ্মা একটি নদী।")
    assert (article.date, article.author) == (dt.date(2024, 2, 21), "জসীম উদ্‌দীন")
    assert article.category == "প্রকৃতি"


def applied(fields: dict[str, object], **mapping: tuple[str, ...]) -> dict[str, object]:
    """The article fields that are recognised in a record of a file."""
    found = FieldMapping.of(ReadingOptions(mapping=mapping), None).apply(fields)
    return {name: value for name, value in found.items() if name in ARTICLE_FIELDS}


def test_our_own_names_and_those_that_were_said_go_before() -> None:
    """A name that is mapped to one field is not recognised as another."""
    assert applied({"title": "নদী", "headline": "মেলা"}) == {"title": "নদী"}
    assert applied({"headline": "নদী", "subject": "মেলা"}, title=("subject",)) == {"title": "মেলা"}
    assert applied({"content": "নদী"}, title=("content",)) == {"title": "নদী"}
    assert applied({"subject": "মেলা", "headline": "নদী"}) == {"title": "নদী"}


def test_values_that_the_field_cannot_have_are_none_of_it() -> None:
    """A column that says whether an article is published is no date; lists are left alone."""
    assert applied({"published": "true", "created_at": "2024-02-21"}) == {"date": "2024-02-21"}
    assert applied({"published": True, "created": 20240221, "headline": ["x"], "text": 7}) == {}
    assert applied({"published": dt.date(2024, 2, 21), "post_id": 7}) == {
        "date": dt.date(2024, 2, 21),
        "id": 7,
    }
    assert applied({"published": 1, "created": 1700000000}) == {"date": 1700000000}


def test_a_declared_field_is_no_other() -> None:
    """Even if it has the name of another field."""
    configuration = Configuration(fields=(KeywordField("section"),))
    mapping = FieldMapping.of(ReadingOptions(), configuration)
    assert "category" not in mapping.apply({"section": "খেলা", "headline": "নদী"})


def test_programs_say_what_they_mean(tmp_path: Path) -> None:
    """In records that a program sends only documented names count."""
    fields = {"headline": "নদী"}
    assert FieldMapping().apply(fields) == fields
    read = read_file(tmp_path / "a.jsonl", json.dumps(fields))
    assert read.titles == ["নদী"]
