"""The store of alerts: who wants news of which search, in a file next to the index.

The secret in a link, which opens an alert, is stored only as a digest. Alerts that were not confirmed within
a week, and those that were stopped, are deleted.
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
"""Maximum number of searches kept for one address."""

MOST_UNCONFIRMED: Final = 3
"""Maximum unconfirmed searches among these: somebody who types a stranger's address causes no more mails."""

CONFIRM_DAYS: Final = 7

_DAY: Final = 86_400
_HOUR: Final = 3_600
_WAIT: Final = 600
"""Seconds for which an alert's mail is first put off, after it was refused twice."""

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
    """The store of alerts cannot be read or written."""


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert: a search whose news a reader wants.

    Attributes:
        number: the number of the alert.
        address: the e-mail address to which news is sent.
        search: the parameters of the search's page of results.
        language: the language of the mails.
        state: ``asked``, then ``mailed`` with a link to confirm, then ``confirmed``.
        sent: the last day on which the search was checked for news; empty for never.
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
    """The file of alerts next to an index.

    Args:
        directory: the directory of the index, or that of ``onneshon.toml`` for an index on a cluster.
        now: returns the current time.
    """

    def __init__(self, directory: Path, now: Callable[[], dt.datetime] = dt.datetime.now) -> None:
        self.path = directory / ALERTS_FILE
        self._now = now
        self._opened = SqliteFile(self.path, _SCHEMA, AlertStoreError).opened

    def ask(self, address: str, search: str, language: str) -> None:
        """Note a request for an alert; ignored if the address has too many, or this one already."""
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
        """The earliest day of a request that may still be confirmed."""
        return (self._now().date() - dt.timedelta(CONFIRM_DAYS)).isoformat()

    def _alerts(self, condition: str, *values: object) -> list[Alert]:
        with self._opened() as connection:
            rows = connection.execute(f"SELECT {_ALERT} FROM alerts WHERE {condition}", values)  # noqa: S608  # our own
            return [Alert(*row) for row in rows]

    def _due(self, condition: str, *values: object) -> list[Alert]:
        """The alerts of a condition not put off; over a day's delay is ignored: the clock was ahead then."""
        now = self._now().timestamp()
        return self._alerts(f"{_NOT_PUT_OFF} AND {condition}", now, now + _DAY, *values)

    def asked(self, limit: int) -> list[Alert]:
        """The alerts that still need a mail with a link to confirm the address."""
        return self._due("state = 'asked' AND asked >= ? ORDER BY number LIMIT ?", self._oldest(), limit)

    def due(self) -> list[Alert]:
        """The confirmed alerts that were not checked for news today."""
        return self._due("state = 'confirmed' AND sent <> ? ORDER BY number", self._today())

    def refused(self, alert: Alert, *, is_for_now: bool) -> None:
        """Note that the mail of an alert was not accepted.

        The alert stays due the first time; then it is put off for longer each time, from 10 minutes to a day.

        Args:
            alert: the alert.
            is_for_now: whether the server may accept the mail soon; it is then put off for an hour at most.
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
        """Whether an alert still exists, as nobody has stopped it meanwhile."""
        return bool(self._alerts("number = ?", alert.number))

    def link(self, alert: Alert) -> str:
        """A new secret that opens an alert, if it still exists; older ones stay valid: mail is read late."""
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
        """Note that the link of an alert was sent; an alert confirmed meanwhile stays confirmed."""
        self._set(alert, "state = replace(state, 'asked', 'mailed')")

    def confirm(self, alert: Alert) -> None:
        """Confirm an alert, so that it is checked for news from now on."""
        self._set(alert, "state = 'confirmed'")

    def looked(self, alert: Alert, day: dt.date, seen: bytes) -> None:
        """Note the day on which an alert was checked for news, and the articles that are no news any more."""
        self._set(alert, "sent = ?, seen = ?", day.isoformat(), seen)

    def _set(self, alert: Alert, what: str, *values: object) -> None:
        with self._opened() as connection:
            connection.execute(f"UPDATE alerts SET {what} WHERE number = ?", (*values, alert.number))  # noqa: S608  # our own
            connection.execute("DELETE FROM refused WHERE alert = ?", (alert.number,))

    def stop(self, alert: Alert) -> bool:
        """Delete an alert; return whether it was the last of its address, which is then forgotten too."""
        with self._opened() as connection:
            connection.execute("DELETE FROM alerts WHERE number = ?", (alert.number,))
            of_it = "SELECT 1 FROM alerts WHERE address = ? LIMIT 1"
            return connection.execute(of_it, (alert.address,)).fetchone() is None


def _digest(secret: str) -> bytes:
    return sha256(secret.encode()).digest()


def query_of(alert: Alert) -> str:
    """The query of an alert, as typed."""
    return parse_qs(alert.search)["q"][0]
