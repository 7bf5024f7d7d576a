"""Writes that survive a power cut, by one writer at a time.

Whoosh never calls fsync, so a finished index may still be in the page cache alone. All files of a
generation pass through this module before the generation is published.

The lock is the operating system's, so that it ends with its process, however that ends. A file next to the
lock names its holder, for the message only: that file may be stale, the lock never is.
"""

import contextlib
import datetime as dt
import errno
import json
import os
import shutil
import socket
import stat
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from onneshon.index.errors import GIVE, IndexLockedError

OUT_OF_MEMORY = "out of memory: build with a smaller --memory, or fewer --workers"
_READ = stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_DENIED = frozenset({errno.EACCES, errno.EPERM})


def sync_file(path: Path, flags: int = os.O_RDONLY) -> None:
    """Make a file's content durable; ``flags`` open it.

    Raises:
        OSError: the disk refused the fsync; what was written may be lost.
    """
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(path: Path) -> None:
    """Make the names in a folder durable: a file created or renamed there is found again after a power cut.

    Raises:
        OSError: as for `sync_file`.
    """
    sync_file(path, os.O_RDONLY | os.O_DIRECTORY)


def make_folder(path: Path) -> None:
    """Make a folder, for its owner only, and its missing parents, all of which survive a power cut.

    Raises:
        OSError: as for `sync_file`, or the folder cannot be made.
    """
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    for folder in missing:
        sync_folder(folder.parent)


def sync_tree(folder: Path) -> None:
    """Make every file directly or indirectly in a folder durable, and the folder with them.

    Raises:
        OSError: as for `sync_file`, or a folder could not be listed.
    """
    for parent, _folders, names in os.walk(folder, onerror=raise_error):
        for name in names:
            sync_file(Path(parent, name))
        sync_folder(Path(parent))


def raise_error(error: OSError) -> None:
    """Raise an error, for ``os.walk``, which by default treats a folder it cannot list as empty."""
    raise error


def protect_tree(folder: Path) -> None:
    """Make every file in a folder read-only, for its owner too.

    Readers have the files mapped, and truncating a mapped file kills them (SIGBUS); files that are never
    written again need not be writable. Folders stay writable, so that files can be removed as before.
    """
    for parent, _folders, names in os.walk(folder, onerror=raise_error):
        for name in names:
            path = Path(parent, name)
            path.chmod(path.stat().st_mode & _READ)


def link_file(source: Path, target: Path) -> None:
    """Make a hard link to a file; where the file system has no links, or permits none, copy the file.

    Raises:
        OSError: the disk refused the link or the copy.
    """
    try:
        target.hardlink_to(source)
    except OSError as error:
        if error.errno in _FULL or isinstance(error, FileNotFoundError | FileExistsError):
            raise
        shutil.copyfile(source, target)


def check_replaceable(path: Path) -> None:
    """Refuse the path of a device or a pipe: a file would replace it for the whole machine.

    Raises:
        OSError: the path is that of a device, a pipe or a folder.
    """
    if path.exists() and not path.is_file():
        raise FileExistsError(errno.EEXIST, "not written: it is no file but a device, pipe or folder", path)


def replace_file(path: Path, content: bytes) -> None:
    """Replace a file atomically: readers, also after a power cut, find the whole old or whole new content.

    Raises:
        OSError: the disk refused it, which its ``filename`` names, or the path is not that of a file; the
            old content stays.
    """
    check_replaceable(path)
    fresh = path.with_name(f".{path.name}.new")
    try:
        fresh.write_bytes(content)
        sync_file(fresh)
        fresh.replace(path)
    except OSError as error:
        error.filename = error.filename or str(path)  # no write names its file
        with contextlib.suppress(OSError):
            fresh.unlink()
        raise
    sync_folder(path.parent)


def publish_folder(working: Path, final: Path) -> None:
    """Rename a finished folder to its final name, once everything in it is read-only and durable."""
    protect_tree(working)
    sync_tree(working)
    working.rename(final)
    sync_folder(final.parent)


def remedy_of(number: int | None) -> str:
    """What to do about an error of the system of this number (``errno``); empty where nobody can say."""
    if number in _FULL:
        return "free some space and try again"
    return GIVE if number in _DENIED else ""


def explain(error: OSError, folder: Path) -> str:
    """Say in a sentence what a disk refused and what to do.

    Args:
        error: the exception that was raised.
        folder: the folder that was being written, for errors that name no file.
    """
    where = error.filename or folder
    if error.errno in _FULL:
        return f"the disk is full (writing {where}): {remedy_of(error.errno)}"
    if error.errno == errno.ENOMEM:
        return OUT_OF_MEMORY
    if error.errno == errno.EROFS:
        return f"{where} is on a read-only file system"
    if error.errno in _DENIED:
        return f"no permission for {where}: {remedy_of(error.errno)}"
    return f"{error.strerror or error} ({where})"


def unreadable(error: OSError, path: Path) -> str:
    """Say that a file cannot be read, and what to do.

    Args:
        error: the exception that was raised.
        path: the path of the file or folder.
    """
    return (
        f"{path} cannot be read ({error.strerror or error}): {remedy_of(error.errno) or 'look at the disk'}"
    )


LOCK_FILE = "writer.lock"
HOLDER_FILE = "writer.json"

_GRACE = 0.25
"""Seconds that a writer waits for the lock at least, as `current_holder` takes the lock for a moment."""


@dataclass(frozen=True, slots=True)
class Holder:
    """The process that writes an index.

    Attributes:
        pid: the process id on its machine.
        host: the name of its machine.
        started: when it took the lock, ISO 8601 with the offset from UTC.
    """

    pid: int
    host: str
    started: str

    def __str__(self) -> str:
        return f"process {self.pid} on {self.host}, since {self.started}"


_PACKAGES: Final = str(Path(__file__).parents[3])


def our_environment() -> dict[str, str]:
    """The environment of a child process that runs a module of these packages."""
    paths = [_PACKAGES, *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}


def cores() -> int:
    """The number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def this_process() -> Holder:
    """This process as a holder of the lock from now on."""
    now = dt.datetime.now(dt.UTC).astimezone()
    return Holder(os.getpid(), socket.gethostname(), now.isoformat(timespec="seconds"))


def _recorded(directory: Path) -> Holder | None:
    try:
        fields = json.loads((directory / HOLDER_FILE).read_bytes())
        return Holder(int(fields["pid"]), str(fields["host"]), str(fields["started"]))
    except (OSError, ValueError, TypeError, KeyError):
        return None


def file_lock(path: Path) -> FileLock:
    """A lock among threads and processes; a process that is killed lets it go."""
    # A soft lock would outlive the process; where the file system has no real lock, failing is better.
    return FileLock(path, thread_local=False, fallback_to_soft=False)


@contextlib.contextmanager
def writer_lock(directory: Path, *, wait: float = 0) -> Iterator[None]:
    """Hold the right to write an index.

    Args:
        directory: the index directory; must exist.
        wait: seconds to wait for another writer to finish.

    Raises:
        IndexLockedError: another process, or another writer of this process, still has the lock.
    """
    lock = file_lock(directory / LOCK_FILE)
    try:
        lock.acquire(timeout=max(wait, _GRACE))
    except Timeout:
        raise IndexLockedError(_held_message(directory)) from None
    holder_file = directory / HOLDER_FILE
    try:
        with contextlib.suppress(OSError):  # on a full disk `onneshon index gc` is what makes room
            holder_file.write_text(json.dumps(asdict(this_process())), encoding="utf-8")
        yield
    finally:
        with contextlib.suppress(OSError):
            holder_file.unlink()
        lock.release()


def _held_message(directory: Path) -> str:
    holder = _recorded(directory)
    who = str(holder) if holder else "another process"
    return f"{directory} is being written by {who}: wait for it to finish, or stop it"


def current_holder(directory: Path) -> Holder | None:
    """The process that currently writes the index; None if there is none."""
    if not (directory / LOCK_FILE).exists():
        return None
    lock = file_lock(directory / LOCK_FILE)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return _recorded(directory) or Holder(0, "an unknown machine", "an unknown time")
    except OSError:
        return None  # no permission to lock, as in a read-only copy: then no process of this machine writes
    lock.release()
    return None
