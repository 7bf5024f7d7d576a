"""MediaWiki: the pages of an XML dump, by mwxml, their wikitext as text by mwparserfromhell."""

import io
import re
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import quote, urljoin

from onneshon.index.errors import CorpusError
from onneshon.index.ingest.readers.elements import Elements
from onneshon.index.ingest.readers.extras import needed
from onneshon.index.ingest.readers.opened import Opened
from onneshon.index.ingest.readers.record import MARKUP_HEAD, Found, PassedOver, Record
from onneshon.index.ingest.readers.wikitext import WikiText
from onneshon.index.ingest.streams import MAX_BYTES, CutShortError

__all__ = ["MediaWiki"]

_MAX_HEAD: Final = 1 << 20
_LANGUAGE: Final = re.compile(rb'<mediawiki[^>]*\sxml:lang="([^"]+)"')
_REDIRECT: Final = re.compile(r"\s*#\s*(?:redirect|পুনর্নির্দেশ|পুননির্দেশ)", re.IGNORECASE)


class MediaWiki:
    """One record a page of the main namespace; pages are cut out of the dump and parsed one by one."""

    name = "mediawiki"
    suffixes = (".xml",)
    extra = "wiki"

    def begins(self, head: bytes, /) -> bool:
        """With its root."""
        return b"<mediawiki" in head[:MARKUP_HEAD]

    def read(self, opened: Opened) -> Iterator[Found]:
        """Page by page, told of by the line on which it begins."""
        if not self.begins(opened.head):
            raise opened.fault("xml", "XML of an unknown kind: neither a dump of MediaWiki nor a feed")
        mwxml = needed("mwxml", "wiki", opened.name)
        pages = Elements(opened, opened.chunks(), ("page",), _MAX_HEAD)
        site = None
        for page in pages:
            site = site or _Site(mwxml, pages.head, opened)
            if page.content is None:
                yield opened.fault("long", f"a page longer than {MAX_BYTES >> 20} MiB", page.line)
            else:
                yield site.found(page.content, page.line)
        site or _Site(mwxml, pages.head, opened)
        if pages.is_cut or b"</mediawiki>" not in pages.tail:
            raise CutShortError("ends in the middle of the dump: the file is cut short")


class _Site:
    """What a dump says of its wiki, and how its pages are read."""

    def __init__(self, mwxml: Any, head: bytes, opened: Opened) -> None:
        self._mwxml = mwxml
        self._opened = opened
        if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
            raise opened.fault("xml", "a declaration of types or entities, which no dump has")
        language = _LANGUAGE.search(head)
        self._language = language[1].decode("ascii", "ignore") if language else ""
        info = self._info(head)
        self._base = getattr(info, "base", None) or ""
        self._database = getattr(info, "dbname", None) or ""
        names = {space.id: space.name for space in getattr(info, "namespaces", None) or ()}
        self._wikitext = WikiText(opened.name, [names.get(number) for number in (6, 14)])

    def _info(self, head: bytes) -> Any:
        if b"<siteinfo" not in head:
            return None
        closed = head if b"</mediawiki>" in head else head + b"</mediawiki>"
        try:
            return self._mwxml.Dump.from_file(io.BytesIO(closed)).site_info
        except Exception as error:  # the parser raises whatever its code runs into
            raise self._opened.fault(
                "xml", f"what precedes the pages is broken: {str(error)[:200]}"
            ) from error

    def found(self, content: bytes, line: int) -> Found:
        """What a page is."""
        where = f"{self._opened.name}:{line}"
        try:
            page = next(iter(self._mwxml.Dump.from_page_xml(io.StringIO(content.decode("utf-8")))))
            return self._article(page, line, where)
        except UnicodeDecodeError as error:
            return CorpusError(where, "utf-8", f"not UTF-8: at offset {error.start} of a page")
        except Exception as error:  # noqa: BLE001  # as above: whatever is wrong with a page is reported
            return CorpusError(where, "xml", f"a broken page: {str(error)[:200]}")

    def _article(self, page: Any, line: int, where: str) -> Found:
        if page.namespace:
            return PassedOver(f"namespace {page.namespace}")
        text = edited = None
        for revision in page:
            text, edited = revision.text, revision.timestamp
        if page.redirect or _REDIRECT.match(text or ""):
            return PassedOver("redirect")
        if not text:
            return PassedOver("no text")
        fields = {"title": page.title, **self._wikitext.read(text), "lang": self._language}
        if page.id is not None and self._database:
            fields["id"] = f"{self._database}-{page.id}"
        if edited is not None:
            fields["date"] = str(edited)[:10]
        if self._base:
            fields["url"] = urljoin(self._base, quote(page.title.replace(" ", "_")))
        return Record(fields, where, f"{self._opened.identity}:{page.id or line}")
