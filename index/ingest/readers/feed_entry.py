"""An entry of a feed as its parts, and the days that feeds write."""

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
"""Attributes of an entry itself, and what its parts of them are called."""

_SECTION: Final = "<!\\[CDATA\\[(?:(?!\\]\\]>).)*+\\]\\]>|<!--(?:(?!-->).)*+-->"
_PIECES: Final = re.compile(f"({_SECTION})|<(/?)({_TEXTS})(?=[\\s/>])[^>]*>", re.DOTALL | re.IGNORECASE)
_SPLIT: Final = re.compile(f"({_SECTION})", re.DOTALL)
_AMPERSAND: Final = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});)")
_NAME: Final = re.compile(r"<name>(.*?)</name>", re.DOTALL)
_MAILBOX: Final = re.compile(r"\S+@\S+ \((.+)\)")


class Part(NamedTuple):
    """An element of an entry.

    Attributes:
        text: of it, with the tags that are in it.
        attributes: of it.
    """

    text: str
    attributes: dict[str, str]


class Entry:
    """The parts of an entry by their names, in small letters."""

    def __init__(self) -> None:
        self.parts: dict[str, list[Part]] = {}

    def all(self, *names: str) -> Iterator[Part]:
        """The parts of some names, name by name."""
        return (part for name in names for part in self.parts.get(name, ()))

    def texts(self, *names: str) -> list[str]:
        """Their texts; an empty one where there is none."""
        return [part.text for part in self.all(*names)] or [""]

    def text(self, *names: str) -> str:
        """The first of their texts that is not blank."""
        return next((text.strip() for text in self.texts(*names) if text.strip()), "")

    def base(self, feed: str) -> str:
        """What addresses in it begin from, where they are not whole; of its feed it is given."""
        return resolved(self.text("xml:base"), feed) or feed

    def link(self) -> str:
        """The address of the entry: Atom has it in an attribute, and other addresses beside it."""
        for part in self.all("link"):
            found = part.attributes.get("href", "") or part.text
            if found.strip() and part.attributes.get("rel", "alternate") == "alternate":
                return found.strip()
        lasting = (
            part.text.strip() for part in self.all("guid") if part.attributes.get("isPermaLink") != "false"
        )
        return next((text for text in lasting if text.startswith("http")), "")

    def image(self) -> str:
        """The address of its picture: what is enclosed, of Atom a link to it, or what Media RSS has."""
        links = (part for part in self.all("link") if part.attributes.get("rel") == "enclosure")
        enclosed = (*self.all("enclosure"), *links, *self.all("media:content"))
        pictures = (part for part in enclosed if _is_picture(part.attributes))
        for part in (*pictures, *self.all("media:thumbnail")):
            if found := (part.attributes.get("url") or part.attributes.get("href", "")).strip():
                return found
        return ""

    def author(self) -> str:
        """Who wrote it: RSS may have an address with the name behind it, Atom has the name in an element."""
        written = self.text("author", "dc:creator")
        found = _NAME.search(written) or _MAILBOX.fullmatch(written)
        return unescape(found[1] if found else written).strip()

    def terms(self) -> list[str]:
        """Its categories."""
        parts = self.all("category", "dc:subject")
        return [unescape(part.attributes.get("term", "") or part.text).strip() for part in parts]


def _is_picture(attributes: Mapping[str, str]) -> bool:
    return attributes.get("medium") == "image" or attributes.get("type", "").startswith("image/")


class _Building:
    """Makes an entry of what a parser comes upon."""

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
            # Text beside tags is text; where there are none, it is what the tags are written in.
            self._pieces.append(escape(data) if self._is_text else data)


def read_entry(content: bytes, more: frozenset[str] = frozenset()) -> Entry:
    """The parts of an entry; where it is no XML, with the tags and signs in its texts taken for text.

    Args:
        content: from its tag to the end of its closing tag, in UTF-8.
        more: names of parts, besides those of feeds.

    Raises:
        ExpatError: it is no XML even so.
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
    """An entry whose tags are those of feeds alone: what stands in its texts and is no section is escaped."""
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
    """A span of an entry without signs that no XML has, but for sections of characters."""
    pieces = _SPLIT.split(text)
    for at in range(0, len(pieces), 2):
        pieces[at] = _AMPERSAND.sub("&amp;", pieces[at])
        if within:
            pieces[at] = pieces[at].replace("<", "&lt;")
    return "".join(pieces)


def resolved(address: str, base: str) -> str:
    """An address in whole, as far as it is known what it begins from."""
    try:
        return urljoin(base, address) if address else ""
    except ValueError:
        return address


def written_day(date: str) -> dt.date | None:
    """The day as it is written, in whatever zone: in UTC it may be the day before.

    Args:
        date: of ISO 8601, as Atom has it, or of RFC 822, as RSS does; None where it is neither.
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
    """What is a day as people write it, in either script, for a site to say in which order; None of else."""
    first, last = days(date, DATE_ORDERS[0]) or (None, None)
    return date if first and first == last else None
