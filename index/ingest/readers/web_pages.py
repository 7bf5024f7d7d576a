"""Web pages, as files and in WARC files of crawlers: the article of each, extracted by trafilatura."""

import datetime as dt
import logging
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

from onneshon.index.configuration import DATE_ORDERS
from onneshon.index.errors import CorpusError
from onneshon.index.ingest.budget import MAX_DEPTH
from onneshon.index.ingest.readers.feed_entry import resolved
from onneshon.index.ingest.readers.opened import Opened
from onneshon.index.ingest.readers.record import MARKUP_HEAD, Found, Record, Skipped, needed, one_record
from onneshon.index.ingest.streams import MAX_BYTES, CutShortError
from onneshon.index.literals import days

_MAX_ELEMENTS: Final = 20_000
"""Most elements of a page, as extraction visits each many times."""

_MAX_ATTRIBUTES: Final = 1_000
"""Most attributes of an element, as each is compared with the others."""

_SHALLOW: Final = 240
"""Levels of nested elements that libxml2 always reads; from 256 on it drops the rest by default."""


class HtmlPages:
    """One page per file, with one article."""

    name = "html"
    suffixes = (".html", ".htm", ".xhtml")
    extra = "html"

    def begins(self, head: bytes, /) -> bool:
        """Whether a file begins as a document of HTML."""
        start = head[:MARKUP_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
        return start.startswith((b"<!doctype html", b"<html")) or b"<html" in start

    def read(self, opened: Opened) -> Iterator[Found]:
        """Yield the single record."""
        context = f"html {opened.identity} {extractor_version()}"
        yield from one_record(opened, lambda page, where: article_of_page(page, None, where), context)


@cache
def extractor_version() -> str:
    """The version of trafilatura, as another version may extract another article from the same page."""
    try:
        return version("trafilatura")
    except PackageNotFoundError:
        return ""  # reading will report it


class _Measuring:
    """Measures a page by parser events, without a tree, as the time for a tree grows with its square.

    Attributes:
        deepest: the greatest number of nested elements.
    """

    def __init__(self) -> None:
        self._elements = self._depth = self.deepest = 0

    def start(self, _tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins.

        Raises:
            ValueError: there are too many elements, too many nested ones, or too many attributes of this
                one.
        """
        self._elements += 1
        self._depth += 1
        self.deepest = max(self.deepest, self._depth)
        if self._depth > MAX_DEPTH:
            raise ValueError(f"more than {MAX_DEPTH:,} elements within each other")
        if self._elements > _MAX_ELEMENTS:
            raise ValueError(f"more than {_MAX_ELEMENTS:,} elements")
        if len(attributes) > _MAX_ATTRIBUTES:
            raise ValueError(f"more than {_MAX_ATTRIBUTES:,} attributes in an element")

    def end(self, _tag: str) -> None:
        """An element ends."""
        self._depth -= 1

    def close(self) -> None:
        """The page ends."""


def _without_heading(text: str, title: str) -> str:
    """A text without a first line that is its title, which has a field of its own."""
    first, _, rest = text.partition("\n")
    return rest.lstrip() if rest and first.strip() == title.strip() else text


_CHARACTERS_A_SLIP: Final = 20
"""Least number of non-ASCII characters per invalid sequence in pages that are taken for UTF-8 regardless."""


def _decoded(content: bytes) -> bytes | str:
    """The text of a page in UTF-8 that is cut or has a few invalid bytes; other pages as they are.

    trafilatura guesses the encoding of such a page, and would decode Bengali as what looks like Cyrillic.
    """
    text = content.decode("utf-8", "replace")
    slips = text.count("\ufffd")
    beyond_ascii = len(text) - len(text.encode("ascii", "ignore"))
    return text if 0 < slips * _CHARACTERS_A_SLIP <= beyond_ascii else content


def _tree(page: bytes | str, where: str, *, is_deep: bool) -> Any:
    """The tree of a page.

    Args:
        page: the page, as returned by ``_decoded``.
        where: the source, for messages.
        is_deep: whether it is nested deeply, by tags that are never closed, paragraph after paragraph.
    """
    if not is_deep:
        return needed("trafilatura", "html", where).load_html(page)
    html, utils = (needed(module, "html", where) for module in ("lxml.html", "trafilatura.utils"))
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    return html.fromstring(utils.decode_file(page).encode("utf-8", "surrogatepass"), parser=parser)


_UNSEEN: Final = (
    "//template | //*[@hidden and @hidden != 'until-found']"
    "[not(self::html or self::body or self::main or descendant-or-self::article)]"
)
"""Elements that are invisible on a page but that extraction takes for text."""
_RULES_OF_TABLES: Final = re.compile(r"^\|(?:---\|)+\n?", re.MULTILINE)
"""The line that extraction writes below the first row of a table."""


_PUBLISHED: Final = "//text()[starts-with(normalize-space(.), 'প্রকাশ')]"
_LABEL: Final = re.compile(r"\s*প্রকাশ(?:িত|কাল|ের\s+(?:সময়|তারিখ))?\s*[:ঃ|-]?\s*")
"""The label of Bengali papers before the date of an article: প্রকাশ: বুধবার, ২১ ফেব্রুয়ারি ২০২৪."""
_LABELLED: Final = 120
"""Most code points of a line that consists of a label and a date."""
_LABELS: Final = 20
"""Most labels on a page whose line is examined, as the time for each grows with the size of the page."""


def _published(tree: Any) -> dt.date | None:
    """The date after such a label on a page, with day and month in the Bengali order."""
    for label in tree.xpath(_PUBLISHED)[:_LABELS]:
        line = label.getparent().getparent()  # the date may be in an element of its own
        beside = line.text_content() if line is not None else ""
        for text in (str(label), beside[beside.find(label) :] if len(beside) <= _LABELLED else ""):
            written = " ".join(_LABEL.sub("", text, count=1).split())
            first, last = days(written[:_LABELLED], DATE_ORDERS[0]) or (None, None)
            if first and first == last:
                return first
    return None


def article_of_page(content: bytes, url: str | None, where: str) -> dict[str, Any]:
    """The fields of the article that a page is about.

    Args:
        content: the page as it was sent.
        url: the address of the page, which on some sites contains the date of publication.
        where: the source, for messages.

    Raises:
        CorpusError: there is no article on it, or trafilatura is not installed.
    """
    trafilatura = needed("trafilatura", "html", where)
    etree = needed("lxml.etree", "html", where)
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # we report its errors ourselves
    language, base, day, page, measured = "", "", None, None, _Measuring()
    try:
        if content.strip():
            parser = etree.HTMLParser(target=measured, huge_tree=True)
            parser.feed(content)
            parser.close()
        tree = _tree(_decoded(content), where, is_deep=measured.deepest > _SHALLOW)
        if tree is not None:
            language, base = tree.get("lang") or "", tree.xpath("string(//base/@href)")
            for element in tree.xpath(_UNSEEN):
                element.drop_tree()
            day = _published(tree)
            page = trafilatura.bare_extraction(tree, url=url, with_metadata=True, include_comments=False)
    except Exception as error:  # whatever is wrong with a page is reported
        raise CorpusError(where, "html", f"a page that cannot be read: {str(error)[:200]}") from error
    if page is None or not (page.text or "").strip():
        raise CorpusError(where, "html", "no article on this page: it may be a list, a form, or all script")
    address = page.url or url or ""
    return {
        "title": page.title or "",
        "body": _without_heading(_RULES_OF_TABLES.sub("", page.text), page.title or ""),
        "date": page.date or day,
        "author": page.author or "",
        "category": next(iter(page.categories or ()), ""),
        "url": address,
        "lang": language.strip(),
        "image": resolved(page.image or "", resolved(base, url or address) or url or address),
    }


_PIECE: Final = 1 << 16
_HEAD: Final = 1 << 20
"""Most bytes of the headers of a record and of the answer in it."""


class Warc:
    """Responses with a page of HTML are articles; all other records of a crawl are skipped."""

    name = "warc"
    suffixes = (".warc",)
    extra = "warc"

    def begins(self, head: bytes, /) -> bool:
        """Whether a file begins with the version line of WARC."""
        return head.startswith(b"WARC/")

    def read(self, opened: Opened) -> Iterator[Found]:
        """Yield one record per page, with the address of the page as its id."""
        iterator = needed("warcio.archiveiterator", "warc", opened.name)
        broken = needed("warcio.exceptions", "warc", opened.name).ArchiveLoadFailed
        # If it parses responses itself, warcio takes one that is cut in its headers for the end of the file.
        stream = opened.stream()
        records = iterator.ArchiveIterator(stream, no_record_parse=True)
        number = 0
        while True:
            number += 1
            try:
                with stream.at_most(_HEAD):
                    record = next(records, None)
                    if record is None:
                        return
                    answer = _answer(records.loader, record)
                found = _found(opened, record, answer, number)
                if not _is_whole(record):
                    raise CutShortError(f"record {number} ends early: the file is cut short")
                yield found
            except (broken, EOFError, ValueError, OSError) as error:
                raise opened.fault(
                    "file", f"record {number} is broken: {str(error) or 'it ends early'}"
                ) from error


def _is_whole(record: Any) -> bool:
    """Whether a record has as many bytes as it declares; one without a length is cut in its headers.

    warcio reads a record without a length in its own headers to the end of the file.
    """
    if record.length is None:
        return False
    length = record.rec_headers.get_header("Content-Length") or record.rec_headers.get_header("length") or ""
    rest = record.raw_stream
    while rest.read(_PIECE):
        pass
    return length.strip().isdigit() and rest.limit == 0


def _answer(loader: Any, record: Any) -> Any:
    """The HTTP headers of a response; None for other records."""
    if record.rec_type != "response":
        return None
    url = record.rec_headers.get_header("WARC-Target-URI") or ""
    return loader.load_http_headers("response", url, record.raw_stream, record.length)


def _found(opened: Opened, record: Any, answer: Any, number: int) -> Found:
    if record.rec_type != "response":
        return Skipped(record.rec_type or "other")
    url = record.rec_headers.get_header("WARC-Target-URI") or ""
    record.http_headers = answer
    if other := _other(record.http_headers):
        return Skipped(other)
    where = f"{opened.name}: record {number} ({url[:200]})"
    content = record.content_stream().read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        return CorpusError(where, "long", f"a page longer than {MAX_BYTES >> 20} MiB")
    try:
        fields = article_of_page(content, url or None, where)
    except CorpusError as problem:
        return problem
    return Record({"id": url, **fields, "url": url}, where, f"{opened.identity}:{number}")


def _other(answer: Any) -> str:
    """The reason to skip an answer that is no page; empty for a page."""
    if answer is None:
        return "other"
    if (status := answer.get_statuscode()) != "200":
        return f"status {status[:3]}"
    return "" if "html" in (answer.get_header("Content-Type") or "").lower() else "not HTML"
