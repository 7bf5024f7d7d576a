"""Which format a source has, and what happens where its library is missing."""

import gzip
import sys
from pathlib import Path

import pytest

from onneshon.index.ingest.readers.registry import FORMATS, READERS, SUFFIXES
from tests.index.ingest.readers.reading import Reading, read_file


def test_names_and_suffixes_are_given_once() -> None:
    """To one reader each."""
    assert len(FORMATS) == len(READERS)
    assert len(SUFFIXES) == sum(len(reader.suffixes) for reader in READERS)


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.jsonl", b'{"title": "x"}\n', "jsonl"),
        ("a.ndjson.gz", gzip.compress(b'{"title": "x"}\n', mtime=0), "jsonl"),
        ("a", b'{"title": "x"}\n', "jsonl"),
        ("a.jsonl", b' [\n {"title": "x"}]', "json"),
        ("a.JSON", b'{"title": "x"}', "json"),
        ("a.txt", b"<html>", "text"),
        ("a.txt", b'{"title": "x"}', "text"),
        ("a.txt.gz", gzip.compress("নদী".encode(), mtime=0), "text"),
        ("a.csv", b"title\nx\n", "csv"),
        ("A.CSV.GZ", gzip.compress(b"title\nx\n", mtime=0), "csv"),
        ("a.xml", b"<?xml version='1.0'?><rss><channel/></rss>", "feed"),
        ("a.html", b"<?xml version='1.0'?><feed/>", "feed"),
        ("a", b"SELECT 1", "sql"),
        ("a.log", b"anything", "jsonl"),
    ],
)
def test_the_format_is_told_by_name_and_first_bytes(
    tmp_path: Path, name: str, content: bytes, expected: str
) -> None:
    """First bytes win where they leave no doubt."""
    assert read_file(tmp_path / name, content).formats == {expected: 1}


def test_a_format_that_is_asked_for_is_taken(tmp_path: Path) -> None:
    """Whatever name and bytes say; of a folder its files alone."""
    (tmp_path / "a.txt").write_text("নদী।", encoding="utf-8")
    (tmp_path / "b.csv").write_text("title\nমেলা\n", encoding="utf-8")
    assert Reading(tmp_path, format="csv").titles == ["মেলা"]
    assert Reading(tmp_path / "a.txt", format="csv").kinds == []
    assert Reading(tmp_path / "b.csv", format="text").titles == ["title"]


LIBRARIES = [
    ("html", "a.html", "trafilatura"),
    ("wiki", "a.xml", "mwxml"),
    ("warc", "a.warc", "warcio"),
    ("parquet", "a.parquet", "pyarrow"),
    ("sql", "a.sql", "sqlalchemy"),
    ("epub", "a.epub", "defusedxml"),
]


@pytest.mark.parametrize(("extra", "name", "library"), LIBRARIES)
def test_a_library_that_is_missing_is_named_with_what_installs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, extra: str, name: str, library: str
) -> None:
    """And nothing else fails."""
    loaded = [module for module in sys.modules if module.split(".")[0] == library]
    for module in {library, *loaded}:
        monkeypatch.setitem(
            sys.modules, module, None
        )  # whoever imports it is told that there is no such module
    content = {"a.xml": b"<mediawiki>", "a.epub": b"PK\x03\x04"}.get(name, b"x")
    read = read_file(tmp_path / name, content)
    assert (read.kinds, read.unreadable) == (["file"], 1)
    assert f"onneshon[{extra}]" in read.faults[0][2]
