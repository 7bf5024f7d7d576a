"""Behind a proxy that serves it under a path, every link leads to where the reader is."""

import re
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from flask.testing import FlaskClient

from onneshon.web import create_app
from onneshon.web.middleware.hosts import Hosts
from onneshon.web.service import Service, Settings
from onneshon.web.site.settings import PublicAddress, Site, parse_address
from tests.fake_engine import FakeEngine


@pytest.fixture
def client() -> FlaskClient:
    """A client of a server at https://example.org/search, as its proxy calls it."""
    site = Site(address=parse_address("https://example.org/search"))
    hosts = Hosts.of("127.0.0.1", ["example.org"])
    return create_app(FakeEngine(total=30), hosts=hosts, whose=site).test_client()


PAGES = [
    "/search/",
    "/search/search?q=নদী",
    "/search/article/ইতিহাস-1?q=ভাষা",
    "/search/help",
    "/search/analyze?text=ক",
]


@pytest.mark.parametrize("page", PAGES)
def test_every_link_stays_below_the_path(client: FlaskClient, page: str) -> None:
    """Each link works, as do the files that the page loads."""
    answer = client.get(page, headers={"Host": "example.org"})
    assert answer.status_code == 200
    base = urljoin("https://example.org", page)
    links = re.findall(r'(?:href|src|action|data-[a-z-]*url)="([^"#]+)', answer.get_data(as_text=True))
    own = [urljoin(base, link.replace("&amp;", "&")) for link in links]
    own = [link for link in own if urlsplit(link).hostname == "example.org" and "itihas" not in link]
    assert own
    for link in own:
        parts = urlsplit(link)
        assert (parts.scheme, parts.path.startswith("/search/")) == ("https", True), link
        there = client.get(link, headers={"Host": "example.org"})
        there.close()
        assert there.status_code < 400, link


def test_addresses_for_other_programs_are_whole(client: FlaskClient) -> None:
    """The OpenSearch description and a feed have whole addresses."""
    for path in ("/search/opensearch.xml", "/search/feed.atom?q=নদী"):
        text = client.get(path, headers={"Host": "example.org"}).get_data(as_text=True)
        assert "https://example.org/search/" in text
        assert "http://example.org" not in text
        assert "https://example.org/search?" not in text


def test_the_api_describes_itself_below_the_path(client: FlaskClient) -> None:
    """Programs join the address of a server and a path."""
    described = client.get("/search/api/v1/openapi.json").get_json()
    assert described["servers"] == [{"url": "/search"}]
    assert "/api/v1/search" in described["paths"]
    listed = client.get("/search/api/v1/").get_json()["paths"]
    plain = [path for path, methods in listed.items() if "{" not in path and "GET" in methods]
    assert "/search/api/v1/search" in plain
    assert {client.get(path).status_code for path in plain} <= {200, 400}  # some need parameters
    assert "GET /search/api/v1/search</code>" in client.get("/search/api/v1/reference").get_data(as_text=True)


@pytest.mark.parametrize("path", ["/", "/help", "/api/v1/", "/searching", "/searching/help"])
def test_what_does_not_begin_with_the_path_is_not_there(client: FlaskClient, path: str) -> None:
    """The proxy sends other paths elsewhere."""
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/search/healthz", "/search"])
def test_probes_need_no_path(client: FlaskClient, path: str) -> None:
    """Monitoring asks the server directly; the path alone is the home page."""
    assert client.get(path).status_code == 200


def test_a_direct_request_keeps_its_scheme(client: FlaskClient) -> None:
    """Only requests under the public name came over TLS."""
    text = client.get("/search/opensearch.xml").get_data(as_text=True)
    assert "http://localhost/search/" in text


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://example.org", PublicAddress("https", "example.org")),
        ("https://Example.org:8443/", PublicAddress("https", "example.org:8443")),
        ("http://example.org/a/b/", PublicAddress("http", "example.org", "/a/b")),
        ("/search", PublicAddress(path="/search")),
    ],
)
def test_addresses_are_read(text: str, url: PublicAddress) -> None:
    """A path and a port are optional."""
    assert parse_address(text) == url


@pytest.mark.parametrize(
    "text",
    [
        "example.org/search",
        "ftp://example.org",
        "https://",
        "https://a@b",
        "https://a/?q",
        "https://a//b",
        "https://a:x",
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    """The error shows an example."""
    with pytest.raises(ValueError, match=r"."):
        parse_address(text)


@pytest.mark.no_cover  # many tries of lines that other tests cover
def test_what_a_start_says_counts_more_than_the_configuration(tmp_path: Path) -> None:
    """Without an option the configuration holds."""
    (tmp_path / "onneshon.toml").write_text('[site]\naddress = "https://news.example.org/khoj"\n', "utf-8")
    told = parse_address("https://example.org/search")
    for address, path in ((None, "/khoj"), (told, "/search")):
        service = Service(Settings(location=tmp_path, address=address))
        client = service.app.test_client()
        host = {"Host": service.address.host}
        assert service.address.path == path
        assert client.get(f"{path}/help", headers=host).status_code == 200
        assert client.get("/help", headers=host).status_code == 404
        service.close()
