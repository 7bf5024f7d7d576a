"""What names the pages of a site: sitemaps, feeds, and the head of a page that names one of those."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Final, Literal, NamedTuple, TypeAlias
from xml.parsers.expat import ExpatError

from onneshon.index.ingest.readers.feed import Feed, has_whole_text, kept_entry
from onneshon.index.ingest.readers.feed_entry import Entry, read_entry
from onneshon.index.ingest.readers.markup import Element, Elements
from onneshon.index.ingest.readers.opened import Opened
from onneshon.index.ingest.readers.record import MARKUP_HEAD
from onneshon.index.ingest.readers.web_pages import HtmlPages

ListKind: TypeAlias = Literal["sitemap", "feed", "page", "records", ""]
"""What an address gives; empty for what names no pages."""

_HEAD: Final = 1 << 18
"""How far into a page its head is looked for."""
_FEEDS: Final = ("application/rss+xml", "application/atom+xml")
_OWN_NAMES: Final = frozenset({"loc", "lastmod"})
_ROBOTS: Final = ("robots", "onneshon")
_NO_INDEX: Final = frozenset({"noindex", "none"})
_TAGS: Final = re.compile(r"<(?:link|meta)\s[^<>]*>", re.IGNORECASE)
"""Few pages have signs of tags in the values of these two."""


class Named(NamedTuple):
    """An address in a list.

    Attributes:
        url: as it stands there.
        changed: when what is there was changed, as the list says; empty where it says nothing.
        is_list: whether it is that of a further list.
        entry: the entry of a feed that has the whole text of what is there, to be kept; empty where none has.
    """

    url: str
    changed: str
    is_list: bool
    entry: bytes = b""


def kind_of_list(head: bytes) -> ListKind:
    """What begins so."""
    start = head[:MARKUP_HEAD]
    if b"<urlset" in start or b"<sitemapindex" in start:
        return "sitemap"
    if b"<OAI-PMH" in start:
        return "records"
    if Feed().begins(head):
        return "feed"
    return "page" if HtmlPages().begins(head) else ""


def named_pages(opened: Opened, kind: ListKind) -> Iterator[Named]:
    """The addresses in a list, in order; what has none is passed by.

    Args:
        opened: the list.
        kind: whether it is a sitemap or a feed.

    Raises:
        CorpusError: it costs more than it may.
    """
    names = ("sitemap", "url") if kind == "sitemap" else ("item", "entry")
    elements = Elements(opened, opened.chunks(), names)
    for element in elements:
        entry = _entry(element)
        if entry is None:
            continue
        if kind == "sitemap":
            named = Named(entry.text("loc"), entry.text("lastmod"), element.name == "sitemap")
        else:
            # The day it was published says nothing of later changes.
            changed = entry.text("updated", "modified")
            whole = kept_entry(element.content or b"", elements.head) if has_whole_text(entry) else b""
            named = Named(entry.link(), changed, is_list=False, entry=whole)
        if named.url:
            yield named


def _entry(element: Element) -> Entry | None:
    try:
        return read_entry(element.content or b"", _OWN_NAMES)
    except (ExpatError, UnicodeDecodeError):
        return None


class _Head(HTMLParser):
    """Collects what the head of a page says of lists, and of itself to programs."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lists: list[tuple[bool, str]] = []
        self.robots: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A link or a note."""
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
