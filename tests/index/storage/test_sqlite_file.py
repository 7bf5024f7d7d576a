import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from unittest.mock import patch

import pytest

from onneshon.index.commands.doctor import examine
from onneshon.index.errors import OnneshonError
from onneshon.index.remote import Finding
from onneshon.index.storage.beside import FORMAT, SqliteFile

READ = "import sqlite3, sys; print(*sqlite3.connect(sys.argv[1]).execute('SELECT a FROM t'))"


def _read_elsewhere(path: Path) -> str:
    """The rows as read by another process, which closes the file at its end."""
    return subprocess.check_output([sys.executable, "-c", READ, str(path)], text=True).strip()


def test_who_opens_the_file_lets_go_no_lock_of_another_thread(tmp_path: Path) -> None:
    """Else another process that closes the file would remove the log that a thread still writes."""
    path = tmp_path / "kept.sqlite"
    opened = SqliteFile(path, "CREATE TABLE IF NOT EXISTS t (a)", OnneshonError).opened
    with opened() as connection:
        connection.execute("INSERT INTO t VALUES (1)")
    with closing(sqlite3.connect(path, isolation_level=None)) as another:
        another.execute("SELECT * FROM t").fetchall()
        with opened() as connection:
            connection.execute("INSERT INTO t VALUES (2)")
        assert _read_elsewhere(path) == "(1,) (2,)"
        another.execute("INSERT INTO t VALUES (3)")
        assert _read_elsewhere(path) == "(1,) (2,) (3,)"


def _put(path: Path, word: str) -> None:
    with SqliteFile(path, "CREATE TABLE IF NOT EXISTS t (a)", OnneshonError).opened() as connection:
        connection.execute("INSERT INTO t VALUES (?)", (word,))


def test_a_file_that_was_emptied_is_no_new_one(tmp_path: Path) -> None:
    """What it had is lost, which somebody must hear; nothing is written to it, as a backup may replace it."""
    path = tmp_path / "alerts.sqlite"
    _put(path, "পদ্মা")
    path.write_bytes(b"")
    with pytest.raises(OnneshonError, match=r"alerts\.sqlite is empty.*backup"):
        _put(path, "মেঘনা")
    assert path.stat().st_size == 0
    path.unlink()
    _put(path, "যমুনা")
    assert _read_elsewhere(path) == "('যমুনা',)"


def test_a_log_without_its_file_is_left_as_it_is(tmp_path: Path) -> None:
    """SQLite would apply the log to a new file, or remove it."""
    path, log = tmp_path / "alerts.sqlite", tmp_path / "alerts.sqlite-wal"
    log.write_bytes(b"?")
    with pytest.raises(OnneshonError, match=r"alerts\.sqlite is missing, though .*-wal is there"):
        _put(path, "মেঘনা")
    assert log.read_bytes() == b"?"
    assert not path.exists()


def test_a_file_of_a_later_version_is_refused(tmp_path: Path) -> None:
    """Files made before versions were counted are taken as they are."""
    path = tmp_path / "alerts.sqlite"
    _put(path, "পদ্মা")
    for version in (0, FORMAT + 1):
        with closing(sqlite3.connect(path)) as another:
            another.execute(f"PRAGMA user_version = {version}")
        if version > FORMAT:
            with pytest.raises(OnneshonError, match=r"alerts\.sqlite is of a later version"):
                _put(path, "মেঘনা")
        else:
            _put(path, "যমুনা")
    assert _read_elsewhere(path) == "('পদ্মা',) ('যমুনা',)"


def test_a_file_is_made_whole_for_its_owner_only(tmp_path: Path) -> None:
    """One that is killed while it makes the file leaves none, so that an empty one was cut short."""
    path = tmp_path / "alerts.sqlite"
    with (
        patch("onneshon.index.storage.beside.link_file", side_effect=OSError("no")),
        pytest.raises(OnneshonError),
    ):
        _put(path, "পদ্মা")
    assert list(tmp_path.iterdir()) == []
    _put(path, "পদ্মা")
    assert path.stat().st_mode & 0o777 == 0o600
    assert [found.name for found in tmp_path.iterdir()] == ["alerts.sqlite"]


def _told_by_the_doctor(directory: Path) -> Finding | None:
    return next((finding for finding in examine(directory) if finding.name == "kept"), None)


def test_the_doctor_looks_at_what_a_site_keeps(tmp_path: Path) -> None:
    """The whole content is checked without a change; a damaged file is named, with a remedy."""
    assert _told_by_the_doctor(tmp_path) is None
    path = tmp_path / "desk.sqlite"
    with SqliteFile(path, "CREATE TABLE IF NOT EXISTS t (a)", OnneshonError).opened() as connection:
        connection.executemany("INSERT INTO t VALUES (?)", [("পদ্মা" * 99,)] * 99)
    assert _told_by_the_doctor(tmp_path) == Finding("kept", "ok", "desk.sqlite")
    whole = path.read_bytes()
    for content in (b"", b"\xff" * 5_000, whole[:8192] + b"\xff" * 9_000):
        path.write_bytes(content)
        found = _told_by_the_doctor(tmp_path)
        assert found
        assert (found.state, "desk.sqlite: " in found.text, "backup" in found.remedy) == ("wrong", True, True)
