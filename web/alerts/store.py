"""Who wants to hear of what: kept in a file beside the index.

Of what opens an alert, the secret in a link, there is a digest alone. What nobody confirmed in a week, and
what was stopped, is gone.
"""

import datetime as dt
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs

from onneshon.index.storage.beside import SqliteFile
from onneshon.search import OnneshonError

ALERTS_FILE: Final = "alerts.sqlite"

MOST_KEPT: Final = 10
"""Searches of one address."""

MOST_UNCONFIRMED: Final = 3
"""Of them, those that nobody confirmed: whoever types in a stranger's address sends so many mails at most."""

CONFIRM_DAYS: Final = 7

_DAY: Final = 86_400
_HOUR: Final = 3_600
_WAIT: Final = 600
"""Seconds for which the mail of an alert is put off at first, where it was refused twice."""

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS alerts (
    number INTEGER PRIMARY KEY AUTOINCREMENT, address TEXT NOT NULL COLLATE NOCASE, search TEXT NOT NULL,
    language TEXT NOT NULL, asked TEXT NOT NULL, state TEXT NOT NULL, sent TEXT NOT NULL DEFAULT '',
    seen BLOB NOT NULL DEFAULT x'', UNIQUE (address, search)
);
CREATE TABLE IF NOT EXISTS links (
    digest BLOB PRIMARY KEY, alert INTEGER NOT NULL, FOREIGN KEY (alert) REFERENCES alerts ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS links_of ON links (alert);
CREATE TABLE IF NOT EXISTS refused (
    alert INTEGER PRIMARY KEY, times INTEGER NOT NULL, until REAL NOT NULL,
    FOREIGN KEY (alert) REFERENCES alerts ON DELETE CASCADE
);
PRAGMA foreign_keys = ON;
"""
_ALERT: Final = "number, address, search, language, state, sent, seen"
_NOT_PUT_OFF: Final = "number NOT IN (SELECT alert FROM refused WHERE until > ? AND until <= ?)"


class AlertStoreError(OnneshonError):
    """What readers asked to hear of cannot be read or written."""


@dataclass(frozen=True, slots=True)
class Alert:
    """A search that somebody keeps.

    Attributes:
        number: of it.
        address: to which mail goes.
        search: the parameters of its page of results.
        language: in which mail is written.
        state: ``asked``, then ``mailed`` with a link to confirm, then ``confirmed``.
        sent: the last day on which it was looked for news; empty for never.
        seen: digests of articles that are no news, 8 bytes each.
    """

    number: int
    address: str
    search: str
    language: str
    state: str
    sent: str
    seen: bytes


class AlertStore:
    """The file beside an index.

    Args:
        directory: of the index, or of the ``onneshon.toml`` of one on a cluster.
        now: tells the time.
    """

    def __init__(self, directory: Path, now: Callable[[], dt.datetime] = dt.datetime.now) -> None:
        self.path = directory / ALERTS_FILE
        self._now = now
        self._opened = SqliteFile(self.path, _SCHEMA, AlertStoreError).opened

    def ask(self, address: str, search: str, language: str) -> None:
        """Note that somebody asked for an alert; of too many, and of one that is there, nothing."""
        with self._opened() as connection:
            connection.execute(
                "DELETE FROM alerts WHERE state <> 'confirmed' AND asked < ?", (self._oldest(),)
            )
            kept, waiting = connection.execute(
                "SELECT count(*), ifnull(sum(state <> 'confirmed'), 0) FROM alerts WHERE address = ?",
                (address,),
            ).fetchone()
            if kept < MOST_KEPT and waiting < MOST_UNCONFIRMED:
                connection.execute(
                    "INSERT OR IGNORE INTO alerts (address, search, language, asked, state) "
                    "VALUES (?, ?, ?, ?, 'asked')",
                    (address, search, language, self._today()),
                )

    def _today(self) -> str:
        return self._now().date().isoformat()

    def _oldest(self) -> str:
        """The first day of those that may be confirmed still."""
        return (self._now().date() - dt.timedelta(CONFIRM_DAYS)).isoformat()

    def _alerts(self, condition: str, *values: object) -> list[Alert]:
        with self._opened() as connection:
            rows = connection.execute(f"SELECT {_ALERT} FROM alerts WHERE {condition}", values)  # noqa: S608  # our own
            return [Alert(*row) for row in rows]

    def _due(self, condition: str, *values: object) -> list[Alert]:
        """Without those that are put off; by more than a day, the clock was ahead."""
        now = self._now().timestamp()
        return self._alerts(f"{_NOT_PUT_OFF} AND {condition}", now, now + _DAY, *values)

    def asked(self, limit: int) -> list[Alert]:
        """Those of whom nobody knows yet whether the address is theirs, and who got no mail so far."""
        return self._due("state = 'asked' AND asked >= ? ORDER BY number LIMIT ?", self._oldest(), limit)

    def due(self) -> list[Alert]:
        """Those that were not looked for news today."""
        return self._due("state = 'confirmed' AND sent <> ? ORDER BY number", self._today())

    def refused(self, alert: Alert, *, is_for_now: bool) -> None:
        """Note that its mail was not taken.

        It stays due the first time; then it is put off, each time for longer, from 10 minutes to a day.

        Args:
            alert: whose.
            is_for_now: whether the server may take it soon, so that it is put off for an hour at most.
        """
        most = _HOUR if is_for_now else _DAY
        now = self._now().timestamp()
        with self._opened() as connection:
            connection.execute(
                "INSERT INTO refused SELECT number, 1, ? FROM alerts WHERE number = ? ON CONFLICT DO UPDATE "
                "SET until = ? + min(? * ((1 << min(times, 8)) - 1), ?), times = times + 1",
                (now, alert.number, now, _WAIT, most),
            )

    def is_kept(self, alert: Alert) -> bool:
        """Whether nobody has stopped it meanwhile."""
        return bool(self._alerts("number = ?", alert.number))

    def link(self, alert: Alert) -> str:
        """A secret that opens an alert, unless it is gone; older ones stay good, as mail is read late."""
        secret = secrets.token_urlsafe(18)
        with self._opened() as connection:
            connection.execute(
                "INSERT INTO links SELECT ?, number FROM alerts WHERE number = ?",
                (_digest(secret), alert.number),
            )
        return secret

    def of(self, secret: str) -> Alert | None:
        """The alert that a secret opens; None where it opens none."""
        found = self._alerts("number = (SELECT alert FROM links WHERE digest = ?)", _digest(secret))
        return found[0] if found else None

    def mailed(self, alert: Alert) -> None:
        """Note that its link was sent; who has pressed it already stays confirmed."""
        self._set(alert, "state = replace(state, 'asked', 'mailed')")

    def confirm(self, alert: Alert) -> None:
        """From now on it is looked for news."""
        self._set(alert, "state = 'confirmed'")

    def looked(self, alert: Alert, day: dt.date, seen: bytes) -> None:
        """Note that it was looked for news on a day, and what is none any more."""
        self._set(alert, "sent = ?, seen = ?", day.isoformat(), seen)

    def _set(self, alert: Alert, what: str, *values: object) -> None:
        with self._opened() as connection:
            connection.execute(f"UPDATE alerts SET {what} WHERE number = ?", (*values, alert.number))  # noqa: S608  # our own
            connection.execute("DELETE FROM refused WHERE alert = ?", (alert.number,))

    def stop(self, alert: Alert) -> bool:
        """Forget it, and the address with the last of its searches: whether that is forgotten."""
        with self._opened() as connection:
            connection.execute("DELETE FROM alerts WHERE number = ?", (alert.number,))
            of_it = "SELECT 1 FROM alerts WHERE address = ? LIMIT 1"
            return connection.execute(of_it, (alert.address,)).fetchone() is None


def _digest(secret: str) -> bytes:
    return sha256(secret.encode()).digest()


def query_of(alert: Alert) -> str:
    """What was typed."""
    return parse_qs(alert.search)["q"][0]
