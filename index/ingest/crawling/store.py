"""The file in which a crawl keeps pages: what they are, what is known of each, and how far the crawl is."""

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
"""An article may be on it; it is gone, and was there before; it is none; it could not be had."""

RECHECK_SECONDS: Final = 7 * 86_400.0
"""How often a page is asked for that no list names any more."""

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
"""How what is kept is noted where a feed had it: its page is not asked for when the feed has it no more."""

_DUE: Final = """
SELECT url FROM pages WHERE list = 0 AND asked < :round AND (
    listed = :round AND (state IN ('', 'fault') OR note = :refused
        OR CASE listed_as WHEN '' THEN asked_at <= :stale ELSE listed_as <> asked_as END)
    OR listed < :round AND note <> :entry AND (asked_at < :old OR :whole AND asked <= listed)
) ORDER BY rowid LIMIT 200
"""


_ESCAPE: Final = re.compile("%[0-9A-Fa-f]{2}")


def _capital(escape: re.Match[str]) -> str:
    return escape[0].upper()


def _small(escape: re.Match[str]) -> str:
    return escape[0].lower()


@dataclass(frozen=True, slots=True)
class Kept:
    """What is known of a page or a list.

    Attributes:
        url: its address.
        is_new: whether the crawl that goes on has not asked for it, nor is what is known of it up to date.
        etag: as its server called the version that is kept; empty where nothing is kept.
        modified: when that was changed, as its server says; the same.
        has_content: whether something is kept.
    """

    url: str
    is_new: bool
    etag: str
    modified: str
    has_content: bool


class PageStore:
    """The pages of one site in one file, written by one process at a time.

    Args:
        path: of the file; made where there is none.

    Attributes:
        path: the same.
        round: the number of the crawl that goes on.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.round = 0
        self._connection: sqlite3.Connection

    @classmethod
    @contextmanager
    def opened(cls, path: Path) -> Iterator["PageStore"]:
        """The store, with everything kept when it is left, however that is.

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
        """Make the tables of a new file; of one that is there, look whether it is one of ours."""
        (version,) = self._connection.execute("PRAGMA user_version").fetchone()
        if version not in {0, SCHEMA_VERSION}:
            raise sqlite3.DatabaseError("another version of Onneshon wrote it")
        if not version:
            self._connection.executescript(_TABLES)

    def begin(self, address: str, now: float) -> None:
        """Begin a crawl; or go on with the last one, where that is less than a day old and did not end."""
        last, is_over, began = (self._value(name, 0) for name in ("round", "is_over", "began"))
        if not last or is_over or now - began > 86_400:  # noqa: PLR2004  # seconds of a day
            last, began = last + 1, now
        self.round = last
        self._set(address=address, round=last, is_over=0, began=began)
        self.left_out(0, 0)

    def remembered(self, name: str) -> str:
        """What was noted of the crawl under a name; empty where nothing was."""
        return str(self._value(name, 0) or "")

    def remember(self, **values: str) -> None:
        """Note something of the crawl, for the next time."""
        self._set(**values)

    def left_out(self, beyond: int, unusable: int) -> None:
        """So many addresses are more than were wanted, and so many are none of a page."""
        self._set(beyond=beyond, unusable=unusable)

    def end(self) -> None:
        """The crawl is over, and the next one begins anew."""
        self._set(is_over=1)

    def commit(self) -> None:
        """Have what was kept survive whatever ends the process."""
        self._connection.commit()

    def listed(self, url: str, changed: str, *, is_list: bool) -> bool:
        """A list names an address; whether it had not been named before in this crawl.

        Args:
            url: the address.
            changed: when it was changed, as the list says; empty where it says nothing, so that what another
                one has said in this crawl counts.
            is_list: whether it is that of a further list.
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
        """An address as it was met first: some lists write percent-encoding in capitals, others do not."""
        if "%" not in url:
            return url
        query = "SELECT url FROM pages WHERE url IN (?, ?, ?) ORDER BY rowid LIMIT 1"
        found = self._connection.execute(
            query, (url, _ESCAPE.sub(_capital, url), _ESCAPE.sub(_small, url))
        ).fetchone()
        return str(found[0]) if found else url

    def due(self, refused: str, stale: float, now: float, *, whole: bool) -> list[str]:
        """The next pages to ask for; none where all is known.

        Args:
            refused: how those are noted that the site does not want to be asked for.
            stale: pages without a date of their last change are asked for unless that was done since then.
            now: the time.
            whole: whether the lists name all pages, so that one that none names any more may be gone.
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
        """What is known of an address; nothing of one that no list has named."""
        row = self._connection.execute(
            "SELECT asked, listed_as <> '' AND listed_as = asked_as, etag, modified, content IS NOT NULL "
            "FROM pages WHERE url = ?",
            (url,),
        ).fetchone()
        asked, is_same, etag, modified, has_content = row or (0, False, "", "", False)
        is_known = bool(has_content) and (asked == self.round or bool(is_same))
        etag, modified = (etag, modified) if has_content else ("", "")
        return Kept(url, not is_known, etag, modified, bool(has_content))

    def first_fault(self) -> str:
        """What is wrong with the first list that could not be read; empty where all could."""
        query = "SELECT note FROM pages WHERE list = 1 AND state = 'fault' AND content IS NULL ORDER BY rowid"
        row = self._connection.execute(query).fetchone()
        return str(row[0]) if row else ""

    def names(self, url: str) -> bool:
        """Whether a list names an address as that of a page, in this crawl."""
        query = "SELECT 1 FROM pages WHERE url = ? AND list = 0 AND listed = ?"
        return self._connection.execute(query, (url, self.round)).fetchone() is not None

    def content(self, url: str) -> bytes:
        """What is kept of a list, compressed by gzip."""
        (found,) = self._connection.execute("SELECT content FROM pages WHERE url = ?", (url,)).fetchone()
        return bytes(found)

    def unchanged(self, url: str, now: float) -> None:
        """What is kept of an address is as its server has it."""
        self._asked(url, now, state="page", note="")

    def keep_list(self, url: str, content: bytes, versions: tuple[str, str], now: float) -> None:
        """Keep a list as it was sent, with the names of its version."""
        packed = content if content.startswith(b"\x1f\x8b") else gzip.compress(content, 6, mtime=0)
        etag, modified = versions
        self._asked(url, now, state="page", etag=etag, modified=modified, content=packed)

    def keep_page(self, url: str, content: bytes, versions: tuple[str, str], final: str, now: float) -> bool:
        """Keep a page, with the names of its version and where redirects led; whether it was another."""
        etag, modified = versions
        packed = zlib.compress(content)
        (before,) = self._connection.execute("SELECT content FROM pages WHERE url = ?", (url,)).fetchone()
        self._asked(
            url, now, state="page", note="", final=final, etag=etag, modified=modified, content=packed
        )
        return bool(before != packed)

    def keep_entry(self, url: str, content: bytes, now: float) -> bool | None:
        """Keep an entry of a feed in the place of its page.

        Returns:
            Whether it is another than before; None where there was none.
        """
        had = self.kept(url).has_content
        is_other = self.keep_page(url, content, ("", ""), url, now)
        self._asked(url, now, note=_ENTRY)
        return is_other if had else None

    def withdraw_entry(self, url: str, now: float) -> None:
        """A list says that what it had is gone."""
        self.note(url, "passed", _ENTRY, now)

    def note(self, url: str, state: State, note: str, now: float) -> None:
        """A page is not there, or is none, or could not be had; what was kept of it stays in the last case.

        Args:
            url: its address.
            state: which of these; what was a page before is gone, as is told until ``forget_gone``.
            note: what it is, or what is wrong.
            now: the time.
        """
        if state == "fault":
            self._asked(url, now, state=state, note=note)
            return
        was_there = self.kept(url).has_content or self._state(url) == "gone"
        state = "gone" if was_there else state
        self._asked(url, now, state=state, note=note, content=None, etag="", modified="")

    def forget_gone(self) -> None:
        """What is gone was taken out of the index."""
        last = int(self._value("round", 0))
        self._connection.execute("DELETE FROM pages WHERE state = 'gone' AND listed < ?", (last,))
        self._connection.execute("UPDATE pages SET state = 'passed' WHERE state = 'gone'")

    def size(self) -> int:
        """How many pages lists have named in this crawl."""
        query = "SELECT count(*) FROM pages WHERE list = 0 AND listed = ?"
        return int(self._connection.execute(query, (self.round,)).fetchone()[0])

    def _state(self, url: str) -> str:
        row = self._connection.execute("SELECT state FROM pages WHERE url = ?", (url,)).fetchone()
        return str(row[0]) if row else ""

    def _asked(self, url: str, now: float, **values: Any) -> None:
        """Note what came of asking for an address, by the names of columns."""
        columns = "".join(f"{name} = :{name}, " for name in values)
        self._connection.execute(
            f"UPDATE pages SET {columns} asked = :round, asked_as = listed_as, asked_at = :now "  # noqa: S608  # our names
            "WHERE url = :url",
            {**values, "round": self.round, "now": now, "url": url},
        )

    def _value(self, name: str, default: float) -> Any:
        row = self._connection.execute("SELECT value FROM crawl WHERE name = ?", (name,)).fetchone()
        return row[0] if row else default

    def _set(self, **values: Any) -> None:
        self._connection.executemany(
            "INSERT INTO crawl VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
            list(values.items()),
        )
