"""A local website whose pages a test writes and whose requests it can read."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeAlias

from onneshon.index.ingest.crawling.address import SiteOptions
from onneshon.index.ingest.crawling.crawl import CrawlReport, fetch_site
from onneshon.index.ingest.crawling.visitor import Clock
from onneshon.index.ingest.readers.opened import Opened
from onneshon.index.ingest.readers.record import RawRecord, Record, Skipped
from onneshon.index.ingest.readers.site import Site

__all__ = [
    "Body",
    "Crawling",
    "Handler",
    "Page",
    "Website",
    "article_page",
    "fake_clock",
    "running_website",
    "sitemap",
    "sitemap_index",
]

TEXT = (
    "পদ্মা বাংলাদেশের একটি প্রধান নদী। এটি হিমালয়ে উৎপন্ন গঙ্গা নদীর প্রধান শাখা, এবং রাজশাহী শহর এর উত্তর "
    "তীরে অবস্থিত। বর্ষাকালে নদীর দুই কূল ভেসে যায়, আর শীতে চর জেগে ওঠে। জেলেরা ভোরে নৌকা নিয়ে ইলিশ ধরতে বের হন।"
)


class Handler(BaseHTTPRequestHandler):
    """Answers from the pages of its site."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    site: "Website"

    def do_GET(self) -> None:
        """Answer, with status 304 for a page that has not changed."""
        self.site.requests.append((self.path, dict(self.headers)))
        page = self.site.pages.get(self.path, Page(b"", 404))
        if isinstance(page.body, bytes):
            self._send(page, page.body)
        else:
            self.close_connection = True
            with suppress(OSError):  # the client may have closed the connection
                page.body(self)

    def _send(self, page: "Page", body: bytes) -> None:
        etag = page.headers.get("ETag")
        is_known = etag is not None and self.headers.get("If-None-Match") == etag
        status, body = (304, b"") if is_known else (page.status, body)
        self.send_response(status)
        headers = {"Content-Type": "text/html; charset=utf-8", **page.headers}
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_given: Any) -> None:
        """Say nothing."""


Body: TypeAlias = Callable[[Handler], object]
"""Writes an answer to the handler by itself."""


@dataclass(slots=True)
class Page:
    """A page at a path: a body, or a function that writes an answer."""

    body: "bytes | Body"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


class Website:
    """Pages by path, and all requests with their headers."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.pages: dict[str, Page] = {}
        self.requests: list[tuple[str, dict[str, str]]] = []

    def put(self, path: str, text: str | bytes, status: int = 200, **headers: str) -> None:
        """Add a page; underscores in names of headers become hyphens."""
        body = text.encode() if isinstance(text, str) else text
        self.pages[path] = Page(
            body, status, {name.replace("_", "-"): value for name, value in headers.items()}
        )

    def articles(self, *paths: str, changed: str = "") -> None:
        """Add pages of articles, and a sitemap of them."""
        for path in paths:
            self.put(path, article_page(f"পাতা {path}"), ETag=f'"{path}"')
        self.put("/sitemap.xml", sitemap(*(self.url + path for path in paths), changed=changed))

    def asked(self) -> list[str]:
        """The requested paths since the last call, except robots.txt."""
        found = [path for path, _headers in self.requests if path != "/robots.txt"]
        self.requests.clear()
        return found


def article_page(title: str, text: str = TEXT, head: str = "") -> str:
    """A page with an article."""
    return (
        f'<!DOCTYPE html><html lang="bn"><head><title>{title}</title>{head}</head>'
        f'<body><nav><a href="/">মূল পাতা</a></nav>'
        f"<article><h1>{title}</h1><p>{text}</p></article></body></html>"
    )


def sitemap(*urls: str, changed: str = "", prefix: str = "") -> str:
    """A sitemap of pages."""
    return _sitemap("urlset", "url", urls, changed, prefix)


def sitemap_index(*urls: str, changed: str = "", prefix: str = "") -> str:
    """A sitemap of sitemaps."""
    return _sitemap("sitemapindex", "sitemap", urls, changed, prefix)


def _sitemap(root: str, name: str, urls: tuple[str, ...], changed: str, prefix: str) -> str:
    """With names that have a prefix, such as ``sm``, or none."""
    of = f"{prefix}:" if prefix else ""
    lastmod = f"<{of}lastmod>{changed}</{of}lastmod>" if changed else ""
    named = "".join(f"<{of}{name}><{of}loc>{url}</{of}loc>{lastmod}</{of}{name}>" for url in urls)
    space = f'xmlns{prefix and ":"}{prefix}="http://www.sitemaps.org/schemas/sitemap/0.9"'
    return f'<?xml version="1.0"?><{of}{root} {space}>{named}</{of}{root}>'


@contextmanager
def running_website() -> Iterator[Website]:
    """Run a website for the block."""

    class Its(Handler):
        pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Its) as server:
        server.daemon_threads = True
        Its.site = Website(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield Its.site
        finally:
            server.shutdown()


@dataclass
class _Time:
    now: float
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        self.now += seconds


def fake_clock(now: float = 1_700_000_000.0) -> tuple[Clock, _Time]:
    """A clock that only advances by sleeping, and its time."""
    time = _Time(now)
    return Clock(lambda: time.now, lambda: time.now, time.sleep), time


class Crawling:
    """Crawls a website on each call.

    Attributes:
        time: the time, which advances only by the crawl's waits or by a test.
        report: the report of the last crawl.
    """

    def __init__(self, website: Website, directory: Path) -> None:
        self._website = website
        self._directory = directory
        self._clock, self.time = fake_clock()
        self.report: CrawlReport

    def __call__(self, path: str = "/sitemap.xml", **options: Any) -> CrawlReport:
        """Crawl from a path on, by default without pauses."""
        site = SiteOptions(**{"delay": 0, "allow_private": True, **options})
        url = self._website.url + path
        self.report = fetch_site(url, self._directory, site, clock=self._clock)
        return self.report

    def outcomes(self) -> dict[str, int]:
        """The number of each outcome in the last crawl."""
        return dict(self.report.outcomes)

    def found(self) -> dict[str, str]:
        """The outcome of each page by its path; skipped entries without an address by their reason."""
        opened = Opened("site", "site", self.report.file)
        found: dict[str, str] = {}
        for what in Site().read(opened):
            if isinstance(what, RawRecord):
                found[what.where.removeprefix(self._website.url)] = "page"
            elif isinstance(what, Record):
                found[what.where.removeprefix(self._website.url)] = "withdrawn"
            elif isinstance(what, Skipped):
                found[what.reason] = "passed over"
            else:
                found[what.where.removeprefix(self._website.url)] = what.reason
        return found
