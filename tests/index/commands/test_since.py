"""How far each database was read is stored with an index, by column and source."""

import datetime as dt
import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from onneshon.index import CorpusError, ReadingOptions
from onneshon.index.commands.main import main
from onneshon.index.commands.shared import following, remember, remembered
from onneshon.index.ingest.source import Selection, Since


@pytest.mark.parametrize(
    ("reached", "kept"),
    [
        (7, 7),
        (7.5, 7.5),
        ("খবর-৭", "খবর-৭"),
        (Decimal("7.50"), Decimal("7.50")),
        (b"\0\0\x07\xd1", b"\0\0\x07\xd1"),
        (dt.date(1971, 12, 16), dt.date(1971, 12, 16)),
        (dt.datetime(1971, 12, 16, 16, 31, tzinfo=dt.UTC), dt.datetime(1971, 12, 16, 16, 31, tzinfo=dt.UTC)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_the_value_that_was_reached_is_read_on_from(tmp_path: Path, reached: Any, kept: Any) -> None:
    """For each type of column: the rows of the next run are compared with it."""
    assert remembered(tmp_path, "বদল").after == {}
    remember(tmp_path, Since("বদল", reached={"sqlite:///news.db": reached}))
    assert remembered(tmp_path, "বদল").after == {"sqlite:///news.db": kept}
    assert type(remembered(tmp_path, "বদল").after["sqlite:///news.db"]) is type(kept)


def test_other_columns_and_sources_stay_where_they_were(tmp_path: Path) -> None:
    """A source that was not read to its end is read again from its old value."""
    remember(tmp_path, Since("বদল", reached={"news.db": 1, "poems.db": 2}))
    remember(tmp_path, Since("id", reached={"news.db": 9}))
    remember(tmp_path, Since("বদল", reached={"news.db": 3}))
    assert remembered(tmp_path, "বদল").after == {"news.db": 3, "poems.db": 2}
    assert remembered(tmp_path, "id").after == {"news.db": 9}


@pytest.mark.parametrize(
    "kept",
    ["[", *(f'{{"বদল": {{"news.db": {each}}}}}' for each in ('{"year": "7"}', '{"decimal": "সাত"}', "{}"))],
)
def test_what_was_kept_and_is_invalid_is_reported_with_what_to_do(tmp_path: Path, kept: str) -> None:
    """Removing the file makes all rows be read again."""
    (tmp_path / "since.json").write_text(kept, "utf-8")
    with pytest.raises(CorpusError, match="remove it, and all rows are read again"):
        remembered(tmp_path, "বদল")


READING = ReadingOptions(selection=Selection(table="news", since=Since("বদল")))


def _read(directory: Path, *, anew: bool = False, failing: bool = False) -> Mapping[str, Any]:
    """Read up to the next row and return where reading began; a failure comes at the end."""
    with following(READING, directory, anew=anew) as newer:
        assert newer is not None
        assert newer.selection.since is not None
        assert newer.selection.table == "news"
        after = newer.selection.since.after
        newer.selection.since.reached["news.db"] = after.get("news.db", 0) + 1
        if failing:
            raise CorpusError("news.db", "file", "the disk is full")
    return after


def test_each_command_goes_on_from_where_the_last_one_came_to(tmp_path: Path) -> None:
    """A build reads all rows, and updates continue from there."""
    assert [_read(tmp_path) for _ in range(3)] == [{}, {"news.db": 1}, {"news.db": 2}]
    assert _read(tmp_path, anew=True) == {}
    assert _read(tmp_path) == {"news.db": 1}


def test_what_failed_is_read_again(tmp_path: Path) -> None:
    """A command that changed nothing stores no value."""
    _read(tmp_path)
    with pytest.raises(CorpusError):
        _read(tmp_path, failing=True)
    assert _read(tmp_path) == {"news.db": 1}


@pytest.mark.parametrize("reading", [None, ReadingOptions()])
def test_without_a_column_nothing_is_kept(tmp_path: Path, reading: ReadingOptions | None) -> None:
    """Sources are read with the given options."""
    with following(reading, tmp_path) as newer:
        assert newer is reading
    assert not list(tmp_path.iterdir())


def test_rows_are_recognised_by_a_version_in_bytes(tmp_path: Path) -> None:
    """SQL Server numbers the versions of rows like this."""
    path, index = tmp_path / "news.db", tmp_path / "index"
    source = [str(path), "--since", "version", "--index", str(index), "--json"]
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE news (id, title, version)")
        seen = []
        for number, command in enumerate(("build", "update", "update")):
            database.execute("INSERT INTO news VALUES (?, 'নদী', ?)", (f"{number}", number.to_bytes(8)))
            database.commit()
            done = CliRunner().invoke(main, ["index", command, *source])
            assert done.exit_code == 0, done.output
            seen.append(json.loads(done.stdout)["seen"])
    assert seen == [1, 2, 2]


def test_a_build_reads_all_rows_and_an_update_those_since(tmp_path: Path) -> None:
    """A build does not use what was stored before."""
    path, index = tmp_path / "news.db", tmp_path / "index"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE news (id, title, changed)")
        rows = [("১", "পদ্মা", "2026-11-01"), ("২", "মেঘনা", "2026-11-02")]
        database.executemany("INSERT INTO news VALUES (?, ?, ?)", rows)
        database.commit()
    source = [f"sqlite:///{path}", "--table", "news", "--since", "changed", "--index", str(index), "--json"]
    seen = []
    for command in ("build", "update", "build", "update"):
        done = CliRunner().invoke(main, ["index", command, *source])
        seen.append(json.loads(done.stdout)["seen"])
    assert seen == [2, 1, 2, 1]  # the last row is read again: its second may have brought another
