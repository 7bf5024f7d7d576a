"""Addresses of websites in place of paths."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from click.testing import CliRunner, Result

from onneshon.index import open_index
from onneshon.index.commands import sites
from onneshon.index.commands.main import main
from onneshon.index.commands.refresh_commands import _Following
from onneshon.index.commands.sites import FollowedSites
from onneshon.index.indexer.write_options import UpdateOptions
from onneshon.index.ingest.crawling.address import SiteOptions
from onneshon.index.ingest.crawling.crawl import CrawlReport
from onneshon.index.ingest.sources import watched
from tests.website import Website, article_page, running_website

SITE = SiteOptions(delay=0, allow_private=True)


@pytest.fixture
def website() -> Iterator[Website]:
    """A website with two articles."""
    with running_website() as running:
        running.put("/", article_page("সূচি"))
        running.articles("/padma", "/meghna")
        yield running


def _run(command: str, *arguments: str, directory: Path) -> Result:
    options = ["--allow-private", "--delay", "0", "--index", str(directory)]
    return CliRunner().invoke(main, ["index", command, *options, *arguments])


def test_an_index_is_built_of_a_site_and_updated(website: Website, tmp_path: Path) -> None:
    """From the same address; the site's pages are reported before the index's articles."""
    built = _run("build", website.url, directory=tmp_path)
    assert built.exit_code == 0
    assert f"{website.url}: 2 pages named, 2 asked for (2 new)" in built.stderr
    assert "2 articles in: 2 indexed" in built.stdout
    del website.pages["/padma"]
    updated = _run("update", "--json", website.url, directory=tmp_path)
    assert (json.loads(updated.stdout)["deleted"], updated.exit_code) == (1, 0)
    again = _run("update", "--json", website.url, directory=tmp_path)
    assert (json.loads(again.stdout)["unknown"], json.loads(again.stdout)["passed"]) == (0, {"status 404": 1})
    assert _run("update", "--quiet", website.url, directory=tmp_path).output == ""


def test_sites_and_files_are_read_together(website: Website, tmp_path: Path) -> None:
    """Articles come in the order of the command line."""
    (tmp_path / "a.txt").write_text("মেলা।", encoding="utf-8")
    assert (
        "3 articles in"
        in _run("build", website.url, str(tmp_path / "a.txt"), directory=tmp_path / "i").stdout
    )


@pytest.mark.parametrize("command", ["build", "update"])
def test_a_dry_run_looks_at_the_first_pages_and_keeps_none(
    website: Website, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    """Pages that were already stored are not requested again."""
    monkeypatch.setattr(sites, "_LOOKED_AT", 1)
    shown = _run(command, "--dry-run", website.url, directory=tmp_path / "index")
    assert "would read 1 articles" in shown.stdout
    assert "not asked for yet 1" in shown.stdout
    assert not (tmp_path / "index").exists()
    website.articles("/padma", "/meghna", changed="2026-11-01")
    _run("build", website.url, directory=tmp_path / "index")
    website.asked()
    assert (
        "would read 2 articles"
        in _run(command, "--dry-run", website.url, directory=tmp_path / "index").stdout
    )
    assert "/padma" not in website.asked()


def test_a_dry_run_looks_at_each_of_several_sites(website: Website, tmp_path: Path) -> None:
    """The stored pages of every site are read."""
    with running_website() as other:
        other.articles("/jamuna")
        sites_ = [website.url + "/sitemap.xml", other.url + "/sitemap.xml"]
        assert _run("build", *sites_, directory=tmp_path).exit_code == 0
        shown = _run("build", "--dry-run", *sites_, directory=tmp_path)
    assert "would read 3 articles and leave out 0" in shown.stdout


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("file:///etc/passwd", "name a file by its path"),
        ("ftp://example.org/feed", "only http:// and https://"),
        ("https://a:b@example.org/", "leave it out"),
        ("FTP://example.org/feed", "only http:// and https://"),
        ("s3://news/articles.jsonl", "does not exist"),
        ("nowhere.txt", "does not exist"),
    ],
)
def test_what_is_no_source_says_so(tmp_path: Path, address: str, reason: str) -> None:
    """They are refused as wrong options."""
    result = _run("build", address, directory=tmp_path)
    assert (result.exit_code, reason in result.stderr) == (2, True)


def test_a_format_is_one_of_files(website: Website, tmp_path: Path) -> None:
    """The format of a page is determined by itself."""
    result = _run("build", "--format", "html", website.url, directory=tmp_path)
    assert (result.exit_code, "--format is for files" in result.stderr) == (2, True)


def test_a_site_that_cannot_be_read_changes_nothing(website: Website, tmp_path: Path) -> None:
    """The message is that of the crawl."""
    website.put("/sitemap.xml", "", 403)
    result = _run("build", website.url + "/sitemap.xml", directory=tmp_path)
    assert result.exit_code == 1
    assert "answers 403" in str(result.exception) + result.output
    assert not (tmp_path / "CURRENT").exists()


def test_more_pages_than_are_wanted_are_reported(website: Website, tmp_path: Path) -> None:
    """The line that sums up the crawl has their number."""
    result = _run("build", "--pages", "1", website.url, directory=tmp_path)
    assert "1 page named, 1 asked for (1 new); 1 more than --pages allows" in result.stderr


def test_an_interrupted_crawl_says_that_it_goes_on(
    website: Website, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same command continues it."""

    def interrupted(*_given: Any) -> None:
        raise KeyboardInterrupt

    class Interrupting:
        def start(self, _total: object) -> None: ...
        def finish(self) -> None: ...

        asked = staticmethod(interrupted)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sites, "progress_of", lambda **_given: Interrupting())
        with pytest.raises(KeyboardInterrupt):
            sites._fetched(website.url, tmp_path, SITE, quiet=True)
    assert "the same command goes on from there" in capsys.readouterr().err
    website.asked()
    _run("build", website.url, directory=tmp_path)
    assert website.asked() == ["/meghna"]


def test_a_library_that_is_missing_is_named(
    website: Website, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message says how to install it, before any request."""
    monkeypatch.setattr(sites, "_LIBRARIES", ("no_such_library",))
    result = _run("build", website.url, directory=tmp_path)
    assert "pip install --upgrade 'onneshon[site]'" in str(result.exception) + result.output
    assert not website.requests


class _Time:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def _count(directory: Path) -> int:
    with open_index(directory) as reader:
        return reader.count


def test_a_site_is_followed(website: Website, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """At each interval; new pages are found, removed ones deleted, and failures change nothing."""
    website.articles("/padma", "/meghna", changed="2026-11-01")
    now, index = _Time(), tmp_path / "index"
    followed = FollowedSites([website.url], index, SITE, 900, clock=now)
    refresh = _Following((), index, UpdateOptions(delete_missing=True), followed)
    stop, rounds = Event(), 0
    for changed in watched((), stop, has_news=followed.has_news):
        assert changed == 0
        refresh()
        rounds += 1
        now.now += 1000
        if rounds == 1:
            assert _count(index) == 2
            website.articles("/padma", "/meghna", "/jamuna", changed="2026-11-02")
            website.put("/padma", "", 410)
        elif rounds == 2:
            assert _count(index) == 2
            stop.set()
    assert rounds == 2
    website.put("/sitemap.xml", "", 403)
    assert not followed.has_news()
    assert "it is asked again in 900 s" in capsys.readouterr().err
    website.asked()
    assert not followed.has_news()
    assert website.asked() == []


@pytest.mark.parametrize(
    ("report", "said"),
    [
        (CrawlReport(Path("a"), 1, 0), "1 page named, 0 asked for"),
        (
            CrawlReport(Path("a"), 1200, 1100, Counter({"new": 1000, "as before": 100})),
            "1,200 pages named, 1,100 asked for (1,000 new, 100 as before)",
        ),
        (
            CrawlReport(Path("a"), 20, 1, Counter({"gone": 1}), beyond=3, whole=False),
            "20 pages named by a feed, the newest alone, 1 asked for (1 gone); 3 more than --pages allows",
        ),
    ],
    ids=["nothing new", "many", "a feed"],
)
def test_a_crawl_is_summed_up_in_a_line(report: CrawlReport, said: str) -> None:
    """The number of pages, of requests, and their results."""
    assert sites._summary("https://খবর.example/", report) == f"https://খবর.example/: {said}"


def test_sites_that_are_followed_are_asked_again_after_so_long(
    website: Website, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """At once, and then at intervals; a report is printed at first, and when there is something new."""
    website.articles("/padma", "/meghna", changed="2026-11-01")
    now = _Time()
    followed = FollowedSites([website.url], tmp_path, SITE, 900, clock=now)
    assert followed.has_news()
    assert "2 pages named, 2 asked for (2 new)" in capsys.readouterr().err
    website.articles("/padma", "/meghna", "/jamuna", changed="2026-11-01")
    now.now = 899
    assert not followed.has_news()
    now.now = 900
    assert followed.has_news()
    assert capsys.readouterr().err == f"{website.url}: 3 pages named, 1 asked for (1 new)\n"
    now.now = 1800
    assert not followed.has_news()
    assert capsys.readouterr().err == ""


def test_of_a_page_whose_changes_nobody_tells_a_day_goes_by(website: Website, tmp_path: Path) -> None:
    """Else a followed site would be read from end to end each quarter of an hour."""
    now = _Time()
    followed = FollowedSites([website.url + "/sitemap.xml"], tmp_path, SITE, 900, clock=now)
    assert followed.has_news()
    website.asked()
    now.now = 900
    assert not followed.has_news()
    assert website.asked() == ["/sitemap.xml"]


def test_each_of_several_sites_is_asked_and_one_that_changed_is_enough(
    website: Website, tmp_path: Path
) -> None:
    """A fault of one does not keep the others from being asked, but the index waits for all."""
    with running_website() as other:
        other.articles("/jamuna")
        addresses = [website.url + "/sitemap.xml", other.url + "/sitemap.xml"]
        now = _Time()
        followed = FollowedSites(addresses, tmp_path, SITE, 900, clock=now)
        website.put("/sitemap.xml", "", 403)
        assert (followed.has_news(), followed.are_complete, len(followed.files)) == (True, False, 1)
        website.articles("/padma")
        now.now = 900
        assert (followed.has_news(), followed.are_complete, len(followed.files)) == (True, True, 2)
        other.articles("/jamuna", "/teesta")
        now.now = 1800
        assert followed.has_news()
        website.articles("/padma", "/meghna")
        now.now = 2700
        assert (followed.has_news(), other.asked()[-1]) == (True, "/sitemap.xml")


def test_without_sites_there_is_no_news_of_them(tmp_path: Path) -> None:
    """Files alone are followed, and no site is missing."""
    followed = FollowedSites([], tmp_path, SITE, 900)
    assert (followed.has_news(), followed.are_complete, followed.files) == (False, True, ())


def test_an_index_waits_for_all_its_sites(website: Website, tmp_path: Path) -> None:
    """Missing pages of one would be taken for deleted."""
    news, index = tmp_path / "news.csv", tmp_path / "index"
    news.write_text("id,title\n1,নদী\n2,মেলা\n3,বই\n", encoding="utf-8")
    _run("build", website.url, str(news), directory=index)
    website.put("/sitemap.xml", "", 403)
    followed = FollowedSites([website.url + "/sitemap.xml"], index, SITE, 900)
    refresh = _Following((news,), index, UpdateOptions(delete_missing=True), followed)
    assert not followed.has_news()
    refresh()
    assert _count(index) == 5
