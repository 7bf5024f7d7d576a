import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from onneshon.index.commands.doctor import examine
from onneshon.index.errors import OnneshonError
from onneshon.index.remote import Finding
from onneshon.index.storage.beside import SqliteFile

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


def _told_by_the_doctor(directory: Path) -> Finding | None:
    return next((finding for finding in examine(directory) if finding.name == "kept"), None)


def test_the_doctor_looks_at_what_a_site_keeps(tmp_path: Path) -> None:
    """The whole content is checked without a change; a damaged file is named, with a remedy."""
    assert _told_by_the_doctor(tmp_path) is None
    path = tmp_path / "desk.sqlite"
    with SqliteFile(path, "CREATE TABLE IF NOT EXISTS t (a)", OnneshonError).opened() as connection:
        connection.executemany("INSERT INTO t VALUES (?)", [("পদ্মা" * 99,)] * 99)
    assert _told_by_the_doctor(tmp_path) == Finding("kept", "ok", "desk.sqlite")
    for content in (b"\xff" * 5_000, path.read_bytes()[:8192] + b"\xff" * 9_000):
        path.write_bytes(content)
        found = _told_by_the_doctor(tmp_path)
        assert found
        assert (found.state, "desk.sqlite: " in found.text, "backup" in found.remedy) == ("wrong", True, True)
