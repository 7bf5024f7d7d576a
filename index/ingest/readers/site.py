"""The reader of a website or repository: pages and records that a crawl has stored in a SQLite file."""

import datetime as dt
import re
import sqlite3
import zlib
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, unquote
from xml.parsers.expat import ExpatError, ParserCreate

from onneshon.index.errors import CorpusError
from onneshon.index.ingest.readers.feed import fields_of_kept_entry
from onneshon.index.ingest.readers.feed_entry import spoken_day, written_day
from onneshon.index.ingest.readers.opened import Opened
from onneshon.index.ingest.readers.record import Found, RawRecord, Record, Skipped
from onneshon.index.ingest.readers.web_pages import article_of_page, extractor_version
from onneshon.index.ingest.streams import MAX_BYTES

_KEPT: Final = b"<OAI-PMH>\n"
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LANGUAGES: Final = {"ben": "bn", "bengali": "bn", "বাংলা": "bn", "eng": "en", "english": "en"}
"""Codes of languages by the names that libraries use; codes of two letters are taken as they are."""
_HEADER: Final = frozenset({"identifier", "datestamp"})


@dataclass(slots=True)
class OaiRecord:
    """The content of an OAI-PMH record.

    Attributes:
        identifier: the identifier of the record in its repository.
        datestamp: when the record was changed there.
        is_deleted: whether the record is marked as deleted.
        values: the values of Dublin Core, by the names of elements.
    """

    identifier: str = ""
    datestamp: str = ""
    is_deleted: bool = False
    values: dict[str, list[str]] = field(default_factory=dict)


class _Building:
    """Builds a record from the events of a parser."""

    def __init__(self) -> None:
        self.record = OaiRecord()
        self._path: list[str] = []
        self._text: list[str] = []

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._path.append(name.rpartition(":")[2])
        self._text = []
        if self._path[1:] == ["header"]:
            self.record.is_deleted = attributes.get("status") == "deleted"

    def end(self, _name: str) -> None:
        text = "".join(self._text).strip()
        match self._path[1:]:
            case ["header", name] if name in _HEADER:
                setattr(self.record, name, text)
            case ["metadata", "dc", name] if text:
                self.record.values.setdefault(name, []).append(text)
        self._path.pop()
        self._text = []

    def text(self, data: str) -> None:
        self._text.append(data)


def read_record(content: bytes) -> OaiRecord:
    """Parse a record.

    Args:
        content: the bytes from its tag to its closing tag; no declaration of an entity precedes them.

    Raises:
        ExpatError: it is no XML.
    """
    building, parser = _Building(), ParserCreate("utf-8")
    parser.StartElementHandler = building.start
    parser.EndElementHandler = building.end
    parser.CharacterDataHandler = building.text
    parser.Parse(content, True)  # it takes no keyword arguments
    return building.record


def kept_record(content: bytes) -> bytes:
    """The stored form of a single record."""
    return _KEPT + content


def fields_of_kept_record(content: bytes, where: str) -> Mapping[str, object] | None:
    """The fields of a record in its stored form; None if the content is something else.

    Raises:
        CorpusError: it is no XML.
    """
    if not content.startswith(_KEPT):
        return None
    try:
        return _dublin_core(read_record(content.removeprefix(_KEPT)).values)
    except ExpatError as error:
        raise CorpusError(where, "xml", f"a record that is no XML: {error}") from error


def _dublin_core(values: Mapping[str, list[str]]) -> Mapping[str, object]:
    """The fields of an article for values of Dublin Core; all values also stay under their own names."""

    def every(name: str) -> list[str]:
        return values.get(name, [])

    language = (every("language") or [""])[0].lower()
    return {
        **{name: found if len(found) > 1 else found[0] for name, found in values.items()},
        "title": " / ".join(every("title")),
        "body": "\n\n".join(every("description")),
        "date": next(filter(None, map(_day, every("date"))), None),
        "author": ", ".join(every("creator")),
        "category": (every("subject") or [""])[0],
        "url": next((text for text in every("identifier") if text.startswith(("http://", "https://"))), ""),
        "lang": _LANGUAGES.get(language, language if len(language) == 2 else ""),  # noqa: PLR2004  # ISO 639-1
    }


def _day(text: str) -> dt.date | str | None:
    """The day of a date or a timestamp; None for a year or a month alone."""
    return written_day(text[:10]) if _DAY.match(text) else spoken_day(text)


APPLICATION_ID: Final = 0x6F6E6E73
"""The application id that marks a SQLite file as the file of a crawl."""
SCHEMA_VERSION: Final = 1

_MAGIC: Final = re.compile(rb"SQLite format 3\0.{52}" + re.escape(APPLICATION_ID.to_bytes(4)), re.DOTALL)
_LETTERS: Final = re.compile(r"(?:%[89A-F][0-9A-F])+", re.IGNORECASE)
_IN_USE: Final = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_REFUSED: Final = (
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_PERM,
)
_PATIENCE: Final = 5.0
"""Seconds to wait for another process that is writing the file."""
_LIMITS: Final = {sqlite3.SQLITE_LIMIT_LENGTH: 2 * MAX_BYTES, sqlite3.SQLITE_LIMIT_ATTACHED: 0}


_PAGES: Final = "SELECT url, state, note, final, content FROM pages WHERE list = 0 ORDER BY rowid"
_LISTS: Final = """
SELECT url, note FROM pages WHERE list = 1 AND state = 'fault' AND content IS NULL ORDER BY rowid"""
"""Lists that could not be read, so that the number of their pages is unknown."""
_NOT_OURS: Final = (
    "no file in which a crawl keeps a site: leave out the format, which the file itself shows, or give the "
    "address of the site"
)
_UNKEPT: Final = {"beyond": "more than --pages", "unusable": "no address of a page"}
_MOST_UNKEPT: Final = 1_000_000


class Site:
    """Pages are articles; pages that are gone are withdrawn, and other addresses are skipped."""

    name = "site"
    suffixes = ()
    extra = "site"

    def begins(self, head: bytes, /) -> bool:
        """Whether a file is SQLite with our application id in its header."""
        return _MAGIC.match(head) is not None

    def read(self, opened: Opened) -> Iterator[Found]:
        """Yield one record per page, with the address of the page as its id."""
        path = opened.file()
        if not self.begins(opened.head):
            raise opened.fault("format", _NOT_OURS)
        try:
            with closing(_connected(path)) as connection:
                _believe_nothing(connection)
                for row in connection.execute(_PAGES):
                    yield from _found(*row)
                for row in connection.execute(_LISTS):
                    yield CorpusError(row[0], "http", row[1], ends_source=True)
                for name, count in connection.execute("SELECT name, value FROM crawl"):
                    if name in _UNKEPT:
                        yield from [Skipped(_UNKEPT[name])] * min(int(count), _MOST_UNKEPT)
        except (sqlite3.Error, zlib.error, TypeError, ValueError) as error:
            raise damaged(path, error) from error


def damaged(path: Path, error: Exception) -> CorpusError:
    """The error for a file that cannot be read or written, depending on the error of SQLite."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK) & 0xFF
    if code in _IN_USE:
        reason = "another process has the pages of the site in use: try again when it is done"
    elif code in _REFUSED:
        reason = (
            f"the pages of the site cannot be kept here ({error}): make room, or look who may write there"
        )
    else:
        reason = (
            f"what was kept of the site cannot be read ({error}): remove the file, and it is fetched again"
        )
    return CorpusError(str(path), "file", reason, ends_source=True)


def _connected(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(path.resolve()))}?mode=ro", uri=True, timeout=_PATIENCE)


def _believe_nothing(connection: sqlite3.Connection) -> None:
    """Restrict SQLite for a file that anybody may have made."""
    for category, limit in _LIMITS.items():
        connection.setlimit(category, limit)
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA query_only = ON")
    (sort,) = connection.execute("SELECT type FROM sqlite_schema WHERE name = 'pages'").fetchone() or ("",)
    if sort != "table":
        raise sqlite3.DatabaseError("it has no table of pages")


def _found(url: str, state: str, note: str, final: str, content: bytes | None) -> Iterator[Found]:
    """The record of a page, or what it is instead; a stored copy counts if the last request failed."""
    if state == "gone":
        yield Record({"id": _readable(url), "deleted": True}, url, url)
    elif content is not None:
        if state == "fault":
            yield Skipped("kept from before, as they were not answered for")
        fields = partial(_fields, final or url)
        context = f"site {url} {final} {extractor_version()}"
        yield RawRecord(unpacked(content), url, url, fields, context, no_article="without an article")
    elif state == "fault":
        yield CorpusError(url, "http", note)
    else:
        yield Skipped(note or "not asked for yet")


def unpacked(content: bytes) -> bytes:
    """Decompress a page, up to one byte over ``MAX_BYTES``.

    Raises:
        zlib.error: the stored content is damaged.
    """
    return zlib.decompressobj().decompress(content, MAX_BYTES + 1)


def _fields(url: str, content: bytes, where: str) -> dict[str, Any]:
    entry = fields_of_kept_entry(content, where)
    if entry is not None:
        return {**entry, "id": _readable(where), "url": url}
    record = fields_of_kept_record(content, where)
    if record is not None:
        return {**record, "id": _readable(where)}
    return {"id": _readable(where), **article_of_page(content, url, where), "url": url}


def _readable(url: str) -> str:
    """An address as an id, its letters decoded, as a Bengali letter takes nine bytes percent-encoded."""
    return _LETTERS.sub(_decoded, url)


def _decoded(found: re.Match[str]) -> str:
    text = unquote(found[0], errors="replace")
    return text if text.isprintable() and "\ufffd" not in text else found[0]
