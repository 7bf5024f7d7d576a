"""Web pages: the article of a page, without its menus and advertisements, by trafilatura."""

import logging
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

from onneshon.index.errors import CorpusError
from onneshon.index.ingest.readers.extras import needed
from onneshon.index.ingest.readers.opened import Opened
from onneshon.index.ingest.readers.record import MARKUP_HEAD, Found, one_record

__all__ = ["HtmlPages", "article_of_page"]

_MAX_ELEMENTS: Final = 20_000
"""Elements of a page; extraction looks at each many times."""

_MAX_ATTRIBUTES: Final = 1_000
"""Attributes of an element; each is compared with the others."""


class HtmlPages:
    """A file is one page, and has one article."""

    name = "html"
    suffixes = (".html", ".htm", ".xhtml")
    extra = "html"

    def begins(self, head: bytes, /) -> bool:
        """As a document of HTML."""
        start = head[:MARKUP_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
        return start.startswith((b"<!doctype html", b"<html")) or b"<html" in start

    def read(self, opened: Opened) -> Iterator[Found]:
        """One record."""
        beside = f"html {opened.identity} {_version()}"
        yield from one_record(opened, _fields, beside)


def _fields(content: bytes, where: str) -> dict[str, Any]:
    return article_of_page(content, None, where)


@cache
def _version() -> str:
    """Of what extracts: another one may see another article in the same page."""
    try:
        return version("trafilatura")
    except PackageNotFoundError:
        return ""  # as reading will tell


class _Measuring:
    """What a parser tells of a page, of which no tree is made: the time for one grows with its square."""

    def __init__(self) -> None:
        self._elements = 0

    def start(self, _tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins.

        Raises:
            ValueError: the page has more of them, or this one more attributes, than any article has.
        """
        self._elements += 1
        if self._elements > _MAX_ELEMENTS:
            raise ValueError(f"more than {_MAX_ELEMENTS:,} elements")
        if len(attributes) > _MAX_ATTRIBUTES:
            raise ValueError(f"more than {_MAX_ATTRIBUTES:,} attributes in an element")

    def close(self) -> None:
        """The page ends."""


def _without_heading(text: str, title: str) -> str:
    """A text without its title above it, which has a field of its own."""
    first, _, rest = text.partition("\n")
    return rest.lstrip() if rest and first.strip() == title.strip() else text


def article_of_page(content: bytes, url: str | None, where: str) -> dict[str, Any]:
    """The fields of the article that a page is about.

    Args:
        content: the page as it was sent.
        url: where it stands, which says of some pages when they were published.
        where: the source, for messages.

    Raises:
        CorpusError: there is no article on it, or trafilatura is not installed.
    """
    trafilatura = needed("trafilatura", "html", where)
    etree = needed("lxml.etree", "html", where)
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # what it cannot read, we report
    language, page = "", None
    try:
        if content.strip():
            parser = etree.HTMLParser(target=_Measuring())
            parser.feed(content)
            parser.close()
        tree = trafilatura.load_html(content)
        if tree is not None:
            language = tree.get("lang") or ""
            page = trafilatura.bare_extraction(tree, url=url, with_metadata=True, include_comments=False)
    except Exception as error:  # whatever is wrong with a page is reported
        raise CorpusError(where, "html", f"a page that cannot be read: {str(error)[:200]}") from error
    if page is None or not (page.text or "").strip():
        raise CorpusError(where, "html", "no article on this page: it may be a list, a form, or all script")
    return {
        "title": page.title or "",
        "body": _without_heading(page.text, page.title or ""),
        "date": page.date,
        "author": page.author or "",
        "category": next(iter(page.categories or ()), ""),
        "url": page.url or url or "",
        "lang": language.strip(),
    }
