"""What the desk keeps: its log, earlier versions of articles, what is held back, and what signs its cookies.

A file of SQLite beside the index, for its owner only. Every change is a transaction that is on the disk when
the editor is told of it.
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
"""Most earlier versions kept of an article."""

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
    """What the desk keeps cannot be read or written."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the log: when, who, did what, to what."""

    at: str
    who: str
    action: str
    about: str


@dataclass(frozen=True, slots=True)
class Version:
    """What an article was before somebody changed it.

    Attributes:
        number: of the version.
        at: when it was changed, ISO 8601, UTC.
        who: changed it.
        action: by what.
        title: of the article.
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
    """An article that waits for its time.

    Attributes:
        article: its id.
        until: when it may be found, ISO 8601, UTC.
        who: holds it.
        title: of it.
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
    """The file beside an index; threads and processes may share it.

    Args:
        directory: of the index.
    """

    def __init__(self, directory: Path) -> None:
        self.path = directory / DESK_FILE
        self._opened = SqliteFile(self.path, _SCHEMA, _fault).opened

    def now(self) -> dt.datetime:
        """The time, by which what is held back goes out."""
        return dt.datetime.now(dt.UTC)

    def _stamp(self) -> str:
        return self.now().isoformat(timespec="seconds")

    def secret(self) -> bytes:
        """What signs cookies: drawn once, the same for all processes and after a restart."""
        with self._opened() as connection:
            connection.execute("INSERT OR IGNORE INTO secret VALUES (1, ?)", (os.urandom(32),))
            key: bytes = connection.execute("SELECT key FROM secret").fetchone()[0]
            return key

    def sign_out(self, session: str) -> None:
        """Have a session opened no more, whoever still has its cookie."""
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
        """Write a line of the log."""
        with self._opened() as connection:
            self._note(connection, who, action, about)

    def _note(self, connection: sqlite3.Connection, who: str, action: str, about: str) -> None:
        values = (self._stamp(), who, action, about[:1_000])
        connection.execute("INSERT INTO log (at, who, action, about) VALUES (?, ?, ?, ?)", values)

    def entries(self, limit: int = 200, *, of_sessions: bool = True) -> list[Entry]:
        """The last lines of the log, the latest first; with who signed in and out, or without."""
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
        """Keep what an article is before it is changed, and write a line of the log.

        Args:
            article: its id.
            who: changes it.
            action: what is done.
            title: of the article.
            record: the article as JSON; None where there is none.
            then: what becomes of it, for the log.
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
        """What an article was before each of the last changes, the latest first."""
        with self._opened() as connection:
            rows = connection.execute(
                "SELECT number, at, who, action, title, record FROM versions WHERE article = ? "
                "ORDER BY number DESC",
                (article,),
            )
            return [Version(*row) for row in rows]

    def hold(self, held: Held) -> None:
        """Hold an article back, in place of what was held of its id."""
        with self._opened() as connection:
            values = (held.article, held.until, held.who, held.title, held.record)
            connection.execute("INSERT OR REPLACE INTO held VALUES (?, ?, ?, ?, ?)", values)
            self._withhold(connection)  # before anybody is told, and before the transaction ends

    def settle(self) -> None:
        """Have builds know what is held back, where a process was killed before it said so."""
        with self._opened() as connection:
            self._withhold(connection)

    def _withhold(self, connection: sqlite3.Connection) -> None:
        write_withheld(
            self.path.parent, [article for (article,) in connection.execute("SELECT article FROM held")]
        )

    def waiting(self, until: dt.datetime | None = None) -> list[Held]:
        """What is held back, in the order of its time.

        Args:
            until: only what may be found by then.
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
        """What is held back of an id; None where nothing is."""
        with self._opened() as connection:
            row = connection.execute(
                "SELECT article, until, who, title, record FROM held WHERE article = ?", (article,)
            ).fetchone()
            return Held(*row) if row else None

    def let_go(
        self, held: Held, who: str, action: str, publish: Callable[[Held], object] | None = None
    ) -> bool:
        """Hold an article back no longer, unless somebody let it go, or holds it anew, meanwhile.

        Args:
            held: as it was read.
            who: lets it go.
            action: for the log.
            publish: is done with it at the same time, in one process alone; what fails leaves it held back.

        Returns:
            Whether it was held back as it was read.
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
