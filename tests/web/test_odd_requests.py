import json
import re
from collections.abc import Iterator
from html import unescape
from http import HTTPStatus
from urllib.parse import quote, urljoin

import pytest

from onneshon.index.indexer.builder import build
from onneshon.web.connections import RequestParser
from onneshon.web.middleware.answers import HEADER, HEADERS
from onneshon.web.server import MAX_BODY, MAX_HEADER
from tests.building import write_corpus
from tests.serving import Site, serving

LINE = b"GET /api/v1/search?q=%E0%A6%95 HTTP/1.1\r\nHost: localhost\r\n"
END = b"Connection: close\r\n\r\n"
DEEP = b"/".join([b".."] * 8)

TARGETS = [
    b"/../../../../etc/passwd",
    b"/static/../../../../etc/passwd",
    b"/static/..%2f..%2f..%2fetc%2fpasswd",
    b"/static/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    b"/static/%252e%252e%252fetc%252fpasswd",
    b"/static//etc/passwd",
    b"/static/%5c..%5c..%5cetc%5cpasswd",
    b"/static/..\\..\\..\\etc\\passwd",
    b"/static/" + DEEP + b"/proc/self/environ",
    b"/static/app.py%00.css",
    b"/static/",
    b"/static",
    b"/article/%00",
    b"/article/../../../etc/passwd",
    b"/article/",
    b"/article",
    b"/article?id=",
    b"/article?id=%00",
    b"/article?id=../../etc/passwd",
    b"/article/%ff%fe",
    b"/article/%ed%a0%80",
    b"/article/%c0%ae%c0%ae",
    b"/article/" + b"a" * 4000,
    b"/article/x%0d%0aSet-Cookie:%20a=b",
    b"/api/v1/articles/%0d%0aSet-Cookie:%20a=b",
    b"/api/v1/articles/%1b]0;title%07",
    b"/api/v1/articles",
    b"/api/v1/articles?id=",
    b"/api/v1/articles/..%2f..%2fetc",
    b"/api/v1/search",
    b"/api/v1/search?q",
    b"/api/v1/search?q=%",
    b"/api/v1/search?q=%zz",
    b"/api/v1/search?q=%00",
    b"/api/v1/search?q=%ff",
    b"/api/v1/search?q=%ed%a0%80%ed%b0%80",
    b"/api/v1/search?q=%f4%90%80%80",
    b"/api/v1/search?q=\xe0\xa6\x95",
    b"/api/v1/search?q=\xff",
    b"/api/v1/search?q=\xe0\xa6",
    b"/api/v1/search?q=\xed\xa0\x80",
    b"/api/v1/search?q=a&q=b&q=c",
    b"/api/v1/search?q=a&limit=-1",
    b"/api/v1/search?q=a&limit=1e9",
    b"/api/v1/search?q=a&limit=" + b"9" * 5000,
    b"/api/v1/search?q=a&offset=%E0%A7%A7",
    b"/api/v1/search?" + b"&".join(b"p%d=1" % number for number in range(2000)),
    b"/api/v1/search?q=" + b"%E0%A6%95" * 512,
    b"/api/v1/search?q=" + b"%28" * 400,
    b"/api/v1/search?q=a#fragment",
    b"/api/v1/search;jsessionid=1?q=a",
    b"/api/v1//search?q=a",
    b"/API/V1/SEARCH?q=a",
    b"/api/",
    b"/api/v1/analyze?text=" + b"%E0%A6%95" * 2000,
    b"/search?q=a&page=%00",
    b"/search?q=a&lang=%0d%0aX:y",
    b"/search?q=%0d%0aSet-Cookie:%20a=b",
    b"/search?q=a&_external=1&_scheme=javascript",
    b"//evil.example/",
    b"//evil.example/..",
    b"///",
    b"http://evil.example/",
    b"http://evil.example/api/v1/search?q=a",
    b"http://[",
    b"http://[::1/api",
    b"*",
    b"?",
    b"%",
    b"/%",
    b"/{{7*7}}",
    b"/\x01",
    b"/\x9b31m",
    b"/console",
    b"/.git/config",
]
METHODS = [b"POST", b"PUT", b"DELETE", b"PATCH", b"OPTIONS", b"HEAD", b"TRACE", b"CONNECT", b"BREW", b"get"]
WHOLE = {
    "nothing": b"",
    "blank lines": b"\r\n\r\n\r\n\r\n",
    "no version": b"GET /api/v1/search?q=a\r\n\r\n",
    "version 0.9": b"GET /api/v1/search?q=a HTTP/0.9\r\n\r\n",
    "version 9.9": b"GET /api/v1/search?q=a HTTP/9.9\r\nHost: localhost\r\n\r\n",
    "version 2": b"GET /api/v1/search?q=a HTTP/2.0\r\nHost: localhost\r\n\r\n",
    "two hosts for an absolute address": b"GET http://localhost/api/v1/search?q=a HTTP/1.1\r\n"
    b"Host: localhost\r\nHost: evil.example\r\n\r\n",
    "version 2 preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "version 1.0 without a host": b"GET /api/v1/search?q=a HTTP/1.0\r\n\r\n",
    "version 1.1 without a host": b"GET /api/v1/search?q=a HTTP/1.1\r\n\r\n",
    "two hosts": LINE + b"Host: evil.example\r\n" + END,
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    "spaces": b"GET  /api/v1/search?q=a  HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "line feeds only": b"GET /api/v1/search?q=a HTTP/1.1\nHost: localhost\n\n",
    "bare carriage return": b"GET /api/v1/search?q=a\rX: y HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "no colon": LINE + b"nonsense\r\n" + END,
    "space before the colon": LINE + b"Content-Length : 5\r\n" + END,
    "folded header": LINE + b"X: a\r\n b\r\n" + END,
    "folded first header": b"GET / HTTP/1.1\r\n Host: localhost\r\n\r\n",
    "NUL in a header": LINE + b"X: a\x00b\r\n" + END,
    "UTF-8 in a header": LINE + b"X: \xe0\xa6\x95\r\n" + END,
    "header without a name": LINE + b": x\r\n" + END,
    "two lengths": LINE + b"Content-Length: 3\r\nContent-Length: 4\r\n" + END + b"abcd",
    "negative length": LINE + b"Content-Length: -1\r\n" + END,
    "length that is no number": LINE + b"Content-Length: 0x10\r\n" + END,
    "length with a sign": LINE + b"Content-Length: +3\r\n" + END + b"abc",
    "endless length": LINE + b"Content-Length: " + b"9" * 4000 + b"\r\n" + END,
    "length over the limit": LINE + b"Content-Length: %d\r\n" % MAX_BODY + END + b"a" * MAX_BODY,
    "length and chunks": LINE + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n" + END + b"0\r\n\r\n",
    "unknown encoding": LINE + b"Transfer-Encoding: gzip, chunked\r\n" + END,
    "encoding with a tab": LINE + b"Transfer-Encoding:\x0bchunked\r\n" + END,
    "chunk of no size": LINE + b"Transfer-Encoding: chunked\r\n" + END + b"zz\r\nabc\r\n0\r\n\r\n",
    "chunk without an end": LINE + b"Transfer-Encoding: chunked\r\n" + END + b"3\r\nabcdef\r\n0\r\n\r\n",
    "chunks over the limit": LINE
    + b"Transfer-Encoding: chunked\r\n"
    + END
    + b"8000\r\n%s\r\n" % (b"a" * 0x8000) * 4
    + b"0\r\n\r\n",
    "one long header": LINE + b"X: " + b"a" * 300_000 + b"\r\n" + END,
    "many headers": LINE + b"X: y\r\n" * 20_000 + END,
    "many names": LINE + b"".join(b"X%d: y\r\n" % number for number in range(3000)) + END,
    "long line": b"GET /api/v1/search?q=" + b"a" * 300_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "forwarded": LINE + b"X-Forwarded-Host: evil.example\r\nForwarded: host=evil.example\r\n" + END,
    "range": b"GET /static/style.css HTTP/1.1\r\nHost: localhost\r\nRange: bytes=9-1,-5\r\n" + END,
    "odd conditions": LINE + b"If-Modified-Since: \xff\r\nIf-None-Match: ,,\r\n" + END,
    "cookies": LINE + b"Cookie: a=\xff; =; b\r\n" + END,
    "upgrade": LINE + b"Upgrade: websocket\r\n" + END,
    "pipeline": (LINE + b"\r\n") * 60 + LINE + END,
}


def _answers(raw: bytes) -> list[tuple[int, bytes, bytes]]:
    """The status, head and body of each answer in the bytes."""
    found = []
    for piece in re.split(rb"(?=HTTP/1\.[01] \d{3} )", raw):
        head, _, body = piece.partition(b"\r\n\r\n")
        status = re.match(rb"HTTP/1\.[01] (\d{3}) ", head)
        if status:
            found.append((int(status[1]), head, body))
    return found


def _is_harmless(raw: bytes) -> list[int]:
    """The statuses, after a check that nothing failed, leaked, or was copied into a header."""
    answers = _answers(raw)
    for status, head, body in answers:
        assert status < 500 or status == HTTPStatus.NOT_IMPLEMENTED
        lowered = head.lower()
        for name in (b"set-cookie", b"\r\nx:", b"evil.example", b"server:"):
            assert name not in lowered
        for secret in (b"root:", b"Traceback", b"/site-packages/", b"evil.example/", b"PATH="):
            assert secret not in body or b"<title>" in body  # a page shows the typed query
        assert all(name.lower().encode() in lowered for name in (*HEADERS, HEADER))
    return [status for status, *_ in answers]


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: repr(target[:40])[2:-1])
def test_odd_addresses_do_no_harm(sample_site: Site, target: bytes) -> None:
    """Any address gets exactly one answer, the server's own."""
    raw = sample_site.get(target)
    (status,) = _is_harmless(raw)
    if target.startswith(b"/api/") and status != HTTPStatus.OK:
        body = json.loads(raw.partition(b"\r\n\r\n")[2])
        assert (body["ok"], body["status"]) == (False, status)


@pytest.mark.parametrize("method", METHODS, ids=bytes.decode)
def test_odd_methods_do_no_harm(sample_site: Site, method: bytes) -> None:
    """Routes that only read allow GET, HEAD and OPTIONS."""
    (status,) = _is_harmless(sample_site.get(b"/api/v1/search?q=a", method=method))
    assert status == (200 if method in {b"HEAD", b"OPTIONS"} else 400 if method == b"get" else 405)


@pytest.mark.parametrize("name", WHOLE)
def test_odd_requests_do_no_harm(sample_site: Site, name: str) -> None:
    """Invalid requests are answered or cut off, and the next request is served."""
    statuses = _is_harmless(sample_site.send(WHOLE[name]))
    assert len(statuses) == (61 if name == "pipeline" else len(statuses[:1]))
    assert _is_harmless(sample_site.get(b"/healthz")) == [200]


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("two hosts", 400),
        ("version 1.1 without a host", 400),
        ("no colon", 400),
        ("negative length", 400),
        ("two lengths", 400),
        ("length and chunks", 400),
        ("length over the limit", 413),
        ("chunks over the limit", 413),
        ("one long header", 431),
        ("long line", 431),
        ("unknown encoding", 501),
        ("version 2", 400),
        ("version 9.9", 400),
        ("no version", 400),
        ("two hosts for an absolute address", 400),
    ],
)
def test_programs_are_refused_in_json(sample_site: Site, name: str, status: int) -> None:
    """A request refused before the application gets a problem in JSON with a reason."""
    head, _, body = sample_site.send(WHOLE[name]).partition(b"\r\n\r\n")
    assert head.startswith((b"HTTP/1.1 %d " % status, b"HTTP/1.0 %d " % status))
    assert b"Content-Type: application/problem+json" in head
    answer = json.loads(body)
    assert (answer.keys(), answer["status"]) == (
        {*["ok", "error", "status", "type", "title", "detail"]},
        status,
    )
    assert answer["error"]


@pytest.mark.parametrize(("sent", "kept"), [(b"7f3a-2c91e0", True), (b"a\x80b c", False), (b"", False)])
def test_a_refusal_has_the_id_of_its_request(sample_site: Site, sent: bytes, kept: bool) -> None:
    """It is that of the client or of a proxy, where that is one, as in all other answers."""
    length = b"Content-Length: 12\r\nContent-Length: 13\r\n"
    answer = sample_site.send(LINE + b"X-Request-Id: " + sent + b"\r\n" + length + END)
    assert answer.startswith(b"HTTP/1.1 400 ")
    (name,) = re.findall(rb"X-Request-Id: ([A-Za-z0-9-]{8,64})\r\n", answer)
    assert (name == sent) is kept


@pytest.mark.parametrize(
    ("target", "host", "status"),
    [
        (b"http://localhost/help", b"evil.example", b"200"),
        (b"http://evil.example/help", b"localhost", b"400"),
        (b"http://reader@localhost/help", b"localhost", b"400"),
        (b"/help", b"evil.example", b"400"),
    ],
)
def test_the_host_of_an_absolute_address_counts(
    sample_site: Site, target: bytes, host: bytes, status: bytes
) -> None:
    """The header is ignored, as RFC 9112, 3.2.2, says."""
    answer = sample_site.send(b"GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n" % (target, host))
    assert answer.split()[1] == status


def test_readers_are_refused_in_words(sample_site: Site) -> None:
    """Outside of the API a refusal is a line of text."""
    head, _, body = sample_site.get(b"/search?q=\xff").partition(b"\r\n\r\n")
    assert head.startswith((b"HTTP/1.1 400 ", b"HTTP/1.0 400 "))
    assert b"text/plain" in head
    assert b"not UTF-8, at byte 15" in body


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize(
    ("asked", "said"), [("", "লেখা বা ফাইলটি বেশি বড়"), ("?lang=en", "Too large to be sent")]
)
def test_readers_are_told_on_a_page_that_a_file_is_too_large(
    sample_site: Site, asked: str, said: str, chunked: bool
) -> None:
    """It is in their language, although nothing of the file is read; then the connection ends."""
    length = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {MAX_BODY}"
    head = f"POST /analyze{asked} HTTP/1.1\r\nHost: localhost\r\n{length}\r\n\r\n"
    body = b"%x\r\n" % MAX_BODY * chunked + b"a" * MAX_BODY
    ((status, headers, page),) = _answers(sample_site.send(head.encode() + body + LINE + END))
    assert (status, b"Connection: close" in headers, b"text/html" in headers) == (413, True, True)
    assert said in page.decode()


@pytest.mark.parametrize("query", ["পদ্মা", "র\u200d্যাব", "পদ্মা নদী", "😀"])
def test_raw_utf_8_in_an_address_is_what_it_says(sample_site: Site, query: str) -> None:
    """A raw address is understood like an encoded one."""
    target = f"/api/v1/search?q={query.replace(' ', '+')}".encode()
    body = sample_site.get(target).partition(b"\r\n\r\n")[2]
    assert json.loads(body)["query"] == query


@pytest.mark.parametrize(
    "target", [b"/api/v1/articles/caf%E9", b"/api/v1/articles?id=caf%E9", b"/api/v1/search?q=%A6%A8&limit=1"]
)
def test_encoded_bytes_that_are_no_text_are_refused(sample_site: Site, target: bytes) -> None:
    """Taken for U+FFFD, or for the letters of their codes, they would name something else."""
    problem = json.loads(sample_site.get(target).partition(b"\r\n\r\n")[2])
    assert (problem["status"], problem["parameter"]) == (400, "address")
    assert "not UTF-8" in problem["detail"]


@pytest.mark.parametrize("target", [b"/search?q=%A6%A8", b"/article/%A6%A8", b"/article?id=%A6%A8"])
def test_readers_get_a_page_for_encoded_bytes_that_are_no_text(sample_site: Site, target: bytes) -> None:
    """It shows what was typed, or that there is no such article; no letters are made of the bytes."""
    ((status, head, page),) = _answers(sample_site.get(target))
    assert (status, b"text/html" in head) == (200 if b"q=" in target else 404, True)
    assert 'value="%A6%A8"' in page.decode() or status == 404


def test_two_thousand_bengali_characters_fit_into_an_address(sample_site: Site) -> None:
    """The longest text for analysis is within the limit of headers, raw and encoded."""
    for letter in ("ক".encode(), b"%E0%A6%95"):
        assert _is_harmless(sample_site.get(b"/api/v1/analyze?text=" + letter * 2000)) == [200]
    assert MAX_HEADER > 9 * 2000


def test_an_answer_of_the_parser_is_for_the_path_that_was_asked() -> None:
    """The beginning of a request shows whether it is from a program, even if it comes in pieces."""
    for line, programs in ((b"\r\nGET /api/x", True), (b"GET /healthz?a", True), (b"GET /apiary", False)):
        parser = RequestParser(None)
        parser.opening = line.lstrip()
        assert parser.from_program is programs


IDS = [
    ".",
    "..",
    "../x",
    "a/../b",
    "a/./b",
    "/",
    "//",
    "/lead",
    "//x",
    "a//b",
    "trail/",
    "%2e%2e",
    "a?b#c",
    "নদী/২",
]


@pytest.fixture(scope="module")
def awkward_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The real server over articles whose ids no path can contain."""
    folder = tmp_path_factory.mktemp("awkward")
    records = [{"id": article_id, "title": f"নদী {number}"} for number, article_id in enumerate(IDS)]
    build([write_corpus(folder / "corpus.jsonl", records)], folder / "index")
    with serving(folder / "index") as site:
        yield site


def test_every_link_of_the_results_leads_to_its_article(awkward_site: Site) -> None:
    """For any id, the address is one that a browser sends unchanged."""
    shown = set()
    for page in (1, 2):
        html = awkward_site.get(f"/search?q=নদী&page={page}".encode()).decode()
        for link, title in re.findall(r'<h2[^>]*><a href="([^"]*)">(.*?)</a>', html):
            path = unescape(link)
            assert urljoin("http://localhost/", path) == f"http://localhost{path}"
            article = awkward_site.get(path.encode()).decode()
            assert f">{title}</h1>" in re.sub(r' id="mark-[0-9]+"', "", article)
            shown.add(title)
    assert len(shown) == len(IDS)


@pytest.mark.parametrize("article_id", IDS)
def test_programs_get_an_article_by_any_id(awkward_site: Site, article_id: str) -> None:
    """The id may be a parameter where a path is not possible."""
    raw = awkward_site.get(f"/api/v1/articles?id={quote(article_id, safe='')}".encode())
    assert json.loads(raw.partition(b"\r\n\r\n")[2])["article"]["id"] == article_id
