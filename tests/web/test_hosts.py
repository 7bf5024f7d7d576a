import json

import pytest

from onneshon.web import create_app
from onneshon.web.middleware.hosts import Hosts
from tests.fake_engine import FakeEngine
from tests.serving import Site

LOOPBACK = Hosts()
PUBLIC = Hosts.of("127.0.0.1", ["Search.Example.org", "খোঁজ.example:8000"])
EVERYWHERE = Hosts.of("0.0.0.0", [])  # noqa: S104 # that is the case


@pytest.mark.parametrize(
    "host",
    ["localhost", "LOCALHOST:8000", "localhost.", "127.0.0.1", "127.0.0.1:8000", "127.8.8.8", "[::1]:80"],
)
def test_the_loopback_is_always_answered(host: str) -> None:
    """The loopback is allowed by name and by address, with a port and without."""
    assert all(hosts.allow(host) for hosts in (LOOPBACK, PUBLIC, EVERYWHERE))


@pytest.mark.parametrize(
    "host",
    [
        "",
        "attacker.example",
        "attacker.example:8000",
        "localhost.attacker.example",
        "127.0.0.1.attacker.example",
        "attacker.example@localhost",
        "localhost@attacker.example",
        "localhost/",
        "localhost:x",
        "localhost:80:80",
        "localhost, attacker.example",
        "[::1",
        "[attacker]",
        "\\localhost",
        "search.example.org.attacker.example",
    ],
)
def test_other_names_are_refused(host: str) -> None:
    """A name must match as a whole."""
    assert not any(hosts.allow(host) for hosts in (LOOPBACK, PUBLIC, EVERYWHERE))


def test_public_names_are_answered() -> None:
    """Case does not matter, nor whether a port is given."""
    assert PUBLIC.allow("search.example.org")
    assert PUBLIC.allow("SEARCH.example.ORG:443")
    assert PUBLIC.allow("খোঁজ.example")
    assert PUBLIC.allow("xn--44b5bt0q.example")
    assert not LOOPBACK.allow("search.example.org")


@pytest.mark.parametrize("name", ["https://search.example.org", "search.example.org/khoj", "a@b"])
def test_a_public_name_that_no_request_can_bear_is_refused(name: str) -> None:
    """Otherwise every reader would be refused."""
    with pytest.raises(ValueError, match="no host name such as"):
        Hosts.of("127.0.0.1", [name])


def test_the_host_listened_on_is_answered() -> None:
    """The host listened on is a name, or an address of the machine."""
    assert Hosts.of("Box.local", []).allow("box.local:8000")
    assert Hosts.of("192.0.2.7", []).allow("192.0.2.7")
    assert not Hosts.of("192.0.2.7", []).allow("192.0.2.8")


@pytest.mark.parametrize("listening", ["0.0.0.0", "::", ""])  # noqa: S104 # as above
def test_listening_everywhere_answers_to_addresses_alone(listening: str) -> None:
    """No page of another site has an address of this machine for its name."""
    hosts = Hosts.of(listening, [])
    assert hosts.allow("192.0.2.7:8000")
    assert hosts.allow("[2001:db8::7]")
    assert not hosts.allow("box.local")


def test_a_page_of_another_name_says_what_to_do() -> None:
    """The page tells the administrator of --public-name, and shows no articles."""
    client = create_app(FakeEngine(), hosts=LOOPBACK).test_client()
    answer = client.get("/search?q=ভাষা&lang=en", headers={"Host": "attacker.example"})
    html = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert "--public-name" in html
    assert "বাংলাদেশ" not in html


@pytest.mark.parametrize(
    "path", [b"/api/v1/search?q=a", b"/healthz", b"/", b"/static/style.css", b"/nothing"]
)
def test_the_real_server_refuses_other_names(sample_site: Site, path: bytes) -> None:
    """Other names are refused on every path; programs get JSON."""
    request = b"GET %s HTTP/1.1\r\nHost: attacker.example\r\nConnection: close\r\n\r\n"
    head, _, body = sample_site.send(request % path).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    if path.startswith((b"/api/", b"/healthz")):
        assert "attacker.example" in json.loads(body)["error"]


@pytest.mark.parametrize("host", ["a" * 64, "a..example"], ids=["long", "empty"])
@pytest.mark.parametrize("hosts", [LOOPBACK, Hosts(anybody=True)], ids=["loopback", "anybody"])
def test_what_can_be_no_name_is_refused_without_a_page(host: str, hosts: Hosts) -> None:
    """A label has at most 63 characters, so no address of a page or file could be made."""
    client = create_app(FakeEngine(), hosts=hosts).test_client()
    sent = {"Host": host}
    page, told = client.get("/search?q=ভাষা", headers=sent), client.get("/api/v1/search?q=ভাষা", headers=sent)
    assert (page.status_code, page.mimetype) == (400, "text/plain")
    assert page.get_data(as_text=True).startswith("400 Bad Request: ")
    assert (told.status_code, told.get_json()["ok"]) == (400, False)
