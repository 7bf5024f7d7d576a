"""RSS and Atom: the entries of feeds, including the posts of a WordPress export (WXR)."""

import codecs
import datetime as dt
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from html import unescape
from typing import Any, Final
from xml.parsers.expat import ExpatError

from onneshon.index.errors import CONVERT, CorpusError
from onneshon.index.ingest.readers.feed_entry import Entry, read_entry, resolved, spoken_day, written_day
from onneshon.index.ingest.readers.markup import Elements, text_of_markup
from onneshon.index.ingest.readers.opened import Opened
from onneshon.index.ingest.readers.record import MARKUP_HEAD, Found, Record, Skipped
from onneshon.index.ingest.streams import MAX_BYTES

_TYPES: Final = ("post", "page")
_MOST_AUTHORS: Final = 100_000
_EMPTY: Final = frozenset({"audio", "embed", "gallery", "playlist", "video"})
"""Built-in shortcodes of WordPress whose content is an address."""
_SHORTCODE: Final = re.compile(r"(?<!\[)\[(/?)([A-Za-z][A-Za-z0-9_-]*)((?:[\s/][^\[\]]*)?)\](?!\])")


class Authors:
    """The display names of authors by their login names, which posts use."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def add(self, content: bytes) -> None:
        """Store the element of an author; one that is no XML is ignored."""
        with suppress(ExpatError, UnicodeDecodeError):
            entry = read_entry(content)
            if len(self._names) < _MOST_AUTHORS:
                self._names[entry.text("wp:author_login")] = entry.text("wp:author_display_name")

    def name(self, login: str) -> str:
        """The display name for a login name, or the login name if there is none."""
        return self._names.get(login) or login


def why_not_public(entry: Entry) -> str:
    """The reason why a post is not public: its type, status or password; empty if it is public."""
    kind, status = entry.text("wp:post_type"), entry.text("wp:status")
    if kind not in _TYPES:
        return kind or "no post"
    if status != "publish":
        return status or "no status"
    return "password-protected" if entry.text("wp:post_password") else ""


def post_fields(entry: Entry, authors: Authors) -> dict[str, Any]:
    """The fields of a post, with the same id as from our WordPress plugin."""
    number = entry.text("wp:post_id")
    terms = [
        (part.attributes.get("domain", "category"), unescape(part.text).strip())
        for part in entry.all("category")
    ]
    categories = [term for domain, term in terms if domain == "category"]
    content = without_shortcodes(entry.text("content:encoded"))
    return {
        "id": f"wp-{number}" if number else "",
        "title": text_of_markup(entry.text("title")).replace("\n", " "),
        "body": text_of_markup(content.replace("\n", "<br>\n")),  # as WordPress shows line ends
        # In the time zone of the site; pubDate is in UTC, where it may be the day before.
        "date": written_day(entry.text("wp:post_date")) or written_day(entry.text("pubdate")),
        "category": next(iter(categories), ""),
        "categories": categories,
        "tags": [term for domain, term in terms if domain == "post_tag"],
        "url": entry.link(),
        "author": authors.name(entry.text("dc:creator")),
    }


def without_shortcodes(text: str) -> str:
    """Remove shortcodes from a text, but keep the content that they enclose unless it is an address.

    A word in brackets is a shortcode if it is closed, has values, or is built into WordPress; others stay.
    """
    codes = list(_SHORTCODE.finditer(text))
    closed = {code[2] for code in codes if code[1]}
    kept, start = [], 0
    for code, ends in zip(codes, _ends(codes), strict=True):
        _, name, rest = code.groups()
        if code.start() >= start and (name in closed or name in _EMPTY or "=" in rest or rest.endswith("/")):
            kept.append(text[start : code.start()])
            start = ends if name in _EMPTY else code.end()
    kept.append(text[start:])
    return "".join(kept)


def _ends(codes: list[re.Match[str]]) -> list[int]:
    """The end of each shortcode including the content up to the next one of its name, if that closes it."""
    ends = []
    later: dict[str, re.Match[str]] = {}
    for code in reversed(codes):
        following = later.get(code[2])
        closes = following is not None and following[1] and not code[1]
        ends.append(following.end() if following and closes else code.end())
        later[code[2]] = code
    return ends[::-1]


_AUTHOR: Final = "wp:author"
_DATES: Final = ("pubdate", "published", "issued", "dc:date", "updated", "modified")
_END: Final = re.compile(rb"</(?:rss|feed|rdf:RDF)\s*>(?:\s|<!--(?:(?!-->).)*-->)*\Z", re.DOTALL)
_ASCII: Final = bytes(range(0x20, 0x7F))
_DECLARED: Final = re.compile(rb"""<\?xml[^>]*\sencoding\s*=\s*["']([A-Za-z0-9._-]+)""")
_BENGALI: Final = re.compile(rb"(?:\xe0[\xa6\xa7][\x80-\xbf]){2}")
"""Two consecutive Bengali letters in UTF-8."""
_LANGUAGE: Final = re.compile(
    rb"""<(?:dc:)?language[^>]*>\s*(?:<!\[CDATA\[)?\s*([A-Za-z0-9_-]+)|<[^>]*\sxml:lang\s*=\s*["']([^"']*)"""
)
_BASE: Final = re.compile(
    rb"""<(?:rss|channel|feed|rdf:RDF)\s[^>]*\bxml:base\s*=\s*(?:"([^"]*)"|'([^']*)')"""
)
_SITE: Final = re.compile(rb"<link>\s*(https?://[^<\s]+)\s*</link>")


class Feed:
    """One record per entry; entries are cut out of the feed and parsed one by one."""

    name = "feed"
    suffixes = (".rss", ".atom")
    extra = ""

    def begins(self, head: bytes, /) -> bool:
        """Whether a file begins as RSS of any version, or Atom."""
        start = head[:MARKUP_HEAD]
        return any(root in start for root in (b"<rss", b"<feed", b"<rdf:RDF"))

    def read(self, opened: Opened) -> Iterator[Found]:
        """Yield the entries, each with its number from 1 as its place."""
        elements = Elements(opened, _in_utf8(opened), ("item", "entry", _AUTHOR))
        authors = Authors()
        number = 0
        for name, _line, content in elements:
            if name == _AUTHOR:
                authors.add(content or b"")
                continue
            number += 1
            where = f"{opened.name}: entry {number}"
            if content is None:
                yield CorpusError(where, "long", f"an entry longer than {MAX_BYTES >> 20} MiB")
                continue
            try:
                entry = read_entry(content)
            except UnicodeDecodeError as error:
                reason = f"not UTF-8: at offset {error.start} of an entry; {CONVERT}"
                yield CorpusError(where, "utf-8", reason)
            except ExpatError as error:
                yield CorpusError(where, "xml", f"an entry that is no XML: {error}")
            else:
                yield _found(entry, elements.head, authors, where, f"{opened.identity}:{number}")
        if elements.is_cut or not _END.search(elements.tail):
            raise opened.fault("xml", f"not a whole feed{f' after entry {number}' if number else ''}")


def _in_utf8(opened: Opened) -> Iterator[bytes]:
    """Convert a feed to UTF-8 from the encoding that it declares.

    Raises:
        CorpusError: it is not in that encoding.
    """
    code = _code(opened.head)
    if code == "utf-8":
        yield from opened.chunks()
        return
    decoder = codecs.getincrementaldecoder(code)()
    try:
        for chunk in opened.chunks():
            yield decoder.decode(chunk).encode()
    except UnicodeError as error:
        reason = f"not in the code that it says, {code}: {error}; correct `encoding` in its first line"
        raise opened.fault("utf-8", reason) from error


def _code(head: bytes) -> str:
    """The encoding of a feed: the declared one if it is a superset of ASCII, else UTF-8.

    A feed with Bengali letters in UTF-8 is UTF-8, whatever encoding it declares.
    """
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if _BENGALI.search(head):
        return "utf-8"
    declared = _DECLARED.search(head[:MARKUP_HEAD])
    try:
        code = codecs.lookup(declared[1].decode()).name if declared else "utf-8"
        return code if _ASCII.decode(code).encode() == _ASCII else "utf-8"
    except (LookupError, UnicodeError):
        return "utf-8"


def _language(head: bytes) -> str:
    found = _LANGUAGE.search(head)
    return (found[1] or found[2]).decode(errors="replace") if found else ""


def _base(head: bytes) -> str:
    """The base of relative addresses of a feed: its ``xml:base``, else the address of its site."""
    found = _BASE.search(head) or _SITE.search(head)
    return unescape(next(filter(None, found.groups())).decode(errors="replace")) if found else ""


def has_whole_text(entry: Entry) -> bool:
    """Whether an entry has the whole text of its article, and not only a summary."""
    return bool(entry.text("content:encoded", "content"))


_KEPT: Final = b"<feed "
_TAG: Final = re.compile(r"[A-Za-z0-9_-]{1,40}")


def kept_entry(entry: bytes, head: bytes) -> bytes:
    """The stored form of a single entry, with the language of its feed.

    Args:
        entry: the bytes of the entry, from its tag to the end of its closing tag.
        head: the bytes before the first entry of the feed.
    """
    language = _language(head)
    return b'<feed xml:lang="%s">\n' % (language.encode() if _TAG.fullmatch(language) else b"") + entry


def fields_of_kept_entry(content: bytes, where: str) -> Mapping[str, object] | None:
    """The fields of an entry in its stored form; None if the content is something else.

    Raises:
        CorpusError: it is no XML.
    """
    if not content.startswith(_KEPT):
        return None
    head, _, entry = content.partition(b"\n")
    try:
        return {**_fields(read_entry(entry), ""), "lang": _language(head)}
    except (ExpatError, UnicodeDecodeError) as error:
        raise CorpusError(where, "xml", f"an entry that is no XML: {error}") from error


def _found(entry: Entry, head: bytes, authors: Authors, where: str, derived_id: str) -> Found:
    if not entry.text("wp:post_type", "wp:status"):
        fields = _fields(entry, _base(head))
    elif reason := why_not_public(entry):
        return Skipped(reason)
    else:
        fields = post_fields(entry, authors)
    return Record({**fields, "lang": _language(head)}, where, derived_id)


def _fields(entry: Entry, feed: str) -> Mapping[str, object]:
    """The fields of an entry, given the base of addresses of its feed."""
    link, base = entry.link(), entry.base(feed)
    return {
        "id": entry.text("guid", "id", "about") or link,
        "title": text_of_markup(entry.text("title")).replace("\n", " "),
        # Many feeds have a summary in addition to the content.
        "body": text_of_markup(
            max(entry.texts("content:encoded", "content", "description", "summary"), key=len)
        ),
        "date": next(filter(None, map(_day, entry.texts(*_DATES))), None),
        "category": next(filter(None, entry.terms()), ""),
        "url": resolved(link, base),
        "author": entry.author(),
        "image": resolved(entry.image(), base),
    }


def _day(date: str) -> dt.date | str | None:
    """The day of a date in a feed's format; a date as people write it stays text, for the site's order."""
    return written_day(date) or spoken_day(date)
