"""Databases named as sources: files of SQLite, and addresses of servers, by table or by query."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from onneshon.index.ingest.readers.opened import Opened
from onneshon.index.ingest.readers.record import Found, Record, needed, recognised
from onneshon.index.ingest.readers.selection import shown_address
from onneshon.index.ingest.readers.sql import connected, rows_of

_MAGIC: Final = b"SQLite format 3\x00"
_SHOWN: Final = 20
"""Tables that are named where none was chosen."""


class Database:
    """One record a row of a table or of a query; of several tables, one has to be chosen."""

    name = "database"
    suffixes = (".db", ".sqlite", ".sqlite3")
    extra = "sql"

    def begins(self, head: bytes, /) -> bool:
        """As files of SQLite do; servers have addresses."""
        return head.startswith(_MAGIC)

    def read(self, opened: Opened) -> Iterator[Found]:
        """Row by row."""
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
    """The table to read, and the column that tells its rows apart, if it is one.

    Raises:
        CorpusError: there is no such table, or several and none was chosen.
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
    """The one table that has titles or texts."""
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
    """What is asked; of what was read before, only what may have changed since."""
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
    """The higher of two values; a row without one says nothing."""
    return value if reached is None or (value is not None and value > reached) else reached


def _check_since(opened: Opened, row: Mapping[str, Any], column: str, key: str) -> None:
    """Refuse rows that nobody could tell new ones by.

    Raises:
        CorpusError: they have no such column, or no ids, so that the first new one would replace the first.
    """
    if column not in row:
        raise opened.fault("database", f"its rows have no column {column!r}; they have {', '.join(row)}")
    if not key and "id" not in recognised(row):
        reason = "--since needs a column with ids, by which a row is known again: give it with AS id"
        raise opened.fault("database", reason)


def _with_id(row: dict[str, Any], key: str) -> dict[str, Any]:
    """A row, whose primary key is its id where no column is called so."""
    if not key or row.get(key) is None or "id" in recognised(row):
        return row
    return {"id": row[key] if isinstance(row[key], int) else str(row[key]), **row}
