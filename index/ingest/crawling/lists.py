"""Lists of the pages of a site: sitemaps, feeds, links in the head of a page; and records by OAI-PMH."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Final, Literal, NamedTuple, TypeAlias
from urllib.parse import parse_qs, urlencode
from xml.parsers.expat import ExpatError

from onneshon.index.ingest.budget import LIST_BYTES
from onneshon.index.ingest.crawling.address import Address, parse_address, site_fault
from onneshon.index.ingest.crawling.network import UnansweredError
from onneshon.index.ingest.crawling.store import PageStore
from onneshon.index.ingest.crawling.visitor import LATER, Visitor
from onneshon.index.ingest.readers.feed import Feed, has_whole_text, kept_entry
from onneshon.index.ingest.readers.feed_entry import Entry, read_entry
from onneshon.index.ingest.readers.markup import Element, Elements
from onneshon.index.ingest.readers.opened import Opened
from onneshon.index.ingest.readers.record import MARKUP_HEAD
from onneshon.index.ingest.readers.site import OaiRecord, kept_record, read_record
from onneshon.index.ingest.readers.web_pages import HtmlPages
from onneshon.index.ingest.streams import BrokenStreamError, CutShortError

ListKind: TypeAlias = Literal["sitemap", "feed", "page", "records", ""]
"""The kind of content at an address; empty for content that names no pages."""

_HEAD: Final = 1 << 18
"""Bytes at the beginning of a page that are searched for tags of its head."""
_FEEDS: Final = ("application/rss+xml", "application/atom+xml")
_SITEMAP: Final = re.compile(rb"<((?:[A-Za-z_][A-Za-z0-9._-]*:)?)(?:urlset|sitemapindex)[\s/>]")
"""The start tag of a sitemap, with the namespace prefix of its names, if any."""
_ADDRESS: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*(https?://\S+)\s*", re.IGNORECASE)
"""A line of a text sitemap, which has one address per line (sitemaps.org, Sitemap file formats)."""
_ROBOTS: Final = ("robots", "onneshon")
_NO_INDEX: Final = frozenset({"noindex", "none"})
_TAGS: Final = re.compile(r"<(?:link|meta)\s[^<>]*>", re.IGNORECASE)
"""Tags of the head; few pages have ``<`` or ``>`` in the values of these two."""


class Named(NamedTuple):
    """An address in a list.

    Attributes:
        url: the address as it is written in the list.
        changed: the date of its last change in the list; empty if there is none.
        is_list: whether the address is that of a further list.
        entry: the entry of a feed, if it has the whole text of the page, to be stored; else empty.
    """

    url: str
    changed: str
    is_list: bool
    entry: bytes = b""


@contextmanager
def reading(opened: Opened) -> Iterator[None]:
    """Report compressed data that is broken as a fault of what is read."""
    try:
        yield
    except (BrokenStreamError, CutShortError) as error:
        raise opened.fault("compression", str(error)) from error


def kind_of_list(head: bytes) -> ListKind:
    """The kind of content with the given beginning."""
    start = head[:MARKUP_HEAD]
    if _SITEMAP.search(start) or _ADDRESS.fullmatch(start.lstrip(b"\xef\xbb\xbf \t\r\n").partition(b"\n")[0]):
        return "sitemap"
    if b"<OAI-PMH" in start:
        return "records"
    if Feed().begins(head):
        return "feed"
    return "page" if HtmlPages().begins(head) else ""


def named_pages(opened: Opened, kind: ListKind) -> Iterator[Named]:
    """The addresses in a list, in order; entries without an address are skipped.

    Args:
        opened: the list.
        kind: ``sitemap`` or ``feed``.

    Raises:
        CorpusError: the list exceeds its budget.
    """
    if kind == "feed":
        named = _of_feed(opened)
    elif begins := _SITEMAP.search(opened.head[:MARKUP_HEAD]):
        named = _of_sitemap(opened, begins[1].decode())
    else:
        named = _of_text(opened)
    return (page for page in named if page.url)


def _of_feed(opened: Opened) -> Iterator[Named]:
    elements = Elements(opened, opened.chunks(), ("item", "entry"))
    for element in elements:
        if entry := _entry(element):
            # The date of publication is not used, as it says nothing about later changes.
            changed = entry.text("updated", "modified")
            whole = kept_entry(element.content or b"", elements.head) if has_whole_text(entry) else b""
            yield Named(entry.link(), changed, is_list=False, entry=whole)


def _of_sitemap(opened: Opened, prefix: str) -> Iterator[Named]:
    sitemap, url, place, changed = (f"{prefix}{name}" for name in ("sitemap", "url", "loc", "lastmod"))
    own = frozenset({place.lower(), changed.lower()})
    for element in Elements(opened, opened.chunks(), (sitemap, url)):
        if entry := _entry(element, own):
            yield Named(entry.text(place.lower()), entry.text(changed.lower()), element.name == sitemap)


def _of_text(opened: Opened) -> Iterator[Named]:
    for line in opened.lines():
        if line and (address := _ADDRESS.fullmatch(line)):
            yield Named(address[1].decode("utf-8", "replace"), "", is_list=False)


def _entry(element: Element, names: frozenset[str] = frozenset()) -> Entry | None:
    try:
        return read_entry(element.content or b"", names)
    except (ExpatError, UnicodeDecodeError):
        return None


class _Head(HTMLParser):
    """Collects the links to lists, and the rules for robots, in the head of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lists: list[tuple[bool, str]] = []
        self.robots: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect a link to a list, or the rules for robots in a meta tag."""
        values = {name: value or "" for name, value in attrs}
        relations = values.get("rel", "").lower().split()
        if tag == "link" and "sitemap" in relations:
            self.lists.append((False, values.get("href", "")))
        elif tag == "link" and "alternate" in relations and values.get("type", "").lower() in _FEEDS:
            self.lists.append((True, values.get("href", "")))
        elif tag == "meta" and values.get("name", "").lower() in _ROBOTS:
            self.robots.append(values.get("content", ""))


def _head_of(content: bytes) -> _Head:
    head = _Head()
    head.feed("".join(_TAGS.findall(content[:_HEAD].decode("utf-8", "replace"))))
    return head


def lists_of_page(content: bytes) -> list[tuple[bool, str]]:
    """The lists that a page names in its head, with whether each is a feed."""
    return [(is_feed, link) for is_feed, link in _head_of(content).lists if link.strip()]


def wants_no_index(content: bytes, header: str) -> bool:
    """Whether a page asks not to be found by searches.

    Args:
        content: the page.
        header: ``X-Robots-Tag`` of its answer.
    """
    says = ",".join([header, *_head_of(content).robots])
    return not _NO_INDEX.isdisjoint(word.strip().lower() for word in says.split(","))


OK: Final = 200
_DUBLIN_CORE: Final = "oai_dc"
_OF_RECORDS: Final = ("record", "resumptionToken", "error")
_DATE: Final = re.compile(rb"<responseDate>\s*([0-9-]{10})")
_SIGNS: Final = re.compile(r"<!\[CDATA\[|\]\]>|<[^>]*>")
"""Markup around the text of an element without child elements."""
_CODE: Final = re.compile(rb"""code\s*=\s*["'](\w+)""")
_MOST_EMPTY: Final = 100
"""Consecutive answers without a record after which a repository is taken to have no end."""

Take = Callable[[OaiRecord, bytes], bool]
"""Takes a record and the content of it to store; returns whether there is room for more."""


class Harvest:
    """Requests the records of a repository of a library or an archive list by list; later only changed ones.

    The progress is stored with the records, so that an interrupted harvest is resumed.

    Args:
        store: the store that keeps the progress.
        visitor: the visitor that sends the requests.
        file: a temporary file for the list that is being read.
        take: called with each record.
    """

    def __init__(self, store: PageStore, visitor: Visitor, file: Path, take: Take) -> None:
        self._store = store
        self._visitor = visitor
        self._file = file
        self._take = take
        self._began = ""

    def read(self, start: Address) -> None:
        """Read all records that were changed since the last complete harvest.

        Args:
            start: the address of the repository; ``set``, ``from`` and ``until`` in its query are used.

        Raises:
            CorpusError: the repository does not answer as OAI-PMH requires, or has nothing.
        """
        base, _, query = start.url.partition("?")
        asked = {name: values[0] for name, values in parse_qs(query).items()}
        if asked.get("metadataPrefix", _DUBLIN_CORE) != _DUBLIN_CORE:
            raise site_fault(start.url, "only Dublin Core is read: say metadataPrefix=oai_dc")
        since = self._store.remembered("harvested") or asked.get("from", "")
        chosen = {"set": asked.get("set", ""), "from": since, "until": asked.get("until", "")}
        named = {name: value for name, value in chosen.items() if value}
        first = {"verb": "ListRecords", "metadataPrefix": _DUBLIN_CORE, **named}
        token, self._began = (self._store.remembered(name) for name in ("token", "harvest_began"))
        if self._all(base, first, token) and not chosen["until"]:
            self._store.remember(harvested=self._began)
        self._store.remember(token="", harvest_began="")

    def _all(self, base: str, first: dict[str, str], token: str) -> bool:
        """Read list after list, starting at a token if there is one; whether there was room for all."""
        empty = 0
        while True:
            asked = {"verb": "ListRecords", "resumptionToken": token} if token else first
            if not token:
                self._began = ""
            url = f"{base}?{urlencode(asked)}"
            records, following, code = self._list(url)
            if code == "badResumptionToken" and token:
                token = ""  # it has expired: start again; records stored already stay as they are
                continue
            if code and code != "noRecordsMatch":
                raise site_fault(url, f"the repository answers {code}")
            if not following:
                return following is not None
            empty = 0 if records else empty + 1
            if following == token or empty > _MOST_EMPTY:
                raise site_fault(url, "the repository leads from list to list without an end")
            token = following
            self._store.remember(token=token, harvest_began=self._began)
            self._store.commit()

    def _list(self, url: str) -> tuple[int, str | None, str]:
        """Take the records of a list.

        Returns:
            The number of records; the token of the next list, empty if this is the last one, None if there is
            no room for more; the error code of the repository, or an empty text.
        """
        opened = self._opened(url)
        elements = Elements(opened, opened.chunks(), _OF_RECORDS)
        records, token, code = 0, "", ""
        with reading(opened):
            for element in elements:
                content = element.content or b""
                if element.name == "error":
                    code = found[1].decode() if (found := _CODE.search(content)) else "an error"
                elif element.name == "resumptionToken":
                    token = unescape(_SIGNS.sub("", content.decode("utf-8", "replace"))).strip()
                elif not self._record(content):
                    return records, None, ""
                records += element.name == "record"
        if b"OAI-PMH>" not in elements.tail:
            raise UnansweredError(url, "the list of records is cut short: try again later; what came is kept")
        if not self._began and (date := _DATE.search(elements.head)):
            self._began = date[1].decode()
        return records, token, code

    def _opened(self, url: str) -> Opened:
        answer = self._visitor.get(parse_address(url), {}, LIST_BYTES)
        if answer.status in LATER:
            raise UnansweredError(url, f"answers {answer.status}: try again later; what was fetched is kept")
        if answer.status != OK:
            raise site_fault(url, f"answers {answer.status}")
        self._file.write_bytes(answer.body.read_bytes())
        return Opened(url, url, self._file)

    def _record(self, content: bytes) -> bool:
        try:
            record = read_record(content)
        except ExpatError:
            return True  # a broken record is skipped alone; its identifier cannot be read
        return not record.identifier or self._take(record, kept_record(content))
