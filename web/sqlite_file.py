"""A file of SQLite beside an index, for its owner only: what the site itself keeps, and no build touches."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import Final

from onneshon.index.errors import OnneshonError
from onneshon.index.remote import Finding
from onneshon.index.storage.beside import databases, open_database

_MAKING: Final = Lock()


class SqliteFile:
    """Threads and processes may share it. What is forgotten is overwritten.

    Args:
        path: of the file, which is made when it is first needed.
        schema: statements that make what is missing.
        error: makes what is raised of a reason.
    """

    def __init__(self, path: Path, schema: str, error: Callable[[str], OnneshonError]) -> None:
        self.path = path
        self._schema = schema
        self._error = error

    def _make(self) -> None:
        """Make the file if it is missing.

        One that is there is not opened but by SQLite: to close it again would let go all locks that this
        process has on it (POSIX), and another process, left alone as it seems, would take away its log.
        """
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _MAKING, suppress(FileExistsError):
            os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))

    @contextmanager
    def opened(self) -> Iterator[sqlite3.Connection]:
        """A transaction, which is on the disk when the block is left, or undone where that raises."""
        try:
            self._make()
            connection = sqlite3.connect(self.path, timeout=10, isolation_level=None)
            try:
                for name, value in (
                    ("journal_mode", "WAL"),
                    ("synchronous", "FULL"),
                    ("secure_delete", "ON"),
                ):
                    connection.execute(f"PRAGMA {name} = {value}")
                connection.executescript(self._schema)
                connection.execute("BEGIN IMMEDIATE")
                yield connection
                connection.execute("COMMIT")
            finally:
                connection.close()  # what was not committed is undone
        except (sqlite3.Error, OSError) as error:
            raise self._error(f"{self.path} cannot be used: {error}") from error


def examine_files(directory: Path) -> Finding | None:
    """How these files are, for `onneshon doctor`; None where there are none."""
    found = databases(directory)
    for path in found:
        if fault := _fault_of(path):
            remedy = "put that of a backup in its place, or remove it with what it kept"
            return Finding("kept", "wrong", f"{path}: {fault}", remedy, exit_code=1)
    return Finding("kept", "ok", ", ".join(path.name for path in found)) if found else None


def _fault_of(path: Path) -> str:
    try:
        with closing(open_database(path)) as connection:
            said: str = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.Error as error:
        return str(error)
    return "" if said == "ok" else " ".join(said.split())
