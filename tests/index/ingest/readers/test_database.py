"""Databases as sources: SQLite files and addresses, by table or query, and only new rows if asked."""

import datetime as dt
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from onneshon.index import CorpusError, open_index
from onneshon.index.commands.main import main
from onneshon.index.commands.shared import remember, remembered
from onneshon.index.ingest.readers import database
from onneshon.index.ingest.source import Selection, Since, Source, address_of, database_path, shown_address
from tests.index.ingest.readers.reading import Reading


def made(path: Path, *statements: str) -> Path:
    """Make an SQLite database and return its path."""
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements or (NEWS, "CREATE TABLE users (name TEXT)"):
            connection.execute(statement)
        connection.executemany(
            "INSERT INTO news VALUES (?, ?, ?, ?)",
            [(1, "নদীর কথা", "পদ্মা একটি নদী।", "2024-02-21"), (2, "মেলার কথা", "বৈশাখী মেলা।", "2024-04-14")],
        )
        connection.commit()
    return path


NEWS = "CREATE TABLE news (nr INTEGER PRIMARY KEY, শিরোনাম TEXT, content TEXT, changed TEXT)"


def selected(path: Path, **chosen: Any) -> Reading:
    """The result of reading a part of a database."""
    return Reading(path, selection=Selection(**chosen))


def test_a_table_of_a_file_is_read(tmp_path: Path) -> None:
    """Its primary key is the id; of several tables the one with the columns of articles is taken."""
    path = made(tmp_path / "cms.db")
    for read in (Reading(path), selected(path, table="news"), selected(path, table="main.news")):
        assert (read.faults, read.formats) == ([], {"database": 1})
        assert [(article.id, article.title) for article in read.articles] == [
            ("1", "নদীর কথা"),
            ("2", "মেলার কথা"),
        ]


def test_a_text_that_is_no_utf8_costs_its_row(tmp_path: Path) -> None:
    """Other rows are read, and so are texts stored as bytes."""
    path = made(tmp_path / "cms.db")
    odd = "SELECT 1 AS id, CAST(x'636166e920ff' AS TEXT) AS title UNION ALL SELECT 2, CAST('মেলা' AS BLOB)"
    read = selected(path, query=odd)
    assert [(article.id, article.title) for article in read.articles] == [("2", "মেলা")]
    assert [(where, kind) for where, kind, _ in read.faults] == [(f"{path}: row 1", "utf-8")]


def test_a_query_is_put_to_a_file(tmp_path: Path) -> None:
    """The query is passed unchanged; it cannot change the database."""
    path = made(tmp_path / "cms.sqlite3")
    query = "SELECT nr + 100 AS id, শিরোনাম AS title FROM news WHERE content LIKE '%:%' OR nr = 2"
    assert [article.id for article in selected(path, query=query).articles] == ["102"]
    before = path.read_bytes()
    read = selected(path, query="DELETE FROM news")
    assert (read.kinds, path.read_bytes() == before) == (["database"], True)


@pytest.mark.parametrize(
    ("statements", "table", "says"),
    [
        ((NEWS, "CREATE TABLE old (title TEXT)"), None, "--table NAME, or --query: its tables are news, old"),
        ((NEWS,), "নেই", "it has no table 'নেই'; its tables are news"),
    ],
)
def test_which_table_is_meant_has_to_be_said(
    tmp_path: Path, statements: tuple[str, ...], table: str | None, says: str
) -> None:
    """The message lists the tables."""
    path = made(tmp_path / "cms.db", *statements)
    ((_where, kind, reason),) = Reading(path, selection=Selection(table=table)).faults
    assert kind == "database"
    assert says in reason


def test_a_file_that_is_no_database_is_reported(tmp_path: Path) -> None:
    """The fault has the message of SQLite."""
    (tmp_path / "a.db").write_bytes(b"x" * 5_000)
    ((_where, kind, reason),) = selected(tmp_path / "a.db", table="news").faults
    assert (kind, "not a database" in reason) == ("database", True)


def test_databases_in_folders_are_not_asked(tmp_path: Path) -> None:
    """A database must be named, with what to read from it."""
    made(tmp_path / "cms.db")
    (tmp_path / "a.txt").write_text("নদী।", encoding="utf-8")
    read = Reading(tmp_path)
    assert (read.titles, read.passed) == (["নদী"], {".db": 1})


def test_an_address_is_a_source(tmp_path: Path) -> None:
    """Its password is never shown."""
    path = made(tmp_path / "cms.db")
    address = f"sqlite:///{path}"
    assert database_path("news.jsonl") is None
    source = database_path(address)
    assert source is not None
    assert address_of(source) == address
    assert address_of(Path("news.jsonl")) is None
    assert Reading(source).titles == ["নদীর কথা", "মেলার কথা"]
    secret = database_path("postgresql://me:p@ss@host/news")
    assert Source(str(secret), "news").name == "postgresql://me:***@host/news"
    assert shown_address("postgresql:///news") == "postgresql:///news"


def test_a_driver_that_is_missing_is_named_with_what_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any installed driver is used; an address may name one itself."""
    monkeypatch.setattr(database, "find_spec", lambda _name: None)
    for address, remedy in (("postgres://h/news", "psycopg[binary]"), ("mysql://h/news", "pymysql")):
        path = database_path(address)
        assert path is not None
        ((_where, kind, reason),) = selected(path, table="news").faults
        assert kind == "database"
        assert f"`pip install '{remedy}'`" in reason


def test_rows_that_are_new_are_read(tmp_path: Path) -> None:
    """Rows with the last value are read again, as others may have been added with it."""
    path = made(tmp_path / "cms.db")
    first = Since("changed")
    assert len(Reading(path, selection=Selection("news", since=first)).articles) == 2
    assert list(first.reached.values()) == ["2024-04-14"]
    cases: tuple[dict[str, Any], ...] = (
        {"table": "news"},
        {"query": "SELECT nr AS id, শিরোনাম, changed, 'a:b' FROM news;"},
    )
    for chosen in cases:
        whole = Since("changed")
        assert len(Reading(path, selection=Selection(**chosen, since=whole)).articles) == 2
        again = Since("changed", whole.reached)
        read = Reading(path, selection=Selection(**chosen, since=again))
        assert (read.faults, [article.id for article in read.articles]) == ([], ["2"])
        assert again.reached == whole.reached


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("SELECT nr AS id, শিরোনাম FROM news", "no column 'changed'; they have id, শিরোনাম"),
        ("SELECT শিরোনাম, changed FROM news", "--since needs a column with ids"),
    ],
)
def test_what_does_not_distinguish_new_rows_is_reported(tmp_path: Path, query: str, says: str) -> None:
    """Before any row is read in place of another."""
    path = made(tmp_path / "cms.db")
    read = Reading(path, selection=Selection(query=query, since=Since("changed")))
    ((_where, kind, reason),) = read.faults
    assert kind == "database"
    assert says in reason


@pytest.mark.parametrize(
    "value",
    [7, 2.5, "2024-02-21", dt.date(2024, 2, 21), dt.datetime(2024, 2, 21, 10, 30, tzinfo=dt.UTC)],
    ids=["number", "fraction", "text", "day", "time"],
)
def test_what_was_reached_is_kept_as_it_is(tmp_path: Path, value: object) -> None:
    """The value is stored with its type, for each source separately."""
    for source in ("a", "b"):
        remember(tmp_path, Since("changed", reached={source: value}))
    assert remembered(tmp_path, "changed").after == {"a": value, "b": value}
    assert remembered(tmp_path, "other").after == {}


def test_what_was_kept_and_cannot_be_read_is_reported(tmp_path: Path) -> None:
    """The message has a remedy."""
    (tmp_path / "since.json").write_text("[", encoding="utf-8")
    with pytest.raises(CorpusError, match="remove it, and all rows are read again"):
        remembered(tmp_path, "changed")


def onneshon(*arguments: str) -> dict[str, object]:
    """The JSON output of a command."""
    result = CliRunner().invoke(main, ["index", *arguments, "--json"])
    assert result.exit_code == 0, result.output
    answer: dict[str, object] = json.loads(result.stdout)
    return answer


def test_an_index_follows_a_table(tmp_path: Path) -> None:
    """A build reads all rows, an update the new ones; the value is stored once the index has them."""
    path, index = made(tmp_path / "cms.db"), tmp_path / "index"
    common = (f"sqlite:///{path}", "--table", "news", "--since", "changed", "--index", str(index))
    assert onneshon("build", *common)["articles"] == 2
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE news SET content = 'বদলে গেছে', changed = '2024-05-01' WHERE nr = 1")
        connection.commit()
    answer = onneshon("update", *common)
    assert (answer["seen"], answer["changed"], answer["unchanged"]) == (2, 1, 1)
    assert onneshon("update", *common)["seen"] == 1
    assert onneshon("build", *common)["articles"] == 2
    with open_index(index) as reader:
        assert reader.count == 2
    manifest = next(index.rglob("manifest.json")).read_text("utf-8")
    assert f"sqlite:///{path}" in manifest


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--table", "a", "--query", "b"), "one without the other"),
        (("--since", "changed", "--delete-missing"), "would delete what --since does not read"),
    ],
)
def test_options_that_contradict_each_other_are_refused(
    tmp_path: Path, arguments: tuple[str, ...], says: str
) -> None:
    """The command fails before anything is read."""
    path = made(tmp_path / "cms.db")
    result = CliRunner().invoke(main, ["index", "update", str(path), *arguments, "--index", str(tmp_path)])
    assert result.exit_code == 2
    assert says in result.output


@pytest.mark.parametrize("command", ["build", "update", "watch"])
@pytest.mark.parametrize(
    "arguments", [("--table", "news"), ("--query", "SELECT 1"), ("--table", "news", "--since", "changed")]
)
def test_rows_are_not_chosen_where_no_source_has_any(
    tmp_path: Path, command: str, arguments: tuple[str, ...]
) -> None:
    """Else all would be read; with a database among the sources the options are accepted."""
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "news.jsonl").write_text('{"id": "মাছ", "title": "পদ্মার ইলিশ"}\n', encoding="utf-8")
    sources, place = [str(tmp_path / "news")], ("--index", str(tmp_path / "index"))
    refused = CliRunner().invoke(main, ["index", command, *sources, *arguments, *place])
    assert refused.exit_code == 2
    assert f"{' and '.join(arguments[::2])}: no source is a database; name one" in refused.output
    assert not (tmp_path / "index").exists()
    if command == "build" and "news" in arguments:
        beside = str(made(tmp_path / "cms.db"))
        assert onneshon(command, *sources, beside, *arguments, *place)["articles"] == 3


def test_what_is_wrong_with_a_source_is_reported_before_that_it_has_no_rows(tmp_path: Path) -> None:
    """It might be a database."""
    arguments = ("--table", "news", "--index", str(tmp_path / "index"))
    result = CliRunner().invoke(main, ["index", "update", str(tmp_path / "a.db"), *arguments])
    assert "no source is a database" not in result.output
    assert "a.db" in result.output
