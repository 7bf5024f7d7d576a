"""Dumps of MediaWiki: articles without markup; redirects, other namespaces and templates are skipped."""

import bz2
import datetime as dt
from pathlib import Path

import pytest

from onneshon.index.ingest.readers import markup
from tests.index.ingest.readers.reading import read_file
from tests.index.ingest.readers.wiki_dump import HEAD, TAIL, dump_of, page, pages_of_every_sort


def test_two_hundred_pages_are_read_whole(tmp_path: Path) -> None:
    """Three of every ten are no articles, and are counted by kind."""
    read = read_file(tmp_path / "bnwiki.xml.bz2", bz2.compress(dump_of(pages_of_every_sort(200)).encode()))
    assert read.faults == []
    assert len(read.articles) == 140
    assert read.passed == {"redirect": 20, "namespace 1": 20, "namespace 10": 20}
    assert read.formats == {"mediawiki": 1}


def test_an_article_is_what_a_reader_sees(tmp_path: Path) -> None:
    """Links as their text, without boxes, notes, pictures, tables and comments."""
    read = read_file(tmp_path / "bnwiki.xml", dump_of(pages_of_every_sort(1)))
    (article,) = read.articles
    assert article.body == (
        "পদ্মা 1 (Padma) বাংলাদেশের একটি প্রধান নদী। এটি গঙ্গা থেকে আসে।\n\n"
        "ইতিহাস\n প্রথম কথা\n দ্বিতীয় কথা\n\nশেষ অনুচ্ছেদ & আরও \xa0কথা।"
    )
    assert (article.id, article.title, article.lang) == ("bnwiki-1", "নদী 1", "bn")
    assert (article.category, article.date) == ("বাংলাদেশের নদী", dt.date(2024, 2, 21))
    assert article.url == "https://bn.wikipedia.org/wiki/%E0%A6%A8%E0%A6%A6%E0%A7%80_1"


def test_a_broken_page_costs_itself_alone(tmp_path: Path) -> None:
    """The fault has the line on which the page begins."""
    broken = (
        "  <page><title>ভাঙা</title><ns>0</ns><id>2</id><revision><text>&nosuch;</text></revision></page>\n"
    )
    pages = [page(1, "ক", "এক"), broken, page(3, "গ", "তিন")]
    read = read_file(tmp_path / "wiki.xml", dump_of(pages))
    assert read.titles == ["ক", "গ"]
    ((where, kind, _reason),) = read.faults
    line = (HEAD + pages[0]).count("\n") + 1
    assert (where, kind) == (f"{tmp_path / 'wiki.xml'}:{line}", "xml")


@pytest.mark.parametrize("cut", [len(TAIL), len(TAIL) + 5, 300])
def test_a_dump_that_is_cut_short_is_no_whole_one(tmp_path: Path, cut: int) -> None:
    """Wherever it is cut, a fault is reported, and pages before the cut are read."""
    read = read_file(tmp_path / "wiki.xml", dump_of([page(1, "ক", "এক"), page(2, "খ", "দুই")])[:-cut])
    assert read.kinds == ["file"]
    assert read.titles[:1] == ["ক"]


def test_a_page_that_is_too_long_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its text and its history are skipped; other pages are read."""
    monkeypatch.setattr(markup, "MAX_BYTES", 200_000)
    pages = [page(1, "ক", "এক"), page(2, "খ", "দুই " * 100_000), page(3, "গ", "তিন")]
    read = read_file(tmp_path / "wiki.xml", dump_of(pages))
    assert read.titles == ["ক", "গ"]
    ((where, kind, _reason),) = read.faults
    assert (where.rpartition(":")[2], kind) == (str((HEAD + pages[0]).count("\n") + 1), "long")


BOMB = "<!DOCTYPE x [<!ENTITY a 'ha'>" + "".join(f"<!ENTITY a{n} '{'&a;' * 50}'>" for n in range(3)) + "]>\n"


def test_declared_entities_are_refused(tmp_path: Path) -> None:
    """Dumps declare none; in one that does, no entity is expanded."""
    read = read_file(tmp_path / "wiki.xml", BOMB + dump_of([page(1, "ক", "এক")]), format="mediawiki")
    assert read.kinds == ["xml"]
    assert "declaration" in read.faults[0][2]
    assert read.articles == []


def test_other_xml_is_reported(tmp_path: Path) -> None:
    """It is neither a dump nor a feed."""
    read = read_file(tmp_path / "book.xml", "<book><chapter/></book>")
    assert read.kinds == ["xml"]
    assert "unknown kind" in read.faults[0][2]


def test_wikitext_that_nests_without_end_takes_no_time(tmp_path: Path) -> None:
    """With nothing closed that is opened."""
    for text in ("{{" * 20_000, "{{ক|" * 20_000, "[[" * 20_000, "<b>" * 5_000, "'''" * 999, "{|\n" * 3_000):
        read = read_file(tmp_path / "wiki.xml", dump_of([page(1, "ক", text + " শেষ"), page(2, "খ", "দুই")]))
        assert read.titles[-1] == "খ"
        assert len(read.articles) + len(read.faults) == 2
