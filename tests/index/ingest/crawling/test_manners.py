"""A site is crawled as its owner wishes, and a malicious site does no harm."""

import gzip
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from onneshon.index import CorpusError
from onneshon.index.ingest import budget
from onneshon.index.ingest.crawling import site_lists, visitor
from tests.website import Body, Crawling, Handler, Page, Website, article_page, sitemap, sitemap_index


def test_a_second_passes_between_two_requests(website: Website, crawling: Crawling) -> None:
    """The crawler waits between requests, unless a second has passed already."""
    website.articles("/padma", "/meghna")
    crawling(delay=1)
    assert crawling.time.slept == [1, 1, 1]


@pytest.mark.parametrize(("asked", "pause"), [("4", 4), ("0.5", 1), ("86400", 60), ("soon", 1)])
def test_robots_may_ask_for_a_longer_pause(
    website: Website, crawling: Crawling, asked: str, pause: float
) -> None:
    """A minute at most: an owner who asks for more wants no visitor."""
    website.articles("/padma")
    website.put("/robots.txt", f"User-agent: onneshon\nCrawl-delay: {asked}\n")
    crawling(delay=1)
    assert crawling.time.slept == [pause, pause]


def test_robots_may_refuse_the_beginning(website: Website, crawling: Crawling) -> None:
    """The message says whom to ask; a rule for our name has precedence over one for all."""
    website.articles("/padma")
    website.put("/robots.txt", "User-agent: *\nDisallow: /")
    with pytest.raises(CorpusError, match=r"robots\.txt: its owner can let `User-agent: onneshon` in"):
        crawling()
    website.put("/robots.txt", "User-agent: *\nDisallow: /\n\nUser-agent: onneshon\nDisallow:")
    assert crawling().asked == 1


def test_robots_may_begin_with_a_byte_order_mark(website: Website, crawling: Crawling) -> None:
    """Editors on Windows write one; the first line counts all the same."""
    website.articles("/padma", "/meghna")
    website.put("/robots.txt", "\ufeffUser-agent: *\r\nDisallow: /meghna\r\n")
    crawling()
    assert crawling.found() == {"/padma": "page", "refused by robots.txt": "passed over"}


def test_a_page_that_robots_allow_again_is_asked_for(website: Website, crawling: Crawling) -> None:
    """Even if the list says that the page is unchanged."""
    website.articles("/padma", "/meghna", changed="2026-11-01")
    website.put("/robots.txt", "User-agent: *\nDisallow: /meghna")
    crawling()
    website.put("/robots.txt", "")
    crawling()
    assert crawling.found() == {"/padma": "page", "/meghna": "page"}


def test_robots_that_cannot_be_read_ask_to_stay_away(website: Website, crawling: Crawling) -> None:
    """The standard says so; a redirect to another host means that there are no rules."""
    website.articles("/padma")
    website.put("/robots.txt", "", 503)
    with pytest.raises(CorpusError, match="asks programs to stay away: try again later"):
        crawling()
    website.put("/robots.txt", "", 302, Location="http://other.example/robots.txt")
    assert crawling().asked == 1


def test_robots_may_be_at_another_place_of_the_site(website: Website, crawling: Crawling) -> None:
    """Rules to which a redirect leads are followed."""
    website.articles("/padma")
    website.put("/robots.txt", "", 301, Location="/rules")
    website.put("/rules", "User-agent: *\nDisallow: /padma")
    crawling()
    assert crawling.found() == {"refused by robots.txt": "passed over"}


@pytest.mark.parametrize(("header", "pauses"), [("7", [7]), ("86400", [60]), ("Wed, 21 Feb 2024", [0])])
def test_a_server_that_is_busy_is_given_time(
    website: Website, crawling: Crawling, header: str, pauses: list[float]
) -> None:
    """For the time that it asks for; then it is asked once more."""
    website.articles("/padma")
    answers = [b"HTTP/1.1 429 Busy\r\nRetry-After: %s\r\nContent-Length: 0\r\n\r\n" % header.encode()]
    text = article_page("পদ্মা").encode()
    answers.append(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s" % (len(text), text)
    )
    website.pages["/padma"] = Page(lambda handler: handler.wfile.write(answers.pop(0)))
    crawling()
    assert crawling.found() == {"/padma": "page"}
    assert crawling.time.slept == pauses


def test_a_connection_that_breaks_is_tried_once_more(website: Website, crawling: Crawling) -> None:
    """The request is repeated, since servers close idle connections."""
    website.articles("/padma")
    text = article_page("পদ্মা").encode()
    answers = [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s" % (len(text), text),
    ]
    website.pages["/padma"] = Page(lambda handler: handler.wfile.write(answers.pop(0)))
    crawling()
    assert crawling.outcomes() == {"new": 1}


def test_redirects_without_an_end_are_left(website: Website, crawling: Crawling) -> None:
    """More than five redirects are a fault of their page."""
    website.articles("/padma", "/circle")
    website.put("/circle", "", 302, Location="/circle")
    crawling()
    assert crawling.found() == {"/padma": "page", "/circle": "more than 5 redirects"}
    assert website.asked().count("/circle") == 6


def test_sitemaps_without_an_end_are_left(
    website: Website, crawling: Crawling, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each names the next; pages found so far are kept, and the rest is reported."""
    monkeypatch.setattr(site_lists, "MOST_LISTS", 4)
    website.put("/padma", article_page("পদ্মা"))

    def next_list(number: int) -> Body:
        def send(handler: Handler) -> None:
            website.pages[f"/{number + 1}.xml"] = Page(next_list(number + 1))
            text = sitemap_index(f"{website.url}/{number + 1}.xml").encode()
            text = text.replace(b"</sitemapindex>", f"<url><loc>{website.url}/padma</loc></url>".encode())
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(text), text))

        return send

    website.pages["/0.xml"] = Page(next_list(0))
    crawling("/0.xml")
    found = crawling.found()
    assert found["/padma"] == "page"
    assert "more than 4 sitemaps" in found["/4.xml"]


def test_a_list_that_names_itself_is_read_once(website: Website, crawling: Crawling) -> None:
    """The sitemap is read once, however often it is named."""
    website.articles("/padma")
    own = website.url + "/index.xml"
    website.put("/index.xml", sitemap_index(own, own, website.url + "/sitemap.xml"))
    crawling("/index.xml")
    assert website.asked() == ["/index.xml", "/sitemap.xml", "/padma"]


def test_what_unpacks_to_more_than_it_may_is_left(website: Website, crawling: Crawling) -> None:
    """The page is a fault; pages compressed twice or broken are reported."""
    bomb = gzip.compress(b"<html>" + b"x" * (20 << 20), 1)
    website.articles("/padma", "/bomb", "/twice", "/broken")
    website.put("/bomb", bomb, Content_Encoding="gzip")
    website.put("/twice", gzip.compress(gzip.compress(b"<html>")), Content_Encoding="gzip")
    website.put("/broken", gzip.compress(article_page("নদী").encode())[:40], Content_Encoding="gzip")
    crawling()
    found = crawling.found()
    assert found["/padma"] == "page"
    assert found["/bomb"] == "longer than 8 MiB"
    assert "decompress it once" in found["/twice"]
    assert "ends early" in found["/broken"]


def test_a_list_that_unpacks_to_more_than_it_may_is_left(
    website: Website, crawling: Crawling, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limits for all sources hold for lists of a site too."""
    monkeypatch.setattr(budget, "_FREE_BYTES", 1 << 20)
    bomb = gzip.compress(b"<urlset>" + b" " * (20 << 20), 9)
    website.put("/sitemap.xml", bomb)
    with pytest.raises(CorpusError, match="gives more than 200 times its bytes"):
        crawling()


@pytest.mark.parametrize(
    "content",
    [gzip.compress(b"<urlset>" * 9000)[:60], gzip.compress(gzip.compress(b"<urlset>"))],
    ids=["cut short", "packed twice"],
)
def test_a_broken_list_says_so(website: Website, crawling: Crawling, content: bytes) -> None:
    """It is not taken for a list without pages."""
    website.put("/sitemap.xml", content)
    with pytest.raises(CorpusError, match=r"gzip data"):
        crawling()


def test_a_list_that_breaks_off_has_what_it_has(website: Website, crawling: Crawling) -> None:
    """Entries that are no XML are skipped."""
    website.put("/padma", article_page("পদ্মা"))
    text = sitemap(website.url + "/padma").replace(
        "</urlset>", "<url><loc>&\x00</url><url></url><url><loc>http://x"
    )
    website.put("/sitemap.xml", text)
    crawling()
    assert crawling.found() == {"/padma": "page"}


def test_a_site_that_sends_too_much_in_all_is_left(
    website: Website, crawling: Crawling, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pages received so far are kept."""
    monkeypatch.setattr(visitor, "crawl_bytes", lambda asked: 1000 * asked)
    website.articles("/padma", "/meghna")
    website.put("/meghna", article_page("মেঘনা", "নদী " * 5000))
    with pytest.raises(CorpusError, match="nothing more is asked for"):
        crawling()


def test_our_name_is_said_without_an_installation(monkeypatch: pytest.MonkeyPatch) -> None:
    """When the package is only in a folder on the path."""

    def missing(_name: str) -> str:
        raise PackageNotFoundError

    monkeypatch.setattr(visitor, "version", missing)
    assert visitor.agent().startswith("onneshon/0 (")


def test_an_answer_is_not_written_beside_the_index(
    website: Website, crawling: Crawling, tmp_path: Path
) -> None:
    """Pages are in one file, which has a lock for its writer."""
    website.articles("/padma")
    crawling()
    assert {path.suffix for path in (tmp_path / "index" / "sites").iterdir()} <= {".sqlite", ".lock"}
