"""The pages that a site has: finds its sitemaps and feeds, from a page if needed, and reads them."""

from collections import Counter, deque
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from onneshon.index.errors import CorpusError
from onneshon.index.ingest.budget import LIST_BYTES, MOST_LISTS
from onneshon.index.ingest.crawling.address import Address, SiteOptions, site_fault
from onneshon.index.ingest.crawling.lists import (
    OK,
    Harvest,
    ListKind,
    kind_of_list,
    lists_of_page,
    named_pages,
    reading,
)
from onneshon.index.ingest.crawling.network import Answer, UnansweredError
from onneshon.index.ingest.crawling.store import Kept, PageStore
from onneshon.index.ingest.crawling.visitor import LATER, REFUSED, Clock, PassedOverError, Visitor
from onneshon.index.ingest.readers.opened import Opened
from onneshon.index.ingest.readers.site import OaiRecord

UNCHANGED: Final = 304
_USUAL: Final = ("/sitemap.xml", "/sitemap_index.xml", "/wp-sitemap.xml")
"""The usual paths of sitemaps, tried where no sitemap is named; the last two are of WordPress."""
_REMEDIES: Final = {
    401: "public pages are read only: name an address that needs no login",
    403: "the site lets no such program in: ask its owner to, or for an export, and name that",
    404: "look at the address in a browser",
    410: "look at the address in a browser",
    429: "the site asks for more patience: try again later, with --delay 10",
}
_NO_LIST: Final = (
    "a page that leads to neither a sitemap nor a feed: name one of those, such as {}; of this page alone, "
    "save it as a .html file and name that"
)
_NO_SORT: Final = "neither a sitemap, a feed nor a page that leads to one: save it as a file, and name that"
_LISTS: Final[frozenset[ListKind]] = frozenset({"sitemap", "feed"})
_BEGINNINGS: Final[frozenset[ListKind]] = _LISTS | {"page", "records"}
_NO_RECORDS: Final = "has no records: look at its sets with ?verb=ListSets, and name one with &set="
_NO_PAGES: Final = "names no page: look at the address in a browser"


def _why_not(status: int) -> str:
    """The message for an answer without a page, with advice."""
    return f"answers {status}: {_REMEDIES.get(status, 'try again later; what was fetched is kept')}"


def refused(address: Address, status: int) -> CorpusError:
    """The error for an answer without a page."""
    if status in LATER:
        return UnansweredError(address.url, _why_not(status))
    return CorpusError(address.url, "http", _why_not(status))


def known_versions(kept: Kept) -> dict[str, str]:
    """The request headers that name the stored version."""
    named = {"If-None-Match": kept.etag, "If-Modified-Since": kept.modified}
    return {name: value for name, value in named.items() if value}


def sent_versions(answer: Answer) -> tuple[str, str]:
    """The ETag and the Last-Modified header of an answer."""
    return answer.headers.get("etag", ""), answer.headers.get("last-modified", "")


class SiteLists:
    """Reads the lists of a site.

    Args:
        store: the store that receives the addresses in the lists.
        visitor: the visitor that requests the lists.
        clock: the clock to use.
        file: a temporary file for the list that is being read.
        options: the limit of pages, and whether entries of feeds are stored in place of pages.

    Attributes:
        outcomes: the number of entries of feeds that are new, changed, as before or gone.
        whole: whether the lists name all pages of the site, as sitemaps do, and not only the newest.
        beyond: the number of pages beyond the limit, in the lists that were read.
        unusable: the number of addresses that are not those of pages.
    """

    def __init__(
        self, store: PageStore, visitor: Visitor, clock: Clock, file: Path, options: SiteOptions
    ) -> None:
        self._store = store
        self._visitor = visitor
        self._clock = clock
        self._file = file
        self._room = options.pages
        self._entries = options.entries
        self._waiting: deque[Address] = deque()
        self._met: set[str] = set()
        self.outcomes: Counter[str] = Counter()
        self.whole = False
        self.beyond = 0
        self.unusable = 0

    def read(self, start: Address) -> None:
        """Read the list at an address, or the lists that a page there leads to, and all lists named in them.

        Raises:
            CorpusError: there is no list, or it names no page.
        """
        self._room -= self._store.size()
        self._met.add(start.url)
        opened, kind = self._first(start)
        if kind == "records":
            is_first = not self._store.remembered("harvested")
            Harvest(self._store, self._visitor, self._file, self._record).read(start)
            if is_first and not self._store.size():
                raise site_fault(start.url, _NO_RECORDS)
            return
        if kind == "page":
            self._find(start, opened.whole())
        else:
            self._read(start, opened, kind)
        while self._waiting and not self.beyond:
            self._tried(self._waiting.popleft(), is_named=True)
        if not self._store.size():
            reason = self._store.first_fault() or _NO_PAGES
            raise site_fault(start.url, reason)

    def _first(self, start: Address) -> tuple[Opened, ListKind]:
        self._store.listed(start.url, "", is_list=True)
        try:
            return self._opened(start, _BEGINNINGS)
        except PassedOverError as error:
            raise site_fault(start.url, _remedy(str(error))) from error

    def _find(self, start: Address, page: bytes) -> None:
        """Read the lists that a page or robots.txt names; only the first feed, as others are for sections."""
        named = lists_of_page(page)
        sitemaps = [link for is_feed, link in named if not is_feed]
        feeds = [link for is_feed, link in named if is_feed]
        usual = [[name] for name in _USUAL]
        groups = (self._visitor.sitemaps(start), sitemaps, *usual, feeds[:1])
        for group in groups:
            read = [self._tried(address) for address in _led(start, group)]
            if any(read):
                return
        raise site_fault(start.url, _NO_LIST.format(start.origin + _USUAL[0]))

    def _tried(self, address: Address, *, is_named: bool = False) -> bool:
        """Read a list if there is one; store the fault if another list names it (``is_named``)."""
        if not is_named:
            self._store.listed(address.url, "", is_list=True)
        try:
            opened, kind = self._opened(address, _LISTS)
            self._read(address, opened, kind)
        except PassedOverError as error:
            fault = str(error)
        except CorpusError as error:
            fault = error.reason
        else:
            return True
        if is_named:
            self._fault(address, fault)
        return False

    def _fault(self, address: Address, reason: str) -> None:
        self._store.note(address.url, "fault", f"a sitemap that cannot be read: {reason}", self._clock.now())

    def _opened(self, address: Address, kinds: frozenset[ListKind]) -> tuple[Opened, ListKind]:
        """Open the current version of a list of one of the given kinds; the stored one without an answer."""
        url = address.url
        kept = self._store.kept(url)
        if kept.is_new:
            try:
                self._fetch(address, kept, kinds)
            except UnansweredError:
                if not kept.has_content:
                    raise
        self._file.write_bytes(self._store.content(url))
        return _opened_as(address, self._file)

    def _fetch(self, address: Address, kept: Kept, kinds: frozenset[ListKind]) -> None:
        answer = self._visitor.get(address, known_versions(kept), LIST_BYTES)
        if answer.status == UNCHANGED and kept.has_content:
            self._store.unchanged(address.url, self._clock.now())
        elif answer.status == OK:
            if _opened_as(address, answer.body)[1] not in kinds:
                raise site_fault(address.url, _NO_SORT)
            content = answer.body.read_bytes()
            self._store.keep_list(address.url, content, sent_versions(answer), self._clock.now())
        else:
            raise refused(address, answer.status)

    def _read(self, address: Address, opened: Opened, kind: ListKind) -> None:
        """Store the addresses in a list, and queue further lists."""
        self.whole = self.whole or kind == "sitemap"
        with reading(opened):
            for named in named_pages(opened, kind):
                led = next(_led(address, [named.url]), None)
                if led is None:
                    self.unusable += 1
                elif named.is_list:
                    self._further(led, named.changed)
                else:
                    entry = named.entry if self._entries else b""
                    self._page(self._store.known_as(led.url), named.changed, entry)

    def _further(self, address: Address, changed: str) -> None:
        """Queue a list that another list names, once; the first one over ``MOST_LISTS`` is a fault."""
        if address.url in self._met or len(self._met) > MOST_LISTS:
            return
        self._met.add(address.url)
        self._store.listed(address.url, changed, is_list=True)
        if len(self._met) > MOST_LISTS:
            self._fault(address, f"more than {MOST_LISTS:,} sitemaps: name those that you want one by one")
        else:
            self._waiting.append(address)

    def _page(self, url: str, changed: str, entry: bytes) -> bool:
        """Store the address of a page, or an entry in its place; whether the limit of pages allowed it."""
        if self._room:
            self._room -= self._store.listed(url, changed, is_list=False)
        elif not self._store.names(url):
            self.beyond += 1
            return False
        if entry:
            is_other = self._store.keep_entry(url, entry, self._clock.now())
            self.outcomes["new" if is_other is None else "changed" if is_other else "as before"] += 1
        return True

    def _record(self, record: OaiRecord, content: bytes) -> bool:
        if not record.is_deleted:
            return self._page(record.identifier, record.datestamp, content)
        if self._store.kept(record.identifier).has_content:
            self._store.listed(record.identifier, record.datestamp, is_list=False)
            self._store.withdraw_entry(record.identifier, self._clock.now())
            self.outcomes["gone"] += 1
        return True


def _opened_as(address: Address, file: Path) -> tuple[Opened, ListKind]:
    """Open the content of an address, and determine its kind."""
    opened = Opened(address.url, address.url, file)
    with reading(opened):
        return opened, kind_of_list(opened.head)


def _led(start: Address, links: list[str]) -> Iterator[Address]:
    """The addresses that links lead to, without those that are not of pages."""
    for link in links:
        try:
            yield start.leading(link)
        except CorpusError:
            continue


def _remedy(passed: str) -> str:
    """The message for a start address that was skipped, with advice."""
    if passed == REFUSED:
        return f"{passed}: its owner can let `User-agent: onneshon` in, or give you an export to name here"
    return f"{passed}: name that address, or give --host with its host"
