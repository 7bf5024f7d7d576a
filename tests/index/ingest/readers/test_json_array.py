"""JSON arrays in any layout, read one object at a time."""

import contextlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onneshon.index.ingest.readers import json_records
from onneshon.index.ingest.readers.json_records import JsonArray
from onneshon.index.ingest.readers.opened import Opened
from onneshon.index.ingest.readers.record import RawRecord
from tests.index.ingest.readers.reading import read_file

NEWS = [
    {"id": "১", "title": 'একটি "উদ্ধৃতি" {', "body": "\\ } ]"},
    {"id": "২", "title": "নদী", "meta": {"a": [{}]}},
]


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(NEWS),
        json.dumps(NEWS, ensure_ascii=False, indent=4),
        "\ufeff" + json.dumps(NEWS, ensure_ascii=False, indent=None, separators=(",", ":")),
        "\n".join(json.dumps(article, indent=1) for article in NEWS),
    ],
    ids=["one line", "indented", "byte order mark", "one after another"],
)
def test_objects_are_read_however_they_are_broken_into_lines(tmp_path: Path, text: str) -> None:
    """Brackets and quotation marks inside strings are text."""
    read = read_file(tmp_path / "news.json", text)
    assert read.faults == []
    assert [(article.id, article.title, article.body) for article in read.articles] == [
        ("১", 'একটি "উদ্ধৃতি" {', "\\ } ]"),
        ("২", "নদী", ""),
    ]


def test_a_fault_is_reported_by_its_line_and_the_rest_is_read(tmp_path: Path) -> None:
    """Each bad object is skipped alone."""
    read = read_file(
        tmp_path / "news.json", '[\n{"title": "ক"},\n{"title": 5},\n{"title": "খ" "x"},\n{"title": "গ"}\n]\n'
    )
    assert read.titles == ["ক", "গ"]
    assert [(where.rpartition(":")[2], kind) for where, kind, _ in read.faults] == [
        ("3", "type"),
        ("4", "json"),
    ]


@pytest.mark.parametrize("cut", [1, 3, 12])
def test_an_array_that_is_cut_short_is_no_whole_one(tmp_path: Path, cut: int) -> None:
    """Even if only the last bracket is missing."""
    read = read_file(tmp_path / "news.json", json.dumps(NEWS)[:-cut])
    assert read.kinds == ["file"]
    assert "cut short" in read.faults[0][2]


@pytest.mark.parametrize(
    ("element", "kind", "says"),
    [
        ("null", "object", "null instead of an object"),
        ("৭", "json", "not JSON"),
        ("-7.5e3", "object", "a number instead of an object"),
        (r'"নদী, \\\" {[ মেলা"', "object", "a string instead of an object"),
        ('[{"title": "চর"}, ["{"]]', "object", "an array instead of an object"),
        ("}", "json", "not JSON"),
        ("and more", "json", "not JSON"),
    ],
)
def test_an_element_that_is_no_object_costs_itself_alone(
    tmp_path: Path, element: str, kind: str, says: str
) -> None:
    """Elements before and after it are read, and keep their numbers."""
    text = f'[\n{{"title": "ক"}},\n{element},\n{{"title": "খ"}}\n]'
    read = read_file(tmp_path / "news.json", text)
    assert [(article.id, article.title) for article in read.articles] == [("news:1", "ক"), ("news:3", "খ")]
    ((where, found, reason),) = read.faults
    assert (where.rpartition(":")[2], found) == ("3", kind)
    assert says in reason
    assert read.unreadable == 0


@pytest.mark.parametrize(
    "text", ['[{"title": "ক"}] and more', '[{"title": "ক"}] [', '{"title": "ক"} null {}', "{]", "]"]
)
def test_what_is_no_array_of_objects_is_read_no_further(tmp_path: Path, text: str) -> None:
    """The fault says what was found there, as the rest is unknown."""
    read = read_file(tmp_path / "news.json", text)
    assert set(read.kinds) <= {"json", "file"}
    assert read.unreadable == 1


def test_articles_within_an_object_are_reported_with_what_takes_them_out(tmp_path: Path) -> None:
    """Answers of programs look like that; the field with the articles is only a guess."""
    read = read_file(tmp_path / "a.json", '{"total": 1, "tags": [], "posts": [{"title": "নদী"}]}')
    ((_where, kind, reason),) = read.faults
    assert (kind, "in posts, make a file of them with `jq .posts FILE`" in reason) == ("empty", True)


def test_an_object_that_is_too_long_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is skipped alone, and its neighbours are read."""
    monkeypatch.setattr(json_records, "MAX_BYTES", 1000)
    read = read_file(
        tmp_path / "news.json", json.dumps([{"title": "a"}, {"title": "b" * 5000}, {"title": "c"}])
    )
    assert read.titles == ["a", "c"]
    assert read.kinds == ["long"]


def test_a_file_of_lines_that_is_an_array_is_read_as_one(tmp_path: Path) -> None:
    """By its first bytes, whatever its name is."""
    assert read_file(tmp_path / "news.jsonl", json.dumps(NEWS)).formats == {"json": 1}


VALUES = st.recursive(
    st.text() | st.integers() | st.none(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
)


@pytest.mark.no_cover  # many tries of lines that other tests cover
@given(st.lists(st.dictionaries(st.text(), VALUES, max_size=3), max_size=4), st.integers(1, 7), st.booleans())
def test_wherever_a_file_is_cut_into_pieces_the_objects_are_the_same(
    objects: list[dict[str, object]], size: int, spread: bool
) -> None:
    """Pieces of a few bytes end inside strings, escapes and characters."""
    text = json.dumps(objects, ensure_ascii=False, indent=1 if spread else None).encode(
        "utf-8", "surrogatepass"
    )
    opened = Opened("x", "x", None)
    opened.__dict__["head"] = b""
    opened._pieces = iter([text[at : at + size] for at in range(0, len(text), size)])
    found = [record for record in JsonArray().read(opened) if isinstance(record, RawRecord)]
    assert b"".join(record.content for record in found).count(b"{") == text.count(b"{")
    with contextlib.suppress(UnicodeDecodeError):  # half of a surrogate pair, which is no UTF-8
        assert [json.loads(record.content.decode()) for record in found] == objects


HIT = '{"_index": "news", "_id": "%s", "_score": 1.0, "_source": {"title": "%s", "body": "[\\"hits\\": {"}}'


def test_a_dump_of_elasticsearch_is_read(tmp_path: Path) -> None:
    """In elasticdump's form: fields are in ``_source``, and the id is next to it."""
    lines = "\n".join(HIT % (number, title) for number, title in ((7, "নদী"), (8, "মেলা")))
    read = read_file(tmp_path / "news.json", lines)
    assert [(article.id, article.title) for article in read.articles] == [("7", "নদী"), ("8", "মেলা")]
    read = read_file(tmp_path / "news.jsonl", lines)
    assert [(article.id, article.title) for article in read.articles] == [("7", "নদী"), ("8", "মেলা")]
    own = '{"_id": "7", "_source": {"id": 17, "title": "নদী"}}'
    assert read_file(tmp_path / "own.jsonl", own).articles[0].id == "17"


@pytest.mark.parametrize("name", ["answer.json", "answer.jsonl", "answer"])
@pytest.mark.parametrize("end", ["\n", ""])
def test_an_answer_of_elasticsearch_is_read(tmp_path: Path, name: str, end: str) -> None:
    """Its hits one by one, without the figures before and after them."""
    head = '{"took": 3, "timed_out": false, "_shards": {"total": 1}, "hits": {"total": {"value": 2},' + end
    tail = '], "x": 1}, "aggregations": {"by": {"buckets": [{"key": "ক"}]}}}' + end
    content = f'{head} "hits": [{HIT % (7, "নদী")},{end}{HIT % (8, "মেলা")}{tail}'
    read = read_file(tmp_path / name, content)
    assert (read.faults, read.formats) == ([], {"json": 1})
    assert [(article.id, article.title) for article in read.articles] == [("7", "নদী"), ("8", "মেলা")]


def test_an_answer_that_is_cut_short_is_reported(tmp_path: Path) -> None:
    """Hits before the cut are read; an answer without hits is no fault."""
    head = '{"took": 3, "hits": {"total": 2, "hits": ['
    read = read_file(tmp_path / "a.json", f"{head}{HIT % (7, 'নদী')}, {{")
    assert (read.titles, read.kinds) == (["নদী"], ["file"])
    assert read_file(tmp_path / "b.json", head + "]}}").kinds == []
