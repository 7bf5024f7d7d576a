"""SQL: rows of a query are articles; a database is never changed."""

import datetime as dt
import os
import sqlite3
from contextlib import closing, nullcontext
from pathlib import Path
from types import SimpleNamespace

import pytest
import sqlalchemy

from onneshon.index.ingest.readers.connections import ChangedMeanwhileError, ReadOnlyError, read_only
from onneshon.index.ingest.readers.database import _message
from tests.index.ingest.readers.reading import Reading, read_file


@pytest.fixture
def database(tmp_path: Path) -> str:
    """The address of a database with a thousand news items."""
    path = tmp_path / "cms.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "CREATE TABLE news (id INTEGER, headline TEXT, content TEXT, day TEXT, live INTEGER)"
        )
        connection.execute("CREATE INDEX days ON news (day)")
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
    """Colons and per cent signs in it are no parameters."""
    query = "SELECT id, headline AS title FROM news WHERE id = 7 AND "
    read = read_file(tmp_path / "news.sql", query + condition, database=database)
    assert (read.titles, read.faults) == (["শিরোনাম 7"], [])


def test_two_columns_of_one_name_are_reported(tmp_path: Path, database: str) -> None:
    """A join can return them."""
    query = "SELECT a.id, a.headline AS title, b.id FROM news a, news b WHERE a.id = 7 AND b.id = 8"
    read = read_file(tmp_path / "news.sql", query, database=database)
    assert (read.kinds, read.unreadable) == (["database"], 1)
    assert "two columns are called 'id'" in read.faults[0][2]


def test_what_a_query_would_change_stays(tmp_path: Path, database: str) -> None:
    """The query is refused, and returns no rows."""
    read = read_file(tmp_path / "news.sql", "DELETE FROM news", database=database)
    assert read.kinds == ["database"]
    assert len(read_file(tmp_path / "news.sql", QUERY, database=database).articles) == 500


def files(folder: Path) -> dict[str, bytes]:
    """All files in a folder, byte for byte."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


CHANGES = [
    "DROP TABLE news",
    "CREATE TABLE other (id INTEGER)",
    "CREATE TEMP TABLE other (id INTEGER)",
    "DELETE FROM news RETURNING id",
    "WITH old AS (SELECT 1 AS id) DELETE FROM news WHERE id IN old RETURNING id, headline AS title",
    "WITH new AS (SELECT 1 AS id) INSERT INTO news SELECT id, 'x', 'x', 'x', 1 FROM new RETURNING id",
    "UPDATE news SET headline = 'x' RETURNING id, headline AS title",
    "-- SELECT\nDELETE FROM news",
    "ATTACH '{folder}/new.db' AS other",
    "VACUUM INTO '{folder}/copy.db'",
    "VACUUM",
    "PRAGMA journal_mode = DELETE",
    "PRAGMA user_version = 7",
    "PRAGMA query_only = OFF",
    "REINDEX",
]


@pytest.mark.parametrize("log", [False, True], ids=["rollback journal", "WAL"])
@pytest.mark.parametrize("query", CHANGES)
def test_a_query_that_would_change_something_is_refused(
    tmp_path: Path, database: str, query: str, log: bool
) -> None:
    """The database is unchanged byte for byte, and no file is created next to it."""
    if log:
        with closing(sqlite3.connect(tmp_path / "cms.db")) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
    path = tmp_path / "news.sql"
    path.write_text(query.format(folder=tmp_path), encoding="utf-8")
    before = files(tmp_path)
    read = Reading(path, database=database)
    assert (read.titles, read.kinds, read.unreadable) == ([], ["database"], 1)
    assert "the database, which is only read" in read.faults[0][2]
    assert files(tmp_path) == before


@pytest.mark.parametrize("log", [False, True], ids=["rollback journal", "WAL"])
def test_reading_leaves_no_trace(tmp_path: Path, database: str, log: bool) -> None:
    """No file is changed or created; a missing database is not created either."""
    if log:
        with closing(sqlite3.connect(tmp_path / "cms.db")) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
    path = tmp_path / "news.sql"
    path.write_text(QUERY, encoding="utf-8")
    before = files(tmp_path)
    assert len(Reading(path, database=database).articles) == 500
    assert Reading(path, database=f"sqlite:///{tmp_path}/nowhere.db").kinds == ["database"]
    assert files(tmp_path) == before


def test_what_another_program_has_written_to_the_log_is_read(tmp_path: Path, database: str) -> None:
    """While that program has the database open, and the rows are only in the log."""
    with closing(sqlite3.connect(tmp_path / "cms.db")) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("INSERT INTO news VALUES (2001, 'নতুন খবর', '', '2024-02-22', 1)")
        connection.commit()
        before = (tmp_path / "cms.db").read_bytes()
        read = read_file(tmp_path / "news.sql", QUERY, database=database)
        assert (len(read.articles), read.titles[-1]) == (501, "নতুন খবর")
        assert (tmp_path / "cms.db").read_bytes() == before


def test_a_database_that_is_written_to_while_it_is_read_without_locks_is_a_fault(
    tmp_path: Path, database: str
) -> None:
    """The rows read may be partly old and partly new."""
    path = tmp_path / "cms.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")

    def read_while_it_is_written() -> None:
        with read_only(sqlalchemy, database, QUERY) as reading:
            assert len(reading.exec_driver_sql(QUERY).all()) == 500
            with closing(sqlite3.connect(path)) as connection:
                connection.execute("INSERT INTO news VALUES (2001, 'নতুন খবর', '', '2024-02-22', 1)")
                connection.commit()

    with pytest.raises(ChangedMeanwhileError, match="read it again"):
        read_while_it_is_written()


def test_a_database_that_was_written_just_now_is_read_once_its_time_would_tell_of_more(
    tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second change in the same clock tick would not show in its time; an old time needs no wait."""
    path, slept = tmp_path / "cms.db", list[float]()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    monkeypatch.setattr("onneshon.index.ingest.readers.connections.sleep", slept.append)
    now = 1_700_000_000_000_000_000
    monkeypatch.setattr("onneshon.index.ingest.readers.connections.time_ns", lambda: now)
    for changed in (now, now - 5_000_000, now - 20_000_000, now + 3_600_000_000_000):
        os.utime(path, ns=(changed, changed))
        with read_only(sqlalchemy, database, QUERY):
            pass
    assert slept == [0.02, 0.015, 0.0, 0.02]


def test_a_full_text_table_and_a_recursive_query_are_read(tmp_path: Path, database: str) -> None:
    """They need more permissions in SQLite than rows of tables."""
    with closing(sqlite3.connect(tmp_path / "cms.db")) as connection, connection:
        connection.execute("CREATE VIRTUAL TABLE texts USING fts5(title)")
        connection.execute("INSERT INTO texts VALUES ('নদীর কথা'), ('মেলা')")
    query = "SELECT rowid AS id, title FROM texts WHERE texts MATCH 'মেলা' ORDER BY rank"
    read = read_file(tmp_path / "a.sql", query, database=database)
    assert (read.titles, read.faults) == (["মেলা"], [])
    query = (
        "WITH RECURSIVE n(i) AS (VALUES (1) UNION SELECT i + 1 FROM n LIMIT 3) SELECT i, 'ক' AS title FROM n"
    )
    assert len(read_file(tmp_path / "b.sql", query, database=database).articles) == 3


class Database:
    """A stand-in for SQLAlchemy and a server that records statements."""

    def __init__(self, backend: str) -> None:
        self.asked: list[str] = []
        self.url = SimpleNamespace(get_backend_name=lambda: backend)

    def make_url(self, _address: str) -> SimpleNamespace:
        """The address of the server."""
        return self.url

    def create_engine(self, _url: object) -> SimpleNamespace:
        """An engine whose connections record statements."""
        connection = SimpleNamespace(
            exec_driver_sql=self.asked.append, commit=lambda: self.asked.append("COMMIT")
        )
        return SimpleNamespace(connect=lambda: nullcontext(connection), dispose=lambda: None)


@pytest.mark.parametrize(
    ("backend", "asked"),
    [
        ("postgresql", ["SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY", "COMMIT"]),
        ("mysql", ["SET SESSION TRANSACTION READ ONLY", "COMMIT"]),
        ("mariadb", ["SET SESSION TRANSACTION READ ONLY", "COMMIT"]),
        ("oracle", ["SET TRANSACTION READ ONLY"]),
        ("mssql", []),
    ],
)
def test_servers_are_asked_for_read_only_transactions(backend: str, asked: list[str]) -> None:
    """Before the query; a text that does not begin like a query is not sent."""
    database = Database(backend)
    for query in (QUERY, "\n-- a word\n/* DROP\n*/ (with x as (select 1) select 1)", "VALUES (1)"):
        database.asked.clear()
        with read_only(database, "", query):
            assert database.asked == asked
    for query in ("DROP TABLE news", "/* SELECT */ CREATE TABLE x (a int)", "SELEKT", "", "COMMIT; SELECT 1"):
        database.asked.clear()
        with pytest.raises(ReadOnlyError, match="it begins with"), read_only(database, "", query):
            pass
        assert database.asked == []


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
def test_what_a_database_says_is_reported(
    tmp_path: Path, database: str, query: str, address: str | None, says: str
) -> None:
    """The message is one line, with the file of the query."""
    read = read_file(tmp_path / "news.sql", query, database=database if address == "" else address)
    ((where, kind, reason),) = read.faults
    assert (where, kind) == (str(tmp_path / "news.sql"), "database")
    assert says in reason


def test_the_part_of_a_password_that_is_taken_for_the_host_is_not_reported() -> None:
    """An @ in the password that is not written as %40 makes a part of it look like the host."""
    said = _message(
        ValueError('could not translate host name "heim@db.example"'), "mysql://u:ge@heim@db.example/x"
    )
    assert said == 'could not translate host name "***@db.example"'


def test_passwords_are_not_reported(tmp_path: Path) -> None:
    """No error contains the password of its address."""
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
    """A dump of a database, which is no query, may be there."""
    (tmp_path / "dump.sql").write_text(QUERY)
    (tmp_path / "a.txt").write_text("নদী।")
    assert Reading(tmp_path).formats == {"text": 1}
