"""Values that Python cannot represent cost no more than their rows; stand-ins replace drivers."""

import datetime as dt
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from onneshon.index.ingest.readers.connections import ENDLESS, keep_odd_values
from onneshon.index.ingest.readers.database import _later

MOMENTS = {
    "2024-02-21": dt.date(2024, 2, 21),
    "infinity": "infinity",
    "0044-03-15 BC": "0044-03-15 BC",
    "20000-01-01": "20000-01-01",
}


def connection(driver: str, registered: Any) -> Any:
    """A stand-in with the used attributes of a connection of SQLAlchemy."""
    held = SimpleNamespace(driver_connection=registered)
    return SimpleNamespace(dialect=SimpleNamespace(driver=driver), connection=held)


def test_psycopg_gives_dates_without_end_as_they_are_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """Our loaders do that, each a subclass of the original one."""

    class Loader:
        def load(self, data: bytes) -> dt.date:
            return dt.date.fromisoformat(data.decode())

    loaders = {f"{name}Loader": Loader for name in ("Date", "Timestamp", "Timestamptz", "Time", "Timetz")}
    module = SimpleNamespace(**loaders, IntervalLoader=Loader)
    monkeypatch.setitem(sys.modules, "psycopg.types.datetime", module)
    found: dict[str, type[Loader]] = {}
    driver = SimpleNamespace(adapters=SimpleNamespace(register_loader=found.__setitem__))
    keep_odd_values(connection("psycopg", driver))
    assert found.keys() == {"date", "timestamp", "timestamptz", "time", "timetz", "interval"}
    read = {written: found["date"]().load(written.encode()) for written in MOMENTS}
    assert read == MOMENTS


def test_psycopg2_gives_dates_without_end_as_they_are_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """By itself it would return the last date that Python has."""

    def known(value: str, _cursor: object) -> dt.date:
        return dt.date.max if value in ENDLESS else dt.date.fromisoformat(value)

    known.values = (1082,)  # type: ignore[attr-defined]  # as its types have
    registered: list[tuple[Any, Any]] = []
    names = ("PYDATE", "PYDATETIME", "PYDATETIMETZ", "PYTIME", "PYINTERVAL")
    extensions = SimpleNamespace(
        **{name + ending: known for name in names for ending in ("", "ARRAY")},
        new_type=lambda _values, _name, cast: cast,
        new_array_type=lambda _values, _name, cast: [cast],
        register_type=lambda kind, driver: registered.append((kind, driver)),
    )
    monkeypatch.setitem(sys.modules, "psycopg2.extensions", extensions)
    keep_odd_values(connection("psycopg2", "driver"))
    assert {driver for _kind, driver in registered} == {"driver"}
    cast = registered[0][0]
    assert {written: cast(written, None) for written in MOMENTS} == MOMENTS
    assert registered[1][0] == [cast]


def test_a_driver_that_has_no_such_values_is_left_alone() -> None:
    """The connection is not changed."""
    keep_odd_values(connection("pymysql", None))


def test_what_was_reached_is_no_moment_that_never_comes() -> None:
    """Rows with such a value are read each time; it is ignored among the others."""
    assert _later("2024-02-21", "infinity") == "2024-02-21"
    assert _later(None, "-infinity") is None
