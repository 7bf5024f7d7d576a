"""The database of the desk: its log, earlier versions of articles, articles held back, and its cookie key.

An SQLite file next to the index, readable by its owner only. Every change is a transaction that is on the
disk before the editor gets an answer.
"""

import datetime as dt
import os
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from onneshon.index.storage.beside import SqliteFile, write_withheld
from onneshon.search import OnneshonError

DESK_FILE: Final = "desk.sqlite"

KEPT_VERSIONS: Final = 20
"""Maximum number of earlier versions kept of an article."""

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS secret (one INTEGER PRIMARY KEY CHECK (one = 1), key BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS signed_out (session TEXT PRIMARY KEY, at TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS log (
    number INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, who TEXT NOT NULL,
    action TEXT NOT NULL, about TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS versions (
    number INTEGER PRIMARY KEY AUTOINCREMENT, article TEXT NOT NULL, at TEXT NOT NULL, who TEXT NOT NULL,
    action TEXT NOT NULL, title TEXT NOT NULL, record TEXT
);
CREATE INDEX IF NOT EXISTS versions_of ON versions (article, number);
CREATE TABLE IF NOT EXISTS held (
    article TEXT PRIMARY KEY, until TEXT NOT NULL, who TEXT NOT NULL, title TEXT NOT NULL,
    record TEXT NOT NULL
) WITHOUT ROWID;
"""


class DeskStoreError(OnneshonError):
    """The database of the desk cannot be read or written."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the log: when, who, did what, to what."""

    at: str
    who: str
    action: str
    about: str


@dataclass(frozen=True, slots=True)
class Version:
    """A version of an article before a change.

    Attributes:
        number: the number of the version.
        at: the time of the change, ISO 8601, UTC.
        who: the name of the client that made the change.
        action: the kind of change.
        title: the title of the article.
        record: the article as JSON; None where there was none.
    """

    number: int
    at: str
    who: str
    action: str
    title: str
    record: str | None


@dataclass(frozen=True, slots=True)
class Held:
    """An article that is held back until a time.

    Attributes:
        article: the article's id.
        until: the time from which it may be found, ISO 8601, UTC.
        who: the name of the client that holds it back.
        title: the article's title.
        record: the article as JSON.
    """

    article: str
    until: str
    who: str
    title: str
    record: str


def _fault(reason: str) -> DeskStoreError:
    return DeskStoreError(f"{reason}; nothing was changed")


class DeskStore:
    """The database file next to an index; threads and processes may share it.

    Args:
        directory: the directory of the index.
    """

    def __init__(self, directory: Path) -> None:
        self.path = directory / DESK_FILE
        self._opened = SqliteFile(self.path, _SCHEMA, _fault).opened

    def now(self) -> dt.datetime:
        """The current time, by which articles that are held back get published."""
        return dt.datetime.now(dt.UTC)

    def _stamp(self) -> str:
        return self.now().isoformat(timespec="seconds")

    def secret(self) -> bytes:
        """The key that signs cookies: made at random once, the same for all processes and after a restart."""
        with self._opened() as connection:
            connection.execute("INSERT OR IGNORE INTO secret VALUES (1, ?)", (os.urandom(32),))
            key: bytes = connection.execute("SELECT key FROM secret").fetchone()[0]
            return key

    def sign_out(self, session: str) -> None:
        """End a session for good, even if somebody still has its cookie."""
        with self._opened() as connection:
            connection.execute("INSERT OR IGNORE INTO signed_out VALUES (?, ?)", (session, self._stamp()))
            oldest = (self.now() - dt.timedelta(days=2)).isoformat(timespec="seconds")
            connection.execute("DELETE FROM signed_out WHERE at < ?", (oldest,))

    def is_signed_out(self, session: str) -> bool:
        """Whether somebody signed out of a session."""
        with self._opened() as connection:
            found = connection.execute("SELECT 1 FROM signed_out WHERE session = ?", (session,)).fetchone()
            return found is not None

    def note(self, who: str, action: str, about: str = "") -> None:
        """Write a line to the log."""
        with self._opened() as connection:
            self._note(connection, who, action, about)

    def _note(self, connection: sqlite3.Connection, who: str, action: str, about: str) -> None:
        values = (self._stamp(), who, action, about[:1_000])
        connection.execute("INSERT INTO log (at, who, action, about) VALUES (?, ?, ?, ?)", values)

    def entries(self, limit: int = 200, *, of_sessions: bool = True) -> list[Entry]:
        """The last lines of the log, the latest first; with or without lines about sessions."""
        with self._opened() as connection:
            rows = connection.execute(
                "SELECT at, who, action, about FROM log WHERE ?1 OR action NOT IN "
                "('sign in', 'sign out', 'refused') ORDER BY number DESC LIMIT ?2",
                (of_sessions, limit),
            )
            return [Entry(*row) for row in rows]

    def keep(
        self, article: str, who: str, action: str, title: str, record: str | None, *, then: str = ""
    ) -> None:
        """Keep the version of an article before a change, and write a line to the log.

        Args:
            article: the article's id.
            who: the name of the client that makes the change.
            action: the kind of change.
            title: the article's title.
            record: the article as JSON; None where there is none.
            then: the result of the change, for the log.
        """
        with self._opened() as connection:
            values = (article, self._stamp(), who, action, title, record)
            connection.execute(
                "INSERT INTO versions (article, at, who, action, title, record) VALUES (?, ?, ?, ?, ?, ?)",
                values,
            )
            connection.execute(
                "DELETE FROM versions WHERE article = ?1 AND number NOT IN "
                "(SELECT number FROM versions WHERE article = ?1 ORDER BY number DESC LIMIT ?2)",
                (article, KEPT_VERSIONS),
            )
            self._note(connection, who, action, " · ".join(filter(None, (article, title, then))))

    def versions(self, article: str) -> list[Version]:
        """The versions of an article before each of the last changes, the latest first."""
        with self._opened() as connection:
            rows = connection.execute(
                "SELECT number, at, who, action, title, record FROM versions WHERE article = ? "
                "ORDER BY number DESC",
                (article,),
            )
            return [Version(*row) for row in rows]

    def hold(self, held: Held) -> None:
        """Hold an article back, in place of any with its id that was held back."""
        with self._opened() as connection:
            values = (held.article, held.until, held.who, held.title, held.record)
            connection.execute("INSERT OR REPLACE INTO held VALUES (?, ?, ?, ?, ?)", values)
            self._withhold(connection)  # before the editor gets an answer and the transaction ends

    def settle(self) -> None:
        """Tell builds again which articles are held back, in case a process was killed before it did so."""
        with self._opened() as connection:
            self._withhold(connection)

    def _withhold(self, connection: sqlite3.Connection) -> None:
        write_withheld(
            self.path.parent, [article for (article,) in connection.execute("SELECT article FROM held")]
        )

    def waiting(self, until: dt.datetime | None = None) -> list[Held]:
        """The articles that are held back, in the order of their times.

        Args:
            until: only articles that may be found by this time; None for all.
        """
        last = until.astimezone(dt.UTC).isoformat(timespec="seconds") if until else "9999"
        with self._opened() as connection:
            rows = connection.execute(
                "SELECT article, until, who, title, record FROM held WHERE until <= ? "
                "ORDER BY until, article",
                (last,),
            )
            return [Held(*row) for row in rows]

    def held(self, article: str) -> Held | None:
        """The article of an id as it is held back; None where it is not."""
        with self._opened() as connection:
            row = connection.execute(
                "SELECT article, until, who, title, record FROM held WHERE article = ?", (article,)
            ).fetchone()
            return Held(*row) if row else None

    def let_go(
        self, held: Held, who: str, action: str, publish: Callable[[Held], object] | None = None
    ) -> bool:
        """Stop holding an article back, unless it was let go, or held back again differently, meanwhile.

        Args:
            held: the article as it was read from here.
            who: the name of the client that lets it go.
            action: the kind of change, for the log.
            publish: called in the same transaction, in one process only; if it fails, the article stays held.

        Returns:
            Whether the article was still held back as it was read.
        """
        with self._opened() as connection:
            gone = connection.execute(
                "DELETE FROM held WHERE article = ? AND until = ? AND record = ?",
                (held.article, held.until, held.record),
            )
            if not gone.rowcount:
                return False
            if publish:
                publish(held)
            self._note(connection, who, action, held.article)
            return True
