"""RSS and Atom: the entries of a feed, by feedparser."""

import datetime as dt
import io
import re
from collections.abc import Iterator, Mapping
from email.utils import parsedate
from typing import Any, Final

from index.ingest.readers.extras import needed
from index.ingest.readers.markup_text import text_of_markup
from index.ingest.readers.opened import Opened
from index.ingest.readers.record import MARKUP_HEAD, Found, Record

__all__ = ["Feed"]

_END: Final = re.compile(r"</(?:rss|feed|rdf:RDF)\s*>(?:\s|<!--(?:(?!-->).)*-->)*\Z", re.DOTALL)
_LAST: Final = 2000
"""Characters in which a feed has its end, with the comments of whoever made it."""


class Feed:
    """One record an entry; a feed is read as a whole, as it is at most some megabytes."""

    name = "feed"
    suffixes = (".rss", ".atom")
    extra = "feed"

    def begins(self, head: bytes, /) -> bool:
        """As RSS of any version or Atom."""
        start = head[:MARKUP_HEAD]
        return any(root in start for root in (b"<rss", b"<feed", b"<rdf:RDF"))

    def read(self, opened: Opened) -> Iterator[Found]:
        """Entry by entry, told of by its number from 1."""
        feedparser = needed("feedparser", "feed", opened.name)
        content = opened.whole()
        try:
            found = feedparser.parse(io.BytesIO(content), sanitize_html=False, resolve_relative_uris=False)
        except Exception as error:  # whatever is wrong with a feed is reported
            raise opened.fault("xml", f"a feed that cannot be read: {str(error)[:200]}") from error
        for number, entry in enumerate(found.entries, start=1):
            where = f"{opened.name}: entry {number}"
            yield Record(_fields(entry, found.feed), where, f"{opened.identity}:{number}")
        # What is no XML within a feed, such as &nbsp;, costs no entry: feedparser reads on after it.
        if found.bozo and not _has_end(content.decode(found.get("encoding") or "utf-8", "replace")):
            after = f" after entry {len(found.entries)}" if found.entries else ""
            raise opened.fault("xml", f"not a whole feed{after}: {str(found.bozo_exception)[:200]}")


def _has_end(text: str) -> bool:
    """Whether a feed is closed, and nothing but comments and white space follows."""
    return _END.search(text[-_LAST:]) is not None


def _fields(entry: Mapping[str, Any], feed: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": entry.get("id") or entry.get("link"),
        "title": text_of_markup(entry.get("title", "")).replace("\n", " "),
        "body": text_of_markup(_body(entry)),
        "date": _day(entry, "published") or _day(entry, "updated"),
        "category": next((tag.get("term") for tag in entry.get("tags", ()) if tag.get("term")), ""),
        "url": entry.get("link", ""),
        "author": entry.get("author", ""),
        "lang": feed.get("language", ""),
    }


def _body(entry: Mapping[str, Any]) -> str:
    """The longest text that the entry has: many feeds have a summary beside the content."""
    texts = [part.get("value", "") for part in entry.get("content", ())]
    return str(max([*texts, entry.get("summary", "")], key=len))


def _day(entry: Mapping[str, Any], name: str) -> dt.date | None:
    """The day as it is written, in whatever zone; in UTC, as feedparser has it, it may be the day before."""
    parsed = f"{name}_parsed"
    if parsed not in entry or not entry[parsed]:
        return None
    in_utc = dt.date(*entry[parsed][:3])
    written = _written_day(entry.get(name, ""))
    # No zone is further from UTC; what is further off was read amiss.
    return written if written and abs(written - in_utc) <= dt.timedelta(days=1) else in_utc


def _written_day(date: str) -> dt.date | None:
    """That of ISO 8601, as Atom has it, or of RFC 822, as RSS does."""
    try:
        return dt.datetime.fromisoformat(date.strip()).date()
    except ValueError:
        parsed = parsedate(date)
    try:
        return dt.date(*parsed[:3]) if parsed else None
    except ValueError:
        return None
