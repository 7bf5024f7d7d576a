import re
from html import unescape
from typing import Any
from urllib.parse import urljoin

import pytest
from flask import url_for
from flask.testing import FlaskClient

from onneshon.index import Article
from onneshon.web import create_app
from onneshon.web.addresses import address, article_address, domain, scan_address, web_address
from tests.fake_engine import FakeEngine

IDS = (".", "..", "../x", "a/../b", "//", "/lead", "trail/", "a//b", "a?b#c", "নদী/২")


@pytest.fixture
def client() -> FlaskClient:
    """A client of an application whose articles have ids that paths cannot contain."""
    articles = tuple(Article(article_id, f"নদী {number}") for number, article_id in enumerate(IDS))
    return create_app(FakeEngine(articles, total=len(articles))).test_client()


@pytest.mark.parametrize(
    ("keywords", "found"),
    [
        ({"issue": ("১৯৫২/২", "x"), "page": ("4",)}, "https://iiif.example/%E0%A7%A7%E0%A7%AF%E0%A7%AB%E0%A7%A8%2F%E0%A7%A8/4/full.jpg"),
        ({"issue": ("../..",), "page": ("4",)}, "https://iiif.example/..%2F../4/full.jpg"),
        ({"issue": ("1",)}, None),
        ({"issue": ("1",), "page": ()}, None),
    ],
)  # fmt: skip
def test_the_printed_page_is_where_the_site_says(
    keywords: dict[str, tuple[str, ...]], found: str | None
) -> None:
    """Values of the article are filled in, and cannot change the host; otherwise there is no address."""
    assert scan_address("https://iiif.example/{issue}/{page}/full.jpg", keywords) == found
    assert scan_address("", keywords) is None


@pytest.mark.parametrize("url", ["http://example.org/খবর", "https://example.org"])
def test_web_addresses_are_linked_to(url: str) -> None:
    """Addresses of the web are safe as links."""
    assert web_address(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "javascript://example.org/%0aalert(1)",
        "ftp://example.org",
        "data:text/html,x",
        "//example.org",
        "http:x",
        "http://[",
        "/a",
        "http://:80/",
        "http://",
        "http://example.org:x/",
        "http://evil.example\\@good.example/",
        "http://good.example\\.evil.example/",
        "http://example.org/\x9b",
        "http://example.org/a\tb",
        "http://exam\nple.org/",
        "http://example.org/\u202e",
        "http://moc.\u202eelpmaxe/",
        "http://exa%6dple.org/",
        "http://exa mple.org/",
        "http://খ..example/",
        "http://example.org\u2028/",
    ],
)
def test_other_addresses_are_not(url: str) -> None:
    """Whatever could run code, or has no host, is no link."""
    assert web_address(url) is None


def test_a_domain_is_shown_without_its_ceremony() -> None:
    """A reader sees the domain of an address without www and port."""
    assert domain("https://www.example.org:8080/path") == "example.org"


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("WWW.Example.ORG", "example.org"),
        ("аррӏе.com", "xn--80ak6aa92e.com"),
        ("ｅxample。org", "example.org"),
        ("সংবাদজগৎ.বাংলা", "xn--54b6bo3b3a4e0b7h.xn--54b7fta0cc"),
        ("faß.example", "xn--fa-hia.example"),
        ("good.example@evil.example", "evil.example"),
        ("under_score.example.", "under_score.example."),
    ],
)
def test_a_host_is_shown_as_browsers_ask_for_it(host: str, shown: str) -> None:
    """No letter of another script passes for a Latin one, and no user name for a host."""
    assert domain(f"https://{host}/x") == shown


@pytest.mark.parametrize(
    "rest",
    [
        "",
        "/",
        "/ধান",
        "/a?q=<b>#c",
        "?q=1",
        "#hit-1",
        "/\\evil.example",
        "/a b",
        "/\t",
        ":80/",
        "@evil.example/",
    ],
)
@pytest.mark.parametrize(
    "host", ["a.example", "www.a-b.example", "-a.example", "a..example", "a_b.example", "1.2.3.4"]
)
def test_what_is_behind_a_host_says_nothing_of_it(host: str, rest: str) -> None:
    """Text after a host does not change it, unless browsers take it for a part, or the host is unclear."""
    url = f"https://{host}{rest}"
    odd = "\\" in rest or "\t" in rest
    known = "" if odd else "evil.example" if rest.startswith("@") else domain(f"https://{host}")
    assert domain(url) == known


def test_every_link_of_the_results_leads_to_its_article(client: FlaskClient) -> None:
    """No link changes when a browser normalises its dots and slashes."""
    shown = set()
    html = client.get("/search?q=নদী&lang=en").get_data(as_text=True)
    for link, title in re.findall(r'<h2[^>]*><a href="([^"]*)">(.*?)</a>', html):
        path = unescape(link)
        assert urljoin("http://localhost/", path) == f"http://localhost{path}"
        article = client.get(path).get_data(as_text=True)
        assert f">{title}</h1>" in article
        other = unescape(re.findall(r'class="language" href="([^"]*)"', article)[0])
        assert f">{title}</h1>" in client.get(other).get_data(as_text=True)
        shown.add(title)
    assert len(shown) == len(IDS)


@pytest.mark.parametrize("article_id", [".", "..", "../x", "a/../b", "a//b", "trail/", "নদী/২"])
def test_old_links_keep_working(client: FlaskClient, article_id: str) -> None:
    """A raw path still names its article."""
    assert client.get(f"/article/{article_id}").status_code == 200


def test_an_article_without_an_id_is_none(client: FlaskClient) -> None:
    """An empty parameter is not found either."""
    assert client.get("/article").status_code == 404
    assert client.get("/article?id=").status_code == 404


@pytest.mark.parametrize("prefix", ["", "/খবর"])
@pytest.mark.parametrize("lang", ["", "&lang=en"])
def test_addresses_are_those_that_flask_makes(client: FlaskClient, prefix: str, lang: str) -> None:
    """Routes without variables, articles and files have Flask's addresses, for any values and base path."""
    values: dict[str, Any] = {
        "q": "নদী & শহর/“~+",
        "category": ("ক খ", "=?"),
        "page": 2,
        "more": None,
        "-date": ("2020..",),
    }
    ours, theirs = [], []
    with client.application.test_request_context(f"/search?q=1{lang}", base_url=f"http://localhost{prefix}"):
        for endpoint in ("pages.results", "pages.home", "api.find", "pages.feed"):
            ours += [address(endpoint, **values), address(endpoint), address(endpoint, q="x", _external=True)]
            theirs += [
                url_for(endpoint, **values),
                url_for(endpoint),
                url_for(endpoint, q="x", _external=True),
            ]
        ours.append(address("static", filename="style.css"))
        theirs.append(url_for("static", filename="style.css"))
        for name in ("a1", "গ/ঘ:+,;='~", "100% &?#", "é\U0001f600"):
            ours.append(article_address(name, **values))
            theirs.append(url_for("pages.article", article_id=name, **values))
    assert ours == theirs
