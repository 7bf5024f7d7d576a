"""Every store keeps whole objects, and lets one of two writers win."""

import datetime as dt
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from filelock import FileLock, Timeout

from onneshon.index.errors import ConfigurationError, OnneshonError, StoreError
from onneshon.index.replication.store import Found, ObjectStore, StoreConflictError, open_store
from tests.stores import Clock

KINDS = ["memory:///x", "file://{}/a%20store"]


@pytest.fixture(params=KINDS)
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    """A store of each kind that needs no server."""
    return open_store(request.param.format(tmp_path))


def test_an_object_is_what_was_put(kept: ObjectStore) -> None:
    """A small object in one piece, a large one in several."""
    kept.put("files/a", "পদ্মা".encode())
    kept.put("files/b", iter([b"x" * (5 << 20), b"y" * (5 << 20)]))
    found = kept.get("files/a")
    assert found
    assert found.content.decode() == "পদ্মা"
    assert b"".join(kept.pieces("files/b")) == b"x" * (5 << 20) + b"y" * (5 << 20)
    assert {item.key: item.size for item in kept.listed("files")} == {"files/a": 15, "files/b": 10 << 20}
    kept.delete(["files/a"])
    assert kept.get("files/a") is None


def test_a_store_that_is_away_says_the_same_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A caller who asks twice a second can thus report it once."""
    monkeypatch.setattr("onneshon.index.replication.store._RETRIES", 0)
    for name, value in (
        ("ACCESS_KEY_ID", "key"),
        ("SECRET_ACCESS_KEY", "secret"),
        ("REGION", "us-east-1"),
        ("ENDPOINT_URL", "http://127.0.0.1:9"),
        ("ALLOW_HTTP", "true"),
    ):
        monkeypatch.setenv(f"AWS_{name}", value)
    away = open_store("s3://news/x")
    said = set()
    for _ in range(3):
        with pytest.raises(StoreError, match=r"cannot be asked: .*LIVE\.json") as raised:
            away.get("LIVE.json")
        said.add(str(raised.value))
    assert len(said) == 1


@pytest.mark.parametrize(("size", "is_slow"), [(999, True), (1000, False)])
def test_a_connection_that_gives_hardly_anything_is_given_up(
    monkeypatch: pytest.MonkeyPatch, size: int, *, is_slow: bool
) -> None:
    """A byte a second exceeds no timeout of the network, and would hold up a replica for hours."""
    clock = Clock()
    monkeypatch.setattr("onneshon.index.replication.store.time", SimpleNamespace(monotonic=clock))

    def stream(*, min_chunk_size: int) -> Iterator[bytes]:
        assert min_chunk_size == 1  # more would be waited for without a look at the clock
        for _ in range(100):
            clock.sleep(1)
            yield b"x" * size

    answer = SimpleNamespace(stream=stream, meta={"e_tag": "1"})
    slow = ObjectStore("s3://slow/x", lambda: SimpleNamespace(get=lambda *_, **__: answer))  # type: ignore[arg-type, return-value]  # so much of one as is asked
    for ask in (lambda: slow.get("LIVE.json"), lambda: [*slow.pieces("files/a")]):
        if is_slow:
            with pytest.raises(StoreError, match="s3://slow/x cannot be asked: it hardly answers"):
                ask()
        else:
            assert ask()


def test_an_object_in_a_known_version_is_not_sent_again(kept: ObjectStore) -> None:
    """A caller who looks every second fetches only new versions."""
    kept.put("LIVE.json", b"1")
    found = kept.get("LIVE.json")
    assert found
    assert kept.get("LIVE.json", unless=found.version) is None


def test_of_two_writers_who_read_the_same_one_wins(kept: ObjectStore) -> None:
    """The other gets an error, and nothing of what it wrote is stored."""
    first = kept.swap("LIVE.json", b"1", "")
    with pytest.raises(StoreConflictError, match="written by another process"):
        kept.swap("LIVE.json", b"2", "")
    second = kept.swap("LIVE.json", b"3 and more", first)
    with pytest.raises(StoreConflictError):
        kept.swap("LIVE.json", b"4", first)
    assert kept.get("LIVE.json") == Found(b"3 and more", second)


def test_a_write_that_is_repeated_since_its_answer_was_lost_has_won() -> None:
    """No other process can have written the same; only over a network are answers lost."""
    kept = open_store(KINDS[0])
    first = kept.swap("LIVE.json", b"1", "")
    assert kept.swap("LIVE.json", b"1", "") == first
    second = kept.swap("LIVE.json", b"3 and more", first)
    assert kept.swap("LIVE.json", b"3 and more", first) == second


def test_what_a_store_refuses_is_said_in_one_line(kept: ObjectStore) -> None:
    """Internal details of the library are not shown."""
    with pytest.raises(StoreError, match=r"^files/missing is not in ") as raised:
        list(kept.pieces("files/missing"))
    assert "\n" not in str(raised.value)


def test_no_writer_of_a_folder_is_given_the_version_of_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With that version a slow writer would overwrite what the next one wrote."""
    store, other = (open_store(f"file://{tmp_path}/store") for _ in range(2))
    first = store.swap("LIVE.json", b"1", "")
    get = store.get

    def slow(key: str, unless: str = "") -> Found | None:
        found = other.get(key)
        if found and found.content == b"2" and is_free(tmp_path / "store" / ".lock"):
            other.swap(key, b"3 and more", found.version)
        return get(key, unless)

    monkeypatch.setattr(store, "get", slow)
    second = store.swap("LIVE.json", b"2", first)
    assert other.get("LIVE.json") == Found(b"2", second)


def is_free(lock: Path) -> bool:
    """Whether no process holds a lock."""
    try:
        with FileLock(lock).acquire(timeout=0):
            return True
    except Timeout:
        return False


@pytest.mark.parametrize(
    "address",
    [
        "news",
        "ftp://host/news",
        "s3:news",
        "opensearch://host/news",
        "file://news",
        "file://a/b",
        "file:news",
    ],
)
def test_another_address_is_refused(address: str) -> None:
    """An address that could be a folder or a cluster is no store."""
    with pytest.raises(ConfigurationError, match=r"no address of an object store|cannot be opened"):
        open_store(address)


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    """Both a write below a file and opening a file are refused with an error."""
    (tmp_path / "file").write_text("নদী", encoding="utf-8")
    below = open_store(f"file://{tmp_path}/file/store")
    assert below.get("LIVE.json") is None
    with pytest.raises(StoreError, match="cannot be"):
        below.swap("LIVE.json", b"1", "")
    with pytest.raises(ConfigurationError, match="cannot be opened"):
        open_store(f"file://{tmp_path}/file")


def test_a_folder_that_is_gone_is_said_when_it_is_written(tmp_path: Path) -> None:
    """It may be a disk that was removed."""
    (tmp_path / "store").mkdir()
    store = open_store(f"file://{tmp_path}/store")
    (tmp_path / "store").rmdir()
    (tmp_path / "store").write_text("নদী", encoding="utf-8")
    with pytest.raises(StoreError, match="cannot be"):
        store.swap("LIVE.json", b"1", "")


TO_A_FULL_DISK = """
import resource, sys
from onneshon.index.replication.store import open_store
store, way = open_store(sys.argv[1]), sys.argv[2]
resource.setrlimit(resource.RLIMIT_FSIZE, (100, resource.RLIM_INFINITY))  # as full as a disk
try:
    store.put("files/a", b"x" * 5_000) if way == "put" else store.swap("LIVE.json", b"x" * 5_000, "")
except Exception as error:
    print(type(error).__name__, error)
"""


@pytest.mark.no_cover  # the limit would stop coverage too
@pytest.mark.parametrize("way", ["put", "swap"])
def test_a_full_disk_is_said_with_what_to_do(tmp_path: Path, way: str) -> None:
    """The library says what the system said, and no more; an operator has to make room."""
    command = [sys.executable, "-B", "-c", TO_A_FULL_DISK, f"file://{tmp_path}/store", way]
    told = subprocess.check_output(command, text=True)
    assert told.startswith(f"StoreError file://{tmp_path}/store cannot be ")
    assert "File too large" in told
    assert told.endswith(": free some space and try again\n")


def test_without_the_library_its_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library is imported when it is needed, not before."""
    monkeypatch.setitem(sys.modules, "obstore", None)
    with pytest.raises(OnneshonError, match=r"pip install 'onneshon\[store\]'"):
        open_store("memory:///x")


def test_a_folder_is_made_by_who_writes(tmp_path: Path) -> None:
    """Reading from a mistyped folder finds nothing, and creates nothing."""
    folder = tmp_path / "খবর" / "news"
    kept = open_store(f"file://{folder}")
    assert kept.get("LIVE.json") is None
    assert not folder.parent.exists()
    kept.swap("LIVE.json", b"1", "")
    found = kept.get("LIVE.json")
    assert found
    assert found.content == b"1"
    kept.put("files/a", b"x")


KILLED_UPLOAD = """
import os, signal, sys
from onneshon.index.replication.store import open_store

def pieces():
    for _ in range(8):
        yield bytes(8 << 20)
    os.kill(os.getpid(), signal.SIGKILL)

open_store(sys.argv[1]).put("files/abc", pieces())
"""


def test_what_a_killed_upload_left_in_a_folder_can_be_removed(tmp_path: Path) -> None:
    """An upload that was written to lately may be under way; one that was killed is listed nowhere."""
    command = [sys.executable, "-B", "-c", KILLED_UPLOAD, f"file://{tmp_path}/store"]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    store = open_store(f"file://{tmp_path}/store")
    [left] = (tmp_path / "store" / "files").iterdir()
    assert not [*store.listed("files")]
    store.put("files/abc", b"x")
    now = dt.datetime.now(dt.UTC)
    assert store.remove_unfinished(now - dt.timedelta(hours=1)) == []
    size = left.stat().st_size
    assert store.remove_unfinished(now + dt.timedelta(hours=1)) == [size]
    assert [path.name for path in left.parent.iterdir()] == ["abc"]
