"""The file of a site's pages is a source of articles like others."""

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import pytest

from onneshon.index import (
    Article,
    BuildError,
    CorpusError,
    ReadingOptions,
    build,
    read_articles,
    update,
)
from onneshon.index.ingest.crawling.crawl import forget_gone
from onneshon.index.ingest.intake import Problems
from onneshon.index.ingest.readers import site
from tests.website import TEXT, Crawling, Website, article_page, sitemap


def test_an_article_has_the_address_of_its_page(website: Website, crawling: Crawling) -> None:
    """Its id has it in letters, its url in the form in which it is requested."""
    website.articles("/%E0%A6%AA%E0%A6%A6%E0%A7%8D%E0%A6%AE%E0%A6%BE?a=%2F&b=%E0%A6")
    (article,) = read_articles([crawling().file])
    assert article.id == website.url + "/পদ্মা?a=%2F&b=%E0%A6"
    assert article.url == website.url + "/%E0%A6%AA%E0%A6%A6%E0%A7%8D%E0%A6%AE%E0%A6%BE?a=%2F&b=%E0%A6"
    assert article.body == TEXT
    assert article.lang == "bn"


def test_an_article_stands_where_redirects_led(website: Website, crawling: Crawling) -> None:
    """The id is the address in the site's list."""
    website.articles("/old")
    website.put("/new", article_page("নদী"))
    website.put("/old", "", 301, Location="/new")
    (article,) = read_articles([crawling().file])
    assert (article.id, article.url) == (website.url + "/old", website.url + "/new")


def test_an_index_follows_its_site(website: Website, crawling: Crawling, tmp_path: Path) -> None:
    """Unchanged pages are not read again; removed ones are withdrawn once."""
    website.articles("/padma", "/meghna", "/jamuna")
    index = tmp_path / "index"
    assert build([crawling().file], index).articles == 3
    website.put("/padma", article_page("পদ্মা সেতু"))
    del website.pages["/meghna"]
    report = update([crawling().file], index)
    assert (report.changed, report.deleted, report.unchanged) == (1, 1, 1)
    forget_gone(crawling.report.file)
    report = update([crawling.report.file], index)
    assert (report.unchanged, report.unknown, dict(report.passed)) == (2, 0, {"status 404": 1})


def test_a_page_without_an_article_is_none(website: Website, crawling: Crawling, tmp_path: Path) -> None:
    """Sites list overviews and their front page among their pages."""
    website.articles("/padma", "/list")
    website.put("/list", "<html><body></body></html>")
    report = build([crawling().file], tmp_path / "index")
    assert (report.articles, dict(report.skipped), report.passed) == (1, {}, {"without an article": 1})


def test_what_a_site_does_not_send_is_left_out(website: Website, crawling: Crawling) -> None:
    """A page counts as one missing article, a list as an unknown number."""
    website.articles("/padma", "/closed")
    website.put("/closed", "", 403)
    problems = Problems()
    assert len(list(read_articles([crawling().file], problems=problems))) == 1
    assert dict(problems.counts) == {"http": 1}
    assert not problems.unreadable


def test_a_page_that_is_kept_from_before_is_an_article(website: Website, crawling: Crawling) -> None:
    """It is counted as kept."""
    website.articles("/padma")
    crawling()
    website.put("/padma", "", 500)
    crawling()
    assert crawling.found() == {
        "/padma": "page",
        "kept from before, as they were not answered for": "passed over",
    }


def _articles(path: Path) -> list[Article]:
    return list(read_articles([path], strict=True))


def _is_open(path: Path) -> bool:
    """Whether this process has a file open."""
    for descriptor in Path("/dev/fd").iterdir():
        with suppress(OSError):  # the descriptor of this listing itself is closed by now
            if os.path.samestat(path.stat(), os.fstat(int(descriptor.name))):
                return True
    return False


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE pages SET content = 'text'",
        "UPDATE pages SET content = x'00ff'",
        "UPDATE pages SET content = zeroblob(20000000)",
        "INSERT OR REPLACE INTO crawl VALUES ('beyond', 'x')",
        "DROP TABLE crawl",
        "ALTER TABLE pages RENAME TO others; CREATE VIEW pages AS SELECT *, rowid FROM others",
        "DROP TABLE pages",
    ],
)
def test_a_file_that_somebody_made_is_not_believed(website: Website, crawling: Crawling, damage: str) -> None:
    """It may have other tables, other types, or endless contents."""
    website.articles("/padma")
    path = crawling().file
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(damage)
    with pytest.raises(CorpusError, match="remove the file, and it is fetched again"):
        _articles(path)


@pytest.mark.parametrize("kind", ["texts", "database"])
def test_a_file_of_another_kind_is_not_to_be_removed(tmp_path: Path, kind: str) -> None:
    """It is the reader's own: the format that was given is wrong, not the file."""
    path = tmp_path / "নিবন্ধ"
    path.write_text('{"id": "1", "title": "পদ্মা"}\n', "utf-8")
    if kind == "database":
        path.unlink()
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript("CREATE TABLE pages (title TEXT)")
    with pytest.raises(CorpusError, match="leave out the format") as refused:
        list(read_articles([path], strict=True, reading=ReadingOptions(format="site")))
    assert "remove" not in refused.value.reason


def test_a_file_that_is_refused_is_closed(website: Website, crawling: Crawling) -> None:
    """At once, and not when the error is garbage-collected."""
    website.articles("/padma")
    path = crawling().file
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("DROP TABLE pages")
    with pytest.raises(CorpusError) as refused:
        _articles(path)
    assert not _is_open(path), refused


def test_a_file_that_is_in_use_is_not_damaged(
    website: Website, crawling: Crawling, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A locked file, and one that may not be written, have errors of their own."""
    monkeypatch.setattr(site, "_PATIENCE", 0)
    website.articles("/padma")
    path = crawling().file
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        with pytest.raises(CorpusError, match="has the pages of the site in use: try again"):
            _articles(path)
    path.unlink()
    path.mkdir()
    with pytest.raises(CorpusError, match="cannot be kept here"):
        crawling()


def test_nothing_of_a_site_makes_no_index(website: Website, crawling: Crawling, tmp_path: Path) -> None:
    """It is refused like any source without articles."""
    website.put("/sitemap.xml", sitemap(website.url + "/gone"))
    with pytest.raises(BuildError, match="no article could be read"):
        build([crawling().file], tmp_path / "index")
