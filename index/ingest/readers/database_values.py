"""Values of databases that Python does not have: they cost no more than the rows that they stand in."""

import sqlite3
from collections.abc import Callable
from importlib import import_module
from typing import Any, Final

from onneshon.index.ingest.streams import MAX_BYTES

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
