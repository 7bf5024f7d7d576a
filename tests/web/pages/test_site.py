"""A site's own name, nouns, colours, logo, texts, links and address on its pages."""

import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from onneshon.search.request import SearchRequest
from onneshon.search.results.values import ResultPage
from onneshon.search.retrieval.facets import Facet, FacetValue
from onneshon.web import create_app
from onneshon.web.languages.catalogues import NOUNS, catalogue
from onneshon.web.middleware.hosts import Hosts
from onneshon.web.site.palette import Colours, palette
from onneshon.web.site.settings import Logo, PublicAddress, Site
from tests.fake_engine import ARTICLES, FakeEngine

PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>'
OWN = Site(
    names={"bn": "আমাদের <খবর>", "en": "Our <news>"},
    taglines={"bn": "১৯৫৩ থেকে", "en": "From 1953"},
    home={"bn": "প্রথম\n\nদ্বিতীয়", "en": "First"},
    footer={"bn": "© আমরা & তোমরা", "en": "© us"},
    logo=Logo(PICTURE, "image/svg+xml"),
    noun=NOUNS["খবর"],
    categories=("পরিবেশ", "নেই"),
    result_link="original",
    palette=palette(None, Colours(accent="#006a4e")),
)
HOSTS = frozenset({"b.example.org", "a.example.org"})
PATHS = ("/", "/search?q=ভাষা", "/search?q=বাংলাদেশ খপুষ্প", "/article/ইতিহাস-1?q=ভাষা", "/help", "/about")


def _client(site: Site) -> FlaskClient:
    return create_app(
        FakeEngine(total=1234), Hosts.of("localhost", ["news.example.org"]), whose=site
    ).test_client()


def _page(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.mimetype == "text/html"
    return answer.get_data(as_text=True)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("language", ["bn", "en"])
def test_no_page_is_called_ours(path: str, language: str) -> None:
    """Title, brand, messages and feed have the site's name, escaped, and its own noun."""
    html = _page(_client(OWN), f"{path}{'&' if '?' in path else '?'}lang={language}")
    title = re.search("<title>(.*?)</title>", html)
    assert title
    assert ("আমাদের &lt;খবর&gt;" if language == "bn" else "Our &lt;news&gt;") in title[1]
    seen = re.sub(r"<script.*?</script>|<[^>]*>|/static/[^\"]*", "", html)
    assert "নিবন্ধ" not in seen
    assert "অন্বেষণ" not in seen
    assert "article" not in seen.lower()


def test_nouns_stand_in_their_case() -> None:
    """The noun of the site has singular, plural and inflected forms."""
    client = _client(Site(noun=NOUNS["বই"]))
    assert "১,২৩৪টি বইয়ে পাওয়া গেছে" in _page(client, "/search?q=ভাষা")
    assert "Found in 1,234 books" in _page(client, "/search?q=ভাষা&lang=en")


def test_texts_of_the_site_are_paragraphs() -> None:
    """Texts of the site are on the home page or at every foot; escaped, one paragraph for each line."""
    html = _page(_client(OWN), "/")
    assert "<p>প্রথম</p><p>দ্বিতীয়</p>" in html
    assert '<p class="tagline">১৯৫৩ থেকে</p>' in html
    assert "<p>© আমরা &amp; তোমরা</p>" in _page(_client(OWN), "/help")


def test_the_logo_stands_for_the_name() -> None:
    """The logo's link and heading have the name for those who cannot see it; the image is sandboxed."""
    client = _client(OWN)
    html = _page(client, "/search?q=ভাষা")
    address = re.search(r'<img class="logo" src="([^"]+)" alt="">', html)
    assert address
    assert 'aria-label="আমাদের &lt;খবর&gt;: মূল পাতা"' in html
    answer = client.get(unescape(address[1]))
    assert (answer.data, answer.mimetype) == (PICTURE, "image/svg+xml")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert _client(Site()).get("/logo").status_code == 404


def test_colours_come_in_a_stylesheet_of_this_server() -> None:
    """The policy of the pages allows no other way; without colours there is no stylesheet."""
    client = _client(OWN)
    address = re.search(r'<link rel="stylesheet" href="(/site[^"]+)">', _page(client, "/"))
    assert address
    answer = client.get(unescape(address[1]))
    assert answer.mimetype == "text/css"
    assert "--indigo: light-dark(#006a4e, #" in answer.get_data(as_text=True)
    assert "/site.css" not in _page(_client(Site()), "/")


def test_titles_lead_to_the_original_if_wished() -> None:
    """Only titles of articles with an original do; next to them is a link to the marked text."""
    html = _page(_client(OWN), "/search?q=ভাষা")
    assert '<a href="https://example.org/itihas/1" rel="external noopener">' in html
    assert 'href="/article/ইতিহাস-1?' in unescape(html) or "মিলসহ এখানে পড়ুন" in html
    assert 'href="/article/nodi/2?q=' in html
    assert "javascript:" not in html


class _Counting(FakeEngine):
    """An engine that counts ten categories."""

    def search(self, request: SearchRequest, /) -> ResultPage:
        """Return a page with as many values as were requested."""
        page = super().search(request)
        names = [*(f"বিভাগ {number}" for number in range(9)), "পরিবেশ"]
        values = tuple(FacetValue(name, 90 - at) for at, name in enumerate(names))[: request.facet_limit]
        facet = Facet("category", values, len(names) - len(values))
        return ResultPage(
            page.query, page.hits, page.total, 0, 10, 1.0, facets={**page.facets, "category": facet}
        )


def test_an_article_leads_to_the_page_that_it_was_printed_on() -> None:
    """The site must give the address, and the article the page number."""
    printed = replace(ARTICLES[0], keywords={"page": ("৩",)})
    engine = FakeEngine((printed, ARTICLES[1]))
    client = create_app(engine, whose=Site(scan="https://iiif.example/{page}.jpg")).test_client()
    assert 'href="https://iiif.example/%E0%A7%A9.jpg"' in _page(client, f"/article/{printed.id}")
    assert "iiif" not in _page(client, f"/article/{ARTICLES[1].id}")


def test_categories_stand_in_the_order_of_the_site() -> None:
    """The site's categories come first even if rare, the others by count; the list stays short."""
    client = create_app(_Counting(), whose=Site(categories=("পরিবেশ", "বিভাগ 3"))).test_client()
    html = _page(client, "/search?q=ভাষা")
    listed = html[html.index('id="facet-category"') : html.index('id="facet-author"')]
    shown = re.findall(r"</label><a [^>]*><bdi>(.*?)</bdi>", listed)
    assert shown == ["পরিবেশ", "বিভাগ 3", *(f"বিভাগ {n}" for n in (0, 1, 2, 4, 5, 6))]
    assert "আরও ২টি" in listed
    assert "more=1" in listed


BASE = Site(address=PublicAddress("https", "news.example.org", "/search"))


def test_every_address_begins_with_that_of_the_site() -> None:
    """Links, forms, files, and addresses in scripts begin with the site's address."""
    client = _client(BASE)
    for path in PATHS:
        html = _page(client, f"/search{path}")
        addresses = re.findall(r'(?:href|src|action|data-suggest)="([^"]*)"', html)
        assert len(addresses) > 10
        assert [
            address for address in addresses if not re.match(r"/search/|#|https://example\.org|$", address)
        ] == []


def test_pages_under_a_path_can_be_followed() -> None:
    """The home page with and without its slash, a redirection, the API, and a file can be followed."""
    client = _client(BASE)
    assert client.get("/search").status_code == 200
    assert client.get("/search/").status_code == 200
    assert client.get("/search/search?q=").location == "/search/"
    assert client.get("/search/api/v1/suggest?q=বাং").json["ok"] is True  # type: ignore[index]
    assert client.get("/search/api/v1/none").mimetype == "application/problem+json"
    with client.get("/search/static/style.css") as file:
        assert file.status_code == 200


def test_nothing_else_is_answered() -> None:
    """Other paths belong to the rest of the site; ``/healthz`` is answered on the machine as before."""
    client = _client(BASE)
    outside = client.get("/about")
    assert outside.status_code == 404
    assert "/search/" in outside.get_data(as_text=True)
    assert "Content-Security-Policy" in outside.headers
    assert client.get("/healthz").status_code == client.get("/search/healthz").status_code == 200


def test_whole_addresses_are_the_public_ones() -> None:
    """Feeds and browsers' search boxes get the public scheme and path."""
    client = _client(BASE)
    text = client.get("/search/opensearch.xml", base_url="http://news.example.org").get_data(as_text=True)
    assert 'template="https://news.example.org/search/search?q={searchTerms}"' in text
    feed = client.get("/search/feed.atom?q=ভাষা", base_url="http://news.example.org").get_data(as_text=True)
    assert "https://news.example.org/search/feed.atom" in feed


@pytest.mark.parametrize("language", ["bn", "en"])
@pytest.mark.parametrize(
    ("whose", "said"),
    [
        (Site(), {"about.privacy", "about.unfetched"}),
        (Site(searches={"count": True}), {"about.counted", "about.unfetched"}),
        (Site(searches={"count": False}, pictures=HOSTS), {"about.privacy", "about.pictures"}),
        (Site(pictures=HOSTS, thumbnails=Path("small")), {"about.privacy", "about.unfetched"}),
    ],
    ids=["nothing", "counted", "pictures", "small pictures"],
)
def test_what_a_site_learns_of_readers_is_said_as_it_is(language: str, whose: Site, said: set[str]) -> None:
    """Where searches are counted, or pictures come from elsewhere, the page says so."""
    html = unescape(_page(_client(whose), f"/about?lang={language}"))
    kinds = ("about.privacy", "about.counted", "about.unfetched", "about.pictures")
    texts = {
        kind: catalogue(language).text(kind).format(hosts="a.example.org, b.example.org") for kind in kinds
    }
    assert {kind for kind, text in texts.items() if text in html} == said
