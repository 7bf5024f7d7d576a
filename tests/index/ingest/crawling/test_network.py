"""No address leads into a private network, and no answer exceeds its limits."""

import socket
import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from onneshon.index import CorpusError
from onneshon.index.ingest.crawling.address import SiteOptions, is_public, parse_address, resolve
from onneshon.index.ingest.crawling.crawl import fetch_site
from onneshon.index.ingest.crawling.network import Network
from tests.website import Body, Crawling, Handler, Page, Website, fake_clock, sitemap

PRIVATE = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.100.100.200",
    "168.63.129.16",
    "0.0.0.0",  # noqa: S104  # nothing is bound to it
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fd00:ec2::254",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "::127.0.0.1",
    "64:ff9b::a9fe:a9fe",
    "2002:7f00:1::",
    "2001:0:4136:e378:8000:63bf:80ff:fffe",
]


@pytest.mark.parametrize("ip", PRIVATE)
def test_an_address_that_is_not_of_the_internet_is_known(ip: str) -> None:
    """Also in IPv6 notation, and where packets are forwarded to an IPv4 address."""
    assert not is_public(ip)


@pytest.mark.parametrize(
    "ip", ["93.184.216.34", "2606:4700::1111", "::ffff:93.184.216.34", "64:ff9b::5db8:d822"]
)
def test_an_address_of_the_internet_is_known(ip: str) -> None:
    """Public addresses of IPv4 and IPv6 are accepted."""
    assert is_public(ip)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://localhost/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "https://169.254.169.254/latest/meta-data/",
    ],
)
def test_a_private_address_is_not_asked_however_it_is_written(tmp_path: Path, url: str) -> None:
    """The operating system understands all of these forms."""
    with pytest.raises(CorpusError, match=r"private network: if it is meant, give --allow-private"):
        fetch_site(url, tmp_path)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("file:///etc/passwd", "only http:// and https://"),
        ("ftp://example.org/", "only http:// and https://"),
        ("gopher://example.org/", "only http:// and https://"),
        ("http://user:word@example.org/", "leave it out"),
        ("http:///path", "names no host"),
        ("http://example.org:99999/", "no address of a page"),
        ("http://example.org:0/", "no address of a page"),
        ("http://[::1/", "no address of a page"),
        ("http://" + "x" * 80 + ".example/" + "y" * 3000, "more than 2,048 signs"),
    ],
)
def test_an_address_that_is_not_asked_says_why(url: str, reason: str) -> None:
    """The message does not contain a password."""
    with pytest.raises(CorpusError, match=reason) as raised:
        parse_address(url)
    assert "word@" not in str(raised.value)


def test_addresses_are_asked_for_in_one_form() -> None:
    """So that a page is the same under all of its addresses."""
    address = parse_address("HTTPS://Example.ORG:443/বাংলা?q=এক দুই#শেষ")
    assert address.url == (
        "https://example.org/%E0%A6%AC%E0%A6%BE%E0%A6%82%E0%A6%B2%E0%A6%BE?q=%E0%A6%8F%E0%A6%95%20%E0%A6%A6%E0%A7%81%E0%A6%87"
    )
    assert parse_address("http://বাংলা.example").host == "xn--54b7fta0cc.example"
    assert parse_address("http://[::1]:8000/a").origin == "http://[::1]:8000"
    assert parse_address("http://example.org/a/b").leading("../c").url == "http://example.org/c"


def test_a_host_is_looked_up_once(website: Website, tmp_path: Path) -> None:
    """A second look-up, which rebinding would answer otherwise, is not made."""
    website.articles("/padma")
    answers = iter([["127.0.0.1"], ["169.254.169.254"]])
    looked_up: list[str] = []

    def rebinding(host: str, _port: int) -> Sequence[str]:
        looked_up.append(host)
        return next(answers)

    url = f"http://rebinding.example:{website.port}/sitemap.xml"
    website.put("/sitemap.xml", sitemap(url.replace("sitemap.xml", "padma")))
    options = SiteOptions(delay=0, allow_private=True)
    report = fetch_site(url, tmp_path, options, clock=fake_clock()[0], resolver=rebinding)
    assert (report.asked, looked_up) == (1, ["rebinding.example"])
    assert {headers["Host"] for _path, headers in website.requests} == {f"rebinding.example:{website.port}"}


def test_of_the_addresses_of_a_host_only_public_ones_are_asked(website: Website, tmp_path: Path) -> None:
    """The public address has no server in any network, and the private one is not tried."""
    network = Network(tmp_path / "body", resolve=lambda _host, _port: ["127.0.0.1", "10.0.0.1"])
    with pytest.raises(CorpusError, match=r"is 127.0.0.1, 10.0.0.1, an address of"):
        network.get(parse_address(website.url), {}, 1)
    assert not website.requests


def test_the_next_address_of_a_host_is_tried(website: Website, tmp_path: Path) -> None:
    """Where the first does not answer."""
    website.put("/", "নদী")
    network = Network(
        tmp_path / "body", allow_private=True, resolve=lambda _h, _p: ["127.0.0.2", "127.0.0.1"]
    )
    with closing(network):
        assert network.get(parse_address(website.url), {}, 100).status == 200


@pytest.mark.parametrize("target", ["http://169.254.169.254/latest/meta-data/", "http://localhost:{}/secret"])
def test_a_redirect_leads_to_no_other_host(website: Website, crawling: Crawling, target: str) -> None:
    """The other host is not asked; a redirect of the start address is an error with a remedy."""
    website.articles("/padma")
    website.put("/padma", "", 302, Location=target.format(website.port))
    website.put("/start", "", 302, Location=target.format(website.port))
    crawling()
    assert not crawling.report.outcomes["new"]
    with pytest.raises(CorpusError, match=r"leads to http://.*: name that address, or give --host"):
        crawling("/start")
    assert "/secret" not in website.asked()


def test_a_redirect_to_a_host_that_is_allowed_may_not_be_private(website: Website, tmp_path: Path) -> None:
    """Its addresses are checked like those of the first host."""
    website.put("/", "", 302, Location="http://inner.example/")
    hosts = {"public.example": ["127.0.0.1"], "inner.example": ["169.254.169.254"]}
    network = Network(tmp_path / "body", resolve=lambda host, _port: hosts[host])
    with pytest.raises(CorpusError, match=r"inner\.example is 169\.254"):
        network.get(parse_address("http://inner.example/"), {}, 100)


def test_nobody_there_says_where_to_look(tmp_path: Path) -> None:
    """An unknown host name, and a port without a server."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    options = SiteOptions(delay=0, allow_private=True)
    with pytest.raises(CorpusError, match=r"nobody answers there \(Connection refused\)"):
        fetch_site(f"http://127.0.0.1:{port}/", tmp_path, options)

    def unknown(_host: str, _port: int) -> Sequence[str]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    with pytest.raises(CorpusError, match=r"no host nowhere.example is known \(Name or service not known\)"):
        fetch_site("http://nowhere.example/", tmp_path, options, resolver=unknown)
    assert resolve("127.0.0.1", 80) == ["127.0.0.1"]


PEM = Path("tests/data/tls/safe.example.pem").resolve()


@pytest.fixture
def safe_port() -> Iterator[int]:
    """The port of an HTTPS server with a self-signed certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(PEM)

    def serve(server: socket.socket) -> None:
        while True:
            try:
                connection, _ = server.accept()
                with connection, context.wrap_socket(connection, server_side=True) as safe:
                    safe.recv(1000)
                    safe.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
            except ssl.SSLError:
                continue
            except OSError:
                return

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve, args=(server,), daemon=True)
        thread.start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


def _got(url: str, body: Path, name: str = "127.0.0.1") -> int:
    with closing(Network(body, allow_private=True, resolve=lambda _h, _p: [name])) as network:
        return network.get(parse_address(url), {}, 100).status


def test_a_certificate_of_nobody_is_not_trusted(safe_port: int, tmp_path: Path) -> None:
    """A certificate for another host is refused even if its authority is trusted: the host's name counts."""
    with pytest.raises(
        CorpusError, match=r"certificate is not valid \(self-signed certificate\).*SSL_CERT_FILE"
    ):
        _got(f"https://safe.example:{safe_port}/", tmp_path / "body")


def test_an_authority_of_ones_own_is_named_to_the_system(
    safe_port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its hosts are then trusted, others are not."""
    monkeypatch.setenv("SSL_CERT_FILE", str(PEM))
    assert _got(f"https://safe.example:{safe_port}/", tmp_path / "body") == 200
    with pytest.raises(CorpusError, match="certificate is not valid"):
        _got(f"https://other.example:{safe_port}/", tmp_path / "body")


def test_a_server_without_https_says_so(website: Website, tmp_path: Path) -> None:
    """The message says what to try."""
    with pytest.raises(CorpusError, match=r"no HTTPS is spoken there .*: try http://"):
        _got(website.url.replace("http:", "https:"), tmp_path / "body")


def _dripping(handler: Handler) -> None:
    """Send a body that never ends, very slowly."""
    handler.send_response(200)
    handler.end_headers()
    _drip(handler)


def _dripping_head(handler: Handler) -> None:
    """Send a header like that."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
    _drip(handler)


def _dripping_chunk(handler: Handler) -> None:
    """Send the size of a chunk like that, on a connection that the client takes for closed."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n")
    _drip(handler)


def _drip(handler: Handler) -> None:
    while True:
        handler.wfile.write(b"1")
        threading.Event().wait(0.005)


def _silent(handler: Handler) -> None:
    """Send no answer until the other side disconnects."""
    handler.connection.recv(1)


@pytest.mark.parametrize("slow", [_dripping, _dripping_head, _dripping_chunk, _silent])
def test_an_answer_that_takes_too_long_is_given_up(website: Website, tmp_path: Path, slow: Body) -> None:
    """The limit of time holds for body, header and chunks; a later request is not affected."""
    website.pages["/"] = Page(slow)
    website.put("/padma", "নদী")
    network = Network(tmp_path / "body", allow_private=True, seconds=0.1)
    with closing(network), pytest.raises(CorpusError, match=r"the answer takes more than 0\.1 s"):
        network.get(parse_address(website.url), {}, 1 << 20)
    with closing(Network(tmp_path / "body", allow_private=True)) as patient:
        assert patient.get(parse_address(website.url + "/padma"), {}, 100).size == len("নদী".encode())


@pytest.mark.parametrize("length", ["", "1073741824", "٣"])
def test_a_page_of_any_length_is_left_at_the_limit(website: Website, crawling: Crawling, length: str) -> None:
    """The limit holds whether the page's length is given, false or missing."""
    website.articles("/padma", "/long")

    def long(handler: Handler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n")
        handler.wfile.write(f"Content-Length: {length}\r\n\r\n".encode() if length else b"\r\n")
        while True:
            handler.wfile.write(b"x" * 65536)

    website.pages["/long"] = Page(long)
    crawling()
    found = crawling.found()
    assert found["/padma"] == "page"
    assert "longer than 8 MiB" in found["/long"] or "breaks off" in found["/long"]


def test_an_answer_that_breaks_off_is_none(website: Website, crawling: Crawling) -> None:
    """Half a page is not accepted."""
    website.articles("/padma")

    def half(handler: Handler) -> None:
        handler.wfile.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 999\r\n\r\n<html>"
        )

    website.pages["/padma"] = Page(half)
    crawling()
    assert "the answer breaks off" in crawling.found()["/padma"]
