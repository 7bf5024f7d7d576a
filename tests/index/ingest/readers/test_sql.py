"""SQL: what a query brings are articles; a database is only read."""

import datetime as dt
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from index.ingest.readers.sql import _message
from tests.index.ingest.readers.reading import Reading, read_file


@pytest.fixture
def database(tmp_path: Path) -> str:
    """The address of a database with some news in it."""
    path = tmp_path / "cms.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "CREATE TABLE news (id INTEGER, headline TEXT, content TEXT, day TEXT, live INTEGER)"
        )
        rows = [(n, f"শিরোনাম {n}", f"খবর {n}", "2024-02-21", n % 2) for n in range(1, 1001)]
        connection.executemany("INSERT INTO news VALUES (?, ?, ?, ?, ?)", rows)
    return f"sqlite:///{path}"


QUERY = "SELECT id, headline AS title, content AS body, day AS date FROM news WHERE live = 1 ORDER BY id\n"


def test_rows_of_a_query_are_articles(tmp_path: Path, database: str) -> None:
    """Columns have the names that the query gives them."""
    read = read_file(tmp_path / "news.sql", QUERY, database=database)
    assert read.faults == []
    assert len(read.articles) == 500
    first = read.articles[0]
    assert (first.id, first.title, first.body, first.date) == ("1", "শিরোনাম 1", "খবর 1", dt.date(2024, 2, 21))


@pytest.mark.parametrize("condition", ["'খেলা:ক্রিকেট' = 'খেলা:ক্রিকেট'", "'৫০%' LIKE '৫০%'", r"'a\:b' = 'a\:b'"])
def test_a_query_goes_as_it_is_written(tmp_path: Path, database: str, condition: str) -> None:
    """Colons and per cent signs in it name no parameters."""
    query = "SELECT id, headline AS title FROM news WHERE id = 7 AND "
    read = read_file(tmp_path / "news.sql", query + condition, database=database)
    assert (read.titles, read.faults) == (["শিরোনাম 7"], [])


def test_two_columns_of_one_name_are_told_of(tmp_path: Path, database: str) -> None:
    """As a join brings them."""
    query = "SELECT a.id, a.headline AS title, b.id FROM news a, news b WHERE a.id = 7 AND b.id = 8"
    read = read_file(tmp_path / "news.sql", query, database=database)
    assert (read.kinds, read.unreadable) == (["database"], 1)
    assert "two columns are called 'id'" in read.faults[0][2]


def test_what_a_query_would_change_stays(tmp_path: Path, database: str) -> None:
    """It is rolled back, and brings no rows."""
    read = read_file(tmp_path / "news.sql", "DELETE FROM news", database=database)
    assert read.kinds == ["database"]
    assert len(read_file(tmp_path / "news.sql", QUERY, database=database).articles) == 500


@pytest.mark.parametrize(
    ("query", "address", "says"),
    [
        (QUERY, None, "--database or ONNESHON_DATABASE"),
        (QUERY, "nosuch://x", "Can't load plugin"),
        (QUERY, "not an address", "Could not parse"),
        (QUERY, "postgresql://user:geheim@localhost:abc/x", "a port that is no number"),
        ("SELECT title FROM nowhere", "", "no such table: nowhere"),
        ("SELEKT", "", "syntax error"),
    ],
)
def test_what_a_database_says_is_told(
    tmp_path: Path, database: str, query: str, address: str | None, says: str
) -> None:
    """In a line, with the file of the query."""
    read = read_file(tmp_path / "news.sql", query, database=database if address == "" else address)
    ((where, kind, reason),) = read.faults
    assert (where, kind) == (str(tmp_path / "news.sql"), "database")
    assert says in reason


def test_the_part_of_a_password_that_is_taken_for_the_host_is_not_told() -> None:
    """Where it has an @ that is not written %40."""
    said = _message(
        ValueError('could not translate host name "heim@db.example"'), "mysql://u:ge@heim@db.example/x"
    )
    assert said == 'could not translate host name "***@db.example"'


def test_passwords_are_not_told(tmp_path: Path) -> None:
    """Whatever goes wrong with the address that has one."""
    for address in (
        "sqlite://user:geheim@host/x",
        "nosuch://user:geheim@host/x",
        "postgresql://user:geheim@host:abc/x",
        "postgresql://user:ge@im:geheim@host/x",
    ):
        read = read_file(tmp_path / "news.sql", QUERY, database=address)
        assert read.kinds == ["database"]
        assert "geheim" not in read.faults[0][2]


def test_queries_are_not_looked_for_in_folders(tmp_path: Path) -> None:
    """A dump of a database may lie there, which is no query."""
    (tmp_path / "dump.sql").write_text(QUERY)
    (tmp_path / "a.txt").write_text("নদী।")
    assert Reading(tmp_path).formats == {"text": 1}
