"""A crawl: updates the file of a site's pages, requesting only pages that may have changed."""

from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from onneshon.index.errors import CorpusError
from onneshon.index.ingest.crawling.address import (
    Address,
    Resolver,
    SiteOptions,
    parse_address,
    resolve,
    site_file,
)
from onneshon.index.ingest.crawling.lists import OK, reading, wants_no_index
from onneshon.index.ingest.crawling.network import Answer, Network, UnansweredError
from onneshon.index.ingest.crawling.site_lists import (
    UNCHANGED,
    SiteLists,
    known_versions,
    refused,
    sent_versions,
)
from onneshon.index.ingest.crawling.store import Kept, PageStore
from onneshon.index.ingest.crawling.visitor import LATER, REFUSED, Clock, PassedOverError, Visitor
from onneshon.index.ingest.readers.opened import Opened
from onneshon.index.ingest.streams import MAX_BYTES

OnPage = Callable[[int, int], object]
"""Called with the number of pages requested so far, and the number of pages that the site names."""

_GONE: Final = (404, 410)
_MOST_UNANSWERED: Final = 10
"""Consecutive pages without an answer after which the site is considered unreachable."""
_COMMIT_SECONDS: Final = 1.0


@dataclass(slots=True)
class CrawlReport:
    """What a crawl found.

    Attributes:
        file: the pages, as a source of articles.
        named: how many pages the site names.
        asked: how many were asked for.
        outcomes: the number of pages that are new, changed, as before, gone, without an article, or not sent.
        beyond: how many more than were wanted the site names, as far as was seen.
        whole: whether it names all pages, as sitemaps do, and not the newest alone.
    """

    file: Path
    named: int = 0
    asked: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    beyond: int = 0
    whole: bool = True

    @property
    def has_news(self) -> bool:
        """Whether an index of the site would differ from the one before."""
        return any(self.outcomes[name] for name in ("new", "changed", "gone"))


def fetch_site(
    text: str,
    directory: Path,
    options: SiteOptions | None = None,
    on_page: OnPage = lambda _asked, _named: None,
    *,
    clock: Clock | None = None,
    resolver: Resolver = resolve,
) -> CrawlReport:
    """Update the file of a site's pages; pages fetched by an interrupted call are kept.

    Args:
        text: the address of a sitemap, a feed, or a page that leads to one.
        directory: the directory of the index that the pages are for.
        options: how the site is crawled.
        on_page: called after each page; see ``OnPage``.
        clock: the clock to use.
        resolver: the resolver of hosts.

    Raises:
        CorpusError: the site cannot be read; the message says what to do.
    """
    options, clock, start = options or SiteOptions(), clock or Clock(), parse_address(text)
    report = CrawlReport(site_file(directory, start))
    with PageStore.opened(report.file) as store, TemporaryDirectory(prefix="onneshon-site-") as temporary:
        body = Path(temporary, "body")
        network = Network(body, allow_private=options.allow_private, resolve=resolver)
        with closing(network):
            hosts = frozenset({start.host, *(parse_address(f"http://{host}").host for host in options.hosts)})
            visitor = Visitor(network, hosts, options.delay, clock)
            store.begin(start.url, clock.now())
            lists = SiteLists(store, visitor, clock, Path(temporary, "list"), options)
            _read(lists, start, store)
            store.left_out(lists.beyond, lists.unusable)
            report.outcomes.update(lists.outcomes)
            report.named, report.beyond, report.whole = store.size(), lists.beyond, lists.whole
            pages = _Pages(store, visitor, clock, options=options, report=report, on_page=on_page)
            pages.ask(whole=lists.whole)
    return report


def _read(lists: SiteLists, start: Address, store: PageStore) -> None:
    """Read the lists of a site; if they are of no use, end the crawl, so that the next one requests them."""
    try:
        lists.read(start)
    except UnansweredError:
        raise
    except CorpusError:
        store.end()
        raise


def forget_gone(file: Path) -> None:
    """Stop reporting pages as gone, once their articles were deleted from the index."""
    with PageStore.opened(file) as store:
        store.forget_gone()


class _Pages:
    """Requests the pages that may have changed."""

    def __init__(
        self,
        store: PageStore,
        visitor: Visitor,
        clock: Clock,
        *,
        options: SiteOptions,
        report: CrawlReport,
        on_page: OnPage,
    ) -> None:
        self._store = store
        self._visitor = visitor
        self._clock = clock
        self._options = options
        self._report = report
        self._on_page = on_page
        self._kept_at = clock.passed()

    def ask(self, *, whole: bool) -> None:
        """Request all pages that are due.

        Args:
            whole: whether the lists name all pages.

        Raises:
            CorpusError: the site no longer answers.
        """
        began, unanswered = self._clock.now(), 0
        while due := self._store.due(REFUSED, began - self._options.fresh_seconds, began, whole=whole):
            for url in due:
                if self._report.asked == self._options.most_asked:
                    return
                unanswered = 0 if self._page(url) else unanswered + 1
                if unanswered == _MOST_UNANSWERED:
                    raise self._away(url)
        self._store.end()

    def _away(self, url: str) -> CorpusError:
        fetched = f"{self._report.asked:,} of {self._report.named:,} pages were asked for"
        reason = f"the site does not answer any more: {fetched}; the same command goes on from there later"
        return UnansweredError(url, reason)

    def _page(self, url: str) -> bool:
        """Request a page; whether there was an answer, other than one to try again later."""
        is_answered = True
        kept = self._store.kept(url)
        try:
            address = parse_address(url)
            answer = self._visitor.get(address, known_versions(kept), MAX_BYTES)
            is_answered = answer.status not in LATER
            self._take(url, kept, answer)
        except PassedOverError as error:
            self._pass(url, kept, str(error))
        except CorpusError as error:
            if error.kind == "budget":
                raise
            is_answered = is_answered and not isinstance(error, UnansweredError)
            self._store.note(url, "fault", error.reason, self._clock.now())
            self._count("not sent")
        return is_answered

    def _take(self, url: str, kept: Kept, answer: Answer) -> None:
        """Store the answer for a page.

        Raises:
            CorpusError: the answer is no page, perhaps only for now.
            PassedOverError: the address has no page.
        """
        if answer.status == UNCHANGED and kept.has_content:
            self._store.unchanged(url, self._clock.now())
            self._count("as before")
            return
        if answer.status in _GONE:
            raise PassedOverError(f"status {answer.status}")
        if answer.status != OK:
            raise refused(answer.address, answer.status)
        if "html" not in answer.headers.get("content-type", "html").lower():
            raise PassedOverError("not HTML")
        if answer.address.url != url and self._store.names(answer.address.url):
            raise PassedOverError("leads to another page of the site")
        self._keep(url, kept, answer)

    def _keep(self, url: str, kept: Kept, answer: Answer) -> None:
        opened = Opened(url, url, answer.body)
        with reading(opened):
            content = opened.whole()
        if wants_no_index(content, answer.headers.get("x-robots-tag", "")):
            raise PassedOverError("not to be found by searches, as the page says")
        versions = sent_versions(answer)
        final, now = answer.address.url, self._clock.now()
        is_other = self._store.keep_page(url, content, versions, final, now)
        self._count(("changed" if is_other else "as before") if kept.has_content else "new")

    def _pass(self, url: str, kept: Kept, reason: str) -> None:
        self._store.note(url, "passed", reason, self._clock.now())
        self._count("gone" if kept.has_content else "without an article")

    def _count(self, outcome: str) -> None:
        self._report.asked += 1
        self._report.outcomes[outcome] += 1
        self._on_page(self._report.asked, self._report.named)
        if self._clock.passed() - self._kept_at >= _COMMIT_SECONDS:
            self._store.commit()
            self._kept_at = self._clock.passed()
