"""MediaWiki: the pages of an XML dump, read by mwxml, with their wikitext parsed by mwparserfromhell."""

import io
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final
from urllib.parse import quote, urljoin

from onneshon.index.errors import CONVERT, CorpusError
from onneshon.index.ingest.budget import MAX_PARTS
from onneshon.index.ingest.readers.markup import Elements
from onneshon.index.ingest.readers.opened import Opened
from onneshon.index.ingest.readers.record import MARKUP_HEAD, Found, Record, Skipped, needed
from onneshon.index.ingest.streams import MAX_BYTES, CutShortError

_FILES: Final = ("file", "image", "media", "চিত্র", "ছবি")
_CATEGORIES: Final = ("category", "বিষয়শ্রেণী")
_INTERWIKI: Final = re.compile(r"[a-z]{2,3}(?:-[a-z]+)*")
_RUN: Final = re.compile(r"([*#:;=])\1{19,}")
_SHORT: Final = r"\1" * 10
"""Ten consecutive list signs, in place of a line drawn with thousands, which the parser would nest."""
_SIGNS: Final = re.compile(r"\[|\{\{|\{\||\||''+|[<&]|://|^[*#:;= ]", re.MULTILINE)
"""Signs that may become a node of the parser, which takes a kilobyte for each."""
_SWITCH: Final = re.compile(r"__[A-Z]+__")
_BLANK: Final = re.compile(r"[ \t]*\n(?:[ \t]*\n)+")
_HIDDEN: Final = frozenset(
    {
        "ref",
        "references",
        "table",
        "gallery",
        "math",
        "timeline",
        "imagemap",
        "score",
        "style",
        "syntaxhighlight",
    }
)
_BREAKS: Final = frozenset({"br", "hr", "li", "dd", "dt"})
_SHOWN: Final = re.compile(r"(?:lang|ভাষা)(?:-[a-z]+)?|nowrap|small|transl(?:iteration)?", re.IGNORECASE)
"""Templates whose last value is part of the sentence; others are dropped, as they are next to the text."""

_NESTED: Final = (
    (re.compile(r"(?P<open>\{\{)|\}\}"), 100),
    (re.compile(r"(?P<open>\[\[)|\]\]"), 100),
    (re.compile(r"(?P<open>\{\|)|\|\}"), 100),
    (re.compile(r"(?P<open><(?!br|hr|wbr|li|d[dt]|t[dhr])[A-Za-z][^<>/]*>)|</"), 500),
)
"""Signs that open and close, and how deep they may be nested, as the parser backtracks over all open ones.
MediaWiki itself reads templates 40 deep."""


class WikiText:
    """Reads the wikitext of one wiki.

    Args:
        where: the source, for messages.
        names: the wiki's names of the file and the category namespace; None for an unknown one.
    """

    def __init__(self, where: str, names: Sequence[str | None]) -> None:
        self._parser = needed("mwparserfromhell", "wiki", where)
        files, categories = ([name.lower()] if name else [] for name in names)
        self._files = frozenset([*_FILES, *files])
        self._categories = frozenset([*_CATEGORIES, *categories])

    def read(self, text: str) -> dict[str, str]:
        """The body and the first category of a page.

        Raises:
            ValueError: it has too much markup, or markup that is nested or left open too deep.
        """
        for signs, most in _NESTED:
            if (deepest := _deepest(signs, text)) > most:
                raise ValueError(f"markup that is {deepest:,} deep, of which {most} is as much as is read")
        if (count := sum(1 for _ in _SIGNS.finditer(text))) > MAX_PARTS:
            raise ValueError(f"{count:,} signs of markup, of which {MAX_PARTS:,} are as many as are read")
        page = _Page(self._files, self._categories)
        body = "".join(page.shown(self._parser.parse(_RUN.sub(_SHORT, text))))
        body = _BLANK.sub("\n\n", _SWITCH.sub("", body)).strip()
        return {"body": body, "category": page.category}


def _deepest(signs: re.Pattern[str], text: str) -> int:
    """The greatest number of signs that are open at the same time."""
    depth = deepest = 0
    for sign in signs.finditer(text):
        depth = depth + 1 if sign["open"] else max(0, depth - 1)
        deepest = max(deepest, depth)
    return deepest


class _Page:
    """One page, whose tree of nodes is traversed once."""

    def __init__(self, files: frozenset[str], categories: frozenset[str]) -> None:
        self._files = files
        self._categories = categories
        self.category = ""

    def shown(self, code: Any) -> Iterator[str]:
        """The pieces of visible text in a span of wikitext."""
        for node in code.nodes if code is not None else ():
            match type(node).__name__:
                case "Text":
                    yield str(node.value)
                case "Wikilink":
                    yield from self._link(node)
                case "ExternalLink":
                    yield from self.shown(node.title)
                case "Heading":
                    yield "".join(self.shown(node.title)).strip()
                case "HTMLEntity":
                    yield node.normalize()
                case "Tag":
                    yield from self._tag(node)
                case "Template" if _SHOWN.fullmatch(str(node.name).strip()) and node.params:
                    yield from self.shown(node.params[-1].value)

    def _tag(self, tag: Any) -> Iterator[str]:
        name = str(tag.tag).strip().lower()
        if name in _HIDDEN:
            return
        if name in _BREAKS and not tag.wiki_markup:
            yield "\n"
        yield from self.shown(tag.contents)

    def _link(self, link: Any) -> Iterator[str]:
        space, colon, rest = str(link.title).strip().partition(":")
        space = space.strip().lower()
        if colon and space in self._categories:
            self.category = self.category or rest.strip()
        elif not colon or not (space in self._files or (link.text is None and _INTERWIKI.fullmatch(space))):
            yield from self.shown(link.title if link.text is None else link.text)


_MAX_HEAD: Final = 1 << 20
_LANGUAGE: Final = re.compile(rb'<mediawiki[^>]*\sxml:lang="([^"]+)"')
_REDIRECT: Final = re.compile(r"\s*#\s*(?:redirect|পুনর্নির্দেশ|পুননির্দেশ)", re.IGNORECASE)


class MediaWiki:
    """One record per page of the main namespace; pages are cut out of the dump and parsed one by one."""

    name = "mediawiki"
    suffixes = (".xml",)
    extra = "wiki"

    def begins(self, head: bytes, /) -> bool:
        """Whether a file begins with the root element of a dump."""
        return b"<mediawiki" in head[:MARKUP_HEAD]

    def read(self, opened: Opened) -> Iterator[Found]:
        """Yield the pages, each with the line on which it begins as its place."""
        if not self.begins(opened.head):
            reason = (
                "XML of an unknown kind: no dump of MediaWiki, and no feed; of a sitemap, give the address"
            )
            raise opened.fault("xml", reason)
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
    """The metadata of a dump about its wiki, and the conversion of its pages."""

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
        except Exception as error:  # the parser may raise any exception
            raise self._opened.fault(
                "xml", f"what precedes the pages is broken: {str(error)[:200]}"
            ) from error

    def found(self, content: bytes, line: int) -> Found:
        """The record of a page, the reason why it is skipped, or its fault."""
        where = f"{self._opened.name}:{line}"
        try:
            page = next(iter(self._mwxml.Dump.from_page_xml(io.StringIO(content.decode("utf-8")))))
            return self._article(page, line, where)
        except UnicodeDecodeError as error:
            reason = f"not UTF-8: at offset {error.start} of a page; {CONVERT}"
            return CorpusError(where, "utf-8", reason)
        except Exception as error:  # noqa: BLE001  # as above: whatever is wrong with a page is reported
            return CorpusError(where, "xml", f"a broken page: {str(error)[:200]}")

    def _article(self, page: Any, line: int, where: str) -> Found:
        if page.namespace:
            return Skipped(f"namespace {page.namespace}")
        text = edited = None
        for revision in page:
            text, edited = revision.text, revision.timestamp
        if page.redirect or _REDIRECT.match(text or ""):
            return Skipped("redirect")
        if not text:
            return Skipped("no text")
        fields = {"title": page.title, **self._wikitext.read(text), "lang": self._language}
        if page.id is not None and self._database:
            fields["id"] = f"{self._database}-{page.id}"
        if edited is not None:
            fields["date"] = str(edited)[:10]
        if self._base:
            fields["url"] = urljoin(self._base, quote(page.title.replace(" ", "_")))
        return Record(fields, where, f"{self._opened.identity}:{page.id or line}")
