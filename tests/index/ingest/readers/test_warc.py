"""WARC: pages of a crawl are articles, other records are skipped."""

import gzip
from itertools import accumulate
from pathlib import Path

from tests.index.ingest.readers.reading import read_file
from tests.index.ingest.readers.test_html_pages import PAGE


def crawl(*responses: tuple[str, str, str, bytes], compressed: bool = False) -> bytes:
    """A crawl with these responses, each with address, status, content type and content."""
    records = [_record("warcinfo", "", b"software: a test\r\n")]
    for url, status, sort, content in responses:
        head = f"HTTP/1.1 {status}\r\nContent-Type: {sort}\r\n\r\n".encode()
        records.append(_record("response", f"WARC-Target-URI: {url}\r\n", head + content))
    return b"".join(map(gzip.compress, records) if compressed else records)


def _record(kind: str, more: str, content: bytes) -> bytes:
    sort = "application/http; msgtype=response" if kind == "response" else "application/warc-fields"
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\n{more}WARC-Date: 2024-02-21T08:00:00Z\r\n"
        f"WARC-Record-ID: <urn:uuid:{len(content):032x}>\r\nContent-Type: {sort}\r\n"
        f"Content-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content + b"\r\n\r\n"


def page(name: str) -> tuple[str, str, str, bytes]:
    """A page with an address."""
    return f"https://example.org/{name}", "200 OK", "text/html; charset=utf-8", PAGE.encode()


def test_pages_are_articles_and_the_rest_is_skipped(tmp_path: Path) -> None:
    """Counted by kind: descriptions of the crawl, pictures, missing pages."""
    others = [
        ("https://example.org/x.png", "200 OK", "image/png", b"\x89PNG"),
        ("https://example.org/gone", "404 Not Found", "text/html", b"<html></html>"),
    ]
    read = read_file(tmp_path / "crawl.warc", crawl(page("1"), *others, page("2")))
    assert read.faults == []
    assert [(article.id, article.url) for article in read.articles] == [
        (f"https://example.org/{n}",) * 2 for n in (1, 2)
    ]
    assert read.titles == ["নদীর কথা"] * 2
    assert read.passed == {"warcinfo": 1, "not HTML": 1, "status 404": 1}


def test_each_record_may_be_compressed_by_itself(tmp_path: Path) -> None:
    """Crawlers write such files."""
    read = read_file(tmp_path / "crawl.warc.gz", crawl(page("1"), page("2"), compressed=True))
    assert (len(read.articles), read.faults) == (2, [])


def test_a_page_without_an_article_is_reported_by_its_address(tmp_path: Path) -> None:
    """The fault has its number in the crawl too."""
    empty = ("https://example.org/list", "200 OK", "text/html", b"<html><body></body></html>")
    read = read_file(tmp_path / "crawl.warc", crawl(page("1"), empty))
    ((where, kind, _reason),) = read.faults
    assert where == f"{tmp_path / 'crawl.warc'}: record 3 (https://example.org/list)"
    assert kind == "html"


def test_a_crawl_that_is_cut_short_is_reported(tmp_path: Path) -> None:
    """Pages before the cut are read."""
    whole = crawl(page("1"), page("2"))
    read = read_file(tmp_path / "crawl.warc", whole[: len(whole) - 2000])
    assert len(read.articles) >= 1
    assert read.kinds == ["file"]


def test_what_is_quoted_of_a_broken_record_is_one_line(tmp_path: Path) -> None:
    """The library quotes it with its line end, which would begin a new line in a log."""
    read = read_file(tmp_path / "crawl.warc", crawl(page("1")) + b'ERROR content="2024"\r\nno head\r\n')
    assert [(kind, reason) for _where, kind, reason in read.faults] == [
        ("file", 'record 3 is broken: Invalid WARC record, first line: ERROR content="2024"')
    ]


def test_wherever_a_crawl_is_cut_it_is_no_whole_one(tmp_path: Path) -> None:
    """In the head of a record or of an answer, or in a record that is no page; except between records."""
    picture = ("https://example.org/x.png", "200 OK", "image/png", b"\x89PNG" * 20)
    records = [crawl(), *(crawl(response)[len(crawl()) :] for response in (page("1"), picture, page("2")))]
    whole = b"".join(records)
    borders = {end - gap for end in accumulate(map(len, records)) for gap in range(5)}
    for end in sorted(
        {*range(62, len(whole), 61), *range(len(records[0]), len(records[0]) + 330, 3)} - borders
    ):
        read = read_file(tmp_path / "crawl.warc", whole[:end])
        assert (end, read.kinds, read.unreadable) == (end, ["file"], 1)


def test_one_page_met_twice_is_reported_once(tmp_path: Path) -> None:
    """Its address is its id."""
    assert read_file(tmp_path / "crawl.warc", crawl(page("1"), page("1"))).kinds == ["duplicate"]


def test_a_crawl_that_comes_in_small_pieces_is_read(tmp_path: Path) -> None:
    """The limit on heads of records is of their bytes, not of the number of reads."""
    content = crawl(page("1"))
    parts = b"".join(gzip.compress(content[at : at + 9], mtime=0) for at in range(0, len(content), 9))
    read = read_file(tmp_path / "crawl.warc.gz", parts)
    assert (len(read.articles), read.faults) == (1, [])
