"""The counts of searches, which ``onneshon searches`` shows: an SQLite file without data about persons.

A row has a day, a question that enough people asked, their number, the number of articles found, and how
many people opened one of these. There is no address, no name, no order, and no time but the day.
"""

import csv
import datetime as dt
import io
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias, get_args

import click

from onneshon.index.commands.terminal import MOST_DAYS, json_option, location_option, say, say_json
from onneshon.index.remote import Location, site_directory
from onneshon.index.storage.beside import SqliteFile
from onneshon.search import OnneshonError
from onneshon.search.results.export import harmless

SEARCHES_FILE: Final = "searches.sqlite"

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS searches (
    day TEXT NOT NULL, question TEXT NOT NULL, text TEXT NOT NULL,
    people INTEGER NOT NULL, total INTEGER NOT NULL, total_all INTEGER NOT NULL, opened INTEGER NOT NULL,
    PRIMARY KEY (day, question)
) WITHOUT ROWID
"""
_ADD: Final = """
INSERT INTO searches VALUES (:day, :question, :text, :people, :total, :total_all, :opened)
ON CONFLICT (day, question) DO UPDATE SET people = people + :people, opened = opened + :opened,
    total = CASE WHEN :people THEN :total ELSE total END,
    total_all = CASE WHEN :people THEN :total_all ELSE total_all END
"""
_OPENED: Final = "UPDATE searches SET opened = opened + :opened WHERE day = :day AND question = :question"
_RANKED: Final = """
SELECT question, text, sum(people) AS people, total, total_all, sum(opened) AS opened, max(day)
FROM searches WHERE day BETWEEN ? AND ? GROUP BY question HAVING {} ORDER BY people DESC, question LIMIT ?
"""  # SQLite takes bare columns from the row with the greatest day

Which: TypeAlias = Literal["most", "nothing", "few", "unopened"]
"""In order: searched most; nothing found; all words in two articles at most; found but never opened."""

_WHICH: Final[dict[Which, str]] = {
    "most": "1",
    "nothing": "total = 0",
    "few": "total > 0 AND total_all <= 2",
    "unopened": "total > 0 AND sum(opened) = 0",
}


class SearchStoreError(OnneshonError):
    """The counts of searches cannot be read or written."""


def _fault(reason: str) -> SearchStoreError:
    return SearchStoreError(f"{reason}; move it away, and a new one is made")


@dataclass(frozen=True, slots=True)
class Counted:
    """An addition to the counts of a question on a day.

    Attributes:
        day: the current day.
        question: the question's words, the same text for the same words.
        text: the question as shown.
        people: the number of further people who asked it.
        total: the number of articles that matched.
        total_all: the number of articles that had every word.
        opened: the number of further people who opened one of them.
    """

    day: dt.date
    question: str
    text: str = ""
    people: int = 0
    total: int = 0
    total_all: int = 0
    opened: int = 0


@dataclass(frozen=True, slots=True)
class Ranked:
    """A question in a list; ``people`` and ``opened`` are sums over days, totals are of the last day."""

    question: str
    text: str
    people: int
    total: int
    total_all: int
    opened: int
    day: str


class SearchStore:
    """The counts stored next to an index; threads and processes may share the file.

    Args:
        directory: the directory of the index, or that of ``onneshon.toml`` for an index on a cluster.
    """

    def __init__(self, directory: Path) -> None:
        self.path = directory / SEARCHES_FILE
        self._opened = SqliteFile(self.path, _SCHEMA, _fault).opened

    def add(self, counted: Iterable[Counted], keep_days: int, today: dt.date) -> None:
        """Add to the counts of questions, and delete those of days that are over.

        Args:
            counted: the additions; articles opened from a question that is not stored are ignored.
            keep_days: the number of days that are kept.
            today: the last of these days.

        Raises:
            SearchStoreError: the file cannot be written.
        """
        with self._opened() as connection:
            for row in counted:
                values = {name: getattr(row, name) for name in Counted.__slots__} | {
                    "day": row.day.isoformat()
                }
                connection.execute(_ADD if row.people else _OPENED, values)
            oldest = today - dt.timedelta(keep_days - 1)
            connection.execute("DELETE FROM searches WHERE day < ?", (oldest.isoformat(),))

    def ranked(self, which: Which, since: dt.date, until: dt.date, limit: int = 100) -> list[Ranked]:
        """The questions of some days, those that most people asked first; none where nothing was counted yet.

        Raises:
            SearchStoreError: the file cannot be read.
        """
        if not self.path.exists():
            return []
        days = (since.isoformat(), until.isoformat(), limit)
        with self._opened() as connection:
            rows = connection.execute(_RANKED.format(_WHICH[which]), days)
            return [Ranked(*row) for row in rows]


_HEAD: Final = ("query", "people", "found", "found with all words", "opened", "last day")


def as_csv(rows: Iterable[Ranked]) -> str:
    """Rows of a list as CSV with a heading, and with the byte order mark by which Excel detects UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_HEAD)
    for row in rows:
        writer.writerow([harmless(row.text), row.people, row.total, row.total_all, row.opened, row.day])
    return "\ufeff" + text.getvalue()


@click.command(name="searches")
@location_option
@click.option(
    "--which",
    type=click.Choice(get_args(Which)),
    default="most",
    show_default=True,
    help="Searched most; nothing found; all words in two articles at most; found, and nothing opened.",
)
@click.option(
    "--days", type=click.IntRange(1, MOST_DAYS), default=7, show_default=True, help="Days until today."
)
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="Most lines.")
@click.option(
    "--csv", "csv_file", type=click.Path(path_type=Path, dir_okay=False), help="Write a file of CSV."
)
@json_option
def searches_command(
    location: Location, *, which: Which, days: int, limit: int, csv_file: Path | None, as_json: bool
) -> None:
    """Show what readers look for, where [site.searches] of onneshon.toml has it counted."""
    today = dt.date.today()  # noqa: DTZ011  # the day of the server, by which it counts
    rows = SearchStore(site_directory(location)).ranked(which, today - dt.timedelta(days - 1), today, limit)
    if csv_file is not None:
        csv_file.write_text(as_csv(rows), "utf-8", newline="")
        say(f"{csv_file}: {len(rows):,} queries")
    elif as_json:
        values: list[dict[str, Any]] = [asdict(row) for row in rows]
        say_json(values)
    else:
        for row in rows:
            known = f"{row.total_all:,} of {row.total:,} found, {row.opened:,} opened"
            say(f"{row.people:>8,}  {row.text}  ({known})")
        if not rows:
            say("nothing was counted; docs/desk.md says how a site has its searches counted")
