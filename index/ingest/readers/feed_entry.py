"""The parts of an entry of a feed, and the dates in feeds."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from email.utils import parsedate
from html import unescape
from typing import Final, NamedTuple
from urllib.parse import urljoin
from xml.parsers.expat import ExpatError, ParserCreate
from xml.sax.saxutils import escape

from onneshon.index.analysis.control_characters import xml_text
from onneshon.index.configuration import DATE_ORDERS
from onneshon.index.literals import days

_TEXTS: Final = "title|description|summary|content|content:encoded|excerpt:encoded"
_NAMES: Final = frozenset(
    {
        *_TEXTS.split("|"),
        *("guid", "id", "link", "author", "dc:creator", "category", "dc:subject"),
        *("pubdate", "published", "issued", "dc:date", "updated", "modified"),
        *("wp:post_id", "wp:post_type", "wp:post_date", "wp:post_password", "wp:status"),
        *("wp:author_login", "wp:author_display_name"),
        *("enclosure", "media:content", "media:thumbnail"),
    }
)
_OWN: Final = {"rdf:about": "about", "xml:base": "xml:base"}
"""Attributes of the element of an entry, and the names of the parts made of them."""

_SECTION: Final = r"<!\[CDATA\[.*?\]\]>|<!--.*?-->"
"""Not possessive, ``(?:(?!x).)*+``: Python 3.11.2 finds nothing by that."""

_PIECES: Final = re.compile(f"({_SECTION})|<(/?)({_TEXTS})(?=[\\s/>])[^>]*>", re.DOTALL | re.IGNORECASE)
_SPLIT: Final = re.compile(f"({_SECTION})", re.DOTALL)
_AMPERSAND: Final = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});)")
_NAME: Final = re.compile(r"<name>(.*?)</name>", re.DOTALL)
_MAILBOX: Final = re.compile(r"\S+@\S+ \((.+)\)")


class Part(NamedTuple):
    """An element of an entry.

    Attributes:
        text: the content of the element, including tags in it.
        attributes: the attributes of the element.
    """

    text: str
    attributes: dict[str, str]


class Entry:
    """The parts of an entry by their names in lower case."""

    def __init__(self) -> None:
        self.parts: dict[str, list[Part]] = {}

    def all(self, *names: str) -> Iterator[Part]:
        """The parts of the given names, in the order of the names."""
        return (part for name in names for part in self.parts.get(name, ()))

    def texts(self, *names: str) -> list[str]:
        """The texts of these parts; a single empty text if there are none."""
        return [part.text for part in self.all(*names)] or [""]

    def text(self, *names: str) -> str:
        """The first text of these parts that is not blank; else empty."""
        return next((text.strip() for text in self.texts(*names) if text.strip()), "")

    def base(self, feed: str) -> str:
        """The base of relative addresses in the entry, given the base of its feed."""
        return resolved(self.text("xml:base"), feed) or feed

    def link(self) -> str:
        """The address of the entry, which Atom has in an attribute, along with links of other relations."""
        for part in self.all("link"):
            found = part.attributes.get("href", "") or part.text
            if found.strip() and part.attributes.get("rel", "alternate") == "alternate":
                return found.strip()
        lasting = (
            part.text.strip() for part in self.all("guid") if part.attributes.get("isPermaLink") != "false"
        )
        return next((text for text in lasting if text.startswith("http")), "")

    def image(self) -> str:
        """The address of its picture: an enclosure, in Atom an enclosure link, or one of Media RSS."""
        links = (part for part in self.all("link") if part.attributes.get("rel") == "enclosure")
        enclosed = (*self.all("enclosure"), *links, *self.all("media:content"))
        pictures = (part for part in enclosed if _is_picture(part.attributes))
        for part in (*pictures, *self.all("media:thumbnail")):
            if found := (part.attributes.get("url") or part.attributes.get("href", "")).strip():
                return found
        return ""

    def author(self) -> str:
        """The author: RSS may have a mail address and then the name, Atom has the name in an element."""
        written = self.text("author", "dc:creator")
        found = _NAME.search(written) or _MAILBOX.fullmatch(written)
        return unescape(found[1] if found else written).strip()

    def terms(self) -> list[str]:
        """The categories of the entry."""
        parts = self.all("category", "dc:subject")
        return [unescape(part.attributes.get("term", "") or part.text).strip() for part in parts]


def _is_picture(attributes: Mapping[str, str]) -> bool:
    return attributes.get("medium") == "image" or attributes.get("type", "").startswith("image/")


class _Building:
    """Builds an entry from the events of a parser."""

    def __init__(self, names: frozenset[str]) -> None:
        self._names = names
        self.entry = Entry()
        self._depth = 0
        self._attributes: dict[str, str] = {}
        self._pieces: list[str] | None = None
        self._is_text = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth == 1:
            named = ((_OWN[name], value) for name, value in attributes.items() if name in _OWN)
            self.entry.parts.update((name, [Part(value, {})]) for name, value in named)
        elif self._depth == 2 and name.lower() in self._names:  # noqa: PLR2004  # in the element of the entry itself
            self._pieces, self._attributes = [], attributes
            self._is_text = attributes.get("type") == "xhtml"
        elif self._pieces is not None:
            self._pieces.append(f"<{name.rpartition(':')[2]}>")
            self._is_text = True

    def end(self, name: str) -> None:
        self._depth -= 1
        if self._pieces is None:
            return
        if self._depth > 1:
            self._pieces.append(f"</{name.rpartition(':')[2]}>")
        else:
            part = Part("".join(self._pieces), self._attributes)
            self.entry.parts.setdefault(name.lower(), []).append(part)
            self._pieces = None

    def text(self, data: str) -> None:
        if self._pieces is not None:
            # With tags as child elements text is plain text; without, it is escaped HTML.
            self._pieces.append(escape(data) if self._is_text else data)


def read_entry(content: bytes, more: frozenset[str] = frozenset()) -> Entry:
    """Parse an entry into parts; if it is not valid XML, tags and signs in its texts are escaped first.

    Args:
        content: the bytes from its tag to the end of its closing tag, in UTF-8.
        more: names of further parts, in addition to those of feeds.

    Raises:
        ExpatError: it is no XML even after escaping.
        UnicodeDecodeError: it is not UTF-8.
    """
    try:
        return _parsed(content, _NAMES | more)
    except ExpatError:
        return _parsed(_mended(content.decode()).encode(), _NAMES | more)


def _parsed(content: bytes, names: frozenset[str]) -> Entry:
    building = _Building(names)
    parser = ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = building.start
    parser.EndElementHandler = building.end
    parser.CharacterDataHandler = building.text
    parser.Parse(content, True)
    return building.entry


def _mended(text: str) -> str:
    """An entry with only the tags of feeds: its texts are escaped, except CDATA sections and comments."""
    text = xml_text(text)
    kept, start, inside = [], 0, ""
    for found in _PIECES.finditer(text):
        section, closing, name = found.groups()
        if section or (inside and (not closing or name != inside)) or found[0].endswith("/>"):
            continue
        end = found.start() if closing else found.end()
        kept.append(_escaped(text[start:end], within=bool(inside)))
        inside, start = ("" if closing else name), end
    kept.append(_escaped(text[start:], within=False))
    return "".join(kept)


def _escaped(text: str, *, within: bool) -> str:
    """Escape signs in a span of an entry that are not valid XML, except in CDATA sections and comments."""
    pieces = _SPLIT.split(text)
    for at in range(0, len(pieces), 2):
        pieces[at] = _AMPERSAND.sub("&amp;", pieces[at])
        if within:
            pieces[at] = pieces[at].replace("<", "&lt;")
    return "".join(pieces)


def resolved(address: str, base: str) -> str:
    """An address resolved against a base; as it is if that is not possible."""
    try:
        return urljoin(base, address) if address else ""
    except ValueError:
        return address


def written_day(date: str) -> dt.date | None:
    """The day as it is written, in its own time zone, as in UTC it may be the day before; else None.

    Args:
        date: a date in ISO 8601, as in Atom, or in RFC 822, as in RSS.
    """
    try:
        return dt.datetime.fromisoformat(date.strip()).date()
    except ValueError:
        parsed = parsedate(date)
    try:
        return dt.date(*parsed[:3]) if parsed else None
    except ValueError:
        return None


def spoken_day(date: str) -> str | None:
    """The text itself if it is a day as people write it, in either script, to be read later; else None."""
    first, last = days(date, DATE_ORDERS[0]) or (None, None)
    return date if first and first == last else None
