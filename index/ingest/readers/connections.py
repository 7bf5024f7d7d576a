"""Connections to databases: nothing can be changed by them, and odd values cost no more than their rows."""

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
"""What makes all transactions of a connection read-only that begin after it."""

_TRANSACTION: Final = {"oracle": "SET TRANSACTION READ ONLY"}
"""What makes the transaction read-only that begins with it."""

_TICK: Final = 20_000_000
"""Nanoseconds in which two changes of a file may have one time: 1 to 10 ms on Linux, 16 on Windows."""

_INFORMATIVE: Final = re.compile("(?:table|index|foreign_key)_[a-z]+")
"""Pragmas of SQLite whose argument is the name of what they tell about; that of others is a value to set."""
_REFUSED: Final = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_AUTH)
"""How SQLite says that something may not be done."""


class ReadOnlyError(Exception):
    """A query would change something."""


class ChangedMeanwhileError(Exception):
    """A file was changed while it was read as if nobody could."""


@contextmanager
def read_only(alchemy: Any, address: str, query: str) -> Iterator[Any]:
    """A connection for a query, by which it can change nothing that the database keeps it from changing.

    SQLite is kept from everything but reading, and from making files; PostgreSQL, MySQL, MariaDB and Oracle
    are asked for a read-only transaction; to others, only what begins as a query is put at all.

    Args:
        alchemy: SQLAlchemy.
        address: of the database.
        query: which will be put to it.

    Raises:
        ReadOnlyError: it is no query, or would change something.
        ChangedMeanwhileError: of a file without a lock: what was read may be half old and half new.
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
    """Refuses what SQLite does though it is to change nothing: files that are attached are made."""
    if action in {sqlite3.SQLITE_ATTACH, sqlite3.SQLITE_DETACH}:
        return sqlite3.SQLITE_DENY
    if action == sqlite3.SQLITE_PRAGMA and second is not None and not _INFORMATIVE.fullmatch(first or ""):
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK


def _file_of(url: Any) -> Path | None:
    """The file of a database of SQLite; None for one in memory, and where the address names it as an URI."""
    name = url.database or ""
    return None if name in {"", ":memory:"} or name.startswith("file:") else Path(os.path.abspath(name))  # noqa: PTH100  # a link stays one


def _is_without_log(path: Path) -> bool:
    """Whether a database in WAL mode has no log beside it, so that nobody has it open.

    SQLite would make the files of the log to read it, and leave them there.
    """
    if Path(f"{path}{WAL_ENDING}").exists():
        return False
    try:
        with path.open("rb") as stream:
            return stream.read(20)[18:] == b"\2\2"  # https://www.sqlite.org/fileformat.html, 1.3
    except OSError:
        return False  # as SQLite will tell


def _settled(path: Path) -> FileStamp:
    """How a file is, once it would tell by its time that it was written to again.

    Systems tell time by ticks, and what is written within one has one time (Git calls such files racily
    clean). One that was written just now is waited for.
    """
    written = FileStamp.from_stat(path.stat()).modified_ns
    sleep(min(max(written + _TICK - time_ns(), 0), _TICK) / 1e9)
    return FileStamp.from_stat(path.stat())


def _reading(url: Any, *, is_alone: bool) -> Any:
    """The address of a database that is only read, and not made where there is none.

    Args:
        url: as given.
        is_alone: read the file as it is, without locks and without files beside it.
    """
    name = url.database or ""
    if name in {"", ":memory:"}:
        return url
    path = _file_of(url)
    database = f"file:{quote(str(path))}" if path else name
    further = {"immutable": "1"} if is_alone else {}
    return url.set(database=database, query={**url.query, "mode": "ro", "uri": "true", **further})


ENDLESS: Final = ("infinity", "-infinity")
"""Moments of PostgreSQL after all others, and before them."""


def keep_odd_values(connection: Any) -> None:
    """Have a driver give what Python does not have as it is written, where it would end the whole query.

    Such are, of PostgreSQL, dates without end, before our era, and after the year 9999; of SQLite, texts that
    are no UTF-8. SQLite, which works in this process, is to make no cell longer than an article may be.

    Args:
        connection: of SQLAlchemy.
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
            return value  # it would be the last day of the year 9999, or the first of all
        return _read_or_written(lambda written: known(written, cursor), value, value)

    return cast


def _read_or_written(read: Callable[[Any], Any], data: Any, written: str | None) -> Any:
    """A value as a driver reads it, else as it is written."""
    try:
        return read(data)
    except Exception:  # noqa: BLE001  # each driver has errors of its own, and Python some
        return written


_KEEPING: Final = {
    "pysqlite": _keep_of_sqlite,
    "psycopg": _keep_of_psycopg,
    "psycopg2": _keep_of_psycopg2,
}
"""By what SQLAlchemy calls the driver."""
