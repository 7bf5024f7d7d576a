"""The streams that write and read snapshots, and the modes of the files that they create."""

import hashlib
import io
import os
from pathlib import Path

import pytest

from onneshon.index.storage import snapshot as module
from onneshon.index.storage.snapshot import _Bounded, _Summed, restore, snapshot
from tests.building import build_numbered

LETTERS = "নদী ও চর\n".encode()


def text(size: int) -> bytes:
    """A text of ``size`` bytes."""
    return (LETTERS * (size // len(LETTERS) + 1))[:size]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The path of a file that a site may have."""
    return tmp_path / "synonyms.txt"


@pytest.mark.parametrize("size", [0, 1, 500, 3_000])
@pytest.mark.parametrize("step", [1, 7, 32, 33, 512, 10_000])
def test_a_file_comes_after_its_sum_in_pieces_as_long_as_was_asked(path: Path, size: int, step: int) -> None:
    """Only the last piece may be shorter."""
    path.write_bytes(text(size))
    with path.open("rb") as file:
        stream = _Summed(file)
        pieces = [*iter(lambda: stream.read(step), b"")]
    assert b"".join(pieces) == hashlib.sha256(text(size)).digest() + text(size)
    assert sum(map(len, pieces)) == stream.size
    assert {len(piece) for piece in pieces[:-1]} <= {step}


@pytest.mark.parametrize("begun", [0, 1, 31, 32, 40])
def test_all_that_is_left_of_a_file_with_its_sum_can_be_read_at_once(path: Path, begun: int) -> None:
    """The rest has the right content wherever reading stopped before."""
    path.write_bytes(text(90))
    with path.open("rb") as file:
        stream = _Summed(file)
        assert stream.read(begun) + stream.read() == hashlib.sha256(text(90)).digest() + text(90)


@pytest.mark.parametrize("step", [-1, 1, 7, 1_000])
@pytest.mark.parametrize("allowed", [(90,), (50, 40), (90, 30)])
def test_as_much_can_be_read_as_was_allowed(step: int, allowed: tuple[int, ...]) -> None:
    """All allowed bytes can be read, and nothing after the end."""
    most, *more = allowed
    stream = _Bounded(io.BytesIO(text(90)), most)
    for each in more:
        stream.allow(each)
    assert stream.read(0) == b""
    assert b"".join(iter(lambda: stream.read(step), b"")) == text(90)


@pytest.mark.parametrize("step", [-1, 1, 7, 1_000])
def test_of_what_is_longer_no_more_is_read_than_tells_it(step: int) -> None:
    """Reading stops one byte after the limit."""
    source = io.BytesIO(text(90))
    stream = _Bounded(source, 50)
    with pytest.raises(ValueError, match="longer than it says"):
        [*iter(lambda: stream.read(step), b"")]
    assert source.tell() == 51


@pytest.mark.parametrize("size", [0, (1 << 14) - 32, 1 << 14, 100_000])
def test_what_a_site_says_comes_back_however_long_it_is(tmp_path: Path, size: int) -> None:
    """Lengths around 16 KiB matter, since archives are copied in pieces of that size."""
    build_numbered(tmp_path / "index", 1)
    (tmp_path / "index" / "synonyms.txt").write_bytes(text(size))
    snapshot(tmp_path / "index", tmp_path / "file")
    restore(tmp_path / "file", tmp_path / "new")
    assert (tmp_path / "new" / "synonyms.txt").read_bytes() == text(size)


def test_whatever_is_unpacked_on_the_way_is_for_its_owner_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Copies of databases and the folders of a restore have mode 0700 until they are moved into place."""
    build_numbered(tmp_path / "index", 1)
    modes: dict[str, int] = {}
    make = Path.mkdir

    def watched(path: Path, mode: int = 0o777, **options: bool) -> None:
        make(path, mode, **options)
        modes[path.name] = path.stat().st_mode & 0o777

    monkeypatch.setattr(Path, "mkdir", watched)
    before = os.umask(0)
    try:
        snapshot(tmp_path / "index", tmp_path / "file")
        restore(tmp_path / "file", tmp_path / "new")
    finally:
        os.umask(before)
    ours = {name: mode for name, mode in modes.items() if name.startswith((".file", "site-", "000001"))}
    assert len(ours) == 3
    assert set(ours.values()) == {0o700}


def test_members_of_a_snapshot_may_be_read_by_their_owner_alone() -> None:
    """The mode in the archive is 0400, whichever program unpacks it."""
    assert module._member("নদী", 9).mode == 0o400
