"""The SQLite file in which a crawl keeps pages, with the state of each page and of the crawl."""

import gzip
import re
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

from filelock import FileLock, Timeout

from onneshon.index.errors import CorpusError
from onneshon.index.ingest.readers.site import APPLICATION_ID, SCHEMA_VERSION, damaged

State: TypeAlias = Literal["page", "gone", "passed", "fault"]
"""A page that may have an article; one that is gone but was there before; no page; a failed request."""

RECHECK_SECONDS: Final = 7 * 86_400.0
"""Seconds after which a page that no list names any more is requested again."""

_TABLES: Final = f"""
BEGIN;
PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = {SCHEMA_VERSION};
CREATE TABLE crawl (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE pages (
    url TEXT PRIMARY KEY,
    list INTEGER NOT NULL,              -- 1 of sitemaps and feeds
    listed INTEGER NOT NULL DEFAULT 0,  -- the round in which a list named it last
    listed_as TEXT NOT NULL DEFAULT '', -- when it was changed, as that list says
    asked INTEGER NOT NULL DEFAULT 0,   -- the round in which it was asked for last
    asked_as TEXT NOT NULL DEFAULT '',  -- when it was changed, as was known then
    asked_at REAL NOT NULL DEFAULT 0,
    state TEXT NOT NULL DEFAULT '',
    note TEXT NOT NULL DEFAULT '',
    final TEXT NOT NULL DEFAULT '',     -- where redirects led
    etag TEXT NOT NULL DEFAULT '',
    modified TEXT NOT NULL DEFAULT '',
    content BLOB
);
COMMIT;
"""

_ENTRY: Final = "an entry of a feed"
"""The note of content that came from a feed: its page is not requested once the feed drops the entry."""

_DUE: Final = """
SELECT url FROM pages WHERE list = 0 AND asked < :round AND (
    listed = :round AND (state IN ('', 'fault') OR note = :refused
        OR CASE listed_as WHEN '' THEN asked_at <= :stale ELSE listed_as <> asked_as END)
    OR listed < :round AND note <> :entry AND (asked_at < :old OR :whole AND asked <= listed)
) ORDER BY rowid LIMIT 200
"""


_ESCAPE: Final = re.compile("%[0-9A-Fa-f]{2}")


@dataclass(frozen=True, slots=True)
class Kept:
    """The stored state of a page or a list.

    Attributes:
        is_new: whether to request it: the current crawl has not, and its content is not known to be current.
        etag: the ETag of the stored content; empty if there is none.
        modified: the Last-Modified header of the stored content; empty if there is none.
        has_content: whether content is stored.
    """

    is_new: bool
    etag: str
    modified: str
    has_content: bool


class PageStore:
    """The pages of one site in one file, written by one process at a time.

    Args:
        path: the path of the file, which is created if there is none.

    Attributes:
        path: the path of the file.
        round: the number of the current crawl.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.round = 0
        self._connection: sqlite3.Connection

    @classmethod
    @contextmanager
    def opened(cls, path: Path) -> Iterator["PageStore"]:
        """Open the store; leaving the context commits everything, also after an exception.

        Raises:
            CorpusError: another process fetches the site, or the file cannot be read.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        store = cls(path)
        try:
            with FileLock(path.with_suffix(".lock"), timeout=0):
                store._connection = sqlite3.connect(path)
                try:
                    store._prepare()
                    yield store
                finally:
                    store._connection.commit()
                    store._connection.close()
        except Timeout as error:
            reason = "another process fetches this site now: let it finish"
            raise CorpusError(str(path), "file", reason, ends_source=True) from error
        except sqlite3.Error as error:
            raise damaged(path, error) from error

    def _prepare(self) -> None:
        """Create the tables of a new file; check that an existing file has our schema version."""
        (version,) = self._connection.execute("PRAGMA user_version").fetchone()
        if version not in {0, SCHEMA_VERSION}:
            raise sqlite3.DatabaseError("another version of Onneshon wrote it")
        if not version:
            self._connection.executescript(_TABLES)

    def begin(self, address: str, now: float) -> None:
        """Begin a crawl, or resume the last one if it began less than a day ago and did not end."""
        last, is_over, began = (self._value(name) for name in ("round", "is_over", "began"))
        if not last or is_over or now - began > 86_400:  # noqa: PLR2004  # seconds of a day
            last, began = last + 1, now
        self.round = last
        self._set(address=address, round=last, is_over=0, began=began)
        self.left_out(0, 0)

    def remembered(self, name: str) -> str:
        """The value stored with ``remember`` under a name; empty if there is none."""
        return str(self._value(name) or "")

    def remember(self, **values: str) -> None:
        """Store values of the crawl under names, for the next crawl."""
        self._set(**values)

    def left_out(self, beyond: int, unusable: int) -> None:
        """Store the number of addresses beyond the limit of pages, and of those that are no page's."""
        self._set(beyond=beyond, unusable=unusable)

    def end(self) -> None:
        """Mark the crawl as ended, so that the next one starts a new round."""
        self._set(is_over=1)

    def commit(self) -> None:
        """Commit everything stored so far, so that it survives the end of the process."""
        self._connection.commit()

    def listed(self, url: str, changed: str, *, is_list: bool) -> bool:
        """Store that a list names an address; whether it had not been named before in this crawl.

        Args:
            url: the address.
            changed: the date of its last change in the list; empty if the list has none, which leaves the
                date that another list has given in this crawl.
            is_list: whether the address is that of a further list.
        """
        found = self._connection.execute("SELECT listed FROM pages WHERE url = ?", (url,)).fetchone()
        self._connection.execute(
            "INSERT INTO pages (url, list, listed, listed_as) VALUES (?, ?, ?, ?) ON CONFLICT (url) "
            "DO UPDATE SET listed = excluded.listed, listed_as = CASE "
            "WHEN excluded.listed_as = '' AND listed = excluded.listed THEN listed_as "
            "ELSE excluded.listed_as END",
            (url, is_list, self.round, changed),
        )
        return found is None or found[0] < self.round

    def known_as(self, url: str) -> str:
        """The stored form of an address: percent-encoding is upper case in some lists, lower in others."""
        if "%" not in url:
            return url
        query = "SELECT url FROM pages WHERE url IN (?, ?, ?) ORDER BY rowid LIMIT 1"
        capital = _ESCAPE.sub(lambda escape: escape[0].upper(), url)
        small = _ESCAPE.sub(lambda escape: escape[0].lower(), url)
        found = self._connection.execute(query, (url, capital, small)).fetchone()
        return str(found[0]) if found else url

    def due(self, refused: str, stale: float, now: float, *, whole: bool) -> list[str]:
        """The next pages to request; empty if none is left.

        Args:
            refused: the note of pages that robots.txt does not allow to be requested.
            stale: a time: pages without a date of their last change are due if last requested before it.
            now: the current time.
            whole: whether the lists name all pages, so that a page that is no longer in any may be gone.
        """
        values = {
            "round": self.round,
            "refused": refused,
            "stale": stale,
            "old": now - RECHECK_SECONDS,
            "whole": whole,
            "entry": _ENTRY,
        }
        return [url for (url,) in self._connection.execute(_DUE, values)]

    def kept(self, url: str) -> Kept:
        """The stored state of an address; that of a new page if no list has named it."""
        row = self._connection.execute(
            "SELECT asked, listed_as <> '' AND listed_as = asked_as, etag, modified, content IS NOT NULL "
            "FROM pages WHERE url = ?",
            (url,),
        ).fetchone()
        asked, is_same, etag, modified, has_content = row or (0, False, "", "", False)
        is_known = bool(has_content) and (asked == self.round or bool(is_same))
        etag, modified = (etag, modified) if has_content else ("", "")
        return Kept(not is_known, etag, modified, bool(has_content))

    def first_fault(self) -> str:
        """The fault of the first list that could not be read; empty if all could be."""
        query = "SELECT note FROM pages WHERE list = 1 AND state = 'fault' AND content IS NULL ORDER BY rowid"
        row = self._connection.execute(query).fetchone()
        return str(row[0]) if row else ""

    def names(self, url: str) -> bool:
        """Whether a list has named an address as that of a page in this crawl."""
        query = "SELECT 1 FROM pages WHERE url = ? AND list = 0 AND listed = ?"
        return self._connection.execute(query, (url, self.round)).fetchone() is not None

    def content(self, url: str) -> bytes:
        """The stored content of a list, compressed by gzip."""
        (found,) = self._connection.execute("SELECT content FROM pages WHERE url = ?", (url,)).fetchone()
        return bytes(found)

    def unchanged(self, url: str, now: float) -> None:
        """Store that the content of an address is unchanged on its server."""
        self._asked(url, now, state="page", note="")

    def keep_list(self, url: str, content: bytes, versions: tuple[str, str], now: float) -> None:
        """Store a list as it was sent, with its ETag and Last-Modified."""
        packed = content if content.startswith(b"\x1f\x8b") else gzip.compress(content, 6, mtime=0)
        etag, modified = versions
        self._asked(url, now, state="page", etag=etag, modified=modified, content=packed)

    def keep_page(self, url: str, content: bytes, versions: tuple[str, str], final: str, now: float) -> bool:
        """Store a page with its ETag, Last-Modified and final address; whether its content has changed."""
        etag, modified = versions
        packed = zlib.compress(content)
        (before,) = self._connection.execute("SELECT content FROM pages WHERE url = ?", (url,)).fetchone()
        self._asked(
            url, now, state="page", note="", final=final, etag=etag, modified=modified, content=packed
        )
        return bool(before != packed)

    def keep_entry(self, url: str, content: bytes, now: float) -> bool | None:
        """Store an entry of a feed in place of its page.

        Returns:
            Whether the content has changed; None if there was none before.
        """
        had = self.kept(url).has_content
        is_other = self.keep_page(url, content, ("", ""), url, now)
        self._asked(url, now, note=_ENTRY)
        return is_other if had else None

    def withdraw_entry(self, url: str, now: float) -> None:
        """Store that a list reports one of its entries as deleted."""
        self.note(url, "passed", _ENTRY, now)

    def note(self, url: str, state: State, note: str, now: float) -> None:
        """Store that an address has no page, or could not be fetched; in the latter case its content stays.

        Args:
            url: the address.
            state: ``passed`` or ``fault``; a page stored before becomes ``gone`` until ``forget_gone``.
            note: what the address has instead, or what went wrong.
            now: the current time.
        """
        if state == "fault":
            self._asked(url, now, state=state, note=note)
            return
        was_there = self.kept(url).has_content or self._state(url) == "gone"
        state = "gone" if was_there else state
        self._asked(url, now, state=state, note=note, content=None, etag="", modified="")

    def forget_gone(self) -> None:
        """Clear the state ``gone``, once the articles of such pages were deleted from the index."""
        last = int(self._value("round"))
        self._connection.execute("DELETE FROM pages WHERE state = 'gone' AND listed < ?", (last,))
        self._connection.execute("UPDATE pages SET state = 'passed' WHERE state = 'gone'")

    def size(self) -> int:
        """The number of pages that lists have named in this crawl."""
        query = "SELECT count(*) FROM pages WHERE list = 0 AND listed = ?"
        return int(self._connection.execute(query, (self.round,)).fetchone()[0])

    def _state(self, url: str) -> str:
        row = self._connection.execute("SELECT state FROM pages WHERE url = ?", (url,)).fetchone()
        return str(row[0]) if row else ""

    def _asked(self, url: str, now: float, **values: Any) -> None:
        """Store the outcome of a request for an address, by the names of columns."""
        columns = "".join(f"{name} = :{name}, " for name in values)
        self._connection.execute(
            f"UPDATE pages SET {columns} asked = :round, asked_as = listed_as, asked_at = :now "  # noqa: S608  # our names
            "WHERE url = :url",
            {**values, "round": self.round, "now": now, "url": url},
        )

    def _value(self, name: str) -> Any:
        row = self._connection.execute("SELECT value FROM crawl WHERE name = ?", (name,)).fetchone()
        return row[0] if row else 0

    def _set(self, **values: Any) -> None:
        self._connection.executemany(
            "INSERT INTO crawl VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
            list(values.items()),
        )
