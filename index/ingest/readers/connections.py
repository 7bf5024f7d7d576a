"""Read-only connections to databases, on which odd values do not end a query."""

import os
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from time import sleep, time_ns
from typing import Any, Final
from urllib.parse import quote

from onneshon.index.file_stamp import FileStamp
from onneshon.index.ingest.source import WAL_ENDING
from onneshon.index.ingest.streams import MAX_BYTES

_COMMENT: Final = r"--[^\n]*(?:\n|$)|/\*(?s:.*?)\*/"
_FIRST_WORD: Final = re.compile(rf"(?:\s|\(|{_COMMENT})*(?P<word>[^\s(;]*)")
_QUERIES: Final = ("select", "with", "values", "table")

_SESSION: Final = {
    "postgresql": "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
    "mysql": "SET SESSION TRANSACTION READ ONLY",
    "mariadb": "SET SESSION TRANSACTION READ ONLY",
}
"""Statements that make all later transactions of a connection read-only."""

_TRANSACTION: Final = {"oracle": "SET TRANSACTION READ ONLY"}
"""Statements that make the transaction that they begin read-only."""

_TICK: Final = 20_000_000
"""Nanoseconds in which two changes of a file may have the same time: 1 to 10 ms on Linux, 16 on Windows."""

_INFORMATIVE: Final = re.compile("(?:table|index|foreign_key)_[a-z]+")
"""Pragmas of SQLite whose argument is the name of a table or index; that of others is a value to set."""
_REFUSED: Final = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_AUTH)
"""Error codes of SQLite for an operation that is not allowed."""


class ReadOnlyError(Exception):
    """A query would change something."""


class ChangedMeanwhileError(Exception):
    """A file that was read without locks was changed meanwhile."""


@contextmanager
def read_only(alchemy: Any, address: str, query: str) -> Iterator[Any]:
    """A connection for a query that changes nothing, as far as the database can prevent changes.

    SQLite may do nothing but read, and may not create files. PostgreSQL, MySQL, MariaDB and Oracle are asked
    for a read-only transaction. To all servers only statements that begin as a query are sent.

    Args:
        alchemy: the module SQLAlchemy.
        address: the address of the database.
        query: the query that will be sent.

    Raises:
        ReadOnlyError: it is no query, or would change something.
        ChangedMeanwhileError: a file read without locks was changed: the rows may be half old and half new.
    """
    url = alchemy.make_url(address)
    if url.get_backend_name() == "sqlite":
        with _sqlite(alchemy, url) as connection:
            yield connection
        return
    word = _FIRST_WORD.match(query)["word"]  # type: ignore[index]  # it matches whatever there is
    if word.lower() not in _QUERIES:
        raise ReadOnlyError(f"it begins with {word[:20]!r}, and a query with SELECT, WITH, VALUES or TABLE")
    with _connected(alchemy, url) as connection:
        _begin(connection, url.get_backend_name())
        yield connection


@contextmanager
def _connected(alchemy: Any, url: Any) -> Iterator[Any]:
    engine = alchemy.create_engine(url)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _begin(connection: Any, backend: str) -> None:
    if backend in _SESSION:
        connection.exec_driver_sql(_SESSION[backend])
        connection.commit()
    elif backend in _TRANSACTION:
        connection.exec_driver_sql(_TRANSACTION[backend])


@contextmanager
def _sqlite(alchemy: Any, url: Any) -> Iterator[Any]:
    path = _file_of(url)
    is_alone = path is not None and _is_without_log(path)
    before = _settled(path) if path and is_alone else None
    with _connected(alchemy, _reading(url, is_alone=is_alone)) as connection:
        connection.exec_driver_sql("PRAGMA query_only = ON")
        connection.connection.driver_connection.set_authorizer(_authorize)
        try:
            yield connection
        except alchemy.exc.DatabaseError as error:
            if getattr(error.orig, "sqlite_errorcode", 0) & 0xFF in _REFUSED:
                raise ReadOnlyError("it would change something, or make a file") from error
            raise
    if path and is_alone and FileStamp.from_stat(path.stat()) != before:
        raise ChangedMeanwhileError("the database was written to while it was read: read it again")


def _authorize(action: int, first: str | None, second: str | None, *_rest: str | None) -> int:
    """Deny what ``query_only`` does not: attaching, which creates missing files, and setting pragmas."""
    if action in {sqlite3.SQLITE_ATTACH, sqlite3.SQLITE_DETACH}:
        return sqlite3.SQLITE_DENY
    if action == sqlite3.SQLITE_PRAGMA and second is not None and not _INFORMATIVE.fullmatch(first or ""):
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK


def _file_of(url: Any) -> Path | None:
    """The file of a SQLite database; None for one in memory, or one whose address has a URI."""
    name = url.database or ""
    return None if name in {"", ":memory:"} or name.startswith("file:") else Path(os.path.abspath(name))  # noqa: PTH100  # a link stays one


def _is_without_log(path: Path) -> bool:
    """Whether a database in WAL mode has no log file, so that no other process has it open.

    SQLite would create the files of the log to read it, and leave them there.
    """
    if Path(f"{path}{WAL_ENDING}").exists():
        return False
    try:
        with path.open("rb") as stream:
            return stream.read(20)[18:] == b"\2\2"  # https://www.sqlite.org/fileformat.html, 1.3
    except OSError:
        return False  # SQLite will report it


def _settled(path: Path) -> FileStamp:
    """The stamp of a file, once any later write is certain to change its time.

    Systems keep time in ticks, and all writes within a tick have the same time (Git calls such files racily
    clean). After a recent write, this waits for the next tick.
    """
    written = FileStamp.from_stat(path.stat()).modified_ns
    sleep(min(max(written + _TICK - time_ns(), 0), _TICK) / 1e9)
    return FileStamp.from_stat(path.stat())


def _reading(url: Any, *, is_alone: bool) -> Any:
    """The address that opens a database read-only, so that a missing file is not created.

    Args:
        url: the address as given.
        is_alone: whether to read the file without locks and without creating log files.
    """
    name = url.database or ""
    if name in {"", ":memory:"}:
        return url
    path = _file_of(url)
    database = f"file:{quote(str(path))}" if path else name
    further = {"immutable": "1"} if is_alone else {}
    return url.set(database=database, query={**url.query, "mode": "ro", "uri": "true", **further})


ENDLESS: Final = ("infinity", "-infinity")
"""Timestamps of PostgreSQL that are later, and earlier, than all others."""


def keep_odd_values(connection: Any) -> None:
    """Make a driver return values that Python cannot represent as text or bytes instead of raising.

    Such values are, in PostgreSQL, infinite dates and those before our era or after the year 9999; in SQLite,
    texts that are not UTF-8. SQLite, which runs in this process, is limited to cells of the length of an
    article.

    Args:
        connection: the connection of SQLAlchemy.
    """
    keep = _KEEPING.get(connection.dialect.driver)
    if keep:
        keep(connection.connection.driver_connection)


def _keep_of_sqlite(driver: Any) -> None:
    driver.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_BYTES)
    driver.text_factory = _text_or_bytes


def _text_or_bytes(content: bytes) -> str | bytes:
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content


_MOMENTS: Final = ("Date", "Timestamp", "Timestamptz", "Time", "Timetz", "Interval")
_MOMENTS_OF_2: Final = ("PYDATE", "PYDATETIME", "PYDATETIMETZ", "PYTIME", "PYINTERVAL")


def _keep_of_psycopg(driver: Any) -> None:
    loaders = import_module("psycopg.types.datetime")
    for name in _MOMENTS:
        driver.adapters.register_loader(name.lower(), _keeping(getattr(loaders, f"{name}Loader")))


def _keeping(loader: type[Any]) -> type[Any]:
    class Keeping(loader):  # type: ignore[misc]  # of a library that need not be there
        def load(self, data: Any) -> Any:
            return _read_or_written(super().load, data, bytes(data).decode())

    return Keeping


def _keep_of_psycopg2(driver: Any) -> None:
    extensions = import_module("psycopg2.extensions")
    for name in _MOMENTS_OF_2:
        known, array = getattr(extensions, name), getattr(extensions, f"{name}ARRAY")
        kept = extensions.new_type(known.values, name, _casting(known))
        extensions.register_type(kept, driver)
        extensions.register_type(extensions.new_array_type(array.values, f"{name}ARRAY", kept), driver)


def _casting(known: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def cast(value: str | None, cursor: Any) -> Any:
        if value in ENDLESS:
            return value  # the driver would return the last day of the year 9999, or the first of all
        return _read_or_written(lambda written: known(written, cursor), value, value)

    return cast


def _read_or_written(read: Callable[[Any], Any], data: Any, written: str | None) -> Any:
    """A value converted by the driver, or as text if the conversion fails."""
    try:
        return read(data)
    except Exception:  # noqa: BLE001  # each driver has errors of its own, and Python some
        return written


_KEEPING: Final = {
    "pysqlite": _keep_of_sqlite,
    "psycopg": _keep_of_psycopg,
    "psycopg2": _keep_of_psycopg2,
}
"""Functions by the name of the driver in SQLAlchemy."""
