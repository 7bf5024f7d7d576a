"""One writer at a time, and a second one is told who the first is.

The lock is the operating system's, so that it goes with its process however that ends. Who holds it is
written in a file beside it, for the message only: that file may be stale, the lock never is.
"""

import contextlib
import datetime as dt
import json
import os
import socket
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from onneshon.index.errors import IndexLockedError

__all__ = ["HOLDER_FILE", "LOCK_FILE", "Holder", "current_holder", "writer_lock"]

LOCK_FILE = "writer.lock"
HOLDER_FILE = "writer.json"

_GRACE = 0.25
"""Seconds that a writer waits in any case, as `current_holder` takes the lock for a moment."""


@dataclass(frozen=True, slots=True)
class Holder:
    """The process that writes an index.

    Attributes:
        pid: its number on its machine.
        host: the name of its machine.
        started: when it took the lock, ISO 8601 with its offset from UTC.
    """

    pid: int
    host: str
    started: str

    def __str__(self) -> str:
        return f"process {self.pid} on {self.host}, since {self.started}"


def _this_process() -> Holder:
    now = dt.datetime.now(dt.UTC).astimezone()
    return Holder(os.getpid(), socket.gethostname(), now.isoformat(timespec="seconds"))


def _recorded(directory: Path) -> Holder | None:
    try:
        fields = json.loads((directory / HOLDER_FILE).read_bytes())
        return Holder(int(fields["pid"]), str(fields["host"]), str(fields["started"]))
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _file_lock(directory: Path) -> FileLock:
    # A soft lock would outlive a killed process; where the file system has no real lock, failing is better.
    return FileLock(directory / LOCK_FILE, thread_local=False, fallback_to_soft=False)


@contextlib.contextmanager
def writer_lock(directory: Path, *, wait: float = 0) -> Iterator[None]:
    """Hold the right to write an index.

    Args:
        directory: the index; must exist.
        wait: seconds to wait for another writer to finish.

    Raises:
        IndexLockedError: another process, or another writer of this one, holds it still.
    """
    lock = _file_lock(directory)
    try:
        lock.acquire(timeout=max(wait, _GRACE))
    except Timeout:
        raise IndexLockedError(_held_message(directory)) from None
    holder_file = directory / HOLDER_FILE
    try:
        with contextlib.suppress(OSError):  # on a full disk `onneshon index gc` is what makes room
            holder_file.write_text(json.dumps(asdict(_this_process())), encoding="utf-8")
        yield
    finally:
        with contextlib.suppress(OSError):
            holder_file.unlink(missing_ok=True)
        lock.release()


def _held_message(directory: Path) -> str:
    holder = _recorded(directory)
    who = str(holder) if holder else "another process"
    return f"{directory} is being written by {who}: wait for it to finish, or stop it"


def current_holder(directory: Path) -> Holder | None:
    """Who writes the index right now; None when nobody does."""
    if not (directory / LOCK_FILE).exists():
        return None
    lock = _file_lock(directory)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return _recorded(directory) or Holder(0, "an unknown machine", "an unknown time")
    except OSError:
        return None  # not ours to lock, as in a read-only copy: then nobody of this machine writes it
    lock.release()
    return None
