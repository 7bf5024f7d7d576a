"""A site's files in the index directory: which names belong, and how SQLite files are read."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from onneshon.index.storage.beside import databases, may_be, open_database


def test_a_file_of_sqlite_is_read_and_never_written(tmp_path: Path) -> None:
    """The path of its folder may contain any characters."""
    folder = tmp_path / "খবর 100% ?mode=rwc"
    folder.mkdir()
    path = folder / "alerts.sqlite"
    with closing(sqlite3.connect(path)) as written, written:
        written.execute("CREATE TABLE asked (query TEXT)")
        written.execute("INSERT INTO asked VALUES ('নদী')")
    assert databases(folder) == [path]
    with closing(open_database(path)) as read:
        assert read.execute("SELECT query FROM asked").fetchall() == [("নদী",)]
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            read.execute("DELETE FROM asked")


def test_a_file_of_sqlite_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    """Opening it for writing would create the file."""
    with pytest.raises(sqlite3.OperationalError):
        open_database(tmp_path / "alerts.sqlite")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("onneshon.toml", True),
        ("synonyms.txt", True),
        ("alerts.sqlite", True),
        ("deep/alerts.sqlite", False),
        (".alerts.sqlite", False),
        ("CURRENT", False),
        ("নদী.txt", False),
    ],
)
def test_only_what_lies_beside_an_index_may_be_one(tmp_path: Path, name: str, *, is_one: bool) -> None:
    """The name of the file decides."""
    assert may_be(name, tmp_path) is is_one
