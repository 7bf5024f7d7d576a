"""A first crawl requests all pages of a site, and later crawls what has changed."""

import datetime as dt
import gzip

import pytest

from onneshon.index import CorpusError, read_articles
from onneshon.index.ingest.corpus import Corpus
from onneshon.index.ingest.crawling.crawl import forget_gone
from onneshon.index.ingest.crawling.store import PageStore
from onneshon.index.ingest.intake import Problems
from tests.website import Crawling, Website, article_page, sitemap, sitemap_index

FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>খবর</title>{}</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>নদী</title><link href="{}"/>
<updated>{}</updated></entry></feed>"""


def test_pages_of_a_sitemap_are_kept(website: Website, crawling: Crawling) -> None:
    """Each page is requested once, under our name."""
    website.articles("/padma", "/%E0%A6%AE%E0%A7%87%E0%A6%B2%E0%A6%BE")
    assert crawling().asked == 2
    assert crawling.found() == {"/padma": "page", "/%E0%A6%AE%E0%A7%87%E0%A6%B2%E0%A6%BE": "page"}
    assert all(headers["User-Agent"].startswith("onneshon/") for _path, headers in website.requests)
    assert website.asked() == ["/sitemap.xml", "/padma", "/%E0%A6%AE%E0%A7%87%E0%A6%B2%E0%A6%BE"]


def test_an_address_is_one_however_lists_encode_it(website: Website, crawling: Crawling) -> None:
    """In capitals, in small letters like WordPress, or in Bengali; it keeps its first form."""
    small = "/%e0%a6%ae%e0%a7%87%e0%a6%b2%e0%a6%be"
    named = (website.url + path for path in (small, "/মেলা", small.upper()))
    website.put("/sitemap.xml", sitemap(*named))
    website.put(small.upper(), article_page("মেলা"))
    for _ in range(2):
        crawling()
        assert crawling.found() == {small: "page"}
        assert website.asked() == ["/sitemap.xml", small.upper()]


def test_what_has_not_changed_is_not_sent_again(website: Website, crawling: Crawling) -> None:
    """Servers identify versions by ETag, or by the time of the last change."""
    website.articles("/padma", "/meghna")
    website.put("/meghna", article_page("মেঘনা"), Last_Modified="Wed, 21 Feb 2024 10:00:00 GMT")
    crawling()
    website.asked()
    crawling()
    sent = dict(website.requests)
    assert sent["/padma"]["If-None-Match"] == '"/padma"'
    assert sent["/meghna"]["If-Modified-Since"] == "Wed, 21 Feb 2024 10:00:00 GMT"
    assert crawling.outcomes() == {"as before": 2}
    assert not crawling.report.has_news
    website.put("/padma", article_page("পদ্মা সেতু"))
    assert crawling().has_news
    assert crawling.outcomes() == {"changed": 1, "as before": 1}


def test_a_page_is_asked_for_when_its_list_says_that_it_changed(website: Website, crawling: Crawling) -> None:
    """No other page is requested."""
    website.articles("/padma", "/meghna", changed="2026-11-01")
    crawling()
    website.asked()
    assert crawling().asked == 0
    assert website.asked() == ["/sitemap.xml"]
    website.articles("/padma", "/meghna", changed="2026-11-02")
    crawling()
    assert website.asked() == ["/sitemap.xml", "/padma", "/meghna"]


def test_sitemaps_of_sitemaps_are_read_compressed_or_not(website: Website, crawling: Crawling) -> None:
    """A sitemap that is unchanged according to its index is not requested."""
    website.articles("/padma")
    website.put("/old.xml.gz", gzip.compress(sitemap(website.url + "/meghna").encode()))
    website.put("/meghna", article_page("মেঘনা"))
    names = [website.url + "/sitemap.xml", website.url + "/old.xml.gz"]
    website.put("/index.xml", sitemap_index(*names, changed="2026-11-01"))
    crawling("/index.xml")
    assert crawling.found() == {"/padma": "page", "/meghna": "page"}
    website.asked()
    crawling("/index.xml")
    assert website.asked() == ["/index.xml", "/padma", "/meghna"]


@pytest.mark.parametrize("prefix", ["sm", "S.m-1"])
def test_sitemaps_whose_names_have_a_prefix_are_read(
    website: Website, crawling: Crawling, prefix: str
) -> None:
    """As XML lets any program write them; pictures have places of their own, which are no pages."""
    website.articles("/padma", "/meghna")
    picture = "<image:image><image:loc>/padma.jpg</image:loc></image:image>"
    pages = sitemap(website.url + "/padma", website.url + "/meghna", changed="2026-11-01", prefix=prefix)
    website.put("/sitemap.xml", pages.replace(f"</{prefix}:url>", f"{picture}</{prefix}:url>"))
    website.put("/index.xml", sitemap_index(website.url + "/sitemap.xml", prefix=prefix))
    crawling("/index.xml")
    assert crawling.found() == {"/padma": "page", "/meghna": "page"}
    website.asked()
    crawling("/index.xml")
    assert website.asked() == ["/index.xml", "/sitemap.xml"]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("path", ["/sitemap.txt", "/sitemap.xml", "/sitemap.txt.gz"])
def test_sitemaps_that_are_text_are_read(website: Website, crawling: Crawling, path: str, end: str) -> None:
    """An address a line (sitemaps.org); a line that is none is passed by, and so is the mark of UTF-8."""
    website.articles("/padma", "/meghna")
    website.put("/%E0%A6%AE%E0%A7%87%E0%A6%B2%E0%A6%BE", article_page("মেলা"))
    urls = [website.url + name for name in ("/padma", "/meghna", "/মেলা")]
    text = "\ufeff" + end.join(["", *urls[:2], "", "পাতার তালিকা", urls[2]])
    content = gzip.compress(text.encode()) if path.endswith(".gz") else text.encode()
    website.put(path, content, Content_Type="text/plain")
    website.put("/robots.txt", f"User-agent: *\nDisallow:\nSitemap: {website.url}{path}")
    website.put("/", article_page("প্রথম পাতা"))
    for start in (path, "/"):
        assert crawling(start).whole
        assert set(crawling.found().values()) == {"page"}
        assert len(crawling.found()) == len(urls)


@pytest.mark.parametrize("names", [["/all.xml", "/news.xml"], ["/news.xml", "/all.xml"]])
def test_a_list_that_says_nothing_of_changes_leaves_what_another_says(
    website: Website, crawling: Crawling, names: list[str]
) -> None:
    """Like sitemaps of the news of two days, which have only the date of publication."""
    website.put("/padma", article_page("পদ্মা"))
    website.put("/news.xml", sitemap(website.url + "/padma"))
    website.put("/index.xml", sitemap_index(*(website.url + name for name in names)))
    for day, asked in (("2026-11-01", 1), ("2026-11-01", 0), ("2026-11-02", 1)):
        website.put("/all.xml", sitemap(website.url + "/padma", changed=day))
        crawling("/index.xml")
        assert website.asked().count("/padma") == asked
    website.put("/index.xml", sitemap_index(website.url + "/news.xml"))
    crawling("/index.xml")
    assert website.asked().count("/padma") == 1


def test_pages_sent_compressed_are_read(website: Website, crawling: Crawling) -> None:
    """The crawler asks for compressed pages."""
    website.articles("/padma")
    website.put("/padma", gzip.compress(article_page("পদ্মা").encode()), Content_Encoding="gzip")
    crawling()
    assert crawling.found() == {"/padma": "page"}


@pytest.mark.parametrize("status", [404, 410])
def test_what_is_gone_is_withdrawn_until_the_index_knows(
    website: Website, crawling: Crawling, status: int
) -> None:
    """After that the page is merely skipped."""
    website.articles("/padma", "/meghna")
    crawling()
    website.put("/padma", "", status)
    assert crawling().outcomes["gone"] == 1
    crawling()
    assert crawling.found() == {"/padma": "withdrawn", "/meghna": "page"}
    forget_gone(crawling.report.file)
    assert crawling.found() == {f"status {status}": "passed over", "/meghna": "page"}


def test_what_no_sitemap_names_any_more_is_asked_for_once(website: Website, crawling: Crawling) -> None:
    """It is withdrawn or stays; after a week it is requested again."""
    website.articles("/padma", "/meghna", "/jamuna")
    crawling()
    website.articles("/padma")
    del website.pages["/jamuna"]
    website.asked()
    crawling()
    assert website.asked() == ["/sitemap.xml", "/padma", "/meghna", "/jamuna"]
    assert crawling.found() == {"/padma": "page", "/meghna": "page", "/jamuna": "withdrawn"}
    forget_gone(crawling.report.file)
    crawling()
    assert website.asked() == ["/sitemap.xml", "/padma"]
    crawling.time.now += 8 * 86_400
    crawling()
    assert website.asked() == ["/sitemap.xml", "/padma", "/meghna"]


def test_pages_without_a_date_stay_fresh_as_long_as_is_asked(website: Website, crawling: Crawling) -> None:
    """For an index that is updated every quarter of an hour."""
    website.articles("/padma")
    crawling()
    assert crawling(fresh_seconds=86_400.0).asked == 0
    crawling.time.now += 90_000
    assert crawling(fresh_seconds=86_400.0).asked == 1


ENTRIES = """<item><title>পদ্মা সেতু</title><link>/padma</link><pubDate>Wed, 21 Feb 2024 10:00:00 +0600</pubDate>
<category>দেশ</category><description>সংক্ষেপ।</description>
<content:encoded><![CDATA[<p>সেতুর {}</p>]]></content:encoded></item>
<item><title>মেঘনা</title><link>/meghna</link><description>সংক্ষেপ।</description></item>"""


def test_entries_with_whole_texts_are_articles_where_that_is_wanted(
    website: Website, crawling: Crawling
) -> None:
    """Their pages are not requested, even after the feed drops them; those of other entries are."""
    website.articles("/padma", "/meghna")
    website.put("/feed", FEED.format("<language>bn-BD</language>" + ENTRIES.format("কথা।")))
    assert crawling("/feed", entries=True).asked == 1
    assert crawling.outcomes() == {"new": 2}
    assert website.asked() == ["/feed", "/meghna"]
    padma, meghna = read_articles([crawling.report.file])
    assert (padma.title, padma.body, padma.category, padma.lang) == ("পদ্মা সেতু", "সেতুর কথা।", "দেশ", "bn")
    assert (padma.id, padma.date) == (padma.url, dt.date(2024, 2, 21))
    assert meghna.url == website.url + "/meghna"
    website.put("/feed", FEED.format(ENTRIES.format("নতুন কথা।")))
    assert crawling("/feed", entries=True).has_news
    assert crawling.outcomes()["changed"] == 1
    website.put("/feed", FEED.format("<item><link>/meghna</link></item>"))
    crawling.time.sleep(30 * 86_400)
    website.asked()
    crawling("/feed", entries=True)
    assert website.asked() == ["/feed", "/meghna"]
    assert next(read_articles([crawling.report.file])).title == "পদ্মা সেতু"


def test_pages_of_entries_are_asked_for_by_default(website: Website, crawling: Crawling) -> None:
    """A page may have more than its entry; pages formerly stored as entries are requested too."""
    website.articles("/padma", "/meghna")
    website.put("/feed", FEED.format(ENTRIES.format("কথা।")))
    crawling("/feed", entries=True)
    website.asked()
    crawling("/feed")
    assert website.asked() == ["/feed", "/padma", "/meghna"]


def test_an_entry_that_was_spoilt_is_counted(website: Website, crawling: Crawling) -> None:
    """It counts like a page without an article."""
    website.articles("/meghna")
    website.put("/feed", FEED.format(ENTRIES.format("কথা।")))
    crawling("/feed", entries=True)
    with PageStore.opened(crawling.report.file) as store:
        store.keep_entry(website.url + "/padma", b'<feed xml:lang="bn">\n<item>', 0.0)
    corpus = Corpus([crawling.report.file], Problems())
    assert len(list(corpus)) == 1
    assert corpus.passed == {"without an article": 1}


def test_pages_of_a_feed_stay_when_newer_ones_take_their_place(website: Website, crawling: Crawling) -> None:
    """Relative addresses and fragments refer to the feed."""
    website.articles("/padma", "/meghna")
    website.put("/feed", FEED.format("<item><link>/padma#top</link></item>"))
    crawling("/feed")
    website.put("/feed", FEED.format("<item><link>/meghna</link></item>"))
    website.asked()
    assert not crawling("/feed").whole
    assert website.asked() == ["/feed", "/meghna"]
    assert crawling.found() == {"/padma": "page", "/meghna": "page"}


def test_an_entry_of_atom_says_when_its_page_was_changed(website: Website, crawling: Crawling) -> None:
    """The page is requested only then."""
    website.articles("/padma")
    website.put("/atom", ATOM.format(website.url + "/padma", "2026-11-01T00:00:00Z"))
    assert crawling("/atom").asked == 1
    assert crawling("/atom").asked == 0


@pytest.mark.parametrize(
    ("robots", "head", "lists"),
    [
        ("Sitemap: {}/sitemap.xml", "", ["/sitemap.xml"]),
        ("", '<link rel="sitemap" href="/sitemap.xml">', ["/sitemap.xml"]),
        ("", "", ["/sitemap.xml"]),
        ("", "", ["/sitemap.xml", "/wp-sitemap.xml"]),
        (
            "Sitemap: {}/no.xml",
            '<link type="application/rss+xml" rel="alternate" href="feed">',
            ["/no.xml", "/feed"],
        ),
    ],
    ids=[
        "robots.txt",
        "the page",
        "the usual name",
        "that of WordPress",
        "a feed where the sitemap is missing",
    ],
)
def test_a_page_leads_to_the_lists_of_its_site(
    website: Website, crawling: Crawling, robots: str, head: str, lists: list[str]
) -> None:
    """A sitemap has precedence over a feed."""
    website.articles("/padma")
    website.put("/robots.txt", robots.format(website.url))
    website.put("/", article_page("সূচি", head=head))
    if "/wp-sitemap.xml" in lists:
        website.pages["/wp-sitemap.xml"] = website.pages.pop("/sitemap.xml")
    if "/feed" in lists:
        website.put("/feed", FEED.format("<item><link>/padma</link></item>"))
        website.put("/sitemap.xml", "", 404)
    crawling("/")
    assert crawling.found() == {"/padma": "page"}
    assert [path for path in website.asked() if path in lists] == lists


def test_a_page_that_leads_nowhere_says_what_to_name(website: Website, crawling: Crawling) -> None:
    """The message has the usual address as an example."""
    website.put("/", article_page("সূচি"))
    with pytest.raises(CorpusError, match=r"neither a sitemap nor a feed: name one .*/sitemap\.xml"):
        crawling("/")


@pytest.mark.parametrize(
    ("status", "remedy"),
    [(401, "no login"), (403, "ask its owner"), (404, "in a browser"), (500, "try again later")],
)
def test_a_list_that_is_refused_says_what_to_do(
    website: Website, crawling: Crawling, status: int, remedy: str
) -> None:
    """The remedy depends on the server's answer."""
    website.put("/sitemap.xml", "", status)
    with pytest.raises(CorpusError, match=f"answers {status}: .*{remedy}"):
        crawling()


def test_what_is_no_list_says_so(website: Website, crawling: Crawling) -> None:
    """A file is not read over the network, and an empty list names no page."""
    website.put("/sitemap.xml", "%PDF-1.7", Content_Type="application/pdf")
    with pytest.raises(CorpusError, match="neither a sitemap, a feed nor a page"):
        crawling()
    website.put("/sitemap.xml", sitemap())
    with pytest.raises(CorpusError, match="names no page"):
        crawling()
    website.articles("/padma")
    assert crawling().asked == 1


def test_what_is_no_article_is_counted_by_what_it_is(website: Website, crawling: Crawling) -> None:
    """Each kind has a name of its own."""
    website.articles("/padma", "/no", "/pdf", "/private", "/hidden", "/moved", "/away", "/odd")
    website.put("/robots.txt", "User-agent: *\nDisallow: /private")
    website.put("/no", "", 404)
    website.put("/pdf", "%PDF", Content_Type="application/pdf")
    website.put("/hidden", article_page("গোপন", head='<meta name="robots" content="noindex, follow">'))
    website.put("/moved", "", 301, Location="/padma")
    website.put("/away", "", 302, Location="http://other.example/")
    website.put("/odd", "", 302, Location="mailto:a@b")
    crawling()
    assert crawling.found() == {
        "/padma": "page",
        "status 404": "passed over",
        "not HTML": "passed over",
        "refused by robots.txt": "passed over",
        "not to be found by searches, as the page says": "passed over",
        "leads to another page of the site": "passed over",
        "leads to http://other.example": "passed over",
        "leads to what is no page": "passed over",
    }


def test_pages_of_other_hosts_are_left_unless_they_are_named(website: Website, crawling: Crawling) -> None:
    """An allowed host is asked for its pages like the first."""
    website.put("/padma", article_page("পদ্মা"))
    other = f"http://localhost:{website.port}/padma"
    website.put("/sitemap.xml", sitemap(other, "javascript:alert(1)"))
    crawling()
    assert crawling.found() == {"on another host": "passed over", "no address of a page": "passed over"}
    crawling(hosts=("LocalHost",), pages=5)
    assert crawling.found()[other] == "page"


def test_no_more_pages_are_kept_than_are_wanted(website: Website, crawling: Crawling) -> None:
    """No further list is read either; the others are counted."""
    website.articles("/padma", "/meghna", "/jamuna")
    website.put("/index.xml", sitemap_index(website.url + "/sitemap.xml", website.url + "/more.xml"))
    assert crawling("/index.xml", pages=2).beyond == 1
    assert crawling.found() == {"/padma": "page", "/meghna": "page", "more than --pages": "passed over"}
    assert "/more.xml" not in website.asked()


def test_a_page_that_is_not_sent_stays_as_it_was(website: Website, crawling: Crawling) -> None:
    """A page never stored is a fault, and both are requested again."""
    website.articles("/padma", "/meghna", changed="2026-11-01")
    website.put("/meghna", "", 403)
    crawling()
    assert "answers 403" in crawling.found()["/meghna"]
    website.articles("/padma", "/meghna", changed="2026-11-02")
    website.put("/padma", "", 500)
    crawling()
    assert crawling.outcomes() == {"not sent": 1, "new": 1}
    assert crawling.found()["/padma"] == "page"
    website.put("/padma", article_page("পদ্মা সেতু"))
    assert crawling().outcomes == {"changed": 1}


def test_a_sitemap_that_cannot_be_read_is_reported(website: Website, crawling: Crawling) -> None:
    """An unknown number of pages is missing then; a sitemap that was read before keeps its pages."""
    website.articles("/padma")
    names = [website.url + path for path in ("/sitemap.xml", "/late.xml", "/list.html")]
    website.put("/index.xml", sitemap_index(*names))
    website.put("/list.html", article_page("তালিকা"))
    crawling("/index.xml")
    found = crawling.found()
    assert found["/late.xml"].startswith("a sitemap that cannot be read: answers 404")
    assert "neither a sitemap, a feed" in found["/list.html"]
    website.put("/sitemap.xml", "", 503)
    crawling("/index.xml")
    assert crawling.found()["/padma"] == "page"
    assert "/sitemap.xml" not in crawling.found()


def test_a_crawl_goes_on_where_it_was_interrupted(website: Website, crawling: Crawling) -> None:
    """No page is requested twice."""
    website.articles("/padma", "/meghna", "/jamuna")
    crawling(most_asked=1)
    assert crawling.found() == {"/padma": "page", "not asked for yet": "passed over"}
    website.asked()
    crawling()
    assert website.asked() == ["/meghna", "/jamuna"]
    crawling()
    assert website.asked() == ["/sitemap.xml", "/padma", "/meghna", "/jamuna"]


def test_a_crawl_that_goes_on_reads_the_lists_that_are_left(website: Website, crawling: Crawling) -> None:
    """Lists read before the interruption are used as they were then."""
    website.articles("/padma", "/meghna")
    website.put("/index.xml", sitemap_index(website.url + "/sitemap.xml", website.url + "/late.xml"))
    crawling("/index.xml", most_asked=1)
    website.put("/late.xml", sitemap(website.url + "/meghna", website.url + "/jamuna"))
    website.asked()
    assert crawling("/index.xml").named == 3
    assert website.asked() == ["/late.xml", "/meghna", "/jamuna"]


def test_a_crawl_that_goes_on_has_no_more_pages_than_are_wanted(website: Website, crawling: Crawling) -> None:
    """Pages of the interrupted crawl count, even if the list has changed."""
    website.articles("/padma", "/meghna")
    website.articles("/jamuna", "/titas")
    website.put("/index.xml", sitemap_index(website.url + "/sitemap.xml", website.url + "/late.xml"))
    crawling("/index.xml", pages=2, most_asked=1)
    website.put("/late.xml", sitemap(website.url + "/padma", website.url + "/meghna"))
    crawling("/index.xml", pages=2)
    assert crawling.report.named == 2


def test_a_crawl_that_was_left_for_a_day_begins_anew(website: Website, crawling: Crawling) -> None:
    """Pages requested then may have changed."""
    website.articles("/padma", "/meghna")
    crawling(most_asked=1)
    crawling.time.now += 90_000
    website.asked()
    crawling()
    assert website.asked() == ["/sitemap.xml", "/padma", "/meghna"]


def test_a_site_that_answers_no_more_is_left_alone(website: Website, crawling: Crawling) -> None:
    """Fetched pages are kept, and the next crawl continues."""
    paths = [f"/{number}" for number in range(30)]
    website.articles(*paths)
    for path in paths[2:]:
        website.put(path, "", 503)
    with pytest.raises(CorpusError, match=r"12 of 30 pages were asked for; the same command goes on"):
        crawling()
    website.articles(*paths)
    website.asked()
    crawling()
    assert website.asked() == paths[12:]


def test_two_crawls_of_a_site_do_not_meet(website: Website, crawling: Crawling) -> None:
    """The second one raises an error."""
    website.articles("/padma")
    crawling()

    def again(_handler: object) -> None:
        with pytest.raises(CorpusError, match="another process fetches this site"):
            forget_gone(crawling.report.file)

    website.pages["/padma"].body = again
    crawling()


def test_a_damaged_file_says_what_to_do(website: Website, crawling: Crawling) -> None:
    """The file can be fetched again."""
    website.articles("/padma")
    crawling().file.write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)
    with pytest.raises(CorpusError, match="remove the file, and it is fetched again"):
        crawling()
