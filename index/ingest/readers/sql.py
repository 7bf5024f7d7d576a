"""SQL: a file with a query, whose rows are articles, put to a database by SQLAlchemy."""

import sqlite3
from collections.abc import Iterator
from typing import Any

from onneshon.index.ingest.budget import size_of
from onneshon.index.ingest.readers.extras import needed
from onneshon.index.ingest.readers.opened import Opened
from onneshon.index.ingest.readers.read_only import ChangedMeanwhileError, ReadOnlyError, read_only
from onneshon.index.ingest.readers.record import Found, Record
from onneshon.index.ingest.records import decoded
from onneshon.index.ingest.streams import MAX_BYTES

__all__ = ["Sql"]

_ROWS = 16
"""Rows that are asked for at a time; each may have some megabytes."""


class Sql:
    """One record a row. The query changes nothing, as far as the database keeps it from that."""

    name = "sql"
    suffixes = (".sql",)
    extra = "sql"

    def begins(self, head: bytes, /) -> bool:
        """With the word that queries begin with."""
        return head[:200].lstrip().lower().startswith((b"select ", b"select\n", b"with "))

    def read(self, opened: Opened) -> Iterator[Found]:
        """Row by row, as the database gives them."""
        alchemy = needed("sqlalchemy", "sql", opened.name)
        if not opened.database:
            reason = "a query needs a database: say which with --database or ONNESHON_DATABASE"
            raise opened.fault("database", reason)
        query = decoded(opened.whole(), opened.name)
        number = 0
        try:
            for row in _rows(alchemy, opened, opened.database, query):
                number += 1
                yield Record(row, f"{opened.name}: row {number}", f"{opened.identity}:{number}")
        except ReadOnlyError as error:
            reason = f"the query is not put to the database, which is only read: {error}"
            raise opened.fault("database", reason) from error
        except ChangedMeanwhileError as error:
            raise opened.fault("database", str(error)) from error
        except (alchemy.exc.SQLAlchemyError, ImportError, TypeError, ValueError) as error:
            reason = f"the database says after row {number}: {_message(error, opened.database)}"
            raise opened.fault("database", reason) from error


def _check_port(alchemy: Any, opened: Opened, address: str) -> None:
    """Look whether the port is a number: what is taken for it may be the end of a password.

    Raises:
        CorpusError: it is none.
    """
    try:
        alchemy.make_url(address)
    except ValueError:
        reason = (
            "the address of the database has a port that is no number; in a password, @ : / are %40 %3A %2F"
        )
        raise opened.fault("database", reason) from None


def _rows(alchemy: Any, opened: Opened, address: str, query: str) -> Iterator[dict[str, Any]]:
    _check_port(alchemy, opened, address)
    with read_only(alchemy, address, query) as connection:
        _limit_cells(connection)
        # The query goes as it is written: a colon or a per cent sign in it names no parameter.
        streaming = connection.execution_options(stream_results=True, yield_per=_ROWS, no_parameters=True)
        result = streaming.exec_driver_sql(query)
        names = opened.named_apart(list(result.keys()))
        for row in result:
            fields = dict(zip(names, row, strict=True))
            opened.budget.read(size_of(fields))
            yield fields


def _limit_cells(connection: Any) -> None:
    """Have SQLite, which works in this process, make no cell that is longer than an article may be."""
    driver = connection.connection.driver_connection
    if isinstance(driver, sqlite3.Connection):
        driver.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_BYTES)


def _message(error: Exception, address: str) -> str:
    """What the driver says, without the query; SQLAlchemy hides passwords of addresses by itself.

    Of a password with an @ in it, what follows that is taken for the host, which drivers name.
    """
    said = str(getattr(error, "orig", None) or "") or str(error) or type(error).__name__
    rest = address.rpartition("@")[0].partition("@")[2]
    return (said.replace(f"{rest}@", "***@") if rest else said).splitlines()[0][:200]
