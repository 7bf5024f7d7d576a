"""The writer's lock: one holder at a time, named in the message, and gone with its process."""

import contextlib
import errno
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest

from onneshon.index import IndexLockedError
from onneshon.index.storage.durable import (
    HOLDER_FILE,
    LOCK_FILE,
    OUT_OF_MEMORY,
    cores,
    current_holder,
    explain,
    link_file,
    make_folder,
    our_environment,
    protect_tree,
    sync_tree,
    unreadable,
    writer_lock,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

HOLD = """
import sys, pathlib, time
from onneshon.index.storage.durable import writer_lock
with writer_lock(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def holder(tmp_path: Path) -> "Iterator[subprocess.Popen[str]]":
    """Another process that holds the lock."""
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_a_second_writer_is_told_who_the_first_is(tmp_path: Path, holder: "subprocess.Popen[str]") -> None:
    """The message names the process, its machine, and the time since when it holds the lock."""
    with pytest.raises(IndexLockedError, match=rf"process {holder.pid} on {os.uname().nodename}, since 20"):
        writer_lock(tmp_path).__enter__()
    seen = current_holder(tmp_path)
    assert seen is not None
    assert seen.pid == holder.pid


def test_the_lock_goes_with_a_killed_process(tmp_path: Path, holder: "subprocess.Popen[str]") -> None:
    """After kill -9 the next writer gets the lock, though the file that names the dead holder remains."""
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    assert (tmp_path / HOLDER_FILE).exists()
    assert current_holder(tmp_path) is None
    with writer_lock(tmp_path):
        assert current_holder(tmp_path) is not None


def test_two_writers_of_one_process_exclude_each_other(tmp_path: Path) -> None:
    """The lock excludes a second writer within the process too."""
    with writer_lock(tmp_path), pytest.raises(IndexLockedError, match=f"process {os.getpid()} on"):
        writer_lock(tmp_path).__enter__()
    with writer_lock(tmp_path):
        pass


def test_the_lock_is_free_after_a_failure(tmp_path: Path) -> None:
    """An exception inside releases it."""
    with pytest.raises(ZeroDivisionError), writer_lock(tmp_path):
        raise ZeroDivisionError
    assert current_holder(tmp_path) is None
    assert not (tmp_path / HOLDER_FILE).exists()


def test_a_writer_may_wait_for_another(tmp_path: Path, holder: "subprocess.Popen[str]") -> None:
    """With time to wait, the lock is taken when its holder ends."""
    with pytest.raises(IndexLockedError):
        writer_lock(tmp_path, wait=0.05).__enter__()
    holder.kill()
    with writer_lock(tmp_path, wait=30):
        pass


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"pid": "x"}'])
def test_a_garbled_name_of_the_holder_does_not_matter(tmp_path: Path, content: bytes) -> None:
    """With an unreadable holder file the message says only that another process holds the lock."""
    with writer_lock(tmp_path):
        (tmp_path / HOLDER_FILE).write_bytes(content)
        with pytest.raises(IndexLockedError, match="by another process"):
            writer_lock(tmp_path).__enter__()
        assert current_holder(tmp_path) is not None


def test_a_full_disk_does_not_keep_a_writer_from_making_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the holder's name cannot be written, the lock is taken all the same."""

    def refuse(*_: object, **_options: object) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_text", refuse)
        with writer_lock(tmp_path), pytest.raises(IndexLockedError, match="by another process"):
            writer_lock(tmp_path).__enter__()
    assert current_holder(tmp_path) is None


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, "the disk is full (writing {}): free some space and try again"),
        (errno.EDQUOT, "the disk is full (writing {}): free some space and try again"),
        (errno.EROFS, "{} is on a read-only file system"),
        (errno.EACCES, "no permission for {}: give it to the user that runs this"),
        (errno.EPERM, "no permission for {}: give it to the user that runs this"),
        (errno.EIO, "Input/output error ({})"),
        (errno.ENOMEM, OUT_OF_MEMORY),
    ],
)
def test_what_a_disk_refused_is_said_with_its_place(tmp_path: Path, number: int, said: str) -> None:
    """The message names the file of the error, else the folder that was written to."""
    file = tmp_path / "MAIN_bulk.doc"
    named, nameless = OSError(number, os.strerror(number), str(file)), OSError(number, os.strerror(number))
    assert explain(named, tmp_path) == said.format(file)
    assert explain(nameless, tmp_path) == said.format(tmp_path)
    assert explain(OSError("no number"), tmp_path) == f"no number ({tmp_path})"


@pytest.mark.parametrize(
    ("number", "is_copied"),
    [
        (errno.EPERM, True),
        (errno.EXDEV, True),
        (errno.ENOSPC, False),
        (errno.EDQUOT, False),
    ],
    ids=errno.errorcode.get,
)
def test_a_file_that_gets_no_second_name_is_copied_unless_the_disk_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, is_copied: bool
) -> None:
    """With a full disk no copy is tried, which would need even more space."""
    source, target = tmp_path / "নদী", tmp_path / "চর"
    source.write_text("পদ্মা", "utf-8")

    def refused(*_: object) -> NoReturn:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "hardlink_to", refused)
    with contextlib.nullcontext() if is_copied else pytest.raises(OSError, match=os.strerror(number)):
        link_file(source, target)
    assert target.exists() is is_copied


def test_a_second_name_takes_no_place_of_another_file(tmp_path: Path) -> None:
    """An existing target is not replaced, and a missing source gets no link."""
    source, target = tmp_path / "নদী", tmp_path / "চর"
    target.write_text("মেঘনা", "utf-8")
    with pytest.raises(FileNotFoundError):
        link_file(source, tmp_path / "বিল")
    source.write_text("পদ্মা", "utf-8")
    with pytest.raises(FileExistsError):
        link_file(source, target)
    assert target.read_text("utf-8") == "মেঘনা"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (PermissionError(errno.EACCES, "Permission denied"), "(Permission denied): give it to the user"),
        (
            PermissionError(errno.EPERM, "Operation not permitted"),
            "(Operation not permitted): give it to the",
        ),
        (OSError(errno.EIO, "Input/output error"), "(Input/output error): look at the disk"),
        (OSError("no number"), "(no number): look at the disk"),
    ],
)
def test_what_cannot_be_read_is_said_with_what_to_do(tmp_path: Path, error: OSError, said: str) -> None:
    """Missing permission is told apart from a fault of the disk."""
    assert unreadable(error, tmp_path).startswith(f"{tmp_path} cannot be read {said}")


def test_folders_that_are_made_are_for_their_owner_only(tmp_path: Path) -> None:
    """A folder that exists already keeps its mode."""
    make_folder(tmp_path / "খবর" / "index")
    assert (tmp_path / "খবর" / "index").stat().st_mode & 0o777 == 0o700
    (tmp_path / "খবর" / "index").chmod(0o750)
    make_folder(tmp_path / "খবর" / "index")
    assert (tmp_path / "খবর" / "index").stat().st_mode & 0o777 == 0o750


def test_nobody_may_write_what_is_protected_and_who_could_read_it_can(tmp_path: Path) -> None:
    """Files lose their write permission; folders keep it, so that files can be removed."""
    (tmp_path / "নদী").mkdir(0o755)
    for mode in (0o600, 0o640, 0o664, 0o777):
        (tmp_path / "নদী" / f"{mode:o}").touch()
        (tmp_path / "নদী" / f"{mode:o}").chmod(mode)
    protect_tree(tmp_path)
    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "নদী").iterdir()}
    assert modes == {"600": 0o400, "640": 0o440, "664": 0o444, "777": 0o444}
    assert (tmp_path / "নদী").stat().st_mode & 0o200


def test_everything_in_a_folder_is_synced_and_the_folders_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every file and folder is synced, at any depth."""
    (tmp_path / "নদী" / "চর").mkdir(parents=True)
    for path in (tmp_path / "ক", tmp_path / "নদী" / "খ", tmp_path / "নদী" / "চর" / "গ"):
        path.write_text("পদ্মা", "utf-8")
    synced: set[int] = set()
    monkeypatch.setattr(os, "fsync", lambda file: synced.add(os.fstat(file).st_ino))
    sync_tree(tmp_path)
    assert synced == {path.stat().st_ino for path in (tmp_path, *tmp_path.rglob("*"))}


@pytest.mark.parametrize("known", [None, "/srv/packages"])
def test_a_module_of_ours_runs_wherever_a_process_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, known: str | None
) -> None:
    """The packages on PYTHONPATH before can still be imported."""
    monkeypatch.delenv("PYTHONPATH", raising=False)
    if known:
        monkeypatch.setenv("PYTHONPATH", known)
    program = "import sys, importlib.util; print(importlib.util.find_spec('onneshon').origin, *sys.path)"
    told = subprocess.check_output(
        [sys.executable, "-S", "-c", program], cwd=tmp_path, env=our_environment(), text=True
    )
    assert told.startswith(f"{Path(__file__).parents[3]}{os.sep}onneshon")
    assert known is None or known in told.split()


def test_cores_are_those_that_this_process_may_use(monkeypatch: pytest.MonkeyPatch) -> None:
    """The CPUs allowed to the process, else those of the machine, else 1."""
    if hasattr(os, "sched_getaffinity"):
        monkeypatch.setattr(os, "sched_getaffinity", lambda process: {3, 5, 7} if process == 0 else {1})
        assert cores() == 3
        monkeypatch.delattr(os, "sched_getaffinity")
    for known, expected in ((12, 12), (None, 1)):
        monkeypatch.setattr(os, "cpu_count", lambda known=known: known)
        assert cores() == expected


def test_nobody_holds_the_lock_of_an_index_that_is_not_there(tmp_path: Path) -> None:
    """Asking for the holder creates no file."""
    assert current_holder(tmp_path) is None
    assert not (tmp_path / LOCK_FILE).exists()
