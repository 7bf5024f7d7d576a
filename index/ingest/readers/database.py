"""Databases as sources: SQLite files, and addresses of servers, read by table or by query."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any, Final

from onneshon.index.ingest.budget import size_of
from onneshon.index.ingest.readers.connections import (
    ENDLESS,
    ChangedMeanwhileError,
    ReadOnlyError,
    keep_odd_values,
    read_only,
)
from onneshon.index.ingest.readers.opened import Opened
from onneshon.index.ingest.readers.record import Found, Record, needed, recognised
from onneshon.index.ingest.records import decoded
from onneshon.index.ingest.source import shown_address

_ROWS = 16
"""Rows that are fetched at a time, as each may have some megabytes."""

_DRIVERS: Final = {
    "postgresql": (("psycopg2", "psycopg2"), ("psycopg", "psycopg")),
    "mysql": (("MySQLdb", "mysqldb"), ("pymysql", "pymysql")),
    "mariadb": (("MySQLdb", "mysqldb"), ("pymysql", "pymysql")),
}
"""Modules of drivers, each with its name in SQLAlchemy; the first is SQLAlchemy's own choice."""
_INSTALLED_WITH: Final = {"postgresql": "psycopg[binary]", "mysql": "pymysql", "mariadb": "pymysql"}


class Sql:
    """One record per row of a query, which changes nothing as far as the database can prevent changes."""

    name = "sql"
    suffixes = (".sql",)
    extra = "sql"

    def begins(self, head: bytes, /) -> bool:
        """Whether a file begins with a word that begins queries."""
        return head[:200].lstrip().lower().startswith((b"select ", b"select\n", b"with "))

    def read(self, opened: Opened) -> Iterator[Found]:
        """Yield the rows in the order of the database."""
        needed("sqlalchemy", "sql", opened.name)
        if not opened.database:
            reason = "a query needs a database: say which with --database or ONNESHON_DATABASE"
            raise opened.fault("database", reason)
        query = decoded(opened.whole(), opened.name)
        with connected(opened, opened.database, query) as connection:
            for number, row in enumerate(rows_of(opened, connection, query), start=1):
                yield Record(row, f"{opened.name}: row {number}", f"{opened.identity}:{number}")


@contextmanager
def connected(opened: Opened, address: str, query: str) -> Iterator[Any]:
    """A read-only connection for a query, whose errors become faults of the source.

    Args:
        opened: the source.
        address: the address of the database, in the form of SQLAlchemy.
        query: the query that will be sent.

    Raises:
        CorpusError: the database cannot be queried, or reports an error.
    """
    alchemy = needed("sqlalchemy", "sql", opened.name)
    _check_port(alchemy, opened, address)
    try:
        with read_only(alchemy, _with_driver(alchemy, opened, address), query) as connection:
            keep_odd_values(connection)
            yield connection
    except ReadOnlyError as error:
        reason = f"the query is not put to the database, which is only read: {error}"
        raise opened.fault("database", reason) from error
    except ChangedMeanwhileError as error:
        raise opened.fault("database", str(error)) from error
    except (alchemy.exc.SQLAlchemyError, ImportError, TypeError, ValueError) as error:
        reason = f"the database says after row {opened.rows}: {_message(error, address)}"
        raise opened.fault("database", reason) from error


def _check_port(alchemy: Any, opened: Opened, address: str) -> None:
    """Check that the port is a number: it may in fact be the end of a password.

    Raises:
        CorpusError: it is no number.
    """
    try:
        alchemy.make_url(address)
    except ValueError:
        reason = (
            "the address of the database has a port that is no number; in a password, @ : / are %40 %3A %2F"
        )
        raise opened.fault("database", reason) from None
    except alchemy.exc.ArgumentError:
        return  # reported when the address is used


def _with_driver(alchemy: Any, opened: Opened, address: str) -> str:
    """The address with an installed driver, if it names none and there is a choice of drivers.

    Raises:
        CorpusError: no driver is installed.
    """
    try:
        url = alchemy.make_url(address)
    except alchemy.exc.ArgumentError:
        return address
    if url.drivername == "postgres":
        url = url.set(drivername="postgresql")  # the name in other programs
    drivers = _DRIVERS.get(url.drivername)
    if not drivers:
        return str(url.render_as_string(hide_password=False))
    found = next((name for module, name in drivers if find_spec(module)), None)
    if not found:
        remedy = f"`pip install '{_INSTALLED_WITH[url.drivername]}'`"
        raise opened.fault("database", f"nothing is installed that asks {url.drivername}: {remedy}")
    url = url.set(drivername=f"{url.drivername}+{found}")
    return str(url.render_as_string(hide_password=False))


def rows_of(opened: Opened, connection: Any, statement: Any) -> Iterator[dict[str, Any]]:
    """The rows of a query, fetched in batches, with a server-side cursor if the server has them.

    Args:
        opened: the source, whose rows are counted.
        connection: the connection made by ``connected``.
        statement: the query as a text or as an object of SQLAlchemy.
    """
    streaming = connection.execution_options(stream_results=True, yield_per=_ROWS)
    if isinstance(statement, str):
        # The query is sent as it is written: a colon or a per cent sign in it names no parameter.
        streaming = streaming.execution_options(no_parameters=True)
        result = streaming.exec_driver_sql(statement)
    else:
        result = streaming.execute(statement)
    names = opened.named_apart(result.keys(), "database")
    for row in result:
        fields = dict(zip(names, row, strict=True))
        opened.budget.read(size_of(fields))
        opened.rows += 1
        yield fields


def _message(error: Exception, address: str) -> str:
    """The message of the driver without the query; SQLAlchemy itself hides passwords of addresses.

    In a password that contains an @, the part after it is taken for the host, which drivers show; it is
    replaced here.
    """
    said = str(getattr(error, "orig", None) or "") or str(error) or type(error).__name__
    rest = address.rpartition("@")[0].partition("@")[2]
    return (said.replace(f"{rest}@", "***@") if rest else said).splitlines()[0][:200]


_MAGIC: Final = b"SQLite format 3\x00"
_SHOWN: Final = 20
"""Most tables that a message lists."""


class Database:
    """One record per row of a table or of a query; if there are several tables, one has to be chosen."""

    name = "database"
    suffixes = (".db", ".sqlite", ".sqlite3")
    extra = "sql"

    def begins(self, head: bytes, /) -> bool:
        """Whether a file is SQLite; servers are named by addresses instead."""
        return head.startswith(_MAGIC)

    def read(self, opened: Opened) -> Iterator[Found]:
        """Yield the rows."""
        alchemy = needed("sqlalchemy", "sql", opened.name)
        address = opened.database or ""
        if opened.location:
            address = str(alchemy.URL.create("sqlite", database=str(opened.file().absolute())))
        query = opened.selection.query
        with connected(opened, address, query or "SELECT") as connection:
            table, key = ("", "") if query else _chosen(alchemy, opened, connection)
            source = " ".join((shown_address(address), query or table))
            statement = _statement(alchemy, opened, query, table, source)
            since = opened.selection.since
            reached = since.after.get(source) if since else None
            for number, row in enumerate(rows_of(opened, connection, statement), start=1):
                if since:
                    _check_since(opened, row, since.column, key)
                    reached = _later(reached, row[since.column])
                where = f"{opened.name}: row {number}"
                yield Record(_with_id(row, key), where, f"{opened.identity}:{number}")
            if since and reached is not None:
                since.reached[source] = reached


def _chosen(alchemy: Any, opened: Opened, connection: Any) -> tuple[str, str]:
    """The table to read, and its primary key if that is a single column.

    Raises:
        CorpusError: there is no such table, or there are several and none was chosen.
    """
    inspector = alchemy.inspect(connection)
    table = opened.selection.table
    if table is None:
        table = _only(opened, inspector)
    elif not inspector.has_table(*_named(table)):
        there = ", ".join([*inspector.get_table_names(), *inspector.get_view_names()][:_SHOWN]) or "none"
        raise opened.fault("database", f"it has no table {table!r}; its tables are {there}")
    columns = inspector.get_pk_constraint(*_named(table)).get("constrained_columns", [])
    return table, columns[0] if len(columns) == 1 else ""


def _only(opened: Opened, inspector: Any) -> str:
    """The only table that has titles or texts; with none or several, a fault is raised."""
    tables = inspector.get_table_names()
    found = [table for table in tables if _has_articles(inspector, table)]
    if len(found) == 1:
        return str(found[0])
    there = ", ".join((found or tables)[:_SHOWN]) or "none"
    raise opened.fault("database", f"say which table with --table NAME, or --query: its tables are {there}")


def _has_articles(inspector: Any, table: str) -> bool:
    names = recognised(column["name"] for column in inspector.get_columns(table))
    return bool({"title", "body"} & names.keys())


def _named(table: str) -> tuple[str, str | None]:
    schema, _, name = table.rpartition(".")
    return name, schema or None


def _statement(alchemy: Any, opened: Opened, query: str | None, table: str, source: str) -> Any:
    """The statement to run; if the source was read before, only for rows that may have changed since."""
    since = opened.selection.since
    after = since.after.get(source) if since else None
    if query and after is None:
        return query
    rows = _subquery(alchemy, query) if query else alchemy.table(_named(table)[0], schema=_named(table)[1])
    statement = alchemy.select(alchemy.text("*")).select_from(rows)
    return (
        statement
        if since is None or after is None
        else statement.where(alchemy.column(since.column) >= after)
    )


def _subquery(alchemy: Any, query: str) -> Any:
    """A query as a table; a colon in it names no parameter."""
    plain = query.strip().rstrip(";").replace(":", r"\:")
    return alchemy.text(f"({plain}) AS found")


def _later(reached: Any, value: Any) -> Any:
    """The higher of two values; a row without a value, or with an infinite one, is ignored."""
    if value in ENDLESS:
        return reached
    return value if reached is None or (value is not None and value > reached) else reached


def _check_since(opened: Opened, row: Mapping[str, Any], column: str, key: str) -> None:
    """Refuse rows in which new ones cannot be recognised.

    Raises:
        CorpusError: they lack the column, or lack ids, so that the first new row would replace the first row.
    """
    if column not in row:
        raise opened.fault("database", f"its rows have no column {column!r}; they have {', '.join(row)}")
    if not key and "id" not in recognised(row):
        reason = "--since needs a column with ids, by which a row is known again: give it with AS id"
        raise opened.fault("database", reason)


def _with_id(row: dict[str, Any], key: str) -> dict[str, Any]:
    """A row with its primary key as its id, if no column is recognised as an id."""
    if not key or row.get(key) is None or "id" in recognised(row):
        return row
    return {"id": row[key] if isinstance(row[key], int) else str(row[key]), **row}
